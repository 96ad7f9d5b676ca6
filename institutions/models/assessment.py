"""How independent an institution has become: criteria, dated assessments and what they rest on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.lookups import Exact, IsNull
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.formats import long_date
from institutions.lifecycle import InstitutionStatus, MilestoneKind
from institutions.maturity import REACHED_BY_CRITERIA, Maturity, maturity_of
from institutions.models.document import Document
from institutions.models.institution import Institution, InstitutionQuerySet
from institutions.models.milestone import Milestone
from institutions.models.programme import ProgrammeYear

# Bodies that have left the programme, or never came into it.
NOT_ASSESSED = (
    InstitutionStatus.REJECTED, InstitutionStatus.WITHDRAWN, InstitutionStatus.CANCELLED,
)  # fmt: skip
# What a filter asks for where no assessment stands.
UNASSESSED = "belum"
EVIDENCE_LENGTH = 500


class AssessmentRefused(Exception):
    """The assessment has moved on meanwhile, or something it needs still lacks."""


class AssessmentCriterionQuerySet(models.QuerySet["AssessmentCriterion"]):
    def of_year(self, year: ProgrammeYear) -> Self:
        """The criteria of one budget year, in the order in which they are asked."""
        return self.filter(programme_year=year)

    def year_in_force(self, day: date) -> ProgrammeYear | None:
        """The latest budget year with criteria that is not in the future; else the first one."""
        years = ProgrammeYear.objects.filter(assessment_criteria__in=self).distinct()
        past = years.filter(year__lte=day.year).order_by("-year").first()
        return past or years.order_by("year").first()

    @transaction.atomic
    def copy_to(self, year: ProgrammeYear) -> int:
        """Copy these criteria to a budget year that has none of their codes; returns how many."""
        known = set(year.assessment_criteria.values_list("code", flat=True))
        fresh = [
            AssessmentCriterion(
                programme_year=year, code=row.code, text=row.text, maturity=row.maturity,
                is_required=row.is_required, is_confirmed=row.is_confirmed, position=row.position,
            )
            for row in self.order_by("position", "code")
            if row.code not in known
        ]  # fmt: skip
        AssessmentCriterion.objects.bulk_create(fresh)
        return len(fresh)


class AssessmentCriterion(models.Model):
    """One question of the assessment in a budget year, and the class it belongs to.

    Kept by the national admin; what an assessment has answered is no longer changed.
    """

    programme_year = models.ForeignKey(
        ProgrammeYear, models.PROTECT, related_name="assessment_criteria",
        verbose_name=_("budget year"),
    )  # fmt: skip
    code = models.SlugField(_("code"), max_length=40)
    text = models.CharField(
        _("text"), max_length=300, help_text=_("In Indonesian, as the assessor reads it.")
    )
    maturity = models.CharField(
        _("class"), max_length=12, choices=[(one.value, one.label) for one in REACHED_BY_CRITERIA]
    )
    is_required = models.BooleanField(
        _("required"), default=True, help_text=_("The class is not reached without it.")
    )
    is_confirmed = models.BooleanField(
        _("confirmed"), default=False,
        help_text=_("Named by a published source; otherwise a proposal that may be mended."),
    )  # fmt: skip
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = AssessmentCriterionQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment criterion")
        verbose_name_plural = _("assessment criteria")
        ordering = ["-programme_year__year", "position", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme_year", "code"], name="assessmentcriterion_unique",
                violation_error_message=_("This budget year already has a criterion of this code."),
            ),
            models.CheckConstraint(
                condition=Q(maturity__in=REACHED_BY_CRITERIA),
                name="assessmentcriterion_class_known",
                violation_error_message=_("Choose the class that the criterion belongs to."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.text

    @property
    def is_answered(self) -> bool:
        """Whether an assessment rests on it, so that it has to stay as it was asked."""
        return self.answers.exists()


@dataclass(frozen=True)
class Answer:
    """What the assessor found of one criterion; `is_met` None: not answered yet."""

    is_met: bool | None = None
    evidence: str = ""
    paper: Document | None = None


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, user: Visitor) -> Self:
        """Assessments of the institutions a person may see; drafts are for those who assess."""
        seen = self.filter(institution__in=Institution.objects.visible_to(user))
        if user.is_authenticated and user.has_perm("institutions.change_institution"):
            return seen
        return seen.exclude(finalised_at=None)

    def standing(self) -> Self:
        """Final assessments that hold: not withdrawn."""
        return self.filter(withdrawn_at=None).exclude(finalised_at=None)

    def drafts(self) -> Self:
        return self.filter(finalised_at=None)

    def known_on(self, day: date) -> Self:
        """Standing assessments made by that day, the latest first."""
        return self.standing().filter(assessed_on__lte=day).order_by("-assessed_on", "-id")

    def class_on(self, day: date) -> Maturity | None:
        """The class that the latest of these says for a day; None where nobody had assessed."""
        found = self.known_on(day).values_list("maturity", flat=True).first()
        return None if found is None else Maturity(found)

    def with_answers(self) -> Self:
        """With what each rests on, in two queries."""
        answers = AssessmentAnswer.objects.select_related("criterion", "paper__kind")
        return self.select_related("assessor", "withdrawn_by", "paper__kind", "programme_year") \
            .prefetch_related(models.Prefetch("answers", answers))  # fmt: skip


def latest_of(day: date, field: str) -> Subquery:
    """A field of the standing assessment that holds for the institution of the outer query."""
    known = Assessment.objects.known_on(day).filter(institution=OuterRef("pk"))
    return Subquery(known.values(field)[:1])


def has_milestone(kind: str, day: date) -> Exists:
    """Whether the institution of the outer query has a standing milestone dated by that day."""
    dated = Milestone.objects.standing().filter(kind=kind, happened_on__lte=day)
    return Exists(dated.filter(institution=OuterRef("pk")))


def in_class(rows: InstitutionQuerySet, maturity: str, *, on: date) -> InstitutionQuerySet:
    """The institutions under an agreement (PKB) on a day that were of a class then.

    UNASSESSED: those whom nobody had assessed yet, which is not the lowest class.
    """
    held = latest_of(on, "maturity")
    wanted = IsNull(held, True) if maturity == UNASSESSED else Exact(held, maturity)
    return rows.filter(has_milestone(MilestoneKind.PKB, on), wanted)


class Assessment(models.Model):
    """A dated assessment of one institution against the criteria of a budget year.

    Written as a draft by staff of the area and made final once, when its class follows from the
    answers. A final one stays as it is; a later one takes its place, a mistaken one is withdrawn.
    """

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="assessments", verbose_name=_("institution")
    )
    programme_year = models.ForeignKey(
        ProgrammeYear, models.PROTECT, related_name="assessments", verbose_name=_("criteria of")
    )
    assessed_on = models.DateField(_("date of the assessment"))
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("assessor")
    )
    co_assessor = models.CharField(_("co-assessor"), max_length=150, blank=True)
    maturity = models.CharField(
        _("class"), max_length=12, choices=Maturity, blank=True, editable=False
    )
    note = models.CharField(_("note"), max_length=1000, blank=True)
    paper = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("paper")
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    finalised_at = models.DateTimeField(_("final since"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("withdrawn by"), editable=False,
    )  # fmt: skip
    withdrawn_because = models.CharField(_("reason of withdrawal"), max_length=300, blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["-assessed_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(finalised_at=None, maturity="")
                | Q(finalised_at__isnull=False, maturity__in=Maturity.values),
                name="assessment_final_has_class",
                violation_error_message=_("A final assessment has a class, a draft has none."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_because="")
                | (
                    Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                    & Q(finalised_at__isnull=False)
                    & ~Q(withdrawn_because="")
                ),
                name="assessment_withdrawal_has_reason",
                violation_error_message=_(
                    "Only a final assessment is withdrawn, by somebody and with a reason."
                ),
            ),
            models.UniqueConstraint(
                fields=["institution"], condition=Q(finalised_at=None),
                name="assessment_one_draft",
                violation_error_message=_("This institution already has a draft."),
            ),
            models.UniqueConstraint(
                fields=["institution", "assessed_on"],
                condition=Q(finalised_at__isnull=False, withdrawn_at=None),
                name="assessment_one_standing_a_day",
                violation_error_message=_("This day already has a standing assessment."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_maturity_display() or gettext('Draft')}, {long_date(self.assessed_on)}"

    @property
    def is_final(self) -> bool:
        return self.finalised_at is not None

    @transaction.atomic
    def record(
        self, answers: Mapping[int, Answer], *, by: User, version: int = 0, **facts: Any
    ) -> None:
        """Keep a draft: its facts (date, co-assessor, note, paper) and the answers so far.

        answers: by the id of the criterion. version: as the person had it before them; 0 begins a
        draft. Raises AssessmentRefused where somebody else was faster.
        """
        self._ensure_may_assess(by)
        self.assessor = by
        for name, value in facts.items():
            setattr(self, name, value)
        if self._state.adding:
            self._begin()
        else:
            self._move_on(version, assessor=by, **facts)
        self.answers.all().delete()
        AssessmentAnswer.objects.bulk_create(
            AssessmentAnswer(
                assessment=self, criterion_id=criterion, is_met=answer.is_met,
                evidence=answer.evidence, paper=answer.paper,
            )
            for criterion, answer in answers.items()
            if answer.is_met is not None or answer.evidence or answer.paper
        )  # fmt: skip

    @transaction.atomic
    def finalise(self, *, by: User, version: int) -> None:
        """Make the draft final, once; its class follows from the answers. Nobody types it.

        Raises AssessmentRefused where criteria are unanswered, or the day has one already.
        """
        self._ensure_may_assess(by)
        criteria = list(AssessmentCriterion.objects.of_year(self.programme_year))
        answers = dict(self.answers.values_list("criterion", "is_met"))
        if not criteria or any(answers.get(one.pk) is None for one in criteria):
            raise AssessmentRefused(gettext("Answer every criterion with yes or no first."))
        met = {pk for pk, is_met in answers.items() if is_met}
        maturity = maturity_of(criteria, met)
        try:
            with transaction.atomic():
                self._move_on(
                    version, assessor=by, finalised_at=timezone.now(), maturity=maturity.value
                )
        except IntegrityError as error:
            raise AssessmentRefused(
                gettext(
                    "%(day)s already has a final assessment. Withdraw that one first, or correct "
                    "the date."
                )
                % {"day": long_date(self.assessed_on)}
            ) from error
        self.refresh_from_db()

    @transaction.atomic
    def withdraw(self, *, by: User, reason: str) -> None:
        """Take a mistaken final assessment out of force; it stays in the history."""
        self._ensure_may_assess(by)
        if not reason.strip():
            raise AssessmentRefused(gettext("Say why: the reason is kept in the history."))
        taken = Assessment.objects.standing().filter(pk=self.pk).update(
            withdrawn_at=timezone.now(), withdrawn_by=by, withdrawn_because=reason.strip()
        )  # fmt: skip
        if not taken:
            raise AssessmentRefused(gettext("This assessment has been withdrawn already."))
        self.refresh_from_db()

    @transaction.atomic
    def discard(self, *, by: User, version: int) -> None:
        """Throw a draft away; nothing has counted yet."""
        self._ensure_may_assess(by)
        self._move_on(version)
        self.delete()

    def _ensure_may_assess(self, user: User) -> None:
        if not Institution.objects.editable_by(user).filter(pk=self.institution_id).exists():
            raise AssessmentRefused(gettext("Only staff of the area assess an institution."))
        if self.institution.status in NOT_ASSESSED:
            raise AssessmentRefused(gettext("The institution has left the programme."))

    def _begin(self) -> None:
        try:
            with transaction.atomic():
                self.save(force_insert=True)
        except IntegrityError as error:
            raise AssessmentRefused(
                gettext("Somebody else has begun a draft of this institution meanwhile.")
            ) from error

    def _move_on(self, version: int, **changes: Any) -> None:
        """Write to the draft only if it is still the one that the person had before them."""
        mine = Assessment.objects.drafts().filter(pk=self.pk, version=version)
        if not mine.update(version=version + 1, **changes):
            raise AssessmentRefused(gettext("Somebody else has changed this assessment meanwhile."))
        self.version = version + 1


class AssessmentAnswer(models.Model):
    """What was found of one criterion, and the evidence: words, a paper, or both."""

    assessment = models.ForeignKey(
        Assessment, models.CASCADE, related_name="answers", verbose_name=_("assessment")
    )
    criterion = models.ForeignKey(
        AssessmentCriterion, models.PROTECT, related_name="answers", verbose_name=_("criterion")
    )
    is_met = models.BooleanField(_("met"), null=True)
    evidence = models.CharField(_("evidence"), max_length=EVIDENCE_LENGTH, blank=True)
    paper = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("paper")
    )

    class Meta:
        verbose_name = _("answer of an assessment")
        verbose_name_plural = _("answers of an assessment")
        ordering = ["criterion__position", "criterion__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "criterion"], name="assessmentanswer_unique",
                violation_error_message=_("This criterion is answered already."),
            ),
            models.CheckConstraint(
                condition=~Q(is_met=True) | ~Q(evidence="") | Q(paper__isnull=False),
                name="assessmentanswer_met_has_evidence",
                violation_error_message=_("A criterion that is met needs its evidence."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.criterion)


def missing_for(
    criteria: Iterable[AssessmentCriterion], met: set[int], maturity: str
) -> list[AssessmentCriterion]:
    """The required criteria up to this class that are not met yet."""
    upto = list(Maturity)[: list(Maturity).index(Maturity(maturity)) + 1]
    return [
        one for one in criteria if one.is_required and one.maturity in upto and one.pk not in met
    ]
