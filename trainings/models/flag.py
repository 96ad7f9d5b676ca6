"""The flags of a cohort's report: on a participant's row, on one field of it, or on the whole."""

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models.deletion import Collector
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.requests import Visitor
from blk_portal.formats import date_range, number
from blk_portal.reporting.flags import Flag
from blk_portal.reporting.models import digest_of
from trainings.models import parts
from trainings.models.cohort import Cohort
from trainings.models.kind import ReportKind
from trainings.models.outcome import Certification, Placement, Section, province_choices
from trainings.models.participant import FIELD_LABELS, RESULT_FIELDS, Participant

if TYPE_CHECKING:
    from trainings.models.report import CohortReport

ROW, SCHEDULE, REPORT = "row", "schedule", "report"
# Places of the report itself: no participant is meant.
WHOLE = (SCHEDULE, REPORT)
OF_OPENING = {name: label for name, label in FIELD_LABELS.items() if name not in RESULT_FIELDS}
OF_CERTIFICATION = {
    "competency": _("Competency"),
    "body": _("Certified by"),
    "number": _("Certificate number"),
}
OF_PLACEMENT = {
    "outcome": _("What they do now"),
    "workplace": _("Employer or own business"),
    "section": _("Line of business (KBLI)"),
    "domicile": _("Lives in (province)"),
}
# What a report of each kind says of a participant, and what may be flagged in it.
COLUMNS: dict[str, dict[str, Any]] = {
    ReportKind.OPENING: OF_OPENING,
    ReportKind.CLOSING: FIELD_LABELS,
    ReportKind.CERTIFICATION: OF_CERTIFICATION,
    ReportKind.PLACEMENT_3: OF_PLACEMENT,
    ReportKind.PLACEMENT_6: OF_PLACEMENT,
}
PLACES = {
    **FIELD_LABELS, **OF_CERTIFICATION, **OF_PLACEMENT, ROW: _("The whole row"),
    SCHEDULE: _("Schedule: dates, hours, seats"), REPORT: _("The report as a whole"),
}  # fmt: skip
CHOICES_OF: dict[str, Any] = {
    "sex": Participant.Sex.choices,
    "disability": Participant.Disability.choices,
    "result": Participant.Result.choices,
    "competency": Certification.Competency.choices,
    "body": Certification.Body.choices,
    "outcome": Placement.Outcome.choices,
    "section": Section.choices,
    "domicile": province_choices(),
}
SCHEDULED = ("starts_on", "ends_on", "hours", "seats")


def places_of(kind: str) -> dict[str, Any]:
    """What a reviewer may flag in a report of this kind."""
    left_out = set() if kind == ReportKind.OPENING else {SCHEDULE}
    names = [*COLUMNS[kind], ROW, SCHEDULE, REPORT]
    return {name: PLACES[name] for name in names if name not in left_out}


def forget(collector: Collector, field: Any, sub_objs: Any, using: str) -> None:
    """Keep the flags of a participant who is removed, and empty what they know of the person."""
    for name in ("was", "was_digest", "became"):
        collector.add_field_update(field.model._meta.get_field(name), "", sub_objs)
    collector.add_field_update(field, None, sub_objs)


class CohortReportFlagQuerySet(models.QuerySet["CohortReportFlag"]):
    def visible_to(self, user: Visitor) -> Self:
        return self.filter(transition__report__cohort__in=Cohort.objects.visible_to(user))

    def standing(self) -> Self:
        """Raised, and not settled by a later decision: those of the last return."""
        return self.filter(resolved_at=None)

    def with_values(self, kinds: Collection[str] = tuple(ReportKind)) -> Self:
        """With what is flagged: the participants, what is entered of them, the schedule.

        kinds: the reports that the flags may be of; only placement is asked for on its own.
        """
        flagged = self.select_related("participant__certification", "transition__report__cohort")
        if parts.WAVES.keys().isdisjoint(kinds):
            return flagged
        return flagged.prefetch_related("participant__placements")


class CohortReportFlag(Flag):
    """A flag on a report of a cohort; without a participant it is about the report as a whole.

    It outlives the participant: row number, field and note stay, the person's values go. Notes are
    asked for without names, and NIKs in them are refused.
    """

    transition = models.ForeignKey(
        "trainings.CohortReportTransition", models.PROTECT, related_name="flags",
        verbose_name=_("raised by"),
    )  # fmt: skip
    participant = models.ForeignKey(
        Participant, forget, null=True, blank=True, related_name="flags",
        verbose_name=_("participant"),
    )  # fmt: skip
    row = models.PositiveIntegerField(_("row in the roster"), null=True, blank=True)
    field = models.CharField(_("column"), max_length=16, choices=list(PLACES.items()))

    objects = CohortReportFlagQuerySet.as_manager()

    class Meta(Flag.Meta):
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        ordering = ["row", "id"]
        constraints = [
            *Flag.Meta.constraints,
            models.UniqueConstraint(
                fields=["transition", "participant", "field"],
                name="cohortreportflag_once_a_place",
                violation_error_message=_("This place is flagged already."),
            ),
            models.CheckConstraint(
                condition=models.Q(field__in=list(PLACES)),
                name="cohortreportflag_known_place",
                violation_error_message=_("This column cannot be flagged."),
            ),
            models.CheckConstraint(
                condition=~models.Q(field__in=WHOLE) | models.Q(participant=None, row=None),
                name="cohortreportflag_whole_report_has_no_row",
                violation_error_message=_("A flag on the whole report names no participant."),
            ),
            models.CheckConstraint(
                condition=models.Q(participant__isnull=False)
                | models.Q(field=SCHEDULE)
                | models.Q(was="", was_digest="", became=""),
                name="cohortreportflag_forgets_the_removed",
                violation_error_message=_("Nothing is kept of a participant who is removed."),
            ),
        ]

    @classmethod
    def about(
        cls, report: "CohortReport", participant: Participant | None = None, *, field: str,
        note: str,
    ) -> Self:  # fmt: skip
        """A flag that a return of the report is about to raise, with what stands there now."""
        flag = cls(participant=participant, field=field, note=note.strip())
        if participant is not None:
            flag.row = participant.roster_row
        flag.was, flag.was_digest = flag._shown_in(report), flag._digest_in(report)
        return flag

    @property
    def is_whole(self) -> bool:
        """Whether it is about the report itself and no participant is meant."""
        return self.field in WHOLE

    @property
    def is_removed(self) -> bool:
        """Whether the participant has been taken off the roster since."""
        return self.participant_id is None and not self.is_whole

    @property
    def is_changed(self) -> bool:
        if self.has_changed is None and self.is_removed:
            return True
        return super().is_changed

    def present_value(self) -> str:
        return self._shown_in(self.transition.report)

    def present_digest(self) -> str:
        return self._digest_in(self.transition.report)

    def _shown_in(self, report: "CohortReport") -> str:
        if self.field == SCHEDULE:
            return " ".join(_schedule(report.cohort))
        if self.participant is None:
            return ""
        return _shown(holder_of(self.participant, report.kind), self.field)

    def _digest_in(self, report: "CohortReport") -> str:
        if self.field == SCHEDULE:
            return digest_of(_schedule(report.cohort))
        if self.participant is None:
            return ""
        names = COLUMNS[report.kind] if self.field == ROW else [self.field]
        holder = holder_of(self.participant, report.kind)
        return digest_of([str(self.participant.uid), *[_value(holder, name) for name in names]])

    @property
    def before_words(self) -> str | date:
        """What stood there when the flag was raised, in the reader's words."""
        return self._words(self.was)

    @property
    def after_words(self) -> str | date:
        """What stands there now, or stood there when the flag was settled."""
        return self._words(self.after)

    def _words(self, value: str) -> str | date:
        if self.field == "birth_date" and value:
            return date.fromisoformat(value)
        if self.field == SCHEDULE and value:
            first, last, hours, seats = value.split()
            told = {
                "days": date_range(date.fromisoformat(first), date.fromisoformat(last)),
                "hours": number(int(hours)), "seats": number(int(seats)),
            }  # fmt: skip
            return gettext("%(days)s, %(hours)s JP, %(seats)s seats") % told
        words = {key: str(label) for key, label in CHOICES_OF.get(self.field, ())}
        return words.get(value, value)


def holder_of(person: Participant, kind: str) -> Any:
    """Where the values stand that a report of this kind asks of a participant; none so far."""
    if kind in (ReportKind.OPENING, ReportKind.CLOSING):
        return person
    if kind == ReportKind.CERTIFICATION:
        return getattr(person, "certification", None)
    wave = parts.WAVES[ReportKind(kind)]
    return next((row for row in person.placements.all() if row.wave == wave), None)


def _schedule(cohort: Cohort) -> list[str]:
    return [str(getattr(cohort, name)) for name in SCHEDULED]


def _value(holder: Any, name: str) -> str:
    """A value to be compared, never shown: of a NIK only its keyed index."""
    if name == "nik":
        return bytes(holder.nik_index or b"").hex()
    value = getattr(holder, name, None)
    return "" if value is None else str(value)


def _shown(holder: Any, name: str) -> str:
    """A value as a screen may show it; personal numbers masked."""
    if name == ROW:
        return ""
    if name == "nik":
        return str(holder.masked_nik)
    return _masked(holder.phone) if name == "phone" else _value(holder, name)


def _masked(phone: str) -> str:
    if len(phone) <= 8:
        return "•" * len(phone)
    return f"{phone[:4]}{'•' * (len(phone) - 6)}{phone[-2:]}"
