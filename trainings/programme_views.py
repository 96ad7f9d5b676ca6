"""The catalogue of programmes: read by who plans, taken in from a file by national staff."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import number
from institutions.keyset import keyset_page
from trainings.filters import ProgrammeFilter
from trainings.models import Programme
from trainings.programme_import import CatalogueRefused, take_in

keep_programmes = permission_required("trainings.add_programme", raise_exception=True)


class CatalogueForm(forms.Form):
    """A catalogue as a file; its text comes along when it is taken in after a look at it."""

    file = forms.FileField(
        label=_("File of the catalogue (JSON)"), required=False, allow_empty_file=True,
        help_text=_("At most 1 MB. First it is only checked; you decide after that."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )  # fmt: skip
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def content(self) -> bytes:
        """What was sent; nothing where neither file nor text was."""
        file = self.cleaned_data.get("file")
        data: bytes = file.read() if file else self.cleaned_data["text"].encode()
        return data


@require_safe
def programme_list(request: SignedInRequest) -> HttpResponse:
    """The programmes that cohorts are planned with, by name; retired ones on request."""
    if not request.user.spec.sees_cohorts:
        raise PermissionDenied(gettext("Your role works with figures, not with single trainings."))
    programmes = Programme.objects.visible_to(request.user).for_lists()
    filters = ProgrammeFilter(request.GET, queryset=programmes)
    page = keyset_page(request, filters.qs, order=("name", "id"))
    context = {"filters": filters, "page": page}
    status = 400 if filters.form.errors else 200
    return render(request, "trainings/programme_list.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@keep_programmes
def programme_import(request: SignedInRequest) -> HttpResponse:
    """Check a catalogue, then take it in: what is faulty is named, the rest is written."""
    form = CatalogueForm(request.POST or None, request.FILES or None)
    outcome, text, status = None, "", 200
    if request.method == "POST" and form.is_valid():
        data, is_apply = form.content(), "apply" in request.POST
        try:
            if not data:
                raise CatalogueRefused(
                    "no_file", gettext("No file was sent."), cure=gettext("Choose the file first.")
                )
            outcome = take_in(data, apply=is_apply)
        except CatalogueRefused as refusal:
            form.add_error("file", f"{refusal.message} {refusal.cure}")
            status = refusal.status
        else:
            if is_apply:
                messages.success(request, _said(outcome.changes))
                return redirect("trainings:programme-list")
            text = data.decode("utf-8-sig")
    context = {"form": form, "outcome": outcome, "text": text}
    return render(request, "trainings/programme_import.html", context, status=status)


def _said(changes: int) -> str:
    text = ngettext("%(n)s programme was changed.", "%(n)s programmes were changed.", changes)
    return text % {"n": number(changes)}
