"""Who bore responsibility in a period: the page, the report and the lists behind say the same. (RP-1, AC-6, AU-4)"""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.models.standing import standing_of
from reporting.models import CaseFact, LiabilityFact
from reporting.periods import Period
from reporting.queries.responsibility import Asked, borne, name_of, rounds_behind
from reporting.responsibility import BORNE, SHARES
from tests.pages import assert_proper
from tests.reporting.quarterly.quarters import QUARTER

pytestmark = pytest.mark.django_db
ZONE = timezone.get_default_timezone()
PERIOD = Period.parse(QUARTER)
READERS = ["quality", "executive", "auditor"]


def test_it_is_what_the_report_says(quarter):
    said = {
        (row["kind"], row["party"]): {
            share: (kept["rounds"], kept["mean_share"]) for share, kept in row["quarter"].items()
        }
        for row in quarter.report.content["figures"]["responsibility"]
    }
    found = {
        (line.party[0], str(line.party[2] or line.party[1] or "")): {
            share: (rounds, str(mean.quantize(Decimal("0.01")))) for share, (rounds, mean) in line.shares.items()
        }
        for line in borne(PERIOD, ZONE)
    }
    assert found == said
    assert found


@pytest.mark.parametrize("reader", READERS)
def test_every_number_is_the_length_of_its_list(quarter, client, reader):
    client.force_login(getattr(quarter.w, reader))
    page = client.get(reverse("admin:responsibility"), {"period": QUARTER})
    assert_proper(page)
    assert str(BORNE.treatment) in page.text
    links = re.findall(r'<a href="(/responsibility/cases/\?[^"]*)">(\d+)</a>', page.text)
    assert links
    for address, count in links:
        listed = client.get(address.replace("&amp;", "&"))
        assert_proper(listed)
        found = listed.context["found"]
        assert (found.count, found.visible + found.hidden) == (int(count), int(count))
        assert len(listed.context["lines"]) == found.visible


def test_edges_several_allegations_and_hidden_cases(quarter):
    w = quarter.w
    start, end = PERIOD.bounds(ZONE)
    tick = timedelta(microseconds=1)
    party = ("department", w.warehouse.pk, None)

    def bear(complaint, at, share="primary", part="70"):
        LiabilityFact.objects.create(
            complaint=complaint,
            round=1,
            party_kind="department",
            department=w.warehouse,
            share_kind=share,
            share=Decimal(part),
            final_at=at,
        )

    bear(quarter.closed.c, start)
    bear(quarter.closed.c, start, part="50")  # another allegation of the same round
    bear(quarter.open.c, end - tick, "secondary", "30")
    bear(quarter.confidential.c, start)
    bear(quarter.withdrawn.c, start - tick)
    bear(quarter.reopened.c, end)
    bear(quarter.before.c, start, "none", "0")
    line = next(line for line in borne(PERIOD, ZONE) if line.party == party)
    assert (line.label, line.rounds, line.before, line.year_before) == (name_of(party), 3, 1, 0)
    assert {share: rounds for share, (rounds, _mean) in line.shares.items()} == {"primary": 2, "secondary": 1}
    assert round(line.shares["primary"][1], 2) == Decimal("63.33")
    listed = rounds_behind(Asked(PERIOD, party), ZONE, standing_of(w.quality))
    assert (listed.count, listed.visible, listed.hidden) == (3, 2, 1)
    rows = CaseFact.objects.filter(complaint__in=[quarter.closed.c, quarter.open.c], round=1)
    assert set(listed.rows) == set(rows)
    assert rounds_behind(Asked(PERIOD, party, "primary"), ZONE, standing_of(w.auditor)).visible == 2


def test_only_readers_and_only_what_makes_sense(quarter, client):
    asked = {"period": QUARTER, "kind": "department", "department": quarter.w.warehouse.pk}
    for name in ("handler", "head", "liaison"):
        client.force_login(getattr(quarter.w, name))
        for page in ("responsibility", "responsibility_cases"):
            assert client.get(reverse(f"admin:{page}"), asked).status_code == 403
    client.force_login(quarter.w.quality)
    address = reverse("admin:responsibility_cases")
    assert client.get(address, asked).status_code == 200
    for wrong in ({"kind": "x"}, {"share": "none"}, {"department": "x"}, {"outside": "-1"}, {"period": "x"}):
        assert client.get(address, asked | wrong).status_code == 404
    assert "none" not in SHARES
