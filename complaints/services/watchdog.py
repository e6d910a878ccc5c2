"""Looking for what should have happened and did not: a second pair of eyes on clocks and mails (DL-4).

The sweep goes by `next_action_at` alone. The watchdog goes by everything else (due moments, schedules, recorded steps,
states of cases), so that a fault there does not hide itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from complaints.models import ANSWER_CLOCK, LASTING_CLOCK, Deadline, DeadlineStep, MailStatus, Notice
from complaints.queries.organisation import Organisation
from complaints.services import deadlines, notices
from complaints.states import ENDED, State

#: The sweep runs every minute: what is this much late, no sweep did.
PATIENCE = timedelta(minutes=10)
MAIL_PATIENCE = timedelta(hours=1)
EXAMPLES = 5
CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of thing that is wrong, how many there are, and the first of them."""

    code: str
    count: int
    examples: tuple[str, ...] = ()


def watch(now: datetime) -> list[Finding]:
    """Everything that is wrong at `now`; administrators are told of each kind once a day."""
    findings = [finding for finding in _look(now) if finding.count]
    people = Organisation(now).administrators() if findings else []
    for finding in findings:
        notices.tell(
            people,
            complaint_id=None,
            key=f"watchdog:{finding.code}:{timezone.localdate(now)}",
            kind="watchdog",
            detail={"finding": finding.code, "count": finding.count, "examples": list(finding.examples)},
            now=now,
        )
    return findings


def _look(now: datetime) -> Iterator[Finding]:
    running = Deadline.objects.filter(met_at=None, cancelled_at=None)
    late, mails = now - PATIENCE, Notice.objects.all()
    yield _of_deadlines("action_in_the_past", Deadline.objects.filter(next_action_at__lt=late))
    yield _not_recorded(running.filter(due_at__lt=late), late)
    yield _of_deadlines("runs_on_ended_case", _on_ended_cases(running))
    waiting = mails.filter(mail_status=MailStatus.WAITING, created_at__lt=now - MAIL_PATIENCE)
    yield Finding("mail_waits", waiting.count())
    yield Finding("mail_uncertain", mails.filter(mail_status=MailStatus.SENDING, mail_next_at__lt=late).count())
    yield Finding("mail_given_up", mails.filter(mail_status=MailStatus.DEAD).count())


def _of_deadlines(code: str, found: QuerySet[Deadline]) -> Finding:
    first = found.order_by("due_at", "id").values_list("complaint__number", "clock")[:EXAMPLES]
    return Finding(code, found.count(), tuple(f"{number} {clock}" for number, clock in first))


def _on_ended_cases(running: QuerySet[Deadline]) -> QuerySet[Deadline]:
    """Answers stay due when a case ends, and what the end itself started runs on (follow-up checks); nothing else."""
    ended = running.filter(complaint__state__in=ENDED).exclude(clock__in=(ANSWER_CLOCK, LASTING_CLOCK))
    return ended.filter(Q(complaint__state=State.ARCHIVED) | Q(started_at__lt=F("complaint__ended_at")))


def _not_recorded(overdue: QuerySet[Deadline], until: datetime) -> Finding:
    """Overdue deadlines of which something planned up to `until` is not on record."""
    count = 0
    examples: list[str] = []
    rows = overdue.order_by("due_at", "id").values_list("pk", "schedule", "breached_at", "complaint__number", "clock")
    remaining = rows.iterator(chunk_size=CHUNK)
    while chunk := list(islice(remaining, CHUNK)):
        done = set(
            DeadlineStep.objects.filter(deadline__in=[row[0] for row in chunk]).values_list("deadline_id", "position")
        )
        for pk, schedule, breached_at, number, clock in chunk:
            planned = {(pk, position) for position, _, _, text in schedule if deadlines.moment_of(text) <= until}
            if breached_at is None or planned - done:
                count += 1
                if len(examples) < EXAMPLES:
                    examples.append(f"{number} {clock}")
    return Finding("overdue_not_escalated", count, tuple(examples))
