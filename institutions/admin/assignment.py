"""Giving institutions to a guiding office in the administration, each time after a preview."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import person_of
from blk_portal.formats import number
from institutions.assignment import Outcome, Proposal, carry_out, offices_of, propose
from institutions.models import Institution, TrainingOffice
from institutions.models.institution import InstitutionQuerySet

INSTITUTIONS_AT_ONCE = 300
WHOLE = re.compile(r"[0-9]{1,18}")
SEEN = re.compile(r"dari-([0-9]{1,18})")


class OfficeForm(forms.Form):
    """Which office is to guide the chosen institutions."""

    office = forms.ModelChoiceField(
        TrainingOffice.objects.none(),
        label=_("New guiding office"),
        error_messages={
            "required": _("Choose the office first."),
            "invalid_choice": _("This office is not one of yours. Choose one of the list."),
        },
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chooser = self.fields["office"]
        assert isinstance(chooser, forms.ModelChoiceField)
        chooser.queryset = offices_of(user)


def rows_to_assign(queryset: InstitutionQuerySet) -> list[Institution]:
    """The rows with what the preview shows, up to one more than go at once."""
    return list(queryset.select_related("office", "regency__office")[: INSTITUTIONS_AT_ONCE + 1])


def proposal_for(rows: Sequence[Institution], office: TrainingOffice, user: User) -> Proposal:
    keys = [row.pk for row in rows]
    editable = Institution.objects.editable_by(user).filter(pk__in=keys)
    return propose(rows, office, by=user, editable=set(editable.values_list("pk", flat=True)))


def seen_offices(data: QueryDict) -> dict[int, int | None]:
    """The office of each row as the preview showed it."""
    return {
        int(match[1]): int(value) if isinstance(value, str) and WHOLE.fullmatch(value) else None
        for name, value in data.items()
        if (match := SEEN.fullmatch(name))
    }


def assign_office(
    modeladmin: admin.ModelAdmin, request: HttpRequest, queryset: InstitutionQuerySet
) -> HttpResponse | None:
    """Choose an office, see which of the chosen rows would change, then carry it out."""
    user, rows = person_of(request), rows_to_assign(queryset)
    if len(rows) > INSTITUTIONS_AT_ONCE:
        text = gettext("At most %(n)s institutions can change at once. Choose fewer.")
        messages.error(request, text % {"n": number(INSTITUTIONS_AT_ONCE)})
        return None
    form = OfficeForm(request.POST if "office" in request.POST else None, user=user)
    proposal = proposal_for(rows, form.cleaned_data["office"], user) if form.is_valid() else None
    # An office chosen anew on the preview is first shown with what it would change.
    is_previewed = request.POST.get("previewed") == request.POST.get("office")
    if proposal and "confirmed" in request.POST and is_previewed:
        report(request, carry_out(proposal, by=user, seen=seen_offices(request.POST)))
        return None
    return preview(
        modeladmin, request, proposal, title=gettext("Assign a guiding office"), form=form,
        rows=rows, checkbox_name=ACTION_CHECKBOX_NAME,
    )  # fmt: skip


def preview(
    modeladmin: admin.ModelAdmin, request: HttpRequest, proposal: Proposal | None, **context: Any
) -> TemplateResponse:
    """The page that shows what would change and what stays, with why."""
    form = context.get("form")
    status = 400 if form is not None and form.errors else 200
    told = {
        **modeladmin.admin_site.each_context(request),
        "opts": modeladmin.opts,
        "proposal": proposal,
        "media": modeladmin.media,
        **context,
    }
    return TemplateResponse(request, "admin/office_assignment.html", told, status=status)


def report(request: HttpRequest, outcome: Outcome) -> None:
    """Tell how many have changed, and of each other one why it stays."""
    if outcome.changed:
        text = ngettext(
            "%(n)s institution has its new guiding office.",
            "%(n)s institutions have their new guiding office.",
            outcome.changed,
        )
        messages.success(request, text % {"n": number(outcome.changed)})
    for row, why in outcome.staying:
        told = {"row": f"{row.name} ({row.code}): {why}"}
        messages.warning(request, gettext("Unchanged: %(row)s") % told)
