"""Keeping files: digest, type by content, size limit; never replaced. (IN-6, AU-7)"""

import hashlib
import re
import unicodedata
import uuid
from datetime import datetime
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

import puremagic
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from complaints.models import Complaint, Material
from complaints.punctuation import listed
from complaints.services import records
from complaints.services.doing import ActRefusedError

LIMIT = 50 * 1024 * 1024

#: Extension → what the content may be recognised as. Text formats have no signature of their own.
ALLOWED: dict[str, frozenset[str]] = {
    "pdf": frozenset({"application/pdf"}),
    "jpg": frozenset({"image/jpeg"}),
    "jpeg": frozenset({"image/jpeg"}),
    "png": frozenset({"image/png"}),
    "gif": frozenset({"image/gif"}),
    "webp": frozenset({"image/webp"}),
    "mp3": frozenset({"audio/mpeg"}),
    "wav": frozenset({"audio/wav", "audio/wave", "audio/x-wav"}),
    "m4a": frozenset({"audio/mp4", "audio/m4a", "video/mp4", "audio/x-m4a"}),
    "mp4": frozenset({"video/mp4"}),
    "docx": frozenset({"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/zip"}),
    "xlsx": frozenset({"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/zip"}),
    "pptx": frozenset({"application/vnd.openxmlformats-officedocument.presentationml.presentation", "application/zip"}),
    "txt": frozenset(),
    "csv": frozenset(),
    "eml": frozenset(),
}


def _refuse(text: str) -> None:
    raise ActRefusedError("missing", text)


def safe_name(name: str) -> str:
    """The name as received without folders and control characters, at most 200 signs."""
    bare = PureWindowsPath(PurePosixPath(unicodedata.normalize("NFC", name)).name).name
    bare = re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", "", bare).strip(". ")
    stem, dot, extension = bare.rpartition(".")
    return f"{stem[:190]}{dot}{extension[:10]}" if stem else (bare[:200] or "file")


def content_type(name: str, head: bytes) -> str:
    """What the content is, if extension and content agree and the kind is allowed; refused otherwise."""
    extension = name.rpartition(".")[2].lower()
    if extension not in ALLOWED:
        _refuse(
            _("Files of the kind “%(kind)s” cannot be kept. Possible are: %(kinds)s.")
            % {"kind": extension, "kinds": listed(sorted(ALLOWED))}
        )
    expected = ALLOWED[extension]
    if not expected:
        if b"\x00" in head:
            _refuse(_("“%(name)s” is not a text file.") % {"name": name})
        return "text/plain"
    try:
        found = {match.mime_type for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        found = set()
    if not found & expected:
        _refuse(_("The content of “%(name)s” is not what its name says.") % {"name": name})
    return str(min(found & expected))


def keep(
    complaint: Complaint, upload: UploadedFile, *, title: str, is_original: bool, by: Any, now: datetime
) -> Material:
    """Store a file of a complaint under a random name and record its digest, size and type.

    Refuses empty and oversized files, and content that its name belies; then nothing is stored. If the transaction
    fails later, the file may stay behind without a row, never the other way round.
    """
    size = upload.size or 0
    if size == 0:
        _refuse(_("“%(name)s” is empty.") % {"name": safe_name(upload.name or "")})
    if size > LIMIT:
        _refuse(_("“%(name)s” is larger than %(limit)d MB.") % {"name": upload.name, "limit": LIMIT // 1024**2})
    name = safe_name(upload.name or "file")
    digest, head = hashlib.sha256(), b""
    for chunk in upload.chunks():
        head = head or chunk[:65536]
        digest.update(chunk)
    kind = content_type(name, head)
    upload.seek(0)
    material = Material(
        complaint=complaint,
        round=complaint.round,
        made_by=by,
        made_at=now,
        title=title,
        file_name=name,
        content_type=kind,
        size=size,
        sha256=digest.hexdigest(),
        is_original=is_original,
    )
    upload.name = f"{uuid.uuid4().hex}.{name.rpartition('.')[2].lower()}"
    material.file = upload
    return records.save(material, by=by, reason="attach_material", now=now)
