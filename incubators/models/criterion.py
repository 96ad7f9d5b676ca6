"""What a business incubator has to be: the criteria, each with its legal basis and its time."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CriterionQuerySet(models.QuerySet["Criterion"]):
    def in_force(self, *, on: date) -> Self:
        """Those that are asked on a day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)


class Criterion(models.Model):
    """One thing the law asks of an incubator, proved by evidence; in force from a day to a day.

    Kept by the national administrator. A criterion on which evidence rests keeps its first day; it
    is ended, and another one begun, where the law changes.
    """

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("criterion"), max_length=100)
    explanation = models.CharField(_("what proves it"), max_length=300, blank=True)
    legal_basis = models.CharField(_("legal basis"), max_length=200)
    valid_from = models.DateField(_("in force from"))
    valid_to = models.DateField(_("in force until"), null=True, blank=True)
    may_expire = models.BooleanField(
        _("evidence may expire"), default=False,
        help_text=_("Then the evidence names the day it ends."),
    )  # fmt: skip
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = CriterionQuerySet.as_manager()

    class Meta:
        verbose_name = _("criterion of an incubator")
        verbose_name_plural = _("criteria of incubators")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
                name="incubator_criterion_days_in_order",
                violation_error_message=_("The criterion ends before it begins. Check the dates."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def is_in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)
