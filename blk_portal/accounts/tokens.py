"""The access tokens of partners' systems: from the header of a request to who asks."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.utils.encoding import escape_uri_path
from oauth2_provider.models import AccessToken
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.common import Request as OauthRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from blk_portal.accounts.models import PartnerClient, User
from blk_portal.accounts.networks import address_of
from blk_portal.rest.authentication import PortalSession
from blk_portal.rest.problems import InvalidToken, WrongNetwork

CHALLENGE = 'Bearer realm="BLK Komunitas"'


def checksum_of(token: str) -> str:
    """By which a token is found: itself it is kept nowhere."""
    return hashlib.sha256(token.encode()).hexdigest()


class ClientValidator(OAuth2Validator):
    """Reads a token together with all that decides whether it still holds."""

    def _load_access_token(self, token: str) -> AccessToken | None:
        found = AccessToken.objects.filter(token_checksum=checksum_of(token))
        return found.select_related("application__user", "application__partner").first()

    def authenticate_client(self, request: OauthRequest, *args: object, **kwargs: object) -> bool:
        """Raises WrongNetwork for a client that names its secret from somewhere else."""
        if not super().authenticate_client(request, *args, **kwargs):
            return False
        ensure_near(request.client, request.headers)
        return True


def ensure_near(client: PartnerClient, meta: Mapping[str, Any]) -> None:
    """Raise WrongNetwork where a request comes from outside the client's networks."""
    if client.networks and not client.may_ask_from(address_of(meta)):
        raise WrongNetwork


class PartnerToken(BaseAuthentication):
    """`Authorization: Bearer …`, and nothing else: never an address, never a body.

    `request.user` is the service account of the client with what the token lends it;
    `request.auth` is the token, cut to the scopes that the client still has.
    """

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        header = request.headers.get("Authorization")
        if header is None:
            return None
        scheme, _gap, token = header.partition(" ")
        # Escaped, so that a question mark within the path begins no query.
        address = request.build_absolute_uri(escape_uri_path(request.path))
        asked = OauthRequest(address, str(request.method))
        is_bearer = scheme.lower() == "bearer"
        if not is_bearer or not ClientValidator().validate_bearer_token(token.strip(), [], asked):
            vars(request)["refused_as"] = "invalid_token"
            raise InvalidToken
        access, client = asked.access_token, asked.client
        if client is None:
            raise InvalidToken
        vars(request._request)["partner_client"] = client
        ensure_near(client, request.META)
        access.scope = " ".join(s for s in access.scope.split() if s in client.scopes)
        client.note_use()
        return client.acting(access.scope.split()), access

    def authenticate_header(self, request: Request) -> str:
        """What is asked for, a token or a session; or what was wrong with the token that came."""
        error = getattr(request, "refused_as", "")
        if error:
            return f'{CHALLENGE}, error="{error}"'
        return f"{CHALLENGE}, {PortalSession().authenticate_header(request)}"
