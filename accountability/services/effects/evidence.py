"""What happens to evidence: registered, handed over, copied, sealed, reviewed, withdrawn, superseded. (AC-2, AC-3)"""

from typing import Any

from django.utils.translation import gettext as _

from accountability.models import EvidenceItem, EvidenceReview
from accountability.services import custody
from accountability.services.doing import Doing, effect
from accountability.services.evidence_entry import enter
from accountability.states import CustodyAct, Judgement, Weight


@effect("register_evidence")
def register_evidence(doing: Doing) -> None:
    """Enter a piece of evidence, collected by who registers it."""
    _enter_what_is_given(doing)


def _enter_what_is_given(doing: Doing) -> EvidenceItem:
    given, files = doing.given, doing.given.get("files") or ()
    if not files and not doing.text("holder").strip():
        doing.refuse(_("Evidence is a file, or something that somebody keeps: give the one or say who."))
    return enter(
        doing,
        files=files,
        kind=given["kind"],
        title=given["title"],
        shows=given["shows"],
        source=given["source"],
        collected_at=given["collected_at"],
        collected_place=doing.text("collected_place"),
        holder=doing.text("holder"),
        is_original=not given.get("is_copy"),
        is_restricted=bool(given.get("is_restricted")),
    )


def _link(doing: Doing, act: CustodyAct, **values: Any) -> None:
    """One more link of the custody of the piece acted upon."""
    custody.record(doing.subject, act, by=doing.by, now=doing.now, **values)
    doing.detail["number"] = doing.subject.number


@effect("hand_over")
def hand_over(doing: Doing) -> None:
    """The piece goes to somebody else, who keeps it from now on."""
    doing.subject.holder = doing.text("to")
    _link(doing, CustodyAct.HANDED_OVER, to=doing.text("to"), place=doing.text("place"), remark=doing.reason)


@effect("copy")
def copy(doing: Doing) -> None:
    """A copy was made for somebody."""
    _link(doing, CustodyAct.COPIED, to=doing.text("to"), remark=doing.reason)


@effect("seal")
def seal(doing: Doing) -> None:
    """From now on nobody opens or copies the piece until the seal is broken, on record."""
    doing.subject.is_sealed = True
    _link(doing, CustodyAct.SEALED, remark=doing.reason)


@effect("unseal")
def unseal(doing: Doing) -> None:
    """The seal is broken, for a reason."""
    doing.subject.is_sealed = False
    _link(doing, CustodyAct.UNSEALED, remark=doing.reason)


@effect("review")
def review(doing: Doing) -> None:
    """Authenticity, legality, relevance and weight; an earlier review stays, the last counts (AC-3)."""
    given = doing.given
    judged = {name: given[name] for name in ("authenticity", "legality", "relevance")}
    if Judgement.REFUTED in judged.values() and given["weight"] != Weight.NONE:
        doing.refuse(_("Evidence that is refuted in any respect has no weight."))
    doing.save(
        EvidenceReview(
            item=doing.subject,
            reviewer=doing.by,
            collector=doing.subject.collected_by,
            weight=given["weight"],
            opinion=given["opinion"],
            reviewed_at=doing.now,
            **judged,
        )
    )
    doing.detail |= {"number": doing.subject.number, "weight": given["weight"]}


@effect("withdraw_evidence")
def withdraw_evidence(doing: Doing) -> None:
    """The piece counts no more; it stays in the register with the reason."""
    doing.subject.end_reason = doing.reason
    _link(doing, CustodyAct.WITHDRAWN, remark=doing.reason)


@effect("supersede")
def supersede(doing: Doing) -> None:
    """Another piece takes the place of this one, which stays in the register with the reason."""
    old, new = doing.subject, _enter_what_is_given(doing)
    old.superseded_by, old.end_reason = new, doing.reason
    custody.record(old, CustodyAct.SUPERSEDED, by=doing.by, now=doing.now, to=new.number, remark=doing.reason)
    doing.detail |= {"number": old.number, "superseded_by": new.number}
