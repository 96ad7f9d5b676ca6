"""The administration of targets; what the roll-up writes can be read."""

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.admin_scope import LogInline, ReadOnlyAdmin, ScopedAdmin
from blk_portal.formats import number
from blk_portal.progress.breakdowns import NAMES
from blk_portal.progress.models import (
    Actual,
    CheckResult,
    CheckRun,
    PendingRollup,
    RollupRun,
    Target,
)


@admin.register(Target)
class TargetAdmin(ScopedAdmin):
    """What the ministry has promised, each with its rule and source."""

    list_display = ("indicator", "programme_year", "province", "value", "source")
    list_filter = ("indicator", "programme_year")
    list_select_related = ("programme_year", "province")
    search_fields = ("rule", "source")
    autocomplete_fields = ("province",)


@admin.register(Actual)
class ActualAdmin(ReadOnlyAdmin):
    """The stored cells, as the last recount left them."""

    list_display = (
        "indicator_label", "programme_year", "province", "office", "breakdown", "part", "value",
    )  # fmt: skip
    fields = readonly_fields = list_display
    list_filter = ("programme_year", "breakdown", "province")
    list_select_related = ("programme_year", "province", "office")
    search_fields = ("^indicator",)

    @admin.display(description=_("indicator"), ordering="indicator")
    def indicator_label(self, actual: Actual) -> str:
        return actual.indicator_label

    @admin.display(description=_("part"), ordering="bucket")
    def part(self, actual: Actual) -> str:
        return str(NAMES.get(actual.breakdown, {}).get(actual.bucket, actual.bucket))


@admin.register(PendingRollup)
class PendingRollupAdmin(ReadOnlyAdmin):
    """Recounts that are owed; a healthy portal shows none for longer than a minute."""

    list_display = (
        "programme_year", "institution", "province", "office", "told", "noted_at", "attempts",
    )  # fmt: skip
    fields = readonly_fields = list_display
    list_filter = ("programme_year",)
    list_select_related = ("programme_year", "institution", "province", "office")

    @admin.display(description=_("reason"), ordering="why")
    def told(self, owed: PendingRollup) -> str:
        return owed.told


@admin.register(RollupRun)
class RollupRunAdmin(ReadOnlyAdmin):
    """The recounts and audits that ran, and what they found."""

    list_display = (
        "programme_year", "kind", "started_at", "finished_at", "taken", "differences", "repaired",
    )  # fmt: skip
    list_filter = ("kind", "programme_year", "repaired")
    list_select_related = ("programme_year",)


class CheckResultInline(LogInline):
    """What each check found in this run."""

    model = CheckResult
    fields = readonly_fields = ("name", "found", "since", "error")

    @admin.display(description=_("check"))
    def name(self, result: CheckResult) -> str:
        return str(result)


@admin.register(CheckRun)
class CheckRunAdmin(ReadOnlyAdmin):
    """The runs of the integrity checks; what they found stands on their own page."""

    list_display = ("asked_at", "asked_by", "finished_at", "told")
    list_select_related = ("asked_by",)
    list_filter = ("asked_at",)
    fields = ("asked_at", "asked_by", "finished_at")
    inlines = (CheckResultInline,)
    change_list_template = "admin/check_runs.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[CheckRun]:
        found = Count("results", filter=Q(results__found__gt=0) | ~Q(results__error=""))
        runs: QuerySet[CheckRun] = super().get_queryset(request).annotate(told=found)
        return runs

    @admin.display(description=_("checks that found something"))
    def told(self, run: CheckRun) -> str:
        return number(run.told)
