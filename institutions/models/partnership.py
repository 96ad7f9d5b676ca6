"""What partners agreed to, and what each brought to which institution."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from blk_portal.accounts.models import Partner
from blk_portal.accounts.requests import Visitor
from institutions.models.document import Document
from institutions.models.institution import Institution

# So long before its end an agreement is shown as expiring.
EXPIRING_WITHIN = timedelta(days=90)


class PartnershipQuerySet(models.QuerySet["Partnership"]):
    def visible_to(self, user: Visitor) -> Self:
        """Agreements with the ministry, and those with the institutions a person may see."""
        if not Partner.objects.visible_to(user).exists():
            return self.none()
        return self.filter(
            Q(institution=None) | Q(institution__in=Institution.objects.visible_to(user))
        )

    def in_force(self, *, on: date) -> Self:
        """Agreements that hold on a day."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)

    def expiring(self, *, on: date) -> Self:
        """Agreements in force on a day that end within the next 90 days."""
        return self.in_force(on=on).filter(ends_on__lte=on + EXPIRING_WITHIN)


class Partnership(models.Model):
    """An agreement (MoU, PKS) of a partner with the ministry, or with one institution.

    Kept by national staff.
    """

    partner = models.ForeignKey(
        Partner, models.PROTECT, related_name="partnerships", verbose_name=_("partner")
    )
    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, blank=True, related_name="partnerships",
        verbose_name=_("institution"),
        help_text=_("Empty: an agreement with the ministry itself."),
    )  # fmt: skip
    number = models.CharField(_("number of the agreement"), max_length=100)
    starts_on = models.DateField(_("in force from"))
    ends_on = models.DateField(
        _("in force until"), null=True, blank=True, help_text=_("Empty: without an end.")
    )
    purpose = models.CharField(_("purpose"), max_length=300)
    paper = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("paper")
    )

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="partnership_dates_in_order",
                violation_error_message=_("The agreement ends before it begins."),
            ),
            models.UniqueConstraint(
                fields=["partner", "number"], name="partnership_unique_number",
                violation_error_message=_("This partner already has an agreement of this number."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.partner}, {self.number}"

    def state_on(self, day: date) -> str:
        """How it stands on a day: coming, in_force, expiring or ended."""
        if day < self.starts_on:
            return "coming"
        if self.ends_on is None:
            return "in_force"
        if day > self.ends_on:
            return "ended"
        return "expiring" if self.ends_on <= day + EXPIRING_WITHIN else "in_force"


class ContributionQuerySet(models.QuerySet["Contribution"]):
    def visible_to(self, user: Visitor) -> Self:
        """What was brought to the institutions a person may see."""
        return self.filter(institution__in=Institution.objects.visible_to(user))

    def editable_by(self, user: Visitor) -> Self:
        """What a person may correct: staff with the right, within their area."""
        if not user.is_authenticated or not user.has_perm("institutions.change_contribution"):
            return self.none()
        return self.visible_to(user)

    def sums(self) -> "list[Sum]":
        """What was brought in all, by kind, in the order of the kinds."""
        rows = self.order_by().values_list("kind").annotate(
            models.Count("pk"), models.Sum("quantity"), models.Count("quantity")
        )  # fmt: skip
        known = {kind: Sum(kind, many, much, counted) for kind, many, much, counted in rows}
        return [known[kind] for kind in Contribution.Kind.values if kind in known]


@dataclass(frozen=True)
class Sum:
    """What was brought of one kind: how often, and how much where it was counted."""

    kind: str
    many: int
    quantity: int | None
    counted: int

    @property
    def label(self) -> object:
        return Contribution.Kind(self.kind).label

    @property
    def unit(self) -> object:
        return Contribution.UNITS[self.kind]

    @property
    def is_money(self) -> bool:
        return self.kind == Contribution.Kind.FINANCE

    @property
    def uncounted(self) -> int:
        """How many say no quantity, so that the sum lacks them."""
        return self.many - self.counted


class Contribution(models.Model):
    """What a partner brought to one institution: on which day, of what kind, how much.

    Kept by national staff, and by staff of an area for its institutions.
    """

    class Kind(models.TextChoices):
        MENTORS = "mentors", _("Mentors")
        FINANCE = "finance", _("Finance")
        MARKET = "market", _("Market")
        CSR_COHORTS = "csr_cohorts", _("CSR cohorts")
        EQUIPMENT = "equipment", _("Equipment")
        OTHER = "other", pgettext_lazy("kind of contribution", "Other")

    # In what the quantity of a kind is counted; money is written as rupiah.
    UNITS: dict[str, object] = {
        Kind.MENTORS: _("persons"),
        Kind.FINANCE: "Rp",
        Kind.MARKET: _("buyers"),
        Kind.CSR_COHORTS: _("cohorts"),
        Kind.EQUIPMENT: _("pieces"),
        Kind.OTHER: "",
    }

    partner = models.ForeignKey(
        Partner, models.PROTECT, related_name="contributions", verbose_name=_("partner")
    )
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="contributions", verbose_name=_("institution")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    given_on = models.DateField(_("date"))
    quantity = models.BigIntegerField(
        _("quantity"), null=True, blank=True, validators=[MinValueValidator(1)],
        help_text=_("Mentors in persons, finance in whole rupiah, market in buyers, CSR in "
                    "cohorts, equipment in pieces. Empty where it is not known."),
    )  # fmt: skip
    note = models.CharField(_("note"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+",
        verbose_name=_("recorded by"),
    )  # fmt: skip

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        ordering = ["-given_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity=None) | Q(quantity__gte=1),
                name="contribution_quantity_is_positive",
                violation_error_message=_("Write a quantity of at least 1, or leave it empty."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="other") | ~Q(note=""),
                name="contribution_other_is_explained",
                violation_error_message=_("Say in the note what the partner brought."),
            ),
        ]
        indexes = [models.Index(fields=["partner", "kind"], name="contribution_partner_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.partner}, {self.institution}"

    @property
    def unit(self) -> object:
        return self.UNITS[self.kind]

    @property
    def is_money(self) -> bool:
        return self.kind == self.Kind.FINANCE
