"""Many complaints at once: all of a file or nothing, through the same rules as one at a desk. (IN-9, AU-1, AU-7)

A run goes over the file twice. First everything is looked at and whatever is wrong is kept, row by row; nothing is
locked meanwhile. Only a file without errors is gone over again, in one transaction that makes every complaint with its
number, clocks, event and history, so that a fault anywhere leaves nothing behind.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import IO, Any, Protocol

from django.core.files import File
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from complaints.models import (
    ClockStart,
    ColumnMapping,
    Complaint,
    Department,
    ImportedRow,
    ImportProblem,
    ImportRun,
    RunStatus,
    User,
)
from complaints.models.standing import standing_of
from complaints.permissions import may_import, may_register
from complaints.queries.governing import Governing
from complaints.queries.organisation import Organisation
from complaints.services import intake, notices, records
from complaints.services.doing import ActRefusedError
from complaints.services.file_kinds import safe_name
from complaints.services.intake import Registration, RegistrationError, Ruled
from complaints.states import CaseRole

#: Rows that are worked on together; what bounds memory.
CHUNK = 1000
#: No task lives that long: a run taken up longer ago was left behind by a crash and is taken up again.
LOST_AFTER = timedelta(minutes=30)
#: So long an uploaded file waits for somebody to say which column is what; then it goes.
KEPT_UNCONFIRMED = timedelta(days=7)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with one cell, or with a whole row (then the column is empty)."""

    column: str
    value: str
    reason: str


class Candidate(Protocol):
    """One row of a file that may become a complaint."""

    row: int
    external_id: str

    def digests(self) -> dict[str, str]:
        """A keyed digest of each mapped column, by heading."""

    def registration(self) -> Registration | list[Trouble]:
        """The row as a registration, or everything that keeps it from being one."""

    def place(self, element: str) -> tuple[str, str]:
        """Heading and quoted value of the column that fills an element."""


@dataclass(slots=True)
class Tally:
    """What a file came to."""

    total: int = 0
    new: int = 0
    known: int = 0
    differing: int = 0
    repeated: int = 0
    wrong: int = 0
    errors: int = 0


Found = tuple[int | None, Trouble, bool]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A row that becomes a complaint, and how it reads."""

    candidate: Candidate
    ruled: Ruled
    reads: dict[str, str]


# -- starting a run ---------------------------------------------------------------------------------------------------


def upload(
    stream: IO[bytes],
    *,
    name: str,
    department: Department,
    encoding: str,
    language: str,
    by: User | None,
    now: datetime,
) -> ImportRun:
    """Keep a file as it came, with its digest; what to do with it is said later (`start`)."""
    require_importer(by, department, now)
    digest = hashlib.sha256()
    stream.seek(0)
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
    stream.seek(0)
    kept = safe_name(name)
    run = ImportRun(
        department=department,
        file_name=kept,
        sha256=digest.hexdigest(),
        encoding=encoding,
        language=language,
        status=RunStatus.UPLOADED,
        started_by=by,
        created_at=now,
    )
    ending = ".csv.gz" if kept.lower().endswith(".csv.gz") else f".{kept.rpartition('.')[2].lower()}"
    run.file = File(stream, name=f"{digest.hexdigest()[:32]}{ending}")
    return records.save(run, by=by, reason=gettext_noop("File uploaded"), now=now)


def start(
    run_id: int,
    *,
    mapping: ColumnMapping,
    encoding: str,
    sheet: str,
    clocks: str,
    is_dry: bool,
    by: User | None,
    now: datetime,
) -> ImportRun:
    """Let a run begin with the file of an uploaded or earlier run. One that was used already gets a run of its own."""
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=run_id)
        require_importer(by, run.department, now)
        if run.status != RunStatus.UPLOADED:
            run.pk = None
            run._state.adding = True  # noqa: SLF001 - Django's way to copy a row
            run.created_at, run.claimed_at, run.finished_at, run.rows_done = now, None, None, 0
            _tell_tally(run, Tally())
        run.mapping, run.encoding, run.sheet = mapping, encoding, sheet
        run.clocks, run.is_dry, run.started_by = ClockStart(clocks), is_dry, by
        run.status = RunStatus.WAITING
        reason = gettext_noop("Dry run started") if is_dry else gettext_noop("Import started")
        return records.save(run, by=by, reason=reason, now=now)


def forget_unconfirmed(now: datetime) -> int:
    """Delete runs that were uploaded more than `KEPT_UNCONFIRMED` ago and never begun, with their files; how many.

    What is left is their history: who uploaded which file when, and that nobody went on with it.
    """
    count = 0
    old = ImportRun.objects.filter(status=RunStatus.UPLOADED, created_at__lt=now - KEPT_UNCONFIRMED)
    for key in list(old.values_list("pk", flat=True)):
        with transaction.atomic():
            run = old.select_for_update().filter(pk=key).first()
            if run is None:  # begun meanwhile
                continue
            transaction.on_commit(partial(run.file.storage.delete, str(run.file.name)))
            records.delete(run, by=None, reason=gettext_noop("Never begun"), now=now)
            count += 1
    return count


def save_mapping(
    *,
    name: str,
    source: str,
    columns: Mapping[str, Any],
    defaults: Mapping[str, Any],
    values: Mapping[str, Any],
    by: User | None,
    now: datetime,
) -> ColumnMapping:
    """Save a mapping under its name; one that says the same already is left as it is."""
    if by is not None and not may_import(standing_of(by, now)):
        raise ActRefusedError("not_allowed", _("You may not import complaints."))
    said = {"source": source, "columns": dict(columns), "defaults": dict(defaults), "values": dict(values)}
    with transaction.atomic():
        mapping = ColumnMapping.objects.select_for_update().filter(name=name).first() or ColumnMapping(name=name)
        if mapping.pk is not None and all(getattr(mapping, key) == value for key, value in said.items()):
            return mapping
        for key, value in said.items():
            setattr(mapping, key, value)
        return records.save(mapping, by=by, reason=gettext_noop("Column mapping"), now=now)


def require_importer(by: User | None, department: Department, now: datetime) -> None:
    """Refused unless `by` may import, and register for the department; None is the system."""
    if by is None:
        return
    standing = standing_of(by, now)
    if not may_import(standing) or not may_register(standing, department.pk):
        raise ActRefusedError("not_allowed", _("You may not import complaints for this department."))


def claim(run_id: int | None, now: datetime) -> ImportRun | None:
    """Take up the oldest waiting run, or the one named, so that nobody else does; None if there is none."""
    waiting = Q(status=RunStatus.WAITING) | Q(status=RunStatus.RUNNING, claimed_at__lt=now - LOST_AFTER)
    with transaction.atomic():
        rows = ImportRun.objects.select_for_update(
            of=("self",), skip_locked=connection.features.has_select_for_update_skip_locked
        )
        run = rows.filter(waiting, **({} if run_id is None else {"pk": run_id})).order_by("created_at", "id").first()
        if run is None:
            return None
        run.status, run.claimed_at = RunStatus.RUNNING, now
        return records.save(run, by=run.started_by, reason=gettext_noop("Import taken up"), now=now)


# -- a run ------------------------------------------------------------------------------------------------------------


def refuse(run: ImportRun, reasons: Sequence[str], *, now: datetime) -> ImportRun:
    """End a run whose file or mapping nothing can be taken in with."""
    with transaction.atomic():
        _forget_problems(run)
        ImportProblem.objects.bulk_create([ImportProblem(run=run, reason=reason) for reason in reasons])
        tally = Tally(errors=len(reasons))
        return _finish(run, tally, RunStatus.REFUSED, now)


def fail(run: ImportRun, *, now: datetime) -> ImportRun:
    """End a run that a fault of the program or the machine stopped; nothing was taken in."""
    return _finish(run, Tally(), RunStatus.FAILED, now)


def perform(
    run: ImportRun,
    candidates: Callable[[], Iterable[Candidate]],
    *,
    now: datetime,
    ended: Callable[[], datetime],
    progress: Progress,
) -> ImportRun:
    """Take in a claimed run, or try it if it is a dry one: everything, or nothing and what is wrong.

    `candidates` gives the rows of the file from the beginning each time it is called. Rows whose identifier is known
    under the mapping's source are never written: they are counted, and reported where the file now says otherwise.
    `now` is the moment of all that is registered, `ended` tells the time when the run is over.
    """
    _forget_problems(run)
    tally = Tally()
    for _chunk in _Walk(run, tally, now).chunks(candidates(), _keep_problems(run)):
        progress(tally.total, 0)
    if tally.errors:
        return _finish(run, tally, RunStatus.REFUSED, ended())
    if run.is_dry:
        return _finish(run, tally, RunStatus.DONE, ended())
    expected, written = tally, Tally()
    with transaction.atomic():
        # Runs of one mapping wait here for one another, so that neither makes what the other is making.
        ColumnMapping.objects.select_for_update().get(runs=run.pk)
        held = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if (held.status, held.claimed_at) != (RunStatus.RUNNING, run.claimed_at):
            raise LookupError(f"run {run.pk} was taken up by somebody else")
        departments: dict[int, int] = {}
        supervisors: dict[int, int] = {}
        for chunk in _Walk(run, written, now).chunks(candidates(), _changed_meanwhile):
            _record(run, chunk, departments, supervisors, now=now)
            progress(expected.total, written.total)
        _tell(run, departments, supervisors, now=now)
        return _finish(run, written, RunStatus.DONE, ended())


def _changed_meanwhile(found: Sequence[Found]) -> None:
    for row, trouble, is_difference in found:
        if not is_difference:
            raise LookupError(f"row {row} was right a moment ago: {trouble.reason}")


def _forget_problems(run: ImportRun) -> None:
    ImportProblem.objects.filter(run=run).delete()


def _keep_problems(run: ImportRun) -> Callable[[Sequence[Found]], None]:
    def keep(found: Sequence[Found]) -> None:
        rows = [
            ImportProblem(
                run=run,
                row=row,
                column=trouble.column[:200],
                value=trouble.value[:120],
                reason=trouble.reason,
                is_difference=is_difference,
            )
            for row, trouble, is_difference in found
        ]
        ImportProblem.objects.bulk_create(rows, batch_size=500)

    return keep


class _Walk:
    """Going over the rows once, in chunks: count them, note what is wrong or differs, give those that are new."""

    def __init__(self, run: ImportRun, tally: Tally, now: datetime) -> None:
        if run.mapping is None:
            raise LookupError(f"run {run.pk} has no mapping")
        self.source = run.mapping.source
        self.tally = tally
        self.now = now
        self.governing = Governing(now)
        self.standing = None if run.started_by is None else standing_of(run.started_by, now)
        #: Identifiers so far: in which row, and a mark of how the row read.
        self.seen: dict[str, tuple[int, bytes]] = {}

    def chunks(
        self, candidates: Iterable[Candidate], note: Callable[[Sequence[Found]], None]
    ) -> Iterator[list[Accepted]]:
        """The rows that are new and right, at most `CHUNK` at a time; `note` is given the others' problems."""
        rows = iter(candidates)
        while chunk := list(islice(rows, CHUNK)):
            known = _known(self.source, [candidate.external_id for candidate in chunk])
            found: list[Found] = []
            new: list[Accepted] = []
            for candidate in chunk:
                self.tally.total += 1
                looked = self._look(candidate, known)
                if isinstance(looked, Accepted):
                    new.append(looked)
                else:
                    found += looked
            if found:
                note(found)
            yield new

    def _look(self, candidate: Candidate, known: Mapping[str, Any]) -> "Accepted | list[Found]":
        reads = candidate.digests()
        if earlier := self._earlier(candidate, reads):
            row, reads_alike = earlier
            if reads_alike:
                self.tally.repeated += 1
                return []
            return self._wrong(candidate, [_same_identifier(candidate, row)])
        if candidate.external_id in known:
            self.tally.known += 1
            differing = _differences(candidate, reads, *known[candidate.external_id])
            self.tally.differing += bool(differing)
            return [(candidate.row, trouble, True) for trouble in differing]
        given = candidate.registration()
        if isinstance(given, list):
            return self._wrong(candidate, given)
        try:
            checked = intake.ruled(given, self.governing, self.standing, self.now)
        except RegistrationError as error:
            return self._wrong(candidate, [Trouble(*candidate.place(element), text) for element, text in error.found])
        self.tally.new += 1
        return Accepted(candidate, checked, reads)

    def _earlier(self, candidate: Candidate, reads: Mapping[str, str]) -> tuple[int, bool] | None:
        """The row that had the identifier before, and whether it read alike; keeps this one if none had."""
        mark = hashlib.blake2b("\x1f".join(reads.values()).encode(), digest_size=8).digest()
        row, before = self.seen.setdefault(candidate.external_id, (candidate.row, mark))
        return None if row == candidate.row else (row, before == mark)

    def _wrong(self, candidate: Candidate, troubles: Sequence[Trouble]) -> list[Found]:
        self.tally.wrong += 1
        self.tally.errors += len(troubles)
        return [(candidate.row, trouble, False) for trouble in troubles]


def _same_identifier(candidate: Candidate, row: int) -> Trouble:
    column, value = candidate.place("external_id")
    return Trouble(column, value, _("Row %(row)d has the same identifier, but reads differently.") % {"row": row})


def _known(source: str, identifiers: Sequence[str]) -> dict[str, tuple[str, dict[str, str] | None]]:
    """Which identifiers became complaints already: their number, and how they read then."""
    storable = [identifier for identifier in identifiers if "\x00" not in identifier]
    rows = Complaint.objects.filter(source=source, external_id__in=storable).order_by()
    found = rows.values_list("external_id", "number", "imported_row__digests")
    return {identifier: (number, digests) for identifier, number, digests in found}


def _differences(
    candidate: Candidate, reads: dict[str, str], number: str, before: dict[str, str] | None
) -> list[Trouble]:
    """Columns that read differently now; a column that is new in the file, or gone from it, is none."""
    reason = _("Differs from what was taken in as %(number)s. Nothing was changed.") % {"number": number}
    return [
        Trouble(*candidate.place(element), reason)
        for element, digest in reads.items()
        if before is not None and before.get(element, digest) != digest
    ]


def _record(
    run: ImportRun,
    chunk: Sequence[Accepted],
    departments: dict[int, int],
    supervisors: dict[int, int],
    *,
    now: datetime,
) -> None:
    if not chunk:
        return
    details = [{"import": {"run": run.pk, "file": run.file_name, "row": accepted.candidate.row}} for accepted in chunk]
    made = intake.record([accepted.ruled for accepted in chunk], by=run.started_by, now=now, details=details)
    ImportedRow.objects.bulk_create(
        [
            ImportedRow(complaint=case.complaint, run=run, row=accepted.candidate.row, digests=accepted.reads)
            for accepted, (case, _event) in zip(chunk, made, strict=True)
        ],
        batch_size=1000,
    )
    for case, _event in made:
        complaint = case.complaint
        departments[complaint.owner_department_id] = departments.get(complaint.owner_department_id, 0) + 1
        if complaint.supervisor_id is not None:
            supervisors[complaint.supervisor_id] = supervisors.get(complaint.supervisor_id, 0) + 1


def _tell(run: ImportRun, departments: dict[int, int], supervisors: dict[int, int], *, now: datetime) -> None:
    """One notice for each head, and for each supervising executive, however many complaints came."""
    organisation = Organisation(now)
    said = {"by": str(run.started_by or ""), "file": run.file_name, "run": run.pk}
    for department, count in departments.items():
        post = notices.post_of(Complaint(owner_department_id=department), (), ())
        heads = [person for person in organisation.everyone(CaseRole.OWNER_HEAD, post) if person != run.started_by_id]
        notices.tell(
            heads,
            complaint_id=None,
            key=f"import:{run.pk}:{department}",
            kind="import",
            detail=said | {"count": count, "department": department},
            now=now,
        )
    for person, count in supervisors.items():
        notices.tell(
            [person],
            complaint_id=None,
            key=f"import-supervision:{run.pk}",
            kind="import_supervision",
            detail=said | {"count": count},
            now=now,
        )


def _tell_tally(run: ImportRun, tally: Tally) -> None:
    run.rows_total, run.rows_new, run.rows_known = tally.total, tally.new, tally.known
    run.rows_differing, run.rows_repeated = tally.differing, tally.repeated
    run.rows_wrong, run.error_count = tally.wrong, tally.errors


def _finish(run: ImportRun, tally: Tally, status: RunStatus, now: datetime) -> ImportRun:
    _tell_tally(run, tally)
    run.rows_done = tally.total
    run.status, run.finished_at = status, now
    return records.save(run, by=run.started_by, reason=gettext_noop("Import finished"), now=now)
