"""The one way in which a page of an institution records something: form, verb, answer."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from blk_portal.accounts.requests import SignedInRequest
from institutions.models import Institution
from institutions.scans import DocumentRefused


def institution_to_read(request: SignedInRequest, pk: int) -> Institution:
    """The institution of the address; 404 outside the person's rows."""
    visible = Institution.objects.visible_to(request.user).for_lists()
    return get_object_or_404(visible, pk=pk)


def may_record(request: SignedInRequest, institution: Institution) -> bool:
    """Whether the person may record anything about the institution."""
    return Institution.objects.editable_by(request.user).contains(institution)


def institution_to_record(request: SignedInRequest, pk: int) -> Institution:
    """The institution about which the person records; 404 outside the area, 403 without right."""
    institution = institution_to_read(request, pk)
    if not may_record(request, institution):
        raise PermissionDenied(gettext("Your role records nothing in the register."))
    return institution


@dataclass(frozen=True)
class Record:
    """One thing to record: the words of its page, and where one comes back to.

    page: what the page is called in the way back. title: the heading. button: what happens.
    done: said when it is done. back_url, back_label: the list that it belongs to.
    """

    page: str
    title: str
    button: str
    done: str
    back_url: str
    back_label: str
    intro: str = ""


def recorded(
    request: SignedInRequest,
    institution: Institution,
    form: Form,
    record: Record,
    *,
    act: Callable[[], object],
    refusals: type[Exception],
) -> HttpResponse:
    """The page of the form, or back to the list when it is done; what was typed stays."""
    refusal, status = None, 400 if form.is_bound else 200
    if form.is_valid():
        try:
            # With its paper: what is refused leaves no paper behind either.
            with transaction.atomic():
                act()
        except DocumentRefused as reason:
            form.add_error("file", str(reason))
            status = 400
        except refusals as reason:
            refusal, status = reason, 409
        else:
            messages.success(request, record.done)
            return redirect(record.back_url)
    context = {"institution": institution, "form": form, "record": record, "refusal": refusal}
    return render(request, "institutions/record_form.html", context, status=status)
