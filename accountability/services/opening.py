"""How an investigation begins: with the round of its complaint, or as the proposal to do without. (AC-1)"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accountability.acts import BEGINNINGS
from accountability.models import InquiryEvent, Investigation, Membership
from accountability.permissions import may_open
from accountability.queries.eligibility import kept_away
from accountability.queries.inquiry import RELATED, of_investigation
from accountability.services import parties
from accountability.states import InvestigationStatus
from complaints.models import Complaint, User
from complaints.models.standing import Standing, standing_of
from complaints.queries.case import Case
from complaints.services import notices, records, workflow
from complaints.services.doing import ActRefusedError
from complaints.states import State


def open_investigation(
    complaint_id: int, *, by: User, now: datetime, lead: User, scope: str = "", is_joint: bool = False
) -> Investigation:
    """Open the investigation of the present round, led by `lead`, who declares interests before seeing anything.

    From then on only its outcome leads the complaint on. Departments and persons complained of become parties. Raises
    ActRefusedError if `by` may not, if the complaint is not under investigation, or if the round has one already.
    """
    with transaction.atomic():
        case = _begin(complaint_id, by, now)
        investigation = _make(case, by, now, status=InvestigationStatus.OPEN, scope=scope, is_joint=is_joint)
        workflow.perform(complaint_id, "open_investigation", by=by, now=now, vouched=investigation.number)
        parties.name_respondents(investigation, by=by, now=now)
        if not lead.is_active or kept_away(of_investigation(investigation, now), {lead.pk}):
            raise ActRefusedError("missing", _("%(person)s must keep away from this case.") % {"person": lead})
        member = Membership(investigation=investigation, person=lead, is_lead=True, made_by=by, made_at=now)
        records.save(member, by=by, reason="open_investigation", now=now)
        event = _record(investigation, "open_investigation", by, now, detail={"lead": lead.pk})
        _tell(lead, event)
        return investigation


def propose_waiver(complaint_id: int, *, by: User, now: datetime, reason: str) -> Investigation:
    """Propose that no investigation is needed, for `reason`; somebody else approves it. Raises as `open_investigation`.

    Where the policy requires a determination without exception there is nothing to propose (S0).
    """
    with transaction.atomic():
        case = _begin(complaint_id, by, now)
        if not reason.strip():
            raise ActRefusedError("missing", _("“%(field)s” is missing.") % {"field": _("Reason")})
        if case.rules.determination.compulsory:
            raise ActRefusedError("missing", _("This policy requires a determination of responsibility."))
        investigation = _make(case, by, now, status=InvestigationStatus.WAIVER_PROPOSED, waiver_reason=reason)
        workflow.perform(complaint_id, "open_investigation", by=by, now=now, vouched=investigation.number)
        _record(investigation, "propose_waiver", by, now, reason=reason)
        return investigation


def _begin(complaint_id: int, by: User, now: datetime) -> Case:
    """The complaint, locked, if `by` may open its investigation now."""
    standing: Standing = standing_of(by, now)
    seen = Complaint.objects.visible_to(standing).filter(pk=complaint_id).exists()
    rows = Complaint.objects.select_related(*RELATED).select_for_update(of=("self",))
    complaint = rows.filter(pk=complaint_id).first()
    if complaint is None or not seen:
        raise ActRefusedError("not_visible", _("There is no such complaint."))
    case = Case(complaint, now)
    if not may_open(standing, case):
        raise ActRefusedError("not_allowed", _("You may not open an investigation of this case."))
    if complaint.state != State.INVESTIGATING:
        raise ActRefusedError("wrong_state", _("An investigation is opened while the case is under investigation."))
    if Investigation.objects.filter(complaint=complaint, round=complaint.round).exists():
        raise ActRefusedError("wrong_state", _("This round of the case has an investigation already."))
    return case


def _make(case: Case, by: User, now: datetime, **values: object) -> Investigation:
    complaint = case.complaint
    investigation = Investigation(
        complaint=complaint,
        round=complaint.round,
        number=f"{complaint.number}-DC{complaint.round}",
        made_by=by,
        made_at=now,
        **values,
    )
    return records.save(investigation, by=by, reason="open_investigation", now=now)


def _record(
    investigation: Investigation,
    act: str,
    by: User,
    now: datetime,
    *,
    reason: str = "",
    detail: dict[str, object] | None = None,
) -> InquiryEvent:
    if act not in BEGINNINGS:
        raise LookupError(act)
    return InquiryEvent.objects.create(
        complaint=investigation.complaint,
        investigation=investigation,
        subject=of_investigation(investigation, now).key,
        act=act,
        actor=by,
        actor_name=str(by),
        to_state=investigation.status,
        reason=reason,
        detail=detail or {},
        at=now,
        recorded_at=now,
    )


def _tell(lead: User, event: InquiryEvent) -> None:
    """The lead is asked to declare interests, and reads no more than the number of the case until then (WF-13)."""
    number = event.complaint.number if event.complaint is not None else ""
    notices.tell(
        [lead.pk] if lead.pk != event.actor_id else [],
        complaint_id=None,
        key=f"inquiry:{event.pk}",
        kind="inquiry.appoint",
        detail={"by": event.actor_name, "number": number, "subject": event.subject},
        now=event.at,
    )
