"""A register that others made, where it is at hand: real complaints, allegations, findings and discipline."""

import csv
import gzip
import os
from collections import Counter
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from django.db.models import Count
from django.utils.text import slugify

from accountability.models import Allegation, Charge, DisciplineRecord, InquiryEvent, Investigation, Party
from complaints.models import Complaint
from complaints.services import bulk_intake
from tests import factories
from tests import world as worlds
from tests.accountability.past_findings import registers
from tests.factories import NOW

FOLDER = Path(os.environ.get("COMPLAINTS_REAL_DATA") or settings.BASE_DIR.parent / "shared" / "data")
COMPLAINTS, ALLEGATIONS = FOLDER / "en_ppd_complaints.csv.gz", FOLDER / "en_ppd_allegations.csv.gz"
SOURCE = "en-ppd"
FINDINGS = {
    "Sustained Finding": "founded",
    "No Sustained Findings": "not_sustained",
    "Not Applicable": "not_investigated",
    "Pending": "pending",
}
ENDED = {
    "Referred to Other Agency/C.A.P. Investigation": "referred",
    "No C.A.P. Investigation": "not_investigated",
    "Investigation OnGoing": "pending",
}
DISCIPLINE = {
    "Training/Counseling": "carried_out",
    "Guilty Finding": "decided",
    "No Guilty Findings": "dismissed",
    "Pending": "reported",
    "Not Applicable": "",
}


def rows_of(path):
    with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


@pytest.fixture
def imported(db, tmp_path, settings):
    """The complaints, taken in by the bulk intake under a class for each class of their intake; and the map."""
    if not ALLEGATIONS.exists():
        pytest.skip("the files are not at hand")
    settings.MEDIA_ROOT, settings.DATA_DIR = tmp_path / "media", tmp_path / "data"
    worlds.build("handling-plan")
    factories.ChannelFactory(code="third-party")
    words = {row["intake_class"] for row in rows_of(COMPLAINTS)} | {row["allegation"] for row in rows_of(ALLEGATIONS)}
    codes = {word: f"class-{slugify(word)}" for word in sorted(words)}
    for code in sorted(set(codes.values())):
        factories.CategoryFactory(code=code)
    bulk_intake.save_mapping(
        name="ppd",
        source=SOURCE,
        columns={
            "external_id": "complaint_id",
            "received_at": "received_on",
            "subject": ["intake_class", "district"],
            "content": "summary",
            "category": "intake_class",
        },
        defaults={"channel": "third-party", "complainant_kind": "anonymous"},
        values={"category": codes},
        by=None,
        now=NOW,
    )
    call_command("import_complaints", str(COMPLAINTS), "--mapping", "ppd", "--user", "intake")
    said = {
        "columns": {
            "complaint": "complaint_id",
            "party": "officer",
            "unit": "unit",
            "allegation": "allegation",
            "finding": "finding",
            "discipline": "discipline",
        },
        "party": {"kind": "employee", "name": "Officer {}"},
        "values": {
            "category": {word: "" if word in ENDED else code for word, code in codes.items()},
            "finding": FINDINGS,
            "ended": ENDED,
            "discipline": DISCIPLINE,
        },
    }
    path = tmp_path / "map.yaml"
    path.write_text(yaml.safe_dump(said), encoding="utf-8")
    return str(path)


def test_every_row_is_accounted_for_and_the_second_time_nothing_changes(imported):
    rows = rows_of(ALLEGATIONS)
    arguments = (str(ALLEGATIONS), "--source", SOURCE, "--map", imported, "--user", "intake")
    call_command("import_findings", *arguments)
    assert Complaint.objects.count() == 3956
    assert Charge.objects.count() == Charge.history.count() == len(rows) == 9854

    by_words: Counter[tuple[str, ...]] = Counter()
    pairs = Charge.objects.values_list("allegation__text", "reason", "discipline_records__decision")
    for allegation, finding, discipline, count in pairs.annotate(count=Count("pk")).order_by():
        by_words[allegation, finding, discipline or "Not Applicable"] = count
    assert by_words == Counter((row["allegation"], row["finding"], row["discipline"]) for row in rows)

    by_meaning = dict(Charge.objects.values_list("finding").annotate(count=Count("pk")).order_by())
    assert by_meaning == {
        "founded": 1586,
        "not_sustained": 7938,
        "referred": 60,
        "not_investigated": 203,
        "pending": 67,
    }
    followed = dict(DisciplineRecord.objects.values_list("status").annotate(count=Count("pk")).order_by())
    assert followed == {"carried_out": 1090, "decided": 275, "dismissed": 117, "reported": 156}
    repeated = len(rows) - len({tuple(row.values()) for row in rows})
    same = len(rows) - len({(row["complaint_id"], row["officer"], row["allegation"]) for row in rows})
    assert (repeated, Charge.objects.filter(repeat__gt=0).count()) == (778, same)

    cases = {row["complaint_id"] for row in rows}
    pending = {row["complaint_id"] for row in rows if row["finding"] == "Pending"}
    by_status = dict(Investigation.objects.values_list("status").annotate(count=Count("pk")).order_by())
    assert by_status == {"open": len(pending), "concluded": len(cases) - len(pending)}
    assert Party.objects.count() == len({(row["complaint_id"], row["officer"]) for row in rows})
    assert Allegation.objects.count() == len({(row["complaint_id"], row["allegation"]) for row in rows})
    intake = {row["complaint_id"]: f"class-{slugify(row['intake_class'])}" for row in rows_of(COMPLAINTS)}
    kept = Allegation.objects.values_list("investigation__complaint__external_id", "intake_category__code").distinct()
    assert dict(kept) == {case: intake[case] for case in cases}
    words = Allegation.objects.exclude(text__in=ENDED).values_list("text", "category__code").distinct()
    assert all(code == f"class-{slugify(text)}" for text, code in words)
    assert not Allegation.objects.filter(text__in=ENDED).exclude(category=None).exists()

    before = registers.counts()
    call_command("import_findings", *arguments)
    assert registers.counts() == before


def test_one_case_reads_back_row_by_row(imported):
    call_command("import_findings", str(ALLEGATIONS), "--source", SOURCE, "--map", imported)
    rows = rows_of(ALLEGATIONS)
    most = Counter(row["complaint_id"] for row in rows).most_common(1)[0][0]
    investigation = Investigation.objects.get(complaint__external_id=most)
    charges = Charge.objects.filter(investigation=investigation).order_by("source_row")
    read = [
        (
            charge.source_row,
            charge.party.name.removeprefix("Officer "),
            charge.party.unit,
            charge.allegation.text,
            charge.reason,
            next((row.decision for row in charge.discipline_records.all()), "Not Applicable"),
        )
        for charge in charges.select_related("party", "allegation").prefetch_related("discipline_records")
    ]
    told = ("officer", "unit", "allegation", "finding", "discipline")
    assert read == [
        (number, *(row[name] for name in told)) for number, row in enumerate(rows, 2) if row["complaint_id"] == most
    ]
    (event,) = InquiryEvent.objects.filter(investigation=investigation)
    assert [number for number, _digest in event.detail["rows"]] == [line[0] for line in read]
