"""Warnings on their pages: who sees which, who may answer them how, and the measure that names one. (RP-7)"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accountability.models import Measure
from complaints.models import Complaint, Notice
from complaints.services.refusal import ActRefusedError
from reporting.models import RiskWarning, WarningState
from reporting.queries.clusters import Grouping
from reporting.services import risk_warnings
from reporting.services.cluster_scan import scan_day, scan_for_clusters
from reporting.tallies import Dimension
from tests.pages import assert_proper
from tests.reporting import counted
from tests.reporting.early_warning.conftest import LAST, morning_after

DAY = timedelta(days=1)
FOUND = LAST + DAY


@pytest.fixture
def planted(w, kinds):
    """A warning as a night writes it, without weeks of quiet before."""
    counted.facts_on(w, FOUND, 9, **kinds["leaking"])
    group = Grouping((Dimension.CATEGORY, Dimension.PRODUCT), (str(w.category.pk), "X1"))
    return RiskWarning.objects.create(
        number="RW20260323-01",
        dimension=group.dimension,
        key=group.key,
        department=w.workshop,
        urgency="incident",
        since=FOUND,
        found_on=FOUND,
        last_found_on=FOUND,
        days=1,
        observed=9,
        expected=0.4,
        threshold=5,
        p_value=1e-9,
        false_alarms=1 / 30,
        groups=12,
        related=[{"dimension": "category", "key": str(w.category.pk), "observed": 10, "expected": 1.1}],
        made_at=morning_after(FOUND),
    )


NIGHT = morning_after(FOUND)


def page(client, person, warning):
    client.force_login(person)
    return client.get(reverse("admin:warning", args=[warning.pk]))


def test_quality_executives_auditors_and_the_head_concerned_see_it_and_nobody_else(w, planted, client):
    asked = {name: person for name, person in w.people.items() if name not in {"nobody", "delivery"}}
    seen = {name for name, person in asked.items() if page(client, person, planted).status_code == 200}
    assert seen == {"quality", "executive", "auditor", "workshop_head"}
    for name in ("quality", "workshop_head"):
        client.force_login(w.people[name])
        assert planted.number in client.get(reverse("admin:warnings")).text
    client.force_login(w.warehouse_head)
    assert planted.number not in client.get(reverse("admin:warnings")).text


@pytest.mark.parametrize("name", ["quality", "executive", "auditor", "workshop_head"])
def test_cases_shown_and_cases_said_are_all_there_are(w, planted, client, name):
    hidden = Complaint.objects.latest("pk")
    Complaint.objects.filter(pk=hidden.pk).update(is_confidential=True)
    answer = page(client, w.people[name], planted)
    assert_proper(answer)
    shown = answer.context["page"].paginator.count
    assert shown + answer.context["hidden"] == answer.context["count"] == 9
    assert (hidden.number in answer.text) == (name in {"auditor", "workshop_head"})
    assert answer.context["hidden"] == (0 if name in {"auditor", "workshop_head"} else 1)


def test_its_chart_is_a_picture_without_style(w, planted, client):
    client.force_login(w.quality)
    answer = client.get(reverse("admin:warning_chart", args=[planted.pk]))
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert "<title>" in answer.text
    assert "style=" not in answer.text


def test_the_head_takes_note_and_only_quality_explains(w, planted):
    warning = risk_warnings.acknowledge(planted.pk, seen=1, remark="已查看", by=w.workshop_head, now=NIGHT)
    assert (warning.state, warning.answered_by, warning.version) == (WarningState.ACKNOWLEDGED, w.workshop_head, 2)
    with pytest.raises(ActRefusedError) as refusal:
        risk_warnings.explain(planted.pk, seen=2, reason="自查无事", by=w.workshop_head, now=NIGHT)
    assert refusal.value.code == "not_allowed"
    warning = risk_warnings.explain(planted.pk, seen=2, reason="新批次到货", by=w.quality, now=NIGHT)
    assert (warning.state, warning.remark) == (WarningState.EXPLAINED, "新批次到货")
    rows = warning.history.order_by("history_id").values_list("history_user_name", "history_change_reason")
    assert list(rows)[1:] == [("workshop_head", "acknowledged"), ("quality", "explained")]


@pytest.mark.parametrize("name", ["executive", "auditor"])
def test_who_only_reads_answers_nothing(w, planted, name):
    for act in (risk_warnings.acknowledge, risk_warnings.explain):
        words = {"remark" if act is risk_warnings.acknowledge else "reason": "看过"}
        with pytest.raises(ActRefusedError):
            act(planted.pk, seen=1, by=w.people[name], now=NIGHT, **words)
    planted.refresh_from_db()
    assert planted.state == WarningState.OPEN


@pytest.mark.parametrize("name", ["warehouse_head", "handler", "nobody"])
def test_who_may_not_see_it_cannot_answer_it(w, planted, name):
    with pytest.raises(RiskWarning.DoesNotExist):
        risk_warnings.acknowledge(planted.pk, seen=1, remark="", by=w.people[name], now=NIGHT)


def test_a_page_that_is_out_of_date_answers_nothing(w, planted):
    risk_warnings.acknowledge(planted.pk, seen=1, remark="", by=w.quality, now=NIGHT)
    with pytest.raises(ActRefusedError) as refusal:
        risk_warnings.explain(planted.pk, seen=1, reason="新批次", by=w.quality, now=NIGHT)
    assert refusal.value.code == "changed"


def test_nothing_is_explained_without_a_reason_or_twice(w, planted):
    with pytest.raises(ActRefusedError):
        risk_warnings.explain(planted.pk, seen=1, reason="  ", by=w.quality, now=NIGHT)
    risk_warnings.explain(planted.pk, seen=1, reason="新批次", by=w.quality, now=NIGHT)
    with pytest.raises(ActRefusedError):
        risk_warnings.explain(planted.pk, seen=2, reason="又一次", by=w.quality, now=NIGHT)


def test_the_page_answers_and_says_what_was_refused(w, planted, client):
    client.force_login(w.quality)
    address = reverse("admin:warning", args=[planted.pk])
    assert client.post(address, {"act": "explain", "seen": 1, "words": ""}).status_code == 422
    assert client.post(address, {"act": "delete", "seen": 1, "words": "x"}).status_code == 422
    assert client.post(address, {"act": "explain", "seen": 1, "words": "新批次"}).status_code == 302
    planted.refresh_from_db()
    assert planted.state == WarningState.EXPLAINED


def test_a_measure_that_names_it_turns_it_into_one(w, planted, client):
    client.force_login(w.quality)
    answer = client.get(reverse("admin:warning", args=[planted.pk]))
    form = client.get(answer.context["demand"])
    assert form.status_code == 200
    assert f'value="{planted.number}"' in form.text
    assert not form.context["form"].notes
    assert form.context["form"].initial["effect_product"] == "X1"
    assert form.context["form"].initial["department"] == w.workshop.pk
    Measure.objects.create(
        number="ZG-1",
        origin=planted.number,
        kind="corrective",
        title="检查密封圈",
        description="逐件检查",
        department=w.workshop,
        owner=w.workshop_head,
        due_at=NIGHT,
        made_at=NIGHT,
    )
    answer = client.get(reverse("admin:warning", args=[planted.pk]))
    assert answer.context["warning"].state == WarningState.MEASURE
    assert "ZG-1" in answer.text
    scan_day(FOUND, NIGHT)
    planted.refresh_from_db()
    assert planted.state == WarningState.MEASURE


def test_the_notice_leads_to_the_page_of_the_warning(w, quiet_weeks, kinds, client):
    counted.facts_on(w, FOUND, 12, **kinds["leaking"])
    scan_for_clusters(NIGHT)
    notice = Notice.objects.get(kind="warning.raised", recipient=w.workshop_head)
    warning = RiskWarning.objects.get()
    client.force_login(w.workshop_head)
    assert client.get(reverse("admin:notice", args=[notice.pk])).url == reverse("admin:warning", args=[warning.pk])
    listed = client.get(reverse("admin:notices")).text
    assert warning.number in listed


def test_the_list_costs_the_same_with_one_warning_and_with_twenty(w, planted, client):
    client.force_login(w.quality)

    def cost():
        with CaptureQueriesContext(connection) as found:
            assert_proper(client.get(reverse("admin:warnings")))
        return len(found)

    cost()
    one = cost()
    for number in range(2, 21):
        planted.pk = None
        planted._state.adding = True
        planted.number, planted.key = f"RW20260323-{number:02d}", f"{w.category.pk}|X{number}"
        planted.save()
    assert cost() == one
