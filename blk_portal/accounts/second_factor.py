"""The second factor: a code of the phone beside the password, and who owes one."""

from typing import Any

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django import forms
from django.conf import settings
from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor

LAST_STEP = "last_step"
SETUP_SECONDS = 3600
ON_A_PHONE = {"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false"}


def owes_second_factor(user: Visitor) -> bool:
    """Whether the person works for the ministry, must have a second factor and has none."""
    if not settings.REQUIRE_STAFF_MFA or not user.is_authenticated or not user.is_staff:
        return False
    return not has_second_factor(user)


def has_second_factor(user: User) -> bool:
    factors = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP)
    return bool(factors.exists())


def take_second_factor_away(user: User) -> None:
    """For somebody who lost the phone: the password alone suffices until a new set-up."""
    Authenticator.objects.filter(user=user).delete()


class OneTimeCodeForm(BaseAuthenticateForm):
    """A code is good for one use: allauth remembers used ones in the cache, which may be away.

    A code counts for a while before and after its half minute, since phones are slow or wrong; the
    step of the last one taken is kept with the factor, and no step up to it is taken again.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code")
        self.fields["code"].widget.attrs = dict(ON_A_PHONE)

    def clean_code(self) -> str:
        code: str = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP and not self._take_step(code):
            raise get_adapter().validation_error("incorrect_code")
        return code

    def _take_step(self, code: str) -> bool:
        """Note the step of the code; of two with the same one only the first finds the row so."""
        before = self.authenticator.data
        step = _step_of(decrypt(before["secret"]), code)
        if step is None or step <= before.get(LAST_STEP, 0):
            return False
        same = Authenticator.objects.filter(pk=self.authenticator.pk, data=before)
        self.authenticator.data = before | {LAST_STEP: step}
        return bool(same.update(data=self.authenticator.data))


def _step_of(secret: str, code: str) -> int | None:
    """The half minute that a code belongs to."""
    return next(
        (
            step
            for step in totp.yield_hotp_counters_from_time()
            if compare_user_code(
                actual=code, expected=totp.format_hotp_value(totp.hotp_value(secret, step))
            )
        ),
        None,
    )


class LoginCodeForm(OneTimeCodeForm, AuthenticateForm):
    """The code after the password."""


class ConfirmCodeForm(OneTimeCodeForm, ReauthenticateForm):
    """The code that confirms who is there, before something delicate."""


class SetUpForm(ActivateTOTPForm):
    """The first code of a new factor. The secret waits in the form, signed, not in the session:
    the page writes nothing when it is read, and a secret never set up is kept nowhere."""

    signed_secret = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        user = kwargs.pop("user")
        forms.Form.__init__(self, *args, **kwargs)
        self.user = user
        self.fields["code"].label = _("Code in the app")
        self.fields["code"].widget.attrs = dict(ON_A_PHONE)
        self.is_stale = False
        self.secret = self._secret_of_the_form() or totp.generate_totp_secret()
        self.initial["signed_secret"] = signing.dumps(self.secret, salt=self._salt)
        if self.is_stale:
            again: QueryDict = self.data.copy()
            again["signed_secret"] = self.initial["signed_secret"]
            self.data: QueryDict = again

    @property
    def is_owed(self) -> bool:
        return owes_second_factor(self.user)

    @property
    def _salt(self) -> str:
        return f"blk_portal.second_factor.{self.user.pk}"

    def _secret_of_the_form(self) -> str | None:
        if not self.is_bound:
            return None
        try:
            given = self.data.get("signed_secret", "")
            secret: str = signing.loads(given, salt=self._salt, max_age=SETUP_SECONDS)
            return secret
        except signing.BadSignature:
            self.is_stale = True
            return None

    def clean_code(self) -> str:
        if self.is_stale:
            raise forms.ValidationError(
                _("The page was open for too long. Scan the new picture, then write its code.")
            )
        code: str = super().clean_code()
        return code
