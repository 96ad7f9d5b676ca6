"""What an institution had reached in a budget year by papers older than the portal."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.requests import Visitor
from institutions.models import Institution, ProgrammeYear

# The columns in order; each is an indicator, and none is larger than the one before it.
COLUMNS = ("enrolled", "completed", "passed", "certification_reported", "certified")
LIVE = models.Q(counted_to=None, counted_from__isnull=False)
WAITING = models.Q(counted_to=None, counted_from=None)


class OpeningBalanceQuerySet(models.QuerySet["OpeningBalance"]):
    def visible_to(self, user: Visitor) -> Self:
        """Those of the institutions that a person may see; numbers without names."""
        return self.filter(institution__in=Institution.objects.visible_to(user))

    def live(self) -> Self:
        """Approved and not withdrawn."""
        return self.filter(LIVE)

    def waiting(self) -> Self:
        """Entered and not decided yet."""
        return self.filter(WAITING)

    def of_others(self, user: Visitor) -> Self:
        """Those that somebody else entered: nobody approves their own."""
        return self.exclude(entered_by=user.pk)


class OpeningBalance(models.Model):
    """The figures of an institution in a budget year by a paper from before the portal.

    Entered from a list by national staff; counts from the day on which a second person approves it
    (`counted_from`), until it is withdrawn or a later list takes its place (`counted_to`). Counts
    only by what it exceeds the verified reports of that institution and year, and never as people.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Awaits approval")
        LIVE = "live", _("Approved")
        DECLINED = "declined", _("Declined")
        ENDED = "ended", _("Withdrawn")

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="opening_balances",
        verbose_name=_("institution"),
    )  # fmt: skip
    programme_year = models.ForeignKey(
        ProgrammeYear, models.PROTECT, related_name="opening_balances",
        verbose_name=_("budget year"),
    )  # fmt: skip
    enrolled = models.PositiveIntegerField(_("enrolled"))
    completed = models.PositiveIntegerField(_("participations"))
    passed = models.PositiveIntegerField(_("passed"))
    certification_reported = models.PositiveIntegerField(_("certification reported"))
    certified = models.PositiveIntegerField(_("certified"))
    source = models.CharField(
        _("source"), max_length=200,
        help_text=_("The paper with the figures: kind, number and date."),
    )  # fmt: skip
    upload = models.UUIDField(_("list"), default=uuid.uuid4, editable=False)
    entered_at = models.DateTimeField(_("entered at"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    counted_from = models.DateTimeField(_("approved at"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("approved by"),
    )  # fmt: skip
    counted_to = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("ended by"),
    )  # fmt: skip
    ended_because = models.CharField(_("why it ended"), max_length=300, blank=True)

    objects = OpeningBalanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("opening balance")
        verbose_name_plural = _("opening balances")
        ordering = ["-programme_year__year", "institution__name", "-id"]
        permissions = [("approve_openingbalance", "May approve and withdraw opening balances")]
        indexes = [models.Index(fields=["upload"], name="openingbalance_upload")]
        constraints = [
            models.UniqueConstraint(
                fields=["programme_year", "institution"], condition=LIVE,
                name="openingbalance_one_live",
            ),
            models.UniqueConstraint(
                fields=["programme_year", "institution"], condition=WAITING,
                name="openingbalance_one_waiting",
            ),
            models.CheckConstraint(
                condition=models.Q(completed__gt=0)
                & models.Q(completed__lte=models.F("enrolled"))
                & models.Q(passed__lte=models.F("completed"))
                & models.Q(certification_reported__lte=models.F("passed"))
                & models.Q(certified__lte=models.F("certification_reported")),
                name="openingbalance_parts_within_whole",
                violation_error_message=_("Each figure is at most the one before it."),
            ),
            models.CheckConstraint(
                condition=~models.Q(source=""), name="openingbalance_has_source",
                violation_error_message=_("An opening balance names the paper it comes from."),
            ),
            models.CheckConstraint(
                condition=models.Q(counted_from=None, approved_by=None)
                | models.Q(counted_from__isnull=False, approved_by__isnull=False),
                name="openingbalance_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by=None)
                | ~models.Q(approved_by=models.F("entered_by")),
                name="openingbalance_four_eyes",
                violation_error_message=_("A second person approves an opening balance."),
            ),
            models.CheckConstraint(
                condition=models.Q(counted_to=None, ended_by=None, ended_because="")
                | (models.Q(counted_to__isnull=False, ended_by__isnull=False)
                   & ~models.Q(ended_because="")),
                name="openingbalance_ended_with_reason",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return gettext("Opening balance of %(institution)s, %(year)s") % {
            "institution": self.institution, "year": self.programme_year,
        }  # fmt: skip

    @property
    def state(self) -> str:
        """Where it stands, as a word of State."""
        if self.counted_to is None:
            return self.State.WAITING if self.counted_from is None else self.State.LIVE
        return self.State.DECLINED if self.counted_from is None else self.State.ENDED

    @property
    def state_label(self) -> str:
        return str(self.State(self.state).label)

    @property
    def figures(self) -> dict[str, int]:
        """What it says, by indicator."""
        return {name: getattr(self, name) for name in COLUMNS}
