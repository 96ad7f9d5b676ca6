"""The public pages on which anybody checks a certificate by its code."""

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from blk_portal.formats import today_in_jakarta
from trainings.certificate_forms import CodeForm
from trainings.models import Certificate


def _unlisted(response: HttpResponse) -> HttpResponse:
    """No search engine is to keep what a certificate said."""
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


@never_cache
@require_safe
@login_not_required
def certificate_check(request: HttpRequest) -> HttpResponse:
    """The form to type a code; it leads to the page of the code."""
    form = CodeForm(request.GET if "kode" in request.GET else None)
    if form.is_valid():
        return redirect("trainings:certificate-verify", form.cleaned_data["kode"])
    status = 400 if form.is_bound else 200
    answer = render(request, "trainings/certificate_check.html", {"form": form}, status=status)
    return _unlisted(answer)


@never_cache
@require_safe
@login_not_required
def certificate_verify(request: HttpRequest, code: str) -> HttpResponse:
    """What the certificate of a code is worth, with as little about its holder as will do.

    An unknown code costs the same question and gets the same page as a known one.
    """
    if refusal := ratelimit.consume_or_429(request, action="check_certificate", limit_get=True):
        return _unlisted(refusal)
    certificate = Certificate.objects.of_code(code)
    holder = certificate.holder_shortened(today=today_in_jakarta()) if certificate else ""
    context = {"certificate": certificate, "holder": holder, "form": CodeForm()}
    return _unlisted(render(request, "trainings/certificate_verify.html", context))
