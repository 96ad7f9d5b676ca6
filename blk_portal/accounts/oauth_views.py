"""Where partners' systems get, give back and look up their tokens (RFC 6749, 7009, 7662).

Of the library's addresses only these three: the others let people register clients, or log in to
one system with the account of another.
"""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from oauth2_provider.models import AccessToken
from oauth2_provider.views import RevokeTokenView, TokenView
from oauth2_provider.views.mixins import OAuthLibMixin
from oauthlib.common import Request as OauthRequest

from blk_portal.accounts.tokens import checksum_of

POST_ONLY = ["post"]


class ClientTokenView(TokenView):
    """A token for an hour, against the id and the secret of a client."""

    http_method_names = POST_ONLY

    @method_decorator(sensitive_post_parameters("client_secret"))
    def post(self, request: HttpRequest) -> HttpResponse:
        # The library's own method knows more ways in than this portal opens.
        return self.authorization_flow_token_response(request)


class ClientRevokeView(RevokeTokenView):
    """Gives a token back before its hour is over; only one of the client's own."""

    http_method_names = POST_ONLY


@method_decorator(csrf_exempt, name="dispatch")
@method_decorator(login_not_required, name="dispatch")
class ClientIntrospectView(OAuthLibMixin, View):
    """What a token of the client's own is still good for; any other is told as not active."""

    http_method_names = POST_ONLY

    @method_decorator(sensitive_post_parameters("client_secret", "token"))
    def post(self, request: HttpRequest) -> HttpResponse:
        core = self.get_oauthlib_core()
        asked = OauthRequest(*core._extract_params(request))
        if request.GET or not core.server.request_validator.authenticate_client(asked):
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
