"""What must be there before an act on a measure or a discipline record. (AC-9, AC-12)"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.queries.requirements import Given, condition


@condition("not_own_measure", gettext_lazy("Somebody else carried the measure out"))
def not_own_measure(inquiry: Any, standing: Any, given: Given) -> str | None:
    """Nobody verifies or judges what they did or own, nor their deputies (AC-7)."""
    measure = inquiry.subject
    if standing.people & {measure.owner_id, measure.done_by_id}:
        return _("You carried this measure out: somebody else judges it.")
    return None


@condition("not_of_oneself", gettext_lazy("The record is about somebody else"))
def not_of_oneself(inquiry: Any, standing: Any, given: Given) -> str | None:
    """Nobody decides about themselves or whom they stand in for."""
    if inquiry.subject.person_id is not None and inquiry.subject.person_id in standing.people:
        return _("The record is about you, or about somebody you stand in for.")
    return None
