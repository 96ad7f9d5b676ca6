"""Views that write: switches in the address, once a key, and only over what was read."""

from typing import Any

from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from blk_portal.rest.views import PortalView


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


class WriteView(PortalView):
    """What is written: with switches in the address, each of them true or false.

    titles, abouts, successes: by action, what the documentation says of it. needs_match: the
    writing actions, and whether If-Match is always asked for.
    """

    action: str
    titles: dict[str, object] = {}
    abouts: dict[str, object] = {}
    successes: dict[str, dict[int, object]] = {}
    switches: dict[str, object] = {}
    needs_match: dict[str, bool] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # Read before it is parsed: an answer belongs to these very bytes.
        _bytes = request._request.body
        super().initial(request, *args, **kwargs)
        if self.action in self.needs_match:
            for name in self.switches:
                self.is_on(name)

    def parameter_names(self) -> list[str]:
        if self.action in self.needs_match:
            return list(self.switches)
        return super().parameter_names()

    def is_on(self, name: str) -> bool:
        """Whether a switch is on. Raises ValidationError for anything but true and false."""
        written = self.request.query_params.get(name, "false")
        if written not in ("true", "false"):
            raise ValidationError({name: [gettext("Write true or false.")]})
        return written == "true"

    def described_parameters(self) -> list[OpenApiParameter]:
        if self.action == "list":
            return super().described_parameters()
        successes = [*self.successes.get(self.action, [200])]
        found = [
            OpenApiParameter(name, bool, description=str(text), default=False)
            for name, text in self.switches.items()
            if self.action in self.needs_match
        ]
        text = gettext("What stands there now; sent as If-Match with the next change.")
        found.append(_told("ETag", text, successes))
        if self.action in self.needs_match:
            found += _headers_of_writing(is_always=self.needs_match[self.action])
            text = gettext("True for the answer to a repeated request.")
            found.append(_told("Idempotency-Replayed", text, [*successes, 422]))
        if 201 in successes:
            found.append(_told("Location", gettext("The address of what is new."), [201]))
        return found
