"""The pages of the register: the list of institutions, and each of them with its next step."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, prefetch_related_objects
from django.forms import BoundField
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import SignedInRequest
from blk_portal.accounts.roles import Reach
from blk_portal.formats import today_in_jakarta
from institutions.chronology import chronology
from institutions.contacts import reviewers_of
from institutions.filters import InstitutionFilter
from institutions.forms import MoveForm
from institutions.lifecycle import MOVES
from institutions.listing import COUNT_LIMIT, Listing, listing
from institutions.models import Case, Institution, InstitutionTransition, Milestone
from institutions.models.institution import MoveRefused
from institutions.models.proposal import may_propose
from institutions.past import PastForm, past_of
from institutions.replacement import replacements
from institutions.requirements import missing_for_next
from institutions.standing import by_guidance, by_region
from institutions.undoing import may_undo, undoable

SISTERS_SHOWN = 20


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
        "statuses": statuses_on_day(filters, found),
        "count": found.count(),
        "count_limit": COUNT_LIMIT,
        "may_filter": request.user.spec.reach != Reach.OWN,
    }
    return render(request, "institutions/institution_list.html", context, status=found.status)


def statuses_on_day(filters: InstitutionFilter, found: Listing) -> list[tuple[str, int]]:
    """How many of the listed institutions stood in each status on the day that is asked about."""
    if found.is_refused or not filters.day:
        return []
    counts = filters.qs.by_status_then()
    return [
        (str(status.label), counts[status]) for status in Institution.Status if counts.get(status)
    ]


def shown_fields(filters: InstitutionFilter) -> list[BoundField]:
    """The filters as fields; regencies only beside their province: 514 in one list help nobody."""
    is_province_chosen = filters.data.get("provinsi") or filters.data.get("kabupaten")
    return [field for field in filters.form if is_province_chosen or field.name != "kabupaten"]


def institution_of(request: SignedInRequest, pk: int) -> Institution:
    """The institution of the address as its page needs it; 404 outside the person's area."""
    visible = Institution.objects.visible_to(request.user).for_page(request.user)
    return get_object_or_404(visible, pk=pk)


@require_safe
def institution_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One institution: where it stands, what comes next, its papers, its history, its people."""
    institution = institution_of(request, pk)
    kept = institution.merged_into_id
    visible = Institution.objects.visible_to(request.user)
    if kept and "asli" not in request.GET and visible.filter(pk=kept).exists():
        return redirect("institutions:institution-detail", kept)
    asked = PastForm(request.GET if "pada" in request.GET else None)
    status = 400 if asked.errors else 200
    return institution_page(request, institution, status=status, asked=asked)


def institution_page(
    request: SignedInRequest, institution: Institution, *, status: int = 200, **forms: object
) -> HttpResponse:
    """The page of one institution, with a form that came back where there is one."""
    # Read once, for their tables and for the story.
    prefetch_related_objects(
        [institution],
        Prefetch("milestones", Milestone.objects.select_related("programme_year", "recorded_by")),
        Prefetch("transitions", InstitutionTransition.objects.select_related("by", "withdrawn_by")),
        Prefetch("cases", Case.objects.select_related("opened_by", "closed_by")),
    )
    moves = institution.possible_moves()
    may_move = may_be_moved_by(request.user, institution)
    visible = Institution.objects.visible_to(request.user)
    milestones = list(institution.milestones.all())
    open_cases = [case for case in institution.cases.all() if case.closed_on is None]
    asked = forms.setdefault("asked", PastForm())
    day = asked.cleaned_data["pada"] if isinstance(asked, PastForm) and asked.is_valid() else None
    context = {
        "institution": institution,
        "past": past_of(institution, day) if day else None,
        "next_moves": [move.label for move in moves.values() if not move.needs_reason],
        "may_move": may_move,
        "may_invite": institution.may_edit,
        "may_propose": may_propose(request.user),
        "form": MoveForm(institution=institution) if may_move and moves else None,
        "milestones": milestones,
        "open_cases": open_cases,
        "undoable": undoable(institution.transitions.all()) if may_undo(request.user) else None,
        "lacks": missing_for_next(
            institution,
            milestones=[row for row in milestones if row.withdrawn_at is None],
            cases=open_cases,
            today=today_in_jakarta(),
        ),
        "history": chronology(institution, request.user),
        "trees": [
            (gettext("Region"), by_region(institution)),
            (gettext("Guidance"), by_guidance(institution)),
        ],
        "sisters": list(
            visible.filter(foundation=institution.foundation_id)
            .exclude(pk=institution.pk)
            .select_related("regency")[:SISTERS_SHOWN]
        ),
        "reviewers": reviewers_of(institution, request.user),
        "members": institution.memberships.for_lists().order_by("user__name", "pk"),
        "replacements": replacements(visible, institution),
    }
    return render(request, "institutions/institution_detail.html", context | forms, status=status)


def may_be_moved_by(user: User, institution: Institution) -> bool:
    """Whether the person may carry out verbs on this institution (of `for_page`) at all."""
    return user.has_perm("institutions.move_institution") and institution.may_edit


@require_POST
def institution_move(request: SignedInRequest, pk: int) -> HttpResponse:
    """Carry out one verb of the life cycle; what was typed stays when it is refused."""
    institution = institution_of(request, pk)
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
