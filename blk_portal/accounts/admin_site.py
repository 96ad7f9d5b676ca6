"""The administration as one site: what a role may work with is found once."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest
from django.utils.translation import get_language


class PortalAdminSite(admin.AdminSite):
    """Django's own site, which asks four rights of every model to write the list beside a page.

    Rights come from the table of roles alone (decision 0001), and no administration of a model
    looks at the person when no row is named: the list is the same for a role and a language.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._app_lists: dict[tuple[str, str | None, str | None], list[Any]] = {}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        person = request.user
        if person.is_anonymous or not person.is_active or person.lent:
            return super().get_app_list(request, app_label)
        key = (person.role, get_language(), app_label)
        if key not in self._app_lists:
            self._app_lists[key] = super().get_app_list(request, app_label)
        return self._app_lists[key]


class PortalAdminConfig(AdminConfig):
    default_site = "blk_portal.accounts.admin_site.PortalAdminSite"
