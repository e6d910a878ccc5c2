"""Every night each file is compared with its digest; damage is on record once, told, and healed. (AC-2)"""

import tracemalloc
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import translation

from accountability import tasks
from accountability.models import CustodyEntry, EvidenceFile
from accountability.queries.evidence_notices import CHANGED, MANY, MISSING
from accountability.services import evidence_checks, evidence_files
from complaints.models import Notice
from complaints.queries.notice_texts import notice_text
from tests.accountability.evidence.pieces import PDF, inquiry, place, register, upload

pytestmark = pytest.mark.django_db


def check(iw, **options):
    return evidence_checks.check(iw.later(days=1).now, **options)


def found(report):
    return (report.checked, report.damaged, report.newly, report.restored)


def log(item):
    return list(CustodyEntry.objects.filter(item=item).exclude(act="collected").values_list("act", "by", "remark"))


def told(kind):
    return sorted(Notice.objects.filter(kind=kind).values_list("recipient__username", flat=True))


def harm(file, kind):
    path = place(file.sha256)
    if kind == "missing":
        path.rename(path.with_suffix(".away"))
    else:
        path.write_bytes(b"%PDF-1.7\nother")
    return path


def test_whole_files_are_looked_at_and_nothing_is_said():
    iw = inquiry()
    files = [register(iw).files.get(), register(iw, files=[upload("b.txt", b"b")]).files.get()]
    before = [file.history.count() for file in files]
    assert found(check(iw)) == (2, 0, 0, 0)
    assert {file.checked_at for file in EvidenceFile.objects.all()} == {iw.now}
    assert [file.history.count() for file in files] == before
    assert not Notice.objects.filter(kind__in=[MISSING, CHANGED, MANY]).exists()


@pytest.mark.parametrize(("kind", "notice"), [("missing", MISSING), ("changed", CHANGED)])
def test_damage_is_on_record_once_told_by_name_and_healed(kind, notice):
    iw = inquiry()
    item, other = register(iw), register(iw, files=[upload("b.txt", b"b")])
    file = item.files.get()
    path = harm(file, kind)
    assert found(check(iw)) == (2, 1, 1, 0)
    file.refresh_from_db()
    assert (file.damage, file.checked_at) == (kind, iw.now)
    assert file.history.first().damage == kind
    assert [(act, by) for act, by, _remark in log(item)] == [("damaged", None)]
    assert file.file_name in log(item)[0][2]
    assert file.sha256 in log(item)[0][2]
    assert told(notice) == sorted(["lead", "head", "quality", "administrator"])
    with translation.override("en"):
        text = notice_text(Notice.objects.filter(kind=notice)[0])
    assert item.number in text.title
    assert file.file_name in text.title

    assert found(check(iw)) == (2, 1, 0, 0)
    assert len(log(item)) == 1
    assert len(told(notice)) == 4

    if kind == "missing":
        path.with_suffix(".away").rename(path)
    else:
        path.write_bytes(PDF)
    assert found(check(iw)) == (2, 0, 0, 1)
    file.refresh_from_db()
    assert file.damage == ""
    assert [act for act, _by, _remark in log(item)] == ["damaged", "restored"]
    assert log(other) == []

    harm(file, kind)
    assert found(check(iw)) == (2, 1, 1, 0)
    assert [act for act, _by, _remark in log(item)] == ["damaged", "restored", "damaged"]
    assert len(told(notice)) == 8


def test_changed_and_then_missing_is_news_twice():
    iw = inquiry()
    item = register(iw)
    harm(item.files.get(), "changed")
    check(iw)
    harm(item.files.get(), "missing")
    assert found(check(iw)) == (1, 1, 1, 0)
    assert [act for act, _by, _remark in log(item)] == ["damaged", "damaged"]
    assert (len(told(CHANGED)), len(told(MISSING))) == (4, 4)


def test_one_content_in_two_pieces_is_damage_of_both():
    iw = inquiry()
    items = [register(iw), register(iw)]
    harm(items[0].files.get(), "missing")
    assert found(check(iw)) == (2, 2, 2, 0)
    assert [len(log(item)) for item in items] == [1, 1]


def test_the_name_of_a_restricted_file_stays_in_the_house():
    iw = inquiry()
    file = register(iw, is_restricted=True, files=[upload("张三身份证.pdf")]).files.get()
    harm(file, "missing")
    check(iw)
    title = notice_text(Notice.objects.filter(kind=MISSING)[0]).title
    assert "张三" not in title
    assert file.sha256[:12] in title


def test_a_store_that_is_gone_is_one_notice_and_not_a_flood(monkeypatch, store):
    iw = inquiry()
    monkeypatch.setattr(evidence_checks, "MOST_TOLD", 2)
    register(iw, files=[upload(f"{number}.txt", b"%d" % number) for number in range(5)])
    store.rename(store.with_name("gone"))
    assert found(check(iw)) == (5, 5, 5, 0)
    assert EvidenceFile.objects.filter(damage="missing").count() == 5
    assert len(told(MISSING)) == 2 * 4
    assert told(MANY) == ["administrator", "quality"]


def test_a_run_that_must_stop_is_taken_up_where_it_ended(monkeypatch):
    iw = inquiry()
    register(iw, files=[upload(f"{number}.txt", b"%d" % number) for number in range(5)])
    monkeypatch.setattr(evidence_checks, "BATCH", 2)
    answers = iter([True, True, True, True, False, False])
    assert found(check(iw, goes_on=lambda: next(answers)))[0] == 2
    looked = set(EvidenceFile.objects.exclude(checked_at=None).values_list("pk", flat=True))
    rest = evidence_checks.check(iw.now + timedelta(hours=1), unseen_since=iw.now - timedelta(hours=6))
    assert rest.checked == 3
    assert len(looked) == 2
    assert not EvidenceFile.objects.filter(checked_at=None).exists()
    assert evidence_checks.check(iw.now + timedelta(hours=2), unseen_since=iw.now - timedelta(hours=6)).checked == 0


def test_time_for_a_run_is_limited():
    assert evidence_checks.for_minutes(20)()
    assert not evidence_checks.for_minutes(0)()


def test_a_row_marked_by_somebody_else_in_between_is_not_marked_twice():
    iw = inquiry()
    item = register(iw)
    file = item.files.get()
    for _twice in range(2):
        evidence_checks.note(file.pk, "missing", iw.now)
    assert len(log(item)) == 1
    assert len(told(MISSING)) == 4


def test_many_rows_are_looked_at_in_little_memory(monkeypatch):
    """All of them at once would be several times what a batch is."""
    iw = inquiry()
    alike = {"item": register(iw), "file_name": "x", "content_type": "x", "size": 1, "added_at": iw.now}
    EvidenceFile.objects.bulk_create(EvidenceFile(sha256=f"{number:064d}", **alike) for number in range(6000))
    monkeypatch.setattr(evidence_files, "damage_of", lambda _sha256, _size: "")
    monkeypatch.setattr(evidence_checks, "BATCH", 100)
    tracemalloc.start()
    try:
        report = check(iw)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found(report) == (6001, 0, 0, 0)
    assert most < 2 * 1024 * 1024


def run_command():
    out = StringIO()
    try:
        call_command("verify_evidence", stdout=out)
    except SystemExit as ended:
        return ended.code, out.getvalue()
    return 0, out.getvalue()


def test_the_command_names_what_is_damaged_and_says_so_by_its_status():
    iw = inquiry()
    item = register(iw, files=[upload(), upload("b.txt", b"b")])
    assert run_command() == (0, "checked=2 damaged=0 restored=0\n")
    file = item.files.get(file_name="b.txt")
    harm(file, "missing")
    status, said = run_command()
    assert status == 1
    assert said == f"missing {item.number} {file.sha256} b.txt\nchecked=2 damaged=1 restored=0\n"


def test_the_task_looks_at_each_file_once_a_night():
    iw = inquiry()
    item = register(iw)
    tasks.check_evidence()
    first = item.files.get().checked_at
    assert first is not None
    tasks.check_evidence()
    assert item.files.get().checked_at == first
