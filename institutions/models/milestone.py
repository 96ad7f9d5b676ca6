"""Dated facts about an institution that run in parallel with its status."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from blk_portal.formats import long_date
from institutions.lifecycle import MilestoneKind
from institutions.models.programme import ProgrammeYear


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def standing(self) -> Self:
        """Milestones that hold: not withdrawn by a cancellation or a correction."""
        return self.filter(withdrawn_at=None)

    def known_at(self, moment: datetime) -> Self:
        """Milestones as the portal knew them at a past moment."""
        return self.filter(recorded_at__lte=moment).exclude(withdrawn_at__lte=moment)


class Milestone(models.Model):
    """One dated fact with its paper, for example the signing of the PKB.

    `happened_on` and the budget year say where it counts; `recorded_at` and `withdrawn_at` say what
    was known on a past day. Made by the verbs of Institution; withdrawn, never deleted.
    """

    Kind = MilestoneKind

    institution = models.ForeignKey(
        "institutions.Institution", models.PROTECT, related_name="milestones",
        verbose_name=_("institution"),
    )  # fmt: skip
    kind = models.CharField(_("kind"), max_length=16, choices=MilestoneKind)
    programme_year = models.ForeignKey(
        ProgrammeYear, models.PROTECT, related_name="milestones", verbose_name=_("budget year")
    )
    happened_on = models.DateField(_("date"))
    document_number = models.CharField(_("document number"), max_length=100, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name=_("recorded by"),
    )  # fmt: skip
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_because = models.CharField(_("reason of withdrawal"), max_length=300, blank=True)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["happened_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "kind"],
                condition=models.Q(withdrawn_at=None),
                name="milestone_one_standing_of_a_kind",
                violation_error_message=_("This milestone is already recorded."),
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None, withdrawn_because="")
                | (models.Q(withdrawn_at__isnull=False) & ~models.Q(withdrawn_because="")),
                name="milestone_withdrawal_has_reason",
                violation_error_message=_("A withdrawn milestone needs its reason."),
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="pkb") | ~models.Q(document_number=""),
                name="milestone_pkb_has_number",
                violation_error_message=_("A PKB needs its number."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["programme_year", "kind"],
                condition=models.Q(withdrawn_at=None),
                name="milestone_standing",
            ),
            # Lists of institutions name a PKB by its number, written in whatever way.
            models.Index(
                Upper(
                    models.Func(
                        "document_number",
                        models.Value("[^0-9A-Za-z]"),
                        models.Value(""),
                        models.Value("g"),
                        function="regexp_replace",
                        output_field=models.CharField(),
                    )
                ),
                condition=models.Q(kind="pkb", withdrawn_at=None),
                name="milestone_pkb_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {long_date(self.happened_on)}"
