"""What the person behind a request holds, read once for the request."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from complaints.models import User
from complaints.models.standing import Standing, standing_of


def standing_for(request: HttpRequest) -> Standing:
    """The standing of the request's user; the first call costs two queries, further ones nothing."""
    kept = vars(request)
    if "standing" not in kept:
        kept["standing"] = standing_of(request.user)
    standing: Standing = kept["standing"]
    return standing


def person_of(request: HttpRequest) -> User:
    """The person behind a request. PermissionDenied for nobody."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
