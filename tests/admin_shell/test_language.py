"""Saved choice, then this browser's choice, then the browser's language, then the site's."""

import pytest
from django.test import Client
from django.urls import reverse

from complaints.states import Role
from tests.factories import appointed

LOGIN = "/login/"


@pytest.mark.parametrize(
    ("saved", "cookie", "browser", "shown"),
    [
        ("", "", "", "zh-hans"),
        ("", "", "fr", "zh-hans"),
        ("", "", "en-GB,en;q=0.8", "en"),
        ("", "", "zh-TW", "zh-hant"),
        ("", "", "zh-CN", "zh-hans"),
        ("", "zh-hant", "en", "zh-hant"),
        ("", "klingon", "en", "en"),
        ("en", "zh-hant", "zh-CN", "en"),
        ("zh-hans", "", "en", "zh-hans"),
        ("klingon", "", "en", "en"),
    ],
)
def test_the_order_of_choices(saved, cookie, browser, shown, db):
    client = Client(headers={"accept-language": browser} if browser else {})
    client.force_login(appointed(Role.ADMINISTRATOR, language=saved))
    if cookie:
        client.cookies["django_language"] = cookie
    response = client.get(reverse("admin:registers"))
    assert response.headers["Content-Language"] == shown
    assert f'<html lang="{shown}">' in response.content.decode()


def test_answers_that_depend_on_the_language_say_so(client, db):
    varies = client.get(LOGIN).headers["Vary"]
    assert {"Accept-Language", "Cookie"} <= {part.strip() for part in varies.split(",")}


def test_a_stranger_chooses_for_this_browser(client, db):
    response = client.post(reverse("set_language"), {"language": "zh-hant", "next": LOGIN})
    assert (response.status_code, response.headers["Location"]) == (302, LOGIN)
    assert client.get(LOGIN, headers={"accept-language": "en"}).headers["Content-Language"] == "zh-hant"


def test_a_persons_choice_is_saved_with_history(logged_in, db):
    person = appointed(Role.HANDLER)
    logged_in(person).post(reverse("set_language"), {"language": "zh-hant"})
    person.refresh_from_db()
    newest = person.history.latest("history_id")
    assert (person.language, newest.language, newest.history_user) == ("zh-hant", "zh-hant", person)
    assert newest.history_change_reason == "Language chosen"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_the_switch_leads_nowhere_else(client, target, db):
    response = client.post(reverse("set_language"), {"language": "en", "next": target})
    assert response.headers["Location"] == "/"


def test_an_unknown_language_changes_nothing(logged_in, db):
    person = appointed(Role.HANDLER)
    response = logged_in(person).post(reverse("set_language"), {"language": "klingon"})
    person.refresh_from_db()
    assert person.language == ""
    assert "django_language" not in response.cookies


def test_the_switch_is_not_a_link(client, db):
    assert client.get(reverse("set_language"), {"language": "en"}).status_code == 405
