"""The catalogue of training programmes, with the competency units (SKKNI) each one teaches."""

from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.requests import Visitor
from institutions.models import VocationalField

MOST_HOURS = 2000
# C.141110.001.01, TIK.JK02.001.01: what separates and how many parts differs from list to list.
UNIT_CODE = RegexValidator(
    r"^[A-Z0-9]+(?:[./-][A-Z0-9]+){1,6}\Z",
    _("A unit code consists of capital letters, digits and dots, for example C.141110.001.01."),
)


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, user: Visitor) -> Self:
        """The whole catalogue, for the roles that work with single trainings."""
        if not user.is_authenticated or not user.spec.sees_cohorts:
            return self.none()
        return self

    def current(self) -> Self:
        """Versions that cohorts may still be planned with."""
        return self.filter(is_current=True)

    def matching(self, phrase: str) -> Self:
        """Programmes with the phrase in their name, or of whose units one begins with it."""
        units = CompetencyUnit.objects.filter(
            Q(code__istartswith=phrase.strip()) | Q(title__icontains=phrase.strip())
        )
        in_name = Q(name__icontains=phrase.strip())
        return self.filter(in_name | Q(pk__in=units.order_by().values("programme")))

    def for_lists(self) -> Self:
        """With all that a list row shows."""
        return self.select_related("field").prefetch_related("units")


class Programme(models.Model):
    """A version of a training programme: a vocational field, a name and its hours (JP, 45 minutes).

    Kept by national staff, one by one or from a file of the ministry's catalogue (ProgLat). A
    version that is no longer taught is retired, never deleted: cohorts were held by it.
    """

    field = models.ForeignKey(
        VocationalField, models.PROTECT, related_name="programmes",
        verbose_name=_("vocational field"),
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=150)
    version = models.CharField(_("version"), max_length=20, default="1")
    hours = models.PositiveSmallIntegerField(
        _("training hours (JP)"),
        validators=[MinValueValidator(1), MaxValueValidator(MOST_HOURS)],
    )
    is_current = models.BooleanField(
        _("current"), default=True,
        help_text=_("Cohorts are planned with current versions only; one version of a name is."),
    )  # fmt: skip

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["name", "-version", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["field", "name", "version"], name="programme_unique_version",
                violation_error_message=_("This version of the programme is already there."),
            ),
            models.UniqueConstraint(
                fields=["field", "name"], condition=Q(is_current=True),
                name="programme_one_current_version",
                violation_error_message=_(
                    "Another version of this programme is current. Retire that one first."
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name as it is chosen from a list, with what tells versions apart."""
        told = {"name": self.name, "version": self.version, "hours": self.hours}
        return gettext("%(name)s, version %(version)s, %(hours)s JP") % told


class CompetencyUnit(models.Model):
    """A unit of the national competency standard (SKKNI) that a programme teaches."""

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="units", verbose_name=_("programme")
    )
    code = models.CharField(_("unit code"), max_length=40, validators=[UNIT_CODE])
    title = models.CharField(_("unit title"), max_length=250)

    class Meta:
        verbose_name = _("competency unit (SKKNI)")
        verbose_name_plural = _("competency units (SKKNI)")
        ordering = ["code", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "code"], name="competencyunit_once_in_programme",
                violation_error_message=_("This unit stands in the programme already."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.code} {self.title}"
