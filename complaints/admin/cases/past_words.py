"""What codes in the history of a case are called: by its policy, and by the product. (AU-3)"""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Field
from django.utils.translation import pgettext

from complaints.acts import ACTS
from complaints.admin.history import Say
from complaints.localised import localise
from complaints.punctuation import labelled, listed, remarked
from complaints.queries.case_page import CasePage
from complaints.states import Remedy
from complaints.working_time import Unit

Words = Mapping[Any, Any]

#: Codes whose name the record itself keeps, in `names`.
NAMED_BESIDE = frozenset({"clock", "ground", "code"})


def words_for(view: CasePage) -> Say:
    """How a value of a field reads; None where the field says it by itself."""
    words = _words(view)

    def say(row: Any, field: Field, value: Any) -> str | None:
        if field.name in NAMED_BESIDE and getattr(row, "names", None):
            return localise(row.names)
        if field.name == "route":
            return _route(view, row.id) if value else ""
        if field.name not in words or not value:
            return None
        known = words[field.name]()
        codes = value if isinstance(value, list) else [value]
        return listed(known.get(code, code) for code in codes)

    return say


def _words(view: CasePage) -> Mapping[str, Callable[[], Words]]:
    rules = view.case.rules
    options = rules.acceptance
    return {
        "severity": lambda: {level.code: localise(level.names) for level in rules.severities},
        "grounds": lambda: {option.code: localise(option.names) for option in options.grounds},
        "receiver": lambda: {option.code: localise(option.names) for option in options.receivers},
        "refusal_ground": lambda: {option.code: localise(option.names) for option in options.refusal_grounds},
        "remedies": lambda: dict(Remedy.choices),
        "act": lambda: {code: act.label for code, act in ACTS.items()},
        "limit_unit": _units,
    }


def _units() -> Words:
    return {
        Unit.MINUTE.value: pgettext("unit of time", "minutes"),
        Unit.HOUR.value: pgettext("unit of time", "hours"),
        Unit.WORKING_HOUR.value: pgettext("unit of time", "working hours"),
        Unit.DAY.value: pgettext("unit of time", "days"),
        Unit.WORKING_DAY.value: pgettext("unit of time", "working days"),
    }


def _route(view: CasePage, escalation: int) -> str:
    """One line for each post that was tried."""
    found = {line.escalation.pk: line.route for line in view.escalations}
    lines = (
        remarked(labelled(step.role, step.person) if step.person else step.role, step.why)
        for step in found.get(escalation, ())
    )
    return "\n".join(lines)
