"""Every combination of subject, state, act and role of the inquiry, allowed or refused. (AC-1 … AC-13)

The expectation is written by hand in expected_acts.txt. It is compared with the code's own table, and then each of the
combinations is tried through the one service that acts.
"""

from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import transaction

from accountability import states
from accountability.acts import ACTS, Subject
from accountability.models import (
    DisciplineRecord,
    EvidenceItem,
    Hearing,
    Investigation,
    Measure,
    Membership,
    Objection,
)
from accountability.services import workflow
from accountability.states import InquiryRole
from complaints.services.doing import ActRefusedError
from complaints.states import CaseRole
from tests.accountability.determination.determining import determining
from tests.factories import UserFactory

ROLES = {
    "ld": InquiryRole.LEAD,
    "me": InquiryRole.MEMBER,
    "na": InquiryRole.NAMED,
    "pa": InquiryRole.PARTY,
    "su": InquiryRole.SUPERIOR,
    "ow": InquiryRole.OWNER,
    "ve": InquiryRole.VERIFIER,
    "re": InquiryRole.REPORTER,
    "pe": InquiryRole.PERSONNEL,
    "ha": CaseRole.HANDLER,
    "oh": CaseRole.OWNER_HEAD,
    "ex": CaseRole.EXECUTIVE,
    "qu": CaseRole.QUALITY,
    "le": CaseRole.LEGAL,
}
STATUSES = {
    Subject.INVESTIGATION: states.InvestigationStatus,
    Subject.EVIDENCE: states.EvidenceStatus,
    Subject.DETERMINATION: states.DeterminationStatus,
    Subject.HEARING: states.HearingStatus,
    Subject.OBJECTION: states.ObjectionStatus,
    Subject.MEASURE: states.MeasureStatus,
    Subject.DISCIPLINE: states.DisciplineStatus,
}


class Expected(NamedTuple):
    subject: Subject
    states: frozenset
    target: str | None
    roles: frozenset
    in_round: bool
    by_system: bool


def read_expected():
    table, subject = {}, Subject.INVESTIGATION
    for line in (Path(__file__).parent / "expected_acts.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            subject = Subject(line.strip("[]"))
        elif line.strip() and not line.startswith("#"):
            act, leaves, target, roles, marks = (part.strip() for part in line.split("|"))
            names = STATUSES[subject].values if leaves == "ALL" else leaves.split()
            assert set(names) <= set(STATUSES[subject].values), act
            table[act] = Expected(
                subject,
                frozenset(names),
                None if target == "-" else target,
                frozenset(ROLES[role] for role in roles.split()),
                "r" in marks,
                "s" in marks,
            )
    return table


EXPECTED = read_expected()


def test_the_code_knows_the_acts_of_the_table_and_no_others():
    known = {
        code: Expected(act.subject, act.sources, act.target, act.roles, act.in_round, act.by_system)
        for code, act in ACTS.items()
    }
    assert known == EXPECTED


def test_every_act_has_an_effect_or_needs_none():
    """What an act asks for must go somewhere: an act that asks, beyond a reason, has an effect."""
    from accountability.services.doing import EFFECTS  # noqa: PLC0415

    asking = {code for code, act in ACTS.items() if {ask.name for ask in act.asks} - {"reason"}}
    assert asking - set(EFFECTS) == set()
    assert set(EFFECTS) <= set(ACTS)


def test_every_status_is_reached_by_an_act_or_is_a_beginning():
    beginnings = {"waiver_proposed", "draft", "filed", "reported", "planned"}
    reached: dict[Subject, set[str | None]] = {subject: set() for subject in Subject}
    for act in ACTS.values():
        reached[act.subject].add(act.target)
        reached[act.subject] |= {status for status in act.sources if status in beginnings | {"open", "held"}}
    # By the effect of another act: recorded for a party, lapsed with its version, finally, concluded, superseded.
    by_effect = {
        Subject.INVESTIGATION: {"concluded"},
        Subject.DETERMINATION: {"superseded"},
        Subject.HEARING: {"lapsed"},
    }
    for subject, statuses in STATUSES.items():
        assert set(statuses.values) - reached[subject] == by_effect.get(subject, set())


# -- each combination -------------------------------------------------------------------------------------------------


class Table:
    """A case in which every role is held by somebody, with a subject of each kind that can be put in any state."""

    def __init__(self):
        self.iw = iw = determining()
        w = iw.w
        self.owner, self.reporter, self.superior = (UserFactory(username=name) for name in ("owner", "reporter", "up"))
        self.named = UserFactory(username="named")
        Membership.objects.create(investigation=iw.investigation, person=self.named, made_at=iw.now)
        offices = {
            w.handler: {CaseRole.HANDLER},
            w.head: {CaseRole.OWNER_HEAD},
            w.executive: {CaseRole.EXECUTIVE},
            w.quality: {CaseRole.QUALITY},
            w.legal: {CaseRole.LEGAL},
            w.auditor: {CaseRole.AUDITOR},
        }
        group = {
            iw.lead: {InquiryRole.LEAD, InquiryRole.MEMBER},
            iw.member: {InquiryRole.MEMBER},
            self.named: {InquiryRole.NAMED},
        }
        strangers: dict[Any, set] = {
            person: set() for person in (w.intake, w.administrator, self.owner, self.reporter, iw.personnel)
        }
        #: The workshop is complained of and a party: whatever office its people have, they judge nothing.
        concerned: dict[Any, set] = {w.liaison: set(), w.workshop_head: set(), self.superior: set()}
        inquiry = offices | group | strangers | concerned
        heard = inquiry | {w.liaison: {InquiryRole.PARTY}, w.workshop_head: {InquiryRole.PARTY}}
        self.people = {
            Subject.INVESTIGATION: inquiry,
            Subject.EVIDENCE: inquiry,
            Subject.DETERMINATION: inquiry,
            Subject.HEARING: heard,
            Subject.OBJECTION: heard | {self.superior: {InquiryRole.SUPERIOR}},
            Subject.MEASURE: dict.fromkeys(inquiry, frozenset())
            | {
                self.owner: {InquiryRole.OWNER},
                w.quality: {InquiryRole.VERIFIER},
                w.head: {CaseRole.OWNER_HEAD},
                w.executive: {CaseRole.EXECUTIVE},
            },
            Subject.DISCIPLINE: dict.fromkeys(inquiry, frozenset())
            | {iw.personnel: {InquiryRole.PERSONNEL}, self.reporter: {InquiryRole.REPORTER}},
        }

    def subject(self, kind, status):
        """The subject of a kind, in a state: by hand where the database lets it, by acts where it does not."""
        return getattr(self, f"_{kind}")(status)

    def _investigation(self, status):
        Investigation.objects.filter(pk=self.iw.investigation.pk).update(status=status, waiver_reason="事实清楚")
        return self.iw.investigation

    def _evidence(self, status):
        item = self.iw.evidence()
        values = {"status": status, "end_reason": "" if status == "held" else "重复"}
        if status == "superseded":
            values["superseded_by"] = self.iw.evidence()
        EvidenceItem.objects.filter(pk=item.pk).update(**values)
        return item

    def _determination(self, status):
        iw = self.iw
        if status == "draft":
            return iw.drafted()
        if status == "submitted":
            return iw.submitted()
        version = iw.approved() if status in {"hearing", "abandoned"} else iw.finalised()
        if status == "abandoned":
            iw.act("revise", iw.lead, on=version, reason="再议")
        if status == "superseded":
            iw.corrected(version)
        return version

    def _hearing(self, status):
        iw = self.iw
        version = iw.approved()
        hearing = iw.hearing(iw.workshop, version)
        values = {} if status == "open" else {"answered_at": iw.now}
        Hearing.objects.filter(pk=hearing.pk).update(status=status, **values)
        return hearing

    def _objection(self, status):
        hearing = self._hearing("objected")
        values = {}
        if status in {"upheld", "dismissed"}:
            values = {"decided_by": self.superior, "decided_at": self.iw.now, "decision_reason": "维持"}
        made = {"investigation": self.iw.investigation, "made_at": self.iw.now, "grounds": "比例过高"}
        return Objection.objects.create(hearing=hearing, superior=self.superior, status=status, **made, **values)

    def _measure(self, status):
        w = self.iw.w
        return Measure.objects.create(
            number="ZG-1",
            origin="季度报告",
            kind="corrective",
            title="复核",
            description="复核装配",
            department=w.service,
            owner=self.owner,
            due_at=self.iw.now,
            status=status,
            proof="照片",
            done_by=self.owner,
            done_at=self.iw.now,
            verified_by=w.quality,
            verified_at=self.iw.now,
            end_reason="不再需要",
            made_at=self.iw.now,
        )

    def _discipline(self, status):
        return DisciplineRecord.objects.create(
            number="JL-1",
            complaint=self.iw.c,
            offence="leak",
            name="某人",
            facts="外传材料",
            status=status,
            decided_by=self.iw.personnel,
            decided_at=self.iw.now,
            decision_reason="属实",
            made_by=self.reporter,
            made_at=self.iw.now,
        )


def _verdict(kind, subject, code, person, now):
    try:
        with transaction.atomic():
            workflow.perform(kind, subject.pk, code, by=person, now=now, given={})
            transaction.set_rollback(True)
    except ActRefusedError as refusal:
        return refusal.code
    return "taken"


def _right(expected, held, status, verdict):
    if expected.by_system:
        return verdict == "unknown"
    if not held:
        return verdict == "not_visible"
    if not held & expected.roles:
        return verdict == "not_allowed"
    if status not in expected.states:
        return verdict == "wrong_state"
    return verdict in ("taken", "missing")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "status"),
    [(kind, status) for kind in Subject for status in STATUSES[kind].values],
    ids=[f"{kind}-{status}" for kind in Subject for status in STATUSES[kind].values],
)
def test_each_role_is_allowed_or_refused_each_act(kind, status):
    table = Table()
    subject = table.subject(kind, status)
    subject.refresh_from_db()
    assert subject.status == status
    wrong = []
    for code, expected in EXPECTED.items():
        if expected.subject != kind:
            continue
        for person, held in table.people[kind].items():
            verdict = _verdict(kind, subject, code, person, table.iw.now)
            if not _right(expected, held, status, verdict):
                wrong.append((code, person.username, verdict))
    assert wrong == []


def test_every_role_of_the_table_is_tried_by_somebody():
    assert {role for expected in EXPECTED.values() for role in expected.roles} == set(ROLES.values()) - {
        InquiryRole.REPORTER  # sees the record, and does nothing with it
    }
