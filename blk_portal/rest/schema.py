"""The description of the interface: titles in the language asked for, and every status."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from oauth2_provider.scopes import get_scopes_backend

from blk_portal.rest.lines import LINES
from blk_portal.rest.problems import MEDIA_TYPE, PROBLEMS
from blk_portal.rest.scopes import EVERY_CLIENT, scope_of
from blk_portal.rest.serializers import ProblemSerializer

if TYPE_CHECKING:
    from blk_portal.rest.views import ReadViewSet  # whose module asks for this one


class SessionScheme(OpenApiAuthenticationExtension):
    """How the schema names the login with a session."""

    target_class = "blk_portal.rest.authentication.PortalSession"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


class PartnerTokenScheme(OpenApiAuthenticationExtension):
    """How the schema names the login of partners' systems."""

    target_class = "blk_portal.accounts.tokens.PartnerToken"
    name = "client"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        scopes = get_scopes_backend().get_all_scopes()
        flow = {"tokenUrl": reverse("oauth:token"), "scopes": scopes}
        return {"type": "oauth2", "flows": {"clientCredentials": flow}}

    def get_security_requirement(self, auto_schema: AutoSchema) -> list[dict[str, list[str]]]:
        scope = scope_of(auto_schema.view, auto_schema.method)
        if scope is None:
            return []
        return [{self.name: [] if scope == EVERY_CLIENT else [scope]}]


def without_inner_words(result: dict[str, Any], **kwargs: object) -> dict[str, Any]:
    """Drop what speaks to us: the docstrings of serializers, and marks of the generator."""
    for component in result["components"]["schemas"].values():
        component.pop("description", None)
        for part in component.get("properties", {}).values():
            part.pop("x-spec-enum-id", None)
    return result


def with_plain_nulls(result: dict[str, Any], **kwargs: object) -> dict[str, Any]:
    """Say of what may lack that it is of its kind or null, as OpenAPI 3.1 says it.

    A code is one of the codes, or null: generators of clients refuse a list of codes that is text
    and null at once.
    """
    _part_nulls(result["components"]["schemas"])
    return result


def _part_nulls(part: Any) -> None:
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    for one in inner:
        _part_nulls(one)
    if not isinstance(part, dict):
        return
    if part.get("nullable") is True:
        # As OpenAPI 3.0 said it, which 3.1 does not know.
        del part["nullable"]
        part["type"] = [part["type"], "null"]
    if not isinstance(part.get("enum"), list):
        return
    kinds = part.get("type")
    if isinstance(kinds, list) and "null" in kinds:
        codes = [code for code in part.pop("enum") if code is not None]
        (kind,) = (one for one in part.pop("type") if one != "null")
        part["oneOf"] = [{"type": kind, "enum": codes}, {"type": "null"}]


class PortalSchema(AutoSchema):
    """Takes the words from the view, and adds the refusals that every address may answer."""

    view: "ReadViewSet"  # type: ignore[override]  # no other view is described

    @property
    def is_writing(self) -> bool:
        return self.method not in ("GET", "HEAD")

    def get_summary(self) -> str:
        if title := getattr(self.view, "titles", {}).get(self.view.action):
            return str(title)
        return str(self.view.title_of_one if self.view.detail else self.view.title)

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular, not as DRF
        return str(getattr(self.view, "abouts", {}).get(self.view.action, self.view.about))

    def is_deprecated(self) -> bool:
        return self.view.ending is not None

    def get_override_parameters(self) -> list[Any]:
        return self.view.described_parameters()

    def get_response_serializers(self) -> Any:
        make = getattr(self.view, "response_serializer", None)
        serializer = make() if make else super().get_response_serializers()
        texts = getattr(self.view, "successes", {}).get(self.view.action)
        texts = texts or {200: gettext("The data asked for.")}
        answers: dict[Any, OpenApiResponse] = {
            (status, "application/json"): OpenApiResponse(serializer, description=str(text))
            for status, text in texts.items()
        }
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
            if self.is_writing or not problem.of_writing:
                titles.setdefault(problem.status, []).append(str(problem.title))
        if not self.view.detail:
            del titles[HTTPStatus.NOT_FOUND]
        if self.view.detail or not self.view.is_synced:
            del titles[HTTPStatus.GONE]
        return ((status, "; ".join(words)) for status, words in titles.items())
