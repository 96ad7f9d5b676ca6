"""The pages of tenants: the list, each of them, and the NIK of an owner."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import SignedInRequest
from blk_portal.accounts.roles import Reach
from blk_portal.privacy.forms import RevealForm
from blk_portal.privacy.models import note_reading
from incubators.entrepreneurs import with_day
from incubators.models import Incubator, Tenant
from incubators.models.tending import tended_by
from incubators.tenant_filters import TenantFilter, for_lists
from incubators.tenant_page import page_of
from institutions.listing import COUNT_LIMIT, listing

FIRST_ASKED = ("kata", "tahap")


def own_incubators(user: User) -> list[Incubator]:
    """An operator's own incubators that take tenants; others enter them on an incubator's page."""
    if user.spec.reach != Reach.OWN:
        return []
    own = tended_by(user).select_related("institution").order_by("pk")
    return [incubator for incubator in own if Tenant.may_enter(incubator)]


@require_safe
def tenant_list(request: SignedInRequest) -> HttpResponse:
    """The tenants a person may see, by the name of the business."""
    filters = TenantFilter(request.GET, queryset=for_lists(request.user), request=request)
    found = listing(request, filters, order=("business", "id"))
    context = {
        "filters": filters,
        "unknown": found.unknown,
        "is_filtered": found.is_filtered,
        "page": found.page,
        "count": found.count(),
        "count_limit": COUNT_LIMIT,
        "own": own_incubators(request.user),
        # The filters behind the fold stand open once one of them is set.
        "is_narrowed": any(
            request.GET.get(name) for name in filters.form.fields if name not in FIRST_ASKED
        ),
    }
    return render(request, "incubators/tenant_list.html", context, status=found.status)


@require_safe
def tenant_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One tenant: its way, contract, permits, mentoring, and its quarters as charts and tables."""
    visible = with_day(Tenant.objects.visible_to(request.user).for_lists())
    tenant = get_object_or_404(visible.select_related("contract_paper__kind"), pk=pk)
    if request.user.spec.sees_owners:
        note_reading(request.user, f"incubators.tenant:{tenant.pk}")
    return render(request, "incubators/tenant_detail.html", page_of(tenant, request.user))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tenant_nik(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the NIK of an owner in full after asking why; every reading is logged."""
    tenant = get_object_or_404(Tenant.objects.visible_to(request.user), pk=pk)
    user = request.user
    if not (user.spec.sees_owners and user.has_perm("privacy.reveal_nik")):
        raise PermissionDenied(gettext("Your role does not read NIKs."))
    form = RevealForm(request.POST or None)
    context = {"tenant": tenant, "form": form}
    if request.method == "POST" and form.is_valid():
        context["nik"] = tenant.reveal_nik(by=user, reason=form.cleaned_data["reason"])
    status = 400 if form.errors else 200
    return render(request, "incubators/tenant_nik.html", context, status=status)
