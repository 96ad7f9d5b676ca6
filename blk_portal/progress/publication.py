"""What the ministry has published, as it was; and where institutions were before they moved."""

import re
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.requests import Visitor
from institutions.models import (
    Institution,
    ProgrammeYear,
    Province,
    Regency,
    TrainingOffice,
    VocationalField,
)

SLUG = re.compile(r"([1-9][0-9]{0,3})(?:\.([1-9][0-9]{0,3}))?")


class PublicationQuerySet(models.QuerySet["Publication"]):
    def visible_to(self, user: Visitor) -> Self:
        """All: what was published is for everybody."""
        return self

    def of(self, year: ProgrammeYear) -> Self:
        return self.filter(programme_year=year)

    def numbered(self, year: ProgrammeYear, slug: str) -> "Publication | None":
        """The one of a number as an address writes it, see `slug`; None for what is no number."""
        found = SLUG.fullmatch(slug)
        if found is None:
            return None
        number, correction = found.groups(default="0")
        return self.of(year).filter(number=int(number), correction=int(correction)).first()

    def latest_first(self) -> Self:
        return self.order_by("-number", "-correction")

    def before(self, publication: "Publication") -> "Publication | None":
        """The one of the same budget year that this one came after."""
        rows = self.filter(programme_year=publication.programme_year_id)
        earlier = models.Q(number__lt=publication.number) | models.Q(
            number=publication.number, correction__lt=publication.correction
        )
        return rows.filter(earlier).latest_first().first()


class Publication(models.Model):
    """The figures of a budget year as they were published: number 1, 2, ..., each with corrections.

    Made by national staff; holds the figures as known at the end of `day`. It is never changed:
    what was wrong is told by a correction, with the same number and a note.
    """

    programme_year = models.ForeignKey(
        ProgrammeYear, models.PROTECT, related_name="publications", verbose_name=_("budget year")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    correction = models.PositiveSmallIntegerField(_("correction"), default=0)
    day = models.DateField(_("figures as of"))
    title = models.CharField(_("title"), max_length=120)
    note = models.TextField(_("note"), max_length=1000, blank=True)
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("published by")
    )

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["-programme_year__year", "-number", "-correction"]
        permissions = [("publish_figures", "May publish figures and correct a publication")]
        constraints = [
            models.UniqueConstraint(
                fields=["programme_year", "number", "correction"], name="publication_numbered"
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="publication_numbers_begin_at_one"
            ),
            models.CheckConstraint(
                condition=models.Q(correction=0) | ~models.Q(note=""),
                name="publication_correction_has_note",
                violation_error_message=_("A correction says what it corrects."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.title}"

    @property
    def label(self) -> str:
        """Its number in words: which publication, which correction."""
        if not self.correction:
            return gettext("Publication %(n)s") % {"n": self.number}
        told = {"n": self.number, "correction": self.correction}
        return gettext("Publication %(n)s, correction %(correction)s") % told

    @property
    def slug(self) -> str:
        """Its number in an address: 3, or 3.1 for a correction."""
        return f"{self.number}.{self.correction}" if self.correction else str(self.number)

    def value_of(self, indicator: str, province: Province | None = None) -> int:
        """One published figure, not broken down; what was not published was zero."""
        rows = self.figures.filter(indicator=indicator, province=province, breakdown="")
        return rows.values_list("value", flat=True).first() or 0


class PublishedFigure(models.Model):
    """One figure of a publication: of the nation, or of a province as it was then."""

    publication = models.ForeignKey(
        Publication, models.PROTECT, related_name="figures", verbose_name=_("publication")
    )
    province = models.ForeignKey(
        Province, models.PROTECT, null=True, related_name="+", verbose_name=_("province")
    )
    indicator = models.CharField(_("indicator"), max_length=32)
    breakdown = models.CharField(_("breakdown"), max_length=12, blank=True)
    bucket = models.CharField(_("part"), max_length=40, blank=True)
    value = models.BigIntegerField(_("value"))

    class Meta:
        verbose_name = _("published figure")
        verbose_name_plural = _("published figures")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "province", "indicator", "breakdown", "bucket"],
                nulls_distinct=False,
                name="publishedfigure_once",
            ),
            models.CheckConstraint(
                condition=models.Q(value__gt=0), name="publishedfigure_no_zero_figure"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.publication_id} {self.indicator}: {self.value}"


class PlaceBefore(models.Model):
    """Where an institution was, and of which kind, until it was moved or corrected.

    Written by PostgreSQL itself with every change of the register, never by hand: so any past day
    can be counted by the places of that day.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    regency = models.ForeignKey(Regency, models.PROTECT, related_name="+")
    office = models.ForeignKey(TrainingOffice, models.PROTECT, null=True, related_name="+")
    host_type = models.CharField(max_length=16)
    field = models.ForeignKey(VocationalField, models.PROTECT, related_name="+")
    left_at = models.DateTimeField()

    # An entry that was merged away keeps its own past places.
    stays_when_merged = True

    class Meta:
        verbose_name = _("earlier place")
        verbose_name_plural = _("earlier places")
        ordering = ["id"]
        indexes = [models.Index(fields=["institution", "left_at"], name="placebefore_moment")]

    def __str__(self) -> str:
        return f"{self.institution_id}: {self.regency_id}"
