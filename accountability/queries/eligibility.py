"""Who may look into a matter, and who must keep away from it. (WF-13, AC-7)"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from complaints.models import Appointment, User


def _appointments(inquiry: Any) -> QuerySet[Appointment]:
    day = timezone.localdate(inquiry.now)
    return Appointment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day, department__is_active=True
    )


def people_of(departments: Iterable[int], inquiry: Any) -> QuerySet[Appointment]:
    """Present appointments in the departments and below them."""
    within = Q(pk__in=[])
    for department in sorted(departments):
        within |= Q(department__path__contains=f"/{department}/")
    return _appointments(inquiry).filter(within)


def kept_away(inquiry: Any, people: Iterable[int]) -> set[int]:
    """Of these people, those who must keep away: recused, a party, or of a department complained of or a party."""
    asked = set(people)
    found: set[int] = asked & inquiry.concerned_people
    departments = inquiry.concerned_departments
    if departments and asked - found:
        rows = people_of(departments, inquiry).filter(person__in=asked - found)
        found |= set(rows.values_list("person_id", flat=True))
    return found


def investigators(inquiry: Any) -> QuerySet[User]:
    """Who may be appointed: active people who need not keep away. Members are among them: one may become the lead."""
    rows = User.objects.filter(is_active=True).exclude(pk__in=inquiry.concerned_people)
    if inquiry.lead is not None:
        rows = rows.exclude(pk=inquiry.lead.person_id)
    departments = inquiry.concerned_departments
    return rows.exclude(pk__in=people_of(departments, inquiry).values("person")) if departments else rows


def serves(person: User, department: Any, inquiry: Any) -> bool:
    """The person holds a post in the department or below it."""
    return people_of([department.pk], inquiry).filter(person=person).exists()


def held_roles(people: Iterable[int], inquiry: Any) -> set[str]:
    """Every office that one of these people holds now."""
    return set(_appointments(inquiry).filter(person__in=list(people)).values_list("role", flat=True))
