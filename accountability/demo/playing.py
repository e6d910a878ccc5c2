"""All inquiries of the demonstration, played at once and in the order of time, through the services, up to now."""

import heapq
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from itertools import count
from random import Random

from django.db import transaction
from django.utils import translation

from accountability.demo import afterwards, registers
from accountability.demo.acting import Inquiry
from accountability.demo.schedule import SLOTS, Slot, Way
from accountability.demo.script import Script
from accountability.models import Hearing, Investigation
from accountability.services import silence
from complaints.demo import texts
from complaints.demo.cast import Cast
from complaints.demo.foundation import founded_before
from complaints.demo.hours import Hours
from complaints.demo.playing import ANSWER_MINUTES, MINUTE, SLOW_TO_ANSWER
from complaints.demo.simulation import READ_AFTER
from complaints.models import Calendar, Complaint, Deadline, Escalation, MailStatus, Notice
from complaints.queries.calendars import working_calendar
from complaints.queries.case import Case
from complaints.queries.organisation import Organisation
from complaints.services import workflow
from complaints.services.doing import ActRefusedError
from complaints.services.sweep import sweep
from complaints.states import State


class NothingToInvestigateError(Exception):
    """No case of the demonstration waits for an investigation."""


def waiting(number: int) -> list[tuple[Slot, Complaint]]:
    """Cases that were left for an investigation and have none, with what is to come of them: at most so many."""
    rows = Complaint.objects.filter(
        state=State.INVESTIGATING, formal_round=None, subject__in=[s.subject for s in SLOTS]
    )
    rows = rows.exclude(pk__in=Investigation.objects.values("complaint"))
    found = {row.subject: row for row in rows.order_by("-pk")}
    return [(slot, found[slot.subject]) for slot in SLOTS if slot.subject in found][:number]


def investigate(number: int, seed: int, now: datetime) -> int:
    """Play up to `number` inquiries, all or none; how many. NothingToInvestigateError if no case waits for one."""
    with transaction.atomic(), translation.override("zh-hans"):
        chosen = waiting(number)
        if not chosen:
            raise NothingToInvestigateError
        registers.enter(founded_before(now))
        Playing(chosen, seed, now).run()
    return len(chosen)


class Playing:
    """Inquiries while they are played. What happens by itself happens between their acts, when it should."""

    def __init__(self, chosen: Sequence[tuple[Slot, Complaint]], seed: int, now: datetime) -> None:
        self.now = now
        self.cast = Cast()
        self.hours = Hours(working_calendar(Calendar.objects.get(code="cn")))
        self.inquiries = [Inquiry(slot, complaint, self.cast, self.hours, seed) for slot, complaint in chosen]
        self.complaints = [inquiry.complaint_id for inquiry in self.inquiries]
        self.rng = Random(f"{seed}/answers")  # noqa: S311 - no secret
        #: When open escalations are answered.
        self._answers: dict[int, datetime] = {}
        self._looked_on: date | None = None
        self._silent_at: datetime | None = None

    def run(self) -> None:
        """Play everything that happened until now."""
        self._look_for_escalations()
        last = Notice.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        for at, inquiry, act in self._in_order():
            self._until(at)
            inquiry.now = at
            try:
                act()
            except ActRefusedError as error:
                error.add_note(f"{inquiry.number} {inquiry.slot.tale}/{inquiry.slot.case}, {at:%Y-%m-%d %H:%M}")
                raise
        self._until(self.now)
        sweep(self.now)
        self._read_notices(last)

    def _in_order(self) -> Iterator[tuple[datetime, Inquiry, Callable[[], None]]]:
        """Acts of all inquiries up to now, the earliest first."""
        heap: list[tuple[datetime, int, Inquiry, Callable[[], None]]] = []
        places = count()
        for inquiry in self.inquiries:
            script = Script(inquiry)
            script.write()
            if script.final:
                afterwards.measures(script)
            if inquiry.slot.way != Way.WITHDRAWN:
                afterwards.go_on(script, afterwards.player(inquiry, self.now))
            for day, act in sorted(script.acts, key=lambda entry: entry[0]):
                at = inquiry.moment(day)
                if at <= self.now:
                    heapq.heappush(heap, (at, next(places), inquiry, act))
        while heap:
            at, _place, inquiry, act = heapq.heappop(heap)
            yield at, inquiry, act

    # -- what happens by itself ---------------------------------------------------------------------------------------

    def _until(self, at: datetime) -> None:
        """Sweeps, silence of parties, answers to escalations, each at its moment, until `at`."""
        while True:
            tick, silent = self._next_deadline(), self._next_silence(at)
            answer = min(self._answers.items(), key=lambda entry: (entry[1], entry[0]), default=None)
            moments = [moment for moment in (tick, silent, answer and answer[1]) if moment is not None]
            if not moments or min(moments) > at:
                return
            moment = min(moments)
            if tick == moment:
                sweep(moment)
                self._look_for_escalations()
            elif silent == moment:
                silence.close_silent(moment)
                self._looked_on = None
            elif answer is not None:
                self._answer(answer[0], moment)

    def _next_deadline(self) -> datetime | None:
        rows = Deadline.objects.filter(complaint__in=self.complaints, next_action_at__isnull=False)
        first = rows.order_by("next_action_at").values_list("next_action_at", flat=True).first()
        return _next_minute(first) if first is not None else None

    def _next_silence(self, at: datetime) -> datetime | None:
        """When the first party will have let its time pass. Nobody has less than a day: looked for once a day."""
        if self._looked_on != at.date():
            rows = Hearing.objects.filter(status="open", investigation__complaint__in=self.complaints)
            first = rows.order_by("due_at").values_list("due_at", flat=True).first()
            self._silent_at = _next_minute(first) if first is not None else None
            self._looked_on = at.date()
        return self._silent_at

    def _look_for_escalations(self) -> None:
        """Whoever was asked answers after a while."""
        rows = Escalation.objects.filter(complaint__in=self.complaints, answered_at=None).exclude(pk__in=self._answers)
        for row in rows.order_by("pk"):
            wait = ANSWER_MINUTES * self.rng.lognormvariate(0, SLOW_TO_ANSWER)
            self._answers[row.pk] = self.hours.later(row.opened_at, wait, "awake")

    def _answer(self, key: int, now: datetime) -> None:
        escalation = Escalation.objects.select_related("complaint").filter(pk=key, answered_at=None).first()
        if escalation is None:  # it ended with what it was about
            del self._answers[key]
            return
        case = Case(escalation.complaint, now)
        there = Organisation(now).present(escalation.addressee_id, case.recused_people)
        if there is None:
            self._answers[key] = self.hours.later(now, 480, "office")
            return
        given = {
            "row": str(key),
            "cause": self.rng.choice(texts.CAUSES),
            "improvement": self.rng.choice(texts.MEASURES),
        }
        workflow.perform(escalation.complaint_id, "answer_escalation", by=self.cast.people[there], now=now, given=given)

    def _read_notices(self, last: int) -> None:
        """All were mailed, and the older ones read."""
        rows = Notice.objects.filter(pk__gt=last)
        rows.update(mail_status=MailStatus.SENT, mail_attempts=1, mail_next_at=None)
        rows.filter(created_at__lt=self.now - READ_AFTER).update(read_at=self.now - READ_AFTER / 2)


def _next_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0) + MINUTE
