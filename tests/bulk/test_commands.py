"""import_complaints and export_ledger as they are typed."""

import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from complaints.models import ColumnMapping, Complaint, ExportRecord, ImportRun
from complaints.tasks import run_imports
from tests.bulk import making


@pytest.fixture
def typed(world, tmp_path):
    """Type the command with a file of these bytes."""

    def run(content, *arguments, name="台账.csv"):
        path = tmp_path / name
        path.write_bytes(content)
        out, err = io.StringIO(), io.StringIO()
        with translation.override("en"):
            try:
                call_command("import_complaints", str(path), *arguments, stdout=out, stderr=err)
            except CommandError as error:
                err.write(str(error))
        return out.getvalue(), err.getvalue()

    return run


def test_the_headings_say_which_column_is_what(world, typed):
    out, err = typed(making.csv_bytes(making.rows(3)), "--user", "intake")
    assert "3 new" in out
    assert err == ""
    assert Complaint.objects.count() == 3
    assert ColumnMapping.objects.get().columns == making.COLUMNS


def test_a_dry_run_imports_nothing(world, typed):
    out, err = typed(making.csv_bytes(making.rows(3)), "--user", "intake", "--dry-run")
    assert "3 new" in out
    assert (err, Complaint.objects.count()) == ("", 0)


def test_every_error_is_named_by_row_and_column_and_nothing_is_imported(world, typed):
    lines = [making.row(number, 渠道="?") for number in range(1, 26)]
    _out, err = typed(making.csv_bytes(lines), "--user", "intake")
    assert re.findall(r"row (\d+), 渠道", err) == [str(number) for number in range(2, 27)]
    assert "25 errors: nothing was imported." in err
    assert not Complaint.objects.exists()


def test_an_encoding_that_cannot_be_told_is_asked_for(world, typed):
    broken = making.csv_bytes(making.rows(2))[:-40] + b"\xff\xff\n"
    _out, err = typed(broken, "--user", "intake")
    assert "byte" in err
    assert "line" in err
    assert not ImportRun.objects.exists()


def test_chinese_spreadsheet_programs_text_is_read_and_said_so(world, typed):
    out, err = typed(making.csv_bytes(making.rows(2), "gbk"), "--user", "intake")
    assert "gb18030" in out
    assert err == ""
    assert Complaint.objects.all()[0].complainant.name == "张三"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--user", "nobody-known"], "nobody-known"),
        (["--user", "liaison"], "--department"),
        (["--user", "liaison", "--department", "workshop"], "may not"),
        (["--user", "intake", "--mapping", "unknown"], "zh_car_complaints"),
        (["--user", "intake", "--department", "nowhere"], "nowhere"),
        ([], "--department"),
        (["--user", "intake", "--encoding", "utf-16"], "utf-16"),
    ],
)
def test_what_cannot_be_is_said(world, typed, arguments, said):
    _out, err = typed(making.csv_bytes(making.rows(1)), *arguments)
    assert said in err
    assert not Complaint.objects.exists()


def test_a_file_that_is_not_there_is_said(world):
    with pytest.raises(CommandError, match="nowhere"):
        call_command("import_complaints", "/nowhere.csv", "--user", "intake")


def test_the_system_imports_for_a_department_named(world, typed):
    _out, err = typed(making.csv_bytes(making.rows(1)), "--department", "service")
    assert err == ""
    assert Complaint.objects.get().registered_by is None


def test_the_task_brings_every_waiting_run_to_its_end(world):
    making.begin(world, making.csv_bytes(making.rows(2)))
    making.begin(world, making.csv_bytes([making.row(9)]))
    run_imports()
    run_imports()
    assert Complaint.objects.count() == 3


@pytest.mark.parametrize("name", ["ledger.xlsx", "ledger.csv"])
def test_the_ledger_of_a_year_is_written(world, tmp_path, name):
    world.register()
    out = io.StringIO()
    call_command("export_ledger", str(tmp_path / name), "--year", "2026", "--user", "head", stdout=out)
    assert (tmp_path / name).stat().st_size > 100
    assert ExportRecord.objects.get().filter == {"year": 2026}


@pytest.mark.parametrize(
    "arguments", [["x.pdf"], ["x.csv", "--user", "nobody"], ["x.csv", "--user", "unknown"], ["missing/x.csv"]]
)
def test_a_ledger_that_cannot_be_written_leaves_no_file(world, tmp_path, arguments):
    with pytest.raises(CommandError):
        call_command("export_ledger", str(tmp_path / arguments[0]), *arguments[1:])
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []
