"""The logs about participants and their money, to be found and read; all is written by pages."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.admin_scope import LogInline, ReadOnlyAdmin
from blk_portal.formats import rupiah, today_in_jakarta
from trainings.models import (
    Cohort,
    Erasure,
    GuardianConsent,
    Overlap,
    OverlapDecision,
    Participant,
    ParticipantChange,
    StandIn,
    TrainingAid,
    UnlockRequest,
)


class PeopleAdmin(ReadOnlyAdmin):
    """Rows about participants, found by a name or by the whole code of an institution.

    person_paths: the relations that lead to the participants of a row.
    """

    person_paths: tuple[str, ...] = ("participant",)
    # Django shows a search box only where there is a field; the search itself is our own.
    search_fields = ("pk",)
    search_help_text = _("Beginnings of words of a name, or the whole code of an institution.")
    sortable_by = ()
    ordering = ("-pk",)

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """By the index of names, among those that the person may see."""
        term = search_term.replace("\x00", "").strip()
        if not term:
            return queryset, False
        people = Participant.objects.file_visible_to(request.user).named(term)
        cohorts = Cohort.objects.visible_to(request.user).filter(institution__code__iexact=term)
        found = Q()
        for path in self.person_paths:
            found |= Q(**{f"{path}__in": people}) | Q(**{f"{path}__cohort__in": cohorts})
        return queryset.filter(found), False


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin):
    """What was erased after its retention, and what is announced: counts, nobody's names."""

    list_display = ("cutoff_on", "people", "others", "announced_at", "done_at")
    list_filter = (("done_at", admin.EmptyFieldListFilter),)
    fields = list_display
    readonly_fields = fields


@admin.register(ParticipantChange)
class ParticipantChangeAdmin(PeopleAdmin):
    """Corrections and restrictions after verification; made on the file of the person."""

    list_display = ("participant", "field", "institution", "because", "by", "at")
    list_filter = ("field",)
    list_select_related = ("participant__cohort__institution", "by")
    fields = ("participant", "institution", "field", "old", "new", "because", "by", "at")
    readonly_fields = fields

    @admin.display(description=_("institution"))
    def institution(self, change: ParticipantChange) -> str:
        return change.participant.cohort.institution.name

    def view_on_site(self, change: ParticipantChange) -> str:
        return reverse("trainings:participant-file", args=[change.participant_id])


@admin.register(GuardianConsent)
class GuardianConsentAdmin(PeopleAdmin):
    """Consents of guardians; recorded by operators from the signed sheets of a cohort."""

    list_display = ("participant", "relation", "institution", "given_at", "withdrawn_at")
    list_filter = ("relation", ("withdrawn_at", admin.EmptyFieldListFilter))
    list_select_related = (
        "participant__cohort__institution", "sheet__document__kind", "recorded_by", "withdrawn_by"
    )  # fmt: skip
    fields = (
        "participant", "institution", "relation", "guardian_name", "sheet", "given_at",
        "recorded_by", "withdrawn_at", "withdrawn_because", "withdrawn_by",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("institution"))
    def institution(self, consent: GuardianConsent) -> str:
        return consent.participant.cohort.institution.name

    def view_on_site(self, consent: GuardianConsent) -> str:
        return reverse("trainings:cohort-consents", args=[consent.participant.cohort_id])


class DecisionInline(LogInline):
    model = OverlapDecision
    related_names = ("by",)
    fields = ("at", "verdict", "reason", "by")
    readonly_fields = fields


@admin.register(Overlap)
class OverlapAdmin(PeopleAdmin):
    """The same person in two cohorts; decided in the queue. Of a foreign side nothing is shown."""

    person_paths = ("first", "second")
    list_display = ("one_side", "other_side", "found_at", "decision", "ended_at")
    list_filter = ("verdict", ("ended_at", admin.EmptyFieldListFilter))
    list_select_related = tuple(
        f"{side}_cohort__{name}"
        for side in ("first", "second")
        for name in ("programme", "institution")
    )
    inlines = (DecisionInline,)
    fields = ("one_side", "other_side", "found_at", "decision", "ended_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Overlap]:
        own = Cohort.objects.visible_to(request.user)
        rows: QuerySet[Overlap] = super().get_queryset(request)
        return rows.select_related(*self.list_select_related).annotate(
            shows_first=Exists(own.filter(pk=OuterRef("first_cohort"))),
            shows_second=Exists(own.filter(pk=OuterRef("second_cohort"))),
        )

    @admin.display(description=_("one training"))
    def one_side(self, pair: Any) -> str:
        return _side(pair.first_cohort, is_shown=pair.shows_first)

    @admin.display(description=_("other training"))
    def other_side(self, pair: Any) -> str:
        return _side(pair.second_cohort, is_shown=pair.shows_second)

    @admin.display(description=_("decision"))
    def decision(self, pair: Overlap) -> str:
        return pair.get_verdict_display() or gettext("not decided yet")

    def view_on_site(self, pair: Overlap) -> str:
        return reverse("trainings:overlap-decide", args=[pair.pk])


def _side(cohort: Cohort, *, is_shown: bool) -> str:
    return (
        f"{cohort}, {cohort.institution.name}" if is_shown else gettext("A cohort of another area")
    )


@admin.register(UnlockRequest)
class UnlockRequestAdmin(ReadOnlyAdmin):
    """Wishes of operators to change what was not flagged; decided on the review page."""

    list_display = ("institution", "reason", "asked_by", "asked_at", "answer")
    list_filter = ("is_granted",)
    list_select_related = (
        "transition__report__cohort__institution", "transition__report__cohort__programme",
        "participant", "asked_by", "decided_by",
    )  # fmt: skip
    search_fields = (
        "transition__report__cohort__institution__name",
        "^transition__report__cohort__institution__code",
    )
    sortable_by = ()
    ordering = ("-pk",)
    fields = (
        "institution", "cohort", "participant", "row", "reason", "asked_by", "asked_at", "answer",
        "decision_reason", "decided_by", "decided_at",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("institution"))
    def institution(self, wish: UnlockRequest) -> str:
        return wish.transition.report.cohort.institution.name

    @admin.display(description=_("cohort"))
    def cohort(self, wish: UnlockRequest) -> str:
        return str(wish.transition.report.cohort)

    @admin.display(description=_("decision"))
    def answer(self, wish: UnlockRequest) -> str:
        if wish.is_open:
            return gettext("not decided yet")
        return gettext("granted") if wish.is_granted else gettext("declined")

    def view_on_site(self, wish: UnlockRequest) -> str:
        return reverse("trainings:report-review", args=[wish.transition.report_id])


@admin.register(StandIn)
class StandInAdmin(ReadOnlyAdmin):
    """Officers who filled in a report for an operator; begun on the review page."""

    list_display = ("institution", "officer", "on_behalf_of", "channel", "opened_at", "closed_at")
    list_filter = ("channel", ("closed_at", admin.EmptyFieldListFilter))
    list_select_related = (
        "report__cohort__institution", "report__cohort__programme", "officer", "on_behalf_of"
    )  # fmt: skip
    search_fields = (
        "report__cohort__institution__name", "^report__cohort__institution__code", "officer__name"
    )  # fmt: skip
    sortable_by = ()
    ordering = ("-pk",)
    fields = (
        "report", "institution", "officer", "on_behalf_of", "channel", "reason", "opened_at",
        "closed_at",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("institution"))
    def institution(self, row: StandIn) -> str:
        return row.report.cohort.institution.name

    def view_on_site(self, row: StandIn) -> str:
        return reverse("trainings:report-review", args=[row.report_id])


@admin.register(TrainingAid)
class TrainingAidAdmin(ReadOnlyAdmin):
    """Money of cohorts and its LPJ; recorded on the plan of the cohort."""

    list_display = ("name", "institution", "sum", "received_on", "lpj_due_on", "state")
    list_filter = (
        "cohort__programme_year",
        ("filed_on", admin.EmptyFieldListFilter),
        ("accepted_on", admin.EmptyFieldListFilter),
    )
    list_select_related = (
        "cohort__institution", "cohort__programme", "recorded_by", "filed_by", "accepted_by",
        "paper__kind",
    )  # fmt: skip
    search_fields = ("cohort__institution__name", "^cohort__institution__code", "^number")
    sortable_by = ()
    ordering = ("-pk",)
    fields = (
        "name", "institution", "sum", "received_on", "number", "recorded_by", "lpj_due_on",
        "state", "filed_on", "filed_by", "lpj_number", "paper", "accepted_on", "accepted_by",
        "sent_back_because",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("cohort"))
    def name(self, aid: TrainingAid) -> str:
        return str(aid.cohort)

    @admin.display(description=_("institution"))
    def institution(self, aid: TrainingAid) -> str:
        return aid.cohort.institution.name

    @admin.display(description=_("amount in rupiah"))
    def sum(self, aid: TrainingAid) -> str:
        return rupiah(aid.amount)

    @admin.display(description=_("LPJ"))
    def state(self, aid: TrainingAid) -> str:
        return str(TrainingAid.State(aid.state_on(today_in_jakarta())).label)

    def view_on_site(self, aid: TrainingAid) -> str:
        return reverse("trainings:cohort-plan", args=[aid.cohort_id])
