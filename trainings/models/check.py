"""What the automatic checks leave behind: when a roster was compared, and why warnings are fine."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from blk_portal.privacy.validators import without_nik
from trainings.models.cohort import Cohort

EVERY_CODE = ""


class RosterCheck(models.Model):
    """When a cohort's roster was last compared with all others, and what came of it.

    Written by `overlaps.check_rosters` only. The persons found in other cohorts are `Overlap` rows.
    """

    cohort = models.OneToOneField(
        Cohort, models.CASCADE, related_name="roster_check", verbose_name=_("cohort")
    )
    checked_at = models.DateTimeField(_("checked at"))
    people = models.PositiveIntegerField(_("participants"))
    without_nik = models.PositiveIntegerField(_("participants without a NIK"))
    like_cohort = models.ForeignKey(
        Cohort, models.SET_NULL, null=True, related_name="+",
        verbose_name=_("earlier cohort with the same roster"),
    )  # fmt: skip
    like_people = models.PositiveIntegerField(_("participants of the earlier cohort"), default=0)
    shared = models.PositiveIntegerField(_("participants of both rosters"), default=0)

    class Meta:
        verbose_name = _("roster comparison")
        verbose_name_plural = _("roster comparisons")
        ordering = ["cohort_id"]

    def __str__(self) -> str:
        return str(self.cohort)


class WarningExplanation(models.Model):
    """Why the warnings of one code are in order, in the operator's words; one row a code.

    An empty code speaks for every warning: so it was asked before there was one field a code.
    """

    report = models.ForeignKey(
        "trainings.CohortReport", models.CASCADE, related_name="explanations",
        verbose_name=_("report"),
    )  # fmt: skip
    code = models.CharField(_("code"), max_length=40, blank=True)
    text = models.CharField(_("explanation"), max_length=500, validators=[without_nik])
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("explanation of a warning")
        verbose_name_plural = _("explanations of warnings")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "code"], name="warningexplanation_once_a_code"
            ),
            models.CheckConstraint(
                condition=~models.Q(text=""), name="warningexplanation_says_something",
                violation_error_message=_("Write the reason in one sentence."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.text
