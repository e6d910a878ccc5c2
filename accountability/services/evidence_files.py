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


def keep(upload: UploadedFile, *, limit: int, kinds: Collection[str] = ()) -> Kept:
    """Keep a file of at most `limit` bytes, of one of `kinds` (none named: all there are), and say what it is.

    Written to a temporary name, to disk, then moved to its place in one step: there is the whole file or none. Refuses,
    with ActRefusedError and without keeping anything, what is empty, too large, of another kind, or not what its name
    says. The caller makes the row; if that fails the file stays behind, never a row without its file.
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
        _put(Path(temporary), sha256, size)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return Kept(sha256, name, content_type, size)


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
