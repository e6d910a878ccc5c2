"""Role × address: who is answered what, and that nobody reads of a case they may not see. (AU-4, WF-13)"""

import json

import pytest
from django.urls import reverse

from tests.paths.addresses import path, patterns, values_of
from tests.paths.scene import INSIDERS, SEEN, WORDS
from tests.paths.table import rows

pytestmark = pytest.mark.django_db

TABLE = rows()
NAMES = dict(patterns())
#: Together they may do nearly everything: they visit every address on both databases, the others once.
STRONG = ["superuser", "auditor", "head"]
ONCE = [pytest.mark.once]
#: Tables that a mere look may write to: who is logged in.
SESSION = "django_session"


def test_every_address_has_a_row_and_every_row_an_address():
    assert {row.pattern for row in TABLE if row.method == "GET"} == set(NAMES)
    assert {row.pattern for row in TABLE} == set(NAMES)


def test_every_row_answers_everybody():
    assert all(set(row.expected) == set(SEEN) for row in TABLE)
    assert {row.method for row in TABLE} == {"GET", "POST"}


@pytest.mark.parametrize("name", [pytest.param(name, marks=[] if name in STRONG else ONCE) for name in SEEN])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_everybody_is_answered_as_the_table_says_and_reads_nothing_of_hidden_cases(scene, method, name):
    wrong = []
    for row in TABLE:
        if row.method != method:
            continue
        address = path(row.pattern, NAMES[row.pattern], values_of(scene, row.thing))
        answer = scene.visits[name].ask(method, address)
        if answer.status != row.expected[name]:
            wrong.append(f"{row}: {name} {answer.status}, not {row.expected[name]}")
        wrong += [f"{row}: {name} reads {word}" for word in scene.hidden_from(name) if word in answer.text]
    assert wrong == []


@pytest.mark.parametrize("name", STRONG)
def test_where_nothing_is_to_be_changed_posting_changes_nothing(scene, name):
    listed = {(row.pattern, row.thing) for row in TABLE if row.method == "POST"}
    wrong = []
    for row in TABLE:
        if row.method == "POST" or (row.pattern, row.thing) in listed:
            continue
        address = path(row.pattern, NAMES[row.pattern], values_of(scene, row.thing))
        answer = scene.visits[name].ask("POST", address, {"post": "yes", "_save": "1", "subject": "另一个主题"})
        if answer.status >= 500 or answer.written - {SESSION}:
            wrong.append(f"{row}: {name} {answer.status} {answer.written}")
        wrong += [f"{row}: {name} reads {word}" for word in scene.hidden_from(name) if word in answer.text]
    assert wrong == []


def test_the_complainants_name_is_for_those_who_deal_with_them(scene):
    """The page, the file, the registration: whoever may not read the name finds it on none of them (IN-8, AU-5)."""
    read = {
        "own": {"intake", "handler", "head", "executive", "quality"},
        "foreign": {"quality"},
        "confidential": {"head"},
        "filed": {"intake", "handler", "head", "executive", "quality"},
        "disputed": {"intake", "handler", "head", "executive", "quality"},
    }
    pages = ["complaints_complaint_change", "document_registration", "document_file", "complaints_complaint_documents"]
    pages += ["complaints_complaint_history"]
    for case, word in WORDS.items():
        addresses = [reverse(f"admin:{page}", args=[scene.cases[case].pk]) for page in pages]
        found = {
            name
            for name in INSIDERS
            if case in SEEN[name] and any(f"{word}先生" in scene.visits[name].ask("GET", at).text for at in addresses)
        }
        assert found == read[case], case


class TestListsAndFiles:
    """Whatever is asked of a list, it speaks of visible cases only."""

    def seen(self, scene, name, answer):
        """Cases of whose words the answer speaks."""
        return {case for case, word in WORDS.items() if word in answer.text}

    @pytest.mark.parametrize("name", INSIDERS)
    def test_search_filters_and_orders(self, scene, name):
        visit, at = scene.visits[name], reverse("admin:complaints_complaint_changelist")
        if name in {"administrator", "superuser"}:
            assert visit.ask("GET", at).status == 403
            return
        assert self.seen(scene, name, visit.ask("GET", at)) == SEEN[name]
        for case in WORDS:
            found = visit.ask("GET", at, {"q": scene.cases[case].number})
            assert self.seen(scene, name, found) == {case} & SEEN[name]
        questions = [
            {"q": "漏水"},
            {"state": "ended"},
            {"confidential": "yes"},
            {"handler": scene.w.other_handler.pk},
            {"department": scene.w.workshop.pk},
            {"o": "2.-1"},
            {"p": "2"},
        ]
        for question in questions:
            assert self.seen(scene, name, visit.ask("GET", at, question)) <= SEEN[name], question
        for lookup in ("subject__startswith", "complainant__name", "id__in", "complainant__id__exact"):
            refused = visit.ask("GET", at, {lookup: "1"})
            assert refused.status == 400, lookup

    @pytest.mark.parametrize("name", INSIDERS)
    @pytest.mark.parametrize("format_code", ["xlsx", "csv"])
    def test_the_ledger(self, scene, name, format_code):
        answer = scene.visits[name].ask("POST", reverse("admin:export_ledger"), {"format": format_code, "year": ""})
        if name in {"legal", "administrator", "superuser"}:
            assert answer.status == 403
            return
        assert self.seen(scene, name, answer) == SEEN[name]

    @pytest.mark.parametrize("name", INSIDERS)
    def test_the_yearly_volume(self, scene, name):
        answer = scene.visits[name].ask("GET", reverse("admin:volume_of_year", args=[2026]))
        assert answer.status == (403 if name in {"administrator", "superuser"} else 200)
        assert self.seen(scene, name, answer) == SEEN[name] & {"filed", "foreign"}

    @pytest.mark.parametrize("name", INSIDERS)
    def test_autocomplete_offers_what_one_may_see(self, scene, name):
        asked = {"app_label": "complaints", "model_name": "complaintevent", "field_name": "complaint", "term": ""}
        answer = scene.visits[name].ask("GET", reverse("admin:autocomplete"), asked)
        assert answer.status == (403 if name in {"administrator", "superuser"} else 200)
        assert self.seen(scene, name, answer) == SEEN[name]
        for case, word in WORDS.items():
            answer = scene.visits[name].ask("GET", reverse("admin:autocomplete"), {**asked, "term": word})
            assert self.seen(scene, name, answer) == {case} & SEEN[name]

    @pytest.mark.parametrize("name", ["intake", "handler", "head", "recused_handler"])
    def test_who_registers_is_shown_no_hidden_likeness(self, scene, name):
        for case, word in WORDS.items():
            given = {"subject": f"{word}漏水", "order_number": f"DD-{word}", "complainant_name": "李四"}
            given |= {"channel": scene.w.channel.pk, "first_contact_department": scene.w.service.pk}
            given |= {"kind": "complaint", "complainant_kind": "customer", "severity": "general"}
            given |= {"received_at": "2026-11-20T09:00"}
            answer = scene.visits[name].ask("POST", reverse("admin:register"), given)
            is_shown = scene.cases[case].number in answer.text
            assert not is_shown or case in SEEN[name], case

    @pytest.mark.parametrize("name", ["intake", "handler", "head", "liaison"])
    def test_a_hidden_case_cannot_be_linked_to(self, scene, name):
        at = reverse("admin:complaint_act", args=[scene.cases["own"].pk, "link"])
        for case in set(WORDS) - SEEN[name]:
            given = {"other": scene.cases[case].number, "link_kind": "related", "seen_version": 1, "seen_event": 1}
            answer = scene.visits[name].ask("POST", at, given)
            assert answer.status in {403, 422}
            assert WORDS[case] not in answer.text

    def test_the_records_of_the_auditor_leave_out_what_they_are_recused_from(self, scene):
        answer = scene.visits["recused_auditor"].ask("GET", reverse("admin:complaints_complaintevent_changelist"))
        assert answer.status == 200
        assert scene.cases["own"].number not in answer.text
        assert scene.cases["foreign"].number in answer.text

    def test_progress_is_for_the_department_that_imports(self, scene):
        at = reverse("admin:import_progress", args=[scene.rows["run"].pk])
        body = scene.visits["intake"].ask("GET", at).text.partition("\n")[2]
        assert json.loads(body)
        assert scene.visits["liaison"].ask("GET", at).status == 403
