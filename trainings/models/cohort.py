"""The cohorts (angkatan) that institutions run."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import Partner, User
from blk_portal.accounts.requests import Visitor
from blk_portal.accounts.roles import Reach
from blk_portal.formats import moment, number
from blk_portal.rest.arrays import AnyOf
from institutions.models import Institution, ProgrammeYear, VocationalField
from institutions.models.institution import InstitutionQuerySet
from trainings.models.kind import ReportKind
from trainings.models.programme import MOST_HOURS, Programme

if TYPE_CHECKING:
    from trainings.models.report import CohortReport


def open_institutions(user: Visitor) -> InstitutionQuerySet:
    """The institutions whose single trainings a person may see.

    Rows of cohorts are asked for by their institution: of those there are few.
    """
    if not user.is_authenticated or not user.spec.sees_cohorts:
        return Institution.objects.none()
    institutions = Institution.objects.visible_to(user)
    if user.spec.reach == Reach.OFFICE:
        # An institution without an office waits in every office's queue, its people do not.
        return institutions.guided()
    return institutions


def sees_every_cohort(user: Visitor) -> bool:
    """Whether no institution needs to be looked up to say which trainings a person may see."""
    if not user.is_authenticated or not user.is_active:
        return False
    return user.spec.sees_cohorts and user.spec.reach == Reach.NATION


class CohortQuerySet(models.QuerySet["Cohort"]):
    def visible_to(
        self, user: Visitor, *, known: Callable[[], Iterable[int]] | None = None
    ) -> Self:
        """Cohorts a person may see.

        known: where the keys of `open_institutions` are at hand, as a long list wants it.
        """
        if known is not None and not sees_every_cohort(user):
            return self.filter(AnyOf("institution", known()))
        return open_institutions(user).narrow(self)

    def editable_by(self, user: Visitor) -> Self:
        """Cohorts whose roster and results the person writes: an operator's own, and those in the
        area of a partner's system.

        Of an officer those with a report that the officer fills in on an operator's behalf.
        """
        if user.has_perm("trainings.draft_cohortreport"):
            return self.visible_to(user)
        if not user.has_perm("trainings.verify_cohortreport"):
            return self.none()
        filled_in = Cohort.objects.filter(
            reports__stand_ins__officer=user.pk, reports__stand_ins__closed_at=None
        )
        return self.visible_to(user).filter(pk__in=filled_in.values("pk"))

    def drafted_by(self, user: User) -> Self:
        """Cohorts whose draft this account's system wrote, each with what the system calls it, as
        `reference`."""
        written = self.filter(references__user=user)
        return written.annotate(reference=models.F("references__value"))

    def planned(self) -> Self:
        """Cohorts that are to be held or were held: not cancelled."""
        return self.filter(cancelled_at=None)

    def cancelled(self) -> Self:
        return self.exclude(cancelled_at=None)

    def matching(self, phrase: str) -> Self:
        """Cohorts whose id in another system begins with the phrase, or whose institution (see
        `named`) or programme is called so."""
        phrase = phrase.strip()
        institutions = Institution.objects.named(phrase).order_by()
        programmes = Programme.objects.filter(name__icontains=phrase).order_by()
        with_id = Cohort.objects.filter(external_ids__value__istartswith=phrase).order_by()
        return self.filter(
            Q(institution__in=institutions.values("pk"))
            | Q(programme__in=programmes.values("pk"))
            | Q(pk__in=with_id.values("pk"))
        )

    def running(self, *, first: date, last: date) -> Self:
        """Cohorts held on at least one of these days."""
        return self.filter(starts_on__lte=last, ends_on__gte=first)

    def seats_planned(self) -> int:
        """How many seats they have together, cancelled ones apart."""
        planned = self.planned().aggregate(n=models.Sum("seats", default=0))
        return int(planned["n"])

    def for_lists(self) -> Self:
        """With all that a list row shows, in one query."""
        return self.with_closing().select_related(
            "institution__regency__province", "institution__office", "programme", "field",
            "programme_year", "closing",
        )  # fmt: skip

    def for_plan(self) -> Self:
        """With all that the pages of a plan show of its own row and of those beside it."""
        return self.select_related(
            "institution__regency__province", "institution__office", "programme", "field",
            "programme_year", "partner", "cancelled_by",
        ).prefetch_related("instructors", "external_ids", "programme__units")  # fmt: skip

    def with_closing(self) -> Self:
        """With `closing`, the closing report, to be joined and filtered by like a field."""
        is_closing = Q(reports__kind=ReportKind.CLOSING)
        return self.annotate(closing=models.FilteredRelation("reports", condition=is_closing))


class Cohort(models.Model):
    """One run of a programme at an institution, with its participants (paket, angkatan)."""

    class Funding(models.TextChoices):
        APBN = "apbn", _("State budget (APBN)")
        APBD = "apbd", _("Regional budget (APBD)")
        OWN = "own", _("Own funds")
        PARTNER = "partner", _("CSR and partners")

    class Method(models.TextChoices):
        OFFLINE = "offline", _("In person (luring)")
        ONLINE = "online", _("Online (daring)")
        BLENDED = "blended", _("Blended (campuran)")

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="cohorts", verbose_name=_("institution")
    )
    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="cohorts", verbose_name=_("programme")
    )
    programme_year = models.ForeignKey(
        ProgrammeYear, models.PROTECT, related_name="cohorts", verbose_name=_("budget year")
    )
    field = models.ForeignKey(
        VocationalField, models.PROTECT, related_name="+", verbose_name=_("vocational field")
    )
    batch = models.PositiveSmallIntegerField(_("batch number"), validators=[MinValueValidator(1)])
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    hours = models.PositiveSmallIntegerField(
        _("training hours (JP)"), validators=[MinValueValidator(1), MaxValueValidator(MOST_HOURS)]
    )
    method = models.CharField(_("method"), max_length=8, choices=Method, default=Method.OFFLINE)
    funding = models.CharField(_("funding source"), max_length=8, choices=Funding)
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("funding partner"),
    )  # fmt: skip
    seats = models.PositiveSmallIntegerField(_("seats"), validators=[MinValueValidator(1)])
    cost_planned = models.BigIntegerField(
        _("planned cost in rupiah"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True, editable=False)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False,
        related_name="+", verbose_name=_("cancelled by"),
    )  # fmt: skip
    cancelled_because = models.CharField(
        _("reason of cancelling"), max_length=300, blank=True, editable=False
    )

    objects = CohortQuerySet.as_manager()

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="cohort_ends_after_start",
                violation_error_message=_("The cohort ends before it starts."),
            ),
            models.UniqueConstraint(
                fields=["institution", "programme_year", "programme", "batch"],
                name="cohort_unique_batch",
                violation_error_message=_("This batch of the programme is already there."),
            ),
            models.CheckConstraint(
                condition=Q(partner=None) | Q(funding="partner"),
                name="cohort_partner_funds",
                violation_error_message=_(
                    "Only a cohort that is paid by CSR and partners names a partner."
                ),
            ),
            models.CheckConstraint(
                condition=Q(cost_planned=None) | Q(cost_planned__gt=0),
                name="cohort_cost_is_positive",
                violation_error_message=_("Write a cost above 0, or leave it empty."),
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancelled_by=None, cancelled_because="")
                | (
                    Q(cancelled_at__isnull=False, cancelled_by__isnull=False)
                    & ~Q(cancelled_because="")
                ),
                name="cohort_cancelled_whole",
                violation_error_message=_("A cancelled cohort names when, by whom and why."),
            ),
        ]
        indexes = [
            models.Index(fields=["programme_year", "institution"], name="cohort_year_institution"),
            models.Index(fields=["-starts_on", "-id"], name="cohort_start_order"),
        ]

    def __str__(self) -> str:
        return gettext("%(programme)s, batch %(batch)s") % {
            "programme": self.programme,
            "batch": self.batch,
        }

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    def cancelled_words(self) -> str:
        """Who cancelled it and when, for somebody who comes too late."""
        when = moment(self.cancelled_at, self.institution.time_zone) if self.cancelled_at else ""
        text = gettext("%(name)s cancelled the cohort, %(when)s.")
        return text % {"name": self.cancelled_by, "when": when}

    def seat_faults(self) -> list[str]:
        """Why the seats are more than the budget year allows; nothing where they fit.

        Both limits are rows of the year, which national staff keep; an empty one limits nothing.
        Wants a transaction: it holds the institution, so that two plans are counted one by one.
        """
        year, faults = self.programme_year, []
        most = year.most_seats_of_cohort
        if most is not None and self.seats > most:
            text = gettext("TA %(year)s allows at most %(most)s seats in one cohort.")
            faults.append(text % {"year": year.year, "most": number(most)})
        most = year.most_seats_of_institution
        if most is not None:
            list(Institution.objects.hold([self.institution_id]))
            others = Cohort.objects.filter(institution=self.institution_id, programme_year=year)
            planned = others.exclude(pk=self.pk).seats_planned()
            if planned + self.seats > most:
                text = gettext(
                    "TA %(year)s allows an institution at most %(most)s seats; %(planned)s are "
                    "planned already. Plan at most %(rest)s here."
                )
                told = {"year": year.year, "most": number(most), "planned": number(planned)}
                faults.append(text % {**told, "rest": number(max(most - planned, 0))})
        return faults

    @cached_property
    def closing(self) -> "CohortReport":
        """The report that the figures come from; lists bring it with them (`for_lists`)."""
        return self.reports.get(kind=ReportKind.CLOSING)

    def hold_institution(self) -> None:
        """Lock the institution until the transaction ends: the one the cohort has by then."""
        held = None
        while (now := Cohort.objects.values_list("institution", flat=True).get(pk=self.pk)) != held:
            list(Institution.objects.hold([now]))
            held = now
        # What was read before waiting may be that of a row that is merged by now.
        if held is not None:
            self.institution_id = held
