"""Records that nobody changes unseen, and personal data that lies nowhere in clear. (AU-1, AU-2, AU-5)"""

import pytest
from django.core.exceptions import FieldError
from django.db import DatabaseError, connection, transaction
from simple_history.utils import get_history_manager_for_model

from complaints import models, triggers
from complaints.encryption import digest, masked
from complaints.services import records
from complaints.states import State
from tests import world
from tests.complaints.walking import Walk
from tests.factories import NOW

pytestmark = pytest.mark.django_db

#: Records without field history, and why.
WITHOUT_HISTORY = {
    models.ComplaintEvent: "append-only itself",
    models.DeadlineStep: "append-only itself",
    models.Notice: "an outbox: what was told and sent, kept as it is",
    models.NumberSeries: "a counter; every number it gave is on a complaint",
    models.RegisterEdition: "a mark that says whether the registers are still those in memory",
    models.ImportProblem: "what a look at a file found; found anew if the run is taken up again",
    models.ImportedRow: "append-only itself",
    models.ExportRecord: "append-only itself",
}


def test_every_model_has_history_or_says_why_not():
    from django.apps import apps  # noqa: PLC0415

    ours = [m for m in apps.get_app_config("complaints").get_models() if not m.__name__.startswith("Historical")]
    without = {m for m in ours if not hasattr(m._meta, "simple_history_manager_attribute")}
    assert without == set(WITHOUT_HISTORY)


def test_what_has_no_history_because_it_is_append_only_is():
    own = {model._meta.db_table for model, why in WITHOUT_HISTORY.items() if why == "append-only itself"}
    assert own <= set(triggers.append_only_tables())


def _refused(sql, *values):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_no_event_or_history_row_is_changed_or_deleted():
    w = world.build()
    walk = Walk(w).to(State.ACCEPTED)
    _refused("UPDATE complaints_complaintevent SET reason = 'x' WHERE complaint_id = %s", walk.c.pk)
    _refused("DELETE FROM complaints_complaintevent WHERE complaint_id = %s", walk.c.pk)
    _refused("UPDATE complaints_historicalcomplaint SET subject = 'x' WHERE id = %s", walk.c.pk)
    _refused("DELETE FROM complaints_historicalcomplaint WHERE id = %s", walk.c.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        models.ComplaintEvent.objects.filter(complaint=walk.c).update(reason="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        models.Complaint.history.all().delete()


def test_every_append_only_table_has_both_triggers():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        present = {name for (name,) in cursor.fetchall()}
    wanted = {
        f"append_only_{event}_{table}"[:63] for table in triggers.append_only_tables() for event in ("update", "delete")
    }
    assert len(wanted) > 50
    assert wanted <= present


def test_a_set_wise_write_leaves_the_same_history_as_single_saves():
    w = world.build()
    rows = [models.Channel(code=f"c{n}", names={"zh-hans": f"渠道{n}"}) for n in range(3)]
    made = records.save_all(models.Channel, rows, by=w.administrator, reason="导入", now=NOW)
    single = records.save(models.Channel(code="c9", names={}), by=w.administrator, reason="导入", now=NOW)
    history = get_history_manager_for_model(models.Channel)
    values = ("history_type", "history_change_reason", "history_user_id", "history_user_name", "history_date")
    expected = set(history.filter(id=single.pk).values_list(*values))
    for row in made:
        assert set(history.filter(id=row.pk).values_list(*values)) == expected
        assert history.get(id=row.pk).names == row.names


def test_who_and_why_do_not_stay_on_the_instance():
    w = world.build()
    channel = records.save(models.Channel(code="x", names={}), by=w.administrator, reason="新增", now=NOW)
    channel.save()
    assert channel.history.first().history_change_reason in (None, "")


def test_contact_data_lies_encrypted_in_table_and_history():
    w = world.build()
    c = w.register(complainant_name="欧阳明月", complainant_phone="13900001111", complainant_email="om@example.org")
    with connection.cursor() as cursor:
        for table in ("complaints_complainant", "complaints_historicalcomplainant"):
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608
            text = str(cursor.fetchall())
            assert "欧阳明月" not in text
            assert "13900001111" not in text
            assert "om@example.org" not in text
    again = models.Complainant.objects.get(pk=c.complainant_id)
    assert (again.name, again.phone) == ("欧阳明月", "13900001111")
    assert again.phone_digest == digest("139-0000 1111") == digest("１３９００００１１１１")
    with pytest.raises(FieldError):
        models.Complainant.objects.filter(name="欧阳明月").exists()


def test_keys_rotate(settings):
    from cryptography.fernet import Fernet  # noqa: PLC0415

    w = world.build()
    c = w.register(complainant_name="张三")
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]
    again = models.Complainant.objects.get(pk=c.complainant_id)
    assert again.name == "张三"
    assert again.name_digest == digest("张三")


@pytest.mark.parametrize(
    ("text", "shown"),
    [("", ""), ("张三", "张*"), ("欧阳明月", "欧**月"), ("李", "*"), ("13812345678", "138******78")],
)
def test_lists_show_little(text, shown):
    assert masked(text) == shown
    if len(text) > 1:
        assert text not in masked(text)


def test_the_state_is_moved_by_nobody_but_the_workflow():
    w = world.build()
    c = w.register()
    with pytest.raises(AttributeError):
        c.state = State.CLOSED
    c.refresh_from_db()
    c.full_clean()
    assert c.state == State.REGISTERED
