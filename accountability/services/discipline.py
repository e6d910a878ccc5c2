"""Reporting an offence to human resources. (AC-12)"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accountability.models import DisciplineRecord, InquiryEvent
from accountability.permissions import may_report_offence
from accountability.states import Offence
from complaints.models import Complaint, Department, User
from complaints.models.standing import standing_of
from complaints.queries.case import Case
from complaints.queries.organisation import Organisation
from complaints.services import notices, numbers, records
from complaints.services.doing import ActRefusedError
from complaints.states import Role

PREFIX = "JL"


def report_offence(
    complaint_id: int,
    *,
    by: User,
    now: datetime,
    offence: Offence,
    facts: str,
    person: User | None = None,
    name: str = "",
    department: Department | None = None,
) -> DisciplineRecord:
    """Record what somebody did against the rules of handling, and tell human resources, who alone go on with it.

    The person concerned is not told by the system. Raises ActRefusedError for who does not work on the case.
    """
    with transaction.atomic():
        standing = standing_of(by, now)
        complaint = Complaint.objects.visible_to(standing).filter(pk=complaint_id).first()
        if complaint is None:
            raise ActRefusedError("not_visible", _("There is no such complaint."))
        if not may_report_offence(standing, Case(complaint, now)):
            raise ActRefusedError("not_allowed", _("You may not record an offence on this case."))
        _refuse_unsound(by, person, name, facts)
        record = DisciplineRecord(
            number=numbers.take(PREFIX, now)[0],
            complaint=complaint,
            offence=offence,
            person=person,
            name="" if person is not None else name,
            department=department,
            facts=facts,
            made_by=by,
            made_at=now,
        )
        records.save(record, by=by, reason="report_offence", now=now)
        InquiryEvent.objects.create(
            complaint=complaint,
            subject=f"discipline:{record.pk}",
            act="report_offence",
            actor=by,
            actor_name=str(by),
            to_state=record.status,
            at=now,
            recorded_at=now,
        )
        _tell(record, by, now)
        return record


def _refuse_unsound(by: User, person: User | None, name: str, facts: str) -> None:
    found = []
    if person is None and not name.strip():
        found.append(_("Say who it is about."))
    if person is not None and person.pk == by.pk:
        found.append(_("Nobody reports themselves here."))
    if not facts.strip():
        found.append(_("Say what happened."))
    if found:
        raise ActRefusedError("missing", *found)


def _tell(record: DisciplineRecord, by: User, now: datetime) -> None:
    people = set(Organisation(now).everywhere(Role.PERSONNEL)) - {by.pk, record.person_id}
    notices.tell(
        sorted(person for person in people if person is not None),
        complaint_id=None,
        key=f"discipline:{record.pk}",
        kind="inquiry.report_offence",
        detail={"by": str(by), "number": record.number, "subject": f"discipline:{record.pk}"},
        now=now,
    )
