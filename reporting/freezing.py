"""What the database refuses: change of a published report, of one reviewed, of what was entered. (RP-6, RP-13)"""

from collections.abc import Iterable, Iterator

from django.apps import apps

from complaints import triggers
from complaints.triggers import Refusal

#: What a report says, and as of when.
SAID = (
    "quarter",
    "edition",
    "supersedes_id",
    "correction_reason",
    "as_of",
    "definitions_edition",
    "content",
    "sha256",
    "made_by_id",
    "made_at",
)
_STEPS = {"draft": ("reviewed",), "reviewed": ("draft", "signed"), "signed": ("draft", "published")}


def _words(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))


def reports() -> Iterator[Refusal]:
    """A report begins as a draft, goes its way step by step, is never deleted, and published stays as it is."""
    table = apps.get_model("reporting", "Report")._meta.db_table
    said = " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in SAID)
    steps = " OR ".join(f"(OLD.status = '{start}' AND NEW.status IN ({_words(to)}))" for start, to in _STEPS.items())
    yield Refusal("report_begins_as_draft", table, "INSERT", "a report begins as a draft", "NEW.status <> 'draft'")
    yield Refusal(
        "report_published_for_ever",
        table,
        "UPDATE",
        "a published report is never changed: a correction is a new edition",
        "OLD.status = 'published'",
    )
    yield Refusal(
        "report_goes_step_by_step",
        table,
        "UPDATE",
        "a report does not go from this status to that",
        f"OLD.status <> NEW.status AND OLD.status <> 'published' AND NOT ({steps})",
    )
    yield Refusal(
        "report_said_what_was_reviewed",
        table,
        "UPDATE",
        "what a report says changes in a draft only",
        f"NOT (OLD.status = 'draft' AND NEW.status = 'draft') AND OLD.status <> 'published' AND ({said})",
    )
    yield Refusal("report_never_deleted", table, "DELETE", "a report is never deleted")


#: What changes of an entry when it is withdrawn.
_WITHDRAWING = {"withdrawn_by", "withdrawn_at", "withdrawal_reason"}


def entries() -> Iterator[Refusal]:
    """Hours, rates, budgets and spending stay as entered; they are withdrawn once and never deleted. (RP-13)"""
    for name in ("WorkEntry", "HourlyRate", "Budget", "Spending"):
        meta = apps.get_model("reporting", name)._meta
        kept = [str(field.column) for field in meta.concrete_fields if field.name not in _WITHDRAWING]
        changed = " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in kept)
        table = meta.db_table
        yield Refusal(
            f"entry_stays_{table}",
            table,
            "UPDATE",
            "an entry is withdrawn, never changed",
            f"OLD.withdrawn_at IS NOT NULL OR {changed}",
        )
        yield Refusal(f"entry_never_deleted_{table}", table, "DELETE", "an entry is withdrawn, never deleted")


def register() -> None:
    """Hand everything to `complaints`, which makes triggers for all apps. Once, when the apps are ready."""
    triggers.RULES += [reports, entries]
