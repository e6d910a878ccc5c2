"""The table of who bears what, as people fill it in: read into rows, or refused with everything that is wrong. (AC-6)

A draft may be unfinished; what could not even be kept is refused: unknown charges, shares that are no percentages, a
second primary party, evidence that nobody has reviewed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accountability.models import Charge, Clause, EvidenceItem, EvidenceReview
from accountability.queries.determination_options import citable_review
from accountability.queries.inquiry import Inquiry
from accountability.shares import HUNDRED, NOTHING, equal_parts, exact
from accountability.states import BEARING, AllegationFinding, Causation, Conduct, Share
from complaints.punctuation import labelled, listed

#: What a row may say. A finding only where a correction finds otherwise than the version before.
COLUMNS = frozenset(
    {
        *("charge", "finding", "share_kind", "share", "causation", "conduct", "conduct_text", "duty", "reason"),
        *("had_authority", "had_ability", "is_system_failure", "authority_reason", "clauses", "evidence"),
    }
)
_TEXTS = ("conduct_text", "duty", "reason", "authority_reason")
_ANSWERS: dict[Any, bool | None] = {
    True: True,
    False: False,
    None: None,
    "true": True,
    "false": False,
    "yes": True,
    "no": False,
    "": None,
}


@dataclass(slots=True)
class Row:
    """One assignment as it will be kept."""

    charge: Charge
    values: dict[str, Any]
    clauses: list[Clause] = field(default_factory=list)
    cited: list[tuple[EvidenceItem, EvidenceReview]] = field(default_factory=list)


class AssignmentTable:
    """The rows of one draft. `problems` says everything that is wrong with them."""

    def __init__(self, inquiry: Inquiry, given: Sequence[Any], *, is_correction: bool) -> None:
        self.problems: list[str] = []
        self._is_correction = is_correction
        self._charges = {charge.pk: charge for charge in inquiry.charges}
        self._evidence = {item.pk: item for item in inquiry.evidence_held}
        self._clauses = {row.pk: row for row in Clause.objects.select_related("source").filter(pk__in=_keys(given))}
        read = [row for place, line in enumerate(given, start=1) if (row := self._read(place, line)) is not None]
        self.rows = self._in_order([*read, *self._unbearing(read)])
        self._fill_equal_shares()
        self._check_together()

    # -- one row ------------------------------------------------------------------------------------------------------

    def _read(self, place: int, line: Any) -> Row | None:
        """One row; None if nobody can tell what it is about."""
        if not isinstance(line, Mapping):
            self._complain(place, _("this is no row of the table"))
            return None
        unknown = sorted(str(name) for name in set(line) - COLUMNS)
        if unknown:
            self._complain(place, _("not asked for: %(fields)s") % {"fields": listed(unknown)})
        charge = self._charges.get(_key(line.get("charge")))
        if charge is None:
            self._complain(place, _("there is no such charge"))
            return None
        return Row(charge, self._values(place, line, charge), self._breached(place, line), self._cited(place, line))

    def _values(self, place: int, line: Mapping[str, Any], charge: Charge) -> dict[str, Any]:
        given_kind = str(line.get("share_kind") or Share.NONE)
        kind = self._choice(place, line, "share_kind", Share, Share.NONE)
        values: dict[str, Any] = {name: str(line.get(name) or "").strip() for name in _TEXTS}
        values |= {
            "share_kind": kind,
            "share": self._share(place, kind, line.get("share")) if given_kind in Share.values else NOTHING,
            "finding": self._finding(place, line, charge),
            "causation": self._choice(place, line, "causation", Causation, Causation.NONE),
            "conduct": self._choice(place, line, "conduct", Conduct, ""),
        }
        for name in ("had_authority", "had_ability", "is_system_failure"):
            answer = line.get(name)
            if not isinstance(answer, str | bool | None) or answer not in _ANSWERS:
                self._complain(place, _("yes or no is asked for"))
                answer = None
            values[name] = _ANSWERS[answer]
        values["is_system_failure"] = bool(values["is_system_failure"])
        if kind != Share.NONE and values["finding"] not in BEARING:
            self._complain(place, _("%(charge)s was not founded: nobody bears a share of it") % {"charge": charge})
        return values

    def _finding(self, place: int, line: Mapping[str, Any], charge: Charge) -> str:
        """As found on the charge; only a correction finds otherwise."""
        given = self._choice(place, line, "finding", AllegationFinding, charge.finding)
        if given != charge.finding and not self._is_correction:
            self._complain(place, _("the finding is recorded on the charge itself"))
        return given

    def _choice(self, place: int, line: Mapping[str, Any], name: str, choices: Any, default: str) -> str:
        given = str(line.get(name) or default)
        if given and given not in choices.values:
            self._complain(place, _("“%(value)s” is not one of the choices") % {"value": given})
            return default
        return given

    def _share(self, place: int, kind: str, given: Any) -> Decimal | None:
        """What follows from the kind need not be given; equal shares are given out afterwards."""
        if given in (None, ""):
            follows = {Share.NONE.value: NOTHING, Share.SOLE.value: HUNDRED, Share.EQUAL.value: None}
            if kind not in follows:
                self._complain(place, _("the share is missing"))
            return follows.get(kind, NOTHING)
        share = exact(given)
        if share is None:
            self._complain(place, _("the share is a percentage with at most two decimals"))
            return NOTHING
        fits = {Share.NONE.value: share == NOTHING, Share.SOLE.value: share == HUNDRED}
        if not fits.get(kind, NOTHING < share < HUNDRED):
            self._complain(
                place,
                _("%(share)s %% does not fit “%(kind)s”") % {"share": share, "kind": Share(kind).label},
            )
        return share

    def _breached(self, place: int, line: Mapping[str, Any]) -> list[Clause]:
        wanted = list(dict.fromkeys(_key(key) for key in line.get("clauses") or ()))
        if any(key not in self._clauses for key in wanted):
            self._complain(place, _("there is no such clause"))
        return [self._clauses[key] for key in wanted if key in self._clauses]

    def _cited(self, place: int, line: Mapping[str, Any]) -> list[tuple[EvidenceItem, EvidenceReview]]:
        found = []
        for key in dict.fromkeys(_key(key) for key in line.get("evidence") or ()):
            item = self._evidence.get(key)
            if item is None:
                self._complain(place, _("there is no such evidence in the file"))
                continue
            review = citable_review(item)
            if review is None:
                self._complain(place, _("%(evidence)s is not reviewed or not to be used") % {"evidence": item.number})
                continue
            found.append((item, review))
        return found

    def _complain(self, place: int, text: str) -> None:
        self.problems.append(labelled(_("Row %(number)d") % {"number": place}, text))

    # -- all rows -----------------------------------------------------------------------------------------------------

    def _unbearing(self, read: Iterable[Row]) -> list[Row]:
        """What was looked into and not founded bears nothing, for the reason of the finding: nobody types it again."""
        said = {row.charge.pk for row in read}
        left = [charge for charge in self._charges.values() if charge.pk not in said]
        return [
            Row(
                charge,
                {
                    "finding": charge.finding,
                    "share_kind": Share.NONE.value,
                    "share": NOTHING,
                    "causation": Causation.NONE.value,
                    "reason": charge.reason,
                },
            )
            for charge in left
            if charge.finding not in BEARING | {AllegationFinding.PENDING}
        ]

    def _in_order(self, rows: Iterable[Row]) -> list[Row]:
        """By allegation; within one in the order given."""
        return sorted(rows, key=lambda row: row.charge.allegation.position)

    def _by_allegation(self) -> list[list[Row]]:
        found: dict[int, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.charge.allegation_id, []).append(row)
        return list(found.values())

    def _fill_equal_shares(self) -> None:
        """Equal shares that were left open, odd hundredths to the first."""
        for rows in self._by_allegation():
            equal = [row for row in rows if row.values["share_kind"] == Share.EQUAL]
            if any(row.values["share"] is None for row in equal):
                for row, share in zip(equal, equal_parts(len(equal)), strict=True):
                    row.values["share"] = share

    def _check_together(self) -> None:
        charges = [row.charge.pk for row in self.rows]
        twice = {row.charge for row in self.rows if charges.count(row.charge.pk) > 1}
        if twice:
            self.problems.append(_("Said twice: %(charges)s.") % {"charges": listed(sorted(map(str, twice)))})
        for rows in self._by_allegation():
            leading = [row for row in rows if row.values["share_kind"] in {Share.SOLE, Share.PRIMARY}]
            if len(leading) > 1:
                self.problems.append(
                    _("More than one party is primarily responsible: %(parties)s.")
                    % {"parties": listed(row.charge.party for row in leading)}
                )
            if any(row.values["share"] == HUNDRED and row.values["share_kind"] == Share.EQUAL for row in rows):
                self.problems.append(_("Equal responsibility needs at least two parties."))


def _key(value: Any) -> int:
    """A key as a form or another program gives it; 0 for what is none."""
    return int(value) if isinstance(value, int) or (isinstance(value, str) and value.isdigit()) else 0


def _keys(given: Iterable[Any]) -> set[int]:
    rows = [line for line in given if isinstance(line, Mapping)]
    return {_key(key) for line in rows for key in line.get("clauses") or ()}
