"""Where institutions stand, and which office and which person answers for them."""

from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.roles import Role
from institutions.models.delegation import AreaDelegation
from institutions.models.foundation import Foundation


class TimeZone(models.TextChoices):
    """Indonesia's three time zones."""

    WIB = "Asia/Jakarta", "WIB"
    WITA = "Asia/Makassar", "WITA"
    WIT = "Asia/Jayapura", "WIT"


class Province(models.Model):
    """One of the 38 provinces, by Kemendagri code. Loaded as reference data, never typed."""

    code = models.CharField(_("code"), max_length=2, unique=True)
    name = models.CharField(_("name"), max_length=60)
    label = models.CharField(_("short label"), max_length=8)
    time_zone = models.CharField(_("time zone"), max_length=20, choices=TimeZone)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors",
        verbose_name=_("successor"),
    )  # fmt: skip
    split_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="split_off",
        verbose_name=_("made out of"),
        help_text=_("Figures of budget years up to its law were reported under that province."),
    )  # fmt: skip
    bps_code = models.CharField(
        _("code of BPS"), max_length=2, blank=True,
        help_text=_("Of 2020; of provinces made since then, the one that BPS has given them."),
    )  # fmt: skip
    map_column = models.PositiveSmallIntegerField(_("map column"))
    map_row = models.PositiveSmallIntegerField(_("map row"))

    class Meta:
        verbose_name = _("province")
        verbose_name_plural = _("provinces")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class TrainingOffice(models.Model):
    """A UPTP that guides institutions: a BBPVP, a BPVP, or a Satpel below one of them."""

    class Kind(models.TextChoices):
        BBPVP = "bbpvp", "BBPVP"
        BPVP = "bpvp", "BPVP"
        SATPEL = "satpel", "Satpel"

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children",
        verbose_name=_("parent office"),
    )  # fmt: skip
    phone = models.CharField(
        _("phone"), max_length=30, blank=True, help_text=_("Operators see it on their pages."),
        validators=[
            RegexValidator(
                r"^[+(]?[0-9][0-9 ()./-]{2,28}$",
                _("Write digits, spaces and dashes, for example 0812 3456 7890."),
            )
        ],
    )  # fmt: skip
    email = models.EmailField(_("e-mail"), blank=True)

    class Meta:
        verbose_name = _("training office (UPTP)")
        verbose_name_plural = _("training offices (UPTP)")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Regency(models.Model):
    """One of the 514 regencies and cities, by Kemendagri code written without its dot.

    Which office guides it is a row that staff may edit; new institutions take it over.
    """

    province = models.ForeignKey(
        Province, models.PROTECT, related_name="regencies", verbose_name=_("province")
    )
    code = models.CharField(_("code"), max_length=4, unique=True)
    name = models.CharField(_("name"), max_length=80)
    office = models.ForeignKey(
        TrainingOffice, models.PROTECT, null=True, blank=True, related_name="regencies",
        verbose_name=_("guided by"),
    )  # fmt: skip
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors",
        verbose_name=_("successor"),
    )  # fmt: skip
    former_code = models.CharField(_("former code"), max_length=4, blank=True)
    former_province = models.ForeignKey(
        Province, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("former province"),
    )  # fmt: skip
    bps_code = models.CharField(
        _("code of BPS"), max_length=4, blank=True,
        help_text=_("Of 2020. It may look like the Kemendagri code of another regency."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("regency or city")
        verbose_name_plural = _("regencies and cities")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class AreaAssignmentQuerySet(models.QuerySet["AreaAssignment"]):
    def answered_by(self, user: User) -> Self:
        """What a person answers for today: the own areas, and those of reviewers who are away and
        for whom the person stands in."""
        absent = AreaDelegation.objects.active().filter(delegate=user).values("delegator")
        return self.filter(models.Q(user=user) | models.Q(user__in=absent))

    def reviewing_for(self, offices: Iterable[TrainingOffice]) -> Self:
        """The active area reviewers of these offices and of the offices above them, by name.

        Of one who is away: who stands in (`deputy`, `deputy_email`) and until when.
        """
        standing_in = (
            AreaDelegation.objects.active()
            .filter(delegator=models.OuterRef("user"))
            .order_by("-made_at", "-pk")
        )
        answering = {pk for office in offices for pk in (office.pk, office.parent_id) if pk}
        return (
            self.filter(office__in=answering, user__role=Role.AREA_REVIEWER, user__is_active=True)
            .select_related("user")
            .annotate(
                deputy=models.Subquery(standing_in.values("delegate__name")[:1]),
                deputy_email=models.Subquery(standing_in.values("delegate__email")[:1]),
                deputy_until=models.Subquery(standing_in.values("ends_on")[:1]),
            )
            .order_by("user__name", "user__pk")
        )

    def with_areas(self) -> Self:
        """With the areas themselves, in one query."""
        return self.select_related("office", "province", "regency", "foundation")


def _exactly_one(*names: str) -> models.Q:
    """The condition that one of these fields is filled and the others are not."""
    found = models.Q()
    for filled in names:
        found |= models.Q(**{f"{name}__isnull": name != filled for name in names})
    return found


class AreaAssignment(models.Model):
    """What a person of staff, a Dinas or an audit answers for, or a partner's system reads: one
    office, province or regency, or the institutions of one legal owner."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="area_assignments",
        verbose_name=_("user"),
    )  # fmt: skip
    office = models.ForeignKey(
        TrainingOffice, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("training office (UPTP)"),
    )  # fmt: skip
    province = models.ForeignKey(
        Province, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("province"),
    )  # fmt: skip
    regency = models.ForeignKey(
        Regency, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("regency or city"),
    )  # fmt: skip

    foundation = models.ForeignKey(
        Foundation, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("legal owner"),
    )  # fmt: skip

    objects = AreaAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("area assignment")
        verbose_name_plural = _("area assignments")
        ordering = ["user_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=_exactly_one("office", "province", "regency", "foundation"),
                name="areaassignment_exactly_one_area",
                violation_error_message=_(
                    "Choose exactly one: an office, a province, a regency or a legal owner."
                ),
            ),
            models.UniqueConstraint(
                fields=["user", "office", "province", "regency", "foundation"],
                nulls_distinct=False,
                name="areaassignment_unique",
                violation_error_message=_("This person already has this area."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.area or '–'}"

    @property
    def area(self) -> TrainingOffice | Province | Regency | Foundation | None:
        """The office, province, regency or owner; None only while the row is being written."""
        return self.office or self.province or self.regency or self.foundation
