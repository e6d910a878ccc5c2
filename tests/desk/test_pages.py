"""The desk, the docket, notices and the outbox as pages."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from complaints.models import Calendar, MailStatus, Notice, Recusal
from complaints.models.standing import standing_of
from complaints.queries import desk
from complaints.queries.desk_operation import figures, missing_years
from complaints.services.notice_reading import mark_read
from tests.desk.cases import NOW, case, clock, populate
from tests.factories import PASSWORD
from tests.pages import assert_proper

EVERYBODY = ("intake", "handler", "head", "liaison", "workshop_head", "executive", "quality", "legal", "auditor")


@pytest.fixture(autouse=True)
def at_half_past_eleven(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def notice(w, person, key="event:1", **columns):
    values = {"kind": "dispatch", "created_at": NOW, "mail_status": MailStatus.SENT}
    return Notice.objects.create(recipient=person, key=key, **(values | columns))


@pytest.mark.parametrize("name", [*EVERYBODY, "administrator"])
def test_everybody_has_a_desk(client, w, cases, name):
    client.force_login(w.people[name])
    assert_proper(client.get("/"))


@pytest.mark.parametrize("name", EVERYBODY)
def test_every_figure_is_the_count_of_its_list(client, w, cases, name):
    person = w.people[name]
    client.force_login(person)
    sections = client.get("/").context["sections"]
    assert sections or name in {"legal", "auditor"}
    for section in sections:
        page = client.get(section.url).context["cl"]
        assert page.result_count == section.shown.count, section.shown.block.code
        shown = {row.complaint.pk for row in section.shown.rows}
        assert shown <= {row.pk for row in page.result_list}


def test_login_leads_to_the_desk(client, w):
    answer = client.post("/login/", {"username": "handler", "password": PASSWORD})
    assert answer.headers["Location"] == "/"


def test_rows_say_how_much_time_is_left(client, w):
    clock(case(w, "很急的事", state="offered"), NOW + timedelta(minutes=90))
    clock(case(w, "太晚的事", state="offered"), NOW - timedelta(days=3))
    client.force_login(w.handler)
    client.cookies["django_language"] = "en"
    html = client.get("/").content.decode()
    assert "1 hour left" in html
    assert "3 days late" in html


def test_the_most_pressing_comes_first(w):
    for hours in (600, -5, 2):
        clock(case(w, f"{hours}", state="offered"), NOW + timedelta(hours=hours))
    case(w, "no clock", state="offered")
    reader = desk.Reader(standing_of(w.handler, NOW), NOW)
    (shown,) = desk.show(reader, [desk.BLOCKS["waiting"]])
    assert [row.complaint.subject for row in shown.rows] == ["-5", "2", "600", "no clock"]
    assert [row.clock and row.clock.status for row in shown.rows] == ["overdue", "soon", "ok", None]


def test_ten_rows_and_the_figure_of_all(w):
    for number in range(12):
        case(w, f"case {number}", state="offered")
    reader = desk.Reader(standing_of(w.handler, NOW), NOW)
    (shown,) = desk.show(reader, [desk.BLOCKS["waiting"]])
    assert (shown.count, len(shown.rows)) == (12, 10)


@pytest.mark.parametrize("name", ["handler", "head", "executive"])
def test_a_desk_costs_the_same_with_one_case_and_with_many(client, w, name, django_assert_num_queries):
    client.force_login(w.people[name])
    client.get("/")
    populate(w)
    with_some = _queries(client)
    for _again in range(3):
        populate(w)
    with django_assert_num_queries(with_some):
        client.get("/")


def _queries(client, path="/"):
    with CaptureQueriesContext(connection) as found:
        client.get(path)
    return len(found)


def test_the_docket_is_for_executives(client, w, cases):
    client.force_login(w.executive)
    answer = client.get(reverse("admin:docket"))
    assert_proper(answer)
    found = {section.shown.block.code: section.shown.count for section in answer.context["sections"]}
    assert found == {"escalated_to_me": 1, "approve": 1, "supervised": 1}
    client.force_login(w.head)
    assert client.get(reverse("admin:docket")).status_code == 403


def test_the_docket_says_why(client, w, cases):
    """What went up and when, what the plan proposes, what is due next and with whom."""
    client.force_login(w.executive)
    sections = client.get(reverse("admin:docket")).context["sections"]
    whys = {section.shown.block.code: [why for _row, why in section.lines] for section in sections}
    assert set(whys) == {"escalated_to_me", "approve", "supervised"}
    assert all(why for lines in whys.values() for why in lines), whys


# -- notices ----------------------------------------------------------------------------------------------------------


def test_notices_are_ones_own(client, w, cases):
    mine, other = notice(w, w.handler, complaint=cases["offered"]), notice(w, w.head, complaint=cases["offered"])
    client.force_login(w.handler)
    answer = client.get(reverse("admin:notices"))
    assert_proper(answer)
    assert [line.notice for line in answer.context["lines"]] == [mine]
    for name in ("admin:notice", "admin:notice_read"):
        assert client.post(reverse(name, args=[other.pk])).status_code == 404
    assert mark_read(w.handler, now=NOW, notice_id=other.pk) == 0
    other.refresh_from_db()
    assert other.read_at is None


def test_a_notice_is_read_and_leaves_the_unread_ones(client, w, cases):
    mine = notice(w, w.handler, complaint=cases["offered"])
    client.force_login(w.handler)
    assert_count_in_menu(client, 1)
    client.post(reverse("admin:notice_read", args=[mine.pk]))
    mine.refresh_from_db()
    assert mine.read_at == NOW
    assert client.get(reverse("admin:notices")).context["lines"] == []
    assert len(client.get(reverse("admin:notices"), {"show": "all"}).context["lines"]) == 1
    assert_count_in_menu(client, 0)


def assert_count_in_menu(client, count):
    found = re.findall(r'<span class="count">(\d+)</span>', client.get(reverse("admin:notices")).content.decode())
    assert found == ([str(count)] if count else [])


def test_all_notices_are_read_at_once_and_only_ones_own(client, w):
    for number in range(3):
        notice(w, w.handler, key=f"event:{number}")
    other = notice(w, w.head)
    client.force_login(w.handler)
    client.post(reverse("admin:notices_read"))
    assert not Notice.objects.filter(recipient=w.handler, read_at=None).exists()
    other.refresh_from_db()
    assert other.read_at is None


def test_a_notice_tells_nothing_of_a_case_one_may_no_longer_see(client, w, cases):
    mine = notice(w, w.handler, complaint=cases["offered"])
    Recusal.objects.create(complaint=cases["offered"], person=w.handler, reason="回避", recorded_at=NOW)
    client.force_login(w.handler)
    (line,) = client.get(reverse("admin:notices")).context["lines"]
    assert line.subject == ""
    assert client.get(reverse("admin:notice", args=[mine.pk])).headers["Location"] == reverse("admin:notices")


def test_notices_cost_the_same_whatever_their_number(client, w, cases, django_assert_num_queries):
    client.force_login(w.handler)
    notice(w, w.handler, key="event:0", complaint=cases["offered"])
    client.get(reverse("admin:notices"))  # the process reads the registers once
    before = _queries(client, reverse("admin:notices"))
    for number in range(1, 20):
        notice(w, w.handler, key=f"event:{number}", complaint=cases["offered"])
    with django_assert_num_queries(before):
        client.get(reverse("admin:notices"))


# -- for administrators -----------------------------------------------------------------------------------------------


def test_an_administrator_sees_figures_and_no_case(client, w, cases):
    client.force_login(w.administrator)
    answer = client.get("/")
    assert {figure.value for figure in answer.context["operation"]} == {0, 1}  # one provisional deadline
    assert answer.context["sections"] == []
    assert "TS-2026" not in answer.content.decode()


def test_figures_of_the_running_system(w, cases):
    notice(w, w.head, key="a", mail_status=MailStatus.DEAD)
    notice(w, w.head, key="b", mail_status=MailStatus.SENDING)
    Calendar.objects.create(code="empty", names={"en": "Empty"})
    assert [figure.value for figure in figures(NOW)] == [1, 1, 1, 1]
    assert missing_years(NOW.date()) == [("Empty", 2026)]


def test_from_december_on_the_next_year_is_missed(w):
    Calendar.objects.create(code="empty", names={"en": "Empty"})
    assert missing_years(date(2026, 11, 30)) == [("Empty", 2026)]
    assert missing_years(date(2026, 12, 1)) == [("Empty", 2026), ("Empty", 2027)]


def test_only_administrators_decide_about_mail(client, w):
    stuck = notice(w, w.head, mail_status=MailStatus.DEAD)
    given = {"notice": stuck.pk, "decision": "retry"}
    client.force_login(w.handler)
    assert client.get(reverse("admin:outbox")).status_code == 403
    assert client.post(reverse("admin:outbox"), given).status_code == 403
    client.force_login(w.administrator)
    assert_proper(client.get(reverse("admin:outbox")))
    assert client.post(reverse("admin:outbox"), given).status_code == 302
    stuck.refresh_from_db()
    assert stuck.mail_status == MailStatus.WAITING
    assert client.post(reverse("admin:outbox"), given | {"decision": "burn"}).status_code == 404
    assert client.post(reverse("admin:outbox"), given | {"notice": "1 or 1"}).status_code == 404


def test_the_desk_does_not_show_the_same_rows_twice(client, w, cases):
    client.force_login(w.head)
    context = client.get("/").context
    codes = {section.shown.block.code: section.shown.count for section in context["sections"]}
    assert codes["approve"] == codes["waiting"] == 1
    assert "waiting" not in {section.shown.block.code for section in context["busy"]}
