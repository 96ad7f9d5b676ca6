"""The page an invitation leads to: the one place where a password is set without another."""

from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from blk_portal.accounts.models import Invitation, InvitationRefused
from blk_portal.accounts.requests import Visitor


@dataclass(frozen=True)
class Obstacle:
    """Why a link does not work, and what cures it."""

    status: HTTPStatus
    title: object
    message: object
    cure: object


NEW_LINK = _("Ask your training office (UPTP) for a new link. It is made at once.")
UNKNOWN = Obstacle(
    HTTPStatus.NOT_FOUND,
    _("This link is not known"),
    _("Part of it may have been lost when it was copied."),
    _("Open it from the message once more. If it still fails, ask your UPTP for a new link."),
)
USED = Obstacle(
    HTTPStatus.GONE,
    _("This link was used already"),
    _("A password has been set with it. A link works once."),
    _("Log in with that password. If it was not you, ask your UPTP for a new link now."),
)
EXPIRED = Obstacle(
    HTTPStatus.GONE,
    _("This link has expired"),
    _("An invitation can be used for 14 days."),
    NEW_LINK,
)
WITHDRAWN = Obstacle(
    HTTPStatus.GONE,
    _("This link is no longer needed"),
    _("A newer link was made, or the account was entered with its password."),
    _("Use the newest message, or log in. Otherwise ask your UPTP for a new link."),
)
SHUT = Obstacle(
    HTTPStatus.FORBIDDEN,
    _("This account is not active"),
    _("Its reports and figures are kept."),
    _("If you need it for your work, ask your training office (UPTP)."),
)
SOMEBODY_ELSE = Obstacle(
    HTTPStatus.CONFLICT,
    _("Somebody else is logged in here"),
    _("The link belongs to another account than the one that is open in this browser."),
    _("Log out, then open the link from the message again."),
)


def obstacle_of(invitation: Invitation | None, user: Visitor) -> Obstacle | None:
    """What keeps this invitation from being used now in this browser; nothing if it works."""
    if invitation is None:
        return UNKNOWN
    if invitation.used_at:
        return USED
    if invitation.withdrawn_at:
        return WITHDRAWN
    if invitation.is_expired:
        return EXPIRED
    if not invitation.user.may_log_in:
        return SHUT
    if user.is_authenticated and user != invitation.user:
        return SOMEBODY_ELSE
    return None


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Say for whom the link is and take the password; only sending it uses the link up."""
    found = Invitation.objects.of_token(token)
    obstacle = obstacle_of(found, request.user)
    if found is None or obstacle:
        return refused(request, obstacle or UNKNOWN)
    form = SetPasswordForm(found.user, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"form": form, "person": found.user, "invitation": found}
        status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
        return guarded(render(request, "accounts/invitation_form.html", context, status=status))
    try:
        found.accept(password=form.cleaned_data["new_password1"])
    except InvitationRefused:
        found.refresh_from_db()
        return refused(request, obstacle_of(found, request.user) or USED)
    text = gettext("The password is saved. Log in with it; your user name is %(name)s.")
    messages.success(request, text % {"name": found.user.username})
    return guarded(redirect("account_login"))


def refused(request: HttpRequest, obstacle: Obstacle) -> HttpResponse:
    context = {"obstacle": obstacle, "is_taken": obstacle is SOMEBODY_ELSE}
    page = render(request, "accounts/invitation_refused.html", context, status=obstacle.status)
    return guarded(page)


def guarded(response: HttpResponse) -> HttpResponse:
    """The address is a key: no cache keeps the page, and no other site hears where one came from.

    Not `no-referrer`: browsers then send forms with an empty origin, which Django refuses.
    """
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "strict-origin"
    return response
