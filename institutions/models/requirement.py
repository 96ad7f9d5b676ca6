"""Which papers the programme asks of an institution, and from which step on."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from institutions.lifecycle import IN_PREPARATION, UNDER_AGREEMENT, InstitutionStatus
from institutions.models.document import Document, DocumentKind
from institutions.models.institution import Institution
from institutions.models.programme import ProgrammeYear

MAIN_LINE = (*IN_PREPARATION, *UNDER_AGREEMENT, InstitutionStatus.INDEPENDENT)
STEPS = [(status.value, status.label) for status in MAIN_LINE]


class DocumentRequirementQuerySet(models.QuerySet["DocumentRequirement"]):
    def asked_of(self, institution: Institution) -> list["DocumentRequirement"]:
        """What is asked of an institution at its present status, in the order of the steps.

        A row of its budget year stands before the row for all years. An institution that has left
        the programme owes no paper.
        """
        if institution.status not in MAIN_LINE:
            return []
        reached = MAIN_LINE.index(InstitutionStatus(institution.status))
        rows = self.filter(
            models.Q(programme_year=None) | models.Q(programme_year=institution.programme_year_id)
        ).select_related("kind")
        papers = Document.objects.standing().filter(institution=institution)
        present = papers.filter(kind=models.OuterRef("kind"))
        by_kind: dict[int, DocumentRequirement] = {}
        for row in rows.annotate(is_present=models.Exists(present)):
            if row.programme_year_id or row.kind_id not in by_kind:
                by_kind[row.kind_id] = row
        asked = [row for row in by_kind.values() if row.is_required and row.step <= reached]
        return sorted(asked, key=lambda row: (row.step, row.kind.name))

    def missing_for(self, institution: Institution) -> list["DocumentRequirement"]:
        """Of what is asked those whose paper nobody has added, or all of whose papers are gone."""
        return [row for row in self.asked_of(institution) if not getattr(row, "is_present", False)]


class DocumentRequirement(models.Model):
    """A kind of paper that is asked from a status on; kept by the national admin.

    The rows that come with the portal are proposals: no public source lists them.
    """

    kind = models.ForeignKey(
        DocumentKind, models.PROTECT, related_name="requirements", verbose_name=_("kind of paper")
    )
    programme_year = models.ForeignKey(
        ProgrammeYear, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("budget year"),
        help_text=_("Empty: for all years without a row of their own."),
    )  # fmt: skip
    status_from = models.CharField(_("asked from the status"), max_length=16, choices=STEPS)
    is_required = models.BooleanField(
        _("asked"), default=True, help_text=_("Untick where the paper is not asked at all.")
    )
    source = models.CharField(
        _("source"), max_length=200, blank=True,
        help_text=_("The guideline that asks for it. Empty: a proposal, not confirmed yet."),
    )  # fmt: skip

    objects = DocumentRequirementQuerySet.as_manager()

    class Meta:
        verbose_name = _("required paper")
        verbose_name_plural = _("required papers")
        ordering = ["kind__name", "programme_year", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "programme_year"], nulls_distinct=False,
                name="documentrequirement_one_each_kind_and_year",
                violation_error_message=_("This kind of paper has its row for that year already."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind}: {self.get_status_from_display()}"

    @property
    def step(self) -> int:
        """How far along the programme the status stands."""
        return MAIN_LINE.index(InstitutionStatus(self.status_from))
