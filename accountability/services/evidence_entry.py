"""Entering a piece of evidence into the register, with its files and the first link of its custody. (AC-2)"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from accountability.models import EvidenceFile, EvidenceItem
from accountability.services import custody
from accountability.services.doing import Doing
from accountability.services.evidence_files import Staged
from accountability.states import CustodyAct


def enter(doing: Doing, *, files: Iterable[Staged] = (), **values: Any) -> EvidenceItem:
    """Make a piece of evidence of the complaint that is acted upon: collected by who acts, numbered, files kept.

    `values` are columns of the item; `collected_at` is the present unless given, and not in the future. The files were
    written before (`services.evidence_staging`). (Also for opinions from outside, which are evidence: AC-4.)
    """
    complaint, investigation = doing.complaint, doing.inquiry.at_work or doing.investigation
    collected_at = values.pop("collected_at", None) or doing.now
    if collected_at > doing.now:
        doing.refuse(_("The evidence lies in the future."))
    known = EvidenceItem.objects.filter(complaint=complaint).count()
    item = doing.save(
        EvidenceItem(
            complaint=complaint,
            round=investigation.round,
            investigation=investigation,
            number=f"{complaint.number}-ZJ{known + 1}",
            collected_by=doing.by,
            collected_at=collected_at,
            made_by=doing.by,
            made_at=doing.now,
            **values,
        )
    )
    custody.record(
        item, CustodyAct.COLLECTED, by=doing.by, now=collected_at, to=item.holder, place=item.collected_place
    )
    kept = [add_file(doing, item, staged) for staged in files]
    doing.detail |= {"evidence": item.pk, "number": item.number, "files": [file.sha256 for file in kept]}
    return item


def add_file(doing: Doing, item: EvidenceItem, staged: Staged) -> EvidenceFile:
    """The row of one file of a piece of evidence; the act places the file. The same content twice is one file."""
    kept = staged.kept
    there = EvidenceFile.objects.filter(item=item, sha256=kept.sha256).first()
    if there is not None:
        return there
    return doing.save(
        EvidenceFile(
            item=item,
            sha256=kept.sha256,
            file_name=kept.file_name,
            content_type=kept.content_type,
            size=kept.size,
            added_by=doing.by,
            added_at=doing.now,
        )
    )
