"""Complaints that a new one may repeat: same complainant, same order, similar subject. (IN-10)

Hints for the person who registers, among the complaints that person may see. Nothing is merged.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from complaints.encryption import digest
from complaints.models import Complaint
from complaints.models.standing import Standing
from complaints.models.visibility import ComplaintQuerySet

#: Subjects are compared with those received in so many days before.
DAYS = 180
#: And with at most so many of them, the latest.
COMPARED = 1000
#: From this share of common pairs of signs on, two subjects are called similar.
SIMILAR = 0.5
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Likeness:
    """A complaint that may be the same matter, and why."""

    complaint: Complaint
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signs:
    """What two complaints are compared by."""

    subject: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    order_number: str = ""


def alike(signs: Signs, standing: Standing, now: datetime) -> list[Likeness]:
    """Complaints like this one that the person may see, those with most reasons first, ten at most."""
    reasons: dict[int, list[str]] = defaultdict(list)
    visible = Complaint.objects.visible_to(standing)
    for field, text, reason in (
        ("complainant__phone_digest", digest(signs.phone), _("same phone number")),
        ("complainant__email_digest", digest(signs.email), _("same e-mail address")),
        ("complainant__name_digest", digest(signs.name), _("same name")),
        ("order_number__iexact", signs.order_number.strip(), _("same order number")),
    ):
        if text:
            for key in visible.filter(Q(**{field: text})).values_list("pk", flat=True)[:COMPARED]:
                reasons[key].append(reason)
    for key in _similar_subjects(signs.subject, visible, now):
        reasons[key].append(_("similar subject"))
    first = sorted(reasons, key=lambda key: (-len(reasons[key]), -key))[:SHOWN]
    found = visible.in_bulk(first)
    return [Likeness(found[key], tuple(reasons[key])) for key in first if key in found]


def _similar_subjects(subject: str, visible: ComplaintQuerySet, now: datetime) -> list[int]:
    pairs = _pairs(subject)
    if not pairs:
        return []
    recent = visible.filter(received_at__gte=now - timedelta(days=DAYS)).order_by("-received_at")
    rows = recent.values_list("pk", "subject")[:COMPARED]
    return [key for key, other in rows if _share(pairs, _pairs(other)) >= SIMILAR]


def _pairs(text: str) -> set[str]:
    signs = "".join(text.casefold().split())
    return {signs[index : index + 2] for index in range(len(signs) - 1)}


def _share(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0
