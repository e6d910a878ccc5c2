"""What belongs to a complaint under a legal hold is deleted by nothing. (AC-2)"""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from complaints import holding, triggers
from complaints.models import Complaint, FurtherCategory, Notice, Respondent
from complaints.services import records
from complaints.services.refusal import ActRefusedError
from tests import factories, world
from tests.complaints.walking import Walk
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def present():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return {name for (name,) in cursor.fetchall()}


def held_case():
    walk = Walk(world.build()).to("investigating")
    Complaint.objects.filter(pk=walk.c.pk).update(is_held=True)
    return walk


def delete_in_sql(table, key):
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(f'DELETE FROM "{table}" WHERE id = %s', [key])  # noqa: S608
        transaction.set_rollback(True)


def test_every_trigger_there_should_be_is_there_under_a_name_of_its_own():
    wanted = [refusal.short_name for refusal in triggers.refusals()]
    assert len(wanted) == len(set(wanted)) > 150
    assert set(wanted) <= present()


def test_everything_that_points_at_a_complaint_however_far_is_kept():
    """Every model with a foreign key into what is kept is kept too, unless it says why not."""
    kept = set(holding.routes())
    ours = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in {"complaints", "accountability"} and not hasattr(model, "instance_type")
    ]
    pointing = {
        model
        for model in ours
        if any(field.is_relation and field.many_to_one and field.related_model in kept for field in model._meta.fields)
        or any(field.one_to_one and field.related_model in kept for field in model._meta.concrete_fields)
    }
    assert pointing | {Complaint} == kept & set(ours)
    closed = set(triggers.append_only_tables())
    guarded = {refusal.table for refusal in triggers.held()}
    drafted = {apps.get_model(label)._meta.db_table for label in holding.DRAFTED}
    assert guarded | drafted | closed >= {model._meta.db_table for model in kept}
    assert not guarded & drafted


@pytest.mark.parametrize("held", [True, False])
def test_rows_near_and_far_are_kept_while_the_hold_stands(held):
    walk = held_case()
    Complaint.objects.filter(pk=walk.c.pk).update(is_held=held)
    rows = [
        walk.c,
        *walk.c.contactsheets.all(),
        *walk.c.deadlines.all(),
        *Notice.objects.filter(complaint=walk.c),
    ]
    assert len({type(row) for row in rows}) == 4
    for row in rows:
        if held:
            with pytest.raises(DatabaseError, match="legal hold"):
                delete_in_sql(row._meta.db_table, row.pk)
            assert type(row)._default_manager.filter(pk=row.pk).exists()
        elif row is not walk.c:  # whose events keep it
            with transaction.atomic():
                assert type(row)._default_manager.filter(pk=row.pk)._raw_delete("default") == 1
                transaction.set_rollback(True)


def test_the_one_service_that_deletes_says_why_it_does_not():
    walk = held_case()
    row = Respondent(complaint=walk.c, kind="employee", name="李四")
    records.save(row, by=walk.w.handler, reason="登记", now=NOW)
    with pytest.raises(ActRefusedError) as refused:
        records.delete(row, by=walk.w.handler, reason="改类", now=NOW)
    assert refused.value.code == "held"
    assert Respondent.objects.filter(pk=row.pk).exists()
    Complaint.objects.filter(pk=walk.c.pk).update(is_held=False)
    records.delete(row, by=walk.w.handler, reason="改类", now=NOW)
    assert not Respondent.objects.filter(complaint=walk.c).exists()


def test_what_belongs_to_no_complaint_is_deleted_as_ever():
    channel = factories.ChannelFactory(code="gone")
    records.delete(channel, by=None, reason="停用", now=NOW)
    assert not type(channel).objects.filter(code="gone").exists()


def test_triggers_that_look_at_other_tables_make_way_for_a_migration():
    conditional = {refusal.short_name for refusal in triggers.refusals() if refusal.when}
    lasting = {refusal.short_name for refusal in triggers.refusals() if not refusal.when}
    triggers.before_migration(plan=[])
    assert conditional <= present()
    triggers.before_migration(plan=["a migration"])
    assert not conditional & present()
    assert lasting <= present()
    triggers.after_migration()
    assert conditional <= present()


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_a_table_that_triggers_read_can_be_rebuilt():
    """SQLite rebuilds a table to change it, and looks at every trigger while it does."""
    triggers.before_migration(plan=["a migration"])
    try:
        with connection.schema_editor() as editor:
            editor._remake_table(Complaint)  # type: ignore[attr-defined]  # SQLite's own
    finally:
        triggers.after_migration()
    assert {refusal.short_name for refusal in triggers.refusals()} <= present()


def test_a_held_case_is_classified_anew_and_what_it_was_stays_in_the_history():
    walk = held_case()
    further = factories.CategoryFactory(code="further")
    given = {"category": walk.w.category, "severity": "general", "difficulty": "simple", "reason": "复核"}
    walk.act("classify", walk.w.head, further_categories=[str(further.pk)], **given)
    walk.act("classify", walk.w.head, **given)
    assert not walk.c.further_categories.exists()
    assert list(FurtherCategory.history.order_by("history_id").values_list("history_type", flat=True)) == ["+", "-"]
