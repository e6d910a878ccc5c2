"""Whatever anybody does in whatever order: no unsound determination, nothing final ever changes. (AC-6 … AC-8)

Walks through acts by everybody, right and wrong ones. After every step that changed anything the whole database is
looked at, in words of its own: what is checked here does not call the checks of the product. A step that is refused was
rolled back, and leaves what was looked at before.
"""

import os
import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from accountability.acts import ACTS, Subject
from accountability.models import (
    Assignment,
    Charge,
    Citation,
    Determination,
    EvidenceItem,
    Hearing,
    Membership,
    Objection,
    OutsideOpinion,
    Party,
)
from accountability.queries.content import digest_of, is_intact, said_by
from accountability.services import silence, workflow
from complaints.models import ComplaintEvent, Recusal
from complaints.queries import calendars
from complaints.services import workflow as cases
from complaints.services.doing import ActRefusedError
from tests.accountability.determination.determining import determining

pytestmark = pytest.mark.django_db

STEPS = 90
WALKS = range(int(os.environ.get("WALKS", "6")))
REVIEWS = ["strong", "strong", "medium", "weak", "none"]
FINDINGS = ["founded", "founded", "partly_founded", "unfounded", "insufficient_evidence"]
PARTS_OF_TWO = [
    (("primary", "70"), ("secondary", "30")),
    (("primary", "50"), ("secondary", "50")),
    (("equal", None), ("equal", None)),
    (("sole", None), ("none", None)),
    (("none", None), ("sole", None)),
    (("none", None), ("none", None)),
    (("primary", "70"), ("secondary", "20")),
    (("secondary", "70"), ("secondary", "30")),
    (("equal", "60"), ("equal", "40")),
    (("primary", "30"), ("secondary", "70")),
    (("primary", "50"), ("primary", "50")),
]


class AnyWalk:
    """One walk: what is done next is drawn; `steps` tells the whole way when something is wrong."""

    def __init__(self, seed):
        self.draw = random.Random(seed)  # noqa: S311 - a test that can be run again
        self.iw = iw = determining()
        iw.evidence(weight="")
        iw.evidence(weight="none")
        iw.evidence(complaint=iw.w.register())
        w = iw.w
        self.answering = [w.liaison, w.workshop_head]
        self.people = [
            iw.lead,
            iw.member,
            w.handler,
            w.head,
            w.executive,
            w.legal,
            w.quality,
            *self.answering,
            w.nobody,
        ]
        self.steps: list[str] = []
        self.taken: set[str] = set()
        self.is_changed = True
        #: What each version said when the parties were told of it; what was kept when it became final.
        self.said: dict[int, tuple] = {}
        self.kept: dict[int, tuple] = {}

    def take(self, count):
        for _step in range(count):
            self.is_changed = False
            self._step()
            if self.is_changed:
                self.check()

    # -- what is done -------------------------------------------------------------------------------------------------

    def _step(self):
        what = self.draw.choices(["likely", "anything", "time", "recuse"], [68, 22, 8, 2])[0]
        if what == "time":
            self.iw.later(days=self.draw.choice([1, 4, 9]))
            closed = silence.close_silent(self.iw.now)
            self.steps.append(f"time: {closed} silent")
            self.is_changed = bool(closed)
            self.taken |= {"fall_silent"} if closed else set()
        elif what == "recuse":
            self._recuse()
        else:
            self._act(*(self._likely() if what == "likely" else self._anything()))

    def _likely(self):
        """Something that the table allows in the present state, by somebody who usually may."""
        iw, version = self.iw, self.iw.version
        by = {
            "draft": [("write", iw.lead)] * 2 + [("submit", iw.lead)] * 3,
            "submitted": [("approve", iw.w.head), ("approve", iw.w.executive), ("send_back", iw.w.head)],
            "hearing": [("finalise", iw.w.handler)] * 3 + [("revise", iw.lead)] + [("hear", None)] * 5,
            "final": [("correct", iw.w.handler), ("correct", iw.w.head)],
        }
        choices = by.get(version.status if version is not None else "", [("draft", iw.lead), ("find", iw.lead)])
        choices = [*choices, ("review", self.draw.choice([iw.w.legal, iw.w.quality]))]
        code, person = self.draw.choice(choices)
        if code == "hear":
            return self._hear()
        kind = ACTS[code].subject
        return code, person, self._subject(kind) if kind != Subject.DETERMINATION else version

    def _hear(self):
        """Hearings and objections go on."""
        iw, draw = self.iw, self.draw
        objection = Objection.objects.filter(status__in=["filed", "referred"]).order_by("id").first()
        if objection is not None:
            opinion = objection.opinion
            if opinion is not None and opinion.received_at is None:
                return "record_opinion", iw.lead, iw.investigation
            choices = [("refer", iw.lead), ("dismiss_objection", iw.w.executive), ("uphold", iw.w.executive)]
            choices += [("dismiss_objection", iw.w.executive), ("seek_superior", iw.w.handler)]
            return (*draw.choice(choices), objection)
        waiting = list(Hearing.objects.filter(status="open").order_by("id"))
        hearing = draw.choice(waiting) if waiting else None
        if hearing is None:
            return "finalise", iw.w.handler, iw.version
        if hearing.party.outside_id is not None:
            return "record_answer", iw.lead, hearing
        return draw.choice(["accept_determination", "object"]), iw.w.liaison, hearing

    def _anything(self):
        """Any act by anybody on anything."""
        codes = [
            code
            for code, act in ACTS.items()
            if act.subject in {Subject.EVIDENCE, Subject.DETERMINATION, Subject.HEARING, Subject.OBJECTION}
        ]
        codes += ["draft", "find", "charge", "add_allegation", "add_party", "appoint", "declare_interests"]
        code = self.draw.choice(codes)
        return code, self.draw.choice(self.people), self._subject(ACTS[code].subject)

    def _subject(self, kind):
        models: dict[Subject, Any] = {
            Subject.EVIDENCE: EvidenceItem,
            Subject.DETERMINATION: Determination,
            Subject.HEARING: Hearing,
            Subject.OBJECTION: Objection,
        }
        if kind == Subject.INVESTIGATION:
            return self.iw.investigation
        rows = list(models[kind].objects.order_by("id"))
        if kind == Subject.EVIDENCE:
            rows = [row for row in rows if row.complaint_id == self.iw.c.pk]
        return self.draw.choice(rows) if rows else None

    def _act(self, code, by, subject):
        if subject is None:
            return
        iw = self.iw
        away = set(Recusal.objects.filter(complaint=iw.c).values_list("person_id", flat=True))
        line = f"{code} by {by} on {subject}"
        try:
            with transaction.atomic():
                workflow.perform(ACTS[code].subject, subject.pk, code, by=by, now=iw._tick(), given=self._given(code))
        except ActRefusedError as refusal:
            self.steps.append(f"{line}: {refusal.code} {refusal.reasons}")
            return
        self.steps.append(f"{line}: taken")
        self.taken.add(code)
        self.is_changed = True
        assert by.pk not in away or code in {"accept_determination", "object"}, "whoever must keep away acted"
        iw.investigation.refresh_from_db()
        iw.c.refresh_from_db()

    def _recuse(self):
        person = self.draw.choice([self.iw.member, self.iw.w.legal, self.iw.lead, self.iw.w.quality])
        try:
            with transaction.atomic():
                given = {"person": person, "reason": "亲属"}
                cases.perform(self.iw.c.pk, "recuse", by=self.iw.w.head, now=self.iw._tick(), given=given)
        except ActRefusedError:
            return
        self.steps.append(f"{person} must keep away")
        self.taken.add("recuse")
        self.is_changed = True
        self.iw.c.refresh_from_db()

    # -- what is given ------------------------------------------------------------------------------------------------

    def _given(self, code):
        draw, iw = self.draw, self.iw
        likely = {
            "write": self._written,
            "review": lambda: self._judged(draw.choice(REVIEWS)),
            "find": lambda: {
                "row": str(draw.choice(list(Charge.objects.order_by("id"))).pk),
                "finding": draw.choice(FINDINGS),
                "reason": "经查",
            },
            "charge": lambda: {
                "allegation": str(iw.charges[0].allegation_id),
                "party": str(draw.choice(list(Party.objects.order_by("id"))).pk),
            },
            "add_allegation": lambda: {"text": "又一项", "parties": [str(iw.workshop.pk)]},
            "add_party": lambda: {"kind": "employee", "person": draw.choice([iw.w.legal, iw.w.intake])},
            "appoint": lambda: {"person": draw.choice([iw.member, iw.w.quality]), "is_lead": draw.random() < 0.3},
            "declare_interests": lambda: {"declaration": "no_interest"},
            "hand_over": lambda: {"to": "档案室"},
            "copy": lambda: {"to": "法务", "reason": "备查"},
            "supersede": lambda: self._registered() | {"reason": "更清晰"},
            "approve": lambda: {"opinion": "同意"},
            "finalise": lambda: {"opinion": "已查明"},
            "accept_determination": dict,
            "object": lambda: {"grounds": "比例过高"},
            "record_answer": lambda: {
                "medium": "phone",
                "answer": "知悉",
                "is_objection": draw.random() < 0.3,
            },
            "extend": lambda: {"due_at": iw.now + timedelta(days=20), "reason": "补充"},
            "refer": lambda: {"kind": "assessor", "expert": "王教授", "question": "成因？"},
            "record_opinion": self._opinion,
        }
        has_reason = any(ask.name == "reason" for ask in ACTS[code].asks)
        return likely.get(code, lambda: {"reason": "理由"} if has_reason else {})()

    def _judged(self, weight):
        judged = "refuted" if weight == "none" else "established"
        named = dict.fromkeys(("authenticity", "legality", "relevance"), judged)
        return named | {"weight": weight, "opinion": "审查意见"}

    def _registered(self):
        given = {"kind": "written", "title": "重印件", "shows": "同前", "source": "仓库", "holder": "档案室"}
        return given | {"collected_at": self.iw.now}

    def _opinion(self):
        row = OutsideOpinion.objects.filter(received_at=None).order_by("id").first()
        return {"row": str(row.pk if row else 0), "opinion": "成因在零件", "is_independent": self.draw.random() < 0.9}

    def _written(self):
        draw = self.draw
        items = list(EvidenceItem.objects.order_by("id"))
        findings = dict(Charge.objects.values_list("pk", "finding"))
        bearing = [row for row in Charge.objects.order_by("id") if row.finding in {"founded", "partly_founded"}]
        kinds = draw.choice(PARTS_OF_TWO[:6] if draw.random() < 0.75 else PARTS_OF_TWO)
        rows = []
        for charge, (kind, share) in zip(bearing[:2], kinds, strict=False):
            evidence = [draw.choice(items).pk] if draw.random() < 0.2 else [self.iw.cited.pk]
            values: dict[str, Any] = {"evidence": evidence}
            if draw.random() < 0.1:
                values["causation"] = draw.choice(["unclear", "none"])
            if draw.random() < 0.1:
                values |= {"had_ability": draw.choice([None, False]), "is_system_failure": True}
            if draw.random() < 0.1:
                values["finding"] = draw.choice(FINDINGS)
            rows.append(self.iw.row(charge, kind, share, **(values if kind != "none" else {})))
        rows += [self.iw.row(charge, "none") for charge in bearing[2:]]
        found = set(findings.values()) & {"founded", "partly_founded"}
        outcome = (
            draw.choice(["founded", "partly_founded"]) if found else draw.choice(["unfounded", "insufficient_evidence"])
        )
        return {"outcome": outcome, "facts": "事实", "reasoning": "理由", "assignments": rows}

    # -- what must hold -----------------------------------------------------------------------------------------------

    def check(self):
        for version in Determination.objects.all():
            if version.status in {"hearing", "final"}:
                self._shares_are_sound(version)
                self._evidence_is_sound(version)
                self._people_are_others(version)
            if version.status == "final":
                self._is_heard_and_clear(version)
            self._stays(version)
        self._complaint_went_once()
        for statuses in (["final"], ["draft", "submitted", "hearing"]):
            assert Determination.objects.filter(status__in=statuses).count() <= 1

    def _shares_are_sound(self, version):
        by_allegation: dict[int, list[Assignment]] = {}
        for row in Assignment.objects.filter(determination=version):
            by_allegation.setdefault(row.allegation_id, []).append(row)
        for rows in by_allegation.values():
            bearing = [row for row in rows if row.share_kind != "none"]
            assert sum(row.share for row in rows) == (Decimal("100.00") if bearing else 0)
            leading = sum(row.share_kind in {"sole", "primary"} for row in bearing)
            is_equal = {row.share_kind for row in bearing} == {"equal"}
            assert not bearing or leading + is_equal == 1
            assert all(row.finding in {"founded", "partly_founded"} for row in bearing)

    def _evidence_is_sound(self, version):
        for row in Assignment.objects.filter(determination=version):
            cited = Citation.objects.filter(assignment=row).select_related("evidence", "review")
            assert row.share_kind == "none" or cited
            for citation in cited:
                item, review = citation.evidence, citation.review
                assert (item.status, item.complaint_id, review.item_id) == ("held", self.iw.c.pk, item.pk)
                assert review.reviewer_id != item.collected_by_id
                assert review.weight != "none"
                if version.status == "final":
                    assert item.reviews.order_by("-reviewed_at", "-id")[0].weight != "none"

    def _people_are_others(self, version):
        group = set(Membership.objects.filter(investigation=version.investigation).values_list("person_id", flat=True))
        assert version.approved_by_id not in {version.made_by_id, version.submitted_by_id, None}
        # Whoever joined the group afterwards approved as who they were then.
        joined = Membership.objects.filter(person=version.approved_by_id, made_at__gt=version.approved_at).exists()
        assert version.approved_by_id not in group or joined

    def _is_heard_and_clear(self, version):
        rows = Assignment.objects.filter(determination=version).select_related("charge")
        assert not rows.filter(causation="unclear").exists()
        assert {row.charge_id: row.finding for row in rows} == dict(Charge.objects.values_list("pk", "finding"))
        hearings = Hearing.objects.filter(determination=version)
        assert {row.party_id for row in hearings} == {row.charge.party_id for row in rows}
        assert set(hearings.values_list("status", flat=True)) <= {"accepted", "silent", "objected"}
        objections = Objection.objects.filter(hearing__determination=version)
        assert set(objections.values_list("status", flat=True)) <= {"dismissed"}
        for objection in objections:
            assert objection.decided_by_id not in {version.approved_by_id, version.submitted_by_id, version.made_by_id}
            assert objection.opinion is None or objection.opinion.is_independent
        if version.pk not in self.kept:
            self._nobody_had_to_keep_away(version)

    def _nobody_had_to_keep_away(self, version):
        """In the moment in which it became final."""
        cited = Citation.objects.filter(assignment__determination=version).select_related("evidence", "review")
        involved = {version.made_by_id, version.submitted_by_id, version.approved_by_id}
        involved |= {row.evidence.collected_by_id for row in cited} | {row.review.reviewer_id for row in cited}
        away = set(Recusal.objects.filter(complaint=self.iw.c).values_list("person_id", flat=True))
        away |= set(Party.objects.filter(investigation=version.investigation).values_list("person_id", flat=True))
        assert not involved & (away - {None})

    def _stays(self, version):
        if version.status in {"hearing", "final", "superseded", "abandoned"}:
            assert version.sha256 == digest_of(version.content)
            said = (version.sha256, digest_of(said_by(version)))
            assert self.said.setdefault(version.pk, said) == said
            assert is_intact(version)
        if version.status in {"final", "superseded"}:
            kept = (version.final_at, version.final_by_id)
            assert self.kept.setdefault(version.pk, kept) == kept

    def _complaint_went_once(self):
        moved = ComplaintEvent.objects.filter(complaint=self.iw.c, act__in=["determine", "find_unfounded"]).count()
        finals = Determination.objects.filter(status__in=["final", "superseded"]).exists()
        assert moved == finals
        assert (self.iw.investigation.status == "concluded") == finals
        assert (self.iw.c.state == "investigating") != finals


#: What the walks must have come to, or they prove nothing.
WANTED = {
    *("write", "submit", "approve", "finalise", "correct", "revise", "send_back", "record_answer", "object"),
    *("accept_determination", "dismiss_objection", "uphold", "refer", "review", "fall_silent", "recuse"),
}


def test_many_walks():
    taken = set()
    for seed in WALKS:
        calendars._laid_out.cache_clear()
        with transaction.atomic():
            walk = AnyWalk(seed)
            try:
                walk.take(STEPS)
            except Exception as error:
                error.add_note("\n".join([f"walk {seed}", *walk.steps]))
                raise
            transaction.set_rollback(True)
        taken |= walk.taken
    assert WANTED - taken == set()
    assert taken <= set(ACTS) | {"recuse"}
