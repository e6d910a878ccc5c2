"""The register: what is entered stays, with its way from hand to hand and how it was judged. (AC-2, AC-3)"""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accountability.models import (
    Assignment,
    CustodyEntry,
    EvidenceFile,
    EvidenceItem,
    EvidenceReview,
    InquiryEvent,
    Membership,
)
from accountability.services import custody
from accountability.states import CustodyAct
from complaints.models import Absence, Complaint
from complaints.services.doing import ActRefusedError
from tests.accountability.determination.determining import determining
from tests.accountability.evidence.pieces import JUDGED, PDF, cite, given, inquiry, register, review, upload
from tests.factories import AppointmentFactory, UserFactory

pytestmark = pytest.mark.django_db


def log(item):
    return list(CustodyEntry.objects.filter(item=item).values_list("act", "by_name", "to", "remark"))


def refused(iw, code, by, *, on=None, **values):
    with pytest.raises(ActRefusedError) as found:
        iw.act(code, by, on=on, **values)
    return found.value.reasons


# -- entering ---------------------------------------------------------------------------------------------------------


def test_a_piece_is_entered_with_files_number_and_first_link():
    iw = inquiry()
    collected = iw.now - timedelta(days=1)
    item = register(
        iw,
        collected_at=collected,
        collected_place="三号仓库",
        holder="质检中心档案室",
        is_copy=True,
        is_restricted=True,
        files=[upload(), upload("照片.txt", b"x"), upload("又一份.pdf")],
    )
    assert item.number == f"{iw.c.number}-ZJ1"
    assert (item.complaint, item.investigation, item.round, item.status) == (iw.c, iw.investigation, 1, "held")
    assert (item.collected_by, item.collected_at, item.collected_place) == (iw.lead, collected, "三号仓库")
    assert (item.is_original, item.is_restricted, item.is_sealed, item.holder) == (False, True, False, "质检中心档案室")
    files = item.files.order_by("id").values_list("file_name", "content_type", "size", "added_by")
    assert list(files) == [
        ("检验报告.pdf", "application/pdf", len(PDF), iw.lead.pk),
        ("照片.txt", "text/plain", 1, iw.lead.pk),
    ]
    assert log(item) == [("collected", "lead", "质检中心档案室", "")]
    assert CustodyEntry.objects.get(item=item).at == collected
    event = InquiryEvent.objects.get(act="register_evidence")
    assert event.detail["number"] == item.number
    assert register(iw).number == f"{iw.c.number}-ZJ2"


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"files": [], "holder": ""}, "file, or something"),
        ({"files": [upload("空.pdf", b"")]}, "empty"),
        ({"files": [upload(), upload("b.jpg", PDF)]}, "not what its name says"),
        ({"title": "长" * 201}, "longer than 200"),
        ({"source": "a\x00b"}, "not understood"),
        ({"kind": "rumour"}, "not one of the choices"),
        ({"shows": ""}, "missing"),
    ],
)
def test_what_cannot_be_entered_leaves_nothing(values, why):
    iw = inquiry()
    reasons = refused(iw, "register_evidence", iw.lead, **given(iw, **values))
    assert any(why in reason for reason in reasons)
    assert not EvidenceItem.objects.exists()
    assert not EvidenceFile.objects.exists()


def test_evidence_of_the_future_is_refused():
    iw = inquiry()
    reasons = refused(iw, "register_evidence", iw.lead, **given(iw, collected_at=iw.now + timedelta(hours=1)))
    assert reasons == ["The evidence lies in the future."]


def test_a_piece_without_a_file_is_kept_by_somebody():
    iw = inquiry()
    item = register(iw, kind="physical", files=[], holder="证物室")
    assert not item.files.exists()
    assert item.holder == "证物室"


def test_limits_are_those_of_the_policy(monkeypatch):
    iw = inquiry()
    rules = type(iw.c.policy_version.rules.determination)
    monkeypatch.setattr(rules, "evidence_megabytes", property(lambda _self: 1), raising=False)
    monkeypatch.setattr(rules, "evidence_files", property(lambda _self: frozenset({"pdf"})), raising=False)
    assert register(iw).files.count() == 1
    assert "cannot be kept" in refused(iw, "register_evidence", iw.lead, **given(iw, files=[upload("a.txt", b"x")]))[0]
    large = upload("a.pdf", PDF + b" " * 1024 * 1024)
    assert "larger than 1 MB" in refused(iw, "register_evidence", iw.lead, **given(iw, files=[large]))[0]


@pytest.mark.parametrize("who", ["liaison", "workshop_head", "warehouse_liaison", "auditor", "nobody", "quality"])
def test_who_is_neither_of_the_group_nor_leads_the_case_enters_nothing(who):
    iw = inquiry()
    refused(iw, "register_evidence", getattr(iw.w, who), **given(iw))
    assert not EvidenceItem.objects.exists()


# -- custody ----------------------------------------------------------------------------------------------------------


def test_the_way_from_hand_to_hand():
    iw = inquiry()
    item = register(iw)
    iw.act("hand_over", iw.lead, on=item, to="质检中心", place="三楼", reason="送检")
    assert item.holder == "质检中心"
    iw.act("copy", iw.member, on=item, to="法务部", reason="备查")
    iw.act("seal", iw.lead, on=item, reason="防止改动")
    assert item.is_sealed
    assert refused(iw, "copy", iw.lead, on=item, to="某人", reason="看看") == ["The evidence is sealed."]
    assert refused(iw, "seal", iw.lead, on=item, reason="再封") == ["The evidence is sealed."]
    iw.act("unseal", iw.w.legal, on=item, reason="听取意见需要")
    assert not item.is_sealed
    assert refused(iw, "unseal", iw.lead, on=item, reason="x") == ["The evidence is not sealed."]
    assert log(item) == [
        ("collected", "lead", "", ""),
        ("handed_over", "lead", "质检中心", "送检"),
        ("copied", "member", "法务部", "备查"),
        ("sealed", "lead", "", "防止改动"),
        ("unsealed", "legal", "", "听取意见需要"),
    ]


def test_the_chain_never_runs_backwards():
    iw = inquiry()
    item = register(iw)
    late, early = iw.now + timedelta(hours=1), iw.now
    custody.record(item, CustodyAct.COPIED, by=iw.lead, now=late)
    custody.record(item, CustodyAct.SEALED, by=iw.lead, now=early)
    assert [act for act, *_ in log(item)] == ["collected", "copied", "sealed"]


def test_a_look_at_restricted_evidence_is_on_record_and_at_other_evidence_is_not():
    iw = inquiry()
    open_to_all, restricted = register(iw), register(iw, is_restricted=True)
    for item in (open_to_all, restricted):
        custody.record_look(item, by=iw.member, now=iw.now, at_what="检验报告.pdf")
    assert [act for act, *_ in log(open_to_all)] == ["collected"]
    assert log(restricted)[1:] == [("viewed", "member", "", "检验报告.pdf")]


# -- review -----------------------------------------------------------------------------------------------------------


def test_a_review_by_another_person_and_the_last_one_counts():
    iw = inquiry()
    item = register(iw)
    first = review(iw, item)
    assert (first.reviewer, first.collector) == (iw.member, iw.lead)
    second = review(iw, item, by=iw.w.legal, authenticity="doubtful", weight="weak")
    assert list(EvidenceReview.objects.filter(item=item)) == [first, second]


def test_who_collected_does_not_review():
    iw = inquiry()
    item = register(iw, by=iw.member)
    reasons = refused(iw, "review", iw.member, on=item, **JUDGED)
    assert reasons == ["Who collected the evidence, or stands in for that person, does not review it."]
    review(iw, item, by=iw.lead)


def test_who_stands_in_for_the_collector_does_not_review():
    iw = inquiry()
    Membership.objects.create(
        investigation=iw.investigation,
        person=iw.w.legal,
        declaration="no_interest",
        declared_at=iw.now,
        made_at=iw.now,
    )
    item = register(iw, by=iw.w.legal)
    deputy = UserFactory(username="deputy")
    AppointmentFactory(person=deputy, role="legal", department=iw.w.root)
    absence = {"starts_at": iw.now - timedelta(hours=1), "ends_at": iw.now + timedelta(days=1)}
    Absence.objects.create(person=iw.w.legal, deputy=deputy, **absence)
    assert len(refused(iw, "review", deputy, on=item, **JUDGED)) == 1
    Absence.objects.all().delete()
    review(iw, item, by=deputy)


def test_refuted_evidence_has_no_weight():
    iw = inquiry()
    item = register(iw)
    refused(iw, "review", iw.member, on=item, **(JUDGED | {"legality": "refuted"}))
    assert review(iw, item, legality="refuted", weight="none").weight == "none"


def forced_review(item, **values):
    row = JUDGED | {"item": item, "collector": item.collected_by, "reviewed_at": item.made_at} | values
    with transaction.atomic():
        return EvidenceReview.objects.create(**row)


def test_the_database_refuses_the_collector_too_even_under_another_name():
    iw = inquiry()
    item = register(iw)
    with pytest.raises(DatabaseError):
        forced_review(item, reviewer=iw.lead)
    with pytest.raises(DatabaseError, match="another person"):
        forced_review(item, reviewer=iw.lead, collector=iw.member)
    with pytest.raises(IntegrityError):
        forced_review(item, reviewer=iw.member, legality="refuted")
    assert not EvidenceReview.objects.exists()
    forced_review(item, reviewer=iw.member)


# -- withdrawn, superseded, cited -------------------------------------------------------------------------------------


def test_withdrawn_evidence_stays_with_the_reason():
    iw = inquiry()
    item = register(iw)
    refused(iw, "withdraw_evidence", iw.member, on=item, reason="误收")
    iw.act("withdraw_evidence", iw.lead, on=item, reason="误收他案材料")
    assert (item.status, item.end_reason) == ("withdrawn", "误收他案材料")
    assert log(item)[-1] == ("withdrawn", "lead", "", "误收他案材料")
    for code in ("review", "seal", "hand_over", "withdraw_evidence", "supersede"):
        refused(iw, code, iw.lead, on=item, reason="x")
    with pytest.raises(DatabaseError, match="in the file"):
        forced_review(item, reviewer=iw.member)


def test_superseded_evidence_points_to_what_took_its_place():
    iw = inquiry()
    old = register(iw)
    iw.act("supersede", iw.member, on=old, reason="补充原件", **given(iw, title="检验报告原件"))
    new = EvidenceItem.objects.get(title="检验报告原件")
    assert (old.status, old.superseded_by, old.end_reason) == ("superseded", new, "补充原件")
    assert (new.status, new.collected_by, new.number) == ("held", iw.member, f"{iw.c.number}-ZJ2")
    assert log(old)[-1] == ("superseded", "member", new.number, "补充原件")
    assert log(new) == [("collected", "member", "", "")]


@pytest.mark.parametrize("status", ["draft", "hearing", "final"])
def test_what_a_determination_cites_stays(status):
    iw = inquiry()
    item = register(iw)
    review(iw, item)
    determination = cite(iw, item, status=status)
    cited = f"The determination {determination.number} cites this evidence."
    assert refused(iw, "withdraw_evidence", iw.lead, on=item, reason="x") == [cited]
    assert refused(iw, "supersede", iw.lead, on=item, reason="x", **given(iw)) == [cited]
    if status == "final":
        assert "as it was reviewed" in refused(iw, "review", iw.member, on=item, **JUDGED)[0]
    else:
        review(iw, item, weight="medium")


def test_evidence_of_an_ended_investigation_stays_as_it_is():
    iw = inquiry()
    item = register(iw)
    type(iw.investigation).objects.filter(pk=iw.investigation.pk).update(status="concluded", ended_at=iw.now)
    ended = ["The investigation has ended: its evidence stays as it is."]
    assert refused(iw, "review", iw.member, on=item, **JUDGED) == ended
    assert refused(iw, "withdraw_evidence", iw.lead, on=item, reason="x") == ended
    iw.act("hand_over", iw.lead, on=item, to="档案室")


def next_round(iw):
    """The same complaint under investigation again, by a group that is led by somebody else."""
    type(iw.investigation).objects.filter(pk=iw.investigation.pk).update(status="concluded", ended_at=iw.now)
    made = {"made_by": iw.w.handler, "made_at": iw.now}
    again = type(iw.investigation).objects.create(complaint=iw.c, round=2, number="DC2", **made)
    Membership.objects.create(
        investigation=again,
        person=iw.personnel,
        is_lead=True,
        declaration="no_interest",
        declared_at=iw.now,
        **made,
    )
    iw.c.admissions.create(person=iw.personnel, reason="组长", admitted_at=iw.now)
    return again


def test_the_group_of_a_later_round_goes_on_with_the_evidence_of_the_earlier_ones():
    iw = inquiry()
    item = register(iw, is_restricted=True)
    later = next_round(iw)
    assert list(EvidenceItem.objects.visible_to(iw.personnel, iw.now)) == [item]
    review(iw, item, by=iw.personnel)
    refused(iw, "review", iw.member, on=item, **JUDGED)
    iw.act("supersede", iw.personnel, on=item, reason="补充", **given(iw))
    assert (item.superseded_by.investigation, item.superseded_by.round) == (later, 2)


# -- nothing is ever lost ---------------------------------------------------------------------------------------------


def test_the_database_deletes_and_rewrites_nothing_of_the_register():
    iw = inquiry()
    item = register(iw)
    judged = review(iw, item)
    file, entry, event = item.files.get(), CustodyEntry.objects.get(), InquiryEvent.objects.latest("id")
    rows: list[Any] = [item, file, judged, entry, event]
    for row in rows:
        with pytest.raises(DatabaseError, match=r"never (changed or )?deleted"), transaction.atomic():
            type(row).objects.filter(pk=row.pk)._raw_delete("default")
    changes = [
        (item, {"title": "另一份"}),
        (item, {"collected_by": iw.member}),
        (item, {"is_restricted": True}),
        (item, {"number": "X"}),
        (file, {"sha256": "0" * 64}),
        (file, {"size": 1}),
        (file, {"file_name": "b.pdf"}),
        (judged, {"weight": "weak"}),
        (entry, {"remark": "x"}),
        (event, {"reason": "x"}),
    ]
    for row, change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(**change)
    EvidenceFile.objects.filter(pk=file.pk).update(checked_at=iw.now, damage="missing")


def test_what_ended_does_not_come_back():
    iw = inquiry()
    item = register(iw)
    iw.act("withdraw_evidence", iw.lead, on=item, reason="误收")
    for change in ({"status": "held", "end_reason": ""}, {"end_reason": "另一个理由"}):
        with pytest.raises(DatabaseError, match="stays so"), transaction.atomic():
            EvidenceItem.objects.filter(pk=item.pk).update(**change)


# -- legal hold -------------------------------------------------------------------------------------------------------


def test_a_hold_is_placed_on_the_complaint_and_lifted_by_counsel():
    iw = inquiry()
    refused(iw, "place_hold", iw.lead, reason="诉讼")
    refused(iw, "lift_hold", iw.w.legal, reason="x")
    iw.act("place_hold", iw.w.head, reason="对方起诉")
    assert iw.c.is_held
    assert refused(iw, "place_hold", iw.w.legal, reason="再次") == ["A legal hold already stands."]
    refused(iw, "lift_hold", iw.w.head, reason="结案")
    with pytest.raises(DatabaseError, match="legal hold"), transaction.atomic():
        Complaint.objects.filter(pk=iw.c.pk)._raw_delete("default")
    iw.act("lift_hold", iw.w.legal, reason="撤诉")
    assert not iw.c.is_held
    hold = iw.c.legalholds.get()
    assert (hold.reason, hold.lifted_by, hold.lift_reason) == ("对方起诉", iw.w.legal, "撤诉")
    with pytest.raises(DatabaseError, match="stays so"), transaction.atomic():
        type(hold).objects.filter(pk=hold.pk).update(lifted_at=None, lifted_by=None)
    acts = list(iw.c.events.filter(act__in=["place_hold", "lift_hold"]).values_list("act", "actor_name", "reason"))
    assert acts == [("place_hold", "head", "对方起诉"), ("lift_hold", "legal", "撤诉")]
    iw.act("place_hold", iw.w.legal, reason="再次起诉")
    assert iw.c.is_held
    assert iw.c.legalholds.count() == 2


def test_a_draft_is_still_written_anew_under_a_hold():
    """What an act puts in place of one another is in the history; what the parties were heard on is frozen."""
    iw = determining()
    version = iw.written()
    rows = list(Assignment.objects.filter(determination=version).values_list("pk", flat=True))
    iw.act("place_hold", iw.w.legal, reason="诉讼")
    iw.written(on=version)
    again = Assignment.objects.filter(determination=version)
    assert again.count() == len(rows) > 0
    kept = set(Assignment.history.values_list("id", flat=True))
    assert {*rows, *again.values_list("pk", flat=True)} <= kept
