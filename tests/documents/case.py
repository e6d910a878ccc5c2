"""A case taken through everything a document can show, by services."""

from datetime import timedelta
from decimal import Decimal

from tests import world
from tests.factories import NOW

CLASSIFIED = {"severity": "general", "difficulty": "simple", "entitled": True, "proper": True}
PLAN = {
    "remedies": ["repair", "compensation"],
    "decision_kind": "mediation",
    "amount": Decimal("1280.50"),
    "summary": "三日内上门更换密封圈，并补偿误工费用。",
    "opinion": "经核查，密封圈装配不当属实，建议维修并补偿。",
    "improvement": "装配工序增加气密性检验。",
}
UNTIL = (
    *("accept", "dispatch", "acknowledge", "reply_sheet", "determine", "submit_plan", "approve_plan", "agree"),
    *("complete_step", "complete", "give_feedback", "record_visit", "close", "archive"),
)


def registered(w, **elements):
    """A complaint with every element filled."""
    values = {
        "subject": "洗衣机使用三天后底部漏水，多次报修无人上门",
        "content": "三月一日购买的滚筒洗衣机，使用三天后底部持续漏水，地板受损。\n两次拨打热线，均未安排上门。",
        "demand": "更换新机，并赔偿地板损失。",
        "product": "滚筒洗衣机 XQG100",
        "order_number": "DD20260301-0088",
        "complainant_name": "张三丰",
        "complainant_phone": "13800001234",
    }
    return w.register(**(values | elements))


def advance(w, complaint, until, *, now=NOW):
    """Take the acts of the line up to and including `until`."""
    people = {
        **dict.fromkeys(("acknowledge", "reply_sheet", "complete_step", "complete"), w.liaison),
        "approve_plan": w.head,
        "record_visit": w.quality,
    }
    given = {
        "accept": CLASSIFIED | {"category": w.category},
        "dispatch": {"department": w.workshop, "request": "请核查密封圈的装配过程，并提出处理意见。"},
        "reply_sheet": {"content": "经查，三号工位密封圈装反。", "proposal": "更换密封圈并补偿。"},
        "determine": {"outcome": "founded", "opinion": "车间装配失误，责任在生产车间。"},
        "submit_plan": PLAN | {"steps": world.steps(now + timedelta(hours=8), 2)},
        "approve_plan": {"opinion": "同意，注意时限。"},
        "agree": {"medium": "phone"},
        "give_feedback": {"medium": "letter", "content": "已更换密封圈并补偿，生产车间负责。"},
        "record_visit": {"medium": "phone", "grade": "satisfied", "confirmed": True, "comment": "处理及时"},
    }
    for code in UNTIL:
        now += timedelta(minutes=10)
        by = people.get(code, w.handler)
        if code == "complete_step":
            for step in complaint.plans.get().steps.all():
                w.act(complaint, code, by, now=now, row=str(step.pk), proof="已更换，有照片")
        else:
            w.act(complaint, code, by, now=now, **given.get(code, {}))
        if code == until:
            break
    return complaint


def full_case(w):
    """Archived, with a material, a note, an escalation answered and a communication beside the main line."""
    complaint = registered(w)
    w.act(
        complaint,
        "log_communication",
        w.handler,
        direction="outgoing",
        medium="phone",
        content="告知已受理",
        reached=True,
    )
    w.act(complaint, "request_escalation", w.handler, reason="要求更高层管理人员处理")
    escalation = complaint.escalations.get()
    w.act(
        complaint,
        "answer_escalation",
        escalation.addressee,
        row=str(escalation.pk),
        cause="热线排班不足",
        improvement="周末增加两名话务员",
    )
    w.act(complaint, "take_note", w.handler, note_kind="internal", content="已联系物流核对送货时间")
    return advance(w, complaint, "archive"), NOW
