"""Random facts around the edges of periods, kept in the table as a refresh would keep them."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from complaints.models import Complaint
from complaints.states import Grade, Outcome
from reporting.facts import Ending, Fact
from reporting.models import CaseFact
from reporting.services.facts import _row

ZONE = ZoneInfo("Asia/Shanghai")
#: Midnights at which a day, a month, a quarter, a half-year and a year end by the business clock.
EDGES = [
    datetime(2026, 8, 15, tzinfo=ZONE),
    datetime(2026, 9, 1, tzinfo=ZONE),
    datetime(2026, 7, 1, tzinfo=ZONE),
    datetime(2026, 10, 1, tzinfo=ZONE),
    datetime(2027, 1, 1, tzinfo=ZONE),
    datetime(2026, 1, 1, tzinfo=ZONE),
]
NEAR = [timedelta(microseconds=-1), timedelta(), timedelta(microseconds=1), timedelta(seconds=-1), timedelta(hours=1)]
MOMENTS = st.builds(lambda edge, near: edge + near, st.sampled_from(EDGES), st.sampled_from(NEAR))
LATER = st.sampled_from(
    [timedelta(), timedelta(minutes=59), timedelta(hours=30), timedelta(days=40), timedelta(days=95)]
)
NOTHING_OR = st.one_of(st.none(), LATER)
FEW = st.integers(min_value=0, max_value=2)


@st.composite
def fact(draw, number, complaints, keys):
    """The fact of a round of its own: two rounds of each complaint, one after the other."""
    begun = draw(MOMENTS)
    ended = draw(NOTHING_OR)
    due, met = draw(NOTHING_OR), draw(NOTHING_OR)
    ending = draw(st.sampled_from([str(one) for one in Ending])) if ended is not None else ""
    return Fact(
        complaint_id=complaints[number // 2],
        round=number % 2 + 1,
        kind="complaint",
        policy_id=keys["policy"],
        channel_id=keys["channel"],
        category_id=draw(st.sampled_from([None, *keys["categories"]])),
        severity=draw(st.sampled_from(["general", "urgent", "major"])),
        difficulty="simple",
        product=draw(st.sampled_from(["", "洗衣机", "A/B & C"])),
        first_contact_department_id=keys["departments"][0],
        owner_department_id=keys["departments"][0],
        responsible_department_id=draw(st.sampled_from([None, *keys["departments"]])),
        handler_id=draw(st.sampled_from([None, keys["handler"]])),
        received_at=begun,
        ended_at=None if ended is None else begun + ended,
        ending=ending,
        reopened_at=draw(st.sampled_from([None, begun + timedelta(days=100)])) if ending == Ending.CLOSED else None,
        response_due_at=None if due is None else begun + due,
        response_met_at=None if due is None or met is None else begun + met,
        paused_seconds=draw(st.sampled_from([0, 3600])) if ended is not None else 0,
        overdue=draw(FEW),
        escalations=draw(FEW),
        executive_escalations=draw(FEW),
        returns=draw(FEW),
        refusals=draw(FEW),
        outcome=draw(st.sampled_from(["", *Outcome.values])),
        grade=draw(st.sampled_from(["", *Grade.values])),
        amount=draw(st.sampled_from([None, Decimal(0), Decimal("12.50")])),
    )


def facts(complaints, keys):
    """Up to two facts for each complaint."""
    return st.integers(min_value=1, max_value=2 * len(complaints)).flatmap(
        lambda count: st.tuples(*(fact(number, complaints, keys) for number in range(count)))
    )


def some_facts(complaints, keys):
    """The same facts every time, of all kinds."""
    found = []

    @seed(20260815)
    @settings(max_examples=30, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(facts(complaints, keys))
    def draw(made):
        found.append(made)

    draw()
    return max(found, key=len)


def keep(made):
    """Put these facts in place of whatever is kept."""
    CaseFact.objects.all().delete()
    CaseFact.objects.bulk_create(map(_row, made))


def keys_of(w, below):
    """What facts refer to in the small organisation."""
    return {
        "policy": w.policy.policy_id,
        "channel": w.channel.pk,
        "categories": [w.category.pk, below.pk],
        "departments": [w.service.pk, w.workshop.pk, w.root.pk],
        "handler": w.handler.pk,
    }


def some_complaints(w, count):
    """Complaints for facts to be of; every third is confidential."""
    from tests.desk.cases import case  # noqa: PLC0415

    rows = [case(w, f"case {number}", is_confidential=number % 3 == 0) for number in range(count)]
    assert Complaint.objects.count() == count
    return [row.pk for row in rows]
