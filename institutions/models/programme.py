"""Budget years and vocational fields: the two lists by which everything is counted."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

MOST_REMINDERS, FURTHEST_REMINDER = 6, 120


def reminder_days(text: str) -> list[int]:
    """Days around a due date, before it with a minus, as staff write them: "-7, 1, 7, 30".

    Raises ValidationError for anything else.
    """
    try:
        days = sorted({int(part) for part in text.split(",") if part.strip()})
    except ValueError:
        days = [FURTHEST_REMINDER + 1]
    if len(days) > MOST_REMINDERS or any(abs(day) > FURTHEST_REMINDER for day in days):
        raise ValidationError(
            _("Write up to six whole numbers with commas, for example -7, 1, 7, 30.")
        )
    return days


def check_reminders(text: str) -> None:
    """Raises ValidationError for what is no list of days."""
    reminder_days(text)


class ProgrammeYear(models.Model):
    """A budget year (Tahun Anggaran, TA) with the guideline (Juknis) that ruled it.

    The TA is not the calendar year: every counted row names its TA in a column of its own.
    """

    class PeriodLength(models.IntegerChoices):
        QUARTER = 3, _("A quarter (3 months)")
        FOUR_MONTHS = 4, _("Four months")
        HALF_YEAR = 6, _("Half a year")
        YEAR = 12, _("The whole year")

    class Reporters(models.TextChoices):
        NOBODY = "nobody", _("Nobody")
        OPERATIONAL = "operational", _("Operational institutions")
        INDEPENDENT = "independent", _("Operational ones, and those whose guidance has ended")

    year = models.PositiveSmallIntegerField(
        _("budget year"), unique=True, validators=[MinValueValidator(2017), MaxValueValidator(2100)]
    )
    guideline = models.CharField(_("guideline number"), max_length=200, blank=True)
    cohort_size = models.PositiveSmallIntegerField(_("seats per cohort"), default=16)
    most_seats_of_cohort = models.PositiveSmallIntegerField(
        _("most seats in one cohort"), null=True, blank=True,
        help_text=_("Planning above it is refused. Empty: no limit."),
    )  # fmt: skip
    most_seats_of_institution = models.PositiveIntegerField(
        _("most seats of one institution"), null=True, blank=True,
        help_text=_("Over all its cohorts of the year that are not cancelled. Empty: no limit."),
    )  # fmt: skip
    opening_due_days = models.PositiveSmallIntegerField(
        _("days until the opening report is due"), default=7,
        help_text=_("Counted from the first day of the training; never on a free day."),
    )  # fmt: skip
    report_due_days = models.PositiveSmallIntegerField(
        _("days until the closing report is due"), default=14,
        help_text=_("Counted from the last day of the training, as are the reports that follow."),
    )  # fmt: skip
    certification_due_days = models.PositiveSmallIntegerField(
        _("days until the certification report is due"), default=90
    )
    placement_3_due_days = models.PositiveSmallIntegerField(
        _("days until the first placement report is due"), default=91
    )
    placement_6_due_days = models.PositiveSmallIntegerField(
        _("days until the second placement report is due"), default=183
    )
    lpj_due_days = models.PositiveSmallIntegerField(
        _("working days until an LPJ is due"), default=14,
        help_text=_("Counted from the day of the SP2D; tranches already recorded keep their day."),
    )  # fmt: skip
    period_months = models.PositiveSmallIntegerField(
        _("length of a reporting period"), choices=PeriodLength, default=PeriodLength.HALF_YEAR,
        help_text=_(
            "Every period an institution reports a training or confirms that there was none. "
            "Periods already opened keep their days."
        ),
    )  # fmt: skip
    period_due_days = models.PositiveSmallIntegerField(
        _("days after a period until this is due"), default=30
    )
    period_reporters = models.CharField(
        _("who reports every period"), max_length=12, choices=Reporters,
        default=Reporters.OPERATIONAL,
    )  # fmt: skip
    reminders = models.CharField(
        _("days of reminders"), max_length=60, blank=True, default="-7, 1, 7, 30",
        validators=[check_reminders],
        help_text=_(
            "Counted from the due date, before it with a minus. Only those who still owe are "
            "reminded. Empty: nobody is."
        ),
    )  # fmt: skip
    is_closed = models.BooleanField(_("closed"), default=False)

    class Meta:
        verbose_name = _("budget year")
        verbose_name_plural = _("budget years")
        ordering = ["-year"]

    def __str__(self) -> str:
        return f"TA {self.year}"

    def periods(self) -> Iterator[tuple[date, date]]:
        """The reporting periods of the year, each with its first and its last day."""
        for month in range(1, 13, self.period_months):
            end = month + self.period_months - 1
            yield date(self.year, month, 1), date(self.year, end, monthrange(self.year, end)[1])

    def in_year(self, day: date) -> date:
        """The day itself, or the nearest one in the calendar year of that name.

        A training of a budget year may run beyond it; it belongs to the period it is nearest to.
        """
        return min(max(day, date(self.year, 1, 1)), date(self.year, 12, 31))


def normalise_field(text: str) -> str:
    """The form by which spellings of a vocational field are compared: letters and digits only."""
    return "".join(char for char in text.casefold() if char.isalnum())


class VocationalFieldQuerySet(models.QuerySet["VocationalField"]):
    def named(self, text: str) -> Self:
        """Fields whose code or one of whose spellings is the text, however it is written."""
        key = normalise_field(text)
        return self.filter(
            models.Q(code__iexact=text.strip()) | models.Q(aliases__key=key)
        ).distinct()


class VocationalField(models.Model):
    """A vocational field (kejuruan) with its three-letter code."""

    code = models.CharField(_("code"), max_length=3, unique=True)
    name = models.CharField(_("name"), max_length=80, unique=True)

    objects = VocationalFieldQuerySet.as_manager()

    class Meta:
        verbose_name = _("vocational field")
        verbose_name_plural = _("vocational fields")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class FieldAlias(models.Model):
    """A spelling under which a vocational field is found in practice (Las, Teknik Las, Welding)."""

    field = models.ForeignKey(
        VocationalField, models.CASCADE, related_name="aliases", verbose_name=_("vocational field")
    )
    spelling = models.CharField(_("spelling"), max_length=80)
    key = models.CharField(max_length=80, unique=True, editable=False)

    class Meta:
        verbose_name = _("spelling")
        verbose_name_plural = _("spellings")
        ordering = ["spelling"]

    def __str__(self) -> str:
        return self.spelling

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = normalise_field(self.spelling)
        super().save(*args, **kwargs)
