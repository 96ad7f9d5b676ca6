"""The pages of partners: the list, each of them, and those of one institution."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from blk_portal.accounts.models import Partner, today
from blk_portal.accounts.requests import SignedInRequest
from blk_portal.accounts.roles import Reach
from institutions.listing import COUNT_LIMIT, listing
from institutions.models import Contribution, Institution, Partnership
from institutions.partner_filters import PartnerFilter, for_lists

LATEST = 50


def ensure_reads_partners(request: SignedInRequest) -> None:
    """Operators read of partners on the page of their institution; systems have no pages."""
    if not request.user.spec.looks_over_areas:
        raise PermissionDenied(gettext("Your role reads of partners on an institution's page."))


@require_safe
def partner_list(request: SignedInRequest) -> HttpResponse:
    """The partners by name, with their agreements and how many institutions they reached."""
    ensure_reads_partners(request)
    filters = PartnerFilter(request.GET, queryset=for_lists(request.user), request=request)
    found = listing(request, filters, order=("name", "id"))
    context = {
        "filters": filters,
        "unknown": found.unknown,
        "is_filtered": found.is_filtered,
        "page": found.page,
        "count": found.count(),
        "count_limit": COUNT_LIMIT,
        "may_add": request.user.has_perm("accounts.add_partner"),
    }
    return render(request, "institutions/partner_list.html", context, status=found.status)


@require_safe
def partner_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One partner: its agreements, and what it brought to the institutions the person may see."""
    ensure_reads_partners(request)
    user, day = request.user, today()
    partner = get_object_or_404(Partner.objects.visible_to(user), pk=pk)
    agreements = Partnership.objects.visible_to(user).filter(partner=partner)
    brought = Contribution.objects.visible_to(user).filter(partner=partner)
    context = {
        "partner": partner,
        "agreements": with_states(agreements.select_related("institution", "paper__kind"), day),
        "sums": brought.sums(),
        "reached": brought.order_by().values("institution").distinct().count(),
        "contributions": brought.select_related("institution__regency__province")[:LATEST],
        "latest": LATEST,
        "is_limited": user.spec.reach != Reach.NATION,
        "may_change": user.has_perm("accounts.change_partner"),
        "may_add_agreement": user.has_perm("institutions.add_partnership"),
        "may_add": user.has_perm("institutions.add_contribution"),
    }
    return render(request, "institutions/partner_detail.html", context)


@require_safe
def institution_partners(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who works with one institution: its agreements, and what was brought to it."""
    user, day = request.user, today()
    visible = Institution.objects.visible_to(user).for_lists()
    institution = get_object_or_404(visible, pk=pk)
    agreements = Partnership.objects.visible_to(user).filter(institution=institution)
    brought = Contribution.objects.visible_to(user).filter(institution=institution)
    context = {
        "institution": institution,
        "agreements": with_states(agreements.select_related("partner", "paper__kind"), day),
        "sums": brought.sums(),
        "contributions": brought.select_related("partner")[:LATEST],
        "latest": LATEST,
        "opens_partners": user.spec.reach != Reach.OWN,
        "sees_papers": user.spec.sees_papers,
        "may_add": user.has_perm("institutions.add_contribution"),
    }
    return render(request, "institutions/institution_partners.html", context)


def with_states(agreements: Iterable[Partnership], day: date) -> list[tuple[Partnership, str]]:
    """Each agreement with how it stands on a day."""
    return [(agreement, agreement.state_on(day)) for agreement in agreements]
