"""The administration of targets; what the roll-up writes can be read."""

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.admin_scope import LogInline, ReadOnlyAdmin, ScopedAdmin
from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.formats import number
from blk_portal.progress.breakdowns import part_label
from blk_portal.progress.models import (
    Actual,
    CheckResult,
    CheckRun,
    OpeningBalance,
    PackMail,
    PackRecipient,
    PendingRollup,
    RollupRun,
    Target,
)
from blk_portal.progress.opening.balances import LIVE, WAITING
from blk_portal.progress.target_forms import TargetForm
from blk_portal.progress.targets import PROMISE, SAID
from blk_portal.progress.tasks import ring_for_packs


class InForce(admin.SimpleListFilter):
    """The latest versions, or those that were replaced."""

    title = _("version")
    parameter_name = "versi"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        return [("berlaku", _("In force")), ("lama", _("Replaced"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        chosen = self.value()
        return queryset.filter(replaced_at__isnull=chosen == "berlaku") if chosen else queryset


@admin.register(Target)
class TargetAdmin(ScopedAdmin):
    """What the ministry has promised: added and revised here, and every version to be read."""

    list_display = (
        "indicator", "period", "province", "field", "value", "version", "set_at", "set_by",
        "replaced_at",
    )  # fmt: skip
    list_filter = ("indicator", "programme_year", InForce)
    list_select_related = ("programme_year", "last_year", "province", "field", "set_by")
    search_fields = ("rule", "source")
    autocomplete_fields = ("province", "field")
    form = TargetForm

    @admin.display(description=_("Period"), ordering="programme_year__year")
    def period(self, target: Target) -> str:
        return target.period_name

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple:
        """A version says of which promise it is; only what is promised may be put anew."""
        return () if obj is None else (*PROMISE, "version", "set_at", "set_by", "replaced_at")

    def editable(self, queryset: QuerySet, user: Visitor) -> QuerySet:
        return queryset.filter(replaced_at=None, programme_year__is_closed=False)

    def save_model(self, request: HttpRequest, obj: Target, form: Any, change: bool) -> None:
        """A change is a new version; the page goes on with it."""
        person = cast("User", request.user)
        if not change:
            obj.set_by = person
            obj.save()
            return
        said = {name: getattr(obj, name) for name in SAID}
        obj.pk = obj.revise(by=person, **said).pk


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
        return str(part_label(actual.breakdown, actual.bucket))


class BalanceState(admin.SimpleListFilter):
    """Where a balance stands, computed from its moments."""

    title = _("state")
    parameter_name = "keadaan"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        return OpeningBalance.State.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        ended = Q(counted_to__isnull=False)
        conditions: dict[str, Q] = {
            OpeningBalance.State.WAITING: WAITING,
            OpeningBalance.State.LIVE: LIVE,
            OpeningBalance.State.DECLINED: ended & Q(counted_from=None),
            OpeningBalance.State.ENDED: ended & Q(counted_from__isnull=False),
        }
        chosen = self.value()
        return queryset.filter(conditions[chosen]) if chosen in conditions else queryset


@admin.register(OpeningBalance)
class OpeningBalanceAdmin(ReadOnlyAdmin):
    """Every balance that was ever entered; entering and deciding have their own pages."""

    list_display = (
        "institution", "programme_year", "completed", "state_label", "source", "entered_at",
        "entered_by", "counted_from", "approved_by", "counted_to",
    )  # fmt: skip
    list_filter = (BalanceState, "programme_year")
    list_select_related = ("institution", "programme_year", "entered_by", "approved_by")
    search_fields = ("institution__name", "^institution__code")

    @admin.display(description=_("state"))
    def state_label(self, balance: OpeningBalance) -> str:
        return balance.state_label


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


class PackMailInline(LogInline):
    """The mails that a recipient got, and how those that wait fare."""

    model = PackMail
    related_names = ("pack__programme_year", "pack__publication")
    fields = readonly_fields = (
        "month", "pack", "state", "attempts", "next_attempt_at", "sent_at", "last_error",
    )  # fmt: skip


@admin.register(PackRecipient)
class PackRecipientAdmin(ScopedAdmin):
    """Who gets the meeting pack every month: the ministry's by link, others the public one."""

    list_display = ("__str__", "email", "for_whom", "is_active")
    list_select_related = ("person",)
    list_filter = ("is_active",)
    search_fields = ("name", "person__name", "email")
    autocomplete_fields = ("person",)
    fields = ("person", "name", "email", "is_active")
    inlines = (PackMailInline,)
    actions = ("send_again",)

    @admin.display(description=_("pack"))
    def for_whom(self, recipient: PackRecipient) -> str:
        return str(recipient.audience.label)

    @admin.action(description=_("Send again what was given up"), permissions=["change"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[PackRecipient]) -> None:
        """Put the mails of the chosen recipients that were given up back into the outbox."""
        mails = PackMail.objects.visible_to(request.user).filter(recipient__in=queryset)
        if count := mails.send_again():
            ring_for_packs()
            text = ngettext("%(n)s mail is tried again.", "%(n)s mails are tried again.", count)
            messages.success(request, text % {"n": number(count)})
        else:
            messages.warning(request, gettext("None of these was given up."))
