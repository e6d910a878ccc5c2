"""A file that says which column of a register of findings is what, and which of its words mean what. (AC-1)

The format is described in docs/past-findings.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from accountability.states import AllegationFinding, DisciplineStatus
from complaints.importers.cells import folded
from complaints.importers.refusals import MappingError
from complaints.punctuation import listed
from complaints.states import PartyKind

#: What a column can be, and whether a register needs one.
ELEMENTS: Mapping[str, bool] = {
    "complaint": True,
    "kind": False,
    "party": True,
    "unit": False,
    "allegation": True,
    "finding": True,
    "found_at": False,
    "discipline": False,
}
#: Words that are translated, and into what; a category is a code, or empty for none.
WORDS: Mapping[str, frozenset[str] | None] = {
    "kind": frozenset(PartyKind.values),
    "category": None,
    "finding": frozenset(AllegationFinding.values),
    "ended": frozenset(AllegationFinding.values),
    "discipline": frozenset({*DisciplineStatus.values, ""}),
}
PARTS = frozenset({"columns", "party", "values"})
ANY_OTHER = "*"


@dataclass(frozen=True, slots=True)
class FindingMap:
    """Columns by element; how a party is called and of which kind it is; words by element."""

    columns: Mapping[str, str]
    kind: str
    name: str
    words: Mapping[str, Mapping[str, str]]

    def meaning(self, element: str, word: str) -> str | None:
        """What a word of the file means; None if the map does not say."""
        known = self.words.get(element, {})
        return known.get(folded(word), known.get(ANY_OTHER))

    def called(self, party: str) -> str:
        """The party's name, as it is kept."""
        return self.name.replace("{}", party) if party else ""


def read_map(path: Path) -> FindingMap:
    """The map of a file. MappingError with everything that is wrong with it."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MappingError(f"{path}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise MappingError(_("%(path)s cannot be read: %(error)s") % {"path": path, "error": error}) from error
    return settled(document)


def settled(document: Any) -> FindingMap:
    """A document as a map."""
    reasons: list[str] = []
    if not isinstance(document, dict):
        raise MappingError(_("The mapping has no “%(part)s”.") % {"part": "columns"})
    if unknown := sorted(str(part) for part in set(document) - PARTS):
        reasons.append(_("The mapping says what nobody asked: %(parts)s.") % {"parts": listed(unknown)})
    columns = _columns(document.get("columns"), reasons)
    party = _texts(document.get("party", {}), "party", reasons)
    words = _words(document.get("values", {}), reasons)
    kind = party.get("kind", PartyKind.EMPLOYEE.value)
    if kind not in PartyKind.values:
        reasons.append(_("“%(value)s” is no kind of party.") % {"value": kind})
    if "{}" not in party.get("name", "{}"):
        reasons.append(_("The name of a party has no place “{}” for what the file says."))
    if reasons:
        raise MappingError(*reasons)
    return FindingMap(columns, kind, party.get("name", "{}"), words)


def _columns(given: Any, reasons: list[str]) -> dict[str, str]:
    columns = _texts(given, "columns", reasons)
    unknown = sorted(set(columns) - set(ELEMENTS))
    lacking = [element for element, is_needed in ELEMENTS.items() if is_needed and element not in columns]
    reasons += [_("There is no element “%(element)s”.") % {"element": element} for element in unknown]
    reasons += [_("No column is given for “%(element)s”.") % {"element": element} for element in lacking]
    return columns


def _words(given: Any, reasons: list[str]) -> dict[str, dict[str, str]]:
    if not isinstance(given, dict):
        reasons.append(_("The mapping has no “%(part)s”.") % {"part": "values"})
        return {}
    found: dict[str, dict[str, str]] = {}
    for element, said in given.items():
        if element not in WORDS:
            reasons.append(_("There is no element “%(element)s”.") % {"element": element})
            continue
        known = WORDS[element]
        possible = listed(sorted(filter(None, known or ())))
        texts = _texts(said, f"values: {element}", reasons)
        for word, meaning in texts.items():
            if known is not None and meaning not in known:
                reasons.append(
                    _("“%(word)s” of “%(element)s” cannot mean “%(meaning)s”; possible are: %(known)s.")
                    % {
                        "word": word,
                        "element": element,
                        "meaning": meaning,
                        "known": possible,
                    }
                )
        found[element] = {word if word == ANY_OTHER else folded(word): meaning for word, meaning in texts.items()}
    return found


def _texts(given: Any, part: str, reasons: list[str]) -> dict[str, str]:
    """Texts by text. YAML reads yes, no and numbers as something else: such words are put in quotation marks."""
    if not isinstance(given, dict):
        reasons.append(_("The mapping has no “%(part)s”.") % {"part": part})
        return {}
    found: dict[str, str] = {}
    for key, value in given.items():
        if isinstance(key, str) and (value is None or isinstance(value, str)):
            found[key] = value or ""
        else:
            reasons.append(
                _("In “%(part)s”, put the words of this line in quotation marks: %(line)s")
                % {"part": part, "line": f"{key}: {value}"}
            )
    return found
