"""The same person in two cohorts at the same time, and what staff decided about it."""

from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.formats import moment
from blk_portal.reporting.refusals import NotYours, Refused, Stale
from trainings.models.cohort import Cohort, open_institutions
from trainings.models.participant import Participant


class OverlapQuerySet(models.QuerySet["Overlap"]):
    def visible_to(self, user: Visitor) -> Self:
        """Pairs of which a reviewer sees at least one side; nobody else is told of any."""
        if not user.is_authenticated or not user.has_perm("trainings.verify_cohortreport"):
            return self.none()
        seen = open_institutions(user)
        return self.filter(
            models.Q(first_cohort__institution__in=seen)
            | models.Q(second_cohort__institution__in=seen)
        )

    def standing(self) -> Self:
        """Those that hold now: same NIK, overlapping days, neither of the two withdrawn."""
        return self.filter(ended_at=None)

    def undecided(self) -> Self:
        """Those that wait for a decision."""
        return self.standing().filter(verdict="")

    def of_cohort(self, cohort: Cohort) -> Self:
        return self.filter(models.Q(first_cohort=cohort) | models.Q(second_cohort=cohort))

    def refused_in(self, cohort: Cohort) -> Self:
        """Those by which a person may not take part in this cohort."""
        return self.standing().filter(verdict=Overlap.Verdict.REFUSED, refused_cohort=cohort)

    def for_lists(self) -> Self:
        """With all that a list row shows, in one query."""
        sides = [
            f"{side}_cohort__{name}"
            for side in ("first", "second")
            for name in ("programme", "institution__regency__province", "institution__office")
        ]
        return self.select_related("first", "second", "refused_cohort", *sides)


class Overlap(models.Model):
    """Two participations of one person at the same time. Found by the portal, decided by staff.

    Operators are told no more than that an officer looks at the row. When a participant is taken
    off a roster the pair stays, without the person, for what was decided.
    """

    class Verdict(models.TextChoices):
        ALLOWED = "allowed", _("Allowed")
        REFUSED = "refused", _("Not allowed")

    first = models.ForeignKey(
        Participant, models.SET_NULL, null=True, related_name="+", verbose_name=_("participant")
    )
    second = models.ForeignKey(
        Participant, models.SET_NULL, null=True, related_name="+", verbose_name=_("participant")
    )
    first_cohort = models.ForeignKey(
        Cohort, models.PROTECT, related_name="+", verbose_name=_("cohort")
    )
    second_cohort = models.ForeignKey(
        Cohort, models.PROTECT, related_name="+", verbose_name=_("cohort")
    )
    found_at = models.DateTimeField(_("found at"))
    ended_at = models.DateTimeField(_("no longer so since"), null=True, blank=True)
    verdict = models.CharField(_("decision"), max_length=8, choices=Verdict, blank=True)
    refused_cohort = models.ForeignKey(
        Cohort, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("not allowed in"),
    )  # fmt: skip

    objects = OverlapQuerySet.as_manager()

    # What the pages put beside a pair: its two sides as the reader may see them.
    sides: list[Any]

    class Meta:
        verbose_name = _("same person in two cohorts")
        verbose_name_plural = _("same persons in two cohorts")
        ordering = ["found_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="overlap_once_a_pair"),
            models.CheckConstraint(
                condition=models.Q(verdict="refused", refused_cohort__isnull=False)
                | (~models.Q(verdict="refused") & models.Q(refused_cohort=None)),
                name="overlap_refused_names_the_cohort",
                violation_error_message=_("Say in which of the two the person may not take part."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["found_at", "id"],
                condition=models.Q(ended_at=None, verdict=""),
                name="overlap_queue",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Same person in two cohorts, %(number)s") % {"number": self.pk}

    @transaction.atomic
    def decide(
        self, *, by: User, verdict: str, reason: str, seen: int, refused: Cohort | None = None
    ) -> "OverlapDecision":
        """Allow both participations, or say in which cohort the person may not take part.

        The last decision holds. seen: how many decisions the person knew of. Raises Stale when
        there is one more, NotYours for a cohort beyond the person's area, and Refused when the pair
        is no longer there.
        """
        held = Overlap.objects.select_for_update().get(pk=self.pk)
        if held.decisions.count() != seen:
            last = held.decisions.select_related("by")[0]
            told = {"name": last.by, "what": last, "when": moment(last.at)}
            raise Stale(
                gettext("%(name)s was first: %(what)s, %(when)s.") % told,
                cure=gettext("Read that decision; yours can still replace it."),
            )
        if held.ended_at is not None:
            raise Refused(
                gettext("This is no longer so: the roster or the dates have changed."),
                cure=gettext("There is nothing left to decide."),
            )
        if refused is not None and not Cohort.objects.visible_to(by).contains(refused):
            raise NotYours(gettext("You decide on participations of your own area only."))
        self.verdict, self.refused_cohort = verdict, refused
        self.save(update_fields=["verdict", "refused_cohort"])
        return OverlapDecision.objects.create(
            overlap=self, verdict=verdict, refused_cohort=refused, reason=reason, by=by,
            at=timezone.now(),
        )  # fmt: skip

    def participant_in(self, cohort: Cohort) -> Participant | None:
        """The participation in one of the two cohorts."""
        return self.first if self.first_cohort_id == cohort.pk else self.second


class OverlapDecision(models.Model):
    """One decision about a pair: what, why, who and when. Rows are added, never changed."""

    overlap = models.ForeignKey(
        Overlap, models.PROTECT, related_name="decisions",
        verbose_name=_("same person in two cohorts"),
    )  # fmt: skip
    verdict = models.CharField(_("decision"), max_length=8, choices=Overlap.Verdict)
    refused_cohort = models.ForeignKey(
        Cohort, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("not allowed in"),
    )  # fmt: skip
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("decision on a person in two cohorts")
        verbose_name_plural = _("decisions on persons in two cohorts")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reason=""), name="overlapdecision_has_a_reason",
                violation_error_message=_("Write the reason in one sentence."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.get_verdict_display()


def refusal_note() -> str:
    """What the operator reads of a refusal: never where else the person takes part.

    Kept with the flag, so in the language of the operators.
    """
    with override(settings.LANGUAGE_CODE):
        return gettext(
            "This participant cannot take part in this cohort. Take the row off the roster, or "
            "record the result as withdrew."
        )
