"""Requests to cities that others recorded, where they are at hand: taken in as complaints, and counted by hand.

Every name of a file becomes a row of a register under a code made of it, so that counts can be compared by the name.
"""

import csv
import gzip
import os
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings

from complaints.importers.runs import run_waiting
from complaints.models import RunStatus
from complaints.services import bulk_intake
from tests import factories
from tests import world as worlds
from tests.factories import NOW

FOLDER = Path(os.environ.get("COMPLAINTS_REAL_DATA") or settings.BASE_DIR.parent / "shared" / "data")


@dataclass(frozen=True)
class City:
    """A file and which of its columns says what."""

    file: str
    number: str
    received: str
    category: str
    channel: str
    department: str
    subject: str

    @property
    def path(self):
        return FOLDER / self.file

    def rows(self):
        if not self.path.exists():
            pytest.skip("the file is not at hand")
        with gzip.open(self.path, "rt", encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))


BOSTON = City("en_boston311.csv.gz", "case_enquiry_id", "open_dt", "reason", "source", "department", "subject")
BALTIMORE = City(
    "en_baltimore311.csv.gz", "SRRecordID", "CreatedDate", "SRType", "MethodReceived", "Agency", "Neighborhood"
)


def code(text):
    """A code for a name."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40] or "none"


def taken_in(city):
    """An organisation with the city's names as registers, and the whole file as complaints; the rows of the file."""
    rows = city.rows()
    world = worlds.build("handling-plan")
    values = {}
    for element, column, make in (
        ("category", city.category, factories.CategoryFactory),
        ("channel", city.channel, factories.ChannelFactory),
        ("first_contact_department", city.department, factories.DepartmentFactory),
    ):
        names = sorted({row[column] for row in rows if row[column]})
        for name in names:
            make(code=f"c-{code(name)}", names=factories.names(name))
        values[element] = {name: f"c-{code(name)}" for name in names}
    mapping = bulk_intake.save_mapping(
        name=city.file,
        source=code(city.file),
        columns={
            "external_id": city.number,
            "received_at": city.received,
            "subject": city.subject,
            "category": city.category,
            "channel": city.channel,
            "first_contact_department": city.department,
        },
        defaults={"channel": "phone", "complainant_kind": "anonymous", "subject": "-"},
        values=values,
        by=None,
        now=NOW,
    )
    with city.path.open("rb") as stream:
        run = bulk_intake.upload(
            stream, name=city.file, department=world.service, encoding="", language="en", by=None, now=NOW
        )
    run = bulk_intake.start(
        run.pk, mapping=mapping, encoding="", sheet="", clocks="import", is_dry=False, by=None, now=NOW
    )
    done = run_waiting(NOW, run.pk)
    assert done is not None
    assert done.status == RunStatus.DONE, list(done.problems.values_list("row", "column", "value", "reason")[:5])
    return rows


def counted(city, rows, column, span):
    """Requests by period ("2011-08" or "2011Q3") and name, counted without anything of the product."""
    found: Counter[tuple[str, str]] = Counter()
    for row in rows:
        moment = datetime.fromisoformat(row[city.received])
        period = f"{moment:%Y-%m}" if span == "month" else f"{moment.year}Q{(moment.month - 1) // 3 + 1}"
        found[period, row[column]] += 1
    return found
