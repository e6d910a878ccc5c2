"""What happened to one complaint, in one line of time: acts, clocks, communications. (DL-6, DESIGN §5)"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from complaints.acts import ACTS
from complaints.localised import localise
from complaints.models import (
    Category,
    Communication,
    ComplaintEvent,
    Deadline,
    DeadlineStep,
    Department,
    StepKind,
    User,
)
from complaints.policy_rules import PolicyRules
from complaints.punctuation import labelled
from complaints.queries.case import Case
from complaints.states import CaseRole, Difficulty, Grade, Kind, NoteKind, Outcome, State

#: Acts on the part of a case that the department complained of does not read.
CLOSED = frozenset({"log_communication", "take_note", "record_meeting", "reveal_contact"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `kind` is act, clock or communication; `lines` tell more."""

    at: datetime
    kind: str
    title: str
    round: int
    person: str = ""
    role: str = ""
    deputy_of: str = ""
    text: str = ""
    lines: tuple[str, ...] = ()
    state: str = ""
    state_name: str = ""
    is_alarm: bool = False
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class _Names:
    """Records that details of events name by their key."""

    people: Mapping[int, User]
    departments: Mapping[int, Department]
    categories: Mapping[int, Category]
    clocks: Mapping[int, Deadline]
    rules: PolicyRules


def timeline(case: Case, *, with_closed_part: bool) -> list[Entry]:
    """Everything that happened, the latest first, in eight queries at most.

    Without the closed part, acts on it are left out, and so are the words of communications.
    """
    events = list(
        ComplaintEvent.objects.filter(complaint=case.complaint).select_related("on_behalf_of").order_by("recorded_at")
    )
    said = list(Communication.objects.filter(complaint=case.complaint).select_related("made_by"))
    said = said if with_closed_part else []
    if not with_closed_part:
        events = [event for event in events if event.act not in CLOSED]
    names = _named(case, events)
    own = {(row.act, row.made_at): row for row in said}
    logged = {key for key in own if key[0] == "log_communication"}
    entries = [
        _event_entry(event, names, own.get((event.act, event.recorded_at)))
        for event in events
        if (event.act, event.recorded_at) not in logged
    ]
    told = {(event.act, event.recorded_at) for event in events if event.act != "log_communication"}
    entries += [_communication_entry(row) for row in said if (row.act, row.made_at) not in told]
    steps = DeadlineStep.objects.filter(deadline__complaint=case.complaint).select_related("deadline")
    # What escalated has an event of its own.
    entries += [_step_entry(step) for step in steps if step.kind != StepKind.ESCALATION]
    entries.reverse()  # of what happened at one moment, the later record first
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _named(case: Case, events: Sequence[ComplaintEvent]) -> _Names:
    people: set[int] = set()
    departments: set[int] = set()
    categories: set[int] = set()
    clocks: set[int] = set()
    for event in events:
        detail = event.detail
        people |= _keys(detail.get("handler")) | _keys(detail.get("person")) | _keys(detail.get("to"))
        clocks |= _keys(detail.get("deadline"))
        departments |= _keys(detail.get("department"))
        categories |= _keys(detail.get("classification", {}).get("category"))
    return _Names(
        User.objects.in_bulk(people),
        Department.objects.in_bulk(departments),
        Category.objects.in_bulk(categories),
        Deadline.objects.in_bulk(clocks),
        case.rules,
    )


def _keys(value: Any) -> set[int]:
    return {key for key in (value if isinstance(value, list) else [value]) if isinstance(key, int)}


def _event_entry(event: ComplaintEvent, names: _Names, said: Communication | None) -> Entry:
    moved = event.to_state != event.from_state and event.to_state
    return Entry(
        at=event.at,
        kind="act" if event.act not in {"breach", "escalate", "recompute"} else "clock",
        title=_title(event, names),
        round=event.round,
        person=event.actor_name or _("System"),
        role=str(CaseRole(event.actor_role).label) if event.actor_role in CaseRole.values else "",
        deputy_of=str(event.on_behalf_of or ""),
        text=said.content if said is not None else event.reason,
        lines=tuple(_detail_lines(event.detail, names)),
        state=str(moved or ""),
        state_name=str(State(event.to_state).label) if moved else "",
        is_alarm=event.act in {"breach", "escalate"},
        is_late=bool(event.detail.get("found_late")),
    )


def _title(event: ComplaintEvent, names: _Names) -> str:
    label = str(ACTS[event.act].label) if event.act in ACTS else event.act
    clock = names.clocks.get(event.detail.get("deadline", 0))
    return _("%(what)s: %(clock)s") % {"what": label, "clock": localise(clock.names)} if clock else label


def _communication_entry(row: Communication) -> Entry:
    lines = [] if row.reached else [_("Not reached.")]
    if row.carries_decision:
        lines.append(_("Carries the decision."))
    return Entry(
        at=row.happened_at,
        kind="communication",
        title=f"{row.get_direction_display()} · {row.get_medium_display()}",
        round=row.round,
        person=str(row.made_by or ""),
        text=row.content,
        lines=tuple(lines),
    )


def _step_entry(step: DeadlineStep) -> Entry:
    return Entry(
        at=step.planned_at,
        kind="clock",
        title=_("%(what)s: %(clock)s") % {"what": step.get_kind_display(), "clock": localise(step.deadline.names)},
        round=step.deadline.round,
        person=_("System"),
        lines=(_("To: %(role)s") % {"role": step.get_role_display()},),
        is_alarm=step.kind != StepKind.REMINDER,
        is_late=step.is_found_late,
    )


def _moment(text: str | None) -> str:
    if not text:
        return "–"
    return date_format(timezone.localtime(datetime.fromisoformat(text)), "Y-m-d H:i")


def _detail_lines(detail: Mapping[str, Any], names: _Names) -> Iterator[str]:
    """What an event keeps beside its reason, in words. Unknown keys stay unsaid."""
    yield from _classification_lines(detail.get("classification", {}), names)
    for key, label, words in (
        ("sheet", _("Contact sheet"), {}),
        ("ended", _("Contact sheet ended"), {}),
        ("plan", _("Handling sheet"), {}),
        ("outcome", _("Finding"), dict(Outcome.choices)),
        ("grade", _("Satisfaction"), dict(Grade.choices)),
        ("department", _("Department"), names.departments),
        ("person", _("Person"), names.people),
        ("alternative", _("Other way offered"), {}),
    ):
        if detail.get(key):
            yield labelled(label, words.get(detail[key], detail[key]))
    if "handler" in detail:
        yield _("Handler: %(old)s → %(new)s") % _pair(detail["handler"], names.people)
    if isinstance(detail.get("kind"), list):
        yield "{} → {}".format(*(dict(Kind.choices).get(code, code) for code in detail["kind"]))
    elif detail.get("kind") in NoteKind.values:
        yield str(NoteKind(detail["kind"]).label)
    yield from _escalation_lines(detail, names)
    if detail.get("until"):
        yield _("At the latest until %(moment)s") % {"moment": _moment(detail["until"])}
    for row in detail.get("moved", ()):
        yield _("Due moment of “%(clock)s”: %(old)s → %(new)s") % {
            "clock": _clock_name(row["clock"], names.rules),
            "old": _moment(row["old"]),
            "new": _moment(row["new"]),
        }


def _escalation_lines(detail: Mapping[str, Any], names: _Names) -> Iterator[str]:
    if detail.get("role") in CaseRole.values:
        person = names.people.get(detail.get("to", 0), "–")
        yield _("To: %(role)s") % {"role": f"{CaseRole(detail['role']).label} · {person}"}
    if "joined" in detail:
        yield _("Their answer about the same deadline is awaited already.")
    if "nobody_above" in detail:
        yield _("Nobody above is left to turn to.")


def _classification_lines(changed: Mapping[str, Any], names: _Names) -> Iterator[str]:
    severities = {level.code: localise(level.names) for level in names.rules.severities}
    for key, label, words in (
        ("category", _("Category"), names.categories),
        ("severity", _("Severity"), severities),
        ("difficulty", _("Difficulty"), dict(Difficulty.choices)),
    ):
        old, new = changed.get(key, [None, None])
        if old != new:
            yield _("%(label)s: %(old)s → %(new)s") % {"label": label, **_pair([old, new], words)}


def _pair(values: Sequence[Any], words: Mapping[Any, Any]) -> dict[str, str]:
    old, new = (str(words.get(value, value)) if value is not None else "–" for value in values)
    return {"old": old, "new": new}


def _clock_name(code: str, rules: PolicyRules) -> str:
    try:
        return localise(rules.clock(code).names)
    except KeyError:
        return code
