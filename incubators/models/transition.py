"""The log of an incubator's stage."""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from incubators.stages import COUNTING, Stage


class IncubatorTransitionQuerySet(models.QuerySet["IncubatorTransition"]):
    def standing(self) -> Self:
        """Steps that hold: not undone."""
        return self.filter(withdrawn_at=None)

    def known_at(self, moment: datetime) -> Self:
        """Steps as the portal knew them at a past moment."""
        return self.filter(recorded_at__lte=moment).exclude(withdrawn_at__lte=moment)

    def between(self, after: date, until: date) -> Self:
        """Steps dated after one day and until another."""
        return self.filter(happened_on__gt=after, happened_on__lte=until)

    def latest_first(self) -> Self:
        """In the order of recording: no step is dated before the one before it."""
        return self.order_by("-recorded_at", "-pk")


class IncubatorTransition(models.Model):
    """The log of an incubator's stage: one row a verb, added, never changed, undone at most once.

    An undone step holds no longer, and stays readable with who undid it and why.
    """

    incubator = models.ForeignKey(
        "incubators.Incubator", models.PROTECT, related_name="transitions",
        verbose_name=_("incubator"),
    )  # fmt: skip
    verb = models.CharField(_("verb"), max_length=16)
    from_stage = models.CharField(_("from"), max_length=12, choices=Stage)
    to_stage = models.CharField(_("to"), max_length=12, choices=Stage)
    replaces = models.ForeignKey(
        "incubators.Incubator", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("takes the place of"),
    )  # fmt: skip
    happened_on = models.DateField(_("date"))
    recorded_at = models.DateTimeField(_("recorded at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("withdrawn by"),
    )  # fmt: skip
    withdrawn_because = models.CharField(_("reason of withdrawal"), max_length=300, blank=True)

    objects = IncubatorTransitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("stage change")
        verbose_name_plural = _("stage changes")
        ordering = ["-recorded_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None, withdrawn_by=None, withdrawn_because="")
                | (
                    models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                    & ~models.Q(withdrawn_because="")
                ),
                name="incubator_step_withdrawal_has_reason",
                violation_error_message=_("A step is undone by somebody and with a reason."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_from_stage_display()} → {self.get_to_stage_display()}"

    @property
    def weight(self) -> int:
        """By how much the step changes the number that count: 1, -1 or 0."""
        return (self.to_stage in COUNTING) - (self.from_stage in COUNTING)
