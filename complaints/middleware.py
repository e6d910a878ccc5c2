"""In which language a page is shown."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers


class LanguageMiddleware:
    """Speak the language the person saved, else the one chosen in this browser, else the browser's, else the site's.

    Needs the user, so it stands below authentication.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the rest of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language of the request, and say in the headers which it is."""
        with translation.override(language_of(request)):
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


def language_of(request: HttpRequest) -> str:
    """The code of one of the site's languages."""
    saved = getattr(request.user, "language", "")
    if saved in dict(settings.LANGUAGES):
        return saved
    # The cookie of the language switch, then Accept-Language, then LANGUAGE_CODE.
    return translation.get_language_from_request(request)
