"""Forms of acts: recorded through one call, refused with reasons, nothing lost that was typed."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accountability.acts import ACTS, Subject
from accountability.admin.opening import FOLDERS
from accountability.models import Charge, Determination, EvidenceItem, Fact, Hearing, Objection
from complaints.acts import AskKind
from complaints.admin.forms.act_form import MAKERS
from tests.accountability.determination.determining import determining
from tests.accountability.pages.asking import address, form_page, send, shown
from tests.pages import assert_proper

pytestmark = pytest.mark.django_db

#: Built once for all tests of this file.
BUILD = determining


class TestEveryForm:
    """Each act of each subject has a form that opens, for somebody who may take it."""

    def test_acts_on_the_investigation(self, client, iw):
        acts = [act for act in ACTS.values() if act.subject == Subject.INVESTIGATION and not act.by_system]
        acts = [act for act in acts if "open" in act.sources]
        statuses: dict[str, set[int]] = {act.code: set() for act in acts}
        for person in (iw.lead, iw.w.legal, iw.w.handler):
            client.force_login(person)
            for act in acts:
                answer = client.get(address(iw.investigation, act.code))
                statuses[act.code].add(answer.status_code)
                if answer.status_code == 200:
                    assert_proper(answer)
                    names = set(answer.context["form"].fields)
                    assert names == {ask.name for ask in act.asks} | {"seen_version", "seen_event"}
        assert set().union(*statuses.values()) <= {200, 403}
        named = {"declare_interests"}  # for who is named, below
        assert {code for code, found in statuses.items() if 200 not in found} == named

    def test_acts_on_evidence(self, client, iw):
        for act in ACTS.values():
            if act.subject == Subject.EVIDENCE:
                assert_proper(form_page(client, iw.lead, iw.cited, act.code))

    def test_every_kind_of_ask_has_a_field(self):
        assert {ask.kind for act in ACTS.values() for ask in act.asks} <= set(MAKERS)
        assert set(FOLDERS) == set(Subject)
        assert AskKind.TABLE in MAKERS

    def test_declaring_interests_before_anything_is_seen(self, client, iw):
        iw.act("appoint", iw.w.handler, person=iw.w.warehouse_liaison)
        person = iw.w.warehouse_liaison
        assert_proper(form_page(client, person, iw.investigation, "declare_interests"))
        assert form_page(client, person, iw.investigation, "add_fact").status_code == 404
        answer = send(client, person, iw.investigation, "declare_interests", declaration="no_interest")
        assert answer.status_code == 302
        assert client.get(reverse("admin:investigation", args=[iw.investigation.pk])).status_code == 200

    def test_who_declares_an_interest_sees_nothing_more(self, client, iw):
        iw.act("appoint", iw.w.handler, person=iw.w.warehouse_liaison)
        given = {"declaration": "interest", "interest": "亲属"}
        answer = send(client, iw.w.warehouse_liaison, iw.investigation, "declare_interests", **given)
        assert answer.headers["Location"] == "/"
        assert client.get(reverse("admin:investigation", args=[iw.investigation.pk])).status_code == 404


class TestTaking:
    def test_evidence_with_two_files(self, client, iw):
        files = [SimpleUploadedFile("出库单.txt", b"10:00"), SimpleUploadedFile("汇总.csv", b"a,b\n1,2\n")]
        given = {"kind": "written", "title": "出库单", "shows": "晚了", "source": "仓库", "files": files}
        given["collected_at"] = iw.now.strftime("%Y-%m-%dT%H:%M")
        answer = send(client, iw.member, iw.investigation, "register_evidence", **given)
        assert answer.status_code == 302
        item = EvidenceItem.objects.latest("pk")
        assert {file.file_name for file in item.files.all()} == {"出库单.txt", "汇总.csv"}
        page = client.get(reverse("admin:evidence", args=[item.pk]))
        assert_proper(page)
        assert item.files.earliest("pk").sha256 in shown(page)

    def test_a_file_of_another_kind_is_refused_and_what_was_typed_is_kept(self, client, iw):
        given: dict[str, Any] = {"kind": "written", "title": "可执行文件", "shows": "晚了", "source": "仓库"}
        given |= {"collected_at": "2026-11-20T09:00", "files": [SimpleUploadedFile("a.exe", b"MZ\x90\x00")]}
        answer = send(client, iw.member, iw.investigation, "register_evidence", **given)
        assert_proper(answer, 422)
        assert "可执行文件" in answer.content.decode()
        assert not EvidenceItem.objects.filter(title="可执行文件").exists()

    def test_the_collector_is_told_why_they_do_not_review(self, client, iw):
        item = iw.evidence(weight="", collector=iw.member)
        answer = form_page(client, iw.member, item, "review")
        assert_proper(answer)
        assert "Who collected the evidence, or stands in for that person, does not review it." in shown(answer)
        good = {"authenticity": "established", "legality": "established", "relevance": "established"}
        client.force_login(iw.member)
        sent = client.post(
            address(item, "review"),
            {**good, "weight": "strong", "opinion": "可采信", "seen_version": 1, "seen_event": 0},
        )
        assert sent.status_code in {409, 422}
        assert not item.reviews.exists()
        assert send(client, iw.lead, item, "review", **good, weight="strong", opinion="可采信").status_code == 302
        assert item.reviews.get().reviewer == iw.lead

    def test_who_may_not_is_told_who_may_and_gets_back_what_was_typed(self, client, iw):
        client.force_login(iw.w.auditor)
        answer = client.post(address(iw.investigation, "conclude_findings"), {"findings": "已查明"})
        assert_proper(answer, 403)
        text = shown(answer)
        assert "You may not take the act “Write the findings” here." in text
        assert "Lead investigator (lead)" in text
        assert "已查明" in text

    def test_an_act_of_another_state_says_so(self, client, iw):
        iw.drafted()
        version = iw.version
        answer = form_page(client, iw.w.head, version, "approve")
        assert_proper(answer, 403)
        assert "Draft" in shown(answer)
        client.force_login(iw.w.head)
        assert client.post(address(version, "approve"), {"opinion": "同意"}).status_code == 409

    def test_somebody_elses_change_in_between_is_shown_before_the_act_is_taken(self, client, iw):
        opened = form_page(client, iw.lead, iw.investigation, "add_fact").context["form"]
        hidden = {name: opened.initial[name] for name in ("seen_version", "seen_event")}
        iw.act("add_fact", iw.member, statement="别人写的事实")
        answer = client.post(address(iw.investigation, "add_fact"), {**hidden, "statement": "我写的事实"})
        assert_proper(answer, 409)
        text = answer.content.decode()
        assert "member · Name a fact to be proved" in text
        assert "我写的事实" in text
        form = answer.context["form"]
        again = {name: form[name].value() for name in ("seen_version", "seen_event")}
        assert (
            client.post(address(iw.investigation, "add_fact"), {**again, "statement": "我写的事实"}).status_code == 302
        )
        assert set(Fact.objects.values_list("statement", flat=True)) == {"别人写的事实", "我写的事实"}

    def test_a_button_pressed_twice_records_once(self, client, iw):
        opened = form_page(client, iw.lead, iw.investigation, "add_fact").context["form"]
        given = {name: opened.initial[name] for name in ("seen_version", "seen_event")} | {"statement": "一次"}
        assert client.post(address(iw.investigation, "add_fact"), given).status_code == 302
        assert client.post(address(iw.investigation, "add_fact"), given).status_code == 409
        assert Fact.objects.count() == 1

    def test_an_act_of_another_subject_or_of_the_system_is_not_found(self, client, iw):
        client.force_login(iw.lead)
        for code in ("approve", "fall_silent", "no_such_act"):
            assert client.get(address(iw.investigation, code)).status_code == 404


class TestMatrix:
    def cells(self, fact, item, bearing, remark=""):
        return {f"cells-{fact.pk}-{item.pk}": bearing, f"cells-{fact.pk}-{item.pk}-remark": remark}

    @pytest.fixture
    def facts(self, iw):
        iw.act("add_fact", iw.lead, statement="出厂前已破损")
        iw.act("add_fact", iw.lead, statement="装配有误")
        return list(Fact.objects.order_by("position"))

    def test_cells_are_filled_in_together_and_changed_one_by_one(self, client, iw, facts):
        one, two = facts
        given = self.cells(one, iw.cited, "supports", "第3页") | self.cells(two, iw.cited, "silent")
        assert send(client, iw.lead, iw.investigation, "fill_matrix", **given).status_code == 302
        kept = {(cell.fact_id, cell.bearing, cell.remark) for cell in iw.cited.cells.all()}
        assert kept == {(one.pk, "supports", "第3页"), (two.pk, "silent", "")}
        given |= self.cells(two, iw.cited, "contradicts")
        assert send(client, iw.lead, iw.investigation, "fill_matrix", **given).status_code == 302
        assert iw.cited.cells.get(fact=two).bearing == "contradicts"

    def test_nothing_changed_a_remark_alone_and_an_unknown_judgement_are_refused(self, client, iw, facts):
        one = facts[0]
        empty: dict[str, str] = {}
        for given in (empty, self.cells(one, iw.cited, "", "只有备注"), self.cells(one, iw.cited, "maybe")):
            answer = send(client, iw.lead, iw.investigation, "fill_matrix", **given)
            assert_proper(answer, 422)
        assert not iw.cited.cells.exists()

    def test_restricted_evidence_of_others_is_no_column_for_who_does_not_see_it(self, client, iw, facts):
        hidden = iw.evidence(title="通话录音", is_restricted=True)
        answer = form_page(client, iw.lead, iw.investigation, "fill_matrix")
        assert hidden in answer.context["form"].fields["cells"].matrix.columns


class TestDeterminationTable:
    def rows(self, iw, *given):
        found: dict[str, Any] = {}
        for place, (charge, kind, share) in enumerate(given):
            row = {"charge": charge.pk, "share_kind": kind, "share": share, "causation": "direct", "conduct": "act"}
            row |= {"conduct_text": "装配未拧紧", "duty": "作业指导书", "reason": "有出库单", "evidence": [iw.cited.pk]}
            row |= {"had_authority": "yes", "had_ability": "yes"}
            found |= {f"assignments-{place}-{name}": value for name, value in row.items()}
        return found

    def write(self, client, iw, *rows):
        texts = {"outcome": "founded", "facts": "属实", "reasoning": "互相印证"}
        return send(client, iw.lead, iw.version, "write", **texts, **self.rows(iw, *rows))

    def test_the_form_comes_with_a_row_for_every_charge_that_was_founded(self, client, iw):
        unfounded = iw.charge(iw.party(department=iw.w.warehouse), finding="unfounded")
        iw.drafted()
        answer = form_page(client, iw.lead, iw.version, "write")
        assert_proper(answer)
        field = answer.context["form"].fields["assignments"]
        assert {row["charge"] for row in field.table.written()} == {str(charge.pk) for charge in iw.charges}
        assert str(unfounded.pk) not in field.table.charges

    def test_the_table_is_kept_and_shown_again(self, client, iw):
        iw.drafted()
        maker, workshop = iw.charges
        answer = self.write(client, iw, (maker, "primary", "70.00"), (workshop, "secondary", "30.00"))
        assert answer.status_code == 302
        kept = {(row.charge_id, row.share_kind, str(row.share)) for row in iw.version.assignments.all()}
        assert kept == {(maker.pk, "primary", "70.00"), (workshop.pk, "secondary", "30.00")}
        assert iw.version.assignments.first().citations.get().evidence == iw.cited
        again = form_page(client, iw.lead, iw.version, "write").content.decode()
        assert 'value="70.00"' in again
        assert "装配未拧紧" in again

    def test_equal_shares_left_open_are_given_out_by_the_service(self, client, iw):
        iw.charges.append(iw.charge(iw.party(department=iw.w.warehouse)))
        iw.drafted()
        answer = self.write(client, iw, *((charge, "equal", "") for charge in iw.charges))
        assert answer.status_code == 302
        assert [str(row.share) for row in iw.version.assignments.all()] == ["33.34", "33.33", "33.33"]

    def test_what_is_wrong_is_said_row_by_row_and_what_was_typed_is_kept(self, client, iw):
        iw.drafted()
        maker, workshop = iw.charges
        answer = self.write(client, iw, (maker, "primary", "70.005"), (workshop, "primary", "30"))
        assert_proper(answer, 422)
        text = answer.content.decode()
        assert "the share is a percentage with at most two decimals" in text
        assert "More than one party is primarily responsible" in text
        assert 'value="70.005"' in text
        assert not iw.version.assignments.exists()

    def test_a_row_about_an_unknown_charge_is_marked(self, client, iw):
        iw.drafted()
        other = Charge(pk=999_999)
        answer = self.write(client, iw, (other, "sole", "100"))
        assert_proper(answer, 422)
        assert "Please correct what is marked in the rows below." in answer.content.decode()

    def test_a_correction_asks_for_the_finding_too(self, client, iw):
        version = iw.finalised()
        iw.act("correct", iw.w.handler, on=version, reason="笔误")
        answer = form_page(client, iw.lead, iw.version, "write")
        assert_proper(answer)
        assert "assignments-0-finding" in answer.content.decode()


class TestHearing:
    def test_a_party_reads_what_concerns_it_and_answers(self, client, iw):
        iw.approved()
        hearing = iw.hearing(iw.workshop)
        client.force_login(iw.w.liaison)
        page = client.get(reverse("admin:hearing", args=[hearing.pk]))
        assert_proper(page)
        text = page.content.decode()
        assert "30.00 %" in text
        assert "70.00" not in text
        assert str(iw.maker) not in text
        assert [name for name in ("lead", "member", "head") if f">{name}<" in text or f" {name} " in text] == []
        assert "张三" not in text
        assert f"{iw.c.number} {iw.c.subject}" not in text
        listed = client.get(reverse("admin:hearings"))
        assert_proper(listed)
        assert reverse("admin:hearing", args=[hearing.pk]) in listed.content.decode()
        answer = send(client, iw.w.liaison, hearing, "object", grounds="比例过高")
        assert answer.status_code == 302
        assert Objection.objects.get(hearing=hearing).grounds == "比例过高"
        assert "比例过高" in shown(client.get(reverse("admin:hearing", args=[hearing.pk])))

    def test_of_other_parties_nothing_exists(self, client, iw):
        iw.approved()
        client.force_login(iw.w.warehouse_liaison)
        for hearing in Hearing.objects.all():
            assert client.get(reverse("admin:hearing", args=[hearing.pk])).status_code == 404
        assert client.get(reverse("admin:determination", args=[iw.version.pk])).status_code == 404
        assert client.get(reverse("admin:document_determination", args=[iw.version.pk])).status_code == 404

    def test_the_answer_of_a_supplier_is_recorded_by_the_group(self, client, iw):
        iw.approved()
        hearing = iw.hearing(iw.maker)
        given = {"medium": "phone", "answer": "无异议"}
        assert send(client, iw.lead, hearing, "record_answer", **given).status_code == 302
        hearing.refresh_from_db()
        assert (hearing.status, hearing.answered_by) == ("accepted", iw.lead)

    def test_who_decides_the_objection_finds_it_on_the_docket(self, client, iw):
        iw.approved()
        objection = iw.objected()
        client.force_login(objection.superior)
        docket = client.get("/docket/")
        assert_proper(docket)
        assert reverse("admin:objection", args=[objection.pk]) in docket.content.decode()
        page = client.get(reverse("admin:objection", args=[objection.pk]))
        assert_proper(page)
        assert "比例过高" in shown(page)
        assert send(client, objection.superior, objection, "dismiss_objection", reason="理由不足").status_code == 302
        objection.refresh_from_db()
        assert objection.status == "dismissed"


def test_a_determination_is_written_approved_and_made_final_by_its_forms(client, iw):
    lead, head, handler = iw.lead, iw.w.head, iw.w.handler
    answer = send(client, lead, iw.investigation, "draft")
    version = Determination.objects.get()
    assert answer.headers["Location"] == address(version, "write")
    table = TestDeterminationTable()
    maker, workshop = iw.charges
    table.write(client, iw, (maker, "primary", "70"), (workshop, "secondary", "30"))
    assert send(client, lead, version, "submit").status_code == 302
    assert send(client, head, version, "approve", opinion="同意").status_code == 302
    iw.answered(version)
    assert send(client, handler, version, "finalise", opinion="已查明").status_code == 302
    version.refresh_from_db()
    assert version.status == "final"
    page = client.get(reverse("admin:determination", args=[version.pk]))
    assert_proper(page)
    assert version.sha256 in shown(page)


def test_measures_are_planned_done_and_verified_by_their_forms(client, iw):
    due = (iw.now + timedelta(days=10)).strftime("%Y-%m-%dT%H:%M")
    given = {"kind": "corrective", "title": "加固包装", "description": "更换纸箱", "effect_scope": "category"}
    given |= {"department": iw.w.workshop.pk, "person": "workshop_head", "due_at": due}
    assert send(client, iw.w.handler, iw.investigation, "plan_measure", **given).status_code == 302
    measure = iw.c.measures.get()
    assert send(client, iw.w.workshop_head, measure, "report_done", proof="验收单").status_code == 302
    later = (iw.now + timedelta(days=90)).strftime("%Y-%m-%dT%H:%M")
    assert send(client, iw.w.quality, measure, "verify", effect_due_at=later).status_code == 302
    measure.refresh_from_db()
    assert measure.status == "verified"
    page = client.get(reverse("admin:measure", args=[measure.pk]))
    assert_proper(page)
    assert "验收单" in shown(page)


def test_an_offence_is_recorded_and_seen_by_few(client, iw):
    client.force_login(iw.w.handler)
    at = reverse("admin:discipline_report", args=[iw.c.pk])
    assert_proper(client.get(at))
    given = {"offence": "leak", "person": "warehouse_head", "facts": "将投诉内容外传"}
    answer = client.post(at, given)
    assert answer.status_code == 302
    record = iw.c.discipline_records.get()
    page = reverse("admin:discipline", args=[record.pk])
    people = {"handler": iw.w.handler, "personnel": iw.personnel, "auditor": iw.w.auditor, "head": iw.w.head}
    people |= {"warehouse_head": iw.w.warehouse_head, "quality": iw.w.quality}
    statuses = {}
    for name, person in people.items():
        client.force_login(person)
        statuses[name] = client.get(page).status_code
    assert {name for name, status in statuses.items() if status == 200} == {"handler", "personnel", "auditor"}
    assert send(client, iw.personnel, record, "hear_person", statement="已知错").status_code == 302
