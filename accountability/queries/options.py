"""What can be chosen for each thing an act of an inquiry asks."""

from accountability import states
from accountability.models import OutsideParty, RootCause
from accountability.queries import investigation_options as _investigation  # noqa: F401 - adds its own
from accountability.queries import measure_options as _measures  # noqa: F401 - adds its own
from complaints.queries import options
from complaints.queries.options import Choices
from complaints.states import Outcome

ENUMS = {
    "evidence_kind": states.EvidenceKind,
    "opinion_kind": states.OpinionKind,
    "method": states.Method,
    "merit": states.Merit,
    "deviation": states.Deviation,
    "judgement": states.Judgement,
    "weight": states.Weight,
    "measure_kind": states.MeasureKind,
    "effect_scope": states.EffectScope,
    "overall_outcome": Outcome,
}


def _outside(_case: object) -> Choices:
    return [(str(row.pk), str(row)) for row in OutsideParty.objects.filter(is_active=True)]


def _root_causes(_case: object) -> Choices:
    return [(str(row.pk), str(row)) for row in RootCause.objects.filter(is_active=True)]


def _declarations(_case: object) -> Choices:
    return [
        (str(value), str(label)) for value, label in states.Declaration.choices if value != states.Declaration.PENDING
    ]


BY_CASE = {
    "outside": _outside,
    "root_cause": _root_causes,
    "declaration": _declarations,
}

options.ENUMS |= ENUMS
options.BY_CASE |= BY_CASE
