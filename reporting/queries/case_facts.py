"""Facts made from the records of cases, as they stood at any moment. (RP-1, RP-6)

Events say what happened and when; histories say what the case, its clocks and pauses looked like. The same reading
serves the present and a day long past, so that an old quarter can be made again from what was known then.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, Model, Q
from simple_history.utils import get_history_manager_for_model

from accountability.models import Assignment, Determination, DeterminedCause
from accountability.states import DeterminationStatus, Share
from complaints.models import (
    ClockPause,
    Complaint,
    ComplaintEvent,
    ContactSheet,
    Deadline,
    Escalation,
    Finding,
    Plan,
    PlanStatus,
    PolicyVersion,
    ReturnVisit,
)
from complaints.states import CaseRole
from reporting.facts import ENDINGS, Ending, Fact, Liability

#: Cases read at once.
BATCH = 500

_CASE = (
    "kind",
    "policy_version_id",
    "channel_id",
    "category_id",
    "severity",
    "difficulty",
    "product",
    "received_at",
    "first_contact_department_id",
    "owner_department_id",
    "responsible_department_id",
    "handler_id",
)
#: The first time an act is taken in a round, by the field that keeps when.
_FIRST = {
    "accept": "accepted_at",
    "dispatch": "dispatched_at",
    "acknowledge": "acknowledged_at",
    "approve_plan": "plan_approved_at",
    "agree": "agreed_at",
    "give_feedback": "feedback_at",
}
#: The last time one of the acts is taken in a round.
_LAST = {
    "determine": "determined_at",
    "waive_determination": "determined_at",
    "find_unfounded": "completed_at",
    "complete": "completed_at",
}
_BEGINNINGS = ("register", "continue_case", "reopen")


@dataclass(slots=True)
class _Records:
    """What was read of one batch, by complaint and round."""

    policies: dict[int, int]
    cases: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)
    events: dict[tuple[int, int], list[tuple[str, datetime]]] = field(default_factory=lambda: defaultdict(list))
    deadlines: dict[tuple[int, int], list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    pauses: dict[tuple[int, int], list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    escalations: dict[tuple[int, int], list[str]] = field(default_factory=lambda: defaultdict(list))
    sheets: dict[tuple[int, int], int] = field(default_factory=dict)
    findings: dict[tuple[int, int], str] = field(default_factory=dict)
    grades: dict[tuple[int, int], str] = field(default_factory=dict)
    amounts: dict[tuple[int, int], Any] = field(default_factory=dict)
    liabilities: dict[tuple[int, int], list[Liability]] = field(default_factory=lambda: defaultdict(list))
    causes: dict[tuple[int, int], int] = field(default_factory=dict)


def facts_of(complaints: Iterable[int], as_of: datetime | None = None) -> Iterator[tuple[list[Fact], list[Liability]]]:
    """The facts of the complaints with these keys, in batches, as the records stood at `as_of` (default: now).

    Cases that were not there yet have none. Memory does not grow with the number of cases.
    """
    policies = dict(PolicyVersion.objects.values_list("pk", "policy_id"))
    batch: list[int] = []
    for key in complaints:
        batch.append(key)
        if len(batch) == BATCH:
            yield _made(_read(batch, as_of, policies))
            batch = []
    if batch:
        yield _made(_read(batch, as_of, policies))


def _until(name: str, as_of: datetime | None) -> Q:
    return Q() if as_of is None else Q(**{f"{name}__lte": as_of})


def _versions(model: type[Model], keys: Collection[int], as_of: datetime | None, *names: str) -> Iterator[dict]:
    """Rows of a history, oldest first: the last of each record is what it was at the moment."""
    manager = get_history_manager_for_model(model)
    by = "id" if model is Complaint else "complaint_id"
    rows = manager.filter(_until("history_date", as_of), **{f"{by}__in": keys})
    yield from rows.order_by("history_date", "history_id").values("id", "history_type", *names).iterator(5000)


def _read(keys: list[int], as_of: datetime | None, policies: dict[int, int]) -> _Records:
    found = _Records(policies)
    for row in _versions(Complaint, keys, as_of, "round", *_CASE):
        found.cases[row["id"], row["round"]] = row
    events = ComplaintEvent.objects.filter(_until("recorded_at", as_of), complaint__in=keys)
    for complaint, round_, act, at in events.order_by("id").values_list("complaint_id", "round", "act", "at"):
        found.events[complaint, round_].append((act, at))
    _read_clocks(found, keys, as_of)
    _read_outcomes(found, keys, as_of)
    _read_liabilities(found, keys, as_of)
    return found


def _read_clocks(found: _Records, keys: list[int], as_of: datetime | None) -> None:
    names = ("complaint_id", "round", "started_at", "due_at", "met_at", "cancelled_at", "breached_at")
    latest: dict[int, dict] = {}
    for row in _versions(Deadline, keys, as_of, *names, "escalation_id", "subject"):
        latest[row["id"]] = row
    for _key, row in sorted(latest.items()):
        if row["history_type"] != "-" and row["escalation_id"] is None and not row["subject"]:
            found.deadlines[row["complaint_id"], row["round"]].append(row)
    pauses: dict[int, dict] = {}
    for row in _versions(ClockPause, keys, as_of, "complaint_id", "round", "starts_at", "ends_at", "cap_at"):
        pauses[row["id"]] = row
    for _key, row in sorted(pauses.items()):
        found.pauses[row["complaint_id"], row["round"]].append(row)
    escalations = Escalation.objects.filter(_until("opened_at", as_of), complaint__in=keys).order_by("id")
    for complaint, round_, role in escalations.values_list("complaint_id", "round", "role"):
        found.escalations[complaint, round_].append(role)


def _read_outcomes(found: _Records, keys: list[int], as_of: datetime | None) -> None:
    made = _until("made_at", as_of)
    sheets = ContactSheet.objects.filter(made, complaint__in=keys).order_by("id")
    for complaint, round_, department in sheets.values_list("complaint_id", "round", "department_id"):
        found.sheets[complaint, round_] = department
    findings = Finding.objects.filter(made, complaint__in=keys)
    found.findings = {(key, round_): outcome for key, round_, outcome in _values(findings, "outcome")}
    visits = ReturnVisit.objects.filter(made, complaint__in=keys)
    found.grades = {(key, round_): grade for key, round_, grade in _values(visits, "grade")}
    plans = Plan.objects.filter(_until("answered_at", as_of), complaint__in=keys, status=PlanStatus.AGREED)
    found.amounts = {(key, round_): amount for key, round_, amount in _values(plans, "amount")}


def _values(rows: Any, name: str) -> Iterator[tuple[int, int, Any]]:
    yield from rows.values_list("complaint_id", "round", name)


def _read_liabilities(found: _Records, keys: list[int], as_of: datetime | None) -> None:
    in_force = Q(status=DeterminationStatus.FINAL)
    if as_of is not None:
        in_force = Q(final_at__lte=as_of) & (in_force | Q(status=DeterminationStatus.SUPERSEDED, ended_at__gt=as_of))
    determinations = Determination.objects.filter(in_force, complaint__in=keys, round__gte=1, final_at__isnull=False)
    rows = (
        Assignment.objects.filter(determination__in=determinations)
        .exclude(share_kind=Share.NONE)
        .order_by("determination_id", "-share", "position")
        .values_list(
            "determination__complaint_id",
            "determination__round",
            "charge__party__kind",
            "charge__party__department_id",
            "charge__party__outside_id",
            "share_kind",
            "share",
            "determination__final_at",
        )
    )
    for complaint, round_, kind, department, outside, share_kind, share, final_at in rows:
        found.liabilities[complaint, round_].append(
            Liability(
                complaint_id=complaint,
                round=round_,
                party_kind=kind,
                department_id=department,
                outside_id=outside,
                share_kind=share_kind,
                share=share,
                final_at=final_at,  # type: ignore[arg-type] # asked for above
            )
        )
    causes = DeterminedCause.objects.filter(determination__in=determinations).order_by("-id")
    for complaint, round_, cause in causes.values_list(
        "determination__complaint_id", "determination__round", F("cause_id")
    ):
        found.causes[complaint, round_] = cause


def _made(found: _Records) -> tuple[list[Fact], list[Liability]]:
    facts = []
    for key, case in sorted(found.cases.items()):
        if any(act in _BEGINNINGS for act, _at in found.events[key]):
            facts.append(_fact(found, key, case))
    liabilities = [row for _key, rows in sorted(found.liabilities.items()) for row in rows]
    return facts, liabilities


def _fact(found: _Records, key: tuple[int, int], case: dict[str, Any]) -> Fact:
    events = found.events[key]
    following = next(((act, at) for act, at in found.events[key[0], key[1] + 1] if act in _BEGINNINGS), None)
    acts = [act for act, _at in events]
    begun_at = next(at for act, at in events if act in _BEGINNINGS)
    fact = Fact(
        complaint_id=key[0],
        round=key[1],
        kind=case["kind"],
        policy_id=found.policies[case["policy_version_id"]],
        channel_id=case["channel_id"],
        category_id=case["category_id"],
        severity=case["severity"],
        difficulty=case["difficulty"],
        product=case["product"],
        first_contact_department_id=case["first_contact_department_id"],
        owner_department_id=case["owner_department_id"],
        responsible_department_id=case["responsible_department_id"] or found.sheets.get(key),
        handler_id=case["handler_id"],
        received_at=case["received_at"] if key[1] == 1 else begun_at,
        returns=acts.count("return_sheet"),
        refusals=acts.count("disagree"),
        overdue=sum(row["breached_at"] is not None for row in found.deadlines[key]),
        escalations=len(found.escalations[key]),
        executive_escalations=found.escalations[key].count(CaseRole.EXECUTIVE),
        outcome=found.findings.get(key, ""),
        grade=found.grades.get(key, ""),
        amount=found.amounts.get(key),
        cause_id=found.causes.get(key),
    )
    _moments(fact, events, following)
    _pauses(fact, found.pauses[key])
    _response(fact, [row for row in found.deadlines[key] if row["started_at"] <= begun_at])
    _liable(fact, found.liabilities[key])
    return fact


def _moments(fact: Fact, events: list[tuple[str, datetime]], following: tuple[str, datetime] | None) -> None:
    """When the round reached each stage, how it ended, and whether the matter came up again."""
    for act, at in events:
        if act in _FIRST:
            if getattr(fact, _FIRST[act]) is None:
                setattr(fact, _FIRST[act], at)
        elif act in _LAST:
            setattr(fact, _LAST[act], at)
        if act in ENDINGS:
            fact.ended_at, fact.ending = at, ENDINGS[act]
    if following is not None:
        act, at = following
        if act == "continue_case":
            fact.ended_at, fact.ending = at, Ending.CONTINUED
        else:
            fact.reopened_at = at
    if fact.ended_at is not None:
        fact.ended_at = max(fact.ended_at, fact.received_at)


def _pauses(fact: Fact, pauses: list[dict[str, Any]]) -> None:
    for row in pauses:
        if row["ends_at"] is None:
            fact.paused_since = row["starts_at"]
        else:
            length = min(row["ends_at"], row["cap_at"]) - row["starts_at"]
            fact.paused_seconds += int(length.total_seconds())


def _response(fact: Fact, promised: list[dict[str, Any]]) -> None:
    """The first promise: of the clocks that ran from the beginning and were not called off, the one due first."""
    standing = [row for row in promised if row["cancelled_at"] is None]
    if standing:
        first = min(standing, key=lambda row: (row["due_at"], row["id"]))
        fact.response_due_at, fact.response_met_at = first["due_at"], first["met_at"]


def _liable(fact: Fact, liabilities: list[Liability]) -> None:
    """The department and the outside party that bear most; rows come with the largest shares first."""
    for row in liabilities:
        if row.outside_id is not None and fact.supplier_id is None:
            fact.supplier_id = row.outside_id
        if row.department_id is not None and fact.liable_department_id is None:
            fact.liable_department_id = row.department_id
