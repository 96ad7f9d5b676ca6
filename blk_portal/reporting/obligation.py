"""The ledger of what is expected of institutions: who owes what, and what became of it."""

from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.accounts.roles import Reach
from blk_portal.formats import as_date, date_range, long_date, moment, today_in_jakarta
from blk_portal.reporting.refusals import Incomplete, Refused
from blk_portal.reporting.signals import obligation_moved
from institutions.models import Institution, ProgrammeYear

# A due date is moved by no more than this at once.
LONGEST_EXTENSION = timedelta(days=366)
# The kinds that are about a period, and so have a first and a last day.
OF_A_PERIOD = ("training_period", "incubation_quarter")


class ObligationState(models.TextChoices):
    """The states of the ledger; what is expected and past its due date is missing."""

    EXPECTED = "expected", _("Not reported yet")
    REPORTED = "reported", _("Reported")
    CONFIRMED_ZERO = "confirmed_zero", _("Confirmed: nothing to report")
    NOT_EXPECTED = "not_expected", _("Not expected")


HANDED_IN = (ObligationState.REPORTED, ObligationState.CONFIRMED_ZERO)


class ObligationVerb(models.TextChoices):
    """What happened to an obligation, as its history tells it."""

    REPORTED = "reported", pgettext_lazy("event", "Reported")
    WITHDRAWN = "withdrawn", pgettext_lazy("event", "Report withdrawn")
    RETURNED = "returned", pgettext_lazy("event", "Report returned")
    REOPENED = "reopened", pgettext_lazy("event", "Report reopened")
    ZERO_CONFIRMED = "zero_confirmed", pgettext_lazy("event", "Confirmed: nothing to report")
    ZERO_UNDONE = "zero_undone", pgettext_lazy("event", "Confirmation taken back")
    ZERO_OVERTAKEN = "zero_overtaken", pgettext_lazy("event", "Zero withdrawn: a training is there")
    EXCUSED = "excused", pgettext_lazy("event", "Not expected")
    EXPECTED_AGAIN = "expected_again", pgettext_lazy("event", "Expected again")
    EXTENDED = "extended", pgettext_lazy("event", "Due date extended")


VERB_OF_REPORT = {
    "submit": ObligationVerb.REPORTED,
    "withdraw": ObligationVerb.WITHDRAWN,
    "send_back": ObligationVerb.RETURNED,
    "reopen": ObligationVerb.REOPENED,
    "set_aside": ObligationVerb.EXCUSED,
}
# After these nothing has been handed in: the day of the report is forgotten.
UNSAID = {
    ObligationVerb.WITHDRAWN, ObligationVerb.ZERO_UNDONE, ObligationVerb.ZERO_OVERTAKEN,
}  # fmt: skip


def due_by(day: date) -> Q:
    """What was to be handed in before that day; completeness is measured against it."""
    return Q(due_on__lt=day) & ~Q(state=ObligationState.NOT_EXPECTED)


class ObligationQuerySet(models.QuerySet["Obligation"]):
    def visible_to(self, user: Visitor) -> Self:
        return Institution.objects.visible_to(user).narrow(self)

    def editable_by(self, user: Visitor) -> Self:
        """Those whose due date a person may move, or of which the person may expect nothing."""
        if not user.is_authenticated or not user.has_perm("reporting.manage_obligation"):
            return self.none()
        return self.visible_to(user)

    def answerable_by(self, user: Visitor) -> Self:
        """Those of which the person may say that there is nothing to report: an operator's own."""
        if not user.is_authenticated or user.spec.reach != Reach.OWN:
            return self.none()
        return self.visible_to(user)

    def outstanding(self) -> Self:
        return self.filter(state=ObligationState.EXPECTED)

    def overdue(self, *, on: date) -> Self:
        """Missing: not reported though the due date has passed, the longest owed first."""
        return self.outstanding().filter(due_on__lt=on).order_by("due_on", "id")

    def for_lists(self) -> Self:
        """With all that a list row shows, in one query."""
        return self.select_related(
            "institution__regency__province", "institution__office", "programme_year"
        )

    def tally(self, *, on: date) -> dict[str, int]:
        """How many institutions are to report and how many have; how many reports are overdue.

        An institution reports when it has handed in at least one report, or confirmed a zero.
        """
        late = Q(state=ObligationState.EXPECTED, due_on__lt=on)
        return self.exclude(state=ObligationState.NOT_EXPECTED).aggregate(
            institutions=Count("institution", distinct=True),
            reporting=Count("institution", distinct=True, filter=Q(state__in=HANDED_IN)),
            overdue=Count("pk", filter=late),
        )


class Obligation(models.Model):
    """One report that is expected of an institution: the ledger of who owes what.

    Overdue is not a state: it is `due_on` compared with today. Of a reporting period an institution
    says something even when it trained nobody: it confirms the zero.
    """

    class Kind(models.TextChoices):
        COHORT_OPENING = "cohort_opening", _("Opening report of a cohort")
        COHORT_CLOSING = "cohort_closing", _("Closing report of a cohort")
        COHORT_CERTIFICATION = "cohort_certification", _("Certification report of a cohort")
        COHORT_PLACEMENT_3 = "cohort_placement_3", _("Placement report of a cohort, 3 months")
        COHORT_PLACEMENT_6 = "cohort_placement_6", _("Placement report of a cohort, 6 months")
        TRAINING_PERIOD = "training_period", _("Trainings of a reporting period")
        INCUBATION_QUARTER = "incubation_quarter", _("Quarterly report of an incubator")

    State = ObligationState
    Verb = ObligationVerb
    # Of these an operator may confirm that there is nothing to report.
    MAY_BE_ZERO: ClassVar[frozenset[str]] = frozenset(OF_A_PERIOD)

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="obligations", verbose_name=_("institution")
    )
    programme_year = models.ForeignKey(
        ProgrammeYear, models.PROTECT, related_name="+", verbose_name=_("budget year")
    )
    kind = models.CharField(_("kind"), max_length=32, choices=Kind)
    subject = models.CharField(_("subject"), max_length=64)
    due_on = models.DateField(_("due on"))
    original_due_on = models.DateField(_("first due date"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=16, choices=ObligationState, default=ObligationState.EXPECTED
    )
    reported_on = models.DateField(_("handed in on"), null=True, blank=True)
    period_from = models.DateField(_("period from"), null=True, blank=True)
    period_to = models.DateField(_("period to"), null=True, blank=True)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = _("reporting obligation")
        verbose_name_plural = _("reporting obligations")
        ordering = ["due_on", "id"]
        permissions = [("manage_obligation", "May extend due dates and excuse institutions")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject"], name="obligation_unique_subject"),
            models.CheckConstraint(
                condition=Q(original_due_on=None) | Q(original_due_on__lt=F("due_on")),
                name="obligation_extended_to_later",
                violation_error_message=_("An extended due date lies after the first one."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=OF_A_PERIOD, period_from__lte=F("period_to"))
                | (~Q(kind__in=OF_A_PERIOD) & Q(period_from=None, period_to=None)),
                name="obligation_period_has_its_days",
                violation_error_message=_("A reporting period has a first and a last day."),
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed_zero") | Q(kind__in=OF_A_PERIOD),
                name="obligation_zero_of_a_period",
                violation_error_message=_("Only of a reporting period a zero is confirmed."),
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], name="obligation_due_order"),
            # All that completeness is counted from, so that it need not read the rows themselves:
            # of some institutions, and of all.
            models.Index(
                fields=["institution", "programme_year"],
                include=["state", "due_on", "reported_on"],
                name="obligation_institution",
            ),
            models.Index(
                fields=["due_on"],
                include=["institution", "state", "reported_on", "programme_year"],
                condition=~Q(state="not_expected"),
                name="obligation_completeness",
            ),
            models.Index(
                fields=["due_on", "id"],
                condition=Q(state="expected"),
                name="obligation_outstanding",
            ),
        ]

    def __str__(self) -> str:
        told = {"kind": self.label, "date": long_date(self.due_on)}
        return gettext("%(kind)s, due %(date)s") % told

    @property
    def label(self) -> str:
        """What is owed, with its days where it is of a period."""
        if self.period_from is None:
            return str(self.Kind(self.kind).label)
        if self.kind == self.Kind.INCUBATION_QUARTER:
            return gettext("Report of the incubator, %(days)s") % {"days": self.days}
        return gettext("Trainings of %(days)s") % {"days": self.days}

    @property
    def period(self) -> tuple[date, date]:
        """The first and the last day of its period. Raises ValueError where it is of none."""
        if self.period_from is None or self.period_to is None:
            raise ValueError("not about a period")
        return self.period_from, self.period_to

    @property
    def days(self) -> str:
        """The days of its period."""
        return date_range(self.period_from, self.period_to)

    @property
    def standing(self) -> str:
        """Where it stands in one word: its state, or that it is overdue."""
        return "overdue" if self.is_missing else str(self.state)

    @property
    def may_be_zero(self) -> bool:
        return self.kind in self.MAY_BE_ZERO

    @property
    def is_outstanding(self) -> bool:
        return self.state == ObligationState.EXPECTED

    @property
    def is_missing(self) -> bool:
        """Expected, and the due date has passed."""
        return self.is_outstanding and self.is_past_due

    @property
    def is_past_due(self) -> bool:
        return self.due_on < today_in_jakarta()

    @property
    def is_in_time(self) -> bool:
        """Handed in, and on its due date at the latest."""
        return (
            self.state in HANDED_IN
            and self.reported_on is not None
            and self.reported_on <= self.due_on
        )

    def held(self) -> "Obligation":
        """This row as it is stored now, locked until the transaction ends."""
        return Obligation.objects.select_for_update(no_key=True).get(pk=self.pk)

    @transaction.atomic
    def follow(
        self, verb: str, state: str, *, by: User | None, at: datetime, reason: str = ""
    ) -> None:
        """What a verb of its report says of it; reason: why nothing is expected any longer."""
        row = self.held()
        if row.state != state:
            default = ObligationVerb.REPORTED if state in HANDED_IN else ObligationVerb.RETURNED
            told = VERB_OF_REPORT.get(verb, default)
            row._become(state, told, by=by, at=at, reason=reason)
        self.state, self.reported_on = row.state, row.reported_on

    @transaction.atomic
    def confirm_zero(self, *, by: User, reason: str = "") -> None:
        """Say that there is nothing to report; a second click changes nothing.

        Raises Refused where something is reported already or no longer expected.
        """
        row = self.held()
        if row.state == ObligationState.CONFIRMED_ZERO:
            return
        if not row.may_be_zero:
            raise Refused(gettext("Of this report a zero cannot be confirmed."))
        row._refuse_unless(ObligationState.EXPECTED)
        row._become(
            ObligationState.CONFIRMED_ZERO, ObligationVerb.ZERO_CONFIRMED, by=by, reason=reason
        )

    @transaction.atomic
    def undo_zero(self, *, by: User, reason: str = "") -> None:
        """Take the zero back: freely until the due date has passed, afterwards with a reason."""
        row = self.held()
        row._refuse_unless(ObligationState.CONFIRMED_ZERO)
        if row.is_past_due:
            _need(reason)
        row._become(ObligationState.EXPECTED, ObligationVerb.ZERO_UNDONE, by=by, reason=reason)

    @transaction.atomic
    def overtake_zero(self, *, why: str, by: User | None = None) -> bool:
        """Withdraw a confirmed zero as there is a training after all; whether there was one."""
        row = self.held()
        if row.state != ObligationState.CONFIRMED_ZERO:
            return False
        row._become(ObligationState.EXPECTED, ObligationVerb.ZERO_OVERTAKEN, by=by, reason=why)
        return True

    @transaction.atomic
    def excuse(self, *, by: User | None, reason: str) -> None:
        """Expect nothing any longer. Raises Refused unless outstanding, and without a reason."""
        _need(reason)
        row = self.held()
        row._refuse_unless(ObligationState.EXPECTED)
        row._become(ObligationState.NOT_EXPECTED, ObligationVerb.EXCUSED, by=by, reason=reason)

    @transaction.atomic
    def expect_again(self, *, by: User, reason: str) -> None:
        """Expect it again after all. Raises Refused unless nothing was expected."""
        _need(reason)
        row = self.held()
        row._refuse_unless(ObligationState.NOT_EXPECTED)
        row._become(ObligationState.EXPECTED, ObligationVerb.EXPECTED_AGAIN, by=by, reason=reason)

    @transaction.atomic
    def extend(self, *, by: User, due_on: date, reason: str) -> None:
        """Move the due date to a later day; the first one is kept.

        Raises Refused unless it is outstanding, for a day that lies behind or is not later, and
        without a reason.
        """
        _need(reason)
        row = self.held()
        row._refuse_unless(ObligationState.EXPECTED)
        today = today_in_jakarta()
        if due_on <= row.due_on or due_on < today:
            told = {"date": long_date(max(row.due_on + timedelta(days=1), today))}
            raise Refused(gettext("Choose a later day: %(date)s at the earliest.") % told)
        if due_on > today + LONGEST_EXTENSION:
            told = {"date": long_date(today + LONGEST_EXTENSION)}
            raise Refused(gettext("Choose an earlier day: %(date)s at the latest.") % told)
        before = row.due_on
        row.original_due_on, row.due_on = row.original_due_on or before, due_on
        row._become(
            row.state, ObligationVerb.EXTENDED, by=by, reason=reason, due_from=before, due_to=due_on
        )
        self.due_on, self.original_due_on = row.due_on, row.original_due_on

    def _become(
        self,
        state: str,
        verb: ObligationVerb,
        *,
        by: User | None,
        reason: str = "",
        at: datetime | None = None,
        **dates: date,
    ) -> None:
        """Write the new state with its row of history; the row is held by the caller."""
        at, before = at or timezone.now(), self.state
        self.state = state
        if state in HANDED_IN:
            self.reported_on = self.reported_on or as_date(at)
        elif verb in UNSAID:
            self.reported_on = None
        self.save(update_fields=["state", "reported_on", "due_on", "original_due_on"])
        step = self.steps.create(
            verb=verb, from_state=before, to_state=state, at=at, by=by, reason=reason.strip(),
            **dates,
        )  # fmt: skip
        obligation_moved.send(Obligation, obligation=self, step=step)

    def _refuse_unless(self, state: str) -> None:
        if self.state == state:
            return
        last = self.steps.select_related("by").first()
        told: dict[str, Any] = {"state": self.get_state_display()}
        text = gettext("This stands at “%(state)s” already.")
        if last is not None:
            told |= {"name": last.by or gettext("the portal")}
            told |= {"when": moment(last.at, self.institution.time_zone)}
            text = gettext("This stands at “%(state)s” since %(when)s, by %(name)s.")
        raise Refused(text % told, cure=gettext("Open it again to see how it stands now."))


def _need(reason: str) -> None:
    if not reason.strip():
        raise Incomplete(
            gettext("A reason is needed."), cure=gettext("Say why: it is kept in the history.")
        )


class ObligationStep(models.Model):
    """The history of an obligation: one row a change, added by its verbs and never changed."""

    obligation = models.ForeignKey(
        Obligation, models.PROTECT, related_name="steps", verbose_name=_("obligation")
    )
    verb = models.CharField(_("verb"), max_length=16, choices=ObligationVerb)
    from_state = models.CharField(_("from"), max_length=16, choices=ObligationState)
    to_state = models.CharField(_("to"), max_length=16, choices=ObligationState)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    due_from = models.DateField(_("due date before"), null=True, blank=True)
    due_to = models.DateField(_("due date after"), null=True, blank=True)

    class Meta:
        verbose_name = _("step of an obligation")
        verbose_name_plural = _("steps of obligations")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verb="extended", due_to__gt=F("due_from"))
                | (~Q(verb="extended") & Q(due_from=None, due_to=None)),
                name="obligationstep_extension_has_dates",
                violation_error_message=_("An extension names both due dates."),
            ),
        ]
        indexes = [
            models.Index(fields=["obligation", "-at", "-id"], name="obligationstep_latest_first")
        ]

    def __str__(self) -> str:
        return str(self.get_verb_display())
