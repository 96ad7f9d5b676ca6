"""How often one account may ask, so that a runaway client does not slow the others."""

import math
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.views import View
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

WINDOW_SECONDS = 60


@dataclass(frozen=True)
class Allowance:
    """What an account may still ask in the running minute."""

    limit: int
    asked: int

    @property
    def is_kept(self) -> bool:
        return self.asked <= self.limit


class PersonThrottle(BaseThrottle):
    """Counts the requests of an account in the running minute; without a cache nobody is kept out.

    The limit is that of the partner's client, else `API_REQUESTS_PER_MINUTE`. Each system has an
    account of its own, so none is slowed by another.
    """

    def allow_request(self, request: Request, view: View) -> bool:
        client = getattr(request.auth, "application", None)
        limit = getattr(client, "requests_per_minute", None) or settings.API_REQUESTS_PER_MINUTE
        key = f"api:{request.user.pk}:{int(time.time()) // WINDOW_SECONDS}"
        cache.add(key, 0, timeout=2 * WINDOW_SECONDS)
        try:
            allowance = Allowance(limit, cache.incr(key))
        except ValueError:  # The key went away between the two calls.
            return True
        vars(request._request)["allowance"] = allowance
        return allowance.is_kept

    def wait(self) -> float:
        return WINDOW_SECONDS - time.time() % WINDOW_SECONDS


def tell_allowance(request: HttpRequest, response: HttpResponse) -> None:
    """Say in the headers of the answer what is left of the minute, and when the next begins."""
    allowance: Allowance | None = getattr(request, "allowance", None)
    if allowance is None:
        return
    response["RateLimit-Limit"] = str(allowance.limit)
    response["RateLimit-Remaining"] = str(max(0, allowance.limit - allowance.asked))
    response["RateLimit-Reset"] = str(math.ceil(WINDOW_SECONDS - time.time() % WINDOW_SECONDS))
