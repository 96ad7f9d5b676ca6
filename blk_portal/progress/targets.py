"""What the ministry has promised: a target with its period, its rule and its versions."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import F, OuterRef
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.formats import EN_DASH
from blk_portal.progress.indicators import INDICATORS
from institutions.models import ProgrammeYear, Province, VocationalField

# What makes two targets one promise: only one version of it is in force.
PROMISE = ("indicator", "programme_year", "last_year", "province", "field")
# What a version says; a change of any of these is a new version.
SAID = ("value", "rule", "legal_basis", "source")


def indicator_choices() -> list[tuple[str, object]]:
    """The indicators by code; asked for when needed, so that a new one changes no table."""
    return [(indicator.code, indicator.label) for indicator in INDICATORS.values()]


class TargetRefused(Exception):
    """The target cannot be set, changed, split or copied; the text says why."""


def replaced_refusal() -> str:
    return gettext("This version was replaced meanwhile. Look at the new one.")


class TargetQuerySet(models.QuerySet["Target"]):
    def in_force(self) -> Self:
        """The latest version of each promise."""
        return self.filter(replaced_at=None)

    def of_year(self, year: ProgrammeYear) -> Self:
        """The promises for one budget year alone, over all fields."""
        return self.in_force().filter(programme_year=year, last_year=None, field=None)

    def covering(self, year: int | OuterRef) -> Self:
        """Those whose period holds a budget year, the shortest period first."""
        return (
            self.filter(programme_year__year__lte=year)
            .annotate(ends=Coalesce("last_year__year", "programme_year__year"))
            .filter(ends__gte=year)
            .order_by(F("ends") - F("programme_year__year"), "id")
        )

    def parts_of(self, whole: "Target") -> Self:
        """The targets of provinces into which a target of the nation is split."""
        return self.in_force().exclude(province=None).filter(
            indicator=whole.indicator, programme_year=whole.programme_year_id,
            last_year=whole.last_year_id, field=whole.field_id,
        )  # fmt: skip

    def for_lists(self) -> Self:
        return self.select_related(
            "programme_year", "last_year", "province", "field", "set_by"
        ).order_by("-programme_year__year", "indicator", "province__code", "field__code", "-id")


class Target(models.Model):
    """A figure the ministry has promised for a period, with its rule, its law and its source.

    Set by the national administrator. A row is one version: it is never changed, a new version
    takes its place and says who set it. Targets of a closed budget year stay as they are.
    """

    indicator = models.CharField(_("indicator"), max_length=32, choices=indicator_choices)
    programme_year = models.ForeignKey(
        ProgrammeYear, models.PROTECT, related_name="targets", verbose_name=_("budget year")
    )
    last_year = models.ForeignKey(
        ProgrammeYear, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("until budget year"),
        help_text=_("For a period of several years. Empty: the one budget year."),
    )  # fmt: skip
    province = models.ForeignKey(
        Province, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("province"), help_text=_("Empty: a target of the nation."),
    )  # fmt: skip
    field = models.ForeignKey(
        VocationalField, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("vocational field"), help_text=_("Empty: all fields together."),
    )  # fmt: skip
    value = models.PositiveIntegerField(_("target"), validators=[MinValueValidator(1)])
    rule = models.TextField(_("counting rule"))
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    source = models.CharField(_("source"), max_length=300)
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    set_at = models.DateTimeField(_("set at"), default=timezone.now, editable=False)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False,
        related_name="+", verbose_name=_("set by"),
    )  # fmt: skip
    replaced_at = models.DateTimeField(_("replaced at"), null=True, blank=True, editable=False)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["-programme_year__year", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=list(PROMISE),
                condition=models.Q(replaced_at=None),
                nulls_distinct=False,
                name="target_one_in_force",
                violation_error_message=_("This target is already there."),
            ),
            models.CheckConstraint(
                condition=models.Q(value__gt=0),
                name="target_above_zero",
                violation_error_message=_("A target is at least 1."),
            ),
            models.CheckConstraint(
                condition=models.Q(replaced_at=None) | models.Q(replaced_at__gte=F("set_at")),
                name="target_replaced_after_set",
                violation_error_message=_("A version is replaced after it was set."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_indicator_display()}, {self.period_name}"

    def clean(self) -> None:
        first: ProgrammeYear | None = getattr(self, "programme_year", None)
        if first is None:
            return
        if self.last_year is not None and self.last_year.year <= first.year:
            raise ValidationError(
                {"last_year": gettext("Choose a later year, or leave it empty for one year.")}
            )
        if first.is_closed:
            raise ValidationError({"programme_year": closed_refusal(first)})

    @property
    def unit(self) -> object:
        """What one of it is, as the indicator says."""
        return INDICATORS[self.indicator].unit

    @property
    def is_in_force(self) -> bool:
        return self.replaced_at is None

    @property
    def ends_in(self) -> ProgrammeYear:
        """The last budget year of the period."""
        return self.last_year or self.programme_year

    @property
    def starts_on(self) -> date:
        return date(self.programme_year.year, 1, 1)

    @property
    def ends_on(self) -> date:
        return date(self.ends_in.year, 12, 31)

    @property
    def period_name(self) -> str:
        """TA 2022, or TA 2022–2024."""
        if self.last_year is None:
            return str(self.programme_year)
        return f"{self.programme_year}{EN_DASH}{self.last_year.year}"

    def even_on(self, day: date) -> int:
        """What an even pace reaches by a day of the period."""
        whole = (self.ends_on - self.starts_on).days + 1
        passed = min(max(0, (day - self.starts_on).days + 1), whole)
        return round(self.value * passed / whole)

    @property
    def may_change(self) -> bool:
        """Whether a new version may take its place: of those in force, in years not closed."""
        return self.is_in_force and not self.programme_year.is_closed

    def held(self) -> "Target | None":
        """The row under lock until the transaction ends; None once another version replaced it."""
        locked = Target.objects.select_for_update(of=("self",)).filter(pk=self.pk)
        return locked.in_force().first()

    @transaction.atomic
    def revise(self, *, by: User, **said: Any) -> "Target":
        """Put a new version in place of this one; the same one again where nothing differs.

        said: new words or a new value, by the names in `SAID`. Raises TargetRefused for a version
        that was replaced meanwhile and for a closed budget year.
        """
        if self.programme_year.is_closed:
            raise TargetRefused(closed_refusal(self.programme_year))
        held = self.held()
        if held is None:
            raise TargetRefused(replaced_refusal())
        new = {name: said.get(name, getattr(held, name)) for name in SAID}
        if all(getattr(held, name) == value for name, value in new.items()):
            return held
        now = timezone.now()
        Target.objects.filter(pk=held.pk).update(replaced_at=now)
        promise = {f"{name}_id" if name != "indicator" else name: None for name in PROMISE}
        promise = {name: getattr(held, name) for name in promise}
        return Target.objects.create(
            **promise, **new, version=held.version + 1, set_by=by, set_at=now
        )

    def end(self) -> bool:
        """Take the promise back without a new version: a province that has no part any more."""
        standing = Target.objects.in_force().filter(pk=self.pk)
        return bool(standing.update(replaced_at=timezone.now()))


@dataclass
class Promise:
    """A target of the nation in force, the versions before it, and its parts by province."""

    target: Target
    versions: list[Target] = field(default_factory=list)
    parts: list[Target] = field(default_factory=list)

    @property
    def shared_out(self) -> int:
        """What the parts add up to, of those that are seen."""
        return sum(part.value for part in self.parts)


def promises_of(visible: TargetQuerySet) -> list[Promise]:
    """The targets of the nation that a reader sees, each with all that belongs to it."""
    rows = list(visible.for_lists())

    def promise(row: Target) -> tuple[object, ...]:
        return (row.indicator, row.programme_year_id, row.last_year_id, row.field_id)

    found = {promise(row): Promise(row) for row in rows if row.is_in_force and not row.province_id}
    for row in rows:
        whole = found.get(promise(row))
        if whole is None or row is whole.target:
            continue
        if row.province_id is None:
            whole.versions.append(row)
        elif row.is_in_force:
            whole.parts.append(row)
    order = list(INDICATORS)
    return sorted(found.values(), key=lambda one: order.index(one.target.indicator))


def closed_refusal(year: ProgrammeYear) -> str:
    """Why a target of a closed year stays."""
    return gettext("%(year)s is closed: its targets and their rules stay as they are.") % {
        "year": year
    }
