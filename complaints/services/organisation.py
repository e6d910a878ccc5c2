"""Departments, appointments and absences. (DL-3: an escalation must find a living person)

Every function checks that `by` may do it (None is the system), changes, and leaves history with the reason, in one
transaction. What is refused raises OrganisationError with a message for people.
"""

from collections.abc import Mapping
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import Absence, Appointment, Complaint, Department, User
from complaints.models.standing import standing_of
from complaints.queries.people import may_record_absence_of
from complaints.services import records, trees
from complaints.services.people import require_administrator
from complaints.states import ENDED, Role


class OrganisationError(Exception):
    """The organisation cannot be like that. `field` names what to correct, if one thing."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


# --- Departments --------------------------------------------------------------------------------------------------


def create_department(
    *, code: str, names: Mapping[str, str], parent: Department | None, by: User | None, reason: str = "", now: datetime
) -> Department:
    """A new, active department."""
    require_administrator(by, now)
    with transaction.atomic():
        _refuse_taken_code(code, None)
        _refuse_inactive_parent(parent)
        department = Department(code=code, names=dict(names), parent=parent)
        return trees.insert(department, by=by, reason=reason, now=now)


def change_department(
    department_id: int,
    *,
    code: str,
    names: Mapping[str, str],
    parent: Department | None,
    is_active: bool,
    by: User | None,
    reason: str,
    now: datetime,
) -> Department:
    """Rename, move, switch off or on. Everything below moves along.

    Refused: a department below itself; switching one off that still has open complaints, appointments or active
    departments below it.
    """
    require_administrator(by, now)
    with transaction.atomic():
        department = Department.objects.select_for_update().get(pk=department_id)
        _refuse_taken_code(code, department)
        if parent is not None:
            parent.refresh_from_db()
            if trees.is_below(parent, department):
                raise OrganisationError(_("A department cannot be placed below itself."), "parent")
        if is_active:
            _refuse_inactive_parent(parent)
        elif department.is_active:
            _refuse_while_in_use(department, now)
        fields = {"code": code, "names": dict(names), "parent": parent, "is_active": is_active}
        return trees.change(department, fields, by=by, reason=reason, now=now)


def _refuse_taken_code(code: str, department: Department | None) -> None:
    if Department.objects.filter(code=code).exclude(pk=department.pk if department else 0).exists():
        raise OrganisationError(_("Another department has this code."), "code")


def _refuse_inactive_parent(parent: Department | None) -> None:
    if parent is not None and not parent.is_active:
        raise OrganisationError(_("%(department)s is not active.") % {"department": parent}, "parent")


def _refuse_while_in_use(department: Department, now: datetime) -> None:
    if Department.objects.filter(parent=department, is_active=True).exists():
        raise OrganisationError(_("There are active departments below this one."), "is_active")
    concerned = Q(owner_department=department) | Q(responsible_department=department)
    complaints = Complaint.objects.filter(concerned).exclude(state__in=ENDED).count()
    if complaints:
        raise OrganisationError(
            _("%(count)d open complaints belong to this department. Hand them over first.") % {"count": complaints},
            "is_active",
        )
    appointments = Appointment.objects.filter(department=department).filter(_not_over(now)).count()
    if appointments:
        raise OrganisationError(
            _("%(count)d people are still appointed here. End their appointments first.") % {"count": appointments},
            "is_active",
        )


# --- Appointments -------------------------------------------------------------------------------------------------


def appoint(
    person: User,
    department: Department,
    role: str,
    *,
    starts_on: date,
    ends_on: date | None = None,
    by: User | None,
    reason: str = "",
    now: datetime,
) -> Appointment:
    """Give a person a role in a department from one day to another, both included.

    Refused: an inactive person or department; the same role there twice at one time.
    """
    require_administrator(by, now)
    with transaction.atomic():
        if not person.is_active:
            raise OrganisationError(_("%(person)s is inactive.") % {"person": person}, "person")
        if not department.is_active:
            raise OrganisationError(_("%(department)s is not active.") % {"department": department}, "department")
        appointment = Appointment(
            person=person, department=department, role=Role(role), starts_on=starts_on, ends_on=ends_on
        )
        _refuse_days(appointment)
        return records.save(appointment, by=by, reason=reason, now=now)


def end_appointment(
    appointment_id: int, *, ends_on: date | None, by: User | None, reason: str, now: datetime
) -> Appointment:
    """Set, move or take back the last day of an appointment. Who held what and when is never changed otherwise.

    Refused: a last day that lies in the past and was not set before; leaving the site without an administrator.
    """
    require_administrator(by, now)
    with transaction.atomic():
        appointment = Appointment.objects.select_for_update().get(pk=appointment_id)
        today = timezone.localdate(now)
        if appointment.ends_on is not None and appointment.ends_on < today:
            raise OrganisationError(_("This appointment is over. Make a new one."), "ends_on")
        appointment.ends_on = ends_on
        _refuse_days(appointment)
        if ends_on is not None and appointment.role == Role.ADMINISTRATOR:
            _refuse_last_administrator(appointment)
        return records.save(appointment, by=by, reason=reason, now=now)


def _refuse_days(appointment: Appointment) -> None:
    starts_on, ends_on = appointment.starts_on, appointment.ends_on
    if ends_on is not None and ends_on < starts_on:
        raise OrganisationError(_("The last day lies before the first."), "ends_on")
    others = Appointment.objects.filter(
        person=appointment.person, department=appointment.department, role=appointment.role
    ).exclude(pk=appointment.pk)
    others = others.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on))
    if ends_on is not None:
        others = others.filter(starts_on__lte=ends_on)
    if others.exists():
        raise OrganisationError(_("The person already holds this role there at that time."))


def _refuse_last_administrator(appointment: Appointment) -> None:
    others = Appointment.objects.filter(role=Role.ADMINISTRATOR, ends_on=None, person__is_active=True)
    if not others.exclude(pk=appointment.pk).exists():
        raise OrganisationError(_("Nobody would be administrator any more."), "ends_on")


def _not_over(now: datetime) -> Q:
    return Q(ends_on=None) | Q(ends_on__gte=timezone.localdate(now))


# --- Absences -----------------------------------------------------------------------------------------------------


def record_absence(
    person: User,
    *,
    starts_at: datetime,
    ends_at: datetime,
    deputy: User | None = None,
    why: str = "",
    by: User | None,
    reason: str = "",
    now: datetime,
) -> Absence:
    """A person is away from `starts_at` until just before `ends_at`; the deputy acts and is told in their stead.

    By the person, their head, or an administrator. Refused: a deputy who is the person, inactive, or away themselves
    at the time; two absences of one person at once.
    """
    absence = Absence(person=person)
    return _write_absence(absence, starts_at, ends_at, deputy, why, by=by, reason=reason, now=now)


def change_absence(
    absence_id: int,
    *,
    starts_at: datetime,
    ends_at: datetime,
    deputy: User | None,
    why: str,
    by: User | None,
    reason: str,
    now: datetime,
) -> Absence:
    """Change an absence that is not over yet; to end it, let it end now. Refused as by `record_absence`."""
    with transaction.atomic():
        absence = Absence.objects.select_for_update().select_related("person").get(pk=absence_id)
        if absence.ends_at <= now:
            raise OrganisationError(_("This absence is over."))
        return _write_absence(absence, starts_at, ends_at, deputy, why, by=by, reason=reason, now=now)


def _write_absence(
    absence: Absence,
    starts_at: datetime,
    ends_at: datetime,
    deputy: User | None,
    why: str,
    *,
    by: User | None,
    reason: str,
    now: datetime,
) -> Absence:
    if by is not None and not may_record_absence_of(by, standing_of(by, now), absence.person_id, now):
        raise PermissionDenied
    with transaction.atomic():
        absence.starts_at, absence.ends_at = starts_at, ends_at
        absence.deputy, absence.reason = deputy, why
        _refuse_absence(absence)
        return records.save(absence, by=by, reason=reason, now=now)


def _refuse_absence(absence: Absence) -> None:
    if absence.ends_at <= absence.starts_at:
        raise OrganisationError(_("The absence ends before it begins."), "ends_at")
    at_the_time = Absence.objects.filter(starts_at__lt=absence.ends_at, ends_at__gt=absence.starts_at).exclude(
        pk=absence.pk
    )
    if at_the_time.filter(person=absence.person).exists():
        raise OrganisationError(_("An absence at that time is recorded already."))
    deputy = absence.deputy
    if deputy is None:
        return
    if deputy.pk == absence.person_id:
        raise OrganisationError(_("Nobody can be their own deputy."), "deputy")
    if not deputy.is_active:
        raise OrganisationError(_("%(person)s is inactive.") % {"person": deputy}, "deputy")
    if at_the_time.filter(person=deputy).exists():
        raise OrganisationError(_("%(person)s is away at that time too.") % {"person": deputy}, "deputy")
