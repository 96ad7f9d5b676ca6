"""How often one account may ask, so that a runaway client does not slow the others."""

import time

from django.conf import settings
from django.core.cache import cache
from django.views import View
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

WINDOW_SECONDS = 60


class PersonThrottle(BaseThrottle):
    """Counts the requests of an account in the running minute; without a cache nobody is kept out.

    The limit is `API_REQUESTS_PER_MINUTE`.
    """

    def allow_request(self, request: Request, view: View) -> bool:
        key = f"api:{request.user.pk}:{int(time.time()) // WINDOW_SECONDS}"
        cache.add(key, 0, timeout=2 * WINDOW_SECONDS)
        try:
            return bool(cache.incr(key) <= settings.API_REQUESTS_PER_MINUTE)
        except ValueError:  # The key went away between the two calls.
            return True

    def wait(self) -> float:
        return WINDOW_SECONDS - time.time() % WINDOW_SECONDS
