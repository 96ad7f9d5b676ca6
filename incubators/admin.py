"""The administration of incubators: rounds, the short list, and the verbs between the stages."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.admin_moves import MovesAdmin
from blk_portal.accounts.admin_scope import LogInline, ScopedAdmin
from blk_portal.reporting.refusals import Refused
from incubators import admin_tenants  # noqa: F401, registers its models
from incubators.forms import BulkStepForm, IncubatorForm
from incubators.models import Incubator, IncubatorTransition, SelectionRound
from incubators.stages import MOVES


@admin.register(SelectionRound)
class SelectionRoundAdmin(ScopedAdmin):
    list_display = ("programme_year", "decree", "places")
    list_select_related = ("programme_year",)
    search_fields = ("=programme_year__year", "decree")

    def get_readonly_fields(self, request: HttpRequest, obj: SelectionRound | None = None) -> tuple:
        return () if obj is None else ("programme_year",)


class TransitionInline(LogInline):
    model = IncubatorTransition
    related_names = ("by",)
    fields = ("happened_on", "from_stage", "to_stage", "by", "recorded_at", "reason")
    readonly_fields = fields


@admin.register(Incubator)
class IncubatorAdmin(MovesAdmin):
    """Incubators: entered on the short list here, moved only by their verbs."""

    form = IncubatorForm
    moves = MOVES
    state_field = "stage"
    move_permission = "incubators.move_incubator"
    move_form = BulkStepForm
    refusals = (Refused,)
    list_display = ("institution", "regency", "round", "stage", "replaces")
    list_filter = ("stage", "round__programme_year", "institution__regency__province")
    list_select_related = (
        "institution__regency", "round__programme_year", "replaces__institution",
    )  # fmt: skip
    search_fields = ("institution__name", "^institution__code")
    autocomplete_fields = ("institution", "round", "replaces")
    fields = ("institution", "round", "stage", "replaces")
    inlines = (TransitionInline,)

    @admin.display(description=_("regency or city"))
    def regency(self, incubator: Incubator) -> str:
        return str(incubator.institution.regency)

    def get_readonly_fields(self, request: HttpRequest, obj: Incubator | None = None) -> tuple:
        """Institution and round stay: another institution is another incubator."""
        return ("stage",) if obj is None else ("stage", "institution", "round")
