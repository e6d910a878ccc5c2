"""Who is named, who sees whom, and that every number is the list behind it. (RP-4)"""

import csv
import html
import io
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from complaints.models import Complaint
from complaints.models.standing import standing_of
from complaints.services.refusal import ActRefusedError
from reporting.models import CaseFact, Examination, Subject
from reporting.queries import performance
from reporting.services import examinations
from reporting.tallies import Dimension
from reporting.trends import Standing
from tests.pages import assert_proper
from tests.reporting.performance.conftest import ALIKE, NIGHT, NOON, QUARTER, cases, count

pytestmark = pytest.mark.django_db

PAGE, UNIT, FILE, ASK = "admin:performance", "admin:performance_unit", "admin:performance_file", "admin:performance_ask"
READERS = ["quality", "executive", "auditor"]
LINK = re.compile(r'<a href="(/figures/cases/\?[^"]*)">([\d,]+)</a>')


def shown(client, person, **asked):
    """What the page gives somebody."""
    client.force_login(person)
    answer = client.get(reverse(PAGE), {"period": QUARTER.code, **asked}, headers={"accept-language": "en"})
    assert_proper(answer)
    return answer


def keys(answer):
    """The units of the page by kind."""
    return {table["dimension"].value: {unit.group.key for unit in table["units"]} for table in answer.context["tables"]}


def kept():
    """What was found of the quarter."""
    return Examination.objects.get(subject=Subject.PERFORMANCE)


def overdue(w, dimension=Dimension.HANDLER):
    """The missed deadlines of every unit, as kept."""
    seen = performance.seen_by(standing_of(w.quality), QUARTER)
    content = kept().content
    found = performance.units(dimension, QUARTER, NIGHT, content, seen)
    return {unit.group.key: next(line for line in unit.lines if line.measure.code == "overdue") for unit in found}


# --- What is found ---------------------------------------------------------------------------------------------------


def test_hard_cases_are_no_fault_and_true_differences_are_found(w):
    """The one with all hard cases missed most deadlines of the alike, and is not named; nobody else is."""
    found = overdue(w)
    named = {key: line.standing for key, line in found.items() if line.is_named}
    assert named == {str(w.other_handler.pk): Standing.MORE, str(w.good_handler.pk): Standing.FEWER}
    hard = found[str(w.handler.pk)]
    assert (hard.events, hard.cases, hard.standing) == (42, 100, Standing.AS_EXPECTED)
    assert hard.events > 2 * found[str(w.handler_1.pk)].events
    assert hard.kept["expected"] == pytest.approx(42, rel=0.15)


def test_expected_events_are_those_of_the_same_mix_over_all(w):
    """By hand: of 860 easy cases 110 missed one, of 340 hard ones 148; nobody's five are not among them."""
    hard_handler = overdue(w)[str(w.handler.pk)]
    easy, hard = (20, 9 * 80 + 2 * 80), (80, 9 * 20 + 2 * 20)
    cases_easy, cases_hard = easy[0] + easy[1], hard[0] + hard[1]
    missed_easy, missed_hard = 2 + 9 * 8 + 36, 40 + 9 * 10 + 17 + 1
    expected = 20 * missed_easy / cases_easy + 80 * missed_hard / cases_hard
    assert hard_handler.kept["expected"] == pytest.approx(expected)


def test_where_nothing_happens_too_few_is_said(w):
    """No sheet was returned to anybody."""
    content = kept().content
    for rows in content["units"].values():
        assert {row["measures"]["returned"]["standing"] for row in rows if row["measures"]} == {Standing.TOO_FEW}


def test_departments_stand_for_those_below_and_are_compared_with_their_level(w):
    found = overdue(w, Dimension.DEPARTMENT)
    assert {key: line.cases for key, line in found.items()} == {
        str(w.root.pk): 1200,
        str(w.workshop.pk): 1100,
        str(w.line.pk): 100,
        str(w.warehouse.pk): 100,
    }
    assert found[str(w.root.pk)].kept is None, "there is nobody to compare the whole with"
    assert found[str(w.warehouse.pk)].kept["expected"] == pytest.approx(
        overdue(w)[str(w.other_handler.pk)].kept["expected"]
    )
    both = [found[str(unit.pk)].kept for unit in (w.workshop, w.warehouse)]
    assert sum(one["expected"] for one in both) == pytest.approx(sum(one["observed"] for one in both))


def test_the_mix_says_who_got_the_hard_cases(w):
    seen = performance.seen_by(standing_of(w.quality), QUARTER)
    found = performance.units(Dimension.HANDLER, QUARTER, NIGHT, kept().content, seen)
    percents = {unit.group.key: unit.hard_percent for unit in found}
    assert percents == {str(w.people[name].pk): 20 for name in w.people if "handler" in name} | {str(w.handler.pk): 80}
    mix = next(unit for unit in found if unit.group.key == str(w.handler.pk)).mix
    assert [(row.cases, round(row.share), round(row.share_of_all)) for row in mix] == [(20, 20, 75), (80, 80, 25)]


# --- The worker ------------------------------------------------------------------------------------------------------


def test_the_night_examines_performance_and_the_button_has_it_done_again(w, client):
    row = kept()
    assert (row.figure, row.is_waiting, row.quarter) == ("", False, QUARTER.first)
    cases(w, w.other_handler, w.warehouse, ((0, 0), (10, 10)))
    count()
    answer = shown(client, w.quality)
    assert answer.context["has_changed"]
    assert "have changed since" in answer.text
    client.force_login(w.auditor)
    assert client.get(reverse(ASK)).status_code == 405
    assert client.post(reverse(ASK, query={"period": QUARTER.code})).status_code == 302
    row.refresh_from_db()
    assert (row.is_waiting, row.asked_by) == (True, w.auditor)
    examinations.make_waiting(NIGHT + timedelta(hours=8))
    assert not shown(client, w.quality).context["has_changed"]
    for person in (w.head, w.handler):
        client.force_login(person)
        assert client.post(reverse(ASK, query={"period": QUARTER.code})).status_code == 403


def test_only_quarters_that_are_over_can_be_examined(w):
    for quarter in (QUARTER.next, QUARTER.shifted(-9)):
        with pytest.raises(ActRefusedError) as refusal:
            examinations.ask(quarter, by=w.quality, now=NIGHT, subject=Subject.PERFORMANCE)
        assert refusal.value.code == "quarter"


def test_a_quarter_that_was_not_examined_shows_its_counts_and_says_so(w, client):
    Examination.objects.all().delete()
    answer = shown(client, w.quality)
    assert "has not been computed for this quarter" in answer.text
    assert keys(answer)["handler"] == {str(w.people[name].pk) for name in w.people if "handler" in name}
    assert "named by chance" not in answer.text.split("performance-method", maxsplit=1)[0]


def test_an_empty_quarter_says_so(w, client):
    answer = shown(client, w.quality, period="2026Q2")
    assert keys(answer) == {"department": set(), "handler": set()}
    assert "Nothing in this period." in answer.text
    assert "No case of yours" in shown(client, w.handler, period="2026Q2").text


# --- Who sees whom ---------------------------------------------------------------------------------------------------


def test_each_sees_all_theirs_or_the_own(w, client):
    everybody = {str(w.people[name].pk) for name in w.people if "handler" in name}
    departments = {str(unit.pk) for unit in (w.root, w.workshop, w.line, w.warehouse)}
    for name in READERS:
        assert keys(shown(client, w.people[name])) == {"department": departments, "handler": everybody}
    assert keys(shown(client, w.head)) == {"handler": everybody}, "of a service that is responsible for no case"
    below = {str(w.workshop.pk), str(w.line.pk)}
    assert keys(shown(client, w.workshop_head)) == {"department": below}
    assert keys(shown(client, w.handler)) == {"handler": {str(w.handler.pk)}}
    for name in ("intake", "liaison", "legal", "administrator"):
        client.force_login(w.people[name])
        for page in (PAGE, UNIT, FILE):
            assert client.get(reverse(page)).status_code == 403, (name, page)


def test_a_handler_reads_no_other_name_on_page_and_file(w, client):
    own = shown(client, w.handler)
    file = b"".join(client.get(reverse(FILE, query={"period": QUARTER.code, "by": "handler", "format": "csv"})))
    for name in (name for name in w.people if "handler" in name and name != "handler"):
        assert name not in own.text
        assert name not in file.decode()
        asked = {"period": QUARTER.code, "by": "handler", "key": w.people[name].pk}
        assert client.get(reverse(UNIT, query=asked)).status_code == 404


@pytest.mark.parametrize(
    ("name", "key", "status"),
    [
        ("quality", "handler", 200),
        ("head", "other_handler", 200),
        ("handler", "handler", 200),
        ("handler", "other_handler", 404),
        ("workshop_head", "handler", 404),
    ],
)
def test_who_opens_whose_page(w, client, name, key, status):
    client.force_login(w.people[name])
    asked = {"period": QUARTER.code, "by": "handler", "key": w.people[key].pk}
    answer = client.get(reverse(UNIT, query=asked))
    assert answer.status_code == status
    if status == 200:
        assert_proper(answer)
        assert answer.context["unit"].group.label == key


def test_a_unit_page_knows_departments_and_handlers_only(w, client):
    client.force_login(w.quality)
    for asked in ({"by": "supplier", "key": "1"}, {"by": "handler", "key": "0"}, {"by": "handler"}, {}):
        assert client.get(reverse(UNIT, query={"period": QUARTER.code, **asked})).status_code == 404
    for asked in ({"period": "2026-03"}, {"period": "x"}):
        assert client.get(reverse(PAGE, query=asked)).status_code == 404


# --- What is behind a number -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["quality", "head", "other_handler"])
def test_every_number_opens_its_list(w, client, name):
    """As many rounds as the number says: those that may be opened, and those of which it is said that they may not."""
    links = {
        html.unescape(address): int(text.replace(",", ""))
        for address, text in LINK.findall(shown(client, w.people[name]).text)
        if f"by=handler&key={w.other_handler.pk}&" in html.unescape(address)
    }
    assert links
    hidden = set()
    for address, number in links.items():
        answer = client.get(address)
        assert_proper(answer)
        found = answer.context["found"]
        assert (found.count, found.visible + found.hidden) == (number, number), address
        visible = Complaint.objects.visible_to(w.people[name])
        assert found.visible == found.rows.filter(complaint__in=visible).count()
        hidden.add(found.hidden > 0)
    assert (True in hidden) == (name == "quality"), "the confidential ones are for those who work on them"


def test_what_is_left_of_a_share_is_a_list_of_its_own(w, client):
    """Not resolved and answered late are what the figures' parts leave of their wholes, unknown moments included."""
    facts = CaseFact.objects.filter(handler=w.handler_1).order_by("pk")
    late, never, again = [fact.pk for fact in facts[:3]]
    due = NOON + timedelta(hours=4)
    facts.filter(pk__in=[late, never]).update(response_due_at=due)
    facts.filter(pk=late).update(response_met_at=due + timedelta(hours=1))
    facts.filter(pk=again).update(reopened_at=NOON + timedelta(days=9))
    count()
    client.force_login(w.quality)
    asked = {"which": "rest", "period": QUARTER.code, "by": "handler", "key": w.handler_1.pk}
    for figure, expected in (("timely_response", {late, never}), ("resolution", {again}), ("satisfaction", set())):
        answer = client.get(reverse("admin:figure_cases", query={"figure": figure, **asked}))
        assert {fact.pk for fact in answer.context["found"].rows} == expected, figure
    assert client.get(reverse("admin:figure_cases", query={"figure": "received", **asked})).status_code == 404
    answer = shown(client, w.quality)
    unit = next(
        unit
        for table in answer.context["tables"]
        for unit in table["units"]
        if unit.group.key == str(w.handler_1.pk) and table["dimension"] == Dimension.HANDLER
    )
    counts = {line.measure.code: (line.events, line.cases) for line in unit.lines}
    assert counts == {
        "timely_response": (2, 2),
        "overdue": (18, 100),
        "escalated": (0, 100),
        "returned": (0, 100),
        "resolution": (1, 100),
        "satisfaction": (0, 100),
    }


@pytest.mark.parametrize(
    ("name", "asked", "status"),
    [
        ("handler", {"by": "handler", "key": "handler"}, 200),
        ("handler", {"by": "handler", "key": "other_handler"}, 403),
        ("handler", {}, 403),
        ("handler", {"by": "department", "key": "workshop"}, 403),
        ("workshop_head", {"by": "department", "key": "line"}, 200),
        ("workshop_head", {"by": "department", "key": "warehouse"}, 403),
        ("workshop_head", {"by": "department", "key": "root"}, 403),
        ("head", {"by": "handler", "key": "other_handler"}, 200),
        ("liaison", {"by": "department", "key": "workshop"}, 403),
    ],
)
def test_lists_are_open_to_those_whose_number_it_is(w, client, name, asked, status):
    client.force_login(w.people[name])
    key = asked.get("key")
    values = {"figure": "overdue", "which": "part", "period": QUARTER.code, **asked}
    if key:
        values["key"] = (w.people.get(key) or getattr(w, key)).pk
    assert client.get(reverse("admin:figure_cases", query=values)).status_code == status


# --- The page and the file -------------------------------------------------------------------------------------------


def test_the_page_names_explains_and_counts_nobodys_apart(w, client):
    answer = shown(client, w.quality)
    named = [(unit.group.label, line.measure.code) for unit, line in answer.context["named"]]
    assert sorted(pair for pair in named if "handler" in pair[0]) == [
        ("good_handler", "overdue"),
        ("other_handler", "overdue"),
    ]
    for sentence in (
        "5 % on average are named by chance",
        "A finding is a reason to look at the cases",
        "Too few to tell",
        "5 complaints of the quarter have no handler",
        "Whoever gets the hard cases is thus compared with others who handle hard cases",
    ):
        assert sentence in " ".join(answer.text.split()), sentence
    again = shown(client, w.handler)
    assert "have no handler" not in again.text
    assert [unit.group.label for unit, _line in again.context["named"]] == []


def test_the_tab_and_the_menu_lead_there(w, client):
    for name, leads in (("quality", True), ("head", True), ("handler", True), ("liaison", False)):
        client.force_login(w.people[name])
        assert (f'href="{reverse(PAGE)}"' in client.get(reverse("admin:index")).text) == (leads and name != "quality")
        if leads:
            assert f'href="{reverse(PAGE)}"' in shown(client, w.people[name]).text


def test_pages_cost_the_same_however_many_there_are(w, client, django_assert_max_num_queries):
    client.force_login(w.quality)
    client.get(reverse(PAGE, query={"period": QUARTER.code}))
    with django_assert_max_num_queries(24):
        client.get(reverse(PAGE, query={"period": QUARTER.code}))


def test_the_file_has_a_row_for_every_measure_of_every_unit(w, client):
    client.force_login(w.quality)
    for by, units in (("handler", 12), ("department", 4)):
        address = reverse(FILE, query={"period": QUARTER.code, "by": by, "format": "csv"})
        text = b"".join(client.get(address)).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text)))
        assert len(rows) == 1 + 6 * units
        assert {len(row) for row in rows} == {len(rows[0])}
    assert client.get(reverse(FILE, query={"by": "supplier"})).status_code == 404
    assert client.get(reverse(FILE, query={"format": "exe"})).status_code == 404
    book = client.get(reverse(FILE, query={"period": QUARTER.code}))
    assert b"".join(book).startswith(b"PK")


def test_made_world_is_as_the_tests_say(w):
    """A guard of the set-up: nine handlers are alike."""
    found = overdue(w)
    alike = {(found[str(w.people[f"handler_{number}"].pk)].events) for number in range(9)}
    assert alike == {sum(missed for _count, missed in ALIKE)}


# --- One measure over all units --------------------------------------------------------------------------------------


def test_a_measure_has_its_page_its_funnel_and_only_the_units_one_sees(w, client):
    asked = {"period": QUARTER.code, "measure": "overdue"}
    seen = {}
    for name, by in (("quality", "handler"), ("workshop_head", "department"), ("handler", "handler")):
        client.force_login(w.people[name])
        page = client.get(reverse("admin:performance_measure", query={**asked, "by": by}))
        assert_proper(page)
        seen[name] = {unit.group.key for unit, _line in page.context["rows"]}
        chart = client.get(reverse("admin:performance_chart", query={**asked, "by": by}))
        assert (chart.status_code == 200) == bool(page.context["chart"]) == (name != "handler"), name
        if chart.status_code == 200:
            assert "style=" not in chart.text
            assert ("other_handler" in chart.text) == (name == "quality"), "who stands out has a name"
            assert "handler_1" not in chart.text
    assert seen == {
        "quality": {str(w.people[name].pk) for name in w.people if "handler" in name},
        "workshop_head": {str(w.workshop.pk), str(w.line.pk)},
        "handler": {str(w.handler.pk)},
    }
    for wrong in ({"measure": "received"}, {"by": "supplier"}):
        for page in ("performance_measure", "performance_chart"):
            assert client.get(reverse(f"admin:{page}", query={**asked, "by": "handler", **wrong})).status_code == 404
