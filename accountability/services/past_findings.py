"""What was found before a complaint came here: all of a file or nothing, told by its source, not decided here. (AC-1)

A source tells, row by row: which complaint, against whom, what, what was found, and what followed for the person. Every
row becomes one charge. Those of one complaint make one investigation, in round 0, which precedes every round of the
case here: concluded, or open where something is still pending. It has no evidence, so it makes no determination and
never stands in for one. What followed for a person is a discipline record, which few may read (AC-12).

A file is gone over twice, like one of complaints (`complaints.services.bulk_intake`): first everything is looked at and
whatever is wrong is told, then, if nothing is, all is written in one transaction. What was taken in earlier is never
written again: a row that reads differently now is told of and changes nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accountability.acts import Subject
from accountability.models import Allegation, Charge, DisciplineRecord, InquiryEvent, Investigation, Party
from accountability.services.discipline import PREFIX
from accountability.states import AllegationFinding, DisciplineStatus, InvestigationStatus, Offence
from complaints.models import Complaint, User
from complaints.models.standing import Standing, standing_of
from complaints.permissions import may_import
from complaints.services import numbers, records
from complaints.services.doing import ActRefusedError
from complaints.states import PartyKind

#: Complaints that are worked on together; what bounds memory.
CHUNK = 500
#: The round of what was investigated before a complaint came here.
BEFORE = 0
ACT = "take_in_findings"
#: Texts of a row that have room for so many signs.
ROOM = {"party": 200, "unit": 200, "discipline": 200}


@dataclass(frozen=True, slots=True)
class Told:
    """One row of a source: one allegation against one party, what was found, and what followed.

    `department` is the party, or where the employee belongs if the source's unit is a department of ours. `discipline`
    is empty where nothing followed. `digest` tells whether a row reads as it did when it was taken in.
    """

    row: int
    digest: str
    kind: str
    party: str
    unit: str
    department: int | None
    outside: int | None
    allegation: str
    category: int | None
    finding: str
    finding_words: str
    found_at: datetime | None
    discipline: str
    discipline_words: str

    @property
    def whom(self) -> tuple[Any, ...]:
        """What makes two rows speak of the same party."""
        if self.kind == PartyKind.EMPLOYEE:
            return (self.kind, self.party, self.unit)
        return (self.kind, self.department, self.outside)


@dataclass(frozen=True, slots=True)
class ToldCase:
    """All rows of a source about one complaint, by its identifier there."""

    external_id: str
    rows: Sequence[Told]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one row, or, as a difference, what reads differently from what was taken in."""

    row: int
    element: str
    value: str
    reason: str
    is_difference: bool = False


@dataclass(slots=True)
class Tally:
    """What a file came to, in rows; `cases` are the complaints that get findings."""

    rows: int = 0
    new: int = 0
    known: int = 0
    differing: int = 0
    wrong: int = 0
    cases: int = 0


@dataclass(frozen=True, slots=True)
class Origin:
    """The file: which source, its name, and its digest."""

    source: str
    name: str
    sha256: str


Note = Callable[[Problem], None]


def take_in(
    cases: Callable[[], Iterable[ToldCase]],
    *,
    origin: Origin,
    unreadable: int,
    by: User | None,
    now: datetime,
    note: Note,
    is_dry: bool = False,
) -> Tally:
    """Take in what a source found, everything or nothing; `note` is given all that is wrong or differs.

    `cases` gives the file from the beginning each time it is called, every complaint once. With `unreadable` rows, or
    anything else wrong, nothing is written. `by` None is the system. Raises ActRefusedError for who may not import.
    """
    standing = None if by is None else standing_of(by, now)
    if standing is not None and not may_import(standing):
        raise ActRefusedError("not_allowed", _("You may not import complaints."))
    walk = _Walk(origin, standing, now, note)
    for _chunk in walk.chunks(cases()):
        pass
    tally = walk.tally
    tally.rows, tally.wrong = tally.rows + unreadable, tally.wrong + unreadable
    if tally.wrong or is_dry:
        return tally
    with transaction.atomic():
        again = _Walk(origin, standing, now, _changed_meanwhile, is_writing=True)
        for chunk in again.chunks(cases()):
            _Writing(origin, by, now).write(chunk)
    return again.tally


def _changed_meanwhile(problem: Problem) -> None:
    if not problem.is_difference:
        raise LookupError(f"row {problem.row} was right a moment ago: {problem.reason}")


# -- looking ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _New:
    """A complaint and what was found of it."""

    complaint: Complaint
    rows: Sequence[Told]


@dataclass(slots=True)
class _Walk:
    """Going over the file once, in chunks: count, tell what is wrong or differs, give what is new."""

    origin: Origin
    standing: Standing | None
    now: datetime
    note: Note
    is_writing: bool = False
    tally: Tally = field(default_factory=Tally)

    def chunks(self, cases: Iterable[ToldCase]) -> Iterator[list[_New]]:
        """The complaints that have no findings yet and whose rows are all right, at most `CHUNK` at a time."""
        rows = iter(cases)
        while chunk := list(islice(rows, CHUNK)):
            complaints = self._complaints(chunk)
            earlier = _taken_in(complaints.values())
            found = (self._look(case, complaints.get(case.external_id), earlier) for case in chunk)
            yield [new for new in found if new is not None]

    def _complaints(self, chunk: Sequence[ToldCase]) -> dict[str, Complaint]:
        """Complaints of the source that the person may see, by identifier; locked while it is written."""
        asked = [case.external_id for case in chunk if case.external_id and "\x00" not in case.external_id]
        rows = Complaint.objects.filter(source=self.origin.source, external_id__in=asked)
        if self.standing is not None:
            seen = Complaint.objects.visible_to(self.standing, self.now)
            rows = rows.filter(pk__in=seen.values("pk"))
        if self.is_writing:
            rows = rows.select_for_update(of=("self",))
        return {row.external_id: row for row in rows.only("pk", "number", "external_id").order_by("pk")}

    def _look(
        self, case: ToldCase, complaint: Complaint | None, earlier: Mapping[int, Counter[str] | None]
    ) -> _New | None:
        self.tally.rows += len(case.rows)
        if complaint is None:
            reason = _("There is no such complaint of the source “%(source)s”.") % {"source": self.origin.source}
            self._wrong(case, [Problem(told.row, "complaint", case.external_id, reason) for told in case.rows])
            return None
        if complaint.pk in earlier:
            self._compare(case, complaint, earlier[complaint.pk])
            return None
        if found := [problem for told in case.rows for problem in _unsound(told, self.now)]:
            self._wrong(case, found)
            return None
        self.tally.new += len(case.rows)
        self.tally.cases += 1
        return _New(complaint, case.rows)

    def _wrong(self, case: ToldCase, found: Sequence[Problem]) -> None:
        self.tally.wrong += len({problem.row for problem in found})
        for problem in found:
            self.note(problem)

    def _compare(self, case: ToldCase, complaint: Complaint, taken: Counter[str] | None) -> None:
        """What was taken in stays; rows that were not among it, or are no longer, are told of."""
        left = Counter(taken) if taken is not None else Counter(told.digest for told in case.rows)
        said = {"number": complaint.number}
        for told in case.rows:
            if left[told.digest]:
                left[told.digest] -= 1
                self.tally.known += 1
                continue
            self.tally.differing += 1
            reason = _("Not among what was taken in for %(number)s. Nothing was changed.") % said
            self.note(Problem(told.row, "", "", reason, is_difference=True))
        if gone := left.total():
            reason = _("%(count)d rows that were taken in for %(number)s read otherwise now, or are gone.")
            self.note(Problem(case.rows[0].row, "", "", reason % (said | {"count": gone}), is_difference=True))


def _taken_in(complaints: Iterable[Complaint]) -> dict[int, Counter[str] | None]:
    """Complaints that have past findings, by key, with the digests of the rows these came from."""
    rows = Investigation.objects.filter(complaint__in=[row.pk for row in complaints], round=BEFORE)
    found: dict[int, Counter[str] | None] = dict.fromkeys(rows.values_list("complaint", flat=True))
    events = InquiryEvent.objects.filter(investigation__in=rows, act=ACT).order_by("id")
    for complaint, detail in events.values_list("complaint", "detail"):
        found[complaint] = Counter(digest for _row, digest in detail.get("rows", ()))
    return found


def _unsound(told: Told, now: datetime) -> Iterator[Problem]:
    """What no record could hold."""
    texts = {
        "party": told.party,
        "unit": told.unit,
        "allegation": told.allegation,
        "finding": told.finding_words,
        "discipline": told.discipline_words,
    }
    for element, text in texts.items():
        if "\x00" in text:
            yield Problem(told.row, element, "", _("It contains a sign that cannot be stored (NUL)."))
        if len(text) > ROOM.get(element, len(text)):
            yield Problem(told.row, element, text[:80], _("Longer than %(limit)d signs.") % {"limit": ROOM[element]})
    if not told.allegation:
        yield Problem(told.row, "allegation", "", _("It is missing."))
    if not told.party:
        yield Problem(told.row, "party", "", _("It is missing."))
    if told.found_at is not None and told.found_at > now:
        yield Problem(told.row, "found_at", "", _("The moment lies in the future."))
    if told.discipline and told.kind != PartyKind.EMPLOYEE:
        yield Problem(told.row, "discipline", told.discipline_words, _("Only an employee can be disciplined."))
    elif told.discipline and not told.discipline_words:
        yield Problem(told.row, "discipline", "", _("It is missing."))


# -- writing ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Writing:
    """What one chunk becomes, collected set by set and saved in the order in which one needs the other."""

    origin: Origin
    by: User | None
    now: datetime
    parties: list[Party] = field(default_factory=list)
    allegations: list[Allegation] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    disciplined: list[tuple[Complaint, Charge, Told]] = field(default_factory=list)

    def write(self, chunk: Sequence[_New]) -> None:
        """Everything of these complaints, with a history row for each record and one event for each subject."""
        if not chunk:
            return
        intake = _categories_at_intake([new.complaint.pk for new in chunk])
        investigations = [self._investigation(new) for new in chunk]
        self._save(Investigation, investigations)
        for new, investigation in zip(chunk, investigations, strict=True):
            self._collect(new, investigation, intake.get(new.complaint.pk))
        self._save(Party, self.parties)
        self._save(Allegation, self.allegations)
        self._save(Charge, self.charges)
        made = self._discipline()
        InquiryEvent.objects.bulk_create(
            [
                *(
                    self._event(new.complaint, row, Subject.INVESTIGATION, self._detail(new))
                    for new, row in zip(chunk, investigations, strict=True)
                ),
                *(self._event(row.complaint, row, Subject.DISCIPLINE, {}) for row in made),
            ],
            batch_size=1000,
        )

    def _save(self, model: Any, rows: list[Any]) -> None:
        records.save_all(model, rows, by=self.by, reason=ACT, now=self.now)

    def _investigation(self, new: _New) -> Investigation:
        is_pending = any(told.finding == AllegationFinding.PENDING for told in new.rows)
        return Investigation(
            complaint=new.complaint,
            round=BEFORE,
            number=f"{new.complaint.number}-DC{BEFORE}",
            status=InvestigationStatus.OPEN if is_pending else InvestigationStatus.CONCLUDED,
            made_by=self.by,
            made_at=self.now,
        )

    def _collect(self, new: _New, investigation: Investigation, intake_category: int | None) -> None:
        """Parties and allegations of the complaint, each once; a charge for every row, repeats numbered."""
        made = {"investigation": investigation, "made_by": self.by, "made_at": self.now}
        parties: dict[tuple[Any, ...], Party] = {}
        allegations: dict[tuple[str, int | None], Allegation] = {}
        repeats: Counter[tuple[Any, ...]] = Counter()
        for told in new.rows:
            party = parties.setdefault(told.whom, Party(**_named(told), **made))
            what = (told.allegation, told.category)
            allegation = allegations.setdefault(
                what,
                Allegation(
                    position=len(allegations) + 1,
                    text=told.allegation,
                    intake_category_id=intake_category,
                    category_id=told.category,
                    **made,
                ),
            )
            charge = Charge(
                allegation=allegation,
                party=party,
                repeat=repeats[told.whom, what],
                source_row=told.row,
                finding=told.finding,
                reason=told.finding_words,
                found_at=told.found_at,
                **made,
            )
            repeats[told.whom, what] += 1
            self.charges.append(charge)
            if told.discipline:
                self.disciplined.append((new.complaint, charge, told))
        self.parties += parties.values()
        self.allegations += allegations.values()

    def _discipline(self) -> list[DisciplineRecord]:
        """What followed for a person, in the words of the source; nobody here decided it (AC-12)."""
        if not self.disciplined:
            return []
        given = numbers.take(PREFIX, self.now, len(self.disciplined))
        rows = [
            DisciplineRecord(
                number=number,
                complaint=complaint,
                charge=charge,
                offence=Offence.CONDUCT,
                name=told.party,
                department_id=told.department,
                facts=told.allegation,
                status=DisciplineStatus(told.discipline),
                decision=told.discipline_words,
                is_told=True,
                made_by=self.by,
                made_at=self.now,
            )
            for number, (complaint, charge, told) in zip(given, self.disciplined, strict=True)
        ]
        self._save(DisciplineRecord, rows)
        return rows

    def _detail(self, new: _New) -> dict[str, Any]:
        """Which rows of which file, and how they read."""
        return {
            "source": self.origin.source,
            "file": self.origin.name,
            "sha256": self.origin.sha256,
            "rows": [[told.row, told.digest] for told in new.rows],
        }

    def _event(self, complaint: Complaint, row: Any, kind: Subject, detail: dict[str, Any]) -> InquiryEvent:
        return InquiryEvent(
            complaint=complaint,
            investigation=row if kind == Subject.INVESTIGATION else None,
            subject=f"{kind}:{row.pk}",
            act=ACT,
            actor=self.by,
            actor_name=str(self.by) if self.by is not None else "",
            to_state=row.status,
            detail=detail,
            at=self.now,
            recorded_at=self.now,
        )


def _named(told: Told) -> dict[str, Any]:
    """What names a party of its kind."""
    if told.kind == PartyKind.EMPLOYEE:
        return {"kind": told.kind, "name": told.party, "unit": told.unit, "department_id": told.department}
    if told.kind == PartyKind.DEPARTMENT:
        return {"kind": told.kind, "department_id": told.department}
    return {"kind": told.kind, "outside_id": told.outside}


def _categories_at_intake(complaints: Sequence[int]) -> dict[int, int | None]:
    """The category each complaint was registered with, whatever it is by now."""
    rows = Complaint.history.filter(id__in=complaints, history_type="+").order_by()
    return dict(rows.values_list("id", "category_id"))
