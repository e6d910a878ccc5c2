"""The ordered rules that choose a policy: replaced as a whole, from a file or an editor (DL-8)."""

from datetime import datetime

from django.db import transaction

from complaints.models import PolicySelection, PolicyVersion, User
from complaints.policy_rules import dump_selection, parse_selection, rule_from_conditions
from complaints.services import records
from complaints.services.people import require_administrator
from complaints.services.policies import SourceFile


def replace_selection(file: SourceFile, *, by: User | None, reason: str, now: datetime) -> bool:
    """Put the ordered rules of a file in place of those there are. Whether anything changed. Raises PolicyFileError.

    Every policy named must have a version in force, so that no case finds a rule but no policy.
    """
    require_administrator(by, now)
    policies = {version.policy.code: version for version in _in_force(now)}
    kinds = {code: version.rules.kind for code, version in policies.items()}
    document, _rules = parse_selection(file.text, file.name, kinds)
    wanted = [
        PolicySelection(
            position=10 * number,
            conditions=entry.get("when", {}),
            policy=policies[entry["policy"]].policy,
            note=entry.get("note", ""),
        )
        for number, entry in enumerate(document["rules"], 1)
    ]
    with transaction.atomic():
        present = list(PolicySelection.objects.select_for_update().order_by("position"))
        if [_content(row) for row in present] == [_content(row) for row in wanted]:
            return False
        for row in present:
            records.delete(row, by=by, reason=reason, now=now)
        for row in wanted:
            records.save(row, by=by, reason=reason, now=now)
    return True


def load_selection_once(file: SourceFile, *, by: User | None, reason: str, now: datetime) -> bool:
    """Load rules of selection where there never were any. Whether that was so."""
    if PolicySelection.history.exists():
        return False
    return replace_selection(file, by=by, reason=reason, now=now)


def _in_force(now: datetime) -> list[PolicyVersion]:
    """The version in force of each policy that has one."""
    rows = PolicyVersion.objects.filter(valid_from__lte=now).select_related("policy").order_by("valid_from")
    return list({row.policy_id: row for row in rows}.values())


def _content(row: PolicySelection) -> tuple[object, ...]:
    """What a rule says, whatever the order of its codes."""
    conditions = {key: sorted(codes) for key, codes in row.conditions.items()}
    return (conditions, row.policy_id, row.note, row.is_active)


def selection_text() -> str:
    """The rules in use as the text of a file, for editing."""
    rows = PolicySelection.objects.filter(is_active=True).select_related("policy").order_by("position")
    return dump_selection(rule_from_conditions(row.conditions, row.policy.code, row.note) for row in rows)
