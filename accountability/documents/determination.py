"""The determination of responsibility 责任界定书: who bears what and why, and what that rests on. (AC-6, AC-8)

A draft is written from its records and says that it is one. From the moment the parties are told, the document is
written from what was kept then (`queries.content`), and what came later is added below it (`queries.aftermath`): no
name, title or finding that changes afterwards changes the document.
"""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accountability.documents.inquiry_results import evidence_index, facts, measures, methods, process
from accountability.documents.responsibility import causes, findings, who_bears_what
from accountability.documents.wording import NOTHING, as_moment, at, dated, named, numbered, party, party_in_full, word
from accountability.queries.aftermath import Aftermath, Answer, aftermath_of
from accountability.queries.content import kept_content
from accountability.queries.evidence_access import items_open_to
from accountability.queries.inquiry import Inquiry
from accountability.queries.plain_values import Content
from accountability.states import DeterminationStatus, HearingStatus, ObjectionStatus
from complaints.documents.parts import (
    Captioned,
    Document,
    Field,
    Form,
    Place,
    Prose,
    Signatures,
    Table,
    day,
    minute,
    signed,
)
from complaints.models.standing import Standing
from complaints.punctuation import labelled, listed, remarked
from complaints.states import Outcome


def determination(inquiry: Inquiry, standing: Standing) -> Document:
    """The document of one version for one reader, in the active language.

    Who may not open a restricted piece of evidence is told how many such pieces there are, and nothing more of them.
    """
    version, complaint = inquiry.subject, inquiry.complaint
    content, after = kept_content(version), aftermath_of(version)
    seen = set(items_open_to(standing, inquiry.now).filter(complaint=complaint).values_list("number", flat=True))
    sections: list[tuple[str, Sequence[Captioned]]] = [
        (_("Case and parties"), [_head(content)]),
        (_("Allegations and findings"), [findings(content)]),
        (_("Facts found"), [Prose(content["facts"] or NOTHING)]),
        (_("Facts and evidence"), facts(content, seen)),
        (_("Process backtracking"), process(content)),
        (_("Methods"), methods(content)),
        (pgettext("document", "Who bears what, and why"), who_bears_what(content)),
        (_("Reasoning"), [Prose(content["reasoning"] or NOTHING)]),
        (_("Root causes"), causes(content)),
        (_("Measures"), measures(content)),
        (_("Hearing of the parties"), _answers(content, after)),
        (_("Approval and validity"), [_validity(content, after, version.sha256)]),
    ]
    index = evidence_index(content, seen)
    annex = replace(index[0], caption=pgettext("document", "Annex: evidence index"))
    return Document(
        f"determination-{version.pk}",
        pgettext("document", "Determination of responsibility"),
        named(content["circumstances"].get("organisation")),
        content["number"],
        (*_in_order(sections), _signatures(content, after), annex, *index[1:]),
        is_confidential=complaint.is_confidential,
        watermark=_mark(version.status, is_kept=bool(version.sha256)),
        foot=labelled("SHA-256", version.sha256) if version.sha256 else "",
    )


def _in_order(sections: Sequence[tuple[str, Sequence[Captioned]]]) -> list[Captioned]:
    """The parts of all sections that have any, each section under its number."""
    present = [(title, parts) for title, parts in sections if parts]
    found: list[Captioned] = []
    for place, (title, parts) in enumerate(present, start=1):
        found += [replace(parts[0], caption=numbered(place, title)), *parts[1:]]
    return found


def _mark(status: str, *, is_kept: bool) -> str:
    """The word across every page of what is not in force: a draft, not yet, or no more."""
    if not is_kept:
        return pgettext("document", "DRAFT")
    return {
        DeterminationStatus.HEARING: pgettext("document", "NOT FINAL"),
        DeterminationStatus.SUPERSEDED: pgettext("document", "SUPERSEDED"),
        DeterminationStatus.ABANDONED: pgettext("document", "ABANDONED"),
    }.get(DeterminationStatus(status), "")


def _head(content: Content) -> Form:
    case = content["circumstances"]
    is_whole = "subject" in case
    investigation = content["investigation"]
    if case.get("is_joint"):
        investigation = remarked(investigation, _("joint investigation group"))
    rows: list[tuple[Field, ...]] = [
        (Field(_("Complaint number"), content["complaint"]), Field(_("Investigation"), investigation)),
    ]
    if is_whole:
        rows += [
            (Field(_("Subject"), case["subject"]),),
            (
                Field(_("Received at"), at(case["received_at"])),
                Field(_("Severity"), named(case["severity"]["names"])),
            ),
            (Field(_("Owning department"), named(case["owner"])), Field(_("Handler"), case["handler"])),
            (
                Field(pgettext("document", "Lead of the investigation"), case["lead"]),
                Field(_("Round"), str(content["round"])),
            ),
        ]
    rows += [
        (Field(_("Finding"), word(Outcome, content["outcome"])), Field(_("Version"), str(content["edition"]))),
        (Field(_("Parties"), listed(party_in_full(row) for row in case["parties"])),),
    ]
    if content["supersedes"]:
        rows.append((Field(_("Corrects"), labelled(content["supersedes"], content["correction_reason"])),))
    return Form(tuple(rows))


def _answers(content: Content, after: Aftermath) -> list[Captioned]:
    names = {row["id"]: party(row) for row in content["circumstances"]["parties"]}
    rows = tuple(
        (
            names.get(answer.party, NOTHING),
            _answer(answer),
            answer.objection.grounds if answer.objection is not None else NOTHING,
            _decision(answer),
        )
        for answer in after.answers
    )
    headings = (_("Party"), _("Answer"), _("Objection"), _("Decision on the objection"))
    parts: list[Captioned] = [Table(headings, rows, "", _("The parties were not heard yet."), (18, 26, 26, 30))]
    if any(answer.status == HearingStatus.OPEN for answer in after.answers):
        parts.append(Prose(_("Who has not answered by then is taken to accept, and that goes on record.")))
    return parts


def _answer(answer: Answer) -> str:
    status = word(HearingStatus, answer.status)
    if answer.status == HearingStatus.OPEN:
        return signed(status, labelled(_("Answer due"), minute(answer.due_at)))
    return signed(status, answer.text if answer.objection is None else "", minute(answer.at))


def _decision(answer: Answer) -> str:
    decided = answer.objection
    if decided is None:
        return NOTHING
    return signed(
        word(ObjectionStatus, decided.status),
        labelled(decided.asked, decided.opinion or _("not received")) if decided.asked else "",
        decided.reason,
        dated(decided.by, minute(decided.at)),
    )


def _validity(content: Content, after: Aftermath, digest: str) -> Form:
    submitted, approved = content["submitted"], content["approved"]
    rows: list[tuple[Field, ...]] = [
        (
            Field(_("Submitted"), signed(submitted["name"], at(submitted["at"]))),
            Field(_("Approved"), signed(approved["name"], at(approved["at"]))),
        ),
        (Field(_("Opinion of the approver"), approved["opinion"] or NOTHING),),
    ]
    status = word(DeterminationStatus, after.status)
    if after.final_at is None:
        rows.append((Field(_("Status"), dated(status, minute(after.ended_at))),))
    else:
        final = signed(after.final_by, minute(after.final_at))
        rows.append((Field(_("Status"), status), Field(_("Final since"), final)))
    if after.successor:
        text = signed(after.successor, after.successor_reason, minute(after.ended_at))
        rows.append((Field(pgettext("determination", "Superseded by"), text),))
    if digest:
        rows.append((Field(_("Digest of this version (SHA-256)"), signed(digest, _what_is_sealed(content))),))
    return Form(tuple(rows))


def _what_is_sealed(content: Content) -> str:
    return _(
        "Of the content as it was kept when the parties were told, layout %(layout)d. Their answers, decisions on "
        "objections and finality came later and are kept apart."
    ) % {"layout": content["edition_of_content"]}


def _signatures(content: Content, after: Aftermath) -> Signatures:
    submitted, approved = content["submitted"], content["approved"]
    organisation = named(content["circumstances"].get("organisation"))
    return Signatures(
        (
            Place(
                pgettext("document", "Lead of the investigation"), submitted["name"], day(as_moment(submitted["at"]))
            ),
            Place(_("Approved by"), approved["name"], day(as_moment(approved["at"]))),
            Place(_("Organisation"), organisation, day(after.final_at), has_seal=True),
        )
    )
