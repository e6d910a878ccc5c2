"""Registering complaints: one service for people, importers and every channel. (IN-2 … IN-6, IN-8, DL-8)"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.acts import ACTS
from complaints.models import (
    Calendar,
    Category,
    Channel,
    Complainant,
    Complaint,
    ComplaintEvent,
    Department,
    PolicyVersion,
    User,
)
from complaints.models.registers import registers
from complaints.models.standing import Standing, standing_of
from complaints.permissions import may_register
from complaints.queries.case import Case
from complaints.queries.governing import Governing, NoVersionError
from complaints.services import deadlines, materials, notices, records, supervision
from complaints.services.doing import ActRefusedError, Doing
from complaints.services.effects.intake import respondent
from complaints.services.numbers import take_numbers
from complaints.states import ComplainantKind, Kind, Severity

REGISTER = ACTS["register"]
NOBODY = Standing(0, ())

#: Elements that are text, and how much of a contact is kept; the other limits are those of the columns.
TEXTS = (
    "subject",
    "content",
    "demand",
    "product",
    "order_number",
    "source",
    "external_id",
    "complainant_name",
    "complainant_phone",
    "complainant_email",
    "complainant_address",
)
CONTACT_LIMIT = 500


class RegistrationError(ActRefusedError):
    """A registration that cannot be made; `found` says of each element what is wrong with it."""

    def __init__(self, code: str, *found: tuple[str, str]) -> None:
        super().__init__(code, *(text for _element, text in found))
        self.found = list(found)


@dataclass(frozen=True, slots=True)
class RespondentGiven:
    """Whom the complaint is against."""

    kind: str
    department: Department | None = None
    person: User | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Registration:
    """Registration elements 登记要素 (IN-3). Moments are aware; `received_at` is when the complaint reached us."""

    channel: Channel
    first_contact_department: Department
    subject: str
    received_at: datetime
    content: str = ""
    kind: str = Kind.COMPLAINT
    complainant_kind: str = ComplainantKind.CUSTOMER
    complainant_name: str = ""
    complainant_phone: str = ""
    complainant_email: str = ""
    complainant_address: str = ""
    complainant_employee: User | None = None
    category: Category | None = None
    severity: str = Severity.GENERAL
    demand: str = ""
    occurred_on: date | None = None
    product: str = ""
    order_number: str = ""
    is_truth_declared: bool = False
    grounds: tuple[str, ...] = ()
    receiver: str = ""
    respondents: tuple[RespondentGiven, ...] = ()
    originals: tuple[UploadedFile, ...] = ()
    source: str = ""
    external_id: str = ""
    #: When its clocks start: receipt, unless an importer says that they start with the import.
    clocks_from: datetime | None = field(default=None)


def problems(given: Registration, version: PolicyVersion, now: datetime) -> list[tuple[str, str]]:
    """Everything that keeps a registration from being made, as (element, sentence); empty if nothing does."""
    rules, found = version.rules.acceptance, []
    if not given.subject.strip():
        found.append(("subject", _("The subject is missing.")))
    found += _unstorable(given)
    if given.received_at > now:
        found.append(("received_at", _("The time of receipt lies in the future.")))
    if given.occurred_on and given.occurred_on > timezone.localdate(given.received_at):
        found.append(("occurred_on", _("It cannot have happened after it was received.")))
    if not given.channel.is_active:
        found.append(("channel", _("This channel is switched off.")))
    found += _complainant_problems(given, version)
    known_grounds = {option.code for option in rules.grounds}
    if known_grounds and not given.grounds:
        found.append(("grounds", _("This policy asks for at least one ground.")))
    if set(given.grounds) - known_grounds:
        found.append(("grounds", _("A ground that this policy does not know.")))
    chosen = {receiver.code for receiver in rules.receivers}
    if given.receiver and given.receiver not in chosen:
        found.append(("receiver", _("A receiver that this policy does not know.")))
    if given.severity not in {level.code for level in version.rules.severities}:
        found.append(("severity", _("A severity that this policy does not know.")))
    return found


def _unstorable(given: Registration) -> Iterator[tuple[str, str]]:
    """Texts that no column holds: too long, or with signs that mean the end of a text to a database."""
    for name in TEXTS:
        text = getattr(given, name)
        if "\x00" in text:
            yield name, _("It contains a sign that cannot be stored (NUL).")
        limit = _limit(name)
        if limit is None or len(text.strip()) <= limit:
            continue
        if name == "subject":
            yield name, _("The subject is longer than 200 signs; put the rest into the content.")
        else:
            yield name, _("Longer than %(limit)d signs.") % {"limit": limit}


@cache
def _limit(name: str) -> int | None:
    if name.startswith("complainant_"):
        return CONTACT_LIMIT
    limit: int | None = getattr(Complaint._meta.get_field(name), "max_length", None)
    return limit


def _complainant_problems(given: Registration, version: PolicyVersion) -> list[tuple[str, str]]:
    rules, found = version.rules.acceptance, []
    if given.complainant_kind == ComplainantKind.ANONYMOUS:
        if not rules.anonymous_allowed:
            found.append(("complainant_kind", _("This policy does not take anonymous complaints.")))
        if given.complainant_name:
            found.append(("complainant_name", _("An anonymous complainant has no name.")))
    elif rules.signed_required and not given.complainant_name:
        found.append(("complainant_name", _("This policy asks for a signed complaint: the name is missing.")))
    return found


@dataclass(frozen=True, slots=True)
class Ruled:
    """A registration that nothing stands against, with the policy version and calendar that govern it."""

    given: Registration
    version: PolicyVersion
    calendar: Calendar


def ruled(given: Registration, governing: Governing, standing: Standing | None, now: datetime) -> Ruled:
    """What governs a registration; RegistrationError with everything that is wrong with it.

    `standing` is of whom it is made in the name of, None for the system.
    """
    if standing is not None and not may_register(standing, given.first_contact_department.pk):
        raise RegistrationError(
            "not_allowed", ("first_contact_department", _("You may not register complaints for this department."))
        )
    try:
        version = governing.version(given)
        calendar = governing.calendar(version)
    except NoVersionError as error:
        raise RegistrationError("missing", ("", str(error))) from error
    if found := problems(given, version, now):
        raise RegistrationError("missing", *found)
    return Ruled(given, version, calendar)


def register(given: Registration, *, by: User, now: datetime) -> Complaint:
    """Register one complaint in the name of `by`.

    Gives it its number, governing policy version (DL-8), complainant, respondents with the recusals that follow,
    originals, event, clocks and notices, in one transaction. Raises ActRefusedError with everything that is wrong.
    """
    known = registers()
    checked = ruled(given, Governing(now, known), standing_of(by, now, known), now)
    with transaction.atomic():
        ((case, event),) = record([checked], by=by, now=now)
        case.registers = known
        supervision.tell_supervisor(case.complaint, now=now)
        notices.tell_of_act(case, REGISTER, event, REGISTER.tells, by=by.pk)
    return case.complaint


def record(
    rows: Sequence[Ruled], *, by: User | None, now: datetime, details: Sequence[Mapping[str, Any]] = ()
) -> list[tuple[Case, ComplaintEvent]]:
    """Make the complaints of `rows`, set-wise, each with all that belongs to it; tells nobody.

    Numbers follow the order of the rows. Call it in a transaction; the number series stays locked until its end.
    `details` adds to what each event keeps. (IN-4, AU-1)
    """
    reason = REGISTER.code
    complainants = [new_complainant(row.given) for row in rows]
    records.save_all(Complainant, complainants, by=by, reason=reason, now=now)
    numbers = _numbers(rows, now)
    complaints = [
        new_complaint(row.given, row.version, row.calendar, complainant, next(numbers[row.given.kind]), by=by, now=now)
        for row, complainant in zip(rows, complainants, strict=True)
    ]
    records.save_all(Complaint, complaints, by=by, reason=reason, now=now)
    cases = [_new_case(complaint, now) for complaint in complaints]
    for row, case in zip(rows, cases, strict=True):
        _attach(row.given, case, by=by, now=now)
    if supervised := supervision.begin(cases, by=by, now=now):
        Complaint.objects.bulk_update(supervised, ["supervisor"], batch_size=500)
        keys = [complaint.pk for complaint in supervised]
        records.record_history(Complaint, keys, change="~", by=by, reason=reason, now=now)
    events = [
        register_event(complaint, by=by, at=row.given.clocks_from or row.given.received_at, now=now)
        for row, complaint in zip(rows, complaints, strict=True)
    ]
    for event, detail in zip(events, details, strict=False):
        event.detail |= detail
    records.insert_all(ComplaintEvent, events)
    beginnings = [(case, event.at) for case, event in zip(cases, events, strict=True)]
    deadlines.start_new(beginnings, reason, by=by, now=now)
    return list(zip(cases, events, strict=True))


def _numbers(rows: Sequence[Ruled], now: datetime) -> dict[str, Iterator[str]]:
    counts = Counter(row.given.kind for row in rows)
    return {kind: iter(take_numbers(kind, now, count)) for kind, count in sorted(counts.items())}


def _new_case(complaint: Complaint, now: datetime) -> Case:
    """A case of which nothing needs to be read, because there is nothing yet."""
    case = Case(complaint, now)
    vars(case).update(pauses=[], running=[], recusals=[], open_escalations=[])
    return case


def _attach(given: Registration, case: Case, *, by: Any, now: datetime) -> None:
    """Respondents with the recusals that follow, and originals."""
    if given.respondents:
        doing = Doing(case=case, act=REGISTER, by=by, standing=NOBODY, given={}, now=now)
        for party in given.respondents:
            respondent(doing, kind=party.kind, department=party.department, person=party.person, name=party.name)
    for upload in given.originals:
        materials.keep(case.complaint, upload, title=upload.name or "", is_original=True, by=by, now=now)


def new_complainant(given: Registration) -> Complainant:
    """The complainant of a registration, not yet saved."""
    complainant = Complainant(
        kind=given.complainant_kind,
        name=given.complainant_name.strip(),
        phone=given.complainant_phone.strip(),
        email=given.complainant_email.strip(),
        address=given.complainant_address.strip(),
        employee=given.complainant_employee,
    )
    complainant.fill_digests()
    return complainant


def new_complaint(
    given: Registration,
    version: PolicyVersion,
    calendar: Calendar,
    complainant: Complainant,
    number: str,
    *,
    by: User | None,
    now: datetime,
) -> Complaint:
    """The complaint of a registration, not yet saved."""
    rules = version.rules
    receiver = given.receiver
    if not receiver and (led := rules.receiver_for(given.channel.code)):
        receiver = led.code
    return Complaint(
        number=number,
        kind=given.kind,
        policy_version=version,
        calendar=calendar,
        channel=given.channel,
        category=given.category,
        severity=given.severity,
        complainant=complainant,
        subject=given.subject.strip(),
        content=given.content,
        demand=given.demand,
        occurred_on=given.occurred_on,
        product=given.product,
        order_number=given.order_number,
        received_at=given.received_at,
        registered_at=now,
        registered_by=by,
        first_contact_department=given.first_contact_department,
        owner_department=given.first_contact_department,
        is_confidential=rules.acceptance.confidential,
        is_truth_declared=given.is_truth_declared,
        grounds=list(given.grounds),
        receiver=receiver,
        source=given.source,
        external_id=given.external_id,
    )


def register_event(complaint: Complaint, *, by: User | None, at: datetime, now: datetime) -> ComplaintEvent:
    """The event of a registration, not yet saved. It takes effect when the clocks start."""
    return ComplaintEvent(
        complaint=complaint,
        round=1,
        act=REGISTER.code,
        actor=by,
        actor_name=str(by) if by is not None else "",
        actor_role="",
        from_state="",
        to_state=complaint.state,
        detail={"channel": complaint.channel.code},
        at=at,
        recorded_at=now,
    )
