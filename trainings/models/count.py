"""What a verified report counts: rows by sex, disability and age, with the span they held."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from institutions.models import Institution, ProgrammeYear, VocationalField
from trainings.models.cohort import Cohort
from trainings.models.participant import Participant


class AgeBand(models.TextChoices):
    """Age at the start of the cohort."""

    UNDER_18 = "u18", _("Under 18")
    FROM_18 = "18-24", _("18–24")
    FROM_25 = "25-34", _("25–34")
    FROM_35 = "35-44", _("35–44")
    FROM_45 = "45+", _("45 and over")


class CohortCount(models.Model):
    """The participants of a verified closing report, counted by sex, disability and age band.

    Written by verification, closed (`counted_to`) by reopening, never changed: any past day can be
    asked again. `people` are those for whom this cohort is the one that counts in the budget year.
    """

    report = models.ForeignKey("trainings.CohortReport", models.PROTECT, related_name="counts")
    programme_year = models.ForeignKey(ProgrammeYear, models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    field = models.ForeignKey(VocationalField, models.PROTECT, related_name="+")
    funding = models.CharField(max_length=8, choices=Cohort.Funding)
    sex = models.CharField(max_length=1, choices=Participant.Sex)
    disability = models.CharField(max_length=12, choices=Participant.Disability)
    age_band = models.CharField(max_length=8, choices=AgeBand)
    enrolled = models.PositiveIntegerField()
    completed = models.PositiveIntegerField()
    passed = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    counted_from = models.DateTimeField()
    counted_to = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("cohort count")
        verbose_name_plural = _("cohort counts")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "sex", "disability", "age_band"],
                condition=models.Q(counted_to=None),
                name="cohortcount_one_live_row",
            ),
            models.CheckConstraint(
                condition=models.Q(completed__lte=models.F("enrolled"))
                & models.Q(passed__lte=models.F("completed"))
                & models.Q(people__lte=models.F("completed")),
                name="cohortcount_parts_within_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["programme_year", "institution"],
                condition=models.Q(counted_to=None),
                name="cohortcount_live",
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.sex} {self.age_band}: {self.completed}"


class CountedPerson(models.Model):
    """The participation at which a person counts in a budget year: the earliest verified one."""

    programme_year = models.ForeignKey(ProgrammeYear, models.PROTECT, related_name="+")
    nik_index = models.BinaryField()
    participant = models.OneToOneField(Participant, models.PROTECT, related_name="counted")
    report = models.ForeignKey("trainings.CohortReport", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("counted person")
        verbose_name_plural = _("counted persons")
        constraints = [
            models.UniqueConstraint(
                fields=["programme_year", "nik_index"], name="countedperson_once_a_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme_year_id}: {self.participant_id}"
