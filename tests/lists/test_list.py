"""The list of complaints: scope, search, filters, cost, and what is done with several at once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from complaints.admin.people import label_of
from complaints.models import CaseLink, Category, ClockPause, Complaint, FurtherCategory, Recusal, Respondent
from complaints.models.standing import standing_of
from complaints.queries import lists
from complaints.states import Role, State
from tests.desk.cases import DAY, NOW, case, clock, populate
from tests.factories import AppointmentFactory, CategoryFactory, ChannelFactory, ComplainantFactory, UserFactory
from tests.pages import assert_proper

LIST = "admin:complaints_complaint_changelist"


@pytest.fixture(autouse=True)
def at_half_past_eleven(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def found(client, person, **parameters):
    """The subjects of the list as a person sees it."""
    client.force_login(person)
    answer = client.get(reverse(LIST), parameters)
    assert_proper(answer)
    page = answer.context["cl"]
    subjects = [row.subject for row in page.result_list]
    assert page.result_count == len(subjects)
    return set(subjects)


# -- scope ------------------------------------------------------------------------------------------------------------


def test_everybody_finds_what_they_may_see(client, w, cases):
    everything = set(cases)
    workshop = {name for name, row in cases.items() if row.responsible_department_id == w.workshop.pk}
    assert found(client, w.auditor) == everything
    assert found(client, w.head) == everything
    assert found(client, w.quality) == everything - {"confidential"}
    assert found(client, w.liaison) == workshop
    assert found(client, w.warehouse_liaison) == {"elsewhere"}
    assert found(client, w.warehouse_head) == {"elsewhere", "on_offer"}
    assert found(client, w.handler) == everything - {"recused"}


def test_who_has_nothing_to_do_with_complaints_gets_no_list(client, w, cases):
    client.force_login(w.administrator)
    assert client.get(reverse(LIST)).status_code == 403
    client.force_login(w.nobody)
    assert client.get(reverse(LIST)).status_code == 302


@pytest.mark.parametrize(
    "parameters",
    [
        {"q": "漏水"},
        {"q": "TS-2026"},
        {"state": "open"},
        {"state": "dispatched"},
        {"department": "workshop"},
        {"deadline": "overdue"},
        {"severity": "general"},
        {"handler": "handler"},
    ],
)
def test_no_way_of_narrowing_shows_a_liaison_the_cases_of_others(client, w, cases, parameters):
    Complaint.objects.update(content="洗衣机漏水")
    keys = {"department": w.workshop.pk, "handler": w.handler.pk}
    narrowed = {name: keys.get(name, value) for name, value in parameters.items()}
    assert found(client, w.warehouse_liaison, **narrowed) <= {"elsewhere"}


@pytest.mark.parametrize(
    "parameters",
    [
        {"complainant__name_digest": "0" * 64},
        {"complainant__name_digest__startswith": "0"},
        {"owner_department__code": "service"},
        {"pk__in": "1,2"},
        {"is_confidential__exact": "1"},
    ],
)
def test_other_lookups_are_refused(client, w, cases, parameters):
    client.force_login(w.liaison)
    assert client.get(reverse(LIST), parameters).status_code == 400


def test_a_recused_person_finds_nothing(client, w, cases):
    for complaint in cases.values():
        Recusal.objects.get_or_create(complaint=complaint, person=w.head, defaults={"reason": "-", "recorded_at": NOW})
    assert found(client, w.head) == set()
    assert found(client, w.head, q=cases["offered"].number) == set()


def test_autocomplete_offers_only_what_one_may_see(w, cases, rf):
    """Whichever form asks, it asks this queryset and this search."""
    from django.contrib import admin  # noqa: PLC0415

    page = admin.site.get_model_admin(Complaint)
    request = rf.get("/autocomplete/")
    request.user = w.warehouse_liaison
    rows, _may_repeat = page.get_search_results(request, page.get_queryset(request), "TS-2026")
    assert {row.subject for row in rows} == {"elsewhere"}


# -- search -----------------------------------------------------------------------------------------------------------


def test_chinese_words_are_found_inside_texts(client, w):
    case(w, "洗衣机底部漏水")
    case(w, "other", content="客厅里的空调也在漏水，地板受损")
    case(w, "demand", demand="要求更换密封圈")
    assert found(client, w.head, q="漏水") == {"洗衣机底部漏水", "other"}
    assert found(client, w.head, q="地板 漏水") == {"other"}
    assert found(client, w.head, q="密封圈") == {"demand"}
    assert found(client, w.head, q="没有的词") == set()


def test_products_orders_respondents_and_english_words_are_found_in_any_case(client, w):
    case(w, "product", product="Washing Machine XQG100")
    case(w, "order", order_number="DD-0088")
    against = case(w, "against")
    Respondent.objects.create(complaint=against, kind="supplier", name="顺达物流 Shunda")
    assert found(client, w.head, q="washing xqg") == {"product"}
    assert found(client, w.head, q="dd-0088") == {"order"}
    assert found(client, w.head, q="ｄｄ-0088") == {"order"}  # full width, as input methods give it
    assert found(client, w.head, q="shunda") == {"against"}
    assert found(client, w.head, q="顺达") == {"against"}


@pytest.mark.parametrize("text", ["TS-2031-000042", "ts-2031-000042", "TS2031000042", "ts-2031", "TS-2031-0000"])
def test_numbers_are_found_from_their_beginning_with_or_without_dashes(client, w, text):
    case(w, "it", number="TS-2031-000042")
    case(w, "other", number="TS-2030-200042")
    assert found(client, w.head, q=text) == {"it"}


def test_a_complainant_is_found_exactly_and_never_in_part(client, w):
    person = ComplainantFactory(name="欧阳小明", phone="139-0000-1111")
    case(w, "it", complainant=person)
    case(w, "other")
    assert found(client, w.head, q="欧阳小明") == {"it"}
    assert found(client, w.head, q="13900001111") == {"it"}
    assert found(client, w.head, q="欧阳") == set()
    assert found(client, w.head, q="1390000") == set()


def test_empty_contact_data_match_nothing(client, w):
    case(w, "it", complainant=ComplainantFactory(name="", phone=""))
    assert found(client, w.head, q="-") == set()
    assert found(client, w.head, q="（）") == set()


def test_search_does_not_confirm_a_guess_about_who_complains(client, w):
    person = ComplainantFactory(name="欧阳小明")
    case(w, "secret", State.DISPATCHED, complainant=person, is_confidential=True)
    case(w, "open", State.DISPATCHED, complainant=person)
    assert found(client, w.liaison) == {"secret", "open"}
    assert found(client, w.liaison, q="欧阳小明") == set()
    assert found(client, w.handler, q="欧阳小明") == {"secret", "open"}
    assert found(client, w.quality, q="欧阳小明") == {"open"}
    assert found(client, w.auditor, q="欧阳小明") == set()


# -- filters ----------------------------------------------------------------------------------------------------------


def test_by_state(client, w, cases):
    ended = {"closed", "archived"}
    assert found(client, w.auditor, state="ended") == ended
    assert found(client, w.auditor, state="open") == set(cases) - ended
    assert found(client, w.auditor, state="approving") == {"proposed", "proposed_by_head", "proposed_major"}
    assert found(client, w.auditor, state="nonsense") == set()


def test_by_clock(client, w, cases):
    ClockPause.objects.create(
        complaint=cases["accepted"],
        round=1,
        ground="awaiting_complainant",
        names={},
        reason="等待补充材料",
        paused_by=w.handler,
        starts_at=NOW - DAY,
        cap_at=NOW + DAY,
    )
    clock(case(w, "late tonight"), NOW + timedelta(hours=12, minutes=29))
    clock(case(w, "after midnight"), NOW + timedelta(hours=12, minutes=31))
    clock(case(w, "in four days"), NOW + 4 * DAY)
    clock(case(w, "met", State.OFFERED), NOW - DAY, met_at=NOW - DAY)
    today = {"asked", "completed", "new", "late tonight"}
    by_tuesday = today | {"after midnight", "escalated"}
    assert found(client, w.auditor, deadline="overdue") == {"dispatched", "offered", "recused"}
    assert found(client, w.auditor, deadline="today") == today
    assert found(client, w.auditor, deadline="within-1") == by_tuesday
    assert found(client, w.auditor, deadline="within-3") == by_tuesday
    assert found(client, w.auditor, deadline="within-5") == by_tuesday | {"in four days", "implementing"}
    assert found(client, w.auditor, deadline="provisional") == {"completed"}
    assert found(client, w.auditor, deadline="paused") == {"accepted"}
    assert found(client, w.auditor, deadline="escalated") == {"escalated"}


def test_by_people_and_departments(client, w, cases):
    mine = {name for name, row in cases.items() if row.handler_id == w.other_handler.pk}
    assert found(client, w.other_handler, handler="me") == mine == {"taken"}
    assert found(client, w.auditor, handler=w.other_handler.pk) == mine
    assert found(client, w.auditor, handler="nobody") == {"new", "on_offer"}
    assert found(client, w.auditor, department=w.warehouse.pk) == {"elsewhere"}
    assert found(client, w.auditor, department=w.root.pk) == set(cases)
    assert found(client, w.auditor, department="x") == set()


def test_among_many_handlers_a_name_is_typed(client, w, cases):
    many = [UserFactory(username=f"officer{place:02}", display_name="李明" if place < 2 else "") for place in range(30)]
    for person in many:
        AppointmentFactory(person=person, role=Role.HANDLER, department=w.warehouse)
    mine = {name for name, row in cases.items() if row.handler_id == w.other_handler.pk}
    one = case(w, "of one", handler=many[1])
    for text in (str(w.other_handler), w.other_handler.username, label_of(w.other_handler), f" {w.other_handler.pk} "):
        assert found(client, w.auditor, handler=text) == mine == {"taken"}, text
    assert found(client, w.auditor, handler=label_of(many[1])) == {one.subject}
    assert found(client, w.auditor, handler="李明") == set()  # two people bear it
    assert found(client, w.auditor, handler="nobody of this name") == set()
    page = client.get(reverse(LIST), {"handler": w.other_handler.pk}).content.decode()
    assert '<datalist id="handler-offered">' in page
    assert f'value="{label_of(w.other_handler)}"' in page
    assert '<select name="handler"' not in page


def test_a_few_handlers_are_chosen_from_a_list(client, w, cases):
    client.force_login(w.auditor)
    page = client.get(reverse(LIST), {"handler": w.other_handler.pk}).content.decode()
    assert '<select name="handler"' in page
    assert f'<option value="{w.other_handler.pk}" selected>{label_of(w.other_handler)}</option>' in page


def test_by_everything_else(client, w):
    tree = CategoryFactory()
    leaf = CategoryFactory(parent=Category.objects.get(pk=tree.pk))
    case(w, "plain")
    case(w, "leaf", category=leaf)
    FurtherCategory.objects.create(complaint=case(w, "further"), category=leaf)
    case(w, "by mail", channel=ChannelFactory(code="mail"))
    case(w, "idea", kind="feedback")
    case(w, "again", round=2)
    case(w, "closed circle", is_confidential=True)
    case(w, "major", severity="major")
    case(w, "old", received_at=NOW - 400 * DAY)
    repeat = case(w, "repeat")
    CaseLink.objects.create(complaint=repeat, other=case(w, "first"), kind="repeat", linked_at=NOW)
    mail = ChannelFactory(code="mail").pk
    everything = set(Complaint.objects.values_list("subject", flat=True))
    day = timezone.localdate(NOW - 400 * DAY).isoformat()
    expected = [
        ({"category": tree.pk}, {"leaf", "further"}),
        ({"channel": mail}, {"by mail"}),
        ({"kind": "feedback"}, {"idea"}),
        ({"linked": "again"}, {"again"}),
        ({"linked": "repeat"}, {"repeat"}),
        ({"linked": "any"}, {"repeat", "first"}),
        ({"confidential": "yes"}, {"closed circle"}),
        ({"confidential": "no"}, everything - {"closed circle"}),
        ({"severity": "major"}, {"major"}),
        ({"policy": "product"}, everything),
        ({"received_from": day, "received_to": day}, {"old"}),
        ({"received_to": day}, {"old"}),
        ({"received_from": day}, everything),
        ({"received_to": "2020-01-01"}, set()),
        ({"severity": "major", "kind": "feedback"}, set()),
    ]
    for parameters, subjects in expected:
        assert found(client, w.auditor, **parameters) == subjects, parameters


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_leads_back_to_the_list(client, w, text):
    client.force_login(w.head)
    assert client.get(reverse(LIST), {"received_to": text}).status_code == 302


# -- looks and cost ---------------------------------------------------------------------------------------------------


def test_a_row_says_what_matters(client, w):
    clock(case(w, "很长的主题" * 20, State.OFFERED, is_confidential=True, severity="urgent"), NOW - timedelta(hours=2))
    client.force_login(w.handler)
    html = client.get(reverse(LIST)).content.decode()
    assert "clock-overdue" in html
    assert "severity-urgent" in html
    assert "state-offered" in html
    assert 'class="lock"' in html


def test_a_list_costs_the_same_with_one_row_and_with_many(client, w, django_assert_num_queries):
    client.force_login(w.auditor)
    clock(case(w, "one", State.OFFERED), NOW + DAY)
    client.get(reverse(LIST))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse(LIST))
    populate(w)
    with django_assert_num_queries(len(one)):
        client.get(reverse(LIST))


def test_counting_works_out_nothing_of_the_rows(client, w):
    clock(case(w, "one", State.OFFERED), NOW + DAY)
    client.force_login(w.head)
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse(LIST))
    (counting,) = (row["sql"] for row in asked if row["sql"].startswith("SELECT COUNT(*) FROM (SELECT"))
    assert "due_at" not in counting


def test_sorting_by_the_next_clock(client, w):
    for hours in (5, 1, 9):
        clock(case(w, str(hours), State.OFFERED), NOW + timedelta(hours=hours))
    case(w, "none", State.OFFERED)
    client.force_login(w.handler)
    page = client.get(reverse(LIST), {"o": "5"}).context["cl"]
    assert [row.subject for row in page.result_list] == ["1", "5", "9", "none"]


def test_counting_stops_somewhere(client, w, monkeypatch):
    monkeypatch.setattr("complaints.admin.lists.page.COUNTED", 3)
    for number in range(5):
        case(w, f"case {number}")
    client.force_login(w.head)
    page = client.get(reverse(LIST)).context["cl"]
    assert (page.result_count, page.is_capped) == (4, True)


def test_pauses_colour_the_clocks_that_stand_still_by_their_policy(w):
    complaint = case(w, "waits", State.DISPATCHED)
    rules = lists.rules_of([complaint.policy_version_id])[complaint.policy_version_id]
    pausing = next(row for row in rules.clocks if row.pauses)
    steady = next(row for row in rules.clocks if not row.pauses)
    ClockPause.objects.create(
        complaint=complaint,
        round=1,
        ground=min(pausing.pauses),
        names={},
        reason="-",
        paused_by=w.handler,
        starts_at=NOW,
        cap_at=NOW + DAY,
    )
    one = clock(complaint, NOW + 3 * DAY, clock=pausing.code)
    other = clock(complaint, NOW + 3 * DAY, clock=steady.code)
    rows = lists.Rows([complaint], NOW)
    marks = [rows.with_clocks([row]).clock(complaint) for row in (one, other)]
    assert [mark and mark.status for mark in marks] == ["paused", "ok"]


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(seconds=30), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=59), "59 minutes"),
        (timedelta(hours=1, minutes=30), "1 hour"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=40), "40 days"),
    ],
)
def test_stretches_of_time_in_words(length, text):
    from django.utils import translation  # noqa: PLC0415

    with translation.override("en"):
        assert lists.stretch(length) == text


# -- assigning several ------------------------------------------------------------------------------------------------


def assign(client, chosen, **given):
    values = {"action": "assign_handler", "_selected_action": [row.pk for row in chosen]}
    return client.post(reverse(LIST), values | given)


def test_a_handler_is_assigned_to_several_each_by_the_service(client, w):
    ours = [case(w, "one"), case(w, "two")]
    ended = case(w, "ended", State.CLOSED)
    client.force_login(w.head)
    assert_proper(assign(client, [*ours, ended]))
    answer = assign(client, [*ours, ended], person=w.other_handler.username, reason="排班调整")
    assert_proper(answer)
    by_subject = {row.subject: reasons for row, reasons in answer.context["results"]}
    assert by_subject["one"] == by_subject["two"] == []
    assert by_subject["ended"]
    for complaint in ours:
        complaint.refresh_from_db()
        assert complaint.handler == w.other_handler
        assert complaint.events.get().reason == "排班调整"
    ended.refresh_from_db()
    assert ended.handler == w.handler


def test_cases_one_may_not_see_are_not_assigned(client, w):
    other = case(w, "elsewhere", owner_department=w.warehouse, first_contact_department=w.warehouse)
    client.force_login(w.handler)
    assign(client, [other], person=w.handler.username)
    other.refresh_from_db()
    assert other.handler is None
    assert not Complaint.objects.visible_to(standing_of(w.handler, NOW)).filter(pk=other.pk).exists()


def test_who_may_not_assign_is_not_offered_it(client, w):
    complaint = case(w, "one", State.DISPATCHED)
    client.force_login(w.liaison)
    assert "assign_handler" not in client.get(reverse(LIST)).content.decode()
    assign(client, [complaint], person=w.other_handler.username)
    complaint.refresh_from_db()
    assert complaint.handler == w.handler


def test_there_is_no_way_to_delete_or_add(client, w):
    complaint = case(w, "one")
    client.force_login(w.head)
    values = {"action": "delete_selected", "_selected_action": [complaint.pk], "post": "yes"}
    client.post(reverse(LIST), values)
    client.post(f"/complaints/complaint/{complaint.pk}/delete/", {"post": "yes"})
    assert Complaint.objects.filter(pk=complaint.pk).exists()
