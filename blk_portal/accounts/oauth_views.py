"""Where partners' systems get, give back and look up their tokens (RFC 6749, 7009, 7662).

Of the library's addresses only these three: the others let people register clients, or log in to
one system with the account of another.
"""

import base64
from http import HTTPStatus

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from oauth2_provider.models import AccessToken
from oauth2_provider.views import RevokeTokenView, TokenView
from oauth2_provider.views.mixins import OAuthLibMixin
from oauthlib.common import Request as OauthRequest

from blk_portal.accounts.tokens import checksum_of
from blk_portal.rest.problems import WrongNetwork, bare_problem

RETRY_SECONDS = 60


@method_decorator(csrf_exempt, name="dispatch")
@method_decorator(login_not_required, name="dispatch")
class PostOnlyMixin(View):
    """Credentials come in header or body, never in an address, which logs would keep.

    So many requests of one client and of one network are answered a minute, right or wrong.
    """

    http_method_names = ["post"]

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.META.get("QUERY_STRING"):
            return JsonResponse(
                {"error": "invalid_request", "error_description": "Send everything in the body."},
                status=HTTPStatus.BAD_REQUEST,
            )
        if not ratelimit.consume(request, action="client_token", key=_client_of(request)):
            answer = JsonResponse(
                {"error": "temporarily_unavailable"}, status=HTTPStatus.TOO_MANY_REQUESTS
            )
            answer["Retry-After"] = str(RETRY_SECONDS)
            return answer
        try:
            return super().dispatch(request, *args, **kwargs)
        except WrongNetwork as refusal:
            return bare_problem(refusal)


def _client_of(request: HttpRequest) -> str:
    """The client that a request names, for counting; whether it is true is asked later."""
    scheme, _gap, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return request.POST.get("client_id", "")
    try:
        return base64.b64decode(value).partition(b":")[0].decode()
    except ValueError:
        return ""


class ClientTokenView(PostOnlyMixin, TokenView):
    """A token for an hour, against the id and the secret of a client."""

    @method_decorator(sensitive_post_parameters("client_secret"))
    def post(self, request: HttpRequest) -> HttpResponse:
        # The library's own method knows more ways in than this portal opens.
        answer: HttpResponse = self.authorization_flow_token_response(request)
        return answer


class ClientRevokeView(PostOnlyMixin, RevokeTokenView):
    """Gives a token back before its hour is over; only one of the client's own."""


class ClientIntrospectView(PostOnlyMixin, OAuthLibMixin):
    """What a token of the client's own is still good for; any other is told as not active."""

    @method_decorator(sensitive_post_parameters("client_secret", "token"))
    def post(self, request: HttpRequest) -> HttpResponse:
        core = self.get_oauthlib_core()
        asked = OauthRequest(*core._extract_params(request))
        if not core.server.request_validator.authenticate_client(asked):
            answer = JsonResponse({"error": "invalid_client"}, status=HTTPStatus.UNAUTHORIZED)
            answer["WWW-Authenticate"] = 'Basic realm="BLK Komunitas"'
            return answer
        access = AccessToken.objects.filter(
            token_checksum=checksum_of(request.POST.get("token", "")), application=asked.client
        ).first()
        if access is None or access.is_expired():
            return JsonResponse({"active": False})
        return JsonResponse(
            {
                "active": True,
                "client_id": asked.client.client_id,
                "scope": access.scope,
                "exp": int(access.expires.timestamp()),
                "token_type": "Bearer",
            }
        )
