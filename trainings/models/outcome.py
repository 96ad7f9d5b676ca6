"""What became of those who passed: the certificate of competence, and work some months later.

Asked and verified on their own, months after the closing report, whose rows they leave alone.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.requests import Visitor
from institutions.kbli import Section
from institutions.reference.regions import provinces
from trainings.models.participant import Participant


def province_choices() -> list[tuple[str, str]]:
    """The provinces by code, as a form offers them."""
    return [(province.code, province.name) for province in provinces()]


class OutcomeQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Visitor) -> Self:
        return self.filter(participant__in=Participant.objects.visible_to(user))

    def editable_by(self, user: Visitor) -> Self:
        return self.filter(participant__in=Participant.objects.editable_by(user))

    def store(self, rows: Iterable[Any]) -> None:
        """Write the rows, over those that there are of the same participant."""
        keys: Sequence[str] = self.model.KEYS
        self.bulk_create(
            rows, update_conflicts=True, unique_fields=keys, update_fields=self.model.ENTERED
        )


class Certification(models.Model):
    """Whether a participant who passed is competent by the judgement of an LSP, and by which.

    Entered by the operator for the certification report.
    """

    class Competency(models.TextChoices):
        COMPETENT = "competent", _("Competent")
        NOT_YET = "not_yet", _("Not yet competent")
        NOT_ASSESSED = "not_assessed", _("Not assessed")

    class Body(models.TextChoices):
        P1 = "p1", "LSP P1"
        P2 = "p2", "LSP P2"
        P3 = "p3", "LSP P3"
        BNSP = "bnsp", "BNSP"

    KEYS = ("participant",)
    ENTERED = ("competency", "body", "number")
    # What an erasure empties, and so no digest may rest on.
    NAMING = ("number",)

    participant = models.OneToOneField(
        Participant, models.CASCADE, related_name="certification", verbose_name=_("participant")
    )
    competency = models.CharField(_("competency"), max_length=12, choices=Competency)
    body = models.CharField(_("certified by"), max_length=4, choices=Body, blank=True)
    number = models.CharField(_("certificate number"), max_length=60, blank=True)

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("certification")
        verbose_name_plural = _("certifications")
        ordering = ["participant_id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(competency="not_assessed") | models.Q(body="", number=""),
                name="certification_needs_assessment",
                violation_error_message=_("Who was not assessed has no LSP and no certificate."),
            ),
            models.CheckConstraint(
                condition=models.Q(competency="competent") | models.Q(number=""),
                name="certification_number_of_competent",
                violation_error_message=_("Only who is competent has a certificate number."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_competency_display()

    @property
    def is_complete(self) -> bool:
        """Whether nothing more is asked: the LSP of an assessment, the number of a certificate."""
        if self.competency == self.Competency.NOT_ASSESSED:
            return True
        is_numbered = self.competency != self.Competency.COMPETENT or bool(self.number)
        return bool(self.body) and is_numbered


class Placement(models.Model):
    """What a participant who passed does three or six months after the training.

    Entered by the operator for the placement report of that time.
    """

    class Wave(models.IntegerChoices):
        THREE = 3, _("3 months")
        SIX = 6, _("6 months")

    class Outcome(models.TextChoices):
        NOT_WORKING = "not_working", _("Not working yet")
        EMPLOYED = "employed", _("Employed")
        SELF_EMPLOYED = "self_employed", _("Self-employed")
        STUDYING = "studying", _("Went on to school or pesantren")
        UNREACHABLE = "unreachable", _("Could not be reached")

    WORKING = (Outcome.EMPLOYED, Outcome.SELF_EMPLOYED)
    KEYS = ("participant", "wave")
    ENTERED = ("outcome", "workplace", "section", "domicile")
    # What an erasure empties, and so no digest may rest on.
    NAMING = ("workplace",)

    participant = models.ForeignKey(
        Participant, models.CASCADE, related_name="placements", verbose_name=_("participant"),
        db_index=False,
    )  # fmt: skip
    wave = models.PositiveSmallIntegerField(_("asked after"), choices=Wave)
    outcome = models.CharField(_("what they do now"), max_length=14, choices=Outcome)
    workplace = models.CharField(_("employer or own business"), max_length=150, blank=True)
    section = models.CharField(
        _("line of business (KBLI)"), max_length=1, choices=Section, blank=True
    )
    domicile = models.CharField(
        _("lives in (province)"), max_length=2, choices=province_choices, blank=True,
        help_text=_("Empty: in the province of the institution."),
    )  # fmt: skip

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        ordering = ["participant_id", "wave"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "wave"], name="placement_once_a_wave",
                violation_error_message=_("The placement of this time is entered already."),
            ),
            models.CheckConstraint(
                condition=models.Q(wave__in=[3, 6]), name="placement_known_wave",
                violation_error_message=_("Placement is asked after 3 and after 6 months."),
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["employed", "self_employed"])
                | models.Q(workplace="", section=""),
                name="placement_workplace_of_working",
                violation_error_message=_("Only who works has an employer or a business."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.wave}: {self.get_outcome_display()}"

    @property
    def is_complete(self) -> bool:
        """Whether nothing more is asked: of those who work, where and in which line."""
        return self.outcome not in self.WORKING or bool(self.workplace and self.section)
