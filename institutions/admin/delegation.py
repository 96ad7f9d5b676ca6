"""The administration of delegations: who stands in for an area reviewer that is away."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.db.models.fields.related import RelatedField
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.admin_scope import ScopedAdmin
from blk_portal.accounts.models import User
from blk_portal.accounts.requests import person_of
from blk_portal.accounts.roles import Reach
from blk_portal.formats import number, today_in_jakarta
from institutions.models import AreaDelegation
from institutions.models.delegation import AreaDelegationQuerySet, area_reviewers


class DelegationForm(forms.ModelForm):
    """A new delegation; it knows who makes it before it is checked."""

    person: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.made_by = self.person
        if self.person.spec.reach == Reach.OFFICE:
            self.instance.delegator = self.person


@admin.register(AreaDelegation)
class AreaDelegationAdmin(ScopedAdmin):
    """Delegations are made here and ended here; nothing else of them changes."""

    form = DelegationForm
    list_display = ("delegator", "delegate", "starts_on", "ends_on", "state")
    list_select_related = ("delegator", "delegate")
    search_fields = ("delegator__name", "delegate__name")
    actions = ("end_now",)
    fields = ("delegator", "delegate", "starts_on", "ends_on", "reason")

    @admin.display(description=_("state"))
    def state(self, delegation: AreaDelegation) -> str:
        today = today_in_jakarta()
        if delegation.ended_at:
            return gettext("ended early")
        if delegation.ends_on < today:
            return gettext("over")
        return gettext("planned") if delegation.starts_on > today else gettext("holds now")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list:
        """An area reviewer delegates the own area only."""
        if obj is not None:
            return [*self.fields, "made_by", "made_at", "ended_at", "ended_by"]
        own = person_of(request).spec.reach == Reach.OFFICE
        return [name for name in self.fields if name != "delegator" or not own]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_end_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("institutions.add_areadelegation")

    def get_field_queryset(
        self, db: str | None, db_field: RelatedField, request: HttpRequest
    ) -> models.QuerySet:
        return area_reviewers()

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> type[forms.ModelForm]:
        form = super().get_form(request, *args, **kwargs)
        return type("OwnDelegationForm", (form,), {"person": person_of(request)})

    @admin.action(description=_("End the delegation now"), permissions=["end"])
    def end_now(self, request: HttpRequest, queryset: AreaDelegationQuerySet) -> None:
        person = person_of(request)
        chosen = list(queryset.editable_by(person).standing())
        ended = queryset.editable_by(person).end(by=person)
        for delegation in chosen:
            self.log_change(request, delegation, gettext("Ended early."))
        if ended:
            text = ngettext("%(n)s delegation has ended.", "%(n)s delegations have ended.", ended)
            messages.success(request, text % {"n": number(ended)})
        else:
            messages.warning(request, gettext("None of these delegations is yours and standing."))
