"""Who stands above both departments, and decides an objection. (AC-8, DL-3)

The nearest post above the department of the party and the owning department is asked first: its head, then its
executive; then the posts above it, and last any executive of the house. Nobody decides who is a party, must keep away,
belongs to the investigation group, or wrote or approved what is disputed. Each post tried is on record with what came
of it.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accountability.models import Determination, Party
from accountability.permissions import is_concerned
from accountability.queries.inquiry import Inquiry
from accountability.queries.said import authors_of, group_of
from complaints.models import Appointment, Department, User
from complaints.models.standing import standing_of
from complaints.permissions import is_recused
from complaints.queries.organisation import Organisation, Route
from complaints.states import Role

#: A post: the role, and the department in which it is held.
Post = tuple[str, int]


def common_superior(inquiry: Inquiry, party: Party) -> Route:
    """The living person who decides on an objection of the party, and every post tried on the way.

    Without a person if there is nobody left whom nothing keeps from deciding.
    """
    search = _Search(inquiry, Organisation(inquiry.now))
    for role, department in _posts(common_line(inquiry, party)):
        if search.found(role, department):
            return search.route
    search.found_among(Role.EXECUTIVE, search.organisation.everywhere(Role.EXECUTIVE))
    return search.route


def common_line(inquiry: Inquiry, party: Party) -> list[int]:
    """The departments that both belong to, the nearest first: what their paths have in common.

    For an employee the department named with them, or their own. For whoever belongs to none, the responsible one.
    """
    owner = inquiry.complaint.owner_department.path
    own = department_of(inquiry, party)
    return _common(owner, own.path if own is not None else owner)


def department_of(inquiry: Inquiry, party: Party) -> Department | None:
    """Where the party belongs to in the house."""
    if party.department is not None:
        return party.department
    if party.person_id is not None:
        day = timezone.localdate(inquiry.now)
        post = Appointment.objects.filter(
            Q(ends_on=None) | Q(ends_on__gte=day), person=party.person_id, starts_on__lte=day
        )
        first = post.select_related("department").order_by("starts_on", "id").first()
        if first is not None:
            return first.department
    responsible: Department | None = inquiry.complaint.responsible_department
    return responsible


def _common(one: str, other: str) -> list[int]:
    """What two paths of departments ("/1/5/9/") have in common, the deepest first."""
    shared: list[int] = []
    for left, right in zip(one.strip("/").split("/"), other.strip("/").split("/"), strict=False):
        if left != right:
            break
        shared.append(int(left))
    return shared[::-1]


def _posts(departments: Iterable[int]) -> Iterator[Post]:
    for department in departments:
        yield Role.HEAD, department
        yield Role.EXECUTIVE, department


class _Search:
    """Tries one post after another and keeps on record what came of it."""

    def __init__(self, inquiry: Inquiry, organisation: Organisation) -> None:
        self.inquiry, self.organisation = inquiry, organisation
        self.route = Route()
        determination: Determination | None = inquiry.determination
        self.authors = authors_of(determination) if determination is not None else frozenset()
        self.approver = determination.approved_by_id if determination is not None else None
        self.group = group_of(inquiry)

    def found(self, role: str, department: int) -> bool:
        """Somebody at the post can decide."""
        holders = self.organisation.holders(role, department)
        if not holders:
            self.route.tried.append({"role": str(role), "department": department, "why": "vacant"})
        return self.found_among(role, holders, department)

    def found_among(self, role: str, people: Sequence[int], department: int | None = None) -> bool:
        """One of the people, or who stands in for them, can decide."""
        for person in dict.fromkeys(people):
            entry: dict[str, Any] = {"role": str(role), "person": person}
            if department is not None:
                entry["department"] = department
            there = self.organisation.present(person)
            why = self._against(person) or ("away" if there is None else "")
            if not why and there is not None and there != person:
                why = self._against(there)
            if why or there is None:
                self.route.tried.append(entry | {"why": why})
                continue
            stands_in = {"person": there, "for": person, "why": "deputy"} if there != person else {"why": "found"}
            self.route.tried.append(entry | stands_in)
            self.route.person_id = there
            return True
        return False

    def _against(self, person: int) -> str:
        """Why the person cannot decide; empty if nothing is against it."""
        if person == self.approver:
            return "approver"
        if person in self.authors:
            return "author"
        if person in self.group:
            return "group"
        standing = standing_of(User.objects.filter(pk=person).first(), self.inquiry.now)
        if not standing.user_id:
            return "away"
        if is_recused(standing, self.inquiry):
            return "recused"
        return "party" if is_concerned(standing, self.inquiry) else ""
