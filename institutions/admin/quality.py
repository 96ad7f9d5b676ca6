"""The administration of what shows how independent institutions become: criteria, visits."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.admin_scope import LogInline, ReadOnlyAdmin, ScopedAdmin
from blk_portal.formats import today_in_jakarta
from institutions.models import (
    Assessment,
    AssessmentAnswer,
    AssessmentCriterion,
    ProgrammeYear,
    Visit,
)

STAYS = ("programme_year", "code", "text", "maturity", "is_required")


@admin.register(AssessmentCriterion)
class AssessmentCriterionAdmin(ScopedAdmin):
    """The criteria of each budget year; copied forward, then mended."""

    list_display = ("text", "programme_year", "maturity", "is_required", "is_confirmed")
    list_filter = ("programme_year", "maturity", "is_confirmed")
    list_select_related = ("programme_year",)
    search_fields = ("text", "^code")
    actions = ("copy_forward",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple:
        """What an assessment rests on stays as it was asked."""
        return tuple(self._readable(STAYS)) if obj is not None and obj.is_answered else ()

    @admin.action(
        description=_("Copy the chosen criteria to the following budget year"), permissions=["add"]
    )
    def copy_forward(
        self, request: HttpRequest, queryset: "models.QuerySet[AssessmentCriterion]"
    ) -> None:
        years = {row.year: row for row in ProgrammeYear.objects.all()}
        chosen = AssessmentCriterion.objects.filter(pk__in=queryset.order_by().values("pk"))
        copied = 0
        for year in sorted(set(chosen.values_list("programme_year__year", flat=True))):
            if year + 1 not in years:
                text = gettext("There is no budget year %(year)s yet. Add it first.")
                self.message_user(request, text % {"year": year + 1}, messages.ERROR)
                continue
            copied += chosen.of_year(years[year]).copy_to(years[year + 1])
        text = ngettext("%(n)s criterion copied.", "%(n)s criteria copied.", copied)
        self.message_user(request, text % {"n": copied})


class AnswerInline(LogInline):
    model = AssessmentAnswer
    related_names = ("criterion", "paper__kind")
    fields = ("criterion", "met", "evidence", "paper")
    readonly_fields = fields

    @admin.display(description=_("met"), empty_value="–")
    def met(self, answer: AssessmentAnswer) -> str | None:
        if answer.is_met is None:
            return None
        return gettext("yes") if answer.is_met else gettext("no")


@admin.register(Assessment)
class AssessmentAdmin(ReadOnlyAdmin):
    """Assessments are written on the page of the institution; here they are found."""

    list_display = ("institution", "assessed_on", "maturity", "assessor", "withdrawn_at")
    list_filter = ("maturity", "programme_year")
    list_select_related = ("institution", "assessor")
    search_fields = ("institution__name", "^institution__code")
    inlines = (AnswerInline,)

    def view_on_site(self, assessment: Assessment) -> str:
        return reverse("institutions:assessment-list", args=[assessment.institution_id])


class FollowUpFilter(admin.SimpleListFilter):
    """Visits whose agreed follow-up is still to be confirmed."""

    title = _("follow-up")
    parameter_name = "tindak-lanjut"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("terbuka", _("Open"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        is_asked = self.value() == "terbuka"
        return queryset.open_follow_ups(on=today_in_jakarta()) if is_asked else queryset


@admin.register(Visit)
class VisitAdmin(ReadOnlyAdmin):
    """Visits are recorded on the page of the institution; here they are found."""

    list_display = ("institution", "visited_on", "kind", "officer", "follow_up_due_on",
                    "followed_up_on")  # fmt: skip
    list_filter = ("kind", FollowUpFilter)
    list_select_related = ("institution", "officer")
    search_fields = ("institution__name", "^institution__code", "officer__name")

    def view_on_site(self, visit: Visit) -> str:
        return reverse("institutions:visit-list", args=[visit.institution_id])
