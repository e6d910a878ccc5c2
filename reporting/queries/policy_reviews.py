"""Which policies are due for review, and the half-year to be reviewed. (RP-10)"""

from datetime import datetime

from django.utils import timezone

from complaints.models import Policy, PolicyVersion
from reporting.models import PolicyReview
from reporting.periods import Period, Span


def last_half(now: datetime) -> Period:
    """The last half-year that is over."""
    return Period.at(now, Span.HALF, timezone.get_default_timezone()).previous


def in_force(policy: Policy, now: datetime) -> PolicyVersion | None:
    """The version in force at the moment."""
    versions = PolicyVersion.objects.filter(policy=policy, valid_from__lte=now)
    return versions.order_by("-valid_from", "-number").first()


def is_due(policy: Policy, now: datetime) -> bool:
    """The policy asks for reviews, was in force before the half-year that is over ended, and that one has none."""
    version, half = in_force(policy, now), last_half(now)
    if version is None or not version.rules.review_every_months:
        return False
    first = PolicyVersion.objects.filter(policy=policy).exclude(valid_from=None).order_by("valid_from").first()
    end = half.bounds(timezone.get_default_timezone())[1]
    if first is None or first.valid_from is None or first.valid_from >= end:
        return False
    return not PolicyReview.objects.filter(policy=policy, half=half.code).exists()
