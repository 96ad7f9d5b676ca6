"""The administration of the institutions themselves."""

from typing import Any, cast

from django.contrib import admin
from django.db import models, transaction
from django.db.models.fields.related import RelatedField
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.admin_moves import MovesAdmin
from blk_portal.accounts.admin_scope import LogInline
from blk_portal.accounts.requests import person_of
from blk_portal.accounts.roles import Reach
from blk_portal.formats import today_in_jakarta
from institutions.admin.assignment import assign_office
from institutions.admin.people import MembershipOfInstitutionInline
from institutions.admin.troubles import CaseInline
from institutions.assignment import offices_of
from institutions.forms import (
    BulkStepForm,
    InstitutionForm,
)
from institutions.lifecycle import IN_PREPARATION, MOVES
from institutions.models import (
    Institution,
    InstitutionTransition,
    Milestone,
)
from institutions.models.institution import InstitutionQuerySet, MoveRefused

PLACE_AND_KIND = ("regency", "office", "host_type", "field")


class MilestoneInline(LogInline):
    model = Milestone
    related_names = ("programme_year", "recorded_by")
    fields = (
        "kind", "happened_on", "document_number", "expires_on", "percent", "programme_year",
        "recorded_at", "recorded_by", "withdrawn_at", "withdrawn_because",
    )  # fmt: skip
    readonly_fields = fields


class TransitionInline(LogInline):
    model = InstitutionTransition
    related_names = ("by",)
    fields = (
        "happened_on", "from_status", "to_status", "by", "recorded_at", "reason", "withdrawn_at",
        "withdrawn_because",
    )  # fmt: skip
    readonly_fields = fields


class QueueFilter(admin.SimpleListFilter):
    """The queues of the desk as lists: exactly the rows that are counted there."""

    title = _("queue")
    parameter_name = "antrean"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        return [
            ("tanpa-uptp", _("Without an office")),
            ("belum-dibangun", _("Building stands still")),
        ]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        rows = cast("InstitutionQuerySet", queryset)
        match self.value():
            case "tanpa-uptp":
                return rows.unassigned()
            case "belum-dibangun":
                return rows.unbuilt(on=today_in_jakarta())
        return queryset


@admin.register(Institution)
class InstitutionAdmin(MovesAdmin):
    """Institutions: corrected here, moved only by their verbs."""

    form = InstitutionForm
    moves = MOVES
    move_permission = "institutions.move_institution"
    move_form = BulkStepForm
    refusals = (MoveRefused,)
    list_display = ("name", "place", "guided_by", "programme_year", "status")
    list_filter = (
        QueueFilter,
        "status",
        "programme_year",
        "host_type",
        "regency__province",
        "office",
        "field",
    )
    list_select_related = ("regency", "office", "programme_year")
    search_fields = ("name", "^code", "^vin")
    autocomplete_fields = ("foundation", "regency", "replaces")
    actions = ("assign_office",)
    inlines = (MilestoneInline, CaseInline, TransitionInline, MembershipOfInstitutionInline)
    fieldsets = (
        (None, {"fields": ("code", "name", "foundation", "host_type", "status", "replaces")}),
        (
            _("Place and subject"),
            {"fields": ("regency", "office", "field", "programme_year", "address")},
        ),
        (
            _("Identifiers and contact"),
            {"fields": ("vin", "nspp", "npsn", "contact_name", "contact_phone")},
        ),
    )

    # Columns of relations never wrap in Django's lists: they would push the status off the page.
    @admin.display(description=_("regency or city"), ordering="regency__name")
    def place(self, institution: Institution) -> str:
        return institution.regency.name

    @admin.display(description=_("guided by"), ordering="office__name", empty_value="–")
    def guided_by(self, institution: Institution) -> str | None:
        return institution.office.name if institution.office else None

    @admin.action(description=_("Assign a guiding office"), permissions=["move"])
    def assign_office(
        self, request: HttpRequest, queryset: InstitutionQuerySet
    ) -> HttpResponse | None:
        return assign_office(self, request, queryset)

    def has_move_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.move_permission)

    def name_of(self, row: Institution) -> str:
        return f"{row.name} ({row.code})"

    def view_on_site(self, institution: Institution) -> str:
        return reverse("institutions:institution-detail", args=[institution.pk])

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple:
        """The status moves by verbs; the budget year stays once papers count in it."""
        if obj is None:
            return ("status",)
        settled = () if obj.status in IN_PREPARATION else ("programme_year",)
        national = () if person_of(request).spec.reach == Reach.NATION else ("replaces",)
        return ("status", "code", *settled, *national)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).select_related(*self.list_select_related)

    def get_field_queryset(
        self, db: str | None, db_field: RelatedField, request: HttpRequest
    ) -> models.QuerySet:
        queryset = super().get_field_queryset(db, db_field, request)
        if db_field.name == "office" and person_of(request).spec.reach == Reach.OFFICE:
            return queryset.filter(pk__in=offices_of(person_of(request)).values("pk"))
        return queryset

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Institution, form: Any, change: bool) -> None:
        """Place and kind go through `relocate`; the rest writes only what was changed."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        obj.relocate(**{name: getattr(obj, name) for name in PLACE_AND_KIND})
        if names := [name for name in form.changed_data if name not in PLACE_AND_KIND]:
            obj.save(update_fields=names)
