"""The flags of a cohort's report: on a participant's row, on one field of it, or on the whole."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models.deletion import Collector
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.requests import Visitor
from blk_portal.reporting.flags import Flag
from blk_portal.reporting.models import digest_of
from trainings.models.cohort import Cohort
from trainings.models.participant import FIELD_LABELS, Participant

ROW, REPORT = "row", "report"
PLACES = {**FIELD_LABELS, ROW: _("The whole row"), REPORT: _("The report as a whole")}
CHOICES_OF = {
    "sex": Participant.Sex.choices,
    "disability": Participant.Disability.choices,
    "result": Participant.Result.choices,
}


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


class CohortReportFlag(Flag):
    """A flag on the closing report of a cohort; without a participant it is about the whole report.

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
                condition=~models.Q(field=REPORT) | models.Q(participant=None, row=None),
                name="cohortreportflag_whole_report_has_no_row",
                violation_error_message=_("A flag on the whole report names no participant."),
            ),
            models.CheckConstraint(
                condition=models.Q(participant__isnull=False)
                | models.Q(was="", was_digest="", became=""),
                name="cohortreportflag_forgets_the_removed",
                violation_error_message=_("Nothing is kept of a participant who is removed."),
            ),
        ]

    @classmethod
    def about(cls, participant: Participant | None, *, field: str, note: str) -> Self:
        """A flag that a return is about to raise, with what stands there now."""
        flag = cls(participant=participant, field=field, note=note.strip())
        if participant is not None:
            flag.row = participant.roster_row
        flag.was, flag.was_digest = flag.present_value(), flag.present_digest()
        return flag

    @property
    def is_removed(self) -> bool:
        """Whether the participant has been taken off the roster since."""
        return self.participant_id is None and self.field != REPORT

    @property
    def is_changed(self) -> bool:
        if self.has_changed is None and self.is_removed:
            return True
        return super().is_changed

    def present_value(self) -> str:
        return "" if self.participant is None else _shown(self.participant, self.field)

    def present_digest(self) -> str:
        if self.participant is None:
            return ""
        names = FIELD_LABELS if self.field == ROW else [self.field]
        values = [_value(self.participant, name) for name in names]
        return digest_of([str(self.participant.uid), *values])

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
        words = {key: str(label) for key, label in CHOICES_OF.get(self.field, ())}
        return words.get(value, value)


def _value(person: Participant, name: str) -> str:
    """A value to be compared, never shown: of a NIK only its keyed index."""
    if name == "nik":
        return bytes(person.nik_index or b"").hex()
    return str(getattr(person, name))


def _shown(person: Participant, name: str) -> str:
    """A value as a screen may show it; personal numbers masked."""
    if name in (ROW, REPORT):
        return ""
    if name == "nik":
        return person.masked_nik
    return _masked(person.phone) if name == "phone" else _value(person, name)


def _masked(phone: str) -> str:
    if len(phone) <= 8:
        return "•" * len(phone)
    return f"{phone[:4]}{'•' * (len(phone) - 6)}{phone[-2:]}"
