"""What belongs to the plan of a cohort beside its own row: who teaches, its ids, its log."""

from typing import Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.privacy.validators import without_nik
from trainings.models.cohort import Cohort

Row = TypeVar("Row", bound=models.Model)


class OfCohortQuerySet(models.QuerySet[Row]):
    """Rows of a cohort: seen by whoever sees it."""

    def visible_to(self, user: Visitor) -> Self:
        return self.filter(cohort__in=Cohort.objects.visible_to(user))


class InstructorQuerySet(OfCohortQuerySet["Instructor"]):
    pass


class Instructor(models.Model):
    """Who teaches a cohort; named by the operator, without any personal number."""

    cohort = models.ForeignKey(
        Cohort, models.CASCADE, related_name="instructors", verbose_name=_("cohort")
    )
    name = models.CharField(_("name"), max_length=100, validators=[without_nik])
    competence_number = models.CharField(
        _("number of the competence certificate"), max_length=60, blank=True,
        validators=[without_nik],
    )  # fmt: skip

    objects = InstructorQuerySet.as_manager()

    class Meta:
        verbose_name = _("instructor")
        verbose_name_plural = _("instructors")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class ExternalIdQuerySet(OfCohortQuerySet["ExternalId"]):
    pass


class ExternalId(models.Model):
    """The id of a cohort in another system of the ministry, so that nothing is typed twice."""

    class System(models.TextChoices):
        SKILLHUB = "skillhub", _("Skillhub class")
        PROGLAT = "proglat", _("ProgLat code")

    cohort = models.ForeignKey(
        Cohort, models.CASCADE, related_name="external_ids", verbose_name=_("cohort")
    )
    system = models.CharField(_("system"), max_length=16, choices=System)
    value = models.CharField(_("id"), max_length=60)

    objects = ExternalIdQuerySet.as_manager()

    class Meta:
        verbose_name = _("id in another system")
        verbose_name_plural = _("ids in other systems")
        ordering = ["system", "id"]
        constraints = [
            models.UniqueConstraint("system", Upper("value"), name="externalid_unique_value"),
            models.UniqueConstraint(fields=["cohort", "system"], name="externalid_one_of_a_system"),
        ]

    def __str__(self) -> str:
        return f"{self.get_system_display()}: {self.value}"

    @classmethod
    def taken(cls, system: str, value: str, *, besides: Cohort) -> bool:
        """Whether another cohort, anybody's, has this id."""
        found = cls.objects.filter(system=system, value__iexact=value)
        return found.exclude(cohort=besides.pk).exists()


class CohortReferenceQuerySet(OfCohortQuerySet["CohortReference"]):
    def of(self, user: User) -> Self:
        """The references of one system: each has its own numbers."""
        return self.filter(user=user)


class CohortReference(models.Model):
    """That a partner's system, or an operator's, writes the draft of a cohort, and what it calls
    the cohort: no other system sees it.

    Kept with the first draft the system writes of the cohort. The id comes with that draft or a
    later one, and is never changed.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("user")
    )
    cohort = models.ForeignKey(
        Cohort, models.CASCADE, related_name="references", verbose_name=_("cohort")
    )
    value = models.CharField(_("id"), max_length=60, blank=True, validators=[without_nik])

    objects = CohortReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("id in a partner's system")
        verbose_name_plural = _("ids in partners' systems")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "value"], condition=~models.Q(value=""),
                name="cohortreference_unique_value",
            ),
            models.UniqueConstraint(
                fields=["user", "cohort"], name="cohortreference_one_of_a_system"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.value or str(self.cohort)


class CohortStepQuerySet(OfCohortQuerySet["CohortStep"]):
    pass


class CohortStep(models.Model):
    """The log of a cohort's plan: changed, cancelled, restored; added and never changed.

    changed: the names of the fields that a change touched. obligations: the obligations that a
    cancelling set aside, so that a restoring brings back these and no others.
    """

    class Verb(models.TextChoices):
        CHANGED = "changed", _("Plan changed")
        CANCELLED = "cancelled", _("Cohort cancelled")
        RESTORED = "restored", _("Cancelling undone")

    cohort = models.ForeignKey(
        Cohort, models.PROTECT, related_name="steps", verbose_name=_("cohort")
    )
    verb = models.CharField(_("step"), max_length=16, choices=Verb)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    changed = models.JSONField(_("changed fields"), default=list, blank=True)
    obligations = models.JSONField(default=list, blank=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    objects = CohortStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a cohort's plan")
        verbose_name_plural = _("steps of cohorts' plans")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_verb_display()}: {self.cohort}"

    @property
    def changed_labels(self) -> str:
        """The changed fields in words."""
        return ", ".join(str(label_of(name)) for name in self.changed)


def label_of(name: str) -> object:
    """What a field of the plan is called, also one that stands in another row."""
    if name in ExternalId.System.values:
        return ExternalId.System(name).label
    if name == "taught_by":
        return Instructor._meta.verbose_name_plural
    return getattr(Cohort._meta.get_field(name), "verbose_name", name)
