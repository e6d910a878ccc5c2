"""Letters with the case's data: texts of a policy with {placeholders} from a fixed list (WF-15, WF-6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

from complaints.localised import localise

#: What a letter may name; docs/policies.md says what each stands for.
PLACEHOLDERS = frozenset(
    {
        "number",
        "complainant",
        "received_on",
        "subject",
        "department",
        "reason",
        "alternative",
        "plan",
        "outcome",
        "opinion",
        "improvement",
        "due_on",
        "officer",
        "organisation",
    }
)
#: Whoever writes one of these tells the complainant what was decided.
DECISION_PLACEHOLDERS = frozenset({"plan", "outcome", "opinion"})


class LetterTextError(ValueError):
    """Braces that do not close, or something other than a name between them."""


@dataclass(frozen=True, slots=True)
class LetterTemplate:
    """One letter. Where it carries the decision, it may only be made from an approved plan or a final finding."""

    code: str
    names: Mapping[str, str]
    subject: Mapping[str, str]
    body: Mapping[str, str]
    carries_decision: bool

    def placeholders(self) -> frozenset[str]:
        """Every placeholder used, in whatever language."""
        texts = (*self.subject.values(), *self.body.values())
        return frozenset().union(*(placeholders_in(text) for text in texts))

    def render(self, values: Mapping[str, str], language: str | None = None) -> tuple[str, str]:
        """Subject and body with the case's data. KeyError names a value that is missing."""
        return fill(localise(self.subject, language), values), fill(localise(self.body, language), values)


def placeholders_in(text: str) -> frozenset[str]:
    """The names between braces. Raises LetterTextError where the braces make no sense."""
    names = set()
    try:
        for _literal, name, specification, conversion in Formatter().parse(text):
            if name is None:
                continue
            if specification or conversion or not name.isidentifier():
                raise LetterTextError(f"{{{name}}}")
            names.add(name)
    except ValueError as error:
        raise LetterTextError(str(error)) from error
    return frozenset(names)


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with each placeholder replaced; values are put in as they are, whatever braces they contain."""
    parts = []
    for literal, name, _specification, _conversion in Formatter().parse(text):
        parts.append(literal)
        if name is not None:
            parts.append(values[name])
    return "".join(parts)
