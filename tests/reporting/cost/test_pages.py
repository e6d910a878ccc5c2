"""Pages of cost: who reads them, what they show, files, the form beside a case. (RP-13)"""

from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse

from reporting.costs import COST_FIGURES
from reporting.models import Budget, HourlyRate, Spending, WorkEntry
from tests import world
from tests.pages import assert_proper
from tests.reporting.cost.spent import agreed, at, budget, counted, rate, spending, worked

pytestmark = pytest.mark.django_db
HEADERS = {"accept-language": "en"}
PERIOD = {"period": "2026Q1"}


@pytest.fixture
def w():
    return world.build("handling-plan")


@pytest.fixture
def spent(w):
    case = agreed(w, at(3, 4), "1000", ["compensation"]).c
    worked(w, case, date(2026, 3, 5), 90)
    rate(w, "60")
    budget(w, "compensation", "800")
    budget(w, "training", "100", department=w.workshop)
    spending(w, "training", "40", date(2026, 3, 31), department=w.workshop)
    counted()
    return case


def page(client, name, person, query=None, args=()):
    client.force_login(person)
    response = client.get(reverse(f"admin:{name}", args=args), query or PERIOD, headers=HEADERS)
    if response.status_code == 200 and "text/html" in response["Content-Type"]:
        assert_proper(response)
    return response


def numbers(response):
    return {line.figure.code: line.now.text for line in response.context["lines"]}


def test_the_page_says_what_was_spent_and_of_what_budget(w, spent, client):
    response = page(client, "cost", w.quality)
    assert {code: text for code, text in numbers(response).items() if text != "¥0.00"} == {
        "compensation": "¥1,000.00",
        "hours": "1.5 h",
        "labour": "¥90.00",
        "training": "¥40.00",
        "total": "¥1,130.00",
        "net": "¥1,130.00",
    }
    budgets = [(line.spent, line.budget, line.used_text, line.is_over) for line in response.context["budget_lines"]]
    assert budgets == [
        ("¥1,000.00", "¥800.00", "125 %", True),
        ("¥90.00", "–", "–", False),
        ("¥40.00", "¥100.00", "40 %", False),
        ("¥1,040.00", "¥900.00", "116 %", True),
    ]
    text = response.content.decode()
    assert "<meter" in text
    assert "Still to be entered" not in text


def test_every_address_of_a_number_opens_what_it_counts(w, spent, client):
    response = page(client, "cost", w.quality)
    shown = []
    for line in response.context["lines"]:
        shown += [line.now, line.before, line.year_before, line.year]
    shown += [number for _group, numbers in response.context["rows"] for number in numbers]
    opened = {number.address: number.text for number in shown if number.address}
    assert len(opened) >= 9
    for address, text in opened.items():
        behind = client.get(address, headers=HEADERS)
        assert_proper(behind)
        if "found" in behind.context:
            assert behind.context["sum"] == text, address
            assert [line[0] for line in behind.context["lines"]] == [spent]
        else:
            assert [row.amount for row in behind.context["spendings"]] == [Decimal(40)]


def test_heads_read_the_cost_of_their_departments_only(w, spent, client):
    found = numbers(page(client, "cost", w.workshop_head))
    assert (found["compensation"], found["training"]) == ("¥1,000.00", "¥40.00")
    owning = page(client, "cost", w.head)
    assert (numbers(owning)["compensation"], numbers(owning)["training"]) == ("¥1,000.00", "¥0.00")
    assert owning.context["budget_lines"] == [], "its budgets bear what it answers for"
    response = page(client, "cost", w.warehouse_head)
    assert set(numbers(response).values()) == {"¥0.00", "0.0 h"}
    entries = page(client, "cost_entries", w.warehouse_head)
    assert [list(entries.context[name]) for name in ("budgets", "spendings")] == [[], []]
    entries = page(client, "cost_entries", w.workshop_head)
    assert list(entries.context["budgets"]) == [Budget.objects.get(kind="training")]
    tabs = page(client, "cost", w.workshop_head).context["tabs"]
    assert [tab.url for tab in tabs if tab.is_current] == [reverse("admin:cost")]


def test_nothing_is_there_yet(w, client):
    text = page(client, "cost", w.quality, {}).content.decode()
    assert "Still to be entered" in text
    assert reverse("admin:cost_entries") in text
    assert "<meter" not in text
    text = page(client, "cost", w.auditor, {}).content.decode()
    assert "The quality department enters" in text


def test_hours_without_a_rate_are_named(w, client):
    case = agreed(w, at(3, 4), "1", ["other"]).c
    worked(w, case, date(2026, 3, 5), 90)
    assert page(client, "cost", w.quality).context["unrated"] == "1.5 h"
    rate(w, "60")
    assert page(client, "cost", w.quality).context["unrated"] == ""


@pytest.mark.parametrize(
    "query", [{"period": "2026Q5"}, {"period": "2026W01"}, {**PERIOD, "by": "handler"}, {**PERIOD, "by": "x"}]
)
@pytest.mark.parametrize("name", ["cost", "cost_file"])
def test_what_makes_no_sense_is_not_found(w, client, name, query):
    assert page(client, name, w.quality, query).status_code == 404


def test_the_chart_is_a_picture_with_its_title(w, spent, client):
    response = page(client, "cost_chart", w.quality)
    text = response.content.decode()
    assert response["Content-Type"] == "image/svg+xml"
    assert text.startswith("<svg")
    assert "<title>Cost of complaints month by month, up to 2026-03</title>" in text


def test_files_have_the_numbers_of_the_page(w, spent, client, tmp_path):
    response = page(client, "cost_file", w.quality, PERIOD | {"format": "xlsx"})
    (tmp_path / "it.xlsx").write_bytes(b"".join(response))
    rows = list(openpyxl.load_workbook(tmp_path / "it.xlsx").active.iter_rows(values_only=True))
    found = {row[0]: row[2] for row in rows[1:]}
    assert (found["Compensation"], found["Hours of work"], found["Net cost"]) == (1000, 1.5, 1130)
    assert all(row[6] and row[7] and row[8] for row in rows[1:]), "every figure with its definition"
    response = page(client, "cost_file", w.quality, PERIOD | {"format": "csv", "by": "department"})
    text = b"".join(response).decode("utf-8-sig")
    assert [line.split(",")[1] for line in text.splitlines()][1:] == ["1000.00", "1000.00"]


def test_the_page_takes_as_many_queries_whatever_there_is(w, spent, client, django_assert_max_num_queries):
    client.force_login(w.quality)
    address = reverse("admin:cost")
    client.get(address, PERIOD)
    with django_assert_max_num_queries(40):
        client.get(address, PERIOD)


def test_every_figure_stands_among_the_definitions(w, client):
    text = page(client, "definitions", w.executive).content.decode()
    assert {code for code in COST_FIGURES if f'id="cost-{code}"' in text} == set(COST_FIGURES)


# --- Entering --------------------------------------------------------------------------------------------------------


def test_entries_are_made_and_withdrawn_on_their_page(w, client):
    client.force_login(w.quality)
    address = reverse("admin:cost_entries")
    given = [
        {"what": "rate", "department": "", "valid_from": "2026-01-01", "amount": "80"},
        {"what": "budget", "year": "2026", "department": str(w.workshop.pk), "kind": "hours", "amount": "9"},
        {"what": "spending", "spent_on": "2026-02-01", "department": "", "kind": "systems", "amount": "7"},
    ]
    for form in given:
        form |= {"basis": "总经理办公会", "purpose": "升级"}
        assert client.post(address, form | {"amount": ""}).status_code == 422
        assert client.post(address, form).status_code == 302
    price, plan, money = HourlyRate.objects.get(), Budget.objects.get(), Spending.objects.get()
    assert price.amount == 80
    assert (price.entered_by, plan.department, money.purpose) == (w.quality, w.workshop, "升级")
    assert client.post(reverse("admin:cost_withdraw", args=["rate", price.pk]), {"reason": "有误"}).status_code == 302
    assert HourlyRate.objects.get().withdrawal_reason == "有误"
    assert client.post(reverse("admin:cost_withdraw", args=["nothing", 1]), {"reason": "x"}).status_code == 404
    text = client.get(address).content.decode()
    assert "有误" in text
    client.force_login(w.executive)
    assert client.post(address, given[0]).status_code == 403
    assert client.post(reverse("admin:cost_withdraw", args=["budget", plan.pk]), {"reason": "x"}).status_code == 403


def test_hours_are_recorded_beside_the_case(w, spent, client):
    client.force_login(w.handler)
    case = reverse("admin:complaints_complaint_change", args=[spent.pk])
    text = client.get(case, headers=HEADERS).content.decode()
    assert "1.5 hours recorded" in text
    assert f'action="{reverse("admin:hours", args=[spent.pk])}"' in text
    form = {"worked_on": "2026-03-06", "minutes": "30", "kind": "resolving", "remark": "上门"}
    assert client.post(reverse("admin:hours", args=[spent.pk]), form | {"minutes": "1441"}).status_code == 422
    assert client.post(reverse("admin:hours", args=[spent.pk]), form | {"worked_on": "2026-03-01"}).status_code == 422
    answer = client.post(reverse("admin:hours", args=[spent.pk]), form)
    assert (answer.status_code, answer["Location"]) == (302, case)
    assert "2.0 hours recorded" in client.get(case, headers=HEADERS).content.decode()
    entry = WorkEntry.objects.get(remark="上门")
    assert (entry.person, entry.minutes, entry.round) == (w.handler, 30, 1)
    page_of_case = client.get(reverse("admin:hours", args=[spent.pk]), headers=HEADERS)
    assert_proper(page_of_case)
    assert [row.minutes for row, _may in page_of_case.context["lines"]] == [30, 90]
    withdraw = reverse("admin:hours_withdraw", args=[entry.pk])
    assert client.post(withdraw, {"reason": ""}).status_code == 302
    assert client.post(withdraw, {"reason": "重复"}).status_code == 302
    assert WorkEntry.objects.get(pk=entry.pk).withdrawal_reason == "重复"


def test_who_only_reads_a_case_has_no_form(w, spent, client):
    client.force_login(w.auditor)
    text = client.get(reverse("admin:complaints_complaint_change", args=[spent.pk]), headers=HEADERS).content.decode()
    assert "1.5 hours recorded" in text
    assert "Record hours" not in text
    assert client.post(reverse("admin:hours", args=[spent.pk]), {}).status_code == 403


def test_a_head_chooses_among_members(w, spent, client):
    client.force_login(w.workshop_head)
    form = client.get(reverse("admin:hours", args=[spent.pk])).context["form"]
    assert {key for key, _name in form.fields["person"].choices} == {w.workshop_head.pk, w.liaison.pk}
    given = {"person": w.liaison.pk, "worked_on": "2026-03-06", "minutes": "30", "kind": "other"}
    assert client.post(reverse("admin:hours", args=[spent.pk]), given).status_code == 302
    assert client.post(reverse("admin:hours", args=[spent.pk]), given | {"person": w.handler.pk}).status_code == 422
    assert WorkEntry.objects.filter(person=w.liaison).count() == 1
    client.force_login(w.handler)
    form = client.get(reverse("admin:hours", args=[spent.pk])).context["form"]
    assert form.fields["person"].widget.is_hidden
