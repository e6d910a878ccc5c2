"""The one door through which inquiries are acted upon, like `complaints.services.workflow`. (AC-1 … AC-13, AU-1)

`perform` is permission check, change, event record, clocks and notices in one transaction. Whatever belongs to a
complaint is acted upon with the row of the complaint locked, so that two acts on one case never cross.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accountability.acts import ACTS, InquiryAct, Subject
from accountability.models import InquiryEvent
from accountability.permissions import inquiry_roles
from accountability.queries import options as _options  # noqa: F401 - registers what can be chosen
from accountability.queries import requirements as _requirements  # noqa: F401 - registers what must be there
from accountability.queries.inquiry import MODELS, Inquiry, complaint_id_of, load
from accountability.queries.people import heard, people_for, people_of_party
from accountability.services import effects as _effects  # noqa: F401 - registers what acts do
from accountability.services.doing import EFFECTS, Doing
from accountability.services.evidence_staging import Staging
from accountability.states import InquiryRole
from complaints.models import Complaint, User
from complaints.models.standing import Standing, standing_of
from complaints.queries.organisation import Organisation
from complaints.queries.requirements import missing
from complaints.services import notices, records
from complaints.services.doing import ActRefusedError
from complaints.services.given import problems


def perform(
    subject: Subject,
    pk: int,
    code: str,
    *,
    by: User,
    now: datetime,
    given: Mapping[str, Any] | None = None,
    seen_version: int | None = None,
) -> InquiryEvent:
    """Take the act `code` on a subject in the name of `by` at `now`, with what is `given`.

    Locks complaint and subject, checks that one of the person's roles allows the act, that the state does, and that
    nothing is missing; then changes it, records one event and writes the notices. Files are written before the lock and
    placed before its end. Raises ActRefusedError with every reason at once; then nothing changed and no file is left.
    `seen_version` is that of the page the person acted from. (AU-1, WF-13)
    """
    act = ACTS.get(code)
    if act is None or act.by_system or act.subject != subject:
        raise ActRefusedError("unknown", _("There is no such act."))
    values = dict(given or {})
    with Staging() as staging:
        if staging.is_needed(act, values):
            _take_files(staging, subject, pk, act, by, now, values, seen_version)
        with transaction.atomic():
            standing = standing_of(by, now)
            inquiry = lock(subject, pk, now)
            roles = _authorise(inquiry, act, standing, seen_version)
            found = problems(inquiry, act, values) or missing(inquiry, act, standing, values)
            if found:
                raise ActRefusedError("missing", *found)
            event = carry_out(Doing(inquiry, act, by, standing, values, now, roles, _principal(inquiry, act, standing)))
            staging.place()
            return event


def _take_files(  # noqa: PLR0917 - what an act is taken with
    staging: Staging,
    kind: Subject,
    pk: int,
    act: InquiryAct,
    by: User,
    now: datetime,
    values: dict[str, Any],
    seen_version: int | None,
) -> None:
    """Write the files that come with an act, before anything is locked, if the act looks possible as things stand.

    Everything is looked at again once the complaint is locked.
    """
    subject = MODELS[kind].objects.filter(pk=pk).first()
    if subject is None:
        raise no_such_thing()
    inquiry = load(kind, subject, now)
    standing = standing_of(by, now)
    _authorise(inquiry, act, standing, seen_version)
    found = problems(inquiry, act, values) or missing(inquiry, act, standing, values)
    if found:
        raise ActRefusedError("missing", *found)
    staging.take(act, values, inquiry)


def perform_by_system(subject: Subject, pk: int, code: str, *, now: datetime) -> InquiryEvent | None:
    """Take an act of the system on a subject whose moment has come; None if its state no longer allows it."""
    act = ACTS[code]
    if not act.by_system:
        raise ValueError(f"{code} is taken by people")
    with transaction.atomic():
        inquiry = lock(subject, pk, now)
        if inquiry.state not in act.sources:
            return None
        return carry_out(Doing(inquiry, act, None, Standing(0, ()), {}, now))


def lock(kind: Subject, pk: int, now: datetime) -> Inquiry:
    """The inquiry of a subject, its complaint and its row locked until the transaction ends."""
    rows = MODELS[kind].objects
    subject = rows.filter(pk=pk).first()
    if subject is None:
        raise no_such_thing()
    complaint = complaint_id_of(kind, subject)
    if complaint is not None:
        Complaint.objects.select_for_update(of=("self",)).only("pk").get(pk=complaint)
    return load(kind, rows.select_for_update(of=("self",)).get(pk=pk), now)


def no_such_thing() -> ActRefusedError:
    """What is hidden does not exist."""
    return ActRefusedError("not_visible", _("There is no such record."))


def _authorise(inquiry: Inquiry, act: InquiryAct, standing: Standing, seen_version: int | None) -> frozenset[str]:
    """In which roles the person takes the act; refused if in none."""
    held = inquiry_roles(standing, inquiry)
    roles = held & act.roles
    if not held:
        raise no_such_thing()
    if not roles:
        raise ActRefusedError("not_allowed", _("You may not take the act “%(act)s” here.") % {"act": act.label})
    if inquiry.state not in act.sources:
        raise ActRefusedError(
            "wrong_state",
            _("“%(act)s” is not possible while the status is “%(state)s”.")
            % {"act": act.label, "state": inquiry.subject.get_status_display()},
            *(str(text) for state, text in act.instead if state == inquiry.state),
        )
    if act.in_round and not (inquiry.is_in_round or inquiry.is_correction):
        raise ActRefusedError("wrong_state", _("The complaint is no longer under investigation in this round."))
    if seen_version is not None and seen_version != inquiry.version:
        raise ActRefusedError(
            "changed", _("Somebody changed this while you had it open. Look at it again before you act.")
        )
    return roles


def _principal(inquiry: Inquiry, act: InquiryAct, standing: Standing) -> int | None:
    """Whose deputy the person acts as; None where a role of their own allows the act."""
    if not standing.principals or inquiry_roles(standing.own, inquiry) & act.roles:
        return None
    for principal in standing.principals:
        if inquiry_roles(standing.of_principal(principal), inquiry) & act.roles:
            return principal
    return standing.principals[0]


def carry_out(doing: Doing) -> InquiryEvent:
    """Let the act have its effect, move the state, record the event, tell the people."""
    inquiry, act = doing.inquiry, doing.act
    before = inquiry.state
    if act.code in EFFECTS:
        EFFECTS[act.code](doing)
    if act.target is not None:
        doing.subject.status = act.target
    _count_version(doing)
    for follow in doing.afterwards:
        follow()
    event = record(
        doing,
        subject=inquiry.key,
        act=act.code,
        from_state=before,
        to_state=inquiry.state,
    )
    tell(doing, event)
    return event


def _count_version(doing: Doing) -> None:
    """Save the subject, and count the act where pages look for changes."""
    counter = doing.inquiry.counter
    counter.version += 1
    if counter is not doing.subject:
        records.save(counter, by=doing.by, reason=doing.act.code, now=doing.now, fields=("version",))
    doing.save(doing.subject)


def record(doing: Doing, *, subject: str, act: str, from_state: str, to_state: str) -> InquiryEvent:
    """Write the business record of an act."""
    roles = sorted(doing.roles)
    return InquiryEvent.objects.create(
        complaint=doing.inquiry.complaint,
        investigation=doing.inquiry.investigation,
        subject=subject,
        act=act,
        actor=doing.by,
        actor_name=str(doing.by) if doing.by is not None else "",
        actor_role=roles[0] if roles else "",
        on_behalf_of_id=doing.principal_id,
        from_state=from_state,
        to_state=to_state,
        reason=doing.reason,
        detail=doing.detail,
        at=doing.now,
        recorded_at=doing.now,
    )


#: What whoever is no party is told where parties are asked to answer, by act.
BESIDE_PARTIES = {"approve": "put_to_parties"}


def tell(doing: Doing, event: InquiryEvent) -> None:
    """Tell the people of the act, the one who took it excepted.

    A party is told of its own hearing, not of the case, and not by whom: it learns nobody's name (AC-8).
    """
    roles = set(doing.act.tells)
    if not roles and not doing.people_told:
        return
    organisation = Organisation(doing.now)
    people = people_for(roles - {InquiryRole.PARTY}, doing.inquiry, organisation) | doing.people_told
    hearings = heard(doing.inquiry) if InquiryRole.PARTY in roles else []
    facts = {"by": event.actor_name, "subject": doing.inquiry.key} | doing.told
    kind = BESIDE_PARTIES.get(doing.act.code, doing.act.code)
    if hearings and kind != doing.act.code:
        facts["due_at"] = min(hearing.due_at for hearing in hearings).isoformat()
    _write(doing, kind, people, facts, f"inquiry:{event.pk}")
    for hearing in hearings:
        answering = set(people_of_party(hearing.party, organisation)) - people
        told = {"subject": f"hearing:{hearing.pk}", "due_at": hearing.due_at.isoformat()}
        _write(doing, doing.act.code, answering, told, f"inquiry:{event.pk}:{hearing.pk}")


def _write(doing: Doing, kind: str, people: set[int], facts: dict[str, Any], key: str) -> None:
    notices.tell(
        sorted(people - {doing.by.pk if doing.by is not None else 0}),
        complaint_id=None,
        key=key,
        kind=f"inquiry.{kind}"[:40],
        detail={"number": str(doing.complaint.number) if doing.inquiry.complaint is not None else ""} | facts,
        now=doing.now,
    )
