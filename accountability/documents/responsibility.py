"""The heart of a determination: what was alleged and found, who bears what of it, and why. (AC-6, AC-7)"""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from accountability.documents.wording import NOTHING, allegation, named, party, shorts, word
from accountability.queries.plain_values import Content
from accountability.shares import Part as Bearing
from accountability.shares import explain_rounding, total
from accountability.states import AllegationFinding, Causation, Conduct, Share
from complaints.documents.parts import Captioned, Prose, Table, signed
from complaints.punctuation import clauses, labelled


def percent(share: Decimal) -> str:
    """A share as it is written."""
    return f"{share:.2f} %"


def findings(content: Content) -> Table:
    """Every allegation against every party, with what this version finds of it."""
    found = {(row["allegation"]["position"], row["party"]["id"]): row for row in content["assignments"]}
    rows = []
    for charge in content["circumstances"]["charges"]:
        said = found.get((charge["allegation"]["position"], charge["party"]["id"]), charge)
        reason = charge["reason"] if said["finding"] == charge["finding"] else said["reason"]
        rows.append(
            (
                allegation(charge["allegation"]),
                party(charge["party"]),
                word(AllegationFinding, said["finding"]),
                reason,
            )
        )
    headings = (_("Allegation"), _("Party"), _("Finding"), _("Reason"))
    return Table(headings, tuple(rows), "", _("None."), (32, 18, 16, 34))


def who_bears_what(content: Content) -> list[Captioned]:
    """By allegation: shares that make a hundred, what is to be said of their rounding, and the reasons."""
    groups: dict[int, list[Content]] = {}
    for row in content["assignments"]:
        groups.setdefault(row["allegation"]["position"], []).append(row)
    parts: list[Captioned] = []
    for _position, rows in sorted(groups.items()):
        parts += _group(rows)
    return parts or [Prose(_("No party bears responsibility in this version."))]


def _group(rows: Sequence[Content]) -> list[Captioned]:
    bearing = [Bearing(party(row["party"]), row["share_kind"], Decimal(row["share"])) for row in rows]
    rounding = explain_rounding(bearing)
    return [
        Prose(allegation(rows[0]["allegation"]), is_lead=True),
        _shares(rows, total(bearing)),
        *([Prose(rounding)] if rounding else []),
        _reasons(rows),
    ]


def _shares(rows: Sequence[Content], together: Decimal) -> Table:
    lines = [_share(row) for row in rows]
    if together:
        lines.append((_("Together"), "", percent(together), "", ""))
    headings = (_("Party"), _("Responsibility"), _("Share"), _("Causation"), _("Act or omission"))
    return Table(headings, tuple(lines), "", "", (20, 20, 11, 13, 36))


def _share(row: Content) -> tuple[str, ...]:
    conduct = word(Conduct, row["conduct"])
    if conduct and row["conduct_text"]:
        conduct = labelled(conduct, row["conduct_text"])
    return (
        party(row["party"]),
        word(Share, row["share_kind"]),
        percent(Decimal(row["share"])),
        word(Causation, row["causation"]),
        conduct or row["conduct_text"] or NOTHING,
    )


def _reasons(rows: Sequence[Content]) -> Table:
    lines = tuple(
        (
            party(row["party"]),
            signed(row["duty"], *(_clause(clause) for clause in row["clauses"])) or NOTHING,
            signed(row["reason"], _authority(row)),
            shorts(piece["number"] for piece in row["evidence"]),
        )
        for row in rows
    )
    headings = (_("Party"), _("Duty breached and clauses"), _("Reason"), _("Evidence cited"))
    return Table(headings, lines, "", "", (18, 34, 34, 14))


def _clause(clause: Content) -> str:
    return labelled(f"{named(clause['name']['names'])} {clause['reference']}", clause["text"])


def _authority(row: Content) -> str:
    """Whether the party could have acted otherwise, where that was a question (AC-7)."""
    could_not = False in {row["had_authority"], row["had_ability"]}
    if not (could_not or row["is_system_failure"] or row["authority_reason"]):
        return ""
    said = [
        *_answered(row["had_authority"], _("had the authority"), _("had no authority")),
        *_answered(row["had_ability"], _("had the means"), _("had not the means")),
        *([_("a system failure had part in it")] if row["is_system_failure"] else []),
        *([row["authority_reason"]] if row["authority_reason"] else []),
    ]
    return labelled(_("Authority and ability"), clauses(said))


def _answered(answer: bool | None, yes: str, no: str) -> list[str]:  # noqa: FBT001 - yes, no, or not asked
    return [] if answer is None else [yes if answer else no]


def causes(content: Content) -> list[Captioned]:
    """Root causes by name, and what is said of them."""
    rows = content["causes"]
    if not rows:
        return []
    names = "\n".join(named(row["name"]["names"]) for row in rows)
    return [Prose(signed(names, rows[0]["text"]))]
