"""The command: the same for the same seed, never beside complaints of others, with accounts to enter with."""

import pytest
from django.core.management import CommandError

from complaints.demo.organisation import ACCOUNTS, PASSWORD
from complaints.demo.simulation import generate
from complaints.models import Complaint, User
from complaints.models.standing import standing_of
from complaints.states import Role
from tests.demo.conftest import NOW, command
from tests.demo.test_same_as_services import undone

pytestmark = pytest.mark.django_db


def test_the_same_seed_makes_the_same_rows_and_another_seed_others(organisation):
    def rows(seed):
        return undone(lambda: generate(40, seed, NOW) and None)

    first = rows(5)
    assert rows(5) == first
    assert rows(6)["Complaint"] != first["Complaint"]


def test_it_refuses_to_mix_and_says_when_there_is_nothing_to_do(organisation):
    assert "12" in command(complaints=12, seed=1)
    with pytest.raises(CommandError):
        command(complaints=12)
    assert command(complaints=12, if_empty=True)
    assert Complaint.objects.count() == 12


def test_accounts_are_printed_and_open(organisation):
    out = command(complaints=0, print_accounts=True)
    for account in ACCOUNTS:
        assert account.username in out
        person = User.objects.get(username=account.username)
        assert person.check_password(PASSWORD)
        assert standing_of(person, NOW).held
    assert PASSWORD in out
    held = {held.role for person in User.objects.all() for held in standing_of(person, NOW).held}
    assert held == set(Role.values)
