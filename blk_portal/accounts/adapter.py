"""How allauth behaves here: no sign-up, and messages that say what to do."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
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
