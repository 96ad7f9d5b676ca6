"""In which language a page answers: Indonesian, unless the person chose English by the switch."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_info

from blk_portal.progress.middleware import page_of_form


def chosen_language(request: HttpRequest) -> str:
    """The choice kept in the cookie of the switch; what a browser is set to does not matter.

    Browsers come in English to many who read Indonesian, so only the person's own choice counts.
    """
    wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class LanguageMiddleware:
    """Answers in the chosen language: pages, refusals, and the mails that the request causes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = chosen_language(request)
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Cookie"])
        return response


def switch(request: HttpRequest) -> dict[str, object]:
    """What the switch shows: each language by its own name, and the page to come back to."""
    current = translation.get_language()
    return {
        "languages": [
            {**get_language_info(code), "is_current": code == current}
            for code, _name in settings.LANGUAGES
        ],
        "page_to_keep": page_to_keep(request),
    }


def page_to_keep(request: HttpRequest) -> str:
    """The address that shows this page again; after a form was sent, the page it stood on."""
    return request.get_full_path() if request.method in ("GET", "HEAD") else page_of_form(request)
