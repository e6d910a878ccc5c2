"""Discipline records: reported from a case, heard and decided by human resources. (AC-12)"""

from accountability.services.doing import Doing, effect


@effect("hear_person")
def hear_person(doing: Doing) -> None:
    """What the person says, before anything is decided."""
    doing.subject.statement = doing.given["statement"]


@effect("decide")
def decide(doing: Doing) -> None:
    """What follows."""
    doing.subject.decision = doing.given["decision"]
    _decided(doing)


@effect("drop")
def drop(doing: Doing) -> None:
    """Nothing follows."""
    _decided(doing)


@effect("carry_out")
def carry_out(doing: Doing) -> None:
    """The decision was carried out."""
    doing.subject.carried_out_at = doing.now


def _decided(doing: Doing) -> None:
    record = doing.subject
    record.decision_reason, record.decided_by, record.decided_at = doing.reason, doing.by, doing.now
