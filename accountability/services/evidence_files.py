"""Keeping files of evidence: under the digest of their content, written once, never touched again. (AC-2)

Below MEDIA_ROOT, `evidence/ab/cd/abcd…` is the file whose SHA-256 is abcd…; what it is called and which evidence it
belongs to, rows say. The same content sent twice is one file.
"""

import hashlib
import os
import tempfile
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from complaints.services.file_kinds import KINDS, recognise, refuse_size, safe_name

CHUNK = 1024 * 1024
#: Nobody writes to a file once it is kept, its owner included.
READ_ONLY = 0o440


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it is kept now."""

    sha256: str
    file_name: str
    content_type: str
    size: int


def folder() -> Path:
    """Where all evidence lies."""
    return Path(settings.MEDIA_ROOT) / "evidence"


def path_of(sha256: str) -> Path:
    """Where the file of a digest lies."""
    return folder() / sha256[:2] / sha256[2:4] / sha256


@dataclass(frozen=True, slots=True)
class Staged:
    """A file written to disk, looked at and digested, that is not in its place yet."""

    kept: Kept
    temporary: Path
    #: The same content was in its place already, and whole.
    was_there: bool


def stage(upload: UploadedFile, *, limit: int, kinds: Collection[str] = ()) -> Staged:
    """Write a file of at most `limit` bytes, of one of `kinds` (none named: all there are), under a temporary name.

    All that takes long is done here, before anything is locked. Refuses, with ActRefusedError and leaving nothing, what
    is empty, too large, of another kind, or not what its name says. The caller places it, and discards it in any case.
    """
    name = safe_name(upload.name or "file")
    refuse_size(name, upload.size or 1, limit)
    incoming = folder() / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=incoming)
    try:
        with os.fdopen(descriptor, "w+b") as copy:
            sha256, size = _copy(upload, copy, name, limit)
            content_type = recognise(name, copy, size, kinds or KINDS)
            os.fchmod(copy.fileno(), READ_ONLY)
            copy.flush()
            os.fsync(copy.fileno())
        return Staged(Kept(sha256, name, content_type, size), Path(temporary), not damage_of(sha256, size))
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def place(staged: Staged) -> None:
    """Move a staged file to its place in one step: there is the whole file or none. Content kept already stays."""
    kept = staged.kept
    if not (staged.was_there and _is_there(kept)):
        _put(staged.temporary, kept.sha256, kept.size)


def _is_there(kept: Kept) -> bool:
    path = path_of(kept.sha256)
    return path.is_file() and not path.is_symlink() and path.stat().st_size == kept.size


def discard(staged: Staged) -> None:
    """Take away what was staged and not placed."""
    staged.temporary.unlink(missing_ok=True)


def keep(upload: UploadedFile, *, limit: int, kinds: Collection[str] = ()) -> Kept:
    """Stage a file and place it at once, and say what it is. The caller makes the row."""
    staged = stage(upload, limit=limit, kinds=kinds)
    try:
        place(staged)
    finally:
        discard(staged)
    return staged.kept


def _copy(upload: UploadedFile, copy: IO[bytes], name: str, limit: int) -> tuple[str, int]:
    """Digest and size of what was copied, which are those of what was sent."""
    digest, size = hashlib.sha256(), 0
    for chunk in upload.chunks(CHUNK):
        size += len(chunk)
        refuse_size(name, size, limit)
        digest.update(chunk)
        copy.write(chunk)
    refuse_size(name, size, limit)
    return digest.hexdigest(), size


def _put(temporary: Path, sha256: str, size: int) -> None:
    """Move the file to its place. What is there already and sound stays; what is damaged is set aside, not lost."""
    target = path_of(sha256)
    damage = damage_of(sha256, size)
    if not damage:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if damage == "changed":
        target.rename(target.with_name(f"{sha256}.changed-{uuid.uuid4().hex}"))
    temporary.rename(target)
    for place in (target.parent, target.parent.parent, folder()):
        _write_through(place)


def _write_through(place: Path) -> None:
    """That a name is in a folder survives a loss of power too."""
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def open_kept(sha256: str) -> IO[bytes]:
    """The file of a digest, to be read. OSError if it cannot be; a link in its place is not followed."""
    return os.fdopen(os.open(path_of(sha256), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb")


def is_sound(content: Any, sha256: str, size: int) -> bool:
    """An opened file is, to the last bit, what was kept. Leaves it at its beginning."""
    if os.fstat(content.fileno()).st_size != size:
        return False
    found = hashlib.file_digest(content, "sha256").hexdigest()
    content.seek(0)
    return found == sha256


def damage_of(sha256: str, size: int) -> str:
    """What is wrong with the file of a digest: "missing", "changed", or "" for nothing."""
    try:
        with open_kept(sha256) as content:
            return "" if is_sound(content, sha256, size) else "changed"
    except OSError:
        return "changed" if os.path.lexists(path_of(sha256)) else "missing"
