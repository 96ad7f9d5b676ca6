"""The administration of targets; what the roll-up writes can be read."""

from django.contrib import admin

from blk_portal.accounts.admin_scope import ReadOnlyAdmin, ScopedAdmin
from blk_portal.progress.models import Actual, PendingRollup, RollupRun, Target


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
        "indicator", "programme_year", "province", "office", "breakdown", "bucket", "value",
    )  # fmt: skip
    list_filter = ("programme_year", "breakdown", "province")
    list_select_related = ("programme_year", "province", "office")
    search_fields = ("^indicator",)


@admin.register(PendingRollup)
class PendingRollupAdmin(ReadOnlyAdmin):
    """Recounts that are owed; a healthy portal shows none for longer than a minute."""

    list_display = (
        "programme_year", "institution", "province", "office", "why", "noted_at", "attempts",
    )  # fmt: skip
    list_filter = ("programme_year",)
    list_select_related = ("programme_year", "institution", "province", "office")


@admin.register(RollupRun)
class RollupRunAdmin(ReadOnlyAdmin):
    """The recounts and audits that ran, and what they found."""

    list_display = (
        "programme_year", "kind", "started_at", "finished_at", "taken", "differences", "repaired",
    )  # fmt: skip
    list_filter = ("kind", "programme_year", "repaired")
    list_select_related = ("programme_year",)
