"""Files are written before the complaint is locked, and whatever is refused leaves none. (AC-2)"""

import pytest

from accountability.acts import Subject
from accountability.models import CustodyEntry, EvidenceFile, EvidenceItem, InquiryEvent
from accountability.services import evidence_files, workflow
from complaints.services import workflow as cases
from complaints.services.doing import ActRefusedError
from tests.accountability.evidence.pieces import PDF, given, inquiry, register, upload

pytestmark = pytest.mark.django_db


def everything(store):
    return sorted(path.relative_to(store).as_posix() for path in store.rglob("*") if not path.is_dir())


def send(iw, by, *, seen=None, **values):
    values = given(iw, files=[upload(), upload("又一份.txt", b"y")]) | values
    now = iw.now
    return workflow.perform(
        Subject.INVESTIGATION, iw.investigation.pk, "register_evidence", by=by, now=now, given=values, seen_version=seen
    )


@pytest.fixture
def steps(monkeypatch):
    """What is done with files and with the lock, in its order."""
    found = []

    def note(module, name):
        real = getattr(module, name)

        def noted(*args, **values):
            found.append(name)
            return real(*args, **values)

        monkeypatch.setattr(module, name, noted)

    for module, name in ((evidence_files, "stage"), (evidence_files, "place"), (workflow, "lock")):
        note(module, name)
    return found


def test_files_are_written_before_the_lock_and_placed_last(store, steps):
    iw = inquiry()
    steps.clear()
    send(iw, iw.lead)
    assert steps == ["stage", "stage", "lock", "place", "place"]
    rows = EvidenceFile.objects.all()
    assert everything(store) == sorted(evidence_files.path_of(row.sha256).relative_to(store).as_posix() for row in rows)


@pytest.mark.parametrize(
    ("values", "writes"),
    [
        ({"files": [upload(), upload("a.pdf", b"MZ")]}, True),
        ({"files": [upload(), upload("b.pdf", b"")]}, True),
        ({"title": ""}, False),
        ({"kind": "no such kind"}, False),
    ],
)
def test_what_is_given_wrongly_leaves_no_file(store, steps, values, writes):
    iw = inquiry()
    steps.clear()
    with pytest.raises(ActRefusedError):
        send(iw, iw.lead, **values)
    assert ("stage" in steps, "lock" in steps) == (writes, False)
    assert everything(store) == []
    assert not EvidenceItem.objects.exists()


def test_who_may_not_register_writes_nothing_to_the_store(store, steps):
    iw = inquiry()
    steps.clear()
    for person in (iw.w.nobody, iw.w.liaison, iw.w.auditor):
        with pytest.raises(ActRefusedError):
            send(iw, person)
    with pytest.raises(ActRefusedError, match="Somebody changed this"):
        send(iw, iw.lead, seen=iw.investigation.version - 1)
    assert steps == []
    assert not store.exists()


def test_what_the_act_itself_refuses_leaves_no_file(store):
    iw = inquiry()
    with pytest.raises(ActRefusedError, match="lies in the future"):
        send(iw, iw.lead, collected_at=iw.now.replace(year=iw.now.year + 1))
    assert everything(store) == []


def test_what_changed_while_files_were_written_is_seen_under_the_lock(store, monkeypatch):
    iw, real = inquiry(), evidence_files.stage

    def meanwhile(*args, **values):
        staged = real(*args, **values)
        if iw.investigation.status == "open":
            paper = {"medium": "phone", "reason": "不再追究"}
            cases.perform(iw.c.pk, "withdraw", by=iw.w.handler, now=iw.now, given=paper)
            iw.act("discontinue", iw.w.handler, reason="已撤诉")
        return staged

    monkeypatch.setattr(evidence_files, "stage", meanwhile)
    with pytest.raises(ActRefusedError):
        send(iw, iw.lead)
    assert everything(store) == []
    assert not EvidenceItem.objects.exists()


def test_a_disk_that_fails_at_the_end_leaves_no_row(store, monkeypatch):
    iw = inquiry()
    events = InquiryEvent.objects.count()

    def full(_staged):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(evidence_files, "place", full)
    with pytest.raises(OSError, match="No space"):
        send(iw, iw.lead)
    assert everything(store) == []
    assert not EvidenceItem.objects.exists()
    assert not EvidenceFile.objects.exists()
    assert not CustodyEntry.objects.exists()
    assert InquiryEvent.objects.count() == events


def test_content_that_is_there_is_not_written_again_nor_taken_away_by_a_refusal(store):
    iw = inquiry()
    register(iw)
    before = everything(store)
    with pytest.raises(ActRefusedError):
        send(iw, iw.lead, files=[upload()], collected_at=iw.now.replace(year=iw.now.year + 1))
    assert everything(store) == before
    send(iw, iw.lead, files=[upload("别名.pdf", PDF)])
    assert everything(store) == before
    assert EvidenceFile.objects.count() == 2
