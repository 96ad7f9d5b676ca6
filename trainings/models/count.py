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


class CountRow(models.Model):
    """What a verified report counts of one sex, disability and age band, and the span it held.

    Written by verification, closed (`counted_to`) by reopening, never changed: any past day can be
    asked again.
    """

    programme_year = models.ForeignKey(ProgrammeYear, models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    field = models.ForeignKey(VocationalField, models.PROTECT, related_name="+")
    funding = models.CharField(max_length=8, choices=Cohort.Funding)
    sex = models.CharField(max_length=1, choices=Participant.Sex)
    disability = models.CharField(max_length=12, choices=Participant.Disability)
    age_band = models.CharField(max_length=8, choices=AgeBand)
    counted_from = models.DateTimeField()
    counted_to = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "sex", "disability", "age_band"],
                condition=models.Q(counted_to=None),
                name="%(class)s_one_live_row",
            )
        ]
        indexes = [
            models.Index(
                fields=["programme_year", "institution"],
                condition=models.Q(counted_to=None),
                name="%(class)s_live",
            )
        ]


class CohortCount(CountRow):
    """The participants of a verified closing report, counted by sex, disability and age band.

    `people` are those for whom this cohort is the one that counts in the budget year; `without_nik`
    took part and are nobody's person, unknown only of rows closed before it was counted.
    """

    report = models.ForeignKey("trainings.CohortReport", models.PROTECT, related_name="counts")
    enrolled = models.PositiveIntegerField()
    completed = models.PositiveIntegerField()
    passed = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    without_nik = models.PositiveIntegerField(null=True)

    class Meta(CountRow.Meta):
        verbose_name = _("cohort count")
        verbose_name_plural = _("cohort counts")
        constraints = [
            *CountRow.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(completed__lte=models.F("enrolled"))
                & models.Q(passed__lte=models.F("completed"))
                & models.Q(people__lte=models.F("completed"))
                & models.Q(without_nik__lte=models.F("completed") - models.F("people")),
                name="cohortcount_parts_within_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(counted_to__isnull=False) | models.Q(without_nik__isnull=False),
                name="cohortcount_live_row_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.sex} {self.age_band}: {self.completed}"


class OutcomeCount(CountRow):
    """What a verified certification or placement report tells of those who passed.

    Each column is an indicator, and those `_untold` are who passed and are not told of, unknown
    only of rows closed before they were counted; the columns of other kinds of report stay 0. It
    counts only while the closing report that says who passed is verified as well.
    """

    report = models.ForeignKey(
        "trainings.CohortReport", models.PROTECT, related_name="outcome_counts"
    )
    certification_reported = models.PositiveIntegerField()
    certified = models.PositiveIntegerField()
    placement_3_reported = models.PositiveIntegerField()
    employed_3 = models.PositiveIntegerField()
    self_employed_3 = models.PositiveIntegerField()
    placement_6_reported = models.PositiveIntegerField()
    employed_6 = models.PositiveIntegerField()
    self_employed_6 = models.PositiveIntegerField()
    certification_untold = models.PositiveIntegerField(null=True)
    placement_3_untold = models.PositiveIntegerField(null=True)
    placement_6_untold = models.PositiveIntegerField(null=True)

    class Meta(CountRow.Meta):
        verbose_name = _("outcome count")
        verbose_name_plural = _("outcome counts")
        constraints = [
            *CountRow.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(certified__lte=models.F("certification_reported"))
                & models.Q(
                    placement_3_reported__gte=models.F("employed_3") + models.F("self_employed_3")
                )
                & models.Q(
                    placement_6_reported__gte=models.F("employed_6") + models.F("self_employed_6")
                ),
                name="outcomecount_parts_within_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(counted_to__isnull=False)
                | models.Q(
                    certification_untold__isnull=False,
                    placement_3_untold__isnull=False,
                    placement_6_untold__isnull=False,
                ),
                name="outcomecount_live_row_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.sex} {self.age_band}"


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
