"""Every page of the shell: it comes, in every language, with nothing inline; lists cost the same however long."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.models import CalendarDay, ComplaintEvent
from complaints.states import Role
from tests.factories import (
    NOW,
    AbsenceFactory,
    AppointmentFactory,
    CalendarFactory,
    CategoryFactory,
    ChannelFactory,
    ComplaintFactory,
    DepartmentFactory,
    PolicyFactory,
    PolicySelectionFactory,
    PolicyVersionFactory,
    UserFactory,
    appointed,
    policy_document,
)
from tests.pages import assert_proper

REGISTERS = [
    "department",
    "user",
    "appointment",
    "absence",
    "calendar",
    "calendaryear",
    "calendarday",
    "channel",
    "category",
    "policy",
    "policyversion",
    "policyselection",
]


def add_rows(count):
    """So many further rows of everything."""
    calendar = CalendarFactory(years=[])
    complaint = ComplaintFactory()
    for n in range(count):
        parent = DepartmentFactory()
        AppointmentFactory(department=DepartmentFactory(parent=parent))
        AbsenceFactory(deputy=UserFactory())
        ChannelFactory(code=f"channel-{ChannelFactory._meta.model.objects.count()}")
        CategoryFactory(parent=CategoryFactory())
        year = 2100 + calendar.years.count()
        calendar.years.create(year=year, is_published=True)
        CalendarDay.objects.create(calendar=calendar, date=f"{year}-10-01", kind="holiday", names={"zh-hans": "国庆节"})
        CalendarFactory(code=f"calendar-{year}", years=[])
        policy = PolicyFactory(code=f"policy-{n}-{year}")
        version = PolicyVersionFactory(policy=policy, document=policy_document(), created_by=UserFactory())
        PolicyVersionFactory(policy=policy, number=2, document=version.document, valid_from=None)
        PolicySelectionFactory(policy=policy, conditions={"channel": ["hotline"], "department": [parent.code]})
        ComplaintEvent.objects.create(
            complaint=complaint,
            round=1,
            act="accept",
            actor=version.created_by,
            actor_name="甲",
            on_behalf_of=UserFactory(),
            from_state="registered",
            to_state="accepted",
            at=NOW,
            recorded_at=NOW,
        )


def addresses():
    """Lists, forms and histories of every register, and the pages beside them."""
    found = [reverse("admin:registers"), reverse("admin:password_change"), reverse("admin:policy_load")]
    found += [reverse(f"admin:complaints_{name}_changelist") for name in REGISTERS]
    with_form = set(REGISTERS) - {"policy", "policyversion", "policyselection"}
    found += [reverse(f"admin:complaints_{name}_add") for name in sorted(with_form)]
    for factory in (
        DepartmentFactory,
        UserFactory,
        AppointmentFactory,
        AbsenceFactory,
        ChannelFactory,
        CategoryFactory,
    ):
        found += pages_of(factory())
    calendar = CalendarFactory()
    day = CalendarDay.objects.create(calendar=calendar, date="2026-10-01", kind="hours", hours=[["09:00", "12:00"]])
    old = PolicyVersionFactory()
    draft = PolicyVersionFactory(number=2, valid_from=None)
    PolicySelectionFactory()
    for row in (calendar, calendar.years.first(), day, old, draft, old.policy):
        found += pages_of(row)
    found.append(reverse("admin:complaints_calendarday_delete", args=[day.pk]))
    found += [reverse(f"admin:policy_{part}", args=[draft.pk]) for part in ("text", "activate", "compare")]
    found.append(reverse("admin:policy_selection_edit"))
    return found


def pages_of(row):
    name = row._meta.model_name
    version = row.history.first().history_id
    return [
        reverse(f"admin:complaints_{name}_change", args=[row.pk]),
        reverse(f"admin:complaints_{name}_history", args=[row.pk]),
        reverse(f"admin:complaints_{name}_simple_history", args=[row.pk, version]),
    ]


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_every_page_comes_and_has_nothing_inline(role, language, db):
    client = Client()
    client.force_login(appointed(role, language=language))
    for address in addresses():
        response = client.get(address)
        if role == Role.AUDITOR and response.status_code == 403:
            continue  # what only administrators may: test_permissions says exactly what that is
        assert_proper(response)


def test_the_auditors_list_comes_and_has_nothing_inline(as_auditor):
    add_rows(2)
    assert_proper(as_auditor.get(reverse("admin:complaints_complaintevent_changelist")))


@pytest.mark.parametrize("name", [*REGISTERS, "complaintevent"])
def test_a_list_takes_as_many_queries_for_twenty_rows_as_for_one(name, logged_in, db):
    client = logged_in(appointed(Role.AUDITOR))
    page = reverse(f"admin:complaints_{name}_changelist")
    client.get(page)
    used = []
    for more in (1, 19):
        add_rows(more)
        with CaptureQueriesContext(connection) as captured:
            response = client.get(page)
        assert response.status_code == 200
        used.append(len(captured))
    assert used[0] == used[1]


class TestEntering:
    """Who comes in, and how."""

    def test_the_login_page(self, client, db):
        assert_proper(client.get("/login/"))

    def test_strangers_are_asked_to_log_in(self, client, db):
        for address in ("/", "/registers/", "/complaints/department/", "/no-such-page/"):
            assert client.get(address).headers["Location"] == f"/login/?next={address}"

    def test_a_person_logs_in_by_name_and_password(self, client, db):
        person = appointed(Role.ADMINISTRATOR)
        response = client.post(
            "/login/", {"username": person.username, "password": "only-for-tests-2026", "next": "/registers/"}
        )
        assert response.headers["Location"] == "/registers/"

    def test_a_person_without_appointment_is_told_so(self, logged_in, db):
        client = logged_in(UserFactory())
        response = client.get("/registers/", follow=True)
        assert_proper(response)
        assert "holds no appointment at present" in response.content.decode()

    def test_five_wrong_passwords_lock_the_account_here_for_a_while(self, client, db):
        person = appointed(Role.HANDLER)
        for _attempt in range(5):
            response = client.post("/login/", {"username": person.username, "password": "wrong"})
        assert_proper(response, 429)
        right = {"username": person.username, "password": "only-for-tests-2026"}
        assert client.post("/login/", right).status_code == 429

    def test_logging_out(self, as_auditor):
        assert_proper(as_auditor.post("/logout/"))
        assert as_auditor.get("/registers/").status_code == 302


class TestFaults:
    """Pages for what goes wrong look like the others."""

    def test_not_found(self, as_auditor):
        response = as_auditor.get("/no-such-page/")
        assert_proper(response, 404)
        assert "Main menu" in response.content.decode()

    def test_not_permitted(self, logged_in, db):
        assert_proper(logged_in(appointed(Role.HANDLER)).get("/complaints/department/"), 403)

    def test_a_form_without_its_token(self, auditor):
        client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
        client.force_login(auditor)
        assert_proper(client.post("/logout/"), 403)

    def test_broken(self, auditor, monkeypatch):
        monkeypatch.setattr("complaints.admin.site.may_read_registers", lambda *_: 1 / 0)
        client = Client(raise_request_exception=False)
        client.force_login(auditor)
        response = client.get("/registers/")
        assert response.status_code == 500
        assert "500" in response.content.decode()


@pytest.mark.parametrize(
    ("role", "entries"),
    [
        (Role.ADMINISTRATOR, {"/registers/"}),
        (Role.AUDITOR, {"/registers/", "/complaints/complaintevent/"}),
        (Role.HANDLER, {"/complaints/policy/"}),
    ],
)
def test_the_menu_shows_what_concerns_one(role, entries, logged_in, db):
    ours = {"/registers/", "/complaints/complaintevent/", "/complaints/policy/"}
    text = logged_in(appointed(role)).get("/complaints/policy/").content.decode()
    menu = text[text.index('id="site-nav"') : text.index("</nav>")]
    assert {address for address in ours if f'href="{address}"' in menu} == entries


@pytest.mark.parametrize("address", ["/registers/", "/complaints/department/", "/complaints/policyversion/"])
def test_the_menu_marks_where_one_is(address, as_auditor):
    text = as_auditor.get(address).content.decode()
    menu = text[text.index('id="site-nav"') : text.index("</nav>")]
    assert re.findall(r'href="([^"]+)"\s+aria-current="page"', menu) == ["/registers/"]


def test_the_user_menu_names_offices_and_deputyships(logged_in, db):
    absent = appointed(Role.HEAD)
    deputy = appointed(Role.HANDLER)
    AbsenceFactory(person=absent, deputy=deputy, ends_at="2100-01-01T00:00Z")
    text = logged_in(deputy).get("/complaints/policy/").content.decode()
    assert "Department head" in text
    assert "Handler" in text
    assert "deputy" in text
