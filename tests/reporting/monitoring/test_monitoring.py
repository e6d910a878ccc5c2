"""The page of live monitoring: every number is the length of the list behind it, at a steady cost. (RP-5)"""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.models import ClockPause, Complaint, Department
from complaints.models.standing import standing_of
from complaints.queries import lists
from complaints.states import OPEN, State
from reporting.queries.monitoring import SITUATIONS, monitoring
from tests import factories
from tests.desk.cases import DAY, NOW, case, clock, populate
from tests.pages import assert_proper

PAGE = "admin:monitoring"
LIST = "admin:complaints_complaint_changelist"
NUMBER = re.compile(r'<a[^>]*href="(/complaints/complaint/\?[^"]*)"[^>]*>\s*(?:<span class="value">)?(\d+)<')
QUERIES = 10


def spread_out(w):
    """Beside the case in every situation: ages at both sides of every edge, departments in a tree, pauses."""
    line = factories.DepartmentFactory(parent=w.workshop, names=factories.names("一号线", "Line 1"))
    populate(w)
    for edge in (1, 3, 7, 15, 30):
        for seconds in (0, 1):
            moment = NOW - timedelta(days=edge, seconds=-seconds)
            case(w, f"{edge} {seconds}", State.DISPATCHED, received_at=moment, responsible_department=line)
    paused = case(w, "paused", State.INVESTIGATING, severity="urgent")
    clock(paused, NOW + DAY)
    ClockPause.objects.create(
        complaint=paused,
        round=1,
        ground="evidence",
        names={},
        starts_at=NOW - DAY,
        cap_at=NOW + DAY,
        reason="等待检测",
        paused_by=w.handler,
    )
    for number in range(3):
        late = case(w, f"late {number}", State.IMPLEMENTING, responsible_department=w.warehouse)
        clock(late, NOW - DAY)
    clock(case(w, "closed with a clock", State.CLOSED), NOW - DAY)
    return line


def numbers(client, person):
    """Every number of the page with the address behind it."""
    client.force_login(person)
    answer = client.get(reverse(PAGE))
    assert_proper(answer)
    return [(int(count), address.replace("&amp;", "&")) for address, count in NUMBER.findall(answer.text)]


def length(rf, person, address):
    """How many complaints the list at that address finds, as its page counts them."""
    request = rf.get(address)
    request.user = person
    page = admin.site.get_model_admin(Complaint).get_changelist_instance(request)
    return page.result_count


@pytest.mark.parametrize("name", ["auditor", "head", "liaison"])
def test_every_number_is_the_length_of_the_list_behind_it(client, rf, w, name):
    spread_out(w)
    found = numbers(client, w.people[name])
    person = w.people[name]
    wrong = [(count, address) for count, address in found if length(rf, person, address) != count]
    assert wrong == []
    assert len(found) > 40


def test_what_is_counted_is_what_the_person_may_see(w):
    spread_out(w)
    for name in ("auditor", "quality", "head", "liaison", "warehouse_liaison", "executive", "handler"):
        standing = standing_of(w.people[name])
        found = monitoring(standing, NOW)
        seen = Complaint.objects.visible_to(standing).filter(state__in=OPEN)
        assert found.figures[0][1].count == seen.count(), name
        tables = {table.code: table for table in found.tables}
        assert sum(line.numbers[0].count for line in tables["age"].lines) == seen.count()
        assert sum(line.numbers[0].count for line in tables["severity"].lines) == seen.count()
        assert sum(line.numbers[0].count for line in tables["handler"].lines) == seen.count()
    assert monitoring(standing_of(w.administrator), NOW).figures[0][1].count == 0


def test_ages_begin_with_their_first_day(w):
    spread_out(w)
    ages = {row.subject: age for row in Complaint.objects.all() for age in lists.AGES if _is(row, age)}
    assert {subject: age for subject, age in ages.items() if subject[-1] in "01" and subject[0].isdigit()} == {
        "1 0": "1-3",
        "1 1": "0-1",
        "3 0": "3-7",
        "3 1": "1-3",
        "7 0": "7-15",
        "7 1": "3-7",
        "15 0": "15-30",
        "15 1": "7-15",
        "30 0": "30-",
        "30 1": "15-30",
    }
    assert len(ages) == Complaint.objects.count()


def _is(row, age):
    return Complaint.objects.filter(lists.aged(age, NOW), pk=row.pk).exists()


def test_a_department_counts_those_below_it(w):
    line = spread_out(w)
    table = next(table for table in monitoring(standing_of(w.auditor), NOW).tables if table.code == "department")
    found = {row.label: (row.depth, row.numbers[0].count) for row in table.lines}
    of_line = Complaint.objects.filter(state__in=OPEN, responsible_department=line).count()
    of_workshop = Complaint.objects.filter(state__in=OPEN, responsible_department=w.workshop).count()
    assert of_line == 10
    assert found[str(line)] == (2, of_line)
    assert found[str(Department.objects.get(pk=w.workshop.pk))] == (1, of_line + of_workshop)


def test_each_situation_is_counted(w):
    spread_out(w)
    figures = [number.count for _label, number in monitoring(standing_of(w.auditor), NOW).figures]
    seen = Complaint.objects.filter(state__in=OPEN)
    expected = [
        seen.count(),
        seen.filter(lists.due_within(NOW, lists.horizons(NOW, 1))).count(),
        seen.filter(lists.overdue(NOW)).count(),
        seen.filter(lists.escalated()).count(),
        seen.filter(lists.paused(NOW)).count(),
    ]
    assert figures == expected
    assert all(figures)
    assert len(SITUATIONS) == 4


def test_who_is_in_no_office_of_complaints_is_refused(client, w):
    for name, status in {"administrator": 403, "nobody": 302, "intake": 200, "legal": 200}.items():
        client.force_login(w.people[name])
        assert client.get(reverse(PAGE)).status_code == status, name


def test_the_cost_does_not_grow(client, w):
    populate(w)
    client.force_login(w.auditor)
    client.get(reverse(PAGE))
    few = _queries(client)
    for number in range(60):
        row = case(w, f"more {number}", State.DISPATCHED, handler=factories.UserFactory(), severity="urgent")
        clock(row, NOW - DAY)
    Complaint.objects.filter(subject="more 3").update(responsible_department=factories.DepartmentFactory().pk)
    client.get(reverse(PAGE))
    many = _queries(client)
    assert few == many
    assert many < QUERIES


def _queries(client):
    with CaptureQueriesContext(
        connection,
    ) as made:
        assert client.get(reverse(PAGE)).status_code == 200
    return len(made)


def test_each_table_can_be_taken_away(client, w):
    populate(w)
    client.force_login(w.head)
    for table in monitoring(standing_of(w.head), NOW).tables:
        answer = client.get(reverse("admin:monitoring_file"), {"table": table.code, "format": "csv"})
        lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
        shown = [*table.lines, table.total] if table.total else table.lines
        assert [line[1:] for line in lines[1:]] == [[str(number.count) for number in line.numbers] for line in shown]
    for wrong in ({"table": "nothing"}, {"format": "exe"}):
        assert client.get(reverse("admin:monitoring_file"), wrong).status_code == 404
