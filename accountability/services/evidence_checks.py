"""Looking whether every file of evidence is still what was kept: nightly, by hand, and whenever one is opened. (AC-2)

What is damaged is on record once, in the custody log of its evidence, and told to those who must act; so is a file that
is whole again. A run can be late, doubled or killed without harm: it goes on with what was looked at longest ago.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from accountability.acts import Subject
from accountability.models import EvidenceFile
from accountability.queries.evidence_notices import CHANGED, MANY, MISSING
from accountability.queries.inquiry import load
from accountability.queries.people import people_for
from accountability.services import custody, evidence_files
from accountability.states import CustodyAct, InquiryRole
from complaints.queries.organisation import Organisation
from complaints.services import notices, records
from complaints.states import CaseRole

BATCH = 200
#: Whom damage concerns: who needs the evidence, who answers for the case, who watches over the records.
TOLD = frozenset({InquiryRole.LEAD, CaseRole.OWNER_HEAD, CaseRole.QUALITY})
#: If this many are damaged at once the store is, and nobody reads a notice for each.
MOST_TOLD = 20
EXAMPLES = 5


@dataclass(slots=True)
class Report:
    """What a run found: how many files it looked at, are damaged, newly so, or whole again."""

    checked: int = 0
    damaged: int = 0
    newly: int = 0
    restored: int = 0
    examples: list[str] = field(default_factory=list)


def check(
    now: datetime,
    *,
    unseen_since: datetime | None = None,
    goes_on: Callable[[], bool] = lambda: True,
    on_damage: Callable[[EvidenceFile], None] = lambda _file: None,
) -> Report:
    """Compare every file with its digest that nobody looked at since `unseen_since` (default: all), oldest look first.

    Stops when it no longer `goes_on`; the next run takes up where this one ended. Each one that is damaged is handed to
    `on_damage`. Rows are read in batches and files in pieces, outside of any transaction.
    """
    report = Report()
    while goes_on() and (batch := _longest_ago(unseen_since or now)):
        sound: dict[int, datetime | None] = {}
        for row in batch:
            if not goes_on():
                break
            damage = evidence_files.damage_of(row.sha256, row.size)
            report.checked += 1
            if not damage and not row.damage:
                sound[row.pk] = now
            else:
                _count(report, row.damage, note(row.pk, damage, now, quietly=report.newly >= MOST_TOLD), on_damage)
        records.set_moments(EvidenceFile, "checked_at", sound)
    if report.newly > MOST_TOLD:
        _tell_of_many(report, now)
    return report


def _count(report: Report, before: str, row: EvidenceFile, on_damage: Callable[[EvidenceFile], None]) -> None:
    report.restored += not row.damage
    if not row.damage:
        return
    report.damaged += 1
    report.newly += row.damage != before
    if len(report.examples) < EXAMPLES:
        report.examples.append(row.item.number)
    on_damage(row)


def for_minutes(minutes: int) -> Callable[[], bool]:
    """Whether it is not yet that long since this was called."""
    end = time.monotonic() + 60 * minutes
    return lambda: time.monotonic() < end


def _longest_ago(since: datetime) -> list[EvidenceFile]:
    rows = EvidenceFile.objects.filter(Q(checked_at=None) | Q(checked_at__lt=since))
    return list(rows.order_by(F("checked_at").asc(nulls_first=True), "id")[:BATCH])


def note(file_id: int, damage: str, now: datetime, *, quietly: bool = False) -> EvidenceFile:
    """Record what a look at a file found at `now`; if that is news, in the custody log too, and tell people of damage.

    With `quietly` nobody is told. Two who find the same record it once.
    """
    with transaction.atomic():
        rows = EvidenceFile.objects.select_for_update(of=("self",)).select_related("item__investigation")
        row = rows.get(pk=file_id)
        if row.damage == damage:
            records.set_moments(EvidenceFile, "checked_at", {row.pk: now})
            return row
        row.damage, row.checked_at = damage, now
        records.save(row, by=None, reason=damage or "restored", now=now, fields=("damage", "checked_at"))
        act = CustodyAct.DAMAGED if damage else CustodyAct.RESTORED
        said = f"{row.file_name} · {row.get_damage_display()}" if damage else row.file_name
        entry = custody.record(row.item, act, by=None, now=now, remark=f"{said} · {row.sha256}")
        if damage and not quietly:
            _tell(row, key=f"damage:{entry.pk}", now=now)
        return row


def _tell(row: EvidenceFile, *, key: str, now: datetime) -> None:
    """To lead, head of the owning department, quality and administrators, by the number of the evidence and the name.

    The name is left out where few may see the evidence: mail leaves the house.
    """
    item = row.item
    inquiry = load(Subject.EVIDENCE, item, now)
    organisation = Organisation(now)
    people = people_for(TOLD, inquiry, organisation) | set(organisation.administrators())
    is_secret = item.is_restricted or inquiry.complaint.is_confidential
    notices.tell(
        sorted(people),
        complaint_id=None,
        key=key,
        kind=MISSING if row.damage == "missing" else CHANGED,
        detail={
            "number": inquiry.complaint.number,
            "subject": inquiry.key,
            "file": f"{item.number} {row.sha256[:12] if is_secret else row.file_name}",
        },
        now=now,
    )


def _tell_of_many(report: Report, now: datetime) -> None:
    """One notice for all that nobody was told of."""
    organisation = Organisation(now)
    people = {*organisation.everywhere(CaseRole.QUALITY), *organisation.administrators()}
    notices.tell(
        sorted(people),
        complaint_id=None,
        key=f"damage:{now:%Y-%m-%dT%H:%M}",
        kind=MANY,
        detail={"count": report.newly, "examples": report.examples},
        now=now,
    )
