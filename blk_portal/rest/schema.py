"""The description of the interface: titles in the language asked for, and every status."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse

from blk_portal.rest.lines import LINES
from blk_portal.rest.problems import MEDIA_TYPE, PROBLEMS
from blk_portal.rest.serializers import ProblemSerializer

if TYPE_CHECKING:
    from blk_portal.rest.views import ReadViewSet  # whose module asks for this one


class SessionScheme(OpenApiAuthenticationExtension):
    """How the schema names the login with a session."""

    target_class = "blk_portal.rest.authentication.PortalSession"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


def without_inner_words(result: dict[str, Any], **kwargs: object) -> dict[str, Any]:
    """Drop what speaks to us: the docstrings of serializers, and marks of the generator."""
    for component in result["components"]["schemas"].values():
        component.pop("description", None)
        for part in component.get("properties", {}).values():
            part.pop("x-spec-enum-id", None)
    return result


class PortalSchema(AutoSchema):
    """Takes the words from the view, and adds the refusals that every address may answer."""

    view: "ReadViewSet"  # type: ignore[override]  # no other view is described

    def get_summary(self) -> str:
        return str(self.view.title_of_one if self.view.detail else self.view.title)

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular, not as DRF
        return str(self.view.about)

    def get_override_parameters(self) -> list[Any]:
        return self.view.described_parameters()

    def get_response_serializers(self) -> Any:
        success = OpenApiResponse(
            super().get_response_serializers(), description=gettext("The data asked for.")
        )
        answers: dict[Any, OpenApiResponse] = {(200, "application/json"): success}
        if self.view.is_synced:
            same = gettext("What you have is what there is: the ETag is still the same.")
            answers[304] = OpenApiResponse(description=same)
        if self.view.is_synced and not self.view.detail:
            lines = gettext("The whole list, each row a line of JSON.")
            answers[200, LINES] = OpenApiResponse(OpenApiTypes.STR, description=lines)
        return answers | {
            (int(status), MEDIA_TYPE): OpenApiResponse(ProblemSerializer, description=text)
            for status, text in self.refusals()
        }

    def refusals(self) -> Iterator[tuple[HTTPStatus, str]]:
        """The statuses of refusal with their titles; 404 only where one row is asked for, 410 only
        where changes are."""
        titles: dict[HTTPStatus, list[str]] = {}
        for problem in PROBLEMS.values():
            titles.setdefault(problem.status, []).append(str(problem.title))
        if not self.view.detail:
            del titles[HTTPStatus.NOT_FOUND]
        if self.view.detail or not self.view.is_synced:
            del titles[HTTPStatus.GONE]
        return ((status, "; ".join(words)) for status, words in titles.items())
