"""The description of the interface: titles in the language asked for, and every status."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

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


def _told(name: str, text: str, statuses: list[int]) -> OpenApiParameter:
    """A header of answers."""
    return OpenApiParameter(name, str, "header", response=statuses, description=text)


def _headers_of_writing(*, is_always: bool) -> list[OpenApiParameter]:
    """The headers by which a write happens once, and to what was read."""
    key = {"type": "string", "minLength": 8, "maxLength": 128, "pattern": "^[!-~]+$"}
    of_key = gettext(
        "A new one for each new write, for example a UUID. A repeated request with the same key is "
        "answered as the first time and carried out once; kept for 48 hours."
    )
    match = gettext("The ETag of the draft that was read, or * for any.")
    match_of_known = gettext("Only for a cohort that exists: its ETag, or * for any.")
    return [
        OpenApiParameter(
            "Idempotency-Key", key, "header", required=not is_always, description=of_key
        ),
        OpenApiParameter(
            "If-Match", {"type": "string", "pattern": r'^(\*|"[!#-~]+")$'}, "header",
            required=is_always, description=match if is_always else match_of_known,
        ),
    ]  # fmt: skip


class PortalSchema(AutoSchema):
    """Takes the words from the view, and adds the refusals that every address may answer."""

    view: "ReadViewSet"  # type: ignore[override]  # no other view is described

    @property
    def is_writing(self) -> bool:
        return self.method not in ("GET", "HEAD")

    def get_summary(self) -> str:
        titles = getattr(self.view, "titles", {})
        usual = self.view.title_of_one if self._is_of_one else self.view.title
        return str(titles.get(self.view.action, usual))

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular, not as DRF
        return str(getattr(self.view, "abouts", {}).get(self.view.action, self.view.about))

    @property
    def _is_of_one(self) -> bool:
        return bool(self.view.detail)

    def get_override_parameters(self) -> list[Any]:
        """The headers and switches of a write, and the headers of its answers."""
        found = [
            OpenApiParameter(name, bool, description=str(text), default=False)
            for name, text in getattr(self.view, "switches", {}).items()
            if self.is_writing
        ]
        successes = [*getattr(self.view, "successes", {}).get(self.view.action, [200])]
        if hasattr(self.view, "needs_match"):
            text = gettext("What stands there now; sent as If-Match with the next change.")
            found.append(_told("ETag", text, successes))
        if self.view.action in getattr(self.view, "needs_match", ()):
            found += _headers_of_writing(is_always=self.view.needs_match[self.view.action])
            text = gettext("True for the answer to a repeated request.")
            found.append(_told("Idempotency-Replayed", text, [*successes, 422]))
        if 201 in successes:
            found.append(_told("Location", gettext("The address of what is new."), [201]))
        return found

    def get_response_serializers(self) -> Any:
        make = getattr(self.view, "response_serializer", None)
        serializer = make() if make else super().get_response_serializers()
        texts = getattr(self.view, "successes", {}).get(self.view.action)
        texts = texts or {200: gettext("The data asked for.")}
        return {
            status: OpenApiResponse(serializer, description=str(text))
            for status, text in texts.items()
        } | {
            (int(status), MEDIA_TYPE): OpenApiResponse(ProblemSerializer, description=text)
            for status, text in self.refusals()
        }

    def refusals(self) -> Iterator[tuple[HTTPStatus, str]]:
        """The statuses of refusal with their titles; 404 only where one row is asked for."""
        titles: dict[HTTPStatus, list[str]] = {}
        for problem in PROBLEMS.values():
            if self.is_writing or not problem.of_writing:
                titles.setdefault(problem.status, []).append(str(problem.title))
        if not self._is_of_one:
            del titles[HTTPStatus.NOT_FOUND]
        return ((status, "; ".join(words)) for status, words in titles.items())
