"""Tenants: businesses in an incubator, their owners, and the log of their way."""

from datetime import date
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Left
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.formats import long_date, today_in_jakarta
from blk_portal.privacy.models import NikHolder
from blk_portal.privacy.validators import without_nik
from blk_portal.reporting.refusals import Incomplete, Refused, Stale
from incubators.models.incubator import Incubator
from incubators.models.tenant_change import HIDDEN, TenantChange
from incubators.models.tending import tended_by
from incubators.quarters import Quarter
from incubators.signals import owner_entered, tenant_moved
from incubators.stages import Stage
from incubators.tenancy import (
    ENTER,
    IN_CARE,
    TENANT_MOVES,
    TenantMove,
    TenantStage,
    earliest_graduation,
)
from incubators.tenant_counting import recount
from institutions.kbli import DIVISIONS, division_choices
from institutions.models import Document

# What an operator may correct; stage and entry are told by the log alone.
KEPT_BY_OPERATORS = (
    "business", "owner_name", "owner_sex", "phone", "division", "kbli",
    "contract_number", "contract_on", "contract_paper",
    "had_business", "baseline_turnover", "baseline_workers_male", "baseline_workers_female",
)  # fmt: skip


class TenantQuerySet(models.QuerySet["Tenant"]):
    def visible_to(self, user: Visitor) -> Self:
        """The tenants of the incubators a person may see; their owners are another question."""
        return self.filter(incubator__in=Incubator.objects.visible_to(user))

    def editable_by(self, user: Visitor) -> Self:
        return self.filter(incubator__in=tended_by(user))

    def in_care(self) -> Self:
        """Those whom an incubator looks after, and so reports on each quarter."""
        return self.filter(stage__in=IN_CARE)

    def of_quarter(self, quarter: Quarter) -> Self:
        """Those whom an incubator looked after in a quarter, if only for a part of it."""
        left = ~Q(stage__in=IN_CARE) & Q(stage_since__lt=quarter.first_day)
        return self.filter(entered_on__lte=quarter.last_day).exclude(left)

    def for_lists(self) -> Self:
        """With all that a list row shows, in one query."""
        return self.select_related(
            "incubator__institution__regency__province", "incubator__institution__office",
            "incubator__round__programme_year",
        )  # fmt: skip

    @transaction.atomic
    def enter(self, tenant: "Tenant", *, by: User | None) -> "Tenant":
        """Write a new tenant with the first row of its log. Raises Incomplete where none may enter.

        The tenant's fields and NIK are set and were checked by `full_clean`.
        """
        incubator = tenant._hold_incubator()
        if not Tenant.may_enter(incubator):
            raise Incomplete(
                gettext("This incubator stands at “%(stage)s” and takes no tenants.")
                % {"stage": incubator.get_stage_display()},
                cure=gettext("Tenants enter once the incubator is selected."),
            )
        tenant._refuse_twin()
        tenant.stage, tenant.stage_since = TenantStage.BEFORE, tenant.entered_on
        tenant.save(force_insert=True)
        tenant._log(ENTER, "", on=tenant.entered_on, by=by, reason="")
        owner_entered.send(Tenant, tenant=tenant)
        return tenant


class Tenant(NikHolder):
    """A business, mostly of an alumnus, on its way through an incubator.

    Entered and kept by the operator of the incubator, moved only by its verbs. The baseline is what
    the business was in the three months before it entered.
    """

    Stage = TenantStage

    class Sex(models.TextChoices):
        MALE = "L", _("Male")
        FEMALE = "P", _("Female")

    incubator = models.ForeignKey(
        Incubator, models.PROTECT, related_name="tenants", verbose_name=_("incubator")
    )
    business = models.CharField(_("business"), max_length=150, validators=[without_nik])
    owner_name = models.CharField(_("owner"), max_length=150, validators=[without_nik])
    owner_sex = models.CharField(_("sex of the owner"), max_length=1, choices=Sex)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    # The `uid` of a participant: trainings are another domain, so that no foreign key leads there.
    alumnus_uid = models.UUIDField(
        _("alumnus, as the participant"), null=True, blank=True, editable=False
    )
    division = models.CharField(
        _("line of business (KBLI)"), max_length=2, choices=division_choices
    )
    kbli = models.CharField(
        _("KBLI code of five digits"), max_length=5, blank=True,
        validators=[RegexValidator(r"^[0-9]{5}$", _("Write five digits, for example 10710."))],
        help_text=_("As in the NIB. Empty where it is not known."),
    )  # fmt: skip
    entered_on = models.DateField(_("entered on"), help_text=_("The first day of pre-incubation."))
    stage = models.CharField(
        _("stage"), max_length=10, choices=TenantStage, default=TenantStage.BEFORE, editable=False
    )
    stage_since = models.DateField(_("in this stage since"), editable=False)
    contract_number = models.CharField(_("number of the contract"), max_length=100, blank=True)
    contract_on = models.DateField(_("date of the contract"), null=True, blank=True)
    contract_paper = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("paper of the contract"),
    )  # fmt: skip
    had_business = models.BooleanField(
        _("ran a business when it entered"), default=True,
        help_text=_("No: the owner only begins one in the incubator."),
    )  # fmt: skip
    baseline_turnover = models.BigIntegerField(
        _("turnover before it entered"), null=True, blank=True, validators=[MinValueValidator(0)],
        help_text=_("Of the three months before, in whole rupiah. Empty where it is not known."),
    )  # fmt: skip
    baseline_workers_male = models.PositiveIntegerField(_("male workers at entry"), default=0)
    baseline_workers_female = models.PositiveIntegerField(_("female workers at entry"), default=0)
    erased_at = models.DateTimeField(_("owner erased at"), null=True, blank=True, editable=False)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("tenant")
        verbose_name_plural = _("tenants")
        ordering = ["business", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["incubator", "nik_index"],
                condition=Q(stage__in=["before", "incubation", "after"]),
                name="tenant_once_an_incubator",
                violation_error_message=_(
                    "The owner of this NIK is already a tenant of the incubator."
                ),
            ),
            models.CheckConstraint(
                condition=Q(nik_index=None, nik_sealed=None)
                | Q(nik_index__isnull=False, nik_sealed__isnull=False),
                name="tenant_nik_sealed_and_indexed",
                violation_error_message=_("A NIK is kept encrypted and indexed, or not at all."),
            ),
            models.CheckConstraint(
                condition=Q(stage__in=TenantStage.values), name="tenant_stage_known",
                violation_error_message=_("Choose one of the listed stages."),
            ),
            models.CheckConstraint(
                condition=Q(owner_sex__in=["L", "P"]), name="tenant_owner_sex_known",
                violation_error_message=_("Sex is L or P."),
            ),
            models.CheckConstraint(
                condition=Q(stage_since__gte=F("entered_on")), name="tenant_stage_after_entry",
                violation_error_message=_("A stage does not begin before the tenant entered."),
            ),
            models.CheckConstraint(
                condition=Q(division__in=list(DIVISIONS)), name="tenant_division_known",
                violation_error_message=_("Choose one of the listed lines of business."),
            ),
            models.CheckConstraint(
                condition=Q(kbli="")
                | Q(Exact(Left("kbli", 2), F("division")), kbli__regex=r"^[0-9]{5}$"),
                name="tenant_kbli_of_its_division",
                violation_error_message=_(
                    "The KBLI code begins with the two digits of the line of business."
                ),
            ),
            models.CheckConstraint(
                condition=Q(contract_number="", contract_on=None, contract_paper=None)
                | (~Q(contract_number="") & Q(contract_on__isnull=False)),
                name="tenant_contract_has_number_and_date",
                violation_error_message=_("A contract has a number and a date."),
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["before", "dropped"]) | ~Q(contract_number=""),
                name="tenant_incubation_needs_contract",
                violation_error_message=_("Incubation needs a written contract."),
            ),
            models.CheckConstraint(
                condition=Q(had_business=True)
                | Q(
                    Q(baseline_turnover=None) | Q(baseline_turnover=0),
                    baseline_workers_male=0, baseline_workers_female=0,
                ),
                name="tenant_without_business_begins_at_zero",
                violation_error_message=_(
                    "Who ran no business at entry had neither turnover nor workers."
                ),
            ),
            models.CheckConstraint(
                condition=Q(baseline_turnover=None) | Q(baseline_turnover__gte=0),
                name="tenant_baseline_turnover_not_negative",
                violation_error_message=_("Turnover is a whole number of rupiah from 0."),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["incubator", "stage"], name="tenant_incubator_stage"),
            models.Index(
                fields=["nik_index"], condition=Q(nik_index__isnull=False), name="tenant_nik"
            ),
        ]

    def __str__(self) -> str:
        return self.business

    def clean(self) -> None:
        """Days that have come, and a paper of the right institution."""
        faults: dict[str, str] = {}
        today = today_in_jakarta()
        if self.entered_on and self.entered_on > today:
            faults["entered_on"] = gettext("This day has not come yet.")
        if self.contract_on and self.contract_on > today:
            faults["contract_on"] = gettext("This day has not come yet.")
        if self.kbli and self.division and not self.kbli.startswith(self.division):
            faults["kbli"] = gettext(
                "A code of this line of business begins with %(digits)s."
            ) % {"digits": self.division}  # fmt: skip
        paper = self.contract_paper
        if paper is not None and paper.institution_id != self.incubator.institution_id:
            faults["contract_paper"] = gettext("This paper belongs to another institution.")
        if faults:
            raise ValidationError(faults)

    @staticmethod
    def may_enter(incubator: Incubator) -> bool:
        """Whether the incubator takes tenants: it is selected, and not struck off."""
        return incubator.stage not in (Stage.SHORTLISTED, Stage.STRUCK_OFF)

    @property
    def is_in_care(self) -> bool:
        """Whether the incubator looks after it now."""
        return self.stage in IN_CARE

    @property
    def section(self) -> str:
        """The letter of its section of KBLI."""
        return DIVISIONS[self.division][0]

    @property
    def baseline_workers(self) -> int:
        return self.baseline_workers_male + self.baseline_workers_female

    def _hold_incubator(self) -> Incubator:
        """The incubator, locked: who enters or is given another NIK waits for the other."""
        return Incubator.objects.select_for_update(no_key=True).get(pk=self.incubator_id)

    def count_anew(self) -> None:
        """Write what the quarters of the incubator count, after a fact has changed it."""
        incubator = self._hold_incubator()
        recount(incubator.pk, incubator.institution_id, at=timezone.now())

    def _refuse_twin(self) -> None:
        if self.nik_index is None or not self.is_in_care:
            return
        twins = Tenant.objects.filter(incubator=self.incubator_id, nik_index=self.nik_index)
        if twin := twins.in_care().exclude(pk=self.pk).first():
            raise Incomplete(
                gettext("The owner of this NIK is already a tenant: %(business)s.")
                % {"business": twin},
                cure=gettext("Open that tenant, or correct the NIK."),
            )

    def _facts(self) -> dict[str, object]:
        """What may be corrected, apart from the NIK; the paper by the name of its file."""
        facts: dict[str, object] = {name: getattr(self, name) for name in KEPT_BY_OPERATORS}
        return facts | {"contract_paper": self.contract_paper and self.contract_paper.name}

    @transaction.atomic
    def store(self, *, by: User) -> None:
        """Store corrected facts with what stood there before. Raises Incomplete where the owner is
        a tenant there already, Refused for one whose owner is erased."""
        self._hold_incubator()
        stored = Tenant.objects.select_related("contract_paper").get(pk=self.pk)
        if stored.erased_at is not None:
            raise Refused(gettext("The data of this person have been erased."))
        self._refuse_twin()
        self.save(update_fields=[*KEPT_BY_OPERATORS, "nik_sealed", "nik_index"])
        TenantChange.objects.note(self.pk, before=stored._facts(), after=self._facts(), by=by)
        if stored.nik_index != self.nik_index:
            had = HIDDEN if stored.nik_index is not None else ""
            self.changes.create(field="nik", old=had, new=HIDDEN, by=by, at=timezone.now())
        owner_entered.send(Tenant, tenant=self)

    def possible_moves(self) -> dict[str, TenantMove]:
        """The verbs that may start from the present stage."""
        return {verb: move for verb, move in TENANT_MOVES.items() if self.stage in move.sources}

    def admit(self, *, by: User | None, on: date, reason: str = "") -> "TenantTransition":
        """Begin incubation. Raises Incomplete without a written contract of that day or before."""
        return self.move("admit", by=by, on=on, reason=reason)

    def release(self, *, by: User | None, on: date, reason: str = "") -> "TenantTransition":
        """End incubation and begin the two years in which the business is followed."""
        return self.move("release", by=by, on=on, reason=reason)

    def graduate(self, *, by: User | None, on: date, reason: str = "") -> "TenantTransition":
        """End post-incubation. Raises Incomplete before 24 months have passed."""
        return self.move("graduate", by=by, on=on, reason=reason)

    def drop(self, *, by: User | None, on: date, reason: str) -> "TenantTransition":
        """End the tenancy before its time. Raises Incomplete without a reason."""
        return self.move("drop", by=by, on=on, reason=reason)

    @transaction.atomic
    def move(self, verb: str, *, by: User | None, on: date, reason: str = "") -> "TenantTransition":
        """Carry out one verb and log it: a compare-and-set on the stage under the row's lock.

        Raises Incomplete where something lacks, and Stale when the stage has changed meanwhile.
        """
        move, source = TENANT_MOVES[verb], self.stage
        held = Tenant.objects.select_for_update(no_key=True).get(pk=self.pk)
        if held.stage != source or source not in move.sources:
            raise held._stale()
        held._refuse(verb, move, on=on, reason=reason)
        Tenant.objects.filter(pk=self.pk, stage=source).update(stage=move.target, stage_since=on)
        self.stage, self.stage_since = move.target, on
        return self._log(verb, source, on=on, by=by, reason=reason)

    def _refuse(self, verb: str, move: TenantMove, *, on: date, reason: str) -> None:
        """Raise Incomplete where the verb may not be carried out on that day."""
        if move.needs_reason and not reason.strip():
            raise Incomplete(gettext("Say why: the reason is kept in the history."))
        if on > today_in_jakarta():
            raise Incomplete(
                gettext("%(date)s has not come yet.") % {"date": long_date(on)},
                cure=gettext("Record a step on its day or afterwards."),
            )
        if on < self.stage_since:
            raise Incomplete(
                gettext("The step before was on %(date)s; this one cannot be earlier.")
                % {"date": long_date(self.stage_since)},
                cure=gettext("Correct the date."),
            )
        if verb == "admit" and (self.contract_on is None or not self.contract_number):
            raise Incomplete(
                gettext("Incubation needs a written contract, and none is entered."),
                cure=gettext("Enter the number and the date of the contract first."),
            )
        if verb == "admit" and self.contract_on is not None and self.contract_on > on:
            raise Incomplete(
                gettext("The contract is of %(date)s, after this step.")
                % {"date": long_date(self.contract_on)},
                cure=gettext("Incubation begins on the day of the contract at the earliest."),
            )
        earliest = earliest_graduation(self.stage_since)
        if verb == "graduate" and on < earliest:
            raise Incomplete(
                gettext("Post-incubation began on %(date)s and lasts 24 months at least.")
                % {"date": long_date(self.stage_since)},
                cure=gettext("The tenant may graduate from %(date)s on.")
                % {"date": long_date(earliest)},
            )

    def _stale(self) -> Stale:
        return Stale(
            gettext("Not possible from the stage “%(stage)s”.")
            % {"stage": self.get_stage_display()},
            cure=gettext("Open the tenant again to see how it stands now."),
        )

    def _log(
        self, verb: str, source: str, *, on: date, by: User | None, reason: str
    ) -> "TenantTransition":
        transition = self.transitions.create(
            verb=verb, from_stage=source, to_stage=self.stage, happened_on=on, by=by,
            recorded_at=timezone.now(), reason=reason.strip(),
        )  # fmt: skip
        tenant_moved.send(Tenant, tenant=self, transition=transition)
        return transition


class TenantTransition(models.Model):
    """The log of a tenant's stage: its entry and one row a verb, added and never changed."""

    tenant = models.ForeignKey(
        Tenant, models.PROTECT, related_name="transitions", verbose_name=_("tenant")
    )
    verb = models.CharField(_("verb"), max_length=16)
    from_stage = models.CharField(_("from"), max_length=10, choices=TenantStage, blank=True)
    to_stage = models.CharField(_("to"), max_length=10, choices=TenantStage)
    happened_on = models.DateField(_("date"))
    recorded_at = models.DateTimeField(_("recorded at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("step of a tenant")
        verbose_name_plural = _("steps of tenants")
        ordering = ["-recorded_at", "-id"]
        indexes = [
            models.Index(fields=["tenant", "verb"], name="tenanttransition_verb"),
        ]

    def __str__(self) -> str:
        return f"{self.label}, {long_date(self.happened_on)}"

    @property
    def label(self) -> str:
        """What happened, as the timeline says it."""
        if self.verb == ENTER:
            return gettext("Entered pre-incubation")
        return str(TENANT_MOVES[self.verb].done)
