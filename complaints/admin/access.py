"""What the person behind a request holds, read once for the request."""

from django.http import HttpRequest

from complaints.models.standing import Standing, standing_of


def standing_for(request: HttpRequest) -> Standing:
    """The standing of the request's user; the first call costs two queries, further ones nothing."""
    kept = vars(request)
    if "standing" not in kept:
        kept["standing"] = standing_of(request.user)
    standing: Standing = kept["standing"]
    return standing
