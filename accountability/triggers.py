"""What the database refuses of the records of accountability, whoever asks. (AC-2, AC-3, AC-6)

Each function gives triggers for one subject; `complaints.triggers` makes them on both databases after every migration.
"""

from collections.abc import Callable, Iterable, Iterator

from django.apps import apps

from complaints import holding, triggers
from complaints.triggers import Refusal

#: Written once, without a history of their own.
OWN = ["accountability.InquiryEvent", "accountability.CustodyEntry"]

#: Put in place of one another while a determination is drafted or the matrix is filled in.
DRAFTED = {
    "accountability.Assignment",
    "accountability.BreachedClause",
    "accountability.Cell",
    "accountability.Citation",
    "accountability.DeterminedCause",
    "accountability.StepEvidence",
}

#: All that may change of a piece of evidence once it is registered.
_MOVING = {"holder", "is_sealed", "status", "superseded_by", "end_reason"}


def table_of(model: str) -> str:
    """The table of a model of ours."""
    return str(apps.get_model("accountability", model)._meta.db_table)


def columns_of(model: str, *, leaving_out: Iterable[str]) -> list[str]:
    """The columns of a model of ours but those of some fields."""
    fields = apps.get_model("accountability", model)._meta.concrete_fields
    return [str(field.column) for field in fields if field.name not in leaving_out]


def any_changed(columns: Iterable[str]) -> str:
    """SQL: an UPDATE changes one of the columns."""
    return " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in columns)


def evidence() -> Iterator[Refusal]:
    """Evidence, its files, its reviews and legal holds are never deleted; what was registered never changes."""
    item, file, review, hold = (
        table_of(name) for name in ("EvidenceItem", "EvidenceFile", "EvidenceReview", "LegalHold")
    )
    for table in (item, file, review, hold):
        yield Refusal(f"never_deleted_{table}", table, "DELETE", f"never deleted ({table})")
    yield Refusal(
        "evidence_as_registered",
        item,
        "UPDATE",
        "evidence stays as it was registered",
        any_changed(columns_of("EvidenceItem", leaving_out=_MOVING)),
    )
    yield Refusal(
        "evidence_ends_once",
        item,
        "UPDATE",
        "evidence that was withdrawn or superseded stays so",
        f"OLD.status <> 'held' AND ({any_changed(('status', 'superseded_by_id', 'end_reason'))})",
    )
    yield Refusal(
        "evidence_file_as_received",
        file,
        "UPDATE",
        "a file of evidence stays as it was received",
        any_changed(columns_of("EvidenceFile", leaving_out={"checked_at", "damage"})),
    )
    yield Refusal("review_as_written", review, "UPDATE", "a review of evidence is never changed")
    yield Refusal(
        "review_of_held_evidence",
        review,
        "INSERT",
        "evidence is reviewed while it is in the file, by another person than who collected it",
        f"NOT EXISTS (SELECT 1 FROM \"{item}\" item WHERE item.id = NEW.item_id AND item.status = 'held' "  # noqa: S608
        "AND item.collected_by_id = NEW.collector_id AND NEW.reviewer_id <> item.collected_by_id)",
        (item,),
    )
    yield Refusal(
        "lifted_hold_stays", hold, "UPDATE", "a legal hold that was lifted stays so", "OLD.lifted_at IS NOT NULL"
    )


#: Where our triggers come from, one function for each subject.
RULES: list[Callable[[], Iterable[Refusal]]] = [evidence]


def register() -> None:
    """Hand everything to `complaints`, which makes triggers for all apps. Once, when the apps are ready."""
    triggers.OWN += OWN
    triggers.RULES += RULES
    holding.DRAFTED |= DRAFTED
