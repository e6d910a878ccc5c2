"""Conditions that lists of complaints are narrowed by, each as one SQL condition for all rows. (AU-4, AU-5, DL-6)

Everything here narrows what `visible_to` gave and never widens it.
"""

import unicodedata
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Replace
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.encryption import digest
from complaints.localised import localise
from complaints.models import (
    Calendar,
    CaseLink,
    ClockPause,
    Complaint,
    Deadline,
    Escalation,
    FurtherCategory,
    Handover,
    PolicyVersion,
    Recusal,
    Respondent,
)
from complaints.models.standing import Standing
from complaints.policy_rules import PolicyRules
from complaints.queries.calendars import working_calendar
from complaints.queries.case_clocks import SOON, amount
from complaints.states import CaseRole, LinkKind, Role
from complaints.working_time import Limit, Unit, WorkingTimeError

NOBODY = Q(pk__in=[])
#: An empty condition would vanish from an “or”.
EVERYBODY = Q(pk__isnull=False)
FRONT = (CaseRole.INTAKE, CaseRole.HANDLER, CaseRole.OWNER_HEAD)


# -- what a person is towards complaints: `permissions.case_roles`, for all rows at once ------------------------------


def below(field: str, paths: Iterable[str]) -> Q:
    """The department of `field` lies at or below one of `paths`."""
    condition = NOBODY
    for path in paths:
        condition |= Q(**{f"{field}__path__startswith": path})
    return condition


def towards(standing: Standing, role: str) -> Q:
    """Complaints towards which the person is that. Of complaints that `visible_to` gave: the recused see none."""
    if role in _FRONT_OFFICES:
        return _FRONT_OFFICES[role](standing) & ~_of_respondent(standing)
    if role == CaseRole.LIAISON:
        return Q(responsible_department__in=standing.department_ids(Role.LIAISON))
    if role == CaseRole.RESPONSIBLE_HEAD:
        return below("responsible_department", standing.paths(Role.HEAD))
    if role == CaseRole.ADDRESSEE:
        return escalated_to(standing) | offered_to(standing)
    return EVERYBODY if standing.has(role) else NOBODY


def _handler(standing: Standing) -> Q:
    """Once a handler is assigned, only that person, or their deputy, is the handler."""
    free = Q(handler=None, owner_department__in=standing.department_ids(Role.HANDLER))
    return free | Q(handler__in=sorted(standing.people))


def _executive(standing: Standing) -> Q:
    paths = standing.paths(Role.EXECUTIVE)
    return below("owner_department", paths) | below("responsible_department", paths)


#: Offices that people of a department complained of do not hold towards the case.
_FRONT_OFFICES: dict[str, Callable[[Standing], Q]] = {
    CaseRole.INTAKE: lambda standing: Q(owner_department__in=standing.department_ids(Role.INTAKE)),
    CaseRole.HANDLER: _handler,
    CaseRole.OWNER_HEAD: lambda standing: below("owner_department", standing.paths(Role.HEAD)),
    CaseRole.EXECUTIVE: _executive,
}


def _of_respondent(standing: Standing) -> Q:
    """Of a department complained of that may answer contact sheets and nothing more."""
    own = sorted({int(part) for path in standing.own_paths for part in path.strip("/").split("/")})
    return Q(Exists(Recusal.objects.filter(complaint=OuterRef("pk"), department__in=own, may_answer=True)))


def escalated_to(standing: Standing) -> Q:
    """An escalation addressed to the person, or to somebody they stand in for, waits for its answer (DL-5)."""
    people = sorted(standing.people)
    return Q(Exists(Escalation.objects.filter(complaint=OuterRef("pk"), answered_at=None, addressee__in=people)))


def offered_to(standing: Standing) -> Q:
    """A handover is offered to the person's department (IN-5)."""
    departments = standing.department_ids(Role.INTAKE, Role.HANDLER, Role.HEAD)
    return Q(Exists(Handover.objects.filter(complaint=OuterRef("pk"), decided_at=None, to_department__in=departments)))


def identity_readable(standing: Standing) -> Q:
    """Complaints whose complainant the person may read by name: `permissions.may_read_identity`, set-wise (AU-5)."""
    front = NOBODY
    for role in FRONT:
        front |= towards(standing, role)
    wider = front | towards(standing, CaseRole.EXECUTIVE) | towards(standing, CaseRole.QUALITY)
    return Q(front, is_confidential=True) | Q(wider, is_confidential=False)


# -- search -----------------------------------------------------------------------------------------------------------

TEXTS = ("subject", "content", "demand", "product", "order_number")
_SIGNS_OF_NUMBERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


def search(complaints: QuerySet[Complaint], text: str, standing: Standing) -> QuerySet[Complaint]:
    """Complaints that hold every word of `text` somewhere, or whose complainant is exactly this.

    Complainants are found by the keyed digest of name, telephone number or mail address, and only where the person may
    read who complains: a search must not confirm a guess about a confidential case.
    """
    text = unicodedata.normalize("NFKC", text.replace("\x00", "")).strip()
    if not text:
        return complaints
    by_words = Q()
    for word in text.split():
        by_words &= _holds(word)
    plain = text.replace("-", "")
    complaints = complaints.alias(_plain_number=Replace("number", Value("-"), Value("")))
    if plain and set(text.lower()) <= _SIGNS_OF_NUMBERS:
        by_words |= Q(_plain_number__istartswith=plain)
    return complaints.filter(by_words | _by_complainant(text, standing))


def _holds(word: str) -> Q:
    condition = Q(
        Exists(
            Respondent.objects.filter(
                Q(name__icontains=word) | Q(person__display_name__icontains=word), complaint=OuterRef("pk")
            )
        )
    )
    for field in TEXTS:
        condition |= Q(**{f"{field}__icontains": word})
    return condition


def _by_complainant(text: str, standing: Standing) -> Q:
    wanted = digest(text)
    if not wanted:
        return NOBODY
    found = Q()
    for field in ("name_digest", "phone_digest", "email_digest"):
        found |= Q(**{f"complainant__{field}": wanted})
    return found & identity_readable(standing)


# -- age ---------------------------------------------------------------------------------------------------------------

#: Days since receipt, from and until, by the code of the class; none is left out.
AGES: dict[str, tuple[int | None, int | None]] = {
    "0-1": (None, 1),
    "1-3": (1, 3),
    "3-7": (3, 7),
    "7-15": (7, 15),
    "15-30": (15, 30),
    "30-": (30, None),
}


def age_name(code: str) -> str:
    """The class as signs that every language reads."""
    start, end = AGES[code]
    return f"< {end}" if start is None else f"≥ {start}" if end is None else f"{start}–{end}"


def aged(code: str, now: datetime) -> Q:
    """So many days have gone by since receipt: from the first number of the class on, less than the second."""
    start, end = AGES[code]
    condition = EVERYBODY
    if start is not None:
        condition &= Q(received_at__lte=now - timedelta(days=start))
    if end is not None:
        condition &= Q(received_at__gt=now - timedelta(days=end))
    return condition


# -- clocks -----------------------------------------------------------------------------------------------------------

#: Working days ahead that lists can be narrowed to; the first is what the desk calls soon.
AHEAD = (1, 3, 5)


def running_deadlines() -> QuerySet[Deadline]:
    """Running deadlines of the outer complaint."""
    return Deadline.objects.filter(complaint=OuterRef("pk"), met_at=None, cancelled_at=None)


def with_next_due(complaints: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """Each complaint with `next_due_at`, when its next running clock is due."""
    return complaints.annotate(next_due_at=Subquery(running_deadlines().order_by("due_at").values("due_at")[:1]))


def overdue(now: datetime) -> Q:
    """A running clock is past its due moment. A pause that lasts is in the due moment already."""
    return Q(Exists(running_deadlines().filter(due_at__lte=now)))


def due_today(now: datetime) -> Q:
    """A clock falls due between now and midnight."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return Q(Exists(running_deadlines().filter(due_at__gt=now, due_at__lte=midnight)))


def horizons(now: datetime, working_days: int) -> dict[int, datetime]:
    """For each working calendar the end of so many working days from now; days of the week where it cannot say."""
    found = {}
    for calendar in Calendar.objects.order_by("pk"):
        try:
            found[calendar.pk] = working_calendar(calendar).add(now, Limit(working_days, Unit.WORKING_DAY)).due_at
        except WorkingTimeError:
            found[calendar.pk] = now + timedelta(days=working_days)
    return found


def due_within(now: datetime, until: dict[int, datetime], **narrower: object) -> Q:
    """A clock falls due after now and before the horizon of the complaint's calendar."""
    condition = NOBODY
    for calendar, moment in until.items():
        clocks = running_deadlines().filter(due_at__gt=now, due_at__lte=moment, **narrower)
        condition |= Q(Exists(clocks), calendar=calendar)
    return condition


def provisional() -> Q:
    """A running clock counts days of a year whose official calendar is not published (DL-2)."""
    return Q(Exists(running_deadlines().filter(is_provisional=True)))


def paused(now: datetime) -> Q:
    """Its clocks stand still (DL-7)."""
    return Q(Exists(ClockPause.objects.filter(complaint=OuterRef("pk"), ends_at=None, cap_at__gt=now)))


def escalated() -> Q:
    """An escalation waits for its answer."""
    return Q(Exists(Escalation.objects.filter(complaint=OuterRef("pk"), answered_at=None)))


def linked(kind: str = "") -> Q:
    """It belongs together with another complaint, in whatever way or in this one."""
    rows = CaseLink.objects.filter(kind=kind) if kind else CaseLink.objects.all()
    here, there = rows.filter(complaint=OuterRef("pk")), rows.filter(other=OuterRef("pk"))
    return Q(Exists(here)) if kind == LinkKind.REPEAT else Q(Exists(here)) | Q(Exists(there))


def further_categories(categories: QuerySet) -> Q:
    """One of the categories is a further one of the complaint (CL-2)."""
    return Q(Exists(FurtherCategory.objects.filter(complaint=OuterRef("pk"), category__in=categories)))


@dataclass(frozen=True, slots=True)
class ClockMark:
    """The clock of a row: `status` colours it; `word` says how long it still has, or by how much it is late."""

    name: str
    due_at: datetime
    status: str
    word: str
    is_provisional: bool


def clock_mark(deadline: Deadline, now: datetime, *, is_paused: bool = False) -> ClockMark:
    """How a running deadline stands at `now`."""
    if deadline.due_at <= now:
        status = "overdue"
        word = _("%(amount)s late") % {"amount": stretch(now - deadline.due_at)}
    else:
        word = _("%(amount)s left") % {"amount": stretch(deadline.due_at - now)}
        whole = deadline.due_at - deadline.started_at
        status = "soon" if now - deadline.started_at >= whole * float(SOON) else "ok"
        if is_paused:
            status, word = "paused", pgettext("clock", "Paused")
    return ClockMark(localise(deadline.names), deadline.due_at, status, word, deadline.is_provisional)


def stretch(length: timedelta) -> str:
    """A stretch of natural time in words, in the largest unit that says enough."""
    minutes = int(length.total_seconds() // 60)
    hours, days = minutes // 60, minutes // (24 * 60)
    if days >= 2:  # noqa: PLR2004 - up to two days, hours say more
        return amount(days, Unit.DAY)
    if hours >= 1:
        return amount(hours, Unit.HOUR)
    return amount(minutes, Unit.MINUTE) if minutes else _("less than a minute")


class Rows:
    """What a page of complaints shows beside their own columns, read in three queries however many rows there are."""

    def __init__(
        self, complaints: Iterable[Complaint], now: datetime, clocks: Iterable[Deadline] | None = None
    ) -> None:
        """`clocks` are the deadlines to show, if not the next one of each complaint."""
        rows = list(complaints)
        keys = {row.pk for row in rows}
        self.now = now
        running = Deadline.objects.filter(complaint__in=keys, met_at=None, cancelled_at=None)
        self._clocks = _first(running.defer("schedule").order_by("due_at", "id") if clocks is None else clocks)
        pauses = ClockPause.objects.filter(complaint__in=keys, ends_at=None, cap_at__gt=now)
        self._pauses = dict(pauses.values_list("complaint_id", "ground"))
        self._rules = rules_of(row.policy_version_id for row in rows)

    def with_clocks(self, clocks: Iterable[Deadline]) -> "Rows":
        """The same rows with other deadlines to show."""
        other = copy(self)
        other._clocks = _first(clocks)  # noqa: SLF001 - it is one of us
        return other

    def severity(self, complaint: Complaint) -> str:
        """What its policy calls its severity."""
        return localise(self._rules[complaint.policy_version_id].severity_name(complaint.severity))

    def clock(self, complaint: Complaint) -> ClockMark | None:
        """How its clock stands."""
        deadline = self._clocks.get(complaint.pk)
        if deadline is None:
            return None
        ground = self._pauses.get(complaint.pk)
        is_paused = ground is not None and ground in self._grounds(complaint, deadline)
        return clock_mark(deadline, self.now, is_paused=is_paused)

    def _grounds(self, complaint: Complaint, deadline: Deadline) -> frozenset[str]:
        """The grounds on which the clock stands still: none for a date that people set, or an answer."""
        if deadline.plan_step_id is not None or deadline.escalation_id is not None or deadline.subject:
            return frozenset()
        try:
            return self._rules[complaint.policy_version_id].clock(deadline.clock).pauses
        except KeyError:
            return frozenset()


def _first(clocks: Iterable[Deadline]) -> dict[int, Deadline]:
    """Of deadlines in the order of their due moments the first of each complaint."""
    found: dict[int, Deadline] = {}
    for deadline in clocks:
        found.setdefault(deadline.complaint_id, deadline)
    return found


#: Rules by the digest of their document: reading a document takes ten milliseconds, and rules never change.
_READ: dict[str, PolicyRules] = {}
_READ_AT_MOST = 100


def rules_of(version_ids: Iterable[int]) -> dict[int, PolicyRules]:
    """The rules of policy versions in one query, each document read once per process."""
    found = {}
    for version in PolicyVersion.objects.filter(pk__in=set(version_ids)):
        if version.digest not in _READ:
            if len(_READ) >= _READ_AT_MOST:
                _READ.clear()
            _READ[version.digest] = version.rules
        found[version.pk] = _READ[version.digest]
    return found
