"""A run from its file to its complaints: all or nothing, once, through the same rules as one at a desk."""

import hashlib
import io
from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from complaints import models
from complaints.importers.mapping import Plan
from complaints.importers.runs import plan_for, run_waiting
from complaints.importers.tables import open_table
from complaints.models import Complaint, ComplaintEvent, Deadline, ImportRun, Notice, RunStatus
from complaints.queries.notice_texts import notice_text
from complaints.services import bulk_intake, intake, notices
from complaints.services.doing import ActRefusedError
from tests import factories
from tests.bulk import making
from tests.factories import NOW

LATER = NOW + timedelta(hours=1)


def test_rows_become_complaints_with_all_that_belongs_to_them(world):
    run = making.take_in(world, making.csv_bytes(making.rows(3)))
    assert (run.status, run.rows_total, run.rows_new, run.error_count) == (RunStatus.DONE, 3, 3, 0)
    complaints = Complaint.objects.order_by("number")
    assert [complaint.number for complaint in complaints] == ["TS-2026-000001", "TS-2026-000002", "TS-2026-000003"]
    assert [complaint.external_id for complaint in complaints] == ["A0001", "A0002", "A0003"]
    for complaint in complaints:
        assert complaint.deadlines.exists()
        assert [event.act for event in complaint.events.all()] == ["register"]
        assert [(row.history_user, row.history_change_reason) for row in complaint.history.all()] == [
            (world.intake, "register")
        ]
        assert complaint.imported_row.run == run


def _plain(record, *without):
    """Every column of a record that is not a key of its own."""
    keys = {"id", "pk", "history_id", "number", "complaint", "complainant", "version", *without}
    found = model_to_dict(record) | {field.name: getattr(record, field.attname) for field in record._meta.fields}
    return {key: value for key, value in found.items() if key not in keys}


def _everything(complaint):
    """What a registration leaves behind, as plain values."""
    complainant = complaint.complainant
    return {
        "complaint": _plain(complaint),
        "complaint history": [_plain(row) for row in complaint.history.order_by("history_id")],
        "complainant": _plain(complainant),
        "complainant history": [_plain(row) for row in complainant.history.order_by("history_id")],
        "events": [_plain(row, "detail") for row in complaint.events.order_by("id")],
        "deadlines": [_plain(row) for row in complaint.deadlines.order_by("clock")],
        "deadline history": [
            [_plain(row) for row in deadline.history.order_by("history_id")]
            for deadline in complaint.deadlines.order_by("clock")
        ],
        "respondents": [_plain(row) for row in complaint.respondents.all()],
        "recusals": [_plain(row) for row in complaint.recusals.all()],
        "emergency": [_plain(row) for row in models.EmergencyItem.objects.filter(complaint=complaint).order_by("code")],
    }


@pytest.mark.parametrize("clocks", ["import", "received"])
@pytest.mark.parametrize("severity", ["一般", "major"])
def test_a_row_leaves_behind_what_a_registration_at_the_desk_does(world, clocks, severity):
    making.category("product-quality", "产品质量")
    columns = making.COLUMNS | {"respondent": "被投诉部门", "demand": "诉求", "product": "产品"}
    headings = [*making.HEADINGS, "被投诉部门", "诉求", "产品"]
    line = [*making.row(1, 类别="产品质量", 严重程度=severity), "生产车间", "退货", "洗衣机"]
    saved = making.mapping(columns)
    run = making.take_in(world, making.csv_bytes([line], headings=headings), saved=saved, clocks=clocks)
    assert making.problems(run) == []
    imported = Complaint.objects.get()

    elements = _registration_of(run, making.csv_bytes([line], headings=headings), saved)
    with translation.override(run.language):
        alone = intake.register(elements, by=world.intake, now=NOW)
    alone.refresh_from_db()
    # The same row cannot come twice from one source; the second is registered under another.
    expected, found = _everything(alone), _everything(imported)
    for everything in (expected, found):
        for record in [everything["complaint"], *everything["complaint history"]]:
            del record["source"]
    assert found == expected
    assert imported.events.get().detail | {"import": None} == alone.events.get().detail | {"import": None}
    assert imported.events.get().detail["import"] == {"run": run.pk, "file": "台账.csv", "row": 2}


def _registration_of(run, content, saved):
    """The row as the importer reads it, under another source."""
    with open_table(io.BytesIO(content), "x.csv") as table:
        plan = Plan(
            table,
            columns=saved.columns,
            defaults=saved.defaults,
            values=saved.values,
            source="desk",
            department=run.department,
            now=NOW,
            clocks_from=NOW if run.clocks == "import" else None,
        )
        (candidate,) = plan.candidates()
        return candidate.registration()


def test_clocks_start_with_the_import_or_with_the_receipt(world):
    making.take_in(world, making.csv_bytes([making.row(1)]))
    making.take_in(world, making.csv_bytes([making.row(2)]), clocks="received")
    starts = dict(Deadline.objects.order_by("complaint").values_list("complaint__external_id", "started_at"))
    received = Complaint.objects.get(external_id="A0002").received_at
    assert starts == {"A0001": NOW, "A0002": received}


BAD = [
    ("投诉时间", "2026-02-30 10:00"),
    ("投诉时间", "03/04/2026"),
    ("投诉时间", ""),
    ("投诉时间", "2030-01-01"),
    ("投诉主题", ""),
    ("投诉主题", "长" * 201),
    ("渠道", "不存在的渠道"),
    ("渠道", ""),
    ("类别", "不存在的类别"),
    ("严重程度", "very bad"),
]


def test_twenty_bad_cells_are_all_named_and_nothing_is_taken_in(world):
    lines = [making.row(number) for number in range(1, 31)]
    for at, (column, value) in enumerate(BAD + BAD):
        lines[at] = making.row(at + 1, **{column: value})
    before = making.counts()
    run = making.take_in(world, making.xlsx_bytes(lines), "台账.xlsx")
    found = making.problems(run)
    assert (run.status, run.rows_wrong, run.error_count, run.rows_new) == (RunStatus.REFUSED, 20, 20, 10)
    assert [(row, column) for row, column, _value, _reason in found] == [
        (at + 2, column) for at, (column, _value) in enumerate(BAD + BAD)
    ]
    for (_row, _column, value, reason), (_c, given) in zip(found, BAD + BAD, strict=True):
        assert value == (given if len(given) <= 80 else f"{given[:79]}…")
        assert reason
    assert making.counts() == before


def test_several_bad_cells_of_one_row_are_all_named(world):
    run = making.take_in(world, making.csv_bytes([making.row(1, 投诉时间="soon", 渠道="?", 类别="?")]))
    assert [column for _row, column, _value, _reason in making.problems(run)] == ["投诉时间", "渠道", "类别"]
    assert (run.rows_wrong, run.error_count) == (1, 3)


def test_personal_values_are_masked_where_they_are_quoted(world):
    run = making.take_in(world, making.csv_bytes([making.row(1, 联系电话="13800001234" * 60, 投诉人="欧阳修\x00")]))
    values = {column: value for _row, column, value, _reason in making.problems(run)}
    assert set(values) == {"联系电话", "投诉人"}
    assert "13800001234" not in values["联系电话"]
    assert "修" not in values["投诉人"] or "*" in values["投诉人"]


@pytest.mark.parametrize("at", ["the last row", "the events", "the notices"])
def test_a_fault_in_the_middle_leaves_nothing_behind(world, monkeypatch, at):
    monkeypatch.setattr(bulk_intake, "CHUNK", 4)
    before = making.counts()
    run = making.begin(world, making.csv_bytes(making.rows(11)))
    if at == "the last row":
        real = intake.record

        def breaks(rows, **options):
            if any(row.given.external_id == "A0011" for row in rows):
                real(rows, **options)
                raise RuntimeError("power cut")
            return real(rows, **options)

        monkeypatch.setattr(intake, "record", breaks)
    elif at == "the events":
        monkeypatch.setattr(intake, "register_event", _raise)
    else:
        monkeypatch.setattr(notices, "tell", _raise)
    with pytest.raises(RuntimeError):
        run_waiting(NOW, run.pk)
    run.refresh_from_db()
    assert run.status == RunStatus.FAILED
    assert making.counts() == before


def _raise(*arguments, **options):
    raise RuntimeError("power cut")


def test_the_second_time_nothing_changes(world):
    content = making.csv_bytes(making.rows(5))
    making.take_in(world, content)
    before = making.counts()
    run = making.take_in(world, content, now=LATER)
    assert (run.status, run.rows_new, run.rows_known, run.rows_differing) == (RunStatus.DONE, 0, 5, 0)
    assert making.counts() == before


def test_known_rows_that_changed_are_reported_and_not_overwritten(world):
    making.take_in(world, making.csv_bytes(making.rows(3)))
    lines = making.rows(4)
    lines[1] = making.row(2, 投诉内容="改了", 联系电话="13911112222")
    run = making.take_in(world, making.csv_bytes(lines), now=LATER)
    assert (run.status, run.rows_new, run.rows_known, run.rows_differing) == (RunStatus.DONE, 1, 3, 1)
    assert [(row, column) for row, column, _value, _reason in making.problems(run)] == [
        (3, "投诉内容"),
        (3, "联系电话"),
    ]
    assert all("TS-2026-000002" in reason for *_rest, reason in making.problems(run))
    assert Complaint.objects.get(external_id="A0002").content == "用了三天就漏水，要求退货。"


def test_known_rows_are_known_though_their_category_was_retired_since(world):
    category = making.category("noise", "噪音")
    content = making.csv_bytes([making.row(1, 类别="噪音")])
    making.take_in(world, content)
    models.Category.objects.filter(pk=category.pk).update(is_active=False)
    run = making.take_in(world, content, now=LATER)
    assert (run.status, run.rows_known) == (RunStatus.DONE, 1)


def test_without_identifiers_a_row_is_known_by_what_it_says(world):
    columns = {code: heading for code, heading in making.COLUMNS.items() if code != "external_id"}
    saved = making.mapping(columns)
    lines = [*making.rows(3), making.row(2)]
    run = making.take_in(world, making.csv_bytes(lines), saved=saved)
    assert (run.rows_new, run.rows_repeated) == (3, 1)
    again = making.take_in(world, making.csv_bytes(lines), saved=saved, now=LATER)
    assert (again.rows_new, again.rows_known, again.rows_repeated) == (0, 3, 1)


def test_one_identifier_for_two_different_rows_is_an_error(world):
    lines = [making.row(1), making.row(2, 编号="A0001"), making.row(1)]
    run = making.take_in(world, making.csv_bytes(lines))
    assert (run.status, run.rows_repeated) == (RunStatus.REFUSED, 1)
    assert [(row, column, value) for row, column, value, _reason in making.problems(run)] == [(3, "编号", "A0001")]


@pytest.mark.parametrize("wrong", [False, True])
def test_a_dry_run_says_what_the_real_one_says_and_does_nothing(world, wrong):
    making.take_in(world, making.csv_bytes(making.rows(2)))
    lines = making.rows(6)
    lines[0] = making.row(1, 投诉内容="改了")
    if wrong:
        lines[4] = making.row(5, 渠道="?")
    before = making.counts()
    dry = making.take_in(world, making.csv_bytes(lines), is_dry=True, now=LATER)
    assert making.counts() == before
    real = making.take_in(world, making.csv_bytes(lines), now=LATER)
    said = [
        "status",
        "rows_total",
        "rows_new",
        "rows_known",
        "rows_differing",
        "rows_repeated",
        "rows_wrong",
        "error_count",
    ]
    assert [getattr(dry, name) for name in said] == [getattr(real, name) for name in said]
    assert making.problems(dry) == making.problems(real)
    assert real.rows_new == (3 if wrong else 4)


def test_heads_get_one_notice_however_many_rows_and_nobody_is_told_of_each(world):
    making.take_in(world, making.csv_bytes([making.row(number, 严重程度="major") for number in range(1, 8)]))
    told = list(
        Notice.objects.order_by("recipient__username").values_list("recipient__username", "kind", "detail__count")
    )
    assert told == [("executive", "import_supervision", 7), ("head", "import", 7)]
    with translation.override("en"):
        titles = {notice_text(notice).title for notice in Notice.objects.all()}
    assert titles == {
        "7 complaints were imported from “台账.csv”",
        "7 imported major cases under your supervision (“台账.csv”)",
    }


def test_the_cost_does_not_grow_with_the_rows_but_with_the_chunks(world):
    making.take_in(world, making.csv_bytes([making.row(0)]))
    run = making.begin(world, making.csv_bytes(making.rows(10)))
    with CaptureQueriesContext(connection) as few:
        run_waiting(NOW, run.pk)
    run = making.begin(world, making.csv_bytes([making.row(number) for number in range(100, 300)]))
    with CaptureQueriesContext(connection) as many:
        run_waiting(NOW, run.pk)
    assert len(many) < len(few) + 60  # SQLite takes about 24 complaints a statement


def test_who_may_not_import_is_refused_and_nothing_is_kept(world):
    for person in (world.liaison, world.handler, world.auditor, world.nobody, world.workshop_head):
        with pytest.raises(ActRefusedError):
            making.begin(world, making.csv_bytes(making.rows(1)), by=person)
    assert not ImportRun.objects.exists()


def test_rows_for_another_department_are_refused_by_row(world):
    saved = making.mapping(making.COLUMNS | {"first_contact_department": "首接部门"})
    lines = [[*making.row(1), "客户服务部"], [*making.row(2), "生产车间"]]
    run = making.take_in(world, making.csv_bytes(lines, headings=[*making.HEADINGS, "首接部门"]), saved=saved)
    assert [(row, column) for row, column, _value, _reason in making.problems(run)] == [(3, "首接部门")]


def test_values_are_translated_and_a_star_stands_for_any_other(world):
    factories.ChannelFactory(code="web")
    saved = making.mapping(values={"channel": {"12345热线": "phone", "*": "web"}})
    lines = [making.row(1, 渠道="12345热线"), making.row(2, 渠道="微信")]
    run = making.take_in(world, making.csv_bytes(lines), saved=saved)
    assert making.problems(run) == []
    assert list(Complaint.objects.order_by("number").values_list("channel__code", flat=True)) == ["phone", "web"]


@pytest.mark.parametrize(
    "columns",
    [
        {"subject": "投诉主题"},
        making.COLUMNS | {"demand": "没有这列"},
        making.COLUMNS | {"nonsense": "编号"},
        making.COLUMNS | {"channel": ["渠道", "类别"]},
    ],
)
def test_a_mapping_that_does_not_fit_refuses_the_run_with_reasons(world, columns):
    run = making.take_in(world, making.csv_bytes(making.rows(1)), saved=making.mapping(columns))
    assert run.status == RunStatus.REFUSED
    assert making.problems(run)


def test_a_file_that_cannot_be_read_to_its_end_is_refused(world):
    content = making.csv_bytes(making.rows(3)) + b'"never closed'
    before = making.counts()
    run = making.take_in(world, content)
    assert (run.status, run.error_count) == (RunStatus.REFUSED, 1)
    assert making.counts() == before


def test_the_file_is_kept_as_it_came_with_its_digest(world):
    content = making.csv_bytes(making.rows(2), "gb18030")
    run = making.take_in(world, content)
    with run.file.open("rb") as kept:
        assert kept.read() == content
    assert run.sha256 == hashlib.sha256(content).hexdigest()
    assert run.encoding == "gb18030"


def claimed(now):
    """The run that is taken up next."""
    run = bulk_intake.claim(None, now)
    assert run is not None
    return run


def test_a_run_is_taken_up_once_the_oldest_first_and_again_if_it_was_left_behind(world):
    first = making.begin(world, making.csv_bytes(making.rows(1)))
    second = making.begin(world, making.csv_bytes(making.rows(1)), now=LATER)
    assert claimed(LATER).pk == first.pk
    assert claimed(LATER).pk == second.pk
    assert bulk_intake.claim(None, LATER) is None
    much_later = LATER + bulk_intake.LOST_AFTER + timedelta(seconds=1)
    assert claimed(much_later).pk == first.pk


def test_a_run_that_somebody_else_took_up_meanwhile_writes_nothing(world):
    run = making.begin(world, making.csv_bytes(making.rows(1)))
    mine = claimed(NOW)
    bulk_intake.claim(run.pk, NOW + bulk_intake.LOST_AFTER * 2)
    with pytest.raises(LookupError):
        bulk_intake.perform(mine, _candidates(mine), now=NOW, ended=lambda: NOW, progress=lambda *_: None)
    with pytest.raises(ObjectDoesNotExist):
        Complaint.objects.get()


def _candidates(run):
    table = open_table(io.BytesIO(making.csv_bytes(making.rows(1))), "x.csv")
    return plan_for(table, run.mapping, run, NOW).candidates


def test_every_step_of_a_run_is_in_its_history(world):
    run = making.take_in(world, making.csv_bytes(making.rows(1)))
    reasons = list(run.history.order_by("history_id").values_list("history_change_reason", "history_user__username"))
    assert reasons == [
        ("File uploaded", "intake"),
        ("Import started", "intake"),
        ("Import taken up", "intake"),
        ("Import finished", "intake"),
    ]


def test_the_system_itself_may_take_in(world):
    columns = making.mapping()
    run = bulk_intake.upload(
        io.BytesIO(making.csv_bytes(making.rows(1))),
        name="x.csv",
        department=world.service,
        encoding="",
        language="en",
        by=None,
        now=NOW,
    )
    bulk_intake.start(run.pk, mapping=columns, encoding="", sheet="", clocks="import", is_dry=False, by=None, now=NOW)
    run_waiting(NOW, run.pk)
    run.refresh_from_db()
    assert run.status == RunStatus.DONE
    assert ComplaintEvent.objects.get().actor is None


def test_what_nobody_went_on_with_goes_after_a_week_with_its_file(world, django_capture_on_commit_callbacks):
    def upload(at):
        file = io.BytesIO(making.csv_bytes(making.rows(1)))
        options = {"name": "a.csv", "department": world.service, "encoding": "", "language": "zh-hans"}
        return bulk_intake.upload(file, **options, by=world.intake, now=at)

    old, young = upload(NOW), upload(NOW + timedelta(days=1))
    done = making.take_in(world, making.csv_bytes(making.rows(1)))
    with django_capture_on_commit_callbacks(execute=True):
        assert bulk_intake.forget_unconfirmed(NOW + timedelta(days=7, hours=1)) == 1
    assert set(ImportRun.objects.values_list("pk", flat=True)) == {young.pk, done.pk}
    assert not old.file.storage.exists(old.file.name)
    assert young.file.storage.exists(young.file.name)
    gone = ImportRun.history.filter(id=old.pk).latest("history_id")
    assert (gone.history_type, gone.history_change_reason, gone.sha256) == ("-", "Never begun", old.sha256)
