"""What the investigation came to: facts and evidence, the process, opinions, measures, the index of evidence. (AC-4)"""

from collections.abc import Collection

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accountability.documents.wording import NOTHING, as_moment, at, dated, named, party, short, shorts, weight, word
from accountability.models import EvidenceReview
from accountability.queries.inquiry_page import REVIEWED_QUALITIES
from accountability.queries.plain_values import Content
from accountability.states import (
    Bearing,
    Deviation,
    EvidenceKind,
    FactStatus,
    Judgement,
    MeasureKind,
    Method,
    OpinionKind,
)
from complaints.documents.parts import Captioned, Field, Form, Prose, Table, day, signed
from complaints.punctuation import labelled, listed, remarked


def facts(content: Content, seen: Collection[str]) -> list[Captioned]:
    """Facts to be proved, what they came to, and the evidence for and against each."""
    rows = tuple(
        (
            f"{fact['position']}. {fact['statement']}",
            word(FactStatus, fact["status"]),
            _saying(fact, Bearing.SUPPORTS, seen),
            _saying(fact, Bearing.CONTRADICTS, seen),
        )
        for fact in content["circumstances"]["facts"]
    )
    if not rows:
        return []
    headings = (_("Fact to be proved"), _("Status"), _("Supported by"), _("Contradicted by"))
    return [Table(headings, rows, "", "", (46, 14, 20, 20))]


def _saying(fact: Content, bearing: Bearing, seen: Collection[str]) -> str:
    return shorts(row["evidence"] for row in fact["said"] if row["bearing"] == bearing and row["evidence"] in seen)


def process(content: Content) -> list[Captioned]:
    """What should have happened at each step, and what did."""
    rows = tuple(_step(step) for step in content["circumstances"]["steps"])
    if not rows:
        return []
    headings = (_("Step of the process"), _("Responsible party"), _("Expected"), _("Actual"), _("Deviation"))
    return [Table(headings, rows, "", "", (18, 16, 26, 26, 14))]


def _step(step: Content) -> tuple[str, ...]:
    return (
        f"{step['position']}. {step['name']}",
        party(step["party"]) if step["party"] else NOTHING,
        signed(step["expected"], at(step["expected_at"])),
        signed(step["actual"] or NOTHING, at(step["actual_at"])),
        signed(word(Deviation, step["deviation"]), step["remark"]),
    )


def methods(content: Content) -> list[Captioned]:
    """How responsibility was looked for, and what was heard from outside."""
    circumstances = content["circumstances"]
    rows: list[tuple[Field, ...]] = []
    if circumstances["methods"]:
        rows.append((Field(_("Methods"), listed(word(Method, code) for code in circumstances["methods"])),))
    rows += [(Field(word(OpinionKind, row["kind"]), _opinion(row)),) for row in circumstances["opinions"]]
    return [Form(tuple(rows))] if rows else []


def _opinion(row: Content) -> str:
    who = remarked(row["expert"], row["agency"]) if row["agency"] else row["expert"]
    return signed(
        listed(filter(None, (who, row["qualification"]))),
        labelled(_("Question"), row["question"]),
        labelled(_("Opinion"), row["opinion"] or _("not received")),
        dated(_("Independence declared") if row["is_independent"] else "", at(row["received_at"])),
    )


def measures(content: Content) -> list[Captioned]:
    """Measures that were planned by then. What came of them is in the register of measures."""
    rows = tuple(
        (
            row["number"],
            signed(row["title"], word(MeasureKind, row["kind"])),
            remarked(named(row["department"]), row["owner"]),
            day(as_moment(row["due_at"])),
        )
        for row in content["circumstances"]["measures"]
    )
    if not rows:
        return []
    return [Table((_("Number"), _("Measure"), _("Department and owner"), _("Due")), rows, "", "", (20, 38, 25, 17))]


def evidence_index(content: Content, seen: Collection[str]) -> list[Captioned]:
    """Every piece that stood in the file and that the reader may see, with the digests of its files."""
    cited = {piece["number"] for row in content["assignments"] for piece in row["evidence"]}
    pieces = content["circumstances"]["evidence"]
    shown = [piece for piece in pieces if piece["number"] in seen]
    rows = tuple(_piece(piece, is_cited=piece["number"] in cited) for piece in shown)
    headings = (_("Evidence"), _("What it shows"), _("Review"), _("Files and digests (SHA-256)"))
    parts: list[Captioned] = [Table(headings, rows, "", _("None."), (25, 26, 20, 29), is_annex=True)]
    hidden = len(pieces) - len(shown)
    if hidden:
        text = ngettext(
            "%(count)d more piece of evidence is restricted and not shown in this copy.",
            "%(count)d more pieces of evidence are restricted and not shown in this copy.",
            hidden,
        )
        parts.append(Prose(text % {"count": hidden}))
    return parts


def _piece(piece: Content, *, is_cited: bool) -> tuple[str, ...]:
    original = _("original") if piece["is_original"] else _("copy")
    title = signed(
        f"{short(piece['number'])} {piece['title']}",
        listed((word(EvidenceKind, piece["kind"]), original)),
        _("cited") if is_cited else "",
        piece["number"],
    )
    collected = piece["collected"]
    shows = signed(
        piece["shows"],
        labelled(_("From"), piece["source"]) if piece["source"] else "",
        labelled(_("Collected"), dated(collected["name"], at(collected["at"]))),
    )
    files = "\n".join(f"{file['file']}\n{file['sha256']}" for file in piece["files"])
    return (title, shows, _review(piece["review"]), files or _("no file"))


def _review(review: Content | None) -> str:
    if review is None:
        return _("not reviewed")
    fields = EvidenceReview._meta
    judged = [
        labelled(capfirst(fields.get_field(name).verbose_name), word(Judgement, review[name]))  # type: ignore[union-attr]
        for name in REVIEWED_QUALITIES
    ]
    return signed(*judged, weight(review["weight"]), review["name"], day(as_moment(review["at"])))
