"""Suppliers and partners, contracts, root causes, the legal basis library. (AC-5, AC-10, AC-11)"""

from datetime import date

import pytest
from django.core.management import call_command

from accountability.models import Clause, Contract, LegalSource, OutsideParty, RootCause
from accountability.services import registers
from complaints.services.registers import RegisterError
from tests import world
from tests.factories import NOW

pytestmark = pytest.mark.django_db
NAMES = {"en": "x", "zh-hans": "某", "zh-hant": "某"}


@pytest.fixture
def w():
    return world.build()


def kept(w, **more):
    return {"by": w.quality, "reason": "补充", "now": NOW} | more


def refused(call, field=None):
    with pytest.raises(RegisterError) as refusal:
        call()
    assert field is None or refusal.value.field == field
    return str(refusal.value)


def supplier(w, code="seal", **values):
    given = {"code": code, "kind": "supplier", "name": "密封圈厂"} | values
    return registers.save_outside_party(None, given, **kept(w))


def cause(w, code, parent=None, **values):
    return registers.save_root_cause(None, {"code": code, "names": NAMES, "parent": parent} | values, **kept(w))


def test_what_ships_is_loaded_once_and_never_changed_again(w):
    call_command("load_registers")
    causes, sources, clauses = RootCause.objects.count(), LegalSource.objects.count(), Clause.objects.count()
    assert (causes > 30, sources, clauses > 25) == (True, 4, True)
    assert {row.code for row in RootCause.objects.filter(parent=None)} == {
        *("people", "process", "product", "supplier", "system", "policy", "expectation")
    }
    for model in (RootCause, LegalSource):
        assert all(set(row.names) == {"en", "zh-hans", "zh-hant"} for row in model.objects.all())
    people = RootCause.objects.get(code="people")
    values = {"code": "people", "names": NAMES, "parent": None, "is_active": False}
    registers.save_root_cause(people.pk, values, **kept(w))
    call_command("load_registers")
    assert (RootCause.objects.count(), LegalSource.objects.count(), Clause.objects.count()) == (
        causes,
        sources,
        clauses,
    )
    people.refresh_from_db()
    assert (people.names, people.is_active) == (NAMES, False)
    assert people.history.count() == 2


def test_causes_are_a_tree_that_moves_with_its_branches(w):
    top, other = cause(w, "a"), cause(w, "b")
    below = cause(w, "c", top)
    leaf = cause(w, "d", below)
    registers.save_root_cause(below.pk, {"code": "c", "names": NAMES, "parent": other}, **kept(w))
    leaf.refresh_from_db()
    assert leaf.path == f"/{other.pk}/{below.pk}/{leaf.pk}/"
    refused(
        lambda: registers.save_root_cause(other.pk, {"code": "b", "names": NAMES, "parent": leaf}, **kept(w)), "parent"
    )
    refused(lambda: cause(w, "a"), "code")


def test_only_keepers_change_registers(w):
    values = {"code": "x", "kind": "supplier", "name": "y"}
    for who in ("handler", "liaison", "executive", "auditor", "nobody"):
        refused(lambda who=who: registers.save_outside_party(None, values, **kept(w, by=getattr(w, who))))
    for place, who in enumerate(("quality", "legal", "administrator")):
        registers.save_outside_party(None, values | {"code": f"x{place}"}, **kept(w, by=getattr(w, who)))
    assert OutsideParty.objects.count() == 3


def test_contracts_belong_to_one_party_and_end_after_they_begin(w):
    party = supplier(w)
    values = {"outside": party, "number": "C1", "title": "供货合同", "starts_on": date(2026, 1, 1), "ends_on": None}
    contract = registers.save_contract(None, values, **kept(w))
    refused(lambda: registers.save_contract(None, values, **kept(w)), "number")
    refused(lambda: registers.save_contract(contract.pk, values | {"ends_on": date(2025, 1, 1)}, **kept(w)), "ends_on")
    registers.save_contract(contract.pk, values | {"ends_on": date(2026, 12, 31)}, **kept(w))
    assert Contract.objects.get().ends_on == date(2026, 12, 31)
    assert contract.history.count() == 2


def test_clauses_follow_one_another_and_a_source_has_each_once(w):
    source = {"code": "rule", "kind": "rule", "names": NAMES, "issuer": "", "edition": "", "in_force_from": None}
    rule = registers.save_legal_source(None, source, **kept(w))
    for reference in ("3.1", "3.2"):
        registers.save_clause(None, {"source": rule, "reference": reference, "text": "先检后用"}, **kept(w))
    assert list(rule.clauses.values_list("position", "reference")) == [(1, "3.1"), (2, "3.2")]
    again = {"source": rule, "reference": "3.1", "text": "x"}
    refused(lambda: registers.save_clause(None, again, **kept(w)), "reference")
    ends = source | {"in_force_from": date(2026, 1, 1), "in_force_until": date(2025, 1, 1)}
    refused(lambda: registers.save_legal_source(rule.pk, ends, **kept(w)), "in_force_until")
