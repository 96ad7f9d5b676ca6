"""How allauth behaves here: no sign-up, and messages that say what to do."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

NO_MATCH = _("The e-mail, user name or password does not match.")


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by staff of the ministry and its training offices, never by sign-up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is not active. Ask your training office (UPTP)."),
        "email_password_mismatch": NO_MATCH,
        "username_password_mismatch": NO_MATCH,
        "incorrect_password": _("The password does not match."),
        "enter_current_password": _("The current password does not match."),
        "too_many_login_attempts": _("Too many attempts to log in."),
        "invalid_password_reset": _("The link has expired or was used already."),
        "unknown_email": _("No account has this e-mail address."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user, **details) -> HttpResponse | None:
        """Whose account has ended is told so and since when; the password was right."""
        if user.is_active and user.has_ended:
            clear_login(request)
            context = {"last_day": user.valid_until}
            return render(request, "account/account_ended.html", context, status=403)
        return super().pre_login(request, user, **details)

    def login(self, request: HttpRequest, user) -> None:
        """Who has come in needs no invitation: a link left lying about is worth nothing."""
        super().login(request, user)
        user.invitations.standing().update(withdrawn_at=timezone.now())
