"""The administration of trainings: programmes are kept here; all else is work of the pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.admin_scope import (
    ReadOnlyAdmin,
    ScopedAdmin,
    ScopedInlineMixin,
)
from blk_portal.accounts.requests import person_of
from blk_portal.reporting.admin import TransitionInline
from trainings import admin_people  # noqa: F401, registers its models
from trainings.models import (
    Certificate,
    Cohort,
    CohortReport,
    CohortReportTransition,
    CompetencyUnit,
    Participant,
    Programme,
)


class UnitInline(ScopedInlineMixin, admin.TabularInline):
    model = CompetencyUnit
    extra = 0


@admin.register(Programme)
class ProgrammeAdmin(ScopedAdmin):
    """The catalogue; a version that is no longer taught is retired, never deleted."""

    list_display = ("name", "version", "field", "hours", "is_current")
    list_filter = ("is_current", "field")
    list_select_related = ("field",)
    search_fields = ("name",)
    autocomplete_fields = ("field",)
    inlines = (UnitInline,)


@admin.register(Cohort)
class CohortAdmin(ReadOnlyAdmin):
    """Cohorts as operators planned them."""

    list_display = (
        "name", "institution", "programme_year", "starts_on", "ends_on", "funding", "seats",
        "is_cancelled",
    )  # fmt: skip
    list_filter = (
        "programme_year",
        "funding",
        "field",
        "method",
        ("cancelled_at", admin.EmptyFieldListFilter),
    )
    list_select_related = ("programme", "institution", "programme_year")
    search_fields = (
        "institution__name", "^institution__code", "programme__name", "^external_ids__value",
    )  # fmt: skip

    @admin.display(description=_("cohort"))
    def name(self, cohort: Cohort) -> str:
        return str(cohort)

    @admin.display(description=_("Cancelled"))
    def is_cancelled(self, cohort: Cohort) -> str:
        return gettext("yes") if cohort.is_cancelled else gettext("no")

    def view_on_site(self, cohort: Cohort) -> str:
        return reverse("trainings:cohort-detail", args=[cohort.pk])


class ReportLogInline(TransitionInline):
    model = CohortReportTransition


@admin.register(CohortReport)
class CohortReportAdmin(ReadOnlyAdmin):
    """Reports on cohorts and their log; decided on the review page."""

    list_display = (
        "cohort_name", "kind", "institution", "programme_year", "status", "submitted_at",
        "verified_at", "review",
    )  # fmt: skip
    list_filter = ("kind", "status", "cohort__programme_year")
    list_select_related = ("cohort__programme", "cohort__institution", "cohort__programme_year")
    search_fields = ("cohort__institution__name", "^cohort__institution__code")
    inlines = (ReportLogInline,)
    fields = (
        "cohort", "kind", "status", "version", "submitted_at", "submitted_by", "verified_at",
        "verified_by", "review",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("cohort"))
    def cohort_name(self, report: CohortReport) -> str:
        return str(report.cohort)

    @admin.display(description=_("institution"))
    def institution(self, report: CohortReport) -> str:
        return report.cohort.institution.name

    @admin.display(description=_("budget year"))
    def programme_year(self, report: CohortReport) -> str:
        return str(report.cohort.programme_year)

    @admin.display(description=_("review"))
    def review(self, report: CohortReport) -> str:
        address = reverse("trainings:report-review", args=[report.pk])
        return format_html('<a href="{}">{}</a>', address, gettext("Open the review page"))


@admin.register(Participant)
class ParticipantAdmin(ReadOnlyAdmin):
    """Participants, for those who may see names: what a count rests on, the NIK masked."""

    list_display = ("name", "sex", "cohort", "programme_year", "institution", "result")
    list_filter = ("sex", "result", "disability")
    list_select_related = ("cohort__programme", "cohort__institution", "cohort__programme_year")
    search_fields = ("name",)
    search_help_text = _("Beginnings of words of a name, or the whole code of an institution.")
    # Of a common name an office has tens of thousands: each one found is looked up to be scoped.
    count_limit = 100
    ordering = ("-pk",)
    sortable_by = ()
    fields = (
        "cohort", "name", "nik", "sex", "birth_place", "birth_date", "education", "disability",
        "is_santri", "result",
    )  # fmt: skip
    readonly_fields = fields

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """By the index of names: to look for parts of words would read millions of rows."""
        term = search_term.replace("\x00", "").strip()
        if not term:
            return queryset, False
        visible = Cohort.objects.visible_to(request.user)
        cohorts = visible.filter(institution__code__iexact=term)
        if numbers := list(cohorts.values_list("pk", flat=True)):
            return queryset.filter(cohort__in=numbers), False
        # Chosen first and joined after: in one statement the planner walks the list backwards and
        # reads the name of every row on the way.
        found = queryset.named(term).order_by().values_list("pk", flat=True)[: self.count_limit]
        rows = Participant.objects.filter(pk__in=list(found))
        return rows.select_related(*self.list_select_related).order_by(*self.ordering), False

    @admin.display(description=_("institution"))
    def institution(self, participant: Participant) -> str:
        return participant.cohort.institution.name

    @admin.display(description=_("budget year"))
    def programme_year(self, participant: Participant) -> str:
        return str(participant.cohort.programme_year)

    @admin.display(description="NIK")
    def nik(self, participant: Participant) -> str:
        return participant.masked_nik or gettext("none yet")

    def view_on_site(self, participant: Participant) -> str:
        return reverse("trainings:cohort-detail", args=[participant.cohort_id])

    def has_view_permission(self, request: HttpRequest, obj: Participant | None = None) -> bool:
        return person_of(request).spec.sees_names and super().has_view_permission(request, obj)


@admin.register(Certificate)
class CertificateAdmin(ReadOnlyAdmin):
    """Certificates by number; made and revoked on the page of their cohort."""

    list_display = ("number", "name", "institution", "issued_on", "revoked_at")
    list_filter = ("year",)
    list_select_related = ("participant__cohort__institution", "participant__cohort__programme")
    search_fields = ("=serial",)
    search_help_text = _("The number without year and zeros, for example 123.")
    ordering = ("-pk",)
    sortable_by = ()
    fields = (
        "number", "name", "institution", "issued_on", "issued_by", "revoked_at", "revoked_by",
        "revoked_because",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("number"))
    def number(self, certificate: Certificate) -> str:
        return certificate.number

    @admin.display(description=_("name"))
    def name(self, certificate: Certificate) -> str:
        return certificate.participant.name

    @admin.display(description=_("institution"))
    def institution(self, certificate: Certificate) -> str:
        return certificate.participant.cohort.institution.name

    def view_on_site(self, certificate: Certificate) -> str:
        return reverse("trainings:certificate-list", args=[certificate.participant.cohort_id])
