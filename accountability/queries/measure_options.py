"""What can be chosen for measures and recourse."""

from typing import Any

from accountability.models import Contract, OutsideParty, Recourse
from complaints.queries import options
from complaints.queries.options import Choices


def _outside_assignments(inquiry: Any) -> Choices:
    return [
        (str(row.pk), str(row)) for row in inquiry.assignments if row.charge.party.outside_id is not None and row.share
    ]


def _contracts(inquiry: Any) -> Choices:
    outside = OutsideParty.objects.filter(
        pk__in=[row.charge.party.outside_id for row in inquiry.assignments if row.charge.party.outside_id]
    )
    return [(str(row.pk), str(row)) for row in Contract.objects.filter(outside__in=outside).select_related("outside")]


def _open_recourses(inquiry: Any) -> Choices:
    rows = Recourse.objects.filter(assignment__determination=inquiry.determination, settled_at=None)
    return [(str(row.pk), str(row)) for row in rows.select_related("outside")]


options.BY_CASE |= {
    "outside_assignments": _outside_assignments,
    "contracts": _contracts,
    "open_recourses": _open_recourses,
}
