"""The commands: without files everything that ships; wrong files end with status 1 and leave nothing."""

from datetime import datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from complaints.models import Calendar, Category, Channel, Policy, PolicySelection, PolicyVersion
from complaints.policy_rules import policy_files
from tests.policies.sources import changed, everything, history_rows, preset

pytestmark = pytest.mark.django_db


def run(name, *arguments, **options):
    out = StringIO()
    call_command(name, *map(str, arguments), stdout=out, **options)
    return out.getvalue().splitlines()


@pytest.fixture
def everything_loaded(db):
    run("load_calendars")
    return run("load_policies")


def test_everything_that_ships_is_loaded(everything_loaded):
    assert Calendar.objects.filter(code="cn").exists()
    assert (Channel.objects.count(), Category.objects.count(), PolicySelection.objects.count()) == (10, 39, 7)
    assert list(Policy.objects.values_list("code", flat=True)) == [path.stem for path in policy_files()]
    drafts = PolicyVersion.objects.filter(valid_from=None).values_list("policy__code", flat=True)
    assert list(drafts) == ["consumer-law"]
    assert len(everything_loaded) == 8


def test_again_changes_nothing(everything_loaded):
    before, rows = everything(), history_rows()
    assert all("unchanged" in line for line in run("load_policies"))
    assert run("load_calendars") == ["cn: unchanged"]
    assert (everything(), history_rows()) == (before, rows)


def test_a_file_and_a_date(everything_loaded, tmp_path):
    path = tmp_path / "product.yaml"
    path.write_text("\ufeff" + changed("product").text, encoding="utf-8")
    (line,) = run("load_policies", path, "--valid-from", "2099-01-31")
    assert line.startswith("product v2: new version; in force from 2099-01-31 00:00")
    assert PolicyVersion.objects.get(number=2).valid_from == datetime.fromisoformat("2099-01-31T00:00:00+08:00")


def test_a_wrong_file_is_told_and_nothing_is_loaded(everything_loaded, tmp_path):
    good, wrong = tmp_path / "product.yaml", tmp_path / "wrong.yaml"
    good.write_text(changed("product").text, encoding="utf-8")
    wrong.write_text(preset("employee").text.replace("15 days", "15 weeks"), encoding="utf-8")
    before = everything()
    with pytest.raises(CommandError) as caught:
        run("load_policies", good, wrong)
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    assert all("wrong.yaml, line " in line and "'15 weeks' is not a length of time" in line for line in lines)
    assert caught.value.returncode == 1
    assert everything() == before


@pytest.mark.parametrize("name", ["load_policies", "load_calendars"])
def test_a_file_that_cannot_be_read(name, tmp_path, everything_loaded):
    binary = tmp_path / "x.yaml"
    binary.write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "missing.yaml", binary, tmp_path):
        with pytest.raises(CommandError):
            run(name, path)


def test_without_calendars_policies_are_refused(db):
    with pytest.raises(CommandError, match="no working calendar 'cn'"):
        run("load_policies")
    assert not Channel.objects.exists()


def test_a_date_that_is_none():
    with pytest.raises(CommandError, match="Write a date"):
        run("load_policies", "--valid-from", "soon")
