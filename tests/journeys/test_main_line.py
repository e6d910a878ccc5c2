"""One complaint from the call to the archive, each step by the person whose step it is, on the pages they use."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from complaints.models import Complaint, Plan
from complaints.states import DecisionKind, Difficulty, Grade, Medium, Outcome, PartyKind, Remedy, Severity, State

pytestmark = pytest.mark.browser

SUBJECT = "滚筒洗衣机使用三天后漏水"
CONTENT = "三月一日送货安装，三月四日早上发现机器底部大量漏水，地板被泡。"
RECORDING = {"name": "来电录音说明.txt", "mimeType": "text/plain", "buffer": "通话三分钟，客户要求退货。".encode()}


def choose(page, field, text):
    """Choose the option that ends with the text: trees indent what lies below."""
    box = page.get_by_label(field, exact=True)
    box.select_option(box.locator("option", has_text=text).first.get_attribute("value"))


def register(visitor, w):
    """Fill in the form of a call, and send it."""
    page, says = visitor.page, visitor.says
    visitor.menu("Register a complaint")
    page.get_by_label(says("Channel"), exact=True).select_option(label=visitor.shown(w.channel))
    page.get_by_label(says("Name", "person"), exact=True).first.fill("张三")
    page.get_by_label(says("Phone"), exact=True).fill("13800001234")
    page.get_by_label(says("Subject"), exact=True).fill(SUBJECT)
    page.get_by_label(says("Content"), exact=True).fill(CONTENT)
    page.get_by_label(says("Demand"), exact=True).fill("退货，并赔偿地板损失")
    page.get_by_label(says("Order number"), exact=True).fill("DD-20260301-77")
    row = page.get_by_role("group", name=says("Respondent"), exact=True).first
    row.get_by_label(says("Kind", "party"), exact=True).select_option(label=visitor.shown(PartyKind.SUPPLIER.label))
    row.get_by_label(says("Other party, by name"), exact=True).fill("密封圈供应商")
    page.locator("#id_originals").set_input_files([RECORDING])
    visitor.follow(page.get_by_role("button", name=says("Register", "act"), exact=True))
    expect(page.get_by_role("heading", level=1, name=SUBJECT)).to_be_visible()
    visitor.fits()
    return Complaint.objects.get()


def test_a_complaint_goes_from_the_call_to_the_archive(visitor, w, snapshot):
    page, says = visitor.page, visitor.says

    visitor.enter(w.intake)
    snapshot("01 desk of the intake officer")
    complaint = register(visitor, w)
    expect(page.get_by_role("status")).to_contain_text(complaint.number)
    visitor.sees_state(State.REGISTERED)
    with page.expect_download() as downloading:
        page.locator("#materials").get_by_role("link", name=RECORDING["name"]).click()
    assert downloading.value.path().read_bytes() == RECORDING["buffer"]
    snapshot("02 registered")

    visitor.enter(w.handler)
    visitor.open_case(complaint)
    visitor.begin("accept")
    snapshot("03 form of acceptance")
    page.go_back()
    visitor.take(
        "accept",
        category=w.category,
        severity=Severity.GENERAL.label,
        difficulty=Difficulty.SIMPLE.label,
        entitled=True,
        proper=True,
    )
    visitor.sees_state(State.ACCEPTED)
    visitor.take("dispatch", department=w.workshop, request="请核查密封圈的装配记录并提出处理意见")
    visitor.sees_state(State.DISPATCHED)

    visitor.enter(w.liaison)
    snapshot("04 desk of the liaison")
    visitor.follow(page.get_by_role("link", name=complaint.number).first)
    visitor.take("acknowledge")
    visitor.take("reply_sheet", content="经查，密封圈装反，责任在装配工序。", proposal="上门更换密封圈并检测。")
    expect(page.locator("#sheets")).to_contain_text("密封圈装反")
    snapshot("05 the sheet is answered")

    visitor.enter(w.handler)
    visitor.open_case(complaint)
    visitor.take("determine", outcome=Outcome.FOUNDED.label, opinion="装配失误，生产车间承担主要责任。")
    visitor.sees_state(State.DETERMINED)
    fill_plan(visitor)
    snapshot("06 form of the plan")
    visitor.send("submit_plan")
    visitor.sees_state(State.APPROVING)

    visitor.enter(w.head)
    snapshot("07 desk of the head")
    visitor.follow(page.get_by_role("link", name=complaint.number).first)
    visitor.take("approve_plan", opinion="同意，请尽快落实")
    visitor.sees_state(State.OFFERED)

    carry_out(visitor, w, complaint)

    visitor.enter(w.handler)
    visitor.open_case(complaint)
    visitor.take("close", reason="客户满意")
    visitor.sees_state(State.CLOSED)
    snapshot("08 closed")
    visitor.take("archive")
    visitor.sees_state(State.ARCHIVED)
    expect(page.locator("#next-steps")).to_contain_text(says("No further step: the case is at its end."))
    snapshot("09 archived")
    look_back(visitor, complaint, snapshot)


def fill_plan(visitor):
    """A plan with two steps, on its form."""
    due = timezone.localtime() + timedelta(days=2)
    visitor.begin("submit_plan")
    plan = {
        "remedies": [Remedy.REPAIR.label, Remedy.COMPENSATION.label],
        "decision_kind": DecisionKind.AGREEMENT.label,
        "amount": "300.00",
        "summary": "上门更换密封圈，赔偿地板损失 300 元",
        "opinion": "同意维修并赔偿",
        "improvement": "装配工序增加密封检验",
        "steps": [("上门更换密封圈", "liaison", due), ("支付赔偿", "handler", due + timedelta(days=1))],
    }
    for name, value in plan.items():
        visitor.fill(visitor.ask("submit_plan", name), value)


def carry_out(visitor, w, complaint):
    """From the complainant's consent to their word on the result."""
    visitor.enter(w.handler)
    visitor.open_case(complaint)
    visitor.take("agree", medium=Medium.PHONE.label, reason="客户表示同意")
    visitor.sees_state(State.IMPLEMENTING)

    visitor.enter(w.liaison)
    visitor.open_case(complaint)
    first, second = Plan.objects.get().steps.order_by("position")
    visitor.take("complete_step", row=first, proof="已上门更换，试机两小时不漏")
    visitor.take("complete_step", row=second, proof="已转账，回单附后")
    visitor.take("complete")
    visitor.sees_state(State.COMPLETED)

    visitor.enter(w.intake)
    visitor.open_case(complaint)
    feedback = "已更换密封圈并赔偿 300 元；由生产车间负责，今后增加密封检验。"
    visitor.take("give_feedback", medium=Medium.LETTER.label, content=feedback)
    visitor.take("record_visit", medium=Medium.PHONE.label, grade=Grade.SATISFIED.label, confirmed=True)


def look_back(visitor, complaint, snapshot):
    """The history of the case, and its whole file on paper."""
    page, says = visitor.page, visitor.says
    visitor.follow(page.get_by_role("link", name=says("Change history"), exact=True))
    visitor.fits()
    snapshot("10 history")
    page.go_back()
    visitor.follow(page.get_by_role("link", name=says("Documents"), exact=True))
    visitor.fits()
    snapshot("11 documents")
    address = reverse("admin:document_file", args=[complaint.pk])
    visitor.follow(page.locator(f"a[href='{address}']").first)
    visitor.fits()
    for text in (complaint.number, SUBJECT, "密封圈装反", "装配工序增加密封检验", RECORDING["name"]):
        expect(page.locator("main")).to_contain_text(text)
    snapshot("12 the whole file")
    printed = page.context.request.get(f"{address}?format=pdf")
    assert printed.ok
    assert printed.body().startswith(b"%PDF")
