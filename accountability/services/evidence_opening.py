"""Opening a file of evidence for somebody: only who may, only what is sound, and on record where that is due. (AC-2)"""

from datetime import datetime
from typing import IO

from django.utils.translation import gettext as _

from accountability.models import EvidenceFile
from accountability.queries.evidence_access import files_open_to
from accountability.services import custody, evidence_checks, evidence_files
from complaints.models import User


class NotOpenedError(Exception):
    """The file exists for the person, but cannot be given out; the message says why."""


def open_file(file_id: int, *, by: User, now: datetime) -> tuple[EvidenceFile, IO[bytes]]:
    """The row of a file and its content, opened and compared with its digest, to be read and closed by the caller.

    A look at restricted evidence is in the custody log before anything is read. Raises EvidenceFile.DoesNotExist if
    there is none that `by` may open, and NotOpenedError if it is sealed, or damaged: which is recorded and told.
    """
    row = files_open_to(by, now).select_related("item").get(pk=file_id)
    if row.item.is_sealed:
        raise NotOpenedError(_("The evidence is sealed. Its files can be opened when the seal is broken, on record."))
    content = _sound(row, now)
    if content is None:
        raise NotOpenedError(
            _("The file is no longer what was received, or is missing. This has been recorded and reported.")
        )
    try:
        custody.record_look(row.item, by=by, now=now, at_what=row.file_name)
    except BaseException:
        content.close()
        raise
    return row, content


def _sound(row: EvidenceFile, now: datetime) -> IO[bytes] | None:
    """The opened file, the very one that was compared; None, reported, if it is damaged."""
    damage = "missing"
    try:
        content = evidence_files.open_kept(row.sha256)
    except OSError:
        damage = evidence_files.damage_of(row.sha256, row.size) or damage
    else:
        damage = "" if evidence_files.is_sound(content, row.sha256, row.size) else "changed"
        if not damage:
            if row.damage:
                evidence_checks.note(row.pk, "", now)
            return content
        content.close()
    evidence_checks.note(row.pk, damage, now)
    return None
