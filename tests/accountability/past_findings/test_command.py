"""import_findings as it is typed, and the map that goes with it."""

import io
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation

from accountability.importers.finding_map import read_map, settled
from accountability.models import Charge
from complaints.importers.refusals import MappingError
from tests.accountability.past_findings import registers


@pytest.fixture
def typed(world, tmp_path):
    """Type the command with a file of these rows."""

    def run(rows, *arguments, said=registers.MAP):
        (tmp_path / "findings.csv").write_bytes(registers.csv_bytes(rows))
        (tmp_path / "map.yaml").write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
        out, err = io.StringIO(), io.StringIO()
        files = (str(tmp_path / "findings.csv"), "--map", str(tmp_path / "map.yaml"), "--source", "register")
        with translation.override("en"):
            try:
                call_command("import_findings", *files, *arguments, stdout=out, stderr=err)
            except CommandError as error:
                err.write(str(error))
        return out.getvalue(), err.getvalue()

    return run


def test_a_register_is_taken_in_and_told_in_figures(typed):
    out, err = typed(registers.ROWS, "--user", "intake")
    assert "9 rows: 9 new findings in 3 complaints" in out
    assert (err, Charge.objects.count()) == ("", 9)
    assert set(Charge.objects.values_list("made_by__username", flat=True)) == {"intake"}


def test_a_dry_run_takes_in_nothing(typed):
    out, _err = typed(registers.ROWS, "--dry-run")
    assert "dry run" in out
    assert not Charge.objects.exists()


def test_errors_are_named_by_row_and_column(typed):
    _out, err = typed([*registers.ROWS, ["?", "1", "", "延误", "?", "无"]])
    assert "row 11, 结论: ?: The mapping does not say what this word means." in err
    assert "1 rows are wrong: nothing was imported." in err


def test_a_difference_is_said_and_is_no_error(typed):
    typed(registers.ROWS)
    out, err = typed([[*registers.ROWS[1][:5], "待定"]])
    assert "row 2: Not among what was taken in" in out
    assert err == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--user", "unknown"], "unknown"),
        (["--user", "auditor"], "may not import"),
        (["--encoding", "utf-16"], "utf-16"),
    ],
)
def test_what_cannot_be_is_said(typed, arguments, said):
    assert said in typed(registers.ROWS, *arguments)[1]
    assert not Charge.objects.exists()


def test_a_column_that_is_not_there_is_said(typed):
    said = registers.MAP | {"columns": registers.MAP["columns"] | {"found_at": "结案日期"}}
    assert "The file has no column “结案日期”." in typed(registers.ROWS, said=said)[1]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ([], "columns"),
        ({"columns": {}}, "“complaint”"),
        (registers.MAP | {"rows": {}}, "rows"),
        (registers.MAP | {"columns": registers.MAP["columns"] | {"colour": "颜色"}}, "“colour”"),
        (registers.MAP | {"values": {"finding": {"属实": "guilty"}}}, "cannot mean “guilty”"),
        (registers.MAP | {"values": {"verdict": {}}}, "“verdict”"),
        (registers.MAP | {"values": {"discipline": {False: "dismissed"}}}, "quotation marks"),
        (registers.MAP | {"values": []}, "values"),
        (registers.MAP | {"party": {"kind": "robot"}}, "“robot”"),
        (registers.MAP | {"party": {"name": "职工"}}, "{}"),
    ],
)
def test_a_map_that_says_something_else_is_refused(said, reason):
    with translation.override("en"), pytest.raises(MappingError) as refused:
        settled(said)
    assert reason in str(refused.value)


@pytest.mark.parametrize("content", [None, b"columns: [", b"\xff\xfe"])
def test_a_map_that_cannot_be_read_is_refused(tmp_path, content):
    path = tmp_path / "map.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(MappingError, match=r"map\.yaml"):
        read_map(path)


def test_the_map_of_the_documentation_is_one():
    text = (Path(settings.BASE_DIR) / "docs" / "past-findings.md").read_text(encoding="utf-8")
    found = settled(yaml.safe_load(text.partition("```yaml")[2].partition("```")[0]))
    assert found.meaning("ended", "passed to the POLICE") == "referred"
    assert found.called("4") == "Employee 4"
