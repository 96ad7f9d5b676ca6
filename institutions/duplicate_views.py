"""The queue of likely duplicates, and the page that tells two institutions apart or merges them."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from blk_portal.accounts.requests import SignedInRequest
from institutions.keyset import keyset_page
from institutions.listing import COUNT_LIMIT, count_of
from institutions.merging import MergeRefused, label_of, merge, plan
from institutions.models import Institution, LikelyDuplicate
from institutions.models.duplicate import tell_apart

SHOWN = (
    "code", "name", "foundation", "host_type", "status", "programme_year", "field", "regency",
    "office", "address", "vin", "contact_name", "contact_phone",
)  # fmt: skip


class DecisionForm(forms.Form):
    """Whether two institutions are one; and the reason, which is kept in the histories of both."""

    decision = forms.ChoiceField(
        label=_("What are they?"),
        choices=[("merge", _("The same: merge them")), ("apart", _("Two: tell them apart"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("How you know it, for example after a call."),
        error_messages={"required": _("Say why: the reason is kept in the history.")},
    )


def ensure_may_decide(request: SignedInRequest) -> None:
    if not request.user.has_perm("institutions.move_institution"):
        raise PermissionDenied(gettext("Your role does not merge institutions."))


@require_safe
def duplicate_list(request: SignedInRequest) -> HttpResponse:
    """Pairs of one regency that may be one institution, the most alike first."""
    ensure_may_decide(request)
    pairs = LikelyDuplicate.objects.visible_to(request.user)
    context = {
        "page": keyset_page(request, pairs.for_lists(), order=("-points", "id")),
        "count": count_of(pairs),
        "count_limit": COUNT_LIMIT,
    }
    return render(request, "institutions/duplicate_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def duplicate_decide(request: SignedInRequest, kept: int, gone: int) -> HttpResponse:
    """Two institutions side by side: what would move where, and the decision."""
    editable = Institution.objects.editable_by(request.user) if may(request) else None
    visible = Institution.objects.visible_to(request.user).for_lists().select_related("foundation")
    found = {row.pk: row for row in visible.filter(pk__in=[kept, gone])}
    if len(found) != 2:
        raise Http404
    if editable is None or editable.filter(pk__in=found).count() != 2:
        ensure_may_decide(request)
        raise PermissionDenied(gettext("One of the two does not lie in your area."))
    form = DecisionForm(request.POST if request.method == "POST" else None)
    stays, goes, refusal = found[kept], found[gone], None
    if form.is_valid():
        try:
            return decide(request, stays, goes, form)
        except MergeRefused as error:
            refusal = error
    status = 409 if refusal else 400 if form.is_bound else 200
    context = {
        "stays": stays,
        "goes": goes,
        "plan": plan(goes, stays),
        "facts": [fact(name, stays, goes) for name in SHOWN],
        "form": form,
        "refusal": refusal,
    }
    return render(request, "institutions/duplicate_decide.html", context, status=status)


def may(request: SignedInRequest) -> bool:
    return request.user.has_perm("institutions.move_institution")


def fact(name: str, stays: Institution, goes: Institution) -> tuple[str, str, str, bool]:
    """One line of the comparison: its name, both values, and whether they differ."""
    kept, gone = _said(stays, name), _said(goes, name)
    return label_of(name), kept, gone, kept != gone


def _said(row: Institution, name: str) -> str:
    """The value of a field in words."""
    display = getattr(row, f"get_{name}_display", None)
    return str(display() if display else getattr(row, name) or "–")


def decide(
    request: SignedInRequest, stays: Institution, goes: Institution, form: DecisionForm
) -> HttpResponse:
    """Carry out the decision and go where its result is to be seen. Raises MergeRefused."""
    reason = form.cleaned_data["reason"]
    if form.cleaned_data["decision"] == "apart":
        tell_apart(stays, goes, by=request.user, reason=reason)
        messages.success(request, gettext("Recorded: these are two institutions."))
        return redirect("institutions:duplicate-list")
    merge(goes, stays, by=request.user, reason=reason)
    told = {"gone": goes.code, "kept": stays.code}
    messages.success(request, gettext("%(gone)s is merged into %(kept)s.") % told)
    return redirect("institutions:institution-detail", stays.pk)
