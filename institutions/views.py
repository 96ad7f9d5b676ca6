"""The pages of the register: the list of institutions, and each of them with its next step."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from blk_portal.accounts.roles import Reach
from institutions.filters import InstitutionFilter
from institutions.forms import MoveForm
from institutions.keyset import CURSOR, keyset_page
from institutions.lifecycle import MOVES
from institutions.models import Institution
from institutions.models.institution import MoveRefused

COUNT_LIMIT = 1_000


@require_safe
def institution_list(request: HttpRequest) -> HttpResponse:
    """The institutions a person may see, by name."""
    if request.user.spec.reach == Reach.NOTHING:
        raise PermissionDenied(gettext("Your account works through the interface, not with pages."))
    visible = Institution.objects.visible_to(request.user).for_lists()
    filters = InstitutionFilter(request.GET, queryset=visible, request=request)
    unknown = sorted(set(request.GET) - set(filters.form.fields) - {CURSOR})
    rows = filters.qs.none() if unknown else filters.qs
    page = keyset_page(request, rows, order=("name", "id"))
    context = {
        "filters": filters,
        "shown_fields": shown_fields(filters),
        "unknown": unknown,
        "is_filtered": any(request.GET.get(name) for name in filters.form.fields),
        "page": page,
        "count": rows.order_by()[: COUNT_LIMIT + 1].count(),
        "count_limit": COUNT_LIMIT,
        "may_filter": request.user.spec.reach != Reach.OWN,
    }
    status = 400 if unknown or filters.form.errors else 200
    return render(request, "institutions/institution_list.html", context, status=status)


def shown_fields(filters: InstitutionFilter) -> list:
    """The filters as fields; regencies only beside their province: 514 in one list help nobody."""
    is_province_chosen = filters.data.get("provinsi") or filters.data.get("kabupaten")
    return [field for field in filters.form if is_province_chosen or field.name != "kabupaten"]


@require_safe
def institution_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One institution: where it stands, what comes next, its papers, its history, its people."""
    institution = get_object_or_404(
        Institution.objects.visible_to(request.user).for_lists().select_related("foundation"), pk=pk
    )
    return institution_page(request, institution)


def institution_page(
    request: HttpRequest, institution: Institution, *, status: int = 200, **forms
) -> HttpResponse:
    """The page of one institution, with a form that came back where there is one."""
    moves = institution.possible_moves()
    may_move = may_be_moved_by(request.user, institution)
    context = {
        "institution": institution,
        "next_moves": [move.label for move in moves.values() if not move.needs_reason],
        "may_move": may_move,
        "form": MoveForm(institution=institution) if may_move and moves else None,
        "milestones": institution.milestones.select_related("programme_year"),
        "history": institution.transitions.select_related("by"),
        "members": institution.memberships.select_related("user").order_by("user__name", "pk"),
        "replacements": replacements(request.user, institution),
    }
    return render(request, "institutions/institution_detail.html", context | forms, status=status)


def replacements(user, institution: Institution) -> list[tuple[str, Institution | None]]:
    """The institution this one took over from, and its successor; None for a foreign one."""
    visible = Institution.objects.visible_to(user)
    found = {
        other.pk: other
        for other in visible.filter(Q(pk=institution.replaces_id) | Q(replaces=institution))
    }
    links = []
    if institution.replaces_id:
        links.append((gettext("Takes the place of"), found.get(institution.replaces_id)))
    if successor := getattr(institution, "replaced_by", None):
        links.append((gettext("Replaced by"), found.get(successor.pk)))
    return links


def may_be_moved_by(user, institution: Institution) -> bool:
    """Whether the person may carry out verbs on this institution at all."""
    editable = Institution.objects.editable_by(user)
    return user.has_perm("institutions.move_institution") and editable.contains(institution)


@require_POST
def institution_move(request: HttpRequest, pk: int) -> HttpResponse:
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
