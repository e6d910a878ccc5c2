"""Review, classification, ownership, parties and links. (IN-5, IN-7, IN-10, IN-12, CL-7, WF-13)"""

from typing import Any, cast

from django.utils.translation import gettext as _

from complaints.models import CaseLink, Communication, FurtherCategory, Handover, Recusal, Respondent
from complaints.policy_rules import RecusalRule
from complaints.services import notices, records, supervision
from complaints.services.doing import Doing, effect
from complaints.states import CaseRole, Direction, Kind, LinkKind, Severity


def _classify(doing: Doing) -> None:
    """Set category, severity and difficulty; the event keeps what they were."""
    complaint, given = doing.complaint, doing.given
    doing.detail["classification"] = {
        "category": [complaint.category_id, given["category"].pk],
        "severity": [complaint.severity, given["severity"]],
        "difficulty": [complaint.difficulty, given["difficulty"]],
    }
    doing.changes_severity = complaint.severity != given["severity"]
    complaint.category = given["category"]
    complaint.severity = given["severity"]
    complaint.difficulty = given["difficulty"]
    doing.changes_complaint = True
    supervision.ensure(doing.case, by=doing.by, now=doing.now)
    if complaint.severity == Severity.MAJOR and doing.changes_severity:
        doing.tells |= {CaseRole.EXECUTIVE}


@effect("accept")
def accept(doing: Doing) -> None:
    """In scope, entitled, proper; classified by a person."""
    _classify(doing)
    doing.detail["reviewed"] = {"entitled": bool(doing.given["entitled"]), "proper": bool(doing.given["proper"])}


@effect("decline")
def decline(doing: Doing) -> None:
    """Out of scope: the complainant is told and offered another way; both are on record (IN-7)."""
    doing.complaint.refusal_ground = doing.given["ground"]
    doing.detail["ground"] = doing.given["ground"]
    doing.detail["alternative"] = doing.given["alternative"]
    doing.make(
        Communication,
        direction=Direction.OUTGOING,
        medium=doing.given["told_by"],
        happened_at=doing.now,
        act=doing.act.code,
        content=f"{doing.reason}\n\n{doing.given['alternative']}",
    )


@effect("classify")
def classify(doing: Doing) -> None:
    """Correct the classification with a reason; deadlines follow (CL-7)."""
    _classify(doing)
    wanted = {int(pk) for pk in doing.given.get("further_categories") or ()} - {doing.given["category"].pk}
    rows = {row.category_id: row for row in FurtherCategory.objects.filter(complaint=doing.complaint)}
    for category in sorted(wanted - rows.keys()):
        doing.save(FurtherCategory(complaint=doing.complaint, category_id=category))
    for category in sorted(rows.keys() - wanted):
        records.delete(rows[category], by=doing.by, reason=doing.reason, now=doing.now)


@effect("declare_truth")
def declare_truth(doing: Doing) -> None:
    """The complainant declares the content true, after the registration (IN-12)."""
    doing.complaint.is_truth_declared = True
    doing.detail["medium"] = doing.given["medium"]
    doing.changes_complaint = True


@effect("convert")
def convert(doing: Doing) -> None:
    """Complaint to feedback and back. The policy it was registered under stays (IN-12)."""
    was = doing.complaint.kind
    doing.complaint.kind = Kind.FEEDBACK if was == Kind.COMPLAINT else Kind.COMPLAINT
    doing.detail["kind"] = [was, doing.complaint.kind]
    doing.changes_complaint = True


@effect("assign_handler")
def assign_handler(doing: Doing) -> None:
    """Name the handler."""
    person = doing.given["person"]
    if person.pk in doing.case.recused_people:
        doing.refuse(_("%(person)s must keep away from this case.") % {"person": person})
    doing.detail["handler"] = [doing.complaint.handler_id, person.pk]
    doing.complaint.handler = person
    doing.changes_complaint = True


@effect("hand_over")
def hand_over(doing: Doing) -> None:
    """Offer the case; this department stays owner until the other accepts (IN-5)."""
    department = doing.given["department"]
    if department.pk == doing.complaint.owner_department_id:
        doing.refuse(_("%(department)s already owns this case.") % {"department": department})
    if department.pk in doing.case.excluded_departments | doing.case.answering_departments:
        doing.refuse(_("%(department)s is complained of and cannot own this case.") % {"department": department})
    doing.save(
        Handover(
            complaint=doing.complaint,
            from_department=doing.complaint.owner_department,
            to_department=department,
            reason=doing.reason,
            offered_by=doing.by,
            offered_at=doing.now,
        )
    )
    doing.case.__dict__.pop("open_handover", None)
    organisation, post = doing.case.organisation, notices.post_of(doing.complaint, doing.case.recused_people, ())
    there = organisation.at(department.pk, post)
    doing.detail["department"] = department.pk
    doing.afterwards.append(
        lambda: notices.tell(
            there,
            complaint_id=doing.complaint.pk,
            key=f"handover:{doing.complaint.pk}:{doing.now.isoformat()}",
            kind="hand_over",
            detail={"by": str(doing.by), "reason": doing.reason},
            now=doing.now,
        )
    )


def _decide_handover(doing: Doing, *, accepted: bool) -> Handover:
    handover = cast("Handover", doing.case.open_handover)
    handover.decided_by, handover.decided_at, handover.is_accepted = doing.by, doing.now, accepted
    doing.save(handover)
    doing.case.__dict__.pop("open_handover", None)
    doing.detail["handover"] = handover.pk
    return handover


@effect("accept_handover")
def accept_handover(doing: Doing) -> None:
    """The other department owns the case from now on; it names its own handler."""
    handover = _decide_handover(doing, accepted=True)
    doing.complaint.owner_department = handover.to_department
    doing.complaint.handler = None
    doing.changes_complaint = True


@effect("refuse_handover")
def refuse_handover(doing: Doing) -> None:
    """The first department stays owner."""
    _decide_handover(doing, accepted=False)


@effect("add_respondent")
def add_respondent(doing: Doing) -> None:
    """Name whom the complaint is against; persons and departments of ours must then keep away (WF-13)."""
    given = doing.given
    department, person, name = given.get("department"), given.get("person"), given.get("name") or ""
    if not (department or person or name):
        doing.refuse(_("Name the department, the person, or the party."))
    respondent(doing, kind=given["party_kind"], department=department, person=person, name=name)


def respondent(doing: Doing, *, kind: str, department: Any, person: Any, name: str) -> Respondent:
    """A respondent and the recusals that follow."""
    row = Respondent(complaint=doing.complaint, kind=kind, department=department, person=person, name=name)
    doing.save(row)
    reason = _("Complained of")
    if person is not None:
        keep_away(doing, person, reason)
    if department is not None and not Recusal.objects.filter(complaint=doing.complaint, department=department).exists():
        doing.save(
            Recusal(
                complaint=doing.complaint,
                department=department,
                may_answer=doing.case.rules.respondent_department == RecusalRule.MAY_ANSWER,
                reason=reason,
                recorded_by=doing.by,
                recorded_at=doing.now,
            )
        )
    doing.case.__dict__.pop("recusals", None)
    return row


def keep_away(doing: Doing, person: Any, reason: str) -> None:
    """Record that a person must keep away, and take the case out of their hands."""
    if not Recusal.objects.filter(complaint=doing.complaint, person=person).exists():
        doing.save(
            Recusal(
                complaint=doing.complaint,
                person=person,
                reason=reason,
                recorded_by=doing.by,
                recorded_at=doing.now,
            )
        )
    doing.case.__dict__.pop("recusals", None)
    if doing.complaint.handler_id == person.pk:
        doing.complaint.handler = None
        doing.changes_complaint = True
    if doing.complaint.supervisor_id == person.pk:
        doing.changes_complaint = True
        supervision.ensure(doing.case, by=doing.by, now=doing.now)
    for escalation in doing.case.open_escalations:
        if escalation.addressee_id != person.pk:
            continue
        route = doing.case.organisation.find(escalation.role, notices.case_post(doing.case))
        if route.person_id is not None:
            escalation.addressee_id = route.person_id
            escalation.route = [*escalation.route, *route.tried]
            doing.save(escalation)
            notices.tell(
                [route.person_id],
                complaint_id=doing.complaint.pk,
                key=f"escalation:{escalation.pk}:{route.person_id}",
                kind="escalate",
                detail={"origin": escalation.origin},
                now=doing.now,
            )
    doing.case.__dict__.pop("open_escalations", None)


@effect("recuse")
def recuse(doing: Doing) -> None:
    """Somebody declares an interest, or it is declared for them."""
    doing.detail["person"] = doing.given["person"].pk
    keep_away(doing, doing.given["person"], doing.reason)


@effect("link")
def link(doing: Doing) -> None:
    """Tie two complaints together. A reported retaliation is a case of its own and becomes major (IN-8, IN-10)."""
    other = doing.given["other"]
    if other.pk == doing.complaint.pk:
        doing.refuse(_("A complaint cannot be linked to itself."))
    kind = doing.given["link_kind"]
    if CaseLink.objects.filter(complaint=doing.complaint, other=other, kind=kind).exists():
        doing.refuse(_("The two complaints are already linked in this way."))
    doing.save(CaseLink(complaint=doing.complaint, other=other, kind=kind, linked_by=doing.by, linked_at=doing.now))
    doing.detail["other"] = other.number
    doing.detail["kind"] = kind
    if kind == LinkKind.RETALIATION and doing.complaint.severity != Severity.MAJOR:
        doing.detail["classification"] = {"severity": [doing.complaint.severity, Severity.MAJOR]}
        doing.complaint.severity = Severity.MAJOR
        doing.changes_complaint = doing.changes_severity = True
        supervision.ensure(doing.case, by=doing.by, now=doing.now)
