"""Files that others made, where they are at hand."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from complaints.models import Complaint, ComplaintEvent, Deadline
from tests import factories
from tests import world as worlds

FOLDER = Path(os.environ.get("COMPLAINTS_REAL_DATA") or settings.BASE_DIR.parent / "shared" / "data")
#: File, its rows, and how many of them are not repeated in it.
FILES = [
    ("zh_car_complaints.csv", 630, 300),
    ("zh_gov_messages.csv.gz", 3304, 3304),
    ("en_boston311.csv.gz", 31828, 31828),
]


@pytest.fixture
def world(db):
    factories.CategoryFactory(code="product-quality")
    for code in ("third-party", "web"):
        factories.ChannelFactory(code=code)
    return worlds.build("handling-plan")


@pytest.mark.parametrize(("name", "rows", "cases"), FILES)
def test_the_whole_file_becomes_cases_and_the_second_time_nothing(world, name, rows, cases, capsys):
    path = FOLDER / name
    if not path.exists():
        pytest.skip("the file is not at hand")
    for _time in range(2):
        call_command("import_complaints", str(path), "--mapping", name.partition(".")[0], "--user", "intake")
        assert Complaint.objects.count() == ComplaintEvent.objects.count() == cases
        assert Complaint.history.count() == cases
        assert Deadline.history.count() == Deadline.objects.count() >= cases
    assert str(rows) in capsys.readouterr().out
    assert not Complaint.objects.filter(subject="").exists()
