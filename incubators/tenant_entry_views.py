"""What an operator enters of tenants: the business, its steps, its permits, its mentoring."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import long_date, number
from blk_portal.reporting.refusals import Incomplete, Refused
from incubators.forms import VerbForm
from incubators.models import Incubator, Legality, Mentor, MentoringSession, Tenant
from incubators.tenancy import TENANT_MOVES
from incubators.tenant_forms import LegalityForm, SessionForm, TenantForm
from institutions.entry_forms import ReasonForm, keep_paper
from institutions.recording import Record, recorded

GET_AND_POST = ["GET", "HEAD", "POST"]


def ensure_keeps(request: SignedInRequest) -> None:
    """403 for roles that keep no tenants."""
    if not request.user.has_perm("incubators.change_tenant"):
        raise PermissionDenied(gettext("Your role enters nothing about tenants."))


def tended(request: SignedInRequest, pk: int) -> Incubator:
    """The incubator whose tenants the person keeps; 404 outside the area, 403 without the right."""
    visible = Incubator.objects.visible_to(request.user).select_related("institution", "round")
    incubator = get_object_or_404(visible, pk=pk)
    ensure_keeps(request)
    return incubator


def kept(request: SignedInRequest, pk: int) -> Tenant:
    """The tenant that the person keeps; 404 outside the area, 403 without the right."""
    visible = Tenant.objects.visible_to(request.user).select_related("incubator__institution")
    tenant = get_object_or_404(visible, pk=pk)
    ensure_keeps(request)
    return tenant


def _about(tenant: Tenant, title: str, button: str, done: str, intro: str = "") -> Record:
    url = reverse("tenants:tenant-detail", args=[tenant.pk])
    return Record(
        page=title, title=title, button=button, done=done, back_url=url, back_label=str(tenant),
        intro=intro,
    )  # fmt: skip


def _of_incubator(
    incubator: Incubator, title: str, button: str, done: str, intro: str = ""
) -> Record:
    url = reverse("incubators:incubator-detail", args=[incubator.pk])
    return Record(
        page=title, title=title, button=button, done=done, back_url=url,
        back_label=gettext("Incubator"), intro=intro,
    )  # fmt: skip


def _told(session: MentoringSession) -> str:
    """Which session it is, in one line."""
    return gettext("%(topic)s: %(date)s, %(mentor)s with %(tenant)s, %(hours)s hours.") % {
        "topic": session.topic,
        "date": long_date(session.held_on),
        "mentor": session.mentor,
        "tenant": session.tenant or gettext("the incubator as a whole"),
        "hours": number(session.hours, 1),
    }


def _storing(
    request: SignedInRequest, form: TenantForm, store: Callable[[Tenant], object]
) -> Callable[[], None]:
    """Keep the paper of the contract, then store the tenant."""

    def act() -> None:
        tenant = form.keep()
        try:
            paper = keep_paper(
                form.cleaned_data["file"], kind="kontrak-tenant", by=request.user,
                institution=tenant.incubator.institution, number=tenant.contract_number,
                dated_on=tenant.contract_on,
            )  # fmt: skip
        except ValidationError as refusal:
            raise Incomplete(" ".join(refusal.messages)) from refusal
        tenant.contract_paper = paper or tenant.contract_paper
        store(tenant)

    return act


@require_http_methods(GET_AND_POST)
def tenant_create(request: SignedInRequest, incubator: int) -> HttpResponse:
    """Enter a new tenant of an incubator."""
    home = tended(request, incubator)
    tenant = Tenant(incubator=home)
    form = TenantForm(request.POST or None, request.FILES or None, tenant=tenant)
    record = _of_incubator(
        home, gettext("New tenant"), gettext("Enter the tenant"), gettext("The tenant is entered.")
    )
    return recorded(
        request, home.institution, form, record, refusals=Refused,
        act=_storing(request, form, lambda row: Tenant.objects.enter(row, by=request.user)),
    )  # fmt: skip


@require_http_methods(GET_AND_POST)
def tenant_change(request: SignedInRequest, pk: int) -> HttpResponse:
    """Correct what is known of a tenant; its steps stay."""
    tenant = kept(request, pk)
    form = TenantForm(request.POST or None, request.FILES or None, tenant=tenant)
    record = _about(
        tenant, gettext("Correct the tenant"), gettext("Store the corrections"),
        gettext("The corrections are stored."),
    )  # fmt: skip
    return recorded(
        request, tenant.incubator.institution, form, record, refusals=Refused,
        act=_storing(request, form, lambda row: row.store(by=request.user)),
    )  # fmt: skip


@require_http_methods(GET_AND_POST)
def tenant_move(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    """Record one step of a tenant with its day."""
    tenant = kept(request, pk)
    if verb not in TENANT_MOVES:
        raise Http404
    move = TENANT_MOVES[verb]
    form = VerbForm(request.POST or None, move=move)
    intro = gettext("%(business)s stands at “%(stage)s” since %(date)s.") % {
        "business": tenant,
        "stage": tenant.get_stage_display(),
        "date": long_date(tenant.stage_since),
    }
    record = _about(
        tenant, str(move.label), str(move.label), gettext("The step is recorded."), intro
    )
    return recorded(
        request, tenant.incubator.institution, form, record, refusals=Refused,
        act=lambda: tenant.move(verb, by=request.user, **form.cleaned_data),
    )  # fmt: skip


@require_http_methods(GET_AND_POST)
def legality_entry(request: SignedInRequest, pk: int, kind: str) -> HttpResponse:
    """Enter or correct one permit of a tenant."""
    tenant = kept(request, pk)
    if kind not in Legality.Kind.values:
        raise Http404
    permit = Legality.Kind(kind)
    own = Legality.objects.editable_by(request.user)
    stored = own.filter(tenant=tenant, kind=kind).first()
    known = {"number": stored.number, "issued_on": stored.issued_on} if stored else {}
    form = LegalityForm(request.POST or None, kind=permit, initial=known)
    record = _about(
        tenant, str(permit.label), gettext("Store the permit"), gettext("The permit is stored.")
    )
    return recorded(
        request, tenant.incubator.institution, form, record, refusals=Refused,
        act=lambda: own.keep(tenant, kind, by=request.user, **form.cleaned_data),
    )  # fmt: skip


@require_http_methods(GET_AND_POST)
def session_create(request: SignedInRequest, incubator: int) -> HttpResponse:
    """Log one mentoring session of an incubator."""
    home = tended(request, incubator)
    tenants = Tenant.objects.editable_by(request.user).filter(incubator=home)
    chosen = request.GET.get("tenant", "")
    form = SessionForm(
        request.POST or None, incubator=home, tenants=tenants,
        mentors=Mentor.objects.visible_to(request.user),
        initial={"tenant": chosen if chosen.isdigit() else None},
    )  # fmt: skip
    record = _of_incubator(
        home,
        gettext("Log mentoring"),
        gettext("Log the session"),
        gettext("The session is logged."),
    )
    return recorded(
        request, home.institution, form, record, refusals=Refused,
        act=lambda: form.session.log(by=request.user),
    )  # fmt: skip


@require_http_methods(GET_AND_POST)
def session_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a session out that was logged by mistake."""
    visible = MentoringSession.objects.visible_to(request.user).select_related(
        "incubator__institution", "mentor", "tenant"
    )
    session = get_object_or_404(visible, pk=pk)
    ensure_keeps(request)
    form = ReasonForm(request.POST or None)
    record = _of_incubator(
        session.incubator, gettext("Withdraw a session"), gettext("Withdraw the session"),
        gettext("The session is withdrawn."), intro=_told(session),
    )  # fmt: skip
    return recorded(
        request, session.incubator.institution, form, record, refusals=Refused,
        act=lambda: session.withdraw(by=request.user, **form.cleaned_data),
    )  # fmt: skip
