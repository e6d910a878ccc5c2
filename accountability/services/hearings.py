"""Hearing the parties: who is heard, how long each has, and where an objection goes. (AC-8)

A hearing has an ordinary clock, which reminds the party; so has whoever decides an objection. What silence means is in
`services.silence`.
"""

from collections.abc import Iterator

from accountability.acts import Subject
from accountability.models import Determination, Hearing, Objection, Party
from accountability.queries.people import people_for, people_of_party
from accountability.queries.superiors import common_superior
from accountability.services.doing import Doing
from accountability.states import HearingStatus, ObjectionStatus
from complaints.models import User
from complaints.queries.calendars import working_calendar
from complaints.queries.organisation import Organisation
from complaints.services import appointed
from complaints.states import CaseRole

#: What a clock of a hearing is called where everybody reads it: not whose it is, nor what it is about.
CLOCK_NAMES = {"zh-hans": "当事方听取意见", "zh-hant": "當事方聽取意見", "en": "Hearing of a party"}
DECISION_NAMES = {"zh-hans": "异议待决定", "zh-hant": "異議待決定", "en": "Decision on an objection"}


def subject_of(hearing: Hearing) -> str:
    """What the clock of a hearing is called."""
    return f"{Subject.HEARING}:{hearing.pk}"


def open_all(doing: Doing, determination: Determination) -> list[Hearing]:
    """Hear each party that the version says something of, within the policy's limit, each once, with a clock."""
    inquiry = doing.inquiry
    limit = inquiry.rules.determination.hearing
    due_at = working_calendar(inquiry.complaint.calendar).add(doing.now, limit).due_at
    organisation = Organisation(doing.now)
    opened = []
    for party in _parties(determination):
        hearing = doing.add(Hearing, determination=determination, party=party, due_at=due_at)
        answering = people_of_party(party, organisation)
        appointed.start(
            inquiry,
            subject=subject_of(hearing),
            owner=User.objects.get(pk=answering[0]) if answering else None,
            names=CLOCK_NAMES,
            due_at=due_at,
            by=doing.by,
            answers=True,
            outlives=determination.supersedes_id is not None,
        )
        opened.append(hearing)
    inquiry.__dict__.pop("hearings", None)
    return opened


def _parties(determination: Determination) -> Iterator[Party]:
    seen: set[int] = set()
    rows = determination.assignments.select_related("charge__party").order_by("position")
    for party in (row.charge.party for row in rows):
        if party.pk not in seen:
            seen.add(party.pk)
            yield party


def answer(doing: Doing, hearing: Hearing, status: HearingStatus, text: str, *, medium: str = "") -> None:
    """Put down what a party answered. An objection goes to who stands above both departments at once."""
    hearing.status, hearing.answer, hearing.medium = status, text, medium
    hearing.answered_by, hearing.answered_at = doing.by, doing.now
    appointed.end(doing.inquiry, subject_of(hearing), met=True, by=doing.by, reason=doing.act.code)
    if status == HearingStatus.OBJECTED:
        file_objection(doing, hearing, text)
    tell_when_all_are_heard(doing, hearing.determination)


def tell_when_all_are_heard(doing: Doing, determination: Determination) -> None:
    """Whoever makes the version final learns that nothing stands in the way of it any more: the last answer was given.

    What is being answered or decided now is not saved yet, so it is left out here.
    """
    waiting = Hearing.objects.filter(determination=determination, status=HearingStatus.OPEN)
    disputed = Objection.objects.filter(hearing__determination=determination).exclude(status=ObjectionStatus.DISMISSED)
    own = doing.subject.pk
    if doing.inquiry.kind == Subject.HEARING:
        waiting = waiting.exclude(pk=own)
    if doing.inquiry.kind == Subject.OBJECTION:
        disputed = disputed.exclude(pk=own)
    if waiting.exists() or disputed.exists():
        return
    doing.people_told |= people_for({CaseRole.HANDLER}, doing.inquiry, Organisation(doing.now))
    doing.told["all_heard"] = True


def file_objection(doing: Doing, hearing: Hearing, grounds: str) -> Objection:
    """The party disputes: who decides is found at once, and reminded by a clock."""
    inquiry = doing.inquiry
    route = common_superior(inquiry, hearing.party)
    objection = doing.add(Objection, hearing=hearing, grounds=grounds, superior_id=route.person_id, route=route.tried)
    inquiry.__dict__.pop("objection", None)
    start_decision_clock(doing, objection)
    doing.detail |= {"objection": objection.pk, "route": route.tried}
    doing.told["objection"] = objection.pk
    if route.person_id is None:
        doing.people_told.update(Organisation(doing.now).administrators())
    return objection


def start_decision_clock(doing: Doing, objection: Objection) -> None:
    """Whoever decides has as long as a party has to answer."""
    inquiry = doing.inquiry
    limit = inquiry.rules.determination.hearing
    appointed.start(
        inquiry,
        subject=f"{Subject.OBJECTION}:{objection.pk}",
        owner=objection.superior,
        names=DECISION_NAMES,
        due_at=working_calendar(inquiry.complaint.calendar).add(doing.now, limit).due_at,
        by=doing.by,
        outlives=objection.hearing.determination.supersedes_id is not None,
    )


def lapse(doing: Doing, hearings: list[Hearing]) -> None:
    """The version is determined anew: whoever has not answered need not, and their silence means nothing."""
    for hearing in hearings:
        if hearing.status == HearingStatus.OPEN:
            hearing.status, hearing.answered_at = HearingStatus.LAPSED, doing.now
            doing.save(hearing)
            appointed.end(doing.inquiry, subject_of(hearing), met=False, by=doing.by, reason=doing.act.code)
