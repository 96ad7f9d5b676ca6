"""The quarterly report of an incubator, and what it says of each tenant."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import Partner
from blk_portal.accounts.requests import Visitor
from blk_portal.privacy.validators import without_nik
from blk_portal.reporting.models import Obligation, Receipt, Report, Transition
from incubators import quarter_checks, tenant_counting
from incubators.models.incubator import Incubator
from incubators.models.tenant import Tenant
from incubators.models.tending import tended_by
from incubators.quarters import Quarter
from institutions.models import ProgrammeYear

if TYPE_CHECKING:
    from incubators.models.quarter_notes import IncubationReportFlag

FIRST_YEAR, LAST_YEAR = 2017, 2100


class IncubationReportQuerySet(models.QuerySet["IncubationReport"]):
    def visible_to(self, user: Visitor) -> Self:
        return self.filter(incubator__in=Incubator.objects.visible_to(user))

    def editable_by(self, user: Visitor) -> Self:
        return self.filter(incubator__in=tended_by(user))

    def verified(self) -> Self:
        return self.filter(status=IncubationReport.Status.VERIFIED)

    def of(self, quarter: Quarter) -> Self:
        return self.filter(year=quarter.year, quarter=quarter.number)

    def awaiting(self) -> Self:
        """Submitted and not yet decided, the longest waiting first."""
        return self.filter(status=IncubationReport.Status.SUBMITTED).order_by("submitted_at", "id")

    def for_lists(self) -> Self:
        """With all that a list row shows, in one query."""
        return self.select_related(
            "incubator__institution__regency__province", "incubator__institution__office",
            "incubator__round__programme_year", "obligation", "submitted_by",
        )  # fmt: skip

    def with_log(self) -> Self:
        """With the log of each report, newest first, as `report.log`, and the flags raised."""
        log = (
            IncubationReportTransition.objects.select_related("by", "receipt")
            .prefetch_related("flags")
            .order_by("-version")
        )
        return self.prefetch_related(models.Prefetch("transitions", log, to_attr="log"))


class IncubationReport(Report):
    """What an incubator reports of its tenants each quarter; filed by the operator.

    Verified by reviewers of incubators, a right apart from that for trainings. The first and the
    last day of the quarter stand in its obligation.
    """

    incubator = models.ForeignKey(
        Incubator, models.PROTECT, related_name="reports", verbose_name=_("incubator")
    )
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    quarter = models.PositiveSmallIntegerField(
        _("quarter"), validators=[MinValueValidator(1), MaxValueValidator(4)]
    )

    objects = IncubationReportQuerySet.as_manager()

    # What `with_log` puts beside a report.
    log: list["IncubationReportTransition"]

    class Meta(Report.Meta):
        verbose_name = _("incubation report")
        verbose_name_plural = _("incubation reports")
        ordering = ["-year", "-quarter", "-id"]
        permissions = [
            ("file_incubationreport", "May file the quarterly report of an incubator"),
            ("verify_incubationreport", "May verify or return a report of an incubator"),
            ("reopen_incubationreport", "May reopen a verified report of an incubator"),
        ]
        constraints = [
            *Report.Meta.constraints,
            models.UniqueConstraint(
                fields=["incubator", "year", "quarter"], name="incubationreport_once_a_quarter",
                violation_error_message=_("The incubator has a report of this quarter already."),
            ),
            models.CheckConstraint(
                condition=Q(quarter__gte=1, quarter__lte=4),
                name="incubationreport_quarter_of_a_year",
                violation_error_message=_("A quarter is a number from 1 to 4."),
            ),
            models.CheckConstraint(
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR),
                name="incubationreport_year_in_range",
                violation_error_message=_("Write a year from 2017 on."),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["status", "submitted_at", "id"], name="incubationreport_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.incubator}: {self.period}"

    @property
    def period(self) -> Quarter:
        """The quarter it is about."""
        return Quarter(self.year, self.quarter)

    @staticmethod
    def subject_of(incubator: Incubator, quarter: Quarter) -> str:
        """How the obligation names what is owed."""
        return f"incubator:{incubator.pk}:{quarter.year}:{quarter.number}"

    @classmethod
    @transaction.atomic
    def expect(
        cls, incubator: Incubator, quarter: Quarter, *, year: ProgrammeYear, due_on: date
    ) -> "IncubationReport":
        """Open the report of a quarter with the obligation it answers.

        year: the budget year in whose ledger it stands.
        """
        obligation = Obligation.objects.create(
            institution_id=incubator.institution_id, programme_year=year,
            kind=Obligation.Kind.INCUBATION_QUARTER, subject=cls.subject_of(incubator, quarter),
            period_from=quarter.first_day, period_to=quarter.last_day, due_on=due_on,
        )  # fmt: skip
        return cls.objects.create(
            obligation=obligation, incubator=incubator, year=quarter.year, quarter=quarter.number
        )

    def get_absolute_url(self) -> str:
        return reverse("tenants:quarter-detail", args=[self.pk])

    @property
    def last_receipt(self) -> Receipt | None:
        """The receipt of the last submission; wants `with_log()`."""
        return next((row.receipt for row in self.log if row.receipt), None)

    @property
    def standing_flags(self) -> "list[IncubationReportFlag]":
        """The flags of the last return that no later decision has settled."""
        if "log" in self.__dict__:
            flags = [flag for row in self.log for flag in row.flags.all()]
        else:
            returns = self.transitions.prefetch_related("flags")
            flags = [flag for row in returns for flag in row.flags.all()]
        return [flag for flag in flags if flag.resolved_at is None]

    def rows(self) -> "dict[int, TenantQuarter]":
        """What is reported of each tenant, by its id, with its finance."""
        finance = FinanceReceived.objects.select_related("bank")
        found = self.tenant_quarters.prefetch_related(models.Prefetch("finance", finance))
        return {row.tenant_id: row for row in found}

    def rows_before(self) -> "dict[int, TenantQuarter]":
        """What was handed in of each tenant for the quarter before, by its id."""
        before = IncubationReport.objects.of(self.period.shifted(-1)).filter(
            incubator=self.incubator_id
        )
        sent = before.exclude(status=self.Status.DRAFT)
        found = TenantQuarter.objects.filter(report__in=sent)
        return {row.tenant_id: row for row in found}

    def earlier_unverified(self) -> "IncubationReportQuerySet":
        """The reports of earlier quarters that are still to be verified, the earliest first.

        They are no reason to refuse this one: a quarter that stays away for ever, or one that is
        reopened, would otherwise keep all later ones out of the totals, and once the earlier one is
        verified what this one counts is reckoned anew. But who decides on this one must know that
        its figures are compared with figures nobody has verified.
        """
        before = Q(year__lt=self.year) | Q(year=self.year, quarter__lt=self.quarter)
        own = IncubationReport.objects.filter(before, incubator=self.incubator_id)
        owed = Q(obligation__state__in=[Obligation.State.EXPECTED, Obligation.State.REPORTED])
        return own.filter(owed).exclude(status=self.Status.VERIFIED).order_by("year", "quarter")

    def missing_to_submit(
        self, examined: "quarter_checks.Examination | None" = None
    ) -> Sequence[object]:
        """What lacks before the report can be sent, each with its place on the page."""
        return quarter_checks.lacking(examined or quarter_checks.examine(self))

    def before_verb(self, verb: str) -> None:
        # One order of all that changes what the quarters of an incubator count.
        Incubator.objects.select_for_update(no_key=True).get(pk=self.incubator_id)

    def on_verb(self, verb: str, *, at: datetime) -> list[int]:
        if verb in ("verify", "send_back"):
            for flag in self.standing_flags:
                flag.settle(at=at)
                flag.save(update_fields=["has_changed", "became", "resolved_at"])
        if verb in ("verify", "reopen"):
            institution = self.incubator.institution_id
            tenant_counting.recount(self.incubator_id, institution, at=at)
        return super().on_verb(verb, at=at)

    def receipt_content(self) -> dict[str, Any]:
        rows = self.tenant_quarters.order_by("tenant__uid").values_list(
            "tenant__uid", "turnover", "workers_male", "workers_female", "is_operating"
        )
        money = FinanceReceived.objects.filter(tenant_quarter__report=self).order_by(
            "tenant_quarter__tenant__uid", "source", "amount"
        )
        return {
            "incubator": self.incubator_id,
            "quarter": [self.year, self.quarter],
            "tenants": [[str(uid), *values] for uid, *values in rows],
            "finance": [
                [str(uid), *values]
                for uid, *values in money.values_list(
                    "tenant_quarter__tenant__uid", "source", "amount"
                )
            ],
        }


class IncubationReportTransition(Transition):
    """The log of an incubator's report."""

    report = models.ForeignKey(IncubationReport, models.PROTECT, related_name="transitions")

    class Meta(Transition.Meta):
        verbose_name = _("incubation report log row")
        verbose_name_plural = _("incubation report log")
        constraints = [
            models.UniqueConstraint(
                fields=["report", "version"], name="incubationreporttransition_once_per_version"
            )
        ]


class TenantQuarterQuerySet(models.QuerySet["TenantQuarter"]):
    def visible_to(self, user: Visitor) -> Self:
        return self.filter(tenant__in=Tenant.objects.visible_to(user))

    def editable_by(self, user: Visitor) -> Self:
        return self.filter(tenant__in=Tenant.objects.editable_by(user))

    def verified(self) -> Self:
        """Those of verified reports: only they count."""
        return self.filter(report__status=IncubationReport.Status.VERIFIED)

    def in_order(self) -> Self:
        """The earliest quarter first."""
        return self.order_by("report__year", "report__quarter", "id")

    def totals(self) -> dict[str, int]:
        """Turnover, workers by sex, how many businesses were asked and how many still run."""
        totals = self.aggregate(
            tenants=models.Count("tenant", distinct=True),
            turnover=models.Sum("turnover"),
            workers_male=models.Sum("workers_male"),
            workers_female=models.Sum("workers_female"),
            operating=models.Count("pk", filter=Q(is_operating=True)),
        )
        return {name: value or 0 for name, value in totals.items()}


class TenantQuarter(models.Model):
    """What a tenant's business was in one quarter, as its incubator reports it.

    One row for a tenant and a report, and so for a tenant and a quarter: a late quarter is another
    row. Workers are those at the end of the quarter, the owner among them.
    """

    report = models.ForeignKey(
        IncubationReport, models.PROTECT, related_name="tenant_quarters",
        verbose_name=_("report"), db_index=False,
    )  # fmt: skip
    tenant = models.ForeignKey(
        Tenant, models.PROTECT, related_name="quarters", verbose_name=_("tenant")
    )
    turnover = models.BigIntegerField(
        _("turnover"), validators=[MinValueValidator(0)],
        help_text=_("Of the quarter, in whole rupiah."),
    )  # fmt: skip
    workers_male = models.PositiveIntegerField(_("male workers"))
    workers_female = models.PositiveIntegerField(_("female workers"))
    is_operating = models.BooleanField(_("still operating"), default=True)
    note = models.CharField(_("note"), max_length=300, blank=True, validators=[without_nik])

    objects = TenantQuarterQuerySet.as_manager()

    class Meta:
        verbose_name = _("quarter of a tenant")
        verbose_name_plural = _("quarters of tenants")
        ordering = ["report__year", "report__quarter", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "tenant"], name="tenantquarter_once_a_report",
                violation_error_message=_("This tenant stands in the report already."),
            ),
            models.CheckConstraint(
                condition=Q(turnover__gte=0), name="tenantquarter_turnover_not_negative",
                violation_error_message=_("Turnover is a whole number of rupiah from 0."),
            ),
            models.CheckConstraint(
                condition=Q(workers_male__gte=0, workers_female__gte=0),
                name="tenantquarter_workers_not_negative",
                violation_error_message=_("Workers are whole numbers from 0."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.tenant}: {self.report.period}"

    def clean(self) -> None:
        """The tenant is of the incubator, and had entered by the end of the quarter."""
        if self.tenant.incubator_id != self.report.incubator_id:
            raise ValidationError({"tenant": gettext("This tenant is in another incubator.")})
        if self.tenant.entered_on > self.report.period.last_day:
            raise ValidationError({"tenant": gettext("This tenant entered after the quarter.")})

    @property
    def workers(self) -> int:
        return self.workers_male + self.workers_female


class FinanceReceivedQuerySet(models.QuerySet["FinanceReceived"]):
    def visible_to(self, user: Visitor) -> Self:
        return self.filter(tenant_quarter__in=TenantQuarter.objects.visible_to(user))

    def verified(self) -> Self:
        """Those of verified reports: only they count."""
        return self.filter(
            tenant_quarter__report__status=IncubationReport.Status.VERIFIED
        )  # fmt: skip

    def by_source(self) -> dict[str, int]:
        """How much came from each source that occurs, in rupiah."""
        return dict(self.order_by().values_list("source").annotate(models.Sum("amount")))


class FinanceReceived(models.Model):
    """Money that a tenant received in a quarter: from which source, through which bank."""

    class Source(models.TextChoices):
        KUR = "kur", _("KUR (people's business credit)")
        TKM = "tkm", _("TKM (self-employment aid of the ministry)")
        CSR = "csr", _("CSR of a partner")
        OWN = "own", _("Own money")
        OTHER = "other", pgettext_lazy("source of finance", "Other")

    tenant_quarter = models.ForeignKey(
        TenantQuarter, models.CASCADE, related_name="finance", verbose_name=_("quarter")
    )
    source = models.CharField(_("source"), max_length=8, choices=Source)
    amount = models.BigIntegerField(
        _("amount"), validators=[MinValueValidator(1)], help_text=_("In whole rupiah.")
    )
    bank = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("bank"),
        limit_choices_to={"kind": Partner.Kind.BANK},
    )  # fmt: skip
    bank_name = models.CharField(
        _("other bank or giver"), max_length=150, blank=True, validators=[without_nik],
        help_text=_("Where it is no partner of the programme."),
    )  # fmt: skip

    objects = FinanceReceivedQuerySet.as_manager()

    class Meta:
        verbose_name = _("finance received")
        verbose_name_plural = _("finance received")
        ordering = ["source", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="financereceived_amount_is_positive",
                violation_error_message=_("An amount is a whole number of rupiah from 1."),
            ),
            models.CheckConstraint(
                condition=Q(source__in=["kur", "tkm", "csr", "own", "other"]),
                name="financereceived_known_source",
                violation_error_message=_("Choose one of the listed sources."),
            ),
            models.CheckConstraint(
                condition=Q(bank=None) | Q(bank_name=""),
                name="financereceived_one_giver",
                violation_error_message=_("Name the partner or another giver, not both."),
            ),
            models.CheckConstraint(
                condition=~Q(source__in=["kur", "other"]) | ~Q(bank=None, bank_name=""),
                name="financereceived_credit_names_its_bank",
                violation_error_message=_("KUR names its bank, and other money who gave it."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_source_display()}: {self.amount}"

    @property
    def giver(self) -> str:
        """The bank or body it came from; empty where none is named."""
        return str(self.bank or self.bank_name)
