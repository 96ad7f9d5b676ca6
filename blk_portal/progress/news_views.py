"""A person's news: what was told, ticking it off, and whether it also comes by mail."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.progress.told_evidence import with_evidence
from blk_portal.reporting.models import Notice

LATEST = 50


@require_http_methods(["GET", "HEAD", "POST"])
def news(request: SignedInRequest) -> HttpResponse:
    """What was told lately, and the switch for mails; it changes nothing about the home page."""
    user = request.user
    if request.method == "POST":
        user.wants_mail = request.POST.get("surel") == "ya"
        user.save(update_fields=["wants_mail"])
        on, off = gettext("News now comes by e-mail too."), gettext("No more e-mails are sent.")
        messages.success(request, on if user.wants_mail else off)
        return redirect("progress:news")
    latest = Notice.objects.visible_to(user).filter(recipient=user).for_lists()[:LATEST]
    return render(
        request, "progress/news.html", {"notices": with_evidence(latest, user), "limit": LATEST}
    )


@require_POST
def news_read(request: SignedInRequest) -> HttpResponse:
    """Tick off one piece of news, or all that the page showed."""
    shown = request.POST.getlist("kabar")
    numbers = [int(number) for number in shown if number.isdecimal() and len(number) < 19]
    own = Notice.objects.visible_to(request.user).filter(recipient=request.user)
    own.filter(pk__in=numbers[:LATEST]).read(at=timezone.now())
    return redirect("progress:home")
