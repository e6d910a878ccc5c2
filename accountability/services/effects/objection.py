"""Objections: referred for an opinion, upheld or dismissed by who stands above both departments. (AC-8)"""

from accountability.acts import Subject
from accountability.queries.superiors import common_superior
from accountability.services import hearings
from accountability.services.doing import Doing, effect
from accountability.services.effects.opinions import ask
from complaints.queries.organisation import Organisation
from complaints.services import appointed


def _clock(doing: Doing) -> str:
    return f"{Subject.OBJECTION}:{doing.subject.pk}"


@effect("refer")
def refer(doing: Doing) -> None:
    """Somebody from outside is asked; nothing is decided before the opinion has come back, declared independent."""
    doing.subject.opinion = ask(doing)
    due_at = doing.given.get("due_at")
    clock = appointed.running(doing.inquiry, _clock(doing))
    if due_at is not None and clock is not None and due_at > clock.due_at:
        appointed.move(doing.inquiry, _clock(doing), by=doing.by, reason=doing.act.code, due_at=due_at)


@effect("seek_superior")
def seek_superior(doing: Doing) -> None:
    """Whoever was to decide has left, or nobody was there: the way up is gone again."""
    objection = doing.subject
    route = common_superior(doing.inquiry, objection.hearing.party)
    doing.detail |= {"from": objection.superior_id, "to": route.person_id, "route": route.tried}
    objection.superior_id, objection.route = route.person_id, route.tried
    if route.person_id is None:
        doing.people_told.update(Organisation(doing.now).administrators())
    moved = appointed.move(
        doing.inquiry, _clock(doing), by=doing.by, reason=doing.reason, to=appointed.Owner(objection.superior)
    )
    if moved is None:
        hearings.start_decision_clock(doing, objection)


@effect("uphold")
def uphold(doing: Doing) -> None:
    """The party is right: responsibility is determined anew."""
    _decided(doing)


@effect("dismiss_objection")
def dismiss_objection(doing: Doing) -> None:
    """The determination stands."""
    _decided(doing)
    hearings.tell_when_all_are_heard(doing, doing.subject.hearing.determination)


def _decided(doing: Doing) -> None:
    objection = doing.subject
    objection.decided_by, objection.decided_at, objection.decision_reason = doing.by, doing.now, doing.reason
    appointed.end(doing.inquiry, _clock(doing), met=True, by=doing.by, reason=doing.act.code)
