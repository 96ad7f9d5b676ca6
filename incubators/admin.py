"""The administration of incubators: rounds, the short list, and the verbs between the stages."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.admin_moves import MovesAdmin
from blk_portal.accounts.admin_scope import LogInline, ReadOnlyAdmin, ScopedAdmin
from blk_portal.accounts.models import User
from blk_portal.formats import today_in_jakarta
from blk_portal.reporting.refusals import Refused
from incubators import expiry
from incubators.admin_tenants import ToldHistoryMixin
from incubators.forms import BulkStepForm, IncubatorForm, SelectionRoundForm
from incubators.models import (
    Criterion,
    Evidence,
    Incubator,
    IncubatorTransition,
    RankChange,
    SelectionRound,
)
from incubators.models.rank_change import DECIDED
from incubators.stages import MOVES, STRIKE_OFF


@admin.register(SelectionRound)
class SelectionRoundAdmin(ScopedAdmin):
    list_display = ("programme_year", "decree", "decreed_on", "places")
    list_select_related = ("programme_year",)
    search_fields = ("=programme_year__year", "decree")
    form = SelectionRoundForm
    fields = ("programme_year", "decree", "decreed_on", "places", "file", "decree_paper")

    def get_fields(self, request: HttpRequest, obj: SelectionRound | None = None) -> list:
        """Who only reads has nothing to upload."""
        fields = super().get_fields(request, obj)
        may_write = self.has_change_permission(request, obj) or obj is None
        return [name for name in fields if may_write or name != "file"]

    def get_readonly_fields(self, request: HttpRequest, obj: SelectionRound | None = None) -> tuple:
        return ("decree_paper",) if obj is None else ("programme_year", "decree_paper")

    def save_model(
        self, request: HttpRequest, obj: SelectionRound, form: Any, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        form.keep_paper(by=request.user)


class TransitionInline(LogInline):
    model = IncubatorTransition
    fk_name = "incubator"
    related_names = ("by",)
    fields = (
        "happened_on", "from_stage", "to_stage", "by", "recorded_at", "reason", "withdrawn_at",
        "withdrawn_because",
    )  # fmt: skip
    readonly_fields = fields


class RankChangeInline(LogInline):
    model = RankChange
    related_names = ("by",)
    fields = ("at", "field", "old", "new", "by")
    readonly_fields = fields


@admin.register(Incubator)
class IncubatorAdmin(ToldHistoryMixin, MovesAdmin):
    """Incubators: entered on the short list here, moved only by their verbs."""

    form = IncubatorForm
    moves = MOVES
    state_field = "stage"
    move_permission = "incubators.move_incubator"
    move_form = BulkStepForm
    refusals = (Refused,)
    # Whom the decree names before the reserve list, and that in its order.
    move_order = ("round", F("reserve_position").asc(nulls_first=True), "rank")
    list_display = ("institution", "code", "regency", "round", "stage", "rank", "replaced")
    notes = {
        STRIKE_OFF: _(
            "Their places stay free. To let the next of the reserve list take one at once,"
            " strike it off on its own page."
        )
    }
    list_filter = ("stage", "round__programme_year", "institution__regency__province")
    list_select_related = (
        "institution__regency", "round__programme_year", "replaces__institution__regency",
    )  # fmt: skip
    search_fields = ("institution__name", "^institution__code")
    autocomplete_fields = ("institution", "round")
    inlines = (TransitionInline, RankChangeInline)

    @admin.display(description=_("code"), ordering="institution__code")
    def code(self, incubator: Incubator) -> str:
        return incubator.institution.code

    @admin.display(description=_("takes the place of"), ordering="replaces", empty_value="–")
    def replaced(self, incubator: Incubator) -> str | None:
        return incubator.replaces.in_full() if incubator.replaces else None

    def name_of(self, row: Incubator) -> str:
        return row.in_full()

    def get_fields(self, request: HttpRequest, obj: Incubator | None = None) -> list:
        """The day since when it is on the list is given once."""
        listed = "since" if obj is None else "listed_on"
        return [
            "institution", "round", listed, "stage", "rank", "score", "reserve_position",
            "replaces",
        ]  # fmt: skip

    def told_at(self, row: Incubator) -> str:
        return reverse("incubators:incubator-detail", args=[row.pk]) + "#h-riwayat"

    @admin.display(description=_("regency or city"))
    def regency(self, incubator: Incubator) -> str:
        return str(incubator.institution.regency)

    def get_readonly_fields(self, request: HttpRequest, obj: Incubator | None = None) -> tuple:
        """Institution and round stay: another institution is another incubator. What the decree
        decided stays once it was carried out."""
        if obj is None:
            return ("stage", "replaces")
        fixed = ("stage", "replaces", "institution", "round", "listed_on")
        is_open = obj.stage == Incubator.Stage.SHORTLISTED
        return fixed if is_open else (*fixed, "rank", "score", "reserve_position")

    def save_model(self, request: HttpRequest, obj: Incubator, form: Any, change: bool) -> None:
        """A new candidate enters by its verb; what is decided of one keeps what stood before."""
        person = cast("User", request.user)
        if not change:
            obj.listed_on = form.cleaned_data["since"]
            obj.enter(by=person)
        elif form.changed_data:
            obj.put_in_order(by=person, **{name: getattr(obj, name) for name in DECIDED})


@admin.register(Criterion)
class CriterionAdmin(ScopedAdmin):
    """The criteria: one on which evidence rests keeps its code and its first day."""

    list_display = ("name", "legal_basis", "valid_from", "valid_to", "may_expire")
    search_fields = ("name", "code")

    def get_readonly_fields(self, request: HttpRequest, obj: Criterion | None = None) -> tuple:
        return () if obj is None or not obj.evidence.exists() else ("code", "valid_from")

    def save_model(self, request: HttpRequest, obj: Criterion, form: Any, change: bool) -> None:
        """What the rule changes of the standings is written with it."""
        super().save_model(request, obj, form, change)
        expiry.catch_up(on=today_in_jakarta())


@admin.register(Evidence)
class EvidenceAdmin(ReadOnlyAdmin):
    """The evidence, to be looked up; it is decided on its own page."""

    list_display = ("incubator", "criterion", "state", "valid_from", "valid_to", "decided_by")
    list_filter = ("state", "criterion")
    list_select_related = ("incubator__institution", "criterion", "decided_by")
    search_fields = ("incubator__institution__name", "^incubator__institution__code")
