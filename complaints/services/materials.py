"""Keeping files: digest, type by content, size limit; never replaced. (IN-6, AU-7)"""

import hashlib
import uuid
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from complaints.models import Complaint, Material
from complaints.services import records
from complaints.services.file_kinds import extension_of, recognise, refuse_size, safe_name

LIMIT = 50 * 1024 * 1024

#: What may come with a complaint, by extension.
ALLOWED = frozenset(
    "pdf jpg jpeg png gif webp mp3 wav m4a mp4 docx xlsx pptx txt csv eml".split()  # noqa: SIM905 - read as a list
)


def keep(
    complaint: Complaint, upload: UploadedFile, *, title: str, is_original: bool, by: Any, now: datetime
) -> Material:
    """Store a file of a complaint under a random name and record its digest, size and type.

    Refuses empty and oversized files, and content that its name belies; then nothing is stored. If the transaction
    fails later, the file may stay behind without a row, never the other way round.
    """
    size, name = upload.size or 0, safe_name(upload.name or "file")
    refuse_size(name, size, LIMIT)
    kind = recognise(name, upload, size, ALLOWED)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
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
    upload.name = f"{uuid.uuid4().hex}.{extension_of(name)}"
    material.file = upload
    return records.save(material, by=by, reason="attach_material", now=now)
