"""Room for the frames of Python's calls, so that no depth of them is slower than another."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponse

# In words of 8 bytes. Memory is taken for twice as much, and only what is written to is there.
ROOM = 2**15

P = ParamSpec("P")
Answer = TypeVar("Answer")


def with_room(call: Callable[P, Answer], *args: P.args, **kwargs: P.kwargs) -> Answer:
    """The answer of a call; all that it calls in turn lies in one piece of memory.

    Python keeps the frames of calls in pieces of 16 KB, takes a further one from the system for a
    call that does not fit any more, and gives it back when that call ends. A loop that stands at
    the edge of a piece does so each time, and then takes twice as long (docs/decisions/0033).
    """
    return call(*args, **kwargs)


# A frame that claims this much gets a piece of its own, of which the other half is for the calls.
with_room.__code__ = with_room.__code__.replace(co_stacksize=ROOM)


class RoomMiddleware:
    """Gives every request room: the first of all, so that the others have it as well."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return with_room(self.get_response, request)
