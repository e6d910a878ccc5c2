"""Who records hours, enters rates, budgets and spending, and within which bounds. (RP-13)"""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from complaints.models import Complaint, Recusal
from complaints.services.refusal import ActRefusedError
from complaints.states import Role
from reporting.models import Budget, HourlyRate, Spending, WorkEntry
from reporting.services import costs, hours
from tests import world
from tests.complaints.walking import Walk
from tests.factories import AppointmentFactory, UserFactory
from tests.reporting.cost.spent import DECISION, LATER, at, budget, rate, spending, worked

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 3)
NOW = at(3, 5)
#: Everybody of the small organisation who works on a case that the workshop answers for.
WORKING = {"intake", "handler", "head", "liaison", "workshop_head", "executive", "quality", "legal"}


@pytest.fixture
def w():
    return world.build("handling-plan")


@pytest.fixture
def case(w):
    """Received late in the evening of the second of March, by the business clock."""
    return Walk(w, now=at(3, 2, 23)).to("investigating").c


def entries(**among):
    return WorkEntry.objects.filter(**among).count()


def refused(call):
    with pytest.raises(ActRefusedError) as refusal:
        call()
    return refusal.value


def went_through(call):
    """Whether the person may; any other refusal is a failure."""
    try:
        call()
    except ActRefusedError as refusal:
        if refusal.code not in {"gone", "not_allowed"}:
            raise
        return False
    return True


def test_whoever_works_on_the_case_records_their_own_time_and_nobody_else(w, case):
    found = set()
    for name, person in w.people.items():
        if went_through(lambda person=person: worked(w, case, DAY, 10, by=person, now=NOW)):
            found.add(name)
    assert found == WORKING
    assert entries() == len(WORKING)
    departments = dict(WorkEntry.objects.values_list("person__username", "department__code"))
    assert (departments["liaison"], departments["handler"], departments["quality"]) == (
        "workshop",
        "service",
        "company",
    )


def test_a_head_records_for_members_of_the_department_and_below_and_for_nobody_else(w, case):
    helper = UserFactory(username="helper")
    AppointmentFactory(person=helper, role=Role.INTAKE, department=w.workshop)
    assert worked(w, case, DAY, 5, person=helper, by=w.workshop_head, now=NOW).department == w.workshop
    assert refused(lambda: worked(w, case, DAY, 5, person=w.handler, by=w.workshop_head, now=NOW)).code == "not_allowed"
    assert refused(lambda: worked(w, case, DAY, 5, person=helper, by=w.handler, now=NOW)).code == "not_allowed"
    assert entries() == 1


def test_nobody_records_for_a_person_who_must_keep_away(w, case):
    Recusal.objects.create(complaint=case, person=w.liaison, reason="亲属", recorded_at=NOW)
    assert refused(lambda: worked(w, case, DAY, 5, person=w.liaison, by=w.workshop_head, now=NOW)).code == "missing"
    assert refused(lambda: worked(w, case, DAY, 5, by=w.liaison, now=NOW)).code == "gone"
    assert entries() == 0


TOMORROW = NOW.date() + timedelta(days=1)
BOUNDS = [
    (DAY, 1, "other", 0),
    (DAY, 1440, "other", 0),
    (date(2026, 3, 2), 10, "resolving", 0),
    (date(2026, 3, 1), 10, "other", 1),
    (NOW.date(), 10, "other", 0),
    (TOMORROW, 10, "other", 1),
    (DAY, 0, "other", 1),
    (DAY, 1441, "other", 1),
    (date(2026, 3, 1), 0, "sleeping", 3),
]


@pytest.mark.parametrize("given", BOUNDS)
def test_bounds(w, case, given):
    """Not before the case began nor in the future, by days of the business time zone; all faults together."""
    day, minutes, kind, faults = given
    if faults:
        refusal = refused(lambda: worked(w, case, day, minutes, kind=kind, now=NOW))
        assert (refusal.code, len(refusal.reasons)) == ("missing", faults)
    else:
        worked(w, case, day, minutes, kind=kind, now=NOW)
    assert entries() == (0 if faults else 1)


def test_a_day_has_1440_minutes_on_all_cases_together(w, case):
    other = Walk(w, now=at(3, 2)).to("investigating").c
    first = worked(w, case, DAY, 1000, now=NOW)
    assert refused(lambda: worked(w, other, DAY, 441, now=NOW)).code == "missing"
    worked(w, other, DAY, 440, now=NOW)
    worked(w, other, DAY, 1440, by=w.liaison, now=NOW)
    assert refused(lambda: worked(w, case, DAY, 1, now=NOW)).code == "missing"
    hours.withdraw(first.pk, "记错", by=w.handler, now=NOW)
    worked(w, case, DAY, 1000, now=NOW)
    assert entries(withdrawn_at=None) == 3


def test_who_withdraws_hours(w, case):
    allowed = {"handler", "head", "quality"}
    found = set()
    for name, person in w.people.items():
        entry = worked(w, case, DAY, 1, now=NOW)
        if went_through(lambda entry=entry, person=person: hours.withdraw(entry.pk, "记错", by=person, now=LATER)):
            found.add(name)
    assert found == allowed
    assert entries(withdrawn_at=LATER) == len(allowed)


def test_an_entry_is_withdrawn_once_and_with_a_reason(w, case):
    entry = worked(w, case, DAY, 1, now=NOW)
    assert refused(lambda: hours.withdraw(entry.pk, "  ", by=w.handler, now=LATER)).code == "missing"
    hours.withdraw(entry.pk, "记错", by=w.handler, now=LATER)
    assert refused(lambda: hours.withdraw(entry.pk, "再撤", by=w.quality, now=LATER)).code == "wrong_state"
    kept = [(row.history_type, row.history_user, row.withdrawal_reason) for row in entry.history.order_by("history_id")]
    assert kept == [("+", w.handler, ""), ("~", w.handler, "记错")]


def test_hours_of_a_case_one_may_not_see_cannot_be_told_from_none(w, case):
    entry = worked(w, case, DAY, 1, now=NOW)
    Complaint.objects.filter(pk=case.pk).update(is_confidential=True)
    assert refused(lambda: worked(w, case, DAY, 1, by=w.quality, now=NOW)).code == "gone"
    assert refused(lambda: hours.withdraw(entry.pk, "x", by=w.quality, now=NOW)).code == "gone"
    assert refused(lambda: hours.withdraw(entry.pk + 999, "x", by=w.quality, now=NOW)).code == "gone"


def test_the_quality_department_alone_enters_rates_budgets_and_spending(w):
    row = budget(w, "hours", "5")
    for name, person in w.people.items():
        if name == "quality":
            continue
        for call in (
            lambda person=person: costs.enter_rate(None, DAY, Decimal(5), DECISION, by=person, now=NOW),
            lambda person=person: costs.enter_budget(2026, None, "hours", Decimal(5), DECISION, by=person, now=NOW),
            lambda person=person: costs.enter_spending(DAY, None, "other", Decimal(5), "培训", by=person, now=NOW),
            lambda person=person: costs.withdraw("budget", row.pk, "x", by=person, now=NOW),
        ):
            assert refused(call).code == "not_allowed", name
    counts = [model.objects.count() for model in (HourlyRate, Budget, Spending)]
    assert counts == [0, 1, 0]


@pytest.mark.parametrize(
    "call",
    [
        lambda w: rate(w, "0"),
        lambda w: rate(w, "-5"),
        lambda w: costs.enter_rate(None, DAY, Decimal(5), " ", by=w.quality, now=NOW),
        lambda w: budget(w, "hours", "-1"),
        lambda w: budget(w, "party", "1"),
        lambda w: budget(w, "hours", "1", year=1999),
        lambda w: spending(w, "compensation", "1", DAY),
        lambda w: spending(w, "systems", "0", DAY),
        lambda w: spending(w, "systems", "1", LATER.date() + timedelta(days=1)),
        lambda w: costs.enter_spending(DAY, None, "other", Decimal(5), "", by=w.quality, now=NOW),
    ],
)
def test_what_makes_no_sense_is_refused(w, call):
    assert refused(lambda: call(w)).code == "missing"
    assert [model.objects.count() for model in (HourlyRate, Budget, Spending)] == [0, 0, 0]
