"""What apps above this one add to its pages: they append here, in their admin module, and are never imported."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponseBase

#: Address, view, name. A view takes the request, the site, and the slots of its address.
Page = tuple[str, Callable[..., HttpResponseBase], str]
#: A piece of a page: HTML for this request and the values of the page, or nothing.
Part = Callable[[HttpRequest, Mapping[str, Any]], str]

PAGES: list[Page] = []
#: By the place where they stand: beside a case, on the desk, on the docket, on the page of registers.
PARTS: dict[str, list[Part]] = {"case": [], "desk": [], "docket": [], "registers": []}
