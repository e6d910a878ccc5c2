"""Files are kept under their digest, written once, never touched again. (AC-2)"""

import hashlib
import os
import stat
import tracemalloc
from itertools import combinations
from threading import Barrier, Thread

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from accountability.services import evidence_files
from complaints.services.refusal import ActRefusedError
from tests.accountability.evidence.pieces import PDF, place, upload

MEGABYTE = 1024 * 1024


def keep(name="检验报告.pdf", content=PDF, **options):
    return evidence_files.keep(upload(name, content), **({"limit": MEGABYTE} | options))


def everything(store):
    return sorted(path.relative_to(store).as_posix() for path in store.rglob("*") if path.is_file())


def test_a_file_lies_under_its_digest_and_nobody_writes_to_it(store):
    kept = keep()
    digest = hashlib.sha256(PDF).hexdigest()
    assert kept == evidence_files.Kept(digest, "检验报告.pdf", "application/pdf", len(PDF))
    path = store / digest[:2] / digest[2:4] / digest
    assert path.read_bytes() == PDF
    assert stat.S_IMODE(path.stat().st_mode) == 0o440
    assert everything(store) == [f"{digest[:2]}/{digest[2:4]}/{digest}"]


def test_equal_content_is_looked_at_and_not_written_again(store):
    first = keep()
    path = evidence_files.path_of(first.sha256)
    before = path.stat()
    assert keep("另一个名字.pdf").sha256 == first.sha256
    after = path.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert len(everything(store)) == 1


@pytest.mark.parametrize("harm", [b"%PDF-1.7\nchanged", PDF[:-1], b""])
def test_what_was_damaged_is_set_aside_when_the_same_file_comes_again(store, harm):
    kept = keep()
    place(kept.sha256).write_bytes(harm)
    assert evidence_files.damage_of(kept.sha256, kept.size) == "changed"
    assert keep() == kept
    assert evidence_files.damage_of(kept.sha256, kept.size) == ""
    aside = list(store.rglob("*.changed-*"))
    assert [path.read_bytes() for path in aside] == [harm]


@pytest.mark.parametrize(
    ("name", "content", "options"),
    [
        ("空.pdf", b"", {}),
        ("大.pdf", PDF + b" " * MEGABYTE, {}),
        ("a.exe", b"MZ\x90\x00\x03\x00", {}),
        ("a.pdf", b"MZ\x90\x00\x03\x00", {}),
        ("a.jpg", PDF, {}),
        ("没有后缀", PDF, {}),
        ("a.pdf", PDF, {"kinds": {"jpg"}}),
    ],
)
def test_what_is_refused_leaves_nothing(store, name, content, options):
    with pytest.raises(ActRefusedError) as refused:
        keep(name, content, **options)
    assert len(refused.value.reasons) == 1
    assert everything(store) == []


def test_a_request_that_lies_about_the_size_is_found_out(store):
    sent = upload("a.pdf", PDF + b" " * MEGABYTE)
    sent.size = 5
    with pytest.raises(ActRefusedError, match="larger"):
        evidence_files.keep(sent, limit=MEGABYTE)
    assert everything(store) == []


def test_a_write_that_fails_leaves_nothing(store, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        keep()
    assert everything(store) == []


def test_a_link_in_the_place_of_a_file_is_a_change(store, tmp_path):
    kept = keep()
    path = place(kept.sha256)
    path.rename(tmp_path / "elsewhere")
    assert evidence_files.damage_of(kept.sha256, kept.size) == "missing"
    path.symlink_to(tmp_path / "elsewhere")
    assert evidence_files.damage_of(kept.sha256, kept.size) == "changed"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@for_all(
    st.binary(max_size=2000), st.text(max_size=20), st.sampled_from(["txt", "csv", "pdf", "zip", "jpg", "exe", ""])
)
def test_any_bytes_under_any_name_are_kept_whole_or_refused(store, content, stem, extension):
    before = everything(store) if store.exists() else []
    try:
        kept = keep(f"件{stem}.{extension}", content)
    except ActRefusedError:
        assert (everything(store) if store.exists() else []) == before
        return
    assert (kept.sha256, kept.size) == (hashlib.sha256(content).hexdigest(), len(content))
    with evidence_files.open_kept(kept.sha256) as found:
        assert found.read() == content
    assert set(everything(store)) >= set(before)
    assert not [path for path in everything(store) if path.startswith("incoming")]


def test_many_who_send_the_same_at_once_keep_it_once(store):
    together, found = Barrier(6), []

    def send():
        together.wait()
        found.append(keep(content=PDF + b"same"))

    threads = [Thread(target=send) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(one == other for one, other in combinations(found, 2))
    assert len(found) == 6
    assert everything(store) == [evidence_files.path_of(found[0].sha256).relative_to(store).as_posix()]
    assert evidence_files.damage_of(found[0].sha256, found[0].size) == ""


def test_two_hundred_megabytes_pass_through_little_memory(store):
    """Sent, kept and compared; a hole in a file costs no disk, its length is what counts."""
    size = 200 * MEGABYTE
    sent = TemporaryUploadedFile("录像.mp4", "video/mp4", size, None)
    sent.write(b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00")
    sent.truncate(size)
    sent.seek(0)
    tracemalloc.start()
    try:
        kept = evidence_files.keep(sent, limit=size)
        assert evidence_files.damage_of(kept.sha256, kept.size) == ""
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        sent.close()
    assert kept.size == size
    assert most < 8 * MEGABYTE
    evidence_files.path_of(kept.sha256).unlink()
