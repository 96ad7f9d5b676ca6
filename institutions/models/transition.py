"""The log of an institution's status."""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from institutions.lifecycle import InstitutionStatus


class InstitutionTransitionQuerySet(models.QuerySet["InstitutionTransition"]):
    def standing(self) -> Self:
        """Steps that hold: not undone."""
        return self.filter(withdrawn_at=None)

    def known_at(self, moment: datetime) -> Self:
        """Steps as the portal knew them at a past moment."""
        return self.filter(recorded_at__lte=moment).exclude(withdrawn_at__lte=moment)


class InstitutionTransition(models.Model):
    """One verb of the life cycle as it was carried out: added, never changed, undone at most once.

    An undone step (see `undoing`) holds no longer, and stays readable with who undid it and why.
    """

    institution = models.ForeignKey(
        "institutions.Institution", models.PROTECT, related_name="transitions",
        verbose_name=_("institution"),
    )  # fmt: skip
    verb = models.CharField(_("verb"), max_length=16)
    from_status = models.CharField(_("from"), max_length=16, choices=InstitutionStatus)
    to_status = models.CharField(_("to"), max_length=16, choices=InstitutionStatus)
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

    objects = InstitutionTransitionQuerySet.as_manager()
    # Each row of the register keeps the log of its own status.
    stays_when_merged: ClassVar[bool] = True

    class Meta:
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
        ordering = ["-recorded_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None, withdrawn_by=None, withdrawn_because="")
                | (
                    models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                    & ~models.Q(withdrawn_because="")
                ),
                name="transition_withdrawal_has_reason",
                violation_error_message=_("A step is undone by somebody and with a reason."),
            )
        ]
        indexes = [
            models.Index(
                fields=["institution", "-recorded_at", "-id"], name="transition_latest_first"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_from_status_display()} → {self.get_to_status_display()}"
