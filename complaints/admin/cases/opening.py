"""Opening a complaint for a request: only what the person may see exists. (AU-4)"""

from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils import timezone

from complaints.admin.access import standing_for
from complaints.models import Complaint, User
from complaints.queries.case import Case
from complaints.queries.case_page import RELATED


def open_case(request: HttpRequest, key: int | str) -> Case:
    """The complaint with what is known of it, at this moment. Http404 if there is none the person may see."""
    visible = Complaint.objects.visible_to(standing_for(request)).select_related(*RELATED)
    if not str(key).isdecimal():
        raise Http404
    complaint = visible.filter(pk=key).first()
    if complaint is None:
        raise Http404
    return Case(complaint, timezone.now())


def person_of(request: HttpRequest) -> User:
    """Who acts. Nobody gets this far without having logged in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def page_context(admin: ModelAdmin, request: HttpRequest, case: Case | None = None, **values: Any) -> dict[str, Any]:
    """What every page of a case hands to its template."""
    return {
        **admin.admin_site.each_context(request),
        "opts": admin.model._meta,
        "case": case,
        "complaint": case.complaint if case else None,
        **values,
    }
