"""Money paid to institutions, and how each tranche is accounted for."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.formats import long_date, rupiah
from institutions.due import working_days_after
from institutions.lifecycle import IN_PREPARATION, InstitutionStatus
from institutions.models.document import Document
from institutions.models.institution import Institution
from institutions.models.programme import ProgrammeYear


class MoneyRefused(Exception):
    """The tranche cannot be recorded or moved on; the text says why."""


class DisbursementQuerySet(models.QuerySet["Disbursement"]):
    def visible_to(self, user: Visitor) -> Self:
        """Tranches of the institutions a person sees, for the roles that see money at all."""
        if not user.is_authenticated or not user.spec.sees_money:
            return self.none()
        return self.filter(institution__in=Institution.objects.visible_to(user))

    def editable_by(self, user: Visitor) -> Self:
        return self.filter(institution__in=Institution.objects.editable_by(user))

    def standing(self) -> Self:
        """Tranches that hold: not withdrawn as recorded by mistake."""
        return self.filter(withdrawn_at=None)

    def for_lists(self) -> Self:
        """With all that a list row shows, in one query."""
        return self.select_related(
            "institution__regency__province", "institution__office", "programme_year"
        )

    def as_of(self, day: date) -> Self:
        """Tranches paid by the end of a day, with what stood then by the dates of the steps.

        Adds `as_of_day`, and `accounted_then`, `returned_then` and `outstanding_then`, in rupiah.
        """
        steps = DisbursementStep.objects.filter(
            disbursement=models.OuterRef("pk"), happened_on__lte=day
        )
        report = steps.exclude(verb=DisbursementStep.Verb.RETURNED).order_by("-recorded_at", "-pk")
        returned = steps.filter(verb=DisbursementStep.Verb.RETURNED).order_by()
        whole = models.BigIntegerField()
        rows = self.standing().filter(sp2d_on__lte=day)
        return rows.annotate(
            as_of_day=models.Value(day, models.DateField()),
            accounted_then=Coalesce(models.Subquery(report.values("amount")[:1]), 0),
            returned_then=Coalesce(
                models.Subquery(
                    returned.values("disbursement")
                    .annotate(total=models.Sum("amount"))
                    .values("total"),
                    output_field=whole,
                ),
                0,
            ),
            outstanding_then=F("amount") - F("accounted_then") - F("returned_then"),
        )

    def open_as_of(self, day: date) -> Self:
        """Of the tranches of `as_of` those whose report was not accepted by then."""
        return self.as_of(day).exclude(accepted_on__lte=day)

    def in_state(self, state: str, *, on: date) -> Self:
        """Of the tranches of `as_of` those whose report was due, overdue or filed on that day."""
        filed = Q(accounted_then__gt=0)
        if state == Disbursement.State.FILED:
            return self.filter(filed)
        late = Q(lpj_due_on__lt=on)
        return self.filter(~filed, late if state == Disbursement.State.OVERDUE else ~late)

    def overdue(self, *, on: date) -> Self:
        """Tranches whose accountability report was due before that day and not filed by then."""
        return self.open_as_of(on).in_state(Disbursement.State.OVERDUE, on=on)

    def totals(self, *by: str) -> Sequence[dict[str, Any]]:
        """Sums of `as_of` rows, one for each value of the named columns, the most owed first."""
        rows = self.order_by().values(*by).annotate(
            tranches=models.Count("pk"),
            paid=models.Sum("amount"),
            accounted=models.Sum("accounted_then"),
            returned=models.Sum("returned_then"),
            outstanding=models.Sum("outstanding_then"),
        )  # fmt: skip
        return list(rows.order_by("-outstanding", *by))

    @transaction.atomic
    def pay(
        self,
        *,
        institution: Institution,
        programme_year: ProgrammeYear,
        purpose: str,
        tranche: int,
        amount: int,
        sp2d_number: str,
        sp2d_on: date,
        by: User,
    ) -> "Disbursement":
        """Record a tranche that was paid; its report is due some working days later.

        Raises MoneyRefused before the PKB, and for a tranche that is recorded already.
        """
        if institution.status in (*IN_PREPARATION, InstitutionStatus.REJECTED):
            raise MoneyRefused(gettext("Money is paid only after the PKB has been signed."))
        paid = Disbursement(
            institution=institution, programme_year=programme_year, purpose=purpose,
            tranche=tranche, amount=amount, sp2d_number=sp2d_number, sp2d_on=sp2d_on,
            lpj_due_on=working_days_after(sp2d_on, programme_year.lpj_due_days),
            recorded_at=timezone.now(), recorded_by=by,
        )  # fmt: skip
        try:
            with transaction.atomic():
                paid.full_clean()
                paid.save()
        except ValidationError as refusal:
            raise MoneyRefused(" ".join(refusal.messages)) from refusal
        except IntegrityError as race:
            raise MoneyRefused(gettext("This tranche is already recorded.")) from race
        return paid


class Disbursement(models.Model):
    """One tranche (termin) paid to an institution, by the treasury's order (SP2D).

    Recorded by staff. Whether its accountability report (LPJ) is due, overdue, filed or accepted is
    read from its dates and never stored. The sums always add up; the steps are kept in a log.
    """

    class Purpose(models.TextChoices):
        BUILDING = "building", _("Building")
        EQUIPMENT = "equipment", _("Equipment")
        OPERATIONS = "operations", _("Operations")
        TRAINING = "training", _("Training")

    class State(models.TextChoices):
        """Where the report of a tranche stands on a day; derived, never stored."""

        DUE = "due", _("LPJ due")
        OVERDUE = "overdue", _("LPJ overdue")
        FILED = "filed", _("LPJ filed")
        ACCEPTED = "accepted", _("LPJ accepted")

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="disbursements", verbose_name=_("institution")
    )
    programme_year = models.ForeignKey(
        ProgrammeYear, models.PROTECT, related_name="+", verbose_name=_("budget year")
    )
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose)
    tranche = models.PositiveSmallIntegerField(_("tranche"))
    amount = models.BigIntegerField(_("amount in rupiah"))
    sp2d_number = models.CharField(_("SP2D number"), max_length=60)
    sp2d_on = models.DateField(_("SP2D date"))
    lpj_due_on = models.DateField(_("LPJ due on"))
    accounted = models.BigIntegerField(_("accounted for"), default=0)
    returned = models.BigIntegerField(_("returned"), default=0)
    filed_on = models.DateField(_("LPJ filed on"), null=True, blank=True)
    accepted_on = models.DateField(_("LPJ accepted on"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("withdrawn by"),
    )  # fmt: skip
    withdrawn_because = models.CharField(_("reason of withdrawal"), max_length=300, blank=True)

    objects = DisbursementQuerySet.as_manager()

    class Meta:
        verbose_name = _("tranche")
        verbose_name_plural = _("tranches")
        ordering = ["sp2d_on", "id"]
        permissions = [("file_lpj", "May file the accountability report of a tranche")]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "programme_year", "purpose", "tranche"],
                condition=Q(withdrawn_at=None), name="disbursement_one_of_a_tranche",
                violation_error_message=_("This tranche is already recorded."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, tranche__gt=0), name="disbursement_positive",
                violation_error_message=_("A tranche has a number from 1 and an amount above 0."),
            ),
            models.CheckConstraint(
                condition=Q(
                    accounted__gte=0, returned__gte=0,
                    amount__gte=F("accounted") + F("returned"),
                ),
                name="disbursement_within_amount",
                violation_error_message=_(
                    "What is accounted for and returned cannot be more than what was paid."
                ),
            ),
            models.CheckConstraint(
                condition=Q(accepted_on=None)
                | Q(
                    amount=F("accounted") + F("returned"), filed_on__isnull=False,
                    accepted_on__gte=F("filed_on"),
                ),
                name="disbursement_accepted_whole",
                violation_error_message=_(
                    "An LPJ is accepted only when all money is accounted for or returned, and not "
                    "before it was filed."
                ),
            ),
            models.CheckConstraint(
                condition=Q(filed_on=None, accounted=0)
                | Q(filed_on__isnull=False, filed_on__gte=F("sp2d_on"), accounted__gt=0),
                name="disbursement_filed_whole",
                violation_error_message=_(
                    "A filed LPJ has its amount, and a date not before the SP2D."
                ),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_because="")
                | (
                    Q(withdrawn_at__isnull=False, accounted=0, returned=0)
                    & ~Q(withdrawn_because="")
                ),
                name="disbursement_withdrawn_untouched",
                violation_error_message=_(
                    "Only a tranche without any account is withdrawn, and with its reason."
                ),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["lpj_due_on", "id"], name="disbursement_due_order"),
        ]

    def __str__(self) -> str:
        told = {"purpose": self.get_purpose_display(), "number": self.tranche}
        return gettext("%(purpose)s, tranche %(number)s") % told

    @property
    def outstanding(self) -> int:
        """What is neither accounted for nor returned, in rupiah."""
        return self.amount - self.accounted - self.returned

    def state_on(self, day: date) -> str:
        """Where its report stands on a day from the present figures."""
        if self.accepted_on is not None and self.accepted_on <= day:
            return self.State.ACCEPTED
        if self.filed_on is not None and self.filed_on <= day:
            return self.State.FILED
        return self.State.OVERDUE if self.lpj_due_on < day else self.State.DUE

    def days_overdue(self, day: date) -> int:
        """Calendar days since the report was due; 0 where it is not overdue."""
        if self.state_on(day) != self.State.OVERDUE:
            return 0
        return (day - self.lpj_due_on).days

    def _locked(self) -> "Disbursement":
        """The row as it stands, held until the transaction ends: one person at a time."""
        row = Disbursement.objects.select_for_update(no_key=True).get(pk=self.pk)
        if row.withdrawn_at:
            raise MoneyRefused(gettext("This tranche has been withdrawn."))
        if row.accepted_on:
            raise MoneyRefused(gettext("The LPJ of this tranche has been accepted already."))
        return row

    def _log(self, verb: str, *, by: User, on: date, amount: int, **told: object) -> None:
        DisbursementStep.objects.create(
            disbursement=self, verb=verb, by=by, happened_on=on, amount=amount,
            recorded_at=timezone.now(), **told,
        )  # fmt: skip

    def _settle(self, row: "Disbursement", *names: str) -> None:
        try:
            row.validate_constraints()
        except ValidationError as refusal:
            raise MoneyRefused(" ".join(refusal.messages)) from refusal
        row.save(update_fields=names)
        self.refresh_from_db()

    def _refuse_early(self, on: date, *, after_all: bool) -> None:
        """No step before the SP2D; what decides on the report not before any step at all."""
        earliest, occasion = self.sp2d_on, gettext("SP2D")
        steps = self.steps.all() if after_all else self.steps.filter(
            verb=DisbursementStep.Verb.SENT_BACK
        )  # fmt: skip
        if last := steps.order_by("-happened_on").first():
            earliest, occasion = last.happened_on, last.get_verb_display()
        if on < earliest:
            text = gettext("“%(occasion)s” is dated %(earliest)s; this cannot be dated %(on)s.")
            told = {"occasion": occasion, "earliest": long_date(earliest), "on": long_date(on)}
            raise MoneyRefused(text % told)

    @transaction.atomic
    def file(
        self, *, by: User, on: date, amount: int, number: str = "", document: Document | None = None
    ) -> None:
        """File the accountability report (LPJ) of this tranche with the amount it proves.

        Raises MoneyRefused where one is filed already, and where the sums do not fit.
        """
        row = self._locked()
        if row.filed_on:
            raise MoneyRefused(gettext("An LPJ of this tranche is already filed."))
        self._refuse_early(on, after_all=False)
        if amount <= 0:
            raise MoneyRefused(gettext("Write the amount that the LPJ proves."))
        if amount > row.amount - row.returned:
            text = gettext("At most %(rest)s is still to be accounted for.")
            raise MoneyRefused(text % {"rest": rupiah(row.amount - row.returned)})
        row.accounted, row.filed_on = amount, on
        self._settle(row, "accounted", "filed_on")
        self._log(
            DisbursementStep.Verb.FILED, by=by, on=on, amount=amount, number=number,
            document=document,
        )  # fmt: skip

    @transaction.atomic
    def give_back(
        self, *, by: User, on: date, amount: int, number: str, document: Document | None = None
    ) -> None:
        """Record unspent money that came back, with the number of the proof.

        Raises MoneyRefused without a number, and for more than is still open.
        """
        row = self._locked()
        self._refuse_early(on, after_all=False)
        if not number.strip():
            raise MoneyRefused(gettext("Write the number of the proof of payment."))
        if not 0 < amount <= row.outstanding:
            text = gettext("At most %(rest)s is still open.")
            raise MoneyRefused(text % {"rest": rupiah(row.outstanding)})
        row.returned += amount
        self._settle(row, "returned")
        self._log(
            DisbursementStep.Verb.RETURNED, by=by, on=on, amount=amount, number=number,
            document=document,
        )  # fmt: skip

    def _filed(self) -> "tuple[Disbursement, DisbursementStep]":
        row = self._locked()
        filing = self.steps.filter(verb=DisbursementStep.Verb.FILED).order_by("-recorded_at", "-pk")
        step = filing.first()
        if row.filed_on is None or step is None:
            raise MoneyRefused(gettext("No LPJ of this tranche is filed."))
        return row, step

    @transaction.atomic
    def accept(self, *, by: User, on: date) -> None:
        """Accept the report; the tranche is settled.

        Raises MoneyRefused where nothing is filed, money is still open, and by who filed it.
        """
        row, filing = self._filed()
        self._refuse_early(on, after_all=True)
        if row.outstanding:
            text = gettext("%(rest)s is neither accounted for nor returned.")
            raise MoneyRefused(text % {"rest": rupiah(row.outstanding)})
        if filing.by_id == by.pk:
            raise MoneyRefused(gettext("You filed this LPJ; somebody else has to accept it."))
        row.accepted_on = on
        self._settle(row, "accepted_on")
        self._log(DisbursementStep.Verb.ACCEPTED, by=by, on=on, amount=row.accounted)

    @transaction.atomic
    def send_back(self, *, by: User, on: date, reason: str) -> None:
        """Send the report back; it is to be filed anew.

        Raises MoneyRefused without a reason, and where nothing is filed.
        """
        if not reason.strip():
            raise MoneyRefused(gettext("Say why: the reason is kept in the history."))
        row, _filing = self._filed()
        self._refuse_early(on, after_all=True)
        row.accounted, row.filed_on = 0, None
        self._settle(row, "accounted", "filed_on")
        self._log(DisbursementStep.Verb.SENT_BACK, by=by, on=on, amount=0, reason=reason)

    @transaction.atomic
    def withdraw(self, *, by: User, reason: str) -> None:
        """Take back a tranche that was recorded by mistake, before anything was accounted for.

        Raises MoneyRefused without a reason, and once there is an account.
        """
        if not reason.strip():
            raise MoneyRefused(gettext("Say why: the reason is kept in the history."))
        row = self._locked()
        if row.accounted or row.returned:
            raise MoneyRefused(gettext("This tranche has an account already; it stays."))
        row.withdrawn_at, row.withdrawn_by = timezone.now(), by
        row.withdrawn_because = reason
        self._settle(row, "withdrawn_at", "withdrawn_by", "withdrawn_because")


class DisbursementStep(models.Model):
    """The log of a tranche: LPJ filed, sent back or accepted, money returned; never changed."""

    class Verb(models.TextChoices):
        FILED = "filed", _("LPJ filed")
        SENT_BACK = "sent_back", _("LPJ sent back")
        ACCEPTED = "accepted", _("LPJ accepted")
        RETURNED = "returned", _("Money returned")

    disbursement = models.ForeignKey(
        Disbursement, models.PROTECT, related_name="steps", verbose_name=_("tranche")
    )
    verb = models.CharField(_("step"), max_length=16, choices=Verb)
    happened_on = models.DateField(_("date"))
    amount = models.BigIntegerField(_("amount in rupiah"))
    number = models.CharField(_("number of the paper"), max_length=100, blank=True)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("paper")
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("step of a tranche")
        verbose_name_plural = _("steps of tranches")
        ordering = ["-recorded_at", "-id"]
        indexes = [
            models.Index(
                fields=["disbursement", "-recorded_at", "-id"], name="disbursement_step_latest"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()}, {long_date(self.happened_on)}"
