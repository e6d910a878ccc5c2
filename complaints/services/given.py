"""What a person gives with an act: checked the same for forms, importers and every other caller. (AU-7)"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from complaints.acts import Act, Ask, AskKind
from complaints.models import Category, Complaint, Department, User
from complaints.punctuation import listed
from complaints.queries.case import Case
from complaints.queries.options import choices

_TYPES: dict[AskKind, Any] = {
    AskKind.TEXT: str,
    AskKind.LINE: str,
    AskKind.CHOICE: str,
    AskKind.ROW: (str, int),
    AskKind.CHOICES: (list, tuple),
    AskKind.FLAG: bool,
    AskKind.CATEGORY: Category,
    AskKind.DEPARTMENT: Department,
    AskKind.PERSON: User,
    AskKind.COMPLAINT: Complaint,
    AskKind.MOMENT: datetime,
    AskKind.DAY: date,
    AskKind.MONEY: Decimal,
    AskKind.FILE: object,
    AskKind.STEPS: (list, tuple),
    AskKind.FILES: (list, tuple),
    AskKind.TABLE: (list, tuple),
}
_CHOOSES = {AskKind.CHOICE, AskKind.CHOICES, AskKind.ROW}
LONGEST_LINE = 200


def problems(case: Case, act: Act, given: Mapping[str, Any]) -> list[str]:
    """What is wrong with the values given, each as a sentence. Missing values are reported elsewhere."""
    found = [
        _("“%(field)s” is not asked for here.") % {"field": name}
        for name in given
        if name not in {ask.name for ask in act.asks}
    ]
    for ask in act.asks:
        value = given.get(ask.name)
        if value is not None and value != "" and (text := _problem(case, ask, value)):
            found.append(text)
    return found


def _problem(case: Case, ask: Ask, value: Any) -> str | None:  # noqa: PLR0911 - a reason each
    # No text may hold the sign of number zero: PostgreSQL has none.
    if not isinstance(value, _TYPES[ask.kind]) or (isinstance(value, str) and "\x00" in value):
        return _("“%(field)s” is not understood.") % {"field": ask.label}
    if ask.kind == AskKind.LINE and len(value) > LONGEST_LINE:
        return _("“%(field)s” is longer than %(limit)d characters.") % {"field": ask.label, "limit": LONGEST_LINE}
    if ask.kind in _CHOOSES:
        known = {code for code, _label in choices(case, ask)}
        wanted = [str(item) for item in value] if ask.kind == AskKind.CHOICES else [str(value)]
        unknown = [item for item in wanted if item not in known]
        if unknown:
            return _("“%(value)s” is not one of the choices of “%(field)s”.") % {
                "value": listed(unknown),
                "field": ask.label,
            }
    if ask.kind == AskKind.MOMENT and value.tzinfo is None:
        return _("“%(field)s” has no time zone.") % {"field": ask.label}
    if ask.kind == AskKind.MONEY and value < 0:
        return _("“%(field)s” cannot be negative.") % {"field": ask.label}
    if ask.kind == AskKind.STEPS:
        return _steps_problem(ask, value)
    return None


def _steps_problem(ask: Ask, steps: Any) -> str | None:
    for position, step in enumerate(steps, start=1):
        if not isinstance(step, Mapping) or not step.get("description") or not isinstance(step.get("due_at"), datetime):
            return _("Step %(position)d of “%(field)s” needs a description and a date.") % {
                "position": position,
                "field": ask.label,
            }
    return None
