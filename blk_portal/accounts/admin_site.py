"""The administration as one site: what a person may work with is found once for a page."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest


class PortalAdminSite(admin.AdminSite):
    """Django's own site, whose first page asks for the list of models twice."""

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        known: dict[str | None, list[Any]] = request.__dict__.setdefault("known_app_lists", {})
        if app_label not in known:
            known[app_label] = super().get_app_list(request, app_label)
        return known[app_label]


class PortalAdminConfig(AdminConfig):
    default_site = "blk_portal.accounts.admin_site.PortalAdminSite"
