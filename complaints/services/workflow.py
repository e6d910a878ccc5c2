"""The one door through which complaints are acted upon. (WF-1, AU-1)

`perform` is permission check, change, event record, clocks and notices in one transaction; the admin, importers,
commands and tasks each make exactly one such call. Nothing else calls a transition of the model.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from complaints.acts import ACTS, VOUCHABLE, Act
from complaints.models import Complaint, ComplaintEvent, User
from complaints.models.standing import Standing, standing_of
from complaints.permissions import case_roles
from complaints.queries.case import Case
from complaints.queries.prepared import Prepared
from complaints.queries.requirements import missing
from complaints.services import deadlines, notices, records
from complaints.services import effects as _effects  # noqa: F401 - registers what acts do
from complaints.services.doing import EFFECTS, FOLLOWERS, ActRefusedError, Capacity, Doing
from complaints.services.given import problems
from complaints.states import ENDED, CaseRole, Role

_locked = Prepared(lambda key: Complaint.objects.filter(pk=key).select_for_update())


def perform(
    complaint_id: int,
    code: str,
    *,
    by: User,
    now: datetime,
    given: Mapping[str, Any] | None = None,
    seen_version: int | None = None,
    vouched: str = "",
) -> ComplaintEvent:
    """Take the act `code` on a complaint in the name of `by` at `now`, with what is `given`.

    Locks the complaint, checks that `by` sees it and may act, that its state allows the act, and that nothing is
    missing; then changes it, records one event, moves the clocks and writes the notices. Raises ActRefusedError, with
    every reason at once, and changes nothing. `seen_version` is that of the page the person acted from: if the
    complaint changed since, the act is refused. (WF-1)

    Another part of the system that has checked by its own rules who asked for an act of VOUCHABLE says by which
    document it is `vouched`; what the state and the policy ask is checked here all the same.
    """
    act = ACTS.get(code)
    if vouched and code not in VOUCHABLE:
        raise ValueError(f"nobody can vouch for {code}")
    if act is None or (act.by_system and not vouched):
        raise ActRefusedError("unknown", _("There is no such act."))
    with transaction.atomic():
        case = _opened(complaint_id, now, vouched)
        standing = standing_of(by, now, case.registers)
        capacity = _authorise(case, act, standing, seen_version)
        values = dict(given or {})
        found = problems(case, act, values) or missing(case, act, standing, values)
        if found:
            raise ActRefusedError("missing", *found)
        return _carry_out(Doing(case, act, by, standing, values, now, capacity))


def _opened(complaint_id: int, now: datetime, vouched: str) -> Case:
    """The case, its complaint locked until the transaction ends. Whether the person may see it is asked next."""
    complaint = _locked.first(complaint_id)
    if complaint is None:
        raise _no_such_complaint()
    case = Case(complaint, now, vouched=vouched)
    case.registers.attach(complaint)  # looked at now that the lock is held, so nothing it points to is missing
    return case


def _no_such_complaint() -> ActRefusedError:
    return ActRefusedError("not_visible", _("There is no such complaint."))


def _authorise(case: Case, act: Act, standing: Standing, seen_version: int | None) -> Capacity:
    """In which roles, and in whose stead, the person takes the act; refused if in none."""
    roles = case_roles(standing, case, act.roles)
    if not case.vouched:
        # A role towards an open case implies that one sees it; the closer circle of a confidential one is asked for.
        if (not roles or case.complaint.is_confidential) and not _sees(case, standing):
            raise _no_such_complaint()
        if not roles:
            raise ActRefusedError(
                "not_allowed", _("You may not take the act “%(act)s” on this case.") % {"act": act.label}
            )
    if case.complaint.state not in act.sources:
        raise ActRefusedError(
            "wrong_state",
            _("“%(act)s” is not possible while the case is “%(state)s”.")
            % {"act": act.label, "state": case.complaint.get_state_display()},
        )
    if seen_version is not None and seen_version != case.complaint.version:
        raise ActRefusedError(
            "changed",
            _("Somebody changed this case while you had it open. Look at it again before you act."),
        )
    return _capacity(case, act, standing, roles) if roles else Capacity(frozenset({CaseRole.INVESTIGATOR}))


def _sees(case: Case, standing: Standing) -> bool:
    return Complaint.objects.visible_to(standing).filter(pk=case.complaint.pk).exists()


def _capacity(case: Case, act: Act, standing: Standing, roles: frozenset[CaseRole]) -> Capacity:
    """Roles of one's own come first; otherwise the first absent person whose roles allow the act is stood in for."""
    if not standing.principals:
        return Capacity(roles)
    if own := case_roles(standing.own, case, act.roles):
        return Capacity(own)
    for principal in standing.principals:
        if lent := case_roles(standing.of_principal(principal), case, act.roles):
            return Capacity(lent, principal)
    return Capacity(roles, standing.principals[0])


def _carry_out(doing: Doing) -> ComplaintEvent:
    complaint, act, now = doing.complaint, doing.act, doing.now
    before = complaint.state
    _take_case(doing)
    if act.code in EFFECTS:
        EFFECTS[act.code](doing)
    if act.target is not None:
        move = getattr(complaint, act.code)
        if not can_proceed(move):
            raise ActRefusedError("wrong_state", _("The state does not allow it."))
        move(at=now)
    if act.target is not None or doing.changes_complaint:
        complaint.version += 1
        doing.save(complaint)
    event = _record(doing, before)
    _move_clocks(doing)
    for follow in doing.afterwards:
        follow()
    for followed in FOLLOWERS.get(act.code, ()):
        followed(doing)
    notices.tell_of_act(doing.case, act, event, act.tells | doing.tells, by=doing.by.pk)
    return event


def _take_case(doing: Doing) -> None:
    """The first handler who acts on a case without one becomes its handler (DL-3: somebody is always asked)."""
    complaint = doing.complaint
    if complaint.handler_id is not None or complaint.state in ENDED or CaseRole.HANDLER not in doing.act.roles:
        return
    if complaint.owner_department_id in doing.standing.own.department_ids(Role.HANDLER):
        complaint.handler = doing.by
        doing.changes_complaint = True


def _record(doing: Doing, before: str) -> ComplaintEvent:
    order = list(CaseRole)
    event = ComplaintEvent(
        complaint=doing.complaint,
        round=doing.complaint.round,
        act=doing.act.code,
        actor=doing.by,
        actor_name=str(doing.by),
        actor_role=min(doing.capacity.roles, key=order.index),
        on_behalf_of_id=doing.capacity.principal_id,
        from_state=before,
        to_state=doing.complaint.state,
        reason=doing.reason,
        detail=doing.detail,
        at=doing.now,
        recorded_at=doing.now,
    )
    return records.insert(event)


def _move_clocks(doing: Doing) -> None:
    """The policy's clocks follow the act; then whatever a change of severity changes; then the end of the case."""
    case, now = doing.case, doing.now
    started = deadlines.follow_act(case, doing.act.code, now, by=doing.by) if doing.moves_clocks else []
    if doing.changes_severity:
        deadlines.recompute(case, by=doing.by, reason=doing.reason or doing.act.code)
        deadlines.start_missing(case, now, by=doing.by)
    if doing.act.target in ENDED:
        keep = frozenset(deadline.clock for deadline in started)
        deadlines.end_all(case, now, by=doing.by, reason=doing.act.code, keep=keep)
        pause = case.open_pause
        if pause is not None:
            pause.ends_at, pause.resumed_by = now, doing.by
            records.save(pause, by=doing.by, reason=doing.act.code, now=now)
