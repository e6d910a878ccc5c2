"""The forms of a case: registration, work contact sheet, handling sheet, written opinion. (WF-2, WF-3, WF-16)

Who complains is said as far as the reader may know: in clear where they may read it, masked where the case is open, not
at all in a confidential case. What goes to the responsible department never names the complainant in clear.
"""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.documents.parts import (
    Document,
    Field,
    Form,
    Part,
    Place,
    Prose,
    Signatures,
    day,
    minute,
    money,
    signed,
    whole_day,
)
from complaints.models import ContactSheet, Department, Finding, MeetingDecision, Plan, PlanStatus, PlanStep
from complaints.punctuation import listed, remarked
from complaints.queries.case_page import CasePage, PlanLine
from complaints.states import Outcome, Remedy

#: Plans whose decision stands: approved, and not refused by the complainant (WF-6).
FINAL = frozenset({PlanStatus.APPROVED, PlanStatus.AGREED})


class NotFinalError(Exception):
    """What the document would say is not decided yet; nothing of it goes out before (WF-6)."""


def organisation(page: CasePage) -> str:
    """The name that heads every document: of the root above the owning department."""
    root = page.complaint.owner_department.path.strip("/").split("/")[0]
    row = Department.objects.filter(pk=root or 0).first()
    return str(row or page.complaint.owner_department)


def complainant(page: CasePage, *, for_department: bool = False) -> str:
    """Who complains, as far as the reader may know. `for_department`: as the responsible department reads it."""
    person = page.complaint.complainant
    if for_department:
        return "" if page.complaint.is_confidential else person.masked_name
    if page.reads_identity:
        return person.name or str(person.get_kind_display())
    return person.masked_name if page.shows_masked_name else _("confidential")


def contact(page: CasePage) -> str:
    """Telephone and mail, masked: whoever needs them in full asks for them with a reason (AU-5)."""
    person = page.complaint.complainant
    if not (page.reads_identity or page.shows_masked_name):
        return ""
    return " / ".join(text for text in (person.masked_phone, person.masked_email) if text)


def respondents(page: CasePage) -> str:
    """Whom the complaint is against."""
    return listed(remarked(row, row.get_kind_display()) for row in page.respondents)


def document(page: CasePage, code: str, title: str, number: str, *parts: Part) -> Document:
    """A document of this case."""
    return Document(code, title, organisation(page), number, parts, page.complaint.is_confidential)


# -- registration -----------------------------------------------------------------------------------------------------


def registration(page: CasePage) -> Document:
    """The complaint as it was registered and stands (IN-3)."""
    complaint = page.complaint
    categories = listed([str(complaint.category), *page.further_categories] if complaint.category else [])
    rows = (
        (Field(_("Complainant"), complainant(page)), Field(_("Kind"), str(complaint.complainant.get_kind_display()))),
        (Field(_("Contact data"), contact(page)), Field(_("Channel"), str(complaint.channel))),
        (
            Field(_("Received at"), minute(complaint.received_at)),
            Field(_("Registered at"), minute(complaint.registered_at)),
        ),
        (
            Field(_("Happened on"), complaint.occurred_on.isoformat() if complaint.occurred_on else ""),
            Field(_("Order number"), complaint.order_number),
        ),
        (Field(_("Product or service"), complaint.product), Field(_("Respondents"), respondents(page))),
        (Field(_("Category"), categories), Field(_("Severity"), page.severity_name)),
        (Field(_("Policy"), page.policy_name), Field(_("State"), str(complaint.get_state_display()))),
        (Field(_("Subject"), complaint.subject),),
        *(((Field(_("Grounds"), listed(page.ground_names)),),) if page.ground_names else ()),
        (Field(_("What is complained of"), complaint.content, is_tall=True),),
        (Field(_("What is demanded"), complaint.demand, is_tall=True),),
        (
            Field(_("First-contact department"), str(complaint.first_contact_department)),
            Field(_("Registered by"), str(complaint.registered_by or "")),
        ),
        (
            Field(_("Owning department"), str(complaint.owner_department)),
            Field(_("Handler"), str(complaint.handler or "")),
        ),
        (Field(_("Remark"), "", is_tall=True),),
    )
    places = Signatures((Place(_("Registered by")), Place(_("Head of department")), Place(_("Complainant"))))
    return document(page, "registration", _("Complaint registration form"), complaint.number, Form(rows), places)


# -- work contact sheet -----------------------------------------------------------------------------------------------


def contact_sheet(page: CasePage, sheet: ContactSheet) -> Document:
    """What is asked of the department, until when, and room for its reply (WF-2)."""
    complaint = page.complaint
    named = complainant(page, for_department=True)
    rows: list[tuple[Field, ...]] = [
        (
            Field(pgettext("contact sheet", "To"), str(sheet.department)),
            Field(pgettext("contact sheet", "From"), str(complaint.owner_department)),
        ),
        (Field(_("Complaint number"), complaint.number), Field(_("Severity"), page.severity_name)),
        (Field(_("Issued at"), minute(sheet.made_at)), Field(_("Reply due"), minute(sheet.due_at))),
        (Field(_("Issued by"), str(sheet.made_by or "")), Field(_("Status"), str(sheet.get_status_display()))),
    ]
    if named:
        rows.append((Field(_("Complainant"), named), Field(_("Order number"), complaint.order_number)))
    rows += [
        (Field(_("Subject"), complaint.subject),),
        (Field(_("What is complained of"), complaint.content),),
        (Field(_("What is asked of the department"), sheet.request, is_tall=True),),
        (Field(_("Reply of the department"), _reply(sheet), is_tall=True),),
        (Field(_("Proposed resolution"), sheet.proposal, is_tall=True),),
    ]
    if sheet.ended_at:
        rows.append((Field(str(sheet.get_status_display()), signed(minute(sheet.ended_at), sheet.end_reason)),))
    places = Signatures(
        (
            Place(_("Issued by"), str(sheet.made_by or ""), day(sheet.made_at)),
            Place(_("Acknowledged by"), str(sheet.acknowledged_by or ""), day(sheet.acknowledged_at)),
            Place(_("Head of the department"), str(sheet.department), has_seal=True),
        )
    )
    return document(page, f"sheet-{sheet.pk}", _("Work contact sheet"), sheet.number, Form(tuple(rows)), places)


def _reply(sheet: ContactSheet) -> str:
    if not sheet.replied_at:
        return ""
    by = _("%(person)s, %(moment)s") % {"person": sheet.replied_by or "", "moment": minute(sheet.replied_at)}
    return f"{sheet.reply}\n\n{by}"


# -- handling sheet and written opinion -------------------------------------------------------------------------------


def handling_sheet(page: CasePage, line: PlanLine) -> Document:
    """The one document the organisation answers for: only of a plan whose approval stands (WF-6, WF-16)."""
    if line.plan.status not in FINAL:
        raise NotFinalError(
            _("A handling sheet is made from an approved plan. This plan is: %(status)s.")
            % {"status": line.plan.get_status_display()}
        )
    plan = line.plan
    final = _("This sheet is final. Nobody has promised, or may promise, anything beyond it.")
    places = Signatures(
        (
            Place(_("Handled by"), str(plan.made_by or ""), day(plan.made_at)),
            Place(_("Approved by"), str(plan.decided_by or ""), day(plan.decided_at), has_seal=True),
            Place(_("Complainant")),
        )
    )
    title = _("Complaint handling sheet")
    return document(page, f"handling-{plan.pk}", title, plan.number, plan_form(page, line), Prose(final), places)


def in_words(plan: Plan) -> PlanLine:
    """A plan with its remedies in words of the active language."""
    words = dict(Remedy.choices)
    return PlanLine(plan, tuple(str(words.get(code, code)) for code in plan.remedies))


def plan_form(page: CasePage, line: PlanLine) -> Form:
    """A plan as the boxes of a form."""
    plan, complaint = line.plan, page.complaint
    finding = next((row for row in page.findings if row.round == plan.round), None)
    meetings = [row for row in page.meetings if row.round == plan.round]
    rows: list[tuple[Field, ...]] = [
        (Field(_("Complainant"), complainant(page)), Field(_("Complaint number"), complaint.number)),
        (Field(_("Received at"), minute(complaint.received_at)), Field(_("Severity"), page.severity_name)),
        (Field(_("Subject"), complaint.subject),),
        (Field(_("What is demanded"), complaint.demand),),
        (Field(_("What was found"), _finding_text(finding)),),
        (
            Field(_("Kind of decision"), str(plan.get_decision_kind_display())),
            Field(_("Remedies"), listed(line.remedies)),
        ),
        (Field(_("Amount"), money(plan.amount)),),
        (Field(_("Resolution"), plan.summary, is_tall=True),),
        (Field(_("Steps"), "\n".join(_step_text(step) for step in plan.steps.all())),),
        (
            Field(
                _("Handling opinion"), signed(plan.opinion, f"{plan.made_by or ''} {day(plan.made_at)}"), is_tall=True
            ),
        ),
        (Field(_("Improvement measures"), plan.improvement),),
        (Field(_("Opinion of the approver"), signed(plan.decision_opinion, _decided(plan)), is_tall=True),),
    ]
    rows += [(Field(_("Meeting decision"), meeting_text(row)),) for row in meetings]
    if plan.answered_at:
        answer = str(plan.get_status_display())
        rows.append((Field(_("Answer of the complainant"), f"{answer} {day(plan.answered_at)}"),))
    return Form(tuple(rows))


def meeting_text(row: MeetingDecision) -> str:
    """When it met, what it decided and how, and its minutes (WF-5)."""
    decision = pgettext("meeting", "In favour") if row.is_approving else pgettext("meeting", "Against")
    return signed(
        f"{whole_day(row.held_on)} {decision}",
        _("Participants: %(people)s") % {"people": row.participants},
        _("By consensus") if row.by_consensus else "",
        row.votes,
        row.minutes,
    )


def _decided(plan: Plan) -> str:
    return f"{plan.decided_by or ''} {day(plan.decided_at)}" if plan.decided_at else ""


def _step_text(step: PlanStep) -> str:
    who = f"{step.owner}，" if step.owner else ""
    text = remarked(step, f"{who}{minute(step.due_at)}")
    return f"{text} ✓ {minute(step.done_at)}" if step.done_at else text


def _finding_text(finding: Finding | None) -> str:
    if finding is None:
        return ""
    if finding.is_waived:
        return signed(_("Gone ahead without a determination"), finding.waiver_reason)
    return signed(str(finding.get_outcome_display()), finding.opinion)


def written_opinion(page: CasePage, finding: Finding) -> Document:
    """The written opinion on an unfounded complaint (WF-3)."""
    if finding.outcome != Outcome.UNFOUNDED:
        raise NotFinalError(_("A written opinion is made where a complaint was found unfounded."))
    complaint = page.complaint
    rows: tuple[tuple[Field, ...], ...] = (
        (Field(_("Complainant"), complainant(page)), Field(_("Complaint number"), complaint.number)),
        (Field(_("Received at"), minute(complaint.received_at)), Field(_("Found on"), day(finding.made_at))),
        (Field(_("Subject"), complaint.subject),),
        (Field(_("What is complained of"), complaint.content),),
        (Field(_("What is demanded"), complaint.demand),),
        (Field(_("Finding"), str(finding.get_outcome_display())),),
        (Field(_("Opinion"), finding.opinion, is_tall=True),),
    )
    places = Signatures(
        (
            Place(_("Handled by"), str(finding.made_by or ""), day(finding.made_at)),
            Place(_("Organisation"), organisation(page), has_seal=True),
        )
    )
    return document(page, f"opinion-{finding.pk}", _("Written opinion"), complaint.number, Form(rows), places)
