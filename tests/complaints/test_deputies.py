"""People away and those who stand in for them. (DL-3, WF-13)"""

from datetime import timedelta

import pytest

from complaints.models import Complaint
from complaints.services.doing import ActRefusedError
from complaints.states import State
from tests import world
from tests.complaints.walking import Walk
from tests.factories import NOW, AbsenceFactory, UserFactory

pytestmark = pytest.mark.django_db


def away(person, deputy, starts_at=NOW):
    return AbsenceFactory(person=person, deputy=deputy, starts_at=starts_at, ends_at=starts_at + timedelta(days=5))


def test_a_deputy_acts_in_the_name_of_the_absent_and_the_record_says_so():
    w = world.build()
    deputy = UserFactory(username="deputy")
    walk = Walk(w).to(State.DISPATCHED)
    with pytest.raises(ActRefusedError):
        walk.act("acknowledge", deputy)
    away(w.liaison, deputy)
    event = walk.act("acknowledge", deputy)
    assert (event.actor, event.on_behalf_of, event.actor_role) == (deputy, w.liaison, "liaison")


def test_what_one_may_oneself_is_done_in_ones_own_name():
    w = world.build()
    walk = Walk(w).to(State.DISPATCHED)
    away(w.liaison, w.workshop_head)
    event = walk.act("acknowledge", w.workshop_head)
    assert (event.on_behalf_of, event.actor_role) == (None, "responsible_head")


def test_giving_the_case_away_keeps_who_was_stood_in_for():
    w = world.build()
    deputy = UserFactory(username="deputy")
    walk = Walk(w).to(State.DISPATCHED)
    away(w.liaison, deputy)
    event = walk.act("return_sheet", deputy, reason="不属本部门")
    assert event.on_behalf_of == w.liaison


def test_of_two_principals_the_one_whose_role_allows_it_is_named():
    w = world.build()
    deputy = UserFactory(username="deputy")
    walk = Walk(w).to(State.DISPATCHED)
    for person in (w.warehouse_liaison, w.quality, w.liaison):
        away(person, deputy)
    assert walk.act("acknowledge", deputy).on_behalf_of == w.liaison


def test_after_the_absence_the_deputy_is_a_stranger_again():
    w = world.build()
    deputy = UserFactory(username="deputy")
    walk = Walk(w).to(State.DISPATCHED)
    away(w.liaison, deputy)
    later = NOW + timedelta(days=5)
    assert Complaint.objects.visible_to(deputy, walk.now).exists()
    assert not Complaint.objects.visible_to(deputy, later).exists()


def test_a_deputy_of_somebody_recused_is_recused_too():
    w = world.build()
    deputy = UserFactory(username="deputy")
    walk = Walk(w).to(State.DISPATCHED)
    away(w.liaison, deputy)
    walk.act("recuse", w.handler, person=w.liaison, reason="与投诉人有利害关系")
    assert not Complaint.objects.visible_to(deputy, walk.now).exists()
    with pytest.raises(ActRefusedError):
        walk.act("acknowledge", deputy)


def test_nobody_becomes_administrator_as_a_deputy():
    from complaints.models.standing import standing_of  # noqa: PLC0415

    w = world.build()
    deputy = UserFactory(username="deputy")
    away(w.administrator, deputy)
    assert standing_of(deputy, NOW).held == ()
