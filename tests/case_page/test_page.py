"""What the page of a case shows, and to whom."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from complaints.models import Complaint, DeadlineStep, Notice, StepKind
from complaints.services import workflow
from complaints.services.intake import RespondentGiven
from complaints.states import CaseRole
from tests.factories import AbsenceFactory
from tests.pages import assert_proper


def page_of(complaint):
    return reverse("admin:complaints_complaint_change", args=[complaint.pk])


def text_of(response):
    return response.content.decode()


def accept(w, c, severity="general", **options):
    given = {"category": w.category, "severity": severity, "difficulty": "simple", "entitled": True, "proper": True}
    w.act(c, "accept", w.handler, **options, **given)


def everything(w, c, count):
    """`count` records of every kind that can be many."""
    now = timezone.now()
    for number in range(count):
        w.act(c, "log_communication", w.handler, now=now, direction="incoming", medium="phone", content=f"第{number}次")
        w.act(c, "take_note", w.handler, now=now, note_kind="internal", content=f"第{number}条")
        upload = SimpleUploadedFile(f"{number}.txt", b"x")
        w.act(c, "attach_material", w.handler, now=now, file=upload, title=f"第{number}份")
        w.act(c, "add_respondent", w.handler, now=now, party_kind="supplier", name=f"供应商{number}")
        other = w.register(now=now, subject=f"别的事{number}")
        w.act(c, "link", w.handler, now=now, other=other, link_kind="related")
        w.act(c, "dispatch", w.handler, now=now, department=w.workshop, request="请核查")
        w.act(c, "return_sheet", w.liaison, now=now, reason="不归我们")
        w.act(c, "pause", w.handler, now=now, pause_reason="awaiting_complainant", reason="等")
        w.act(c, "resume", w.handler, now=now)
        w.act(c, "request_escalation", w.handler, now=now, reason="要求见领导")
        row = c.escalations.get(answered_at=None)
        w.act(c, "answer_escalation", row.addressee, now=now, row=str(row.pk), cause="慢", improvement="快")
        w.act(c, "hand_over", w.handler, now=now, department=w.workshop, reason="r")
        w.act(c, "refuse_handover", w.workshop_head, now=now, reason="r")
        deadline = c.deadlines.order_by("-pk").first()
        DeadlineStep.objects.create(
            deadline=deadline,
            position=number,
            kind=StepKind.REMINDER,
            role=CaseRole.HANDLER,
            planned_at=now,
            recorded_at=now,
        )


@pytest.mark.parametrize(
    ("name", "at_most"), [("admin:complaints_complaint_change", 45), ("admin:complaints_complaint_history", 70)]
)
def test_the_number_of_queries_does_not_grow(w, as_person, name, at_most):
    counts = []
    client = as_person(w.head)
    for count in (1, 12):
        c = w.register(now=timezone.now() - timedelta(minutes=1))
        accept(w, c, now=timezone.now())
        everything(w, c, count)
        address = reverse(name, args=[c.pk])
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert_proper(client.get(address))
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert counts[0] <= at_most


def test_what_one_reads_at_a_glance(w, as_person):
    c = w.register(now=timezone.now(), demand="退货", order_number="DD-1", product="洗衣机")
    response = as_person(w.handler).get(page_of(c))
    assert_proper(response)
    text = text_of(response)
    for words in (c.number, "洗衣机漏水", "张三", "138******34", "DD-1", "退货", "Initial review", "24 hours"):
        assert words in text
    assert "13800001234" not in text
    page = response.context["page"]
    assert [step.act.code for step in page.steps.mine] == ["accept", "decline", "withdraw"]
    assert [step.act.code for step in page.steps.mine if step.is_primary] == ["accept"]


def test_steps_of_others_say_who_may(w, as_person):
    c = w.register(now=timezone.now())
    accept(w, c, now=timezone.now())
    w.act(c, "dispatch", w.handler, now=timezone.now(), department=w.workshop, request="请核查")
    steps = as_person(w.handler).get(page_of(c)).context["page"].steps
    others = {step.act.code: step.who for step in steps.others}
    assert set(others) == {"acknowledge", "return_sheet"}
    assert others["acknowledge"] == (
        "Liaison of the responsible department (Workshop)",
        "Head of the responsible department (Workshop)",
    )
    mine = as_person(w.liaison).get(page_of(c)).context["page"].steps
    assert [step.act.code for step in mine.mine if step.is_primary] == ["acknowledge"]


def test_the_next_step_is_what_is_missing(w, as_person):
    """At the return visit: record it; then close, because all that closing needs is there."""
    c = w.register(now=timezone.now())
    now = timezone.now()
    accept(w, c, now=now)
    w.act(c, "dispatch", w.handler, now=now, department=w.workshop, request="r")
    w.act(c, "acknowledge", w.liaison, now=now)
    w.act(c, "find_unfounded", w.handler, now=now, opinion="o")
    w.act(c, "give_feedback", w.handler, now=now, medium="letter", content="c")

    def primary():
        steps = as_person(w.handler).get(page_of(c)).context["page"].steps
        return [step.act.code for step in steps.mine if step.is_primary]

    assert primary() == ["record_visit"]
    w.act(c, "record_visit", w.handler, now=now, medium="phone", grade="satisfied", confirmed=True)
    assert primary() == ["close"]


def test_an_answer_that_was_given_does_not_stand_out(w, as_person):
    """The department may reply again, but nothing asks it to; the handler determines."""
    now = timezone.now()
    c = w.register(now=now)
    accept(w, c, now=now)
    w.act(c, "dispatch", w.handler, now=now, department=w.workshop, request="r")
    w.act(c, "acknowledge", w.liaison, now=now)

    def stands_out(person):
        return as_person(person).get(page_of(c)).context["stands_out"]

    assert stands_out(w.liaison) == "reply_sheet"
    w.act(c, "reply_sheet", w.liaison, now=now, content="密封圈装错")
    assert stands_out(w.liaison) == ""
    assert "button primary" not in text_of(as_person(w.liaison).get(page_of(c)))
    assert stands_out(w.handler) == "determine"


def test_while_a_formal_investigation_is_open_nobody_is_told_to_determine(w, as_person):
    now = timezone.now()
    c = w.register(now=now)
    accept(w, c, now=now)
    w.act(c, "dispatch", w.handler, now=now, department=w.workshop, request="r")
    w.act(c, "acknowledge", w.liaison, now=now)
    w.act(c, "reply_sheet", w.liaison, now=now, content="密封圈装错")

    def waits(person):
        steps = as_person(person).get(page_of(c)).context["page"].steps
        missing = {step.act.code: step.missing for step in steps.mine if not step.is_ready}
        return missing.get("determine"), {step.act.code for step in steps.others}

    assert "determine" in waits(w.liaison)[1]
    workflow.perform(c.pk, "open_investigation", by=w.handler, now=now, vouched="DC-test")
    told, _others = waits(w.handler)
    assert told == ["A formal investigation is open: its outcome is recorded on its own page."]
    assert not waits(w.liaison)[1] & {"determine", "find_unfounded", "waive_determination"}


def test_what_is_past_is_folded_once_the_case_has_ended(w, as_person):
    now = timezone.now()
    c = w.register(now=now)
    w.act(c, "log_communication", w.handler, now=now, direction="incoming", medium="phone", content="来电")
    folds = re.compile(r'<details class="card folds"\s+id="(\w+)"( open)?>')
    assert folds.findall(text_of(as_person(w.handler).get(page_of(c)))) == [
        ("communications", " open"),
        ("timeline", " open"),
    ]
    w.act(c, "withdraw", w.handler, now=now, medium="phone", reason="r")
    page = text_of(as_person(w.handler).get(page_of(c)))
    assert folds.findall(page) == [("communications", ""), ("timeline", "")]
    assert "Case ended" in page


def test_what_is_not_possible_says_why(w, as_person):
    c = w.register(now=timezone.now())
    accept(w, c, now=timezone.now())
    response = as_person(w.handler).get(page_of(c))
    blocked = {step.act.code: step.missing for step in response.context["page"].steps.blocked}
    assert blocked == {"resume": ["The clocks are not paused."]}
    assert "The clocks are not paused." in text_of(response)


def test_a_blocked_act_shows_its_checklist_instead_of_a_form(w, as_person):
    c = w.register(now=timezone.now())
    accept(w, c, severity="major", now=timezone.now())
    response = as_person(w.handler).get(reverse("admin:complaint_act", args=[c.pk, "dispatch"]))
    assert_proper(response)
    missing = [text for met, text in response.context["checklist"] if not met]
    if w.policy.rules.legal_consultation_for:
        assert missing == ["A legal consultation is not on record for this case."]
        assert 'name="department"' not in text_of(response)


def test_the_department_sees_no_identity_in_a_confidential_case(w, as_person):
    c = w.register(now=timezone.now())
    accept(w, c, now=timezone.now())
    w.act(
        c, "log_communication", w.handler, direction="incoming", medium="phone", content="我是张三", now=timezone.now()
    )
    upload = SimpleUploadedFile("a.txt", "张三亲笔".encode())
    now = timezone.now()
    w.act(c, "attach_material", w.handler, now=now, file=upload, title="来信", original=True)
    w.act(c, "dispatch", w.handler, now=now, department=w.workshop, request="r")
    Complaint.objects.filter(pk=c.pk).update(is_confidential=True)
    text = text_of(as_person(w.liaison).get(page_of(c)))
    assert "name withheld" in text
    assert "张" not in text.replace("张三亲笔", "")
    assert "138***" not in text
    material = c.materials.get()
    address = reverse("admin:complaint_material", args=[c.pk, material.pk])
    assert as_person(w.liaison).get(address).status_code == 404
    opened = as_person(w.handler).get(address)
    assert opened.status_code == 200
    assert "".join(part.decode() for part in opened.streaming_content) == "张三亲笔"
    history = reverse("admin:complaints_complaint_history", args=[c.pk])
    assert as_person(w.workshop_head).get(history).status_code == 403
    assert as_person(w.handler).get(history).status_code == 200
    one = c.history.first().history_id
    version = reverse("admin:complaints_complaint_simple_history", args=[c.pk, one])
    assert as_person(w.workshop_head).get(version).status_code == 403


def test_the_department_complained_of_reads_no_communications(w, as_person):
    party = RespondentGiven(kind="department", department=w.workshop)
    c = w.register(now=timezone.now(), respondents=(party,))
    now = timezone.now()
    accept(w, c, now=now)
    w.act(c, "log_communication", w.handler, now=now, direction="incoming", medium="phone", content="车间态度恶劣")
    w.act(c, "take_note", w.handler, now=now, note_kind="internal", content="内部看法")
    w.act(c, "dispatch", w.handler, now=now, department=w.workshop, request="请说明")
    visible = Complaint.objects.visible_to(w.liaison).filter(pk=c.pk).exists()
    assert visible
    text = text_of(as_person(w.liaison).get(page_of(c)))
    assert "请说明" in text
    for words in ("车间态度恶劣", "内部看法", "张"):
        assert words not in text


def test_links_show_only_what_one_may_see(w, as_person):
    c = w.register(now=timezone.now())
    other = w.register(now=timezone.now(), subject="保密的事")
    now = timezone.now()
    accept(w, c, now=now)
    w.act(c, "link", w.handler, now=now, other=other, link_kind="repeat")
    w.act(c, "dispatch", w.handler, now=now, department=w.workshop, request="r")
    assert other.number in text_of(as_person(w.handler).get(page_of(c)))
    assert "Repeat complaint (of this one)" in text_of(as_person(w.handler).get(page_of(other)))
    text = text_of(as_person(w.liaison).get(page_of(c)))
    assert other.number not in text
    assert "保密的事" not in text


def test_time_line_holds_acts_clocks_and_communications(w, as_person):
    at = timezone.now() - timedelta(days=3)
    c = w.register(now=at)
    accept(w, c, now=at + timedelta(days=2), severity="urgent")
    AbsenceFactory(person=w.handler, deputy=w.other_handler, starts_at=at, ends_at=timezone.now() + timedelta(days=9))
    now = timezone.now()
    w.act(c, "log_communication", w.other_handler, now=now, direction="outgoing", medium="phone", content="没人接")
    entries = as_person(w.head).get(page_of(c)).context["page"].timeline
    assert [(entry.kind, entry.title) for entry in entries] == [
        ("communication", "To the complainant · Phone"),
        ("act", "Accept"),
        ("clock", "Deadline missed: Initial review"),
        ("act", "Register"),
    ]
    assert entries[0].lines == ("Not reached.",)
    assert "Severity: General → Urgent" in entries[1].lines
    assert entries[2].is_alarm


def test_a_clock_is_explained(w, as_person):
    c = w.register(now=timezone.now() - timedelta(days=12))
    accept(w, c, now=timezone.now() - timedelta(days=11))
    deadline = c.deadlines.get(clock="dispatch")
    response = as_person(w.handler).get(reverse("admin:complaint_clock", args=[c.pk, deadline.pk]))
    assert_proper(response)
    explanation = response.context["explanation"]
    assert explanation.line.status == "overdue"
    assert [row.total for row in explanation.counted] == ["1 working day"]
    assert len(explanation.beyond) >= 5
    other = w.register(now=timezone.now())
    foreign = reverse("admin:complaint_clock", args=[other.pk, deadline.pk])
    assert as_person(w.handler).get(foreign).status_code == 404


@pytest.mark.parametrize("person", ["warehouse_liaison", "administrator", "warehouse_head"])
def test_an_invisible_case_does_not_exist(w, as_person, person):
    c = w.register(now=timezone.now())
    upload = SimpleUploadedFile("a.txt", b"x")
    w.act(c, "attach_material", w.handler, now=timezone.now(), file=upload, title="来信")
    client = as_person(getattr(w, person))
    material, deadline = c.materials.get(), c.deadlines.first()
    addresses = [
        page_of(c),
        reverse("admin:complaints_complaint_history", args=[c.pk]),
        reverse("admin:complaint_act", args=[c.pk, "accept"]),
        reverse("admin:complaint_act", args=[c.pk, "reveal_contact"]),
        reverse("admin:complaint_clock", args=[c.pk, deadline.pk]),
        reverse("admin:complaint_material", args=[c.pk, material.pk]),
    ]
    assert [client.get(address).status_code for address in addresses] == [404] * len(addresses)
    assert [client.post(address).status_code for address in addresses if "/act/" in address] == [404, 404]


def test_who_has_no_office_enters_nowhere(w, as_person):
    c = w.register(now=timezone.now())
    for address in (page_of(c), reverse("admin:register"), reverse("admin:complaint_act", args=[c.pk, "accept"])):
        assert as_person(w.nobody).get(address).status_code == 302


def test_nothing_is_edited_here(w, as_person):
    c = w.register(now=timezone.now())
    client = as_person(w.handler)
    assert client.post(page_of(c), {"subject": "x"}).status_code == 403
    assert client.get(reverse("admin:complaints_complaint_delete", args=[c.pk])).status_code == 403
    assert client.get(reverse("admin:complaints_complaint_add")).status_code == 302
    c.refresh_from_db()
    assert c.subject == "洗衣机漏水"
    assert client.get(reverse("admin:complaints_complaint_change", args=["nonsense"])).status_code == 404


def test_a_material_is_only_downloaded(w, as_person):
    c = w.register(now=timezone.now())
    upload = SimpleUploadedFile("来信 <b>.txt", b"<script>alert(1)</script>")
    w.act(c, "attach_material", w.handler, now=timezone.now(), file=upload, title="来信")
    material = c.materials.get()
    response = as_person(w.handler).get(reverse("admin:complaint_material", args=[c.pk, material.pk]))
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in response.headers["Cache-Control"]
    other = w.register(now=timezone.now())
    foreign = reverse("admin:complaint_material", args=[other.pk, material.pk])
    assert as_person(w.handler).get(foreign).status_code == 404


def test_history_holds_the_whole_case_and_masks(w, as_person):
    c = w.register(now=timezone.now())
    accept(w, c, now=timezone.now())
    response = as_person(w.handler).get(reverse("admin:complaints_complaint_history", args=[c.pk]))
    assert_proper(response)
    text = text_of(response)
    assert "13800001234" not in text
    assert "张三" not in text
    records = {row.record for row in response.context["page"]}
    assert {"Complaint", "Complainant"} <= records
    assert any(record.startswith("Deadline ") for record in records)
    assert as_person(w.intake).get(reverse("admin:complaints_complaint_history", args=[c.pk])).status_code == 403


def test_history_calls_codes_by_their_names(w, as_person):
    c = w.register(now=timezone.now())
    accept(w, c, now=timezone.now())
    for name, given in (
        ("dispatch", {"department": w.workshop, "request": "请核查"}),
        ("log_communication", {"direction": "incoming", "medium": "phone", "content": "来电"}),
        ("request_escalation", {"reason": "要求见领导"}),
    ):
        w.act(c, name, w.handler, now=timezone.now(), **given)
    response = as_person(w.handler).get(reverse("admin:complaints_complaint_history", args=[c.pk]))
    shown: dict[str, set[str]] = {}
    for row in response.context["page"]:
        for field in row.change.fields:
            shown.setdefault(field.label, set()).add(field.after)
    assert "Initial review" in shown["Clock"]
    assert shown["Unit"] <= {"minutes", "hours", "working hours", "days", "working days"}
    assert shown["Act"] == {"Log a communication"}
    assert shown["Route"] == {"Executive above the departments: executive (found)"}
    assert not [text for texts in shown.values() for text in texts if text.startswith(("- ", "{"))]


def test_opening_the_case_reads_what_one_was_told_of_it_and_nothing_else(w, as_person):
    c, other = w.register(now=timezone.now()), w.register(now=timezone.now())
    client = as_person(w.head)
    mine = Notice.objects.filter(recipient=w.head, read_at=None)
    assert mine.filter(complaint=c).exists()
    assert mine.filter(complaint=other).exists()
    client.head(page_of(c))
    assert mine.filter(complaint=c).exists()
    foreign = Notice.objects.exclude(recipient=w.head).filter(read_at=None).count()
    assert_proper(client.get(page_of(c)))
    assert not mine.filter(complaint=c).exists()
    assert mine.filter(complaint=other).exists()
    assert Notice.objects.exclude(recipient=w.head).filter(read_at=None).count() == foreign
