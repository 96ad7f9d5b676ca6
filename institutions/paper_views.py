"""The papers of an institution: the list with its form, opening one, taking one back."""

import logging

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import today_in_jakarta
from blk_portal.privacy.models import AccessLog, note_reading
from institutions.keyset import keyset_page
from institutions.models import Document, DocumentRequirement, Institution
from institutions.models.document import WithdrawalRefused
from institutions.paper_forms import PaperForm, WithdrawalForm

logger = logging.getLogger(__name__)
PAGE_SIZE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def paper_list(request: SignedInRequest, pk: int) -> HttpResponse:
    """The papers of an institution by kind, what is missing, and the form for one more."""
    institution = get_object_or_404(Institution.objects.visible_to(request.user).for_lists(), pk=pk)
    if not request.user.spec.sees_papers:
        raise PermissionDenied(gettext("Your role does not work with the papers of institutions."))
    may_add = request.user.has_perm("institutions.add_document")
    if request.method == "POST" and not may_add:
        raise PermissionDenied(gettext("Your role adds no papers."))
    form = None
    if may_add:
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = PaperForm(*sent, institution=institution)
    if form and form.is_valid() and (paper := form.store(by=request.user)):
        messages.success(request, gettext("The paper is stored: %(paper)s.") % {"paper": paper})
        return redirect(request.path)
    context = _context(request, institution, form)
    status = 400 if form and form.is_bound else 200
    return render(request, "institutions/paper_list.html", context, status=status)


def _context(
    request: SignedInRequest, institution: Institution, form: PaperForm | None
) -> dict[str, object]:
    papers = Document.objects.visible_to(request.user).filter(institution=institution)
    today = today_in_jakarta()
    order = ("kind__name", "-uploaded_at", "-id")
    return {
        "institution": institution,
        "form": form,
        "today": today,
        "page": keyset_page(request, papers.for_lists(), order=order, size=PAGE_SIZE),
        "openable": set(papers.openable_by(request.user).values_list("pk", flat=True)),
        "withdrawable": set(papers.editable_by(request.user).values_list("pk", flat=True)),
        "missing": DocumentRequirement.objects.missing_for(institution),
        "expiring": list(papers.expiring(on=today).select_related("kind")),
    }


@require_safe
def paper_open(request: SignedInRequest, pk: int) -> HttpResponse:
    """The file itself, to be saved and never shown by the browser; auditors' reading is noted."""
    visible = Document.objects.visible_to(request.user)
    paper = get_object_or_404(visible.openable_by(request.user), pk=pk)
    try:
        with paper.file.open("rb") as file:
            content = file.read()
    except OSError:
        logger.exception("the file of paper %s cannot be read", paper.pk)
        messages.error(request, gettext("This file cannot be read at the moment. Try again later."))
        return redirect(_list_of(paper))
    note_reading(request.user, f"institutions.document:{paper.pk}", AccessLog.Action.READ_PAPER)
    kind = paper.media_type or "application/octet-stream"
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, paper.name)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def paper_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask why, then take the paper back."""
    paper = get_object_or_404(Document.objects.visible_to(request.user).for_lists(), pk=pk)
    if not Document.objects.editable_by(request.user).contains(paper):
        raise PermissionDenied(
            gettext("You cannot withdraw this paper. Your UPTP can, if it is not withdrawn yet.")
        )
    form = WithdrawalForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            paper.withdraw(by=request.user, reason=form.cleaned_data["reason"])
        except WithdrawalRefused as refusal:
            messages.error(request, str(refusal))
        else:
            text = gettext("Withdrawn: %(paper)s. It stays in the list, struck through.")
            messages.success(request, text % {"paper": paper})
        return redirect(_list_of(paper))
    context = {"paper": paper, "form": form, "back_url": _list_of(paper)}
    status = 400 if form.is_bound else 200
    return render(request, "institutions/paper_withdraw.html", context, status=status)


def _list_of(paper: Document) -> str:
    """The page a paper stands on; one of the ministry itself stands in the administration."""
    if paper.institution_id:
        return reverse("institutions:paper-list", args=[paper.institution_id])
    return reverse("admin:institutions_document_changelist")
