"""What every endpoint does alike: language, methods, parameters, and headers."""

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django_filters import FilterSet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import mixins, status, viewsets
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from blk_portal.rest.changelog import Ending
from blk_portal.rest.parameters import refuse_unknown
from blk_portal.rest.scopes import HasScope
from blk_portal.rest.throttling import tell_allowance


class PortalView(APIView):
    """Mixed into every view of the interface, before DRF's own class.

    Answers in the language asked for; refuses methods and parameters it does not know.
    read_scope, write_scope: what a partner's system needs, see `HasScope`.
    ending: of an address that goes away, announced in each of its answers.
    is_synced: whether it tells what changed, and whether anything did.
    """

    ending: Ending | None = None
    read_scope: str | None
    write_scope: str | None
    is_synced = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        language = translation.get_language_from_request(request)
        with translation.override(language):
            response = cast(HttpResponse, super().dispatch(request, *args, **kwargs))
            if isinstance(response, Response):
                response.render()
        # The answer to a repeated request is in the language of the first.
        response.headers.setdefault("Content-Language", language)
        response["Cache-Control"] = "private, no-store"
        tell_allowance(request, response)
        if settings.DEMO_MODE:
            response["X-Data-Set"] = "synthetic"
        for name, value in (self.ending.headers if self.ending else {}).items():
            response[name] = value
        patch_vary_headers(response, ["Accept", "Accept-Language", "Authorization", "Cookie"])
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.check_method(request)
        super().initial(request, *args, **kwargs)
        refuse_unknown(request, self.parameter_names())

    def get_permissions(self) -> list[Any]:
        """What the token covers is asked first, whatever else a view asks."""
        return [HasScope(), *super().get_permissions()]

    def check_method(self, request: Request) -> None:
        """Before the login is asked for: no login changes what an address offers."""
        if request.method not in self.allowed_methods:
            raise MethodNotAllowed(str(request.method))

    def parameter_names(self) -> list[str]:
        """The query parameters this address knows."""
        return []

    def described_parameters(self) -> list[OpenApiParameter]:
        """Those that neither the filters nor the pages bring, for the description."""
        return []

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """Only the Allow header: what an address answers stands in the schema."""
        return Response(status=status.HTTP_204_NO_CONTENT)


class ListViewSet(PortalView, mixins.ListModelMixin, viewsets.GenericViewSet[Any]):
    """A list, a page of keys at a time.

    title: what the list is called. about: what it holds and who sees which rows.
    order: the keys of the list, the last one unique. filterset_class: the filters of its page.
    """

    title: object = ""
    about: object = ""
    order: tuple[str, ...] = ("id",)
    filterset_class: type[FilterSet] | None = None

    def parameter_names(self) -> list[str]:
        if self.detail:
            return []
        filters = self.filterset_class.base_filters if self.filterset_class else ()
        return [*filters, *getattr(self.paginator, "parameter_names", ())]


class ReadViewSet(mixins.RetrieveModelMixin, ListViewSet):
    """A list and each of its rows; a row the person may not see is as if it were not there."""

    title_of_one: object = ""
