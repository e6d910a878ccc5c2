"""The visitor's own address when the site stands behind a reverse proxy."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class TrustedProxyMiddleware:
    """Put the visitor's address into REMOTE_ADDR, where every later reader looks.

    Each proxy appends to X-Forwarded-For the address it was called from, so with
    TRUSTED_PROXIES proxies of our own the entry that many places from the right is the last
    one a stranger cannot invent. With 0 the header is ignored.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the rest of the chain."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Rewrite the address, then go on."""
        count = settings.TRUSTED_PROXIES
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
        if 0 < count <= len(hops) and hops[-count]:
            request.META["REMOTE_ADDR"] = hops[-count]
        return self.get_response(request)
