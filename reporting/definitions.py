"""What each figure means: one named definition each, shown wherever the figure is. (RP-1, RP-3, RP-4)

A figure is made from a tally at a moment. Some speak of rounds that began in the period, whatever became of them since;
others of rounds that ended in it; the definition says which. A leaf over `tallies`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reporting.facts import Ending
from reporting.tallies import FOUNDED, HANDLED, SATISFIED, Tally, mean, time_done

#: Raised whenever a definition changes its meaning; reports keep the one they were made with.
EDITION = 1


class Unit(models.TextChoices):
    """What a figure is counted in."""

    ROUNDS = "rounds", pgettext_lazy("unit", "complaints")
    PERCENT = "percent", pgettext_lazy("unit", "%")
    HOURS = "hours", pgettext_lazy("unit", "hours")
    MONEY = "money", pgettext_lazy("unit", "yuan")


class Basis(models.TextChoices):
    """Of which rounds a figure speaks."""

    BEGUN = "begun", pgettext_lazy("basis", "Of the complaints that came in or were taken up again in the period")
    ENDED = "ended", pgettext_lazy("basis", "Of the complaints that ended in the period")


class Better(StrEnum):
    """Which way is good."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Value:
    """A figure. Of a share, `part` of `whole`; None where nothing was counted, or the quantile is not reached yet."""

    value: float | int | Decimal | None
    part: int | None = None
    whole: int | None = None
    #: A quantile that more than so many have not reached: longer than anything seen so far.
    not_reached: bool = False


#: Which facts, of those that began or ended in the period (`Basis`), judged at a moment.
Condition = Callable[[datetime], Q]


@dataclass(frozen=True, slots=True)
class Definition:
    """A figure by name. `formula` says how it is computed, `treatment` what becomes of the special cases.

    `part` and `whole` find the facts behind a count, or behind the two counts of a share; behind a quantile, a mean and
    a sum there is a whole only. None: there is no such count.
    """

    code: str
    label: str | Promise
    unit: Unit
    basis: Basis
    better: Better
    formula: str | Promise
    treatment: str | Promise
    source: str
    value: Callable[[Tally, datetime], Value]
    part: Condition | None = None
    whole: Condition | None = None


def _where(condition: Q) -> Condition:
    return lambda _moment: condition


def _count(name: str) -> Callable[[Tally, datetime], Value]:
    return lambda tally, _moment: Value(getattr(tally, name))


def _share(part: Callable[[Tally], int], whole: Callable[[Tally], int]) -> Callable[[Tally, datetime], Value]:
    def value(tally: Tally, _moment: datetime) -> Value:
        return share(part(tally), whole(tally))

    return value


def share(part: int, whole: int) -> Value:
    """A share in percent; of nothing there is none."""
    return Value(100 * part / whole if whole else None, part, whole)


def _in_time(tally: Tally, moment: datetime) -> Value:
    late, _pending = tally.late_answers(moment)
    return share(tally.in_time, tally.in_time + late)


def _late(moment: datetime) -> Q:
    # Tallies keep due moments in whole seconds: what is due within the second of the moment is not late yet.
    second = moment.replace(microsecond=0)
    return Q(response_met_at__gt=F("response_due_at")) | Q(response_met_at=None, response_due_at__lt=second)


def _quantile(wanted: float) -> Callable[[Tally, datetime], Value]:
    def value(tally: Tally, moment: datetime) -> Value:
        found = time_done(tally, moment, wanted)
        reached = found is not None
        return Value(found, whole=tally.begun, not_reached=not reached and tally.begun > 0)

    return value


def _resolved(tally: Tally) -> int:
    return tally.closed - tally.came_up_again


def _graded(tally: Tally) -> int:
    return tally.grades.total()


def _satisfied(tally: Tally) -> int:
    return sum(tally.grades[grade] for grade in SATISFIED)


_EVERY = _where(Q())
_ANSWERED_IN_TIME = Q(response_due_at__isnull=False, response_met_at__lte=F("response_due_at"))
_HANDLED = _where(Q(ending__in=sorted(HANDLED)))
_HAS_GRADE = _where(~Q(grade=""))

_TABLE = (
    Definition(
        "received",
        pgettext_lazy("figure", "Complaints received"),
        Unit.ROUNDS,
        Basis.BEGUN,
        Better.NEITHER,
        _("Complaints whose moment of receipt lies in the period."),
        _("Each complaint once, however often it is taken up again; declined and withdrawn ones too."),
        "RP-1",
        _count("received"),
        part=_where(Q(round=1)),
    ),
    Definition(
        "reopened",
        pgettext_lazy("figure", "Taken up again"),
        Unit.ROUNDS,
        Basis.BEGUN,
        Better.LOWER,
        _("Rounds after the first that began in the period."),
        _("Because the complainant was not satisfied at the return visit, or because the matter came up again."),
        "WF-10, WF-12",
        _count("reopened"),
        part=_where(Q(round__gt=1)),
    ),
    Definition(
        "timely_response",
        pgettext_lazy("figure", "Answered in time"),
        Unit.PERCENT,
        Basis.BEGUN,
        Better.HIGHER,
        _("First answers given in time, divided by those given or overdue."),
        _(
            "The first answer is what the first due of the clocks asks for that run from the beginning. One that is "
            "not due yet does not count; one that is overdue counts as late. Pauses that the policy allows move the "
            "due moment."
        ),
        "RP-3, S1",
        _in_time,
        part=_where(_ANSWERED_IN_TIME),
        whole=lambda moment: _ANSWERED_IN_TIME | _late(moment),
    ),
    Definition(
        "overdue",
        pgettext_lazy("figure", "With an overdue deadline"),
        Unit.PERCENT,
        Basis.BEGUN,
        Better.LOWER,
        _("Complaints of which at least one deadline was missed, divided by all that began in the period."),
        _("Deadlines for answering an escalation do not count."),
        "DL-3",
        _share(lambda tally: tally.overdue, lambda tally: tally.begun),
        part=_where(Q(overdue__gt=0)),
        whole=_EVERY,
    ),
    Definition(
        "escalated",
        pgettext_lazy("figure", "Escalated"),
        Unit.PERCENT,
        Basis.BEGUN,
        Better.LOWER,
        _("Complaints escalated at least once, divided by all that began in the period."),
        _("Escalations that the complainant asked for count too."),
        "RP-1, DL-3",
        _share(lambda tally: tally.escalated, lambda tally: tally.begun),
        part=_where(Q(escalations__gt=0)),
        whole=_EVERY,
    ),
    Definition(
        "escalated_to_executives",
        pgettext_lazy("figure", "Escalated to executives"),
        Unit.PERCENT,
        Basis.BEGUN,
        Better.LOWER,
        _("Complaints that reached an executive by escalation, divided by all that began in the period."),
        _("Supervision of major complaints from the start does not count."),
        "DL-3",
        _share(lambda tally: tally.executive, lambda tally: tally.begun),
        part=_where(Q(executive_escalations__gt=0)),
        whole=_EVERY,
    ),
    Definition(
        "returned",
        pgettext_lazy("figure", "Contact sheet returned"),
        Unit.PERCENT,
        Basis.BEGUN,
        Better.LOWER,
        _("Complaints of which a department returned a contact sheet, divided by all that began in the period."),
        _("However often it was returned."),
        "WF-2",
        _share(lambda tally: tally.returned, lambda tally: tally.begun),
        part=_where(Q(returns__gt=0)),
        whole=_EVERY,
    ),
    Definition(
        "cycle_median",
        pgettext_lazy("figure", "Handling time, median"),
        Unit.HOURS,
        Basis.BEGUN,
        Better.LOWER,
        _("The time within which half of the complaints were handled (Kaplan–Meier)."),
        _(
            "From the beginning to closing, or until it went on as a new round; pauses left out. Open complaints count "
            "with the time they have taken so far, declined and withdrawn ones until they left: none of them is "
            "taken as handled."
        ),
        "RP-1",
        _quantile(0.5),
        whole=_EVERY,
    ),
    Definition(
        "cycle_p90",
        pgettext_lazy("figure", "Handling time, 90th percentile"),
        Unit.HOURS,
        Basis.BEGUN,
        Better.LOWER,
        _("The time within which nine of ten complaints were handled (Kaplan–Meier)."),
        _("As for the median."),
        "RP-1",
        _quantile(0.9),
        whole=_EVERY,
    ),
    Definition(
        "cycle_mean",
        pgettext_lazy("figure", "Handling time, mean"),
        Unit.HOURS,
        Basis.ENDED,
        Better.LOWER,
        _("Mean time from beginning to end of the complaints handled to their end in the period."),
        _("Pauses left out; open, declined and withdrawn complaints do not count: the median says more about them."),
        "RP-1",
        lambda tally, _moment: Value(mean(tally.finished), whole=tally.finished.total()),
        whole=_HANDLED,
    ),
    Definition(
        "closed",
        pgettext_lazy("figure", "Closed"),
        Unit.ROUNDS,
        Basis.ENDED,
        Better.NEITHER,
        _("Complaints closed in the period."),
        _("Closed again after being taken up again counts again."),
        "RP-1",
        _count("closed"),
        part=_where(Q(ending=Ending.CLOSED)),
    ),
    Definition(
        "declined",
        pgettext_lazy("figure", "Declined"),
        Unit.ROUNDS,
        Basis.ENDED,
        Better.NEITHER,
        _("Complaints declined in the period."),
        _("With ground and alternative, as the policy asks."),
        "CL-4",
        _count("declined"),
        part=_where(Q(ending=Ending.DECLINED)),
    ),
    Definition(
        "withdrawn",
        pgettext_lazy("figure", "Withdrawn"),
        Unit.ROUNDS,
        Basis.ENDED,
        Better.NEITHER,
        _("Complaints withdrawn by the complainant in the period."),
        _("At whatever stage."),
        "WF-11",
        _count("withdrawn"),
        part=_where(Q(ending=Ending.WITHDRAWN)),
    ),
    Definition(
        "resolution",
        pgettext_lazy("figure", "Resolved"),
        Unit.PERCENT,
        Basis.ENDED,
        Better.HIGHER,
        _("Complaints closed and not come up again so far, divided by those handled to their end."),
        _("Going on after a dissatisfied return visit is not resolved. Declined and withdrawn ones do not count."),
        "RP-3, S1",
        _share(_resolved, lambda tally: tally.closed + tally.continued),
        part=_where(Q(ending=Ending.CLOSED, reopened_at=None)),
        whole=_HANDLED,
    ),
    Definition(
        "satisfaction",
        pgettext_lazy("figure", "Satisfied at the return visit"),
        Unit.PERCENT,
        Basis.ENDED,
        Better.HIGHER,
        _("Grades “very satisfied” and “satisfied”, divided by all grades given."),
        _("Complaints without a return visit do not count; how many there were is shown beside."),
        "RP-3, WF-10",
        _share(_satisfied, _graded),
        part=_where(Q(grade__in=sorted(SATISFIED))),
        whole=_HAS_GRADE,
    ),
    Definition(
        "founded",
        pgettext_lazy("figure", "Founded"),
        Unit.PERCENT,
        Basis.ENDED,
        Better.NEITHER,
        _("Findings “founded” and “partly founded”, divided by all findings."),
        _("Waived investigations have no finding."),
        "WF-3",
        _share(lambda tally: sum(tally.outcomes[code] for code in FOUNDED), lambda tally: tally.outcomes.total()),
        part=_where(Q(outcome__in=sorted(FOUNDED))),
        whole=_where(~Q(outcome="")),
    ),
    Definition(
        "offers_refused",
        pgettext_lazy("figure", "Offer refused at least once"),
        Unit.PERCENT,
        Basis.ENDED,
        Better.LOWER,
        _("Complaints whose complainant refused an offered plan, divided by those handled to their end."),
        _("However often."),
        "RP-3",
        _share(lambda tally: tally.refused_offers, lambda tally: tally.closed + tally.continued),
        part=_where(Q(refusals__gt=0, ending__in=sorted(HANDLED))),
        whole=_HANDLED,
    ),
    Definition(
        "compensation",
        pgettext_lazy("figure", "Agreed with complainants"),
        Unit.MONEY,
        Basis.ENDED,
        Better.LOWER,
        _("Sum of the amounts of agreed plans of complaints that ended in the period."),
        _("Refunds and compensation; what is recovered from suppliers is shown apart."),
        "RP-13",
        lambda tally, _moment: Value(tally.amount),
        whole=_where(Q(amount__isnull=False)),
    ),
)

DEFINITIONS: Mapping[str, Definition] = {row.code: row for row in _TABLE}


def figure(code: str, tally: Tally, moment: datetime) -> Value:
    """The figure of that name as it stands at the moment."""
    return DEFINITIONS[code].value(tally, moment)
