"""The page of an institution's cases, and how staff open and close them."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import long_date, today_in_jakarta
from institutions.lifecycle import CaseKind
from institutions.models.case import CaseRefused
from institutions.record_forms import CaseForm, CloseCaseForm
from institutions.recording import (
    Record,
    institution_to_read,
    institution_to_record,
    may_record,
    recorded,
)


@require_safe
def case_list(request: SignedInRequest, pk: int) -> HttpResponse:
    """The open cases of one institution, and those that were closed."""
    institution = institution_to_read(request, pk)
    cases = list(institution.cases.select_related("opened_by", "closed_by"))
    context = {
        "institution": institution,
        "open_cases": [case for case in cases if not case.closed_on],
        "closed_cases": [case for case in cases if case.closed_on],
        "may_record": may_record(request, institution),
        # What was found may name people and sums: it is for those who work with the papers.
        "sees_reasons": request.user.spec.sees_papers,
        "today": today_in_jakarta(),
    }
    return render(request, "institutions/case_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def case_open(request: SignedInRequest, pk: int) -> HttpResponse:
    """Open a case beside the status."""
    institution = institution_to_record(request, pk)
    form = CaseForm(request.POST or None)
    record = Record(
        page=gettext("Open a case"), title=gettext("Open a case"),
        intro=gettext("The status stays; the case stands beside it until it is closed."),
        button=gettext("Open the case"), done=gettext("The case has been opened."),
        back_url=reverse("institutions:case-list", args=[pk]), back_label=gettext("Cases"),
    )  # fmt: skip
    return recorded(
        request, institution, form, record, refusals=CaseRefused,
        act=lambda: institution.cases.open_one(
            institution=institution, by=request.user, **form.cleaned_data
        ),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def case_close(request: SignedInRequest, pk: int, case: int) -> HttpResponse:
    """Close a case with its outcome."""
    institution = institution_to_record(request, pk)
    found = get_object_or_404(institution.cases, pk=case)
    form = CloseCaseForm(request.POST or None)
    told = {"case": CaseKind(found.kind).label, "day": long_date(found.opened_on)}
    record = Record(
        page=gettext("Close a case"), title=gettext("Close the case “%(case)s”?") % told,
        intro=gettext("Open since %(day)s. It stays in the history.") % told,
        button=gettext("Close the case"), done=gettext("Closed: %(case)s.") % told,
        back_url=reverse("institutions:case-list", args=[pk]), back_label=gettext("Cases"),
    )  # fmt: skip
    return recorded(
        request, institution, form, record, refusals=CaseRefused,
        act=lambda: found.close(by=request.user, **form.cleaned_data),
    )  # fmt: skip
