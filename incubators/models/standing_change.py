"""The history of an incubator's standing: each day on which it was granted or lapsed."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from incubators.models.criterion import Criterion
from incubators.standing import Change


class StandingChangeQuerySet(models.QuerySet["StandingChange"]):
    def standing(self) -> Self:
        """Rows that hold: no later decision about the same days took their place."""
        return self.filter(withdrawn_at=None)

    def held_on(self, day: date) -> Self:
        """Rows that hold and are dated by a day, the latest first."""
        return self.standing().filter(day__lte=day).order_by("-day", "-pk")

    def bring_to(self, incubator_id: int, wanted: list[Change], *, until: date) -> bool:
        """Write what is not written yet, and mark what no longer follows; whether any was.

        The incubator is locked by the caller. Running it twice writes nothing the second time.
        """
        written = {
            (row.day, row.is_granted): row
            for row in self.standing().filter(incubator=incubator_id, day__lte=until)
        }
        asked = {(change.day, change.is_granted): change for change in wanted}
        now = timezone.now()
        void = [row.pk for key, row in written.items() if key not in asked]
        self.filter(pk__in=void).update(withdrawn_at=now)
        fresh = [
            StandingChange(
                incubator_id=incubator_id, day=change.day, is_granted=change.is_granted,
                criterion_id=change.criterion, evidence_id=change.evidence, recorded_at=now,
            )
            for key, change in asked.items()
            if key not in written
        ]  # fmt: skip
        self.bulk_create(fresh)
        return bool(void or fresh)


class StandingChange(models.Model):
    """One day on which an incubator's standing was granted or lapsed, and which evidence made it.

    Written by the verbs of evidence and by the daily task; never typed, never changed. A later
    decision about the same days marks the row and writes another one.
    """

    incubator = models.ForeignKey(
        "incubators.Incubator", models.PROTECT, related_name="standing_changes",
        verbose_name=_("incubator"),
    )  # fmt: skip
    day = models.DateField(_("date"))
    is_granted = models.BooleanField(_("granted"))
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, null=True, related_name="+", verbose_name=_("criterion")
    )
    evidence = models.ForeignKey(
        "incubators.Evidence", models.PROTECT, null=True, related_name="+",
        verbose_name=_("evidence"),
    )  # fmt: skip
    recorded_at = models.DateTimeField(_("recorded at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = StandingChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of standing")
        verbose_name_plural = _("changes of standing")
        ordering = ["-day", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["incubator", "day"], condition=Q(withdrawn_at=None),
                name="standing_changes_once_a_day",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return gettext("Standing granted") if self.is_granted else gettext("Standing lapsed")

    @property
    def because(self) -> str:
        """What made the change, in one sentence; wants `criterion` and `evidence__paper`."""
        told = {"criterion": self.criterion}
        if self.criterion is None:
            return gettext("The criteria in force changed.")
        if self.evidence is None:
            text = (
                gettext("The criterion “%(criterion)s” is no longer asked.")
                if self.is_granted
                else gettext("The criterion “%(criterion)s” came into force without evidence.")
            )
            return text % told
        if self.is_granted:
            return gettext("The last missing evidence came into force: %(criterion)s.") % told
        if self.evidence.ended_with_paper and self.evidence.withdrawn_on == self.day:
            return gettext("The paper of the evidence was withdrawn: %(criterion)s.") % told
        if self.evidence.withdrawn_on and self.evidence.withdrawn_on <= self.day:
            return gettext("Evidence was withdrawn: %(criterion)s.") % told
        return gettext("Evidence expired: %(criterion)s.") % told


def standing_of(day: date, field: str = "is_granted") -> Subquery:
    """A field of the change that holds on a day for the incubator of the outer query."""
    held = StandingChange.objects.held_on(day).filter(incubator=OuterRef("pk"))
    return Subquery(held.values(field)[:1])
