"""What `records` writes is what Django would have written, column for column."""

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from complaints import models
from complaints.services import records
from complaints.states import State
from tests import world
from tests.complaints.walking import Walk
from tests.factories import NOW, ComplainantFactory

pytestmark = pytest.mark.django_db


def columns(record, *left_out):
    row = type(record)._base_manager.filter(pk=record.pk).values().get()
    return {name: value for name, value in row.items() if name not in {"id", *left_out}}


def twin(record, **different):
    values = {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields}
    return type(record)(**(values | {"id": None} | different))


def test_an_inserted_row_is_the_one_that_django_inserts():
    walk = Walk(world.build()).to(State.INVESTIGATING)
    complainant = ComplainantFactory.build()
    rows = [
        (complainant, twin(complainant), ()),
        (twin(walk.c, number="A"), twin(walk.c, number="B"), ("number",)),
        *((twin(row), twin(row), ()) for row in models.ComplaintEvent.objects.all()),
        *((twin(row, met_at=NOW, next_action_at=None), twin(row, met_at=NOW, next_action_at=None), ())
          for row in models.Deadline.objects.all()),
    ]  # fmt: skip
    for ours, theirs, left_out in rows:
        records.insert(ours)
        theirs.skip_history_when_saving = True
        theirs.save()
        assert columns(ours, *left_out) == columns(theirs, *left_out)
        assert (ours._state.adding, ours._state.db) == (theirs._state.adding, theirs._state.db)


def test_an_update_writes_what_was_read_or_named_and_nothing_else():
    complaint = world.build().register()
    partly = models.Complaint.objects.defer("content").get(pk=complaint.pk)
    models.Complaint.objects.filter(pk=complaint.pk).update(content="inzwischen", demand="inzwischen")
    partly.subject = "neu"
    records.save(partly, by=None, reason="", now=NOW, fields=("subject", "handler_id"))
    assert columns(complaint)["demand"] == "inzwischen"
    records.save(partly, by=None, reason="", now=NOW)
    kept = columns(complaint)
    assert (kept["subject"], kept["content"], kept["demand"]) == ("neu", "inzwischen", "")
    assert partly.history.count() == complaint.history.filter(history_type="+").count() + 2


def test_a_row_that_is_gone_is_not_made_again():
    complainant = ComplainantFactory()
    models.Complainant.objects.filter(pk=complainant.pk).delete()
    with pytest.raises(ObjectDoesNotExist), transaction.atomic():
        records.save(complainant, by=None, reason="", now=NOW)
    assert not models.Complainant.objects.filter(pk=complainant.pk).exists()
