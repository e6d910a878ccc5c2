"""One case in every situation that desk and lists tell apart, made without services."""

from datetime import timedelta

from complaints import models
from complaints.states import CaseRole, Grade, SheetStatus, State
from tests.factories import NOW as MORNING
from tests.factories import ComplaintFactory

#: When desk and lists are looked at: eleven thirty on a Monday in Shanghai.
NOW = MORNING + timedelta(hours=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def case(w, subject, state=State.REGISTERED, **columns):
    """A case of customer service; from dispatch on it is with the workshop and has a handler."""
    values = {
        "subject": subject,
        "state": state,
        "policy_version": w.policy,
        "channel": w.channel,
        "first_contact_department": w.service,
        "received_at": MORNING - DAY,
    }
    if state not in {State.REGISTERED, State.DECLINED}:
        values["handler"] = w.handler
    if state not in {State.REGISTERED, State.ACCEPTED, State.DECLINED}:
        values["responsible_department"] = w.workshop
    return ComplaintFactory(**(values | columns))


def clock(complaint, due_at, role=CaseRole.HANDLER, **columns):
    """A running deadline."""
    values = {
        "clock": "department_answer",
        "names": {"zh-hans": "部门答复", "en": "Department's answer"},
        "owner_role": role,
        "started_at": MORNING - 10 * DAY,
        "due_at": due_at,
    }
    return models.Deadline.objects.create(complaint=complaint, round=complaint.round, **(values | columns))


def sheet(complaint, status):
    """The contact sheet of the round."""
    return models.ContactSheet.objects.create(
        complaint=complaint,
        round=complaint.round,
        number=f"{complaint.number}-L01",
        department=complaint.responsible_department,
        request="请核查密封圈的装配",
        status=status,
        made_at=MORNING,
    )


def plan(complaint, by, status=models.PlanStatus.SUBMITTED, **columns):
    """The plan of the round."""
    values = {
        "number": f"{complaint.number}-C01",
        "remedies": ["repair", "compensation"],
        "decision_kind": "agreement",
        "summary": "上门更换密封圈并补偿",
        "opinion": "同意维修并补偿",
        "approval_level": "head",
        "made_by": by,
        "made_at": MORNING,
    }
    return models.Plan.objects.create(complaint=complaint, round=complaint.round, status=status, **(values | columns))


def step(of, owner, position=1):
    """An open step of a plan."""
    return models.PlanStep.objects.create(
        plan=of, position=position, description="上门更换", owner=owner, due_at=NOW + DAY
    )


def visit(complaint, by, grade=Grade.SATISFIED):
    """The return visit of the round."""
    return models.ReturnVisit.objects.create(
        complaint=complaint, round=complaint.round, medium="phone", grade=grade, made_by=by, made_at=MORNING
    )


def escalation(complaint, addressee, role=CaseRole.EXECUTIVE):
    """An open escalation with its answer due."""
    row = models.Escalation.objects.create(
        complaint=complaint,
        round=complaint.round,
        origin="requested",
        role=role,
        addressee=addressee,
        reason="要求见领导",
        opened_at=MORNING,
    )
    clock(complaint, NOW + 20 * HOUR, CaseRole.ADDRESSEE, clock=models.ANSWER_CLOCK, escalation=row)
    return row


def populate(w):
    """A case for each situation, by a name that says which."""
    made = {
        "new": case(w, "new"),
        "taken": case(w, "taken", handler=w.other_handler),
        "accepted": case(w, "accepted", State.ACCEPTED),
        "dispatched": case(w, "dispatched", State.DISPATCHED),
        "asked": case(w, "asked", State.INVESTIGATING),
        "answered": case(w, "answered", State.INVESTIGATING),
        "investigated": case(w, "investigated", State.INVESTIGATING, formal_round=1),
        "determined": case(w, "determined", State.DETERMINED),
        "proposed": case(w, "proposed", State.APPROVING),
        "proposed_by_head": case(w, "proposed_by_head", State.APPROVING),
        "proposed_major": case(w, "proposed_major", State.APPROVING, severity="major", supervisor=w.executive),
        "offered": case(w, "offered", State.OFFERED),
        "implementing": case(w, "implementing", State.IMPLEMENTING),
        "implemented": case(w, "implemented", State.IMPLEMENTING),
        "completed": case(w, "completed", State.COMPLETED),
        "to_visit": case(w, "to_visit", State.RETURN_VISIT),
        "visited": case(w, "visited", State.RETURN_VISIT),
        "dissatisfied": case(w, "dissatisfied", State.RETURN_VISIT),
        "elsewhere": case(w, "elsewhere", State.DISPATCHED, responsible_department=w.warehouse),
        "escalated": case(w, "escalated", State.OFFERED),
        "on_offer": case(w, "on_offer"),
        "left_behind": case(w, "left_behind", State.ACCEPTED),
        "closed": case(w, "closed", State.CLOSED),
        "archived": case(w, "archived", State.ARCHIVED),
        "recused": case(w, "recused", State.OFFERED),
        "confidential": case(w, "confidential", State.DISPATCHED, is_confidential=True),
    }
    sheet(made["dispatched"], SheetStatus.ISSUED)
    sheet(made["asked"], SheetStatus.ACKNOWLEDGED)
    sheet(made["answered"], SheetStatus.REPLIED)
    sheet(made["investigated"], SheetStatus.REPLIED)
    plan(made["proposed"], w.handler)
    plan(made["proposed_by_head"], w.head)
    plan(made["proposed_major"], w.handler, approval_level="executive")
    owned = step(plan(made["implementing"], w.handler, models.PlanStatus.AGREED), w.workshop_head)
    clock(made["implementing"], NOW + 5 * DAY, clock=models.STEP_CLOCK, plan_step=owned)
    plan(made["implemented"], w.handler, models.PlanStatus.AGREED)
    visit(made["visited"], w.quality)
    visit(made["dissatisfied"], w.quality, Grade.DISSATISFIED)
    escalation(made["escalated"], w.executive)
    models.Handover.objects.create(
        complaint=made["on_offer"],
        from_department=w.service,
        to_department=w.warehouse,
        reason="仓库的事",
        offered_by=w.intake,
        offered_at=MORNING,
    )
    gone = w.people["gone"]
    made["left_behind"].handler = gone
    models.Complaint.objects.filter(pk=made["left_behind"].pk).update(handler=gone)
    models.Recusal.objects.create(complaint=made["recused"], person=w.handler, reason="被投诉人", recorded_at=MORNING)
    clock(made["dispatched"], NOW - HOUR, CaseRole.LIAISON)
    clock(made["asked"], NOW + HOUR, CaseRole.LIAISON)
    clock(made["offered"], NOW - DAY)
    clock(made["completed"], NOW + 2 * HOUR, is_provisional=True)
    clock(made["accepted"], NOW + 20 * DAY)
    clock(made["recused"], NOW - DAY)
    clock(made["new"], NOW + 2 * HOUR, CaseRole.INTAKE)
    return made
