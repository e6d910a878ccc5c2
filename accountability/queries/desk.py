"""What waits for a person in investigations, hearings and measures. (DL-3)

The number of queries depends on the person's offices, not on the number of rows.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accountability.models import (
    Determination,
    DisciplineRecord,
    Hearing,
    Investigation,
    Measure,
    Objection,
    Task,
)
from accountability.queries.naming import namings_of
from accountability.states import (
    OPEN_OBJECTIONS,
    Declaration,
    DeterminationStatus,
    DisciplineStatus,
    HearingStatus,
    InvestigationStatus,
    MeasureStatus,
    ObjectionStatus,
)
from complaints.models import User
from complaints.models.standing import Standing
from complaints.models.visibility import below
from complaints.states import Role

#: Rows a block shows.
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that waits: what it is called, what it is about, until when, and its page."""

    kind: str
    pk: int
    number: str
    text: str
    due_at: datetime | None
    is_overdue: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """A block of the desk."""

    code: str
    title: str | Promise
    lines: tuple[Line, ...]
    count: int
    #: The person decides something others proposed.
    is_decision: bool = False

    @property
    def further(self) -> int:
        """Beyond those shown."""
        return self.count - len(self.lines)


def waiting(standing: Standing, now: datetime) -> list[Waiting]:
    """Every block that holds something, the most pressing kind first."""
    people = sorted(standing.people)
    blocks = [_hearings(standing, now), _objections(people, now), _named(standing, now), _finals(people, now)]
    blocks += [_tasks(people, now), _led(standing, now)]
    if standing.has(Role.HEAD, Role.EXECUTIVE):
        blocks += [_approvals(standing, now), _waivers(standing, now)]
    blocks.append(_measures(people, now))
    if standing.has(Role.QUALITY):
        blocks += _quality(now)
    if standing.has(Role.PERSONNEL):
        blocks.append(_discipline(standing, now))
    return [block for block in blocks if block.count]


def _block(
    code: str, title: str | Promise, rows: QuerySet, now: datetime, make: Any, *, is_decision: bool = False
) -> Waiting:
    found = list(rows[: SHOWN + 1])
    count = len(found) if len(found) <= SHOWN else rows.count()
    lines = [_line(make(row), now) for row in found[:SHOWN]]
    return Waiting(
        code,
        title,
        tuple(lines),
        count,
        is_decision,
    )


def _line(values: tuple[str, int, str, str, datetime | None], now: datetime) -> Line:
    kind, pk, number, text, due_at = values
    return Line(kind, pk, number, text, due_at, is_overdue=due_at is not None and due_at < now)


def _hearings(standing: Standing, now: datetime) -> Waiting:
    rows = Hearing.objects.concerning(standing, now).filter(status=HearingStatus.OPEN)
    related = ("determination", "party__department", "party__person", "party__outside")
    return _block(
        "hearings",
        _("To answer: determinations of responsibility"),
        rows.select_related(*related).order_by("due_at", "id"),
        now,
        lambda row: ("hearing", row.pk, row.determination.number, str(row.party), row.due_at),
    )


def _objections(people: list[int], now: datetime) -> Waiting:
    rows = Objection.objects.filter(superior__in=people, status__in=OPEN_OBJECTIONS)
    return _block(
        "objections",
        _("Objections to decide"),
        rows.select_related(
            "hearing__determination",
            "hearing__party__department",
            "hearing__party__person",
            "hearing__party__outside",
        ).order_by("made_at", "id"),
        now,
        lambda row: (
            "objection",
            row.pk,
            row.hearing.determination.number,
            f"{row.hearing.party} · {row.get_status_display()}",
            None,
        ),
        is_decision=True,
    )


def _named(standing: Standing, now: datetime) -> Waiting:
    found = namings_of(User(pk=standing.user_id), now)
    lines = [Line("investigation", row.investigation_id, row.number, row.category, None) for row in found]
    return Waiting("named", _("Interests to declare"), tuple(lines[:SHOWN]), len(found))


def _tasks(people: list[int], now: datetime) -> Waiting:
    rows = Task.objects.filter(owner__in=people, status="open", investigation__status=InvestigationStatus.OPEN)
    return _block(
        "tasks",
        _("Tasks of investigations"),
        rows.select_related("investigation").order_by("due_at", "id"),
        now,
        lambda row: ("investigation", row.investigation_id, row.investigation.number, row.description, row.due_at),
    )


def _finals(people: list[int], now: datetime) -> Waiting:
    """Everybody has answered and no objection stands: whoever handles the complaint makes it final (AC-8)."""
    waits = Hearing.objects.filter(determination=OuterRef("pk"))
    disputed = Objection.objects.filter(
        hearing__determination=OuterRef("pk"), status__in=(*OPEN_OBJECTIONS, ObjectionStatus.UPHELD)
    )
    rows = Determination.objects.filter(
        ~Exists(waits.filter(status=HearingStatus.OPEN)),
        ~Exists(disputed),
        status=DeterminationStatus.HEARING,
        complaint__handler__in=people,
    )
    return _block(
        "finals",
        _("Determinations to make final"),
        rows.select_related("complaint").order_by("approved_at", "id"),
        now,
        lambda row: ("determination", row.pk, row.number, row.complaint.subject, None),
    )


def _led(standing: Standing, now: datetime) -> Waiting:
    """Investigations that wait for nobody but whoever leads them.

    Nothing is with those who approve or with parties, or an objection was upheld and all is determined anew.
    """
    with_others = Determination.objects.filter(
        investigation=OuterRef("pk"), status__in=(DeterminationStatus.SUBMITTED, DeterminationStatus.HEARING)
    ).exclude(hearings__objection__status=ObjectionStatus.UPHELD)
    rows = Investigation.objects.filter(
        ~Exists(with_others),
        status=InvestigationStatus.OPEN,
        memberships__person=standing.user_id,
        memberships__is_lead=True,
        memberships__left_at=None,
        memberships__declaration=Declaration.NO_INTEREST,
    )
    return _block(
        "led",
        _("Investigations that I lead"),
        rows.select_related("complaint").order_by("made_at", "id"),
        now,
        lambda row: ("investigation", row.pk, row.number, row.complaint.subject, None),
    )


def _above(standing: Standing) -> Q:
    return below("complaint__owner_department", standing.paths(Role.HEAD, Role.EXECUTIVE))


def _approvals(standing: Standing, now: datetime) -> Waiting:
    seen = Investigation.objects.visible_to(standing, now)
    rows = Determination.objects.filter(
        _above(standing), investigation__in=seen, status=DeterminationStatus.SUBMITTED
    ).exclude(submitted_by__in=sorted(standing.people))
    return _block(
        "approvals",
        _("Determinations to approve"),
        rows.select_related("complaint").order_by("submitted_at", "id"),
        now,
        lambda row: ("determination", row.pk, row.number, row.complaint.subject, None),
        is_decision=True,
    )


def _waivers(standing: Standing, now: datetime) -> Waiting:
    seen = Investigation.objects.visible_to(standing, now)
    rows = seen.filter(_above(standing), status=InvestigationStatus.WAIVER_PROPOSED)
    return _block(
        "waivers",
        _("Proposals to do without an investigation"),
        rows.exclude(made_by__in=sorted(standing.people)).select_related("complaint").order_by("made_at", "id"),
        now,
        lambda row: ("investigation", row.pk, row.number, row.complaint.subject, None),
        is_decision=True,
    )


def _measures(people: list[int], now: datetime) -> Waiting:
    rows = Measure.objects.filter(owner__in=people, status=MeasureStatus.PLANNED)
    return _block("measures", _("Measures to carry out"), rows.order_by("due_at", "id"), now, _measure)


def _measure(row: Measure) -> tuple[Any, ...]:
    return ("measure", row.pk, row.number, row.title, row.due_at)


def _quality(now: datetime) -> list[Waiting]:
    done = Measure.objects.filter(status=MeasureStatus.DONE).order_by("done_at", "id")
    due = Measure.objects.filter(status=MeasureStatus.VERIFIED, effect_due_at__lt=now).order_by("effect_due_at", "id")
    return [
        _block("to_verify", _("Measures to verify"), done, now, lambda row: (*_measure(row)[:4], None)),
        _block("to_check", _("Effects to check"), due, now, lambda row: (*_measure(row)[:4], row.effect_due_at)),
    ]


def _discipline(standing: Standing, now: datetime) -> Waiting:
    rows = DisciplineRecord.objects.visible_to(standing, now)
    waits = rows.filter(status__in=(DisciplineStatus.REPORTED, DisciplineStatus.HEARD, DisciplineStatus.DECIDED))
    # What a source tells as decided was decided elsewhere: nobody here carries it out.
    waits = waits.exclude(is_told=True, status=DisciplineStatus.DECIDED)
    return _block(
        "discipline",
        _("Discipline records"),
        waits.order_by("made_at", "id"),
        now,
        lambda row: ("discipline", row.pk, row.number, str(row.get_offence_display()), None),
    )
