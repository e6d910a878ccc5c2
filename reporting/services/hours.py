"""Recording how long somebody worked on a case. (RP-13)"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import Complaint, User
from complaints.models.registers import registers
from complaints.models.standing import standing_of
from complaints.queries.case import Case
from complaints.services.refusal import ActRefusedError
from complaints.states import Role
from reporting.models import WorkEntry, WorkKind
from reporting.models.cost import DAY
from reporting.permissions import may_record_hours, may_record_hours_of, may_withdraw_hours
from reporting.services import entries


@dataclass(frozen=True, slots=True)
class Work:
    """How long who worked on what, on which day of the business time zone."""

    person: User
    worked_on: date
    minutes: int
    kind: str
    remark: str = ""


def record(complaint_id: int, work: Work, *, by: User, now: datetime) -> WorkEntry:
    """Record time on a case, in the round that is under way: one's own, or as head of a department of a member.

    All that is wrong is said together. Raises ActRefusedError: `gone` for a case that `by` may not see, `not_allowed`,
    `missing` for values out of bounds. One person's days are added up with that person's row locked.
    """
    standing = standing_of(by, now)
    with transaction.atomic():
        complaint = Complaint.objects.visible_to(standing, now).filter(pk=complaint_id).first()
        if complaint is None:
            raise ActRefusedError("gone", _("There is no such complaint."))
        case = Case(complaint, now)
        if not may_record_hours(standing, case):
            raise ActRefusedError("not_allowed", _("You have no role on this case that works on it."))
        if not may_record_hours_of(standing, standing_of(work.person, now)):
            raise ActRefusedError(
                "not_allowed", _("You may record hours of your own, and as head those of your members.")
            )
        User.objects.select_for_update().get(pk=work.person.pk)
        department = _department_of(work.person, complaint, now)
        found = _faults(work, complaint, now)
        if work.person.pk in case.recused_people:
            found.append(_("This person must keep away from the case."))
        if department is None:
            raise ActRefusedError("missing", _("This person holds no post."), *found)
        if found:
            raise ActRefusedError("missing", *found)
        entry = WorkEntry(
            complaint=complaint,
            round=complaint.round,
            person=work.person,
            department_id=department,
            worked_on=work.worked_on,
            minutes=work.minutes,
            kind=work.kind,
            remark=work.remark.strip(),
        )
        return entries.keep(entry, by=by, now=now)


def withdraw(entry_id: int, reason: str, *, by: User, now: datetime) -> WorkEntry:
    """Withdraw an entry that is wrong: whose it is, who entered it, a head above them, the quality department."""
    standing = standing_of(by, now)
    with transaction.atomic():
        entry = (
            WorkEntry.objects.select_for_update(of=("self",)).select_related("department").filter(pk=entry_id).first()
        )
        if entry is None or not Complaint.objects.visible_to(standing, now).filter(pk=entry.complaint_id).exists():
            raise ActRefusedError("gone", _("There is no such entry."))
        if not may_withdraw_hours(standing, entry):
            raise ActRefusedError("not_allowed", _("You may not withdraw this entry."))
        return entries.withdraw(entry, reason, by=by, now=now)


def _faults(work: Work, complaint: Complaint, now: datetime) -> list[str]:
    found = []
    zone = timezone.get_default_timezone()
    if work.kind not in WorkKind.values:
        found.append(_("Please choose the kind of work."))
    if work.worked_on > timezone.localdate(now, zone):
        found.append(_("The day lies in the future."))
    first = timezone.localdate(complaint.received_at, zone)
    if work.worked_on < first:
        found.append(_("The case began on %(day)s; no work on it was done before.") % {"day": f"{first:%Y-%m-%d}"})
    if not 1 <= work.minutes <= DAY:
        found.append(_("Between 1 minute and 24 hours can be recorded."))
        return found
    same_day = WorkEntry.objects.known(now).filter(person=work.person, worked_on=work.worked_on)
    recorded = same_day.aggregate(sum=Sum("minutes"))["sum"] or 0
    if recorded + work.minutes > DAY:
        found.append(
            _("On this day %(recorded)d minutes are recorded already, on all cases; together a day has 1440.")
            % {"recorded": recorded}
        )
    return found


def _department_of(person: User, complaint: Complaint, now: datetime) -> int | None:
    """Where the person works: of several departments the one that the case belongs to, else the first of the tree."""
    own = {held.department_id for held in standing_of(person, now).own.held if held.role != Role.ADMINISTRATOR}
    for concerned in (complaint.responsible_department_id, complaint.owner_department_id):
        if concerned in own:
            return concerned
    return next((key for key in registers().departments if key in own), None)
