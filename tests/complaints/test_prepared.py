"""A prepared query gives what its queryset gives."""

import pytest

from complaints.models import Complaint, Deadline
from complaints.queries import case
from complaints.queries.prepared import Prepared
from complaints.services import workflow
from complaints.states import State
from tests import world
from tests.complaints.walking import Walk

pytestmark = pytest.mark.django_db


def values(record):
    return {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields}


@pytest.mark.parametrize(
    ("prepared", "keys"),
    [
        (workflow._locked, ("pk",)),
        (case._recusals, ("pk",)),
        (case._sheets, ("pk", "round")),
        (case._pauses, ("pk",)),
        (case._running, ("pk",)),
    ],
)
def test_it_gives_the_records_of_its_queryset(prepared, keys):
    w = world.build()
    other, walk = w.register(), Walk(w)
    walk.to(State.INVESTIGATING)
    w.act(walk.c, "recuse", w.handler, person=w.nobody, reason="亲属")
    w.act(
        walk.c,
        "pause",
        w.handler,
        pause_reason=next(iter(walk.c.policy_version.rules.pause_reasons)),
        reason="等待检测",
    )
    for complaint in (walk.c, other, walk.c):
        given = [getattr(complaint, name) for name in keys]
        ours, theirs = prepared(*given), list(prepared.rows(*given))
        assert [values(record) for record in ours] == [values(record) for record in theirs]
        assert [type(record) for record in ours] == [type(record) for record in theirs]
        assert all(not record._state.adding and record._state.db == "default" for record in ours)
        if complaint is walk.c:
            assert ours


def test_its_records_can_be_saved_and_moved():
    w = world.build()
    complaint = w.register()
    read = Prepared(lambda key: Complaint.objects.filter(pk=key)).first(complaint.pk)
    assert read is not None
    read.subject = "另一个"
    read.save()
    assert Complaint.objects.get(pk=complaint.pk).subject == "另一个"
    assert Prepared(lambda key: Deadline.objects.filter(complaint=key, clock="nothing")).first(complaint.pk) is None
