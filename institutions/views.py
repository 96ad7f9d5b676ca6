"""The pages of the register: the list of institutions, and each of them with its next step."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BoundField
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import SignedInRequest
from blk_portal.accounts.roles import Reach
from institutions.filters import InstitutionFilter
from institutions.forms import MoveForm
from institutions.lifecycle import MOVES
from institutions.listing import COUNT_LIMIT, listing
from institutions.models import Institution
from institutions.models.institution import MoveRefused
from institutions.replacement import replacements


@require_safe
def institution_list(request: SignedInRequest) -> HttpResponse:
    """The institutions a person may see, by name."""
    visible = Institution.objects.visible_to(request.user).for_lists()
    filters = InstitutionFilter(request.GET, queryset=visible, request=request)
    found = listing(request, filters, order=("name", "id"))
    context = {
        "filters": filters,
        "shown_fields": shown_fields(filters),
        "unknown": found.unknown,
        "is_filtered": found.is_filtered,
        "page": found.page,
        "count": found.count(),
        "count_limit": COUNT_LIMIT,
        "may_filter": request.user.spec.reach != Reach.OWN,
    }
    return render(request, "institutions/institution_list.html", context, status=found.status)


def shown_fields(filters: InstitutionFilter) -> list[BoundField]:
    """The filters as fields; those that need another one only beside it.

    Regencies beside their province: 514 in one list help nobody. The day beside what it dates.
    """
    needs = {"kabupaten": ("provinsi", "kabupaten"), "pada": ("kelas", "tonggak", "pada")}
    hidden = {
        name for name, others in needs.items() if not any(map(filters.data.get, others))
    }  # fmt: skip
    return [field for field in filters.form if field.name not in hidden]


@require_safe
def institution_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One institution: where it stands, what comes next, its papers, its history, its people."""
    institution = get_object_or_404(
        Institution.objects.visible_to(request.user).for_lists().select_related("foundation"), pk=pk
    )
    return institution_page(request, institution)


def institution_page(
    request: SignedInRequest, institution: Institution, *, status: int = 200, **forms: object
) -> HttpResponse:
    """The page of one institution, with a form that came back where there is one."""
    moves = institution.possible_moves()
    may_edit = Institution.objects.editable_by(request.user).contains(institution)
    may_move = may_edit and request.user.has_perm("institutions.move_institution")
    visible = Institution.objects.visible_to(request.user)
    context = {
        "institution": institution,
        "next_moves": [move.label for move in moves.values() if not move.needs_reason],
        "may_move": may_move,
        "may_invite": may_edit,
        "form": MoveForm(institution=institution) if may_move and moves else None,
        "milestones": institution.milestones.select_related("programme_year"),
        "history": institution.transitions.select_related("by"),
        "members": institution.memberships.for_lists().order_by("user__name", "pk"),
        "replacements": replacements(visible, institution),
    }
    return render(request, "institutions/institution_detail.html", context | forms, status=status)


def may_be_moved_by(user: User, institution: Institution) -> bool:
    """Whether the person may carry out verbs on this institution at all."""
    editable = Institution.objects.editable_by(user)
    return user.has_perm("institutions.move_institution") and editable.contains(institution)


@require_POST
def institution_move(request: SignedInRequest, pk: int) -> HttpResponse:
    """Carry out one verb of the life cycle; what was typed stays when it is refused."""
    institution = get_object_or_404(
        Institution.objects.visible_to(request.user).for_lists().select_related("foundation"), pk=pk
    )
    if not may_be_moved_by(request.user, institution):
        raise PermissionDenied(gettext("Your role does not move institutions."))
    form = MoveForm(request.POST, institution=institution)
    if not form.is_valid():
        return institution_page(request, institution, status=400, form=form.with_possible_steps())
    given = form.cleaned_data
    try:
        if given["seen"] != institution.status:
            raise MoveRefused(gettext("Somebody else has moved this institution meanwhile."))
        institution.move(
            given["verb"], by=request.user, on=given["on"],
            document_number=given["document_number"], reason=given["reason"],
        )  # fmt: skip
    except MoveRefused as refusal:
        again = form.brought_up_to_date()
        return institution_page(request, institution, status=409, form=again, refusal=refusal)
    messages.success(request, gettext("Recorded: %(step)s.") % {"step": MOVES[given["verb"]].label})
    return redirect("institutions:institution-detail", institution.pk)
