"""Which policy governs a case: ordered rules, and why each did or did not fire (DL-8)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.policy_rules.marked_yaml import read_marked, write_yaml
from complaints.policy_rules.problems import Path, PolicyFileError
from complaints.policy_rules.schema import closest, schema_problems
from complaints.punctuation import clauses
from complaints.states import Kind

#: Conditions in the order in which they are asked and explained.
CONDITIONS: dict[str, Promise] = {
    "kind": gettext_lazy("kind"),
    "channel": gettext_lazy("channel"),
    "complainant_kind": gettext_lazy("kind of complainant"),
    "category": gettext_lazy("category"),
    "department": gettext_lazy("department"),
}


class NoPolicyError(LookupError):
    """No rule fits, as the last one has a condition: cannot happen with a checked file."""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the rules ask about. Categories and departments: the case's own first, then those above it."""

    kind: str
    channel: str
    complainant_kind: str
    categories: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()

    def values(self, condition: str) -> tuple[str, ...]:
        """What the case has to offer to a condition."""
        if condition == "category":
            return self.categories
        if condition == "department":
            return self.departments
        return (getattr(self, condition),)


@dataclass(frozen=True, slots=True)
class SelectionRule:
    """One rule: every condition must hold, by one of its codes. No conditions: always."""

    conditions: Mapping[str, frozenset[str]]
    policy: str
    note: str = ""

    def failing(self, facts: CaseFacts) -> list[str]:
        """The conditions that do not hold."""
        return [
            condition
            for condition in CONDITIONS
            if condition in self.conditions and self.conditions[condition].isdisjoint(facts.values(condition))
        ]


@dataclass(frozen=True, slots=True)
class Selection:
    """The rule that fired, counted from 0, its policy, and every rule up to it with what did not hold."""

    index: int
    policy: str
    facts: CaseFacts
    passed_over: tuple[tuple[SelectionRule, tuple[str, ...]], ...]

    def explain(self) -> str:
        """One line for each rule looked at, in the active language."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        for number, (rule, failing) in enumerate(self.passed_over, 1):
            whys = clauses(_why(rule, condition, self.facts) for condition in failing)
            yield _("Rule %(number)d (%(policy)s) does not apply: %(why)s.") % {
                "number": number,
                "policy": rule.policy,
                "why": whys,
            }
        yield _("Rule %(number)d (%(policy)s) applies.") % {"number": self.index + 1, "policy": self.policy}


def _why(rule: SelectionRule, condition: str, facts: CaseFacts) -> str:
    return _("%(condition)s is %(value)s, not %(wanted)s") % {
        "condition": CONDITIONS[condition],
        "value": (*facts.values(condition), "")[0] or _("not known"),
        "wanted": " / ".join(sorted(rule.conditions[condition])),
    }


def select(rules: Sequence[SelectionRule], facts: CaseFacts) -> Selection:
    """The first rule that fits. NoPolicyError if none does."""
    passed_over: list[tuple[SelectionRule, tuple[str, ...]]] = []
    for index, rule in enumerate(rules):
        failing = rule.failing(facts)
        if not failing:
            return Selection(index, rule.policy, facts, tuple(passed_over))
        passed_over.append((rule, tuple(failing)))
    raise NoPolicyError(_("No rule of policy selection fits this case."))


def rule_from_conditions(conditions: Mapping[str, Iterable[str]], policy: str, note: str = "") -> SelectionRule:
    """A rule out of stored conditions."""
    return SelectionRule({key: frozenset(codes) for key, codes in conditions.items()}, policy, note)


def parse_selection(
    text: str, filename: str, policies: Mapping[str, Kind] | None = None
) -> tuple[dict[str, Any], tuple[SelectionRule, ...]]:
    """The document in a selection file, and its rules. Raises PolicyFileError.

    `policies` gives the policies in force and what they govern; without it, codes of policies are not checked.
    """
    marked = read_marked(text, filename)
    problems, malformed = schema_problems(marked, "selection")
    if not malformed:
        for path, message, said in _meaning(marked.document["rules"], policies):
            problems.append(marked.problem(path, message, **said))
    if problems:
        raise PolicyFileError(problems)
    return marked.document, tuple(
        rule_from_conditions(entry.get("when", {}), entry["policy"], entry.get("note", ""))
        for entry in marked.document["rules"]
    )


def dump_selection(rules: Iterable[SelectionRule]) -> str:
    """Rules as the text of a selection file."""
    entries = []
    for rule in rules:
        entry: dict[str, Any] = {}
        if rule.conditions:
            entry["when"] = {key: sorted(rule.conditions[key]) for key in CONDITIONS if key in rule.conditions}
        entry["policy"] = rule.policy
        if rule.note:
            entry["note"] = rule.note
        entries.append(entry)
    return write_yaml({"rules": entries})


def _meaning(
    entries: list[dict[str, Any]], policies: Mapping[str, Kind] | None
) -> Iterator[tuple[Path, str | Promise, dict[str, object]]]:
    last = len(entries) - 1
    for position, entry in enumerate(entries):
        path: Path = ("rules", position)
        if position == last and "when" in entry:
            yield path, gettext_lazy("The last rule must have no condition, so that every case finds a policy."), {}
        if position < last and "when" not in entry:
            yield path, gettext_lazy("Rules after one without a condition can never fire."), {}
        if policies is not None:
            yield from _policy_fits(entry, path, policies)


def _policy_fits(
    entry: dict[str, Any], path: Path, policies: Mapping[str, Kind]
) -> Iterator[tuple[Path, str | Promise, dict[str, object]]]:
    code = entry["policy"]
    if code not in policies:
        like = closest(code, policies)
        if like:
            message = gettext_lazy("There is no policy '%(code)s' in force. Did you mean '%(like)s'?")
        else:
            message = gettext_lazy("There is no policy '%(code)s' in force.")
        yield (*path, "policy"), message, {"code": code, "like": like}
        return
    kinds = entry.get("when", {}).get("kind")
    if policies[code] == Kind.FEEDBACK and kinds != [Kind.FEEDBACK.value]:
        message = gettext_lazy("'%(code)s' governs feedback only: the rule needs the condition kind: [feedback].")
        yield (*path, "policy"), message, {"code": code}
