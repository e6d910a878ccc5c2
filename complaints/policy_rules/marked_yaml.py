"""YAML read with the line of every value, so that a mistake found later can be shown where it stands.

Only the plain part of YAML is taken: mappings with text keys, lists, text, whole numbers, decimals, true and false.
Anchors, aliases and tags are refused, a date stays text, and size and depth are limited, so that no file, however
made, can do more than be refused.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.policy_rules.problems import Path, PolicyFileError, Problem

MAXIMUM_CHARACTERS = 500_000
MAXIMUM_DEPTH = 30

TRUTH = {"true": True, "false": False}
WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})")
DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,14})\.[0-9]{1,15}")
#: Half of a pair that only exists inside some encodings: no database or file takes it.
SURROGATE = re.compile("[\ud800-\udfff]")
#: Characters that PostgreSQL or a terminal would choke on; tab and line end are wanted.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Marked:
    """A document and the line of each of its values and keys."""

    document: Any
    file: str = ""
    lines: Mapping[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """The line of a value, or of the nearest thing around it that stands in the text."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)

    def problem(self, path: Path, message: str | Promise, /, **parameters: object) -> Problem:
        """A problem with the value at `path`."""
        return Problem(self.file, self.line(path), shown_path(self.document, path), message, parameters)


def shown_path(document: object, path: Path) -> str:
    """`clocks[dispatch].limits.general`: items of a list by their code where they have one, else counted from 1."""
    shown = ""
    value = document
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
            code = value.get("code") if isinstance(value, dict) else None
            shown += f"[{code if isinstance(code, str) and code else step + 1}]"
        else:
            value = value.get(step) if isinstance(value, dict) else None
            shown += f".{step}" if shown else str(step)
    return shown


def read_marked(text: str, file: str) -> Marked:
    """The document in `text`. Raises PolicyFileError with every problem the text itself has."""
    if len(text) > MAXIMUM_CHARACTERS:
        raise PolicyFileError([Problem(file, 1, "", _("The file is too large."))])
    try:
        node = yaml.SafeLoader(text).get_single_node() if _depth_is_fine(text, file) else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        message = _("This is not valid YAML: %(problem)s.")
        why = error.problem or error.context
        raise PolicyFileError([Problem(file, line, "", message, {"problem": why})]) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, max(error.position, 0)) + 1
        message = _("The file contains a character that is not allowed.")
        raise PolicyFileError([Problem(file, line, "", message)]) from error
    except (ValueError, OverflowError) as error:  # an escape such as "\UFFFFFFFF" that names no character
        message = _("This is not valid YAML: %(problem)s.")
        raise PolicyFileError([Problem(file, 1, "", message, {"problem": error})]) from error
    if node is None:
        raise PolicyFileError([Problem(file, 1, "", _("The file is empty."))])
    reader = _Reader(file)
    document = reader.value(node, ())
    if reader.problems:
        raise PolicyFileError(reader.problems)
    return Marked(document, file, reader.lines)


def write_yaml(document: object) -> str:
    """The document as YAML text, keys in their order; reading it again gives the same document."""
    return yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110, default_flow_style=False)


def _depth_is_fine(text: str, file: str) -> bool:
    """Refuse what must be refused before the tree is built: depth, anchors, tags. Raises PolicyFileError."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = _line(event)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAXIMUM_DEPTH:
            raise PolicyFileError([Problem(file, line, "", _("The file is nested too deeply."))])
        if getattr(event, "anchor", None) is not None:
            message = _("Anchors and aliases (& and *) are not allowed; write the value out.")
            raise PolicyFileError([Problem(file, line, "", message)])
        if getattr(event, "tag", None) is not None:
            raise PolicyFileError([Problem(file, line, "", _("Tags (!) are not allowed."))])
    return True


class _Reader:
    """Turns nodes into values, remembering lines and collecting problems."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []

    def value(self, node: yaml.Node, path: Path) -> object:
        """The value of a node; its line and those of everything below it are kept."""
        self.lines.setdefault(path, _line(node))
        if isinstance(node, yaml.MappingNode):
            return dict(self._pairs(node, path))
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, position)) for position, item in enumerate(node.value)]
        return self._scalar(node.value, node, path)

    def _pairs(self, node: yaml.MappingNode, path: Path) -> Iterator[tuple[str, object]]:
        seen: dict[str, int] = {}
        for key_node, value_node in node.value:
            line = _line(key_node)
            key = key_node.value
            if not isinstance(key, str) or _unfit(key):
                self._complain(line, path, _("A key must be text."))
                continue
            if key in seen:
                message = _("The key '%(key)s' stands here twice; first in line %(first)d.")
                self._complain(line, (*path, key), message, key=key, first=seen[key])
                continue
            seen[key] = line
            self.lines[*path, key] = line
            yield key, self.value(value_node, (*path, key))

    def _scalar(self, text: str, node: yaml.Node, path: Path) -> object:
        if _unfit(text):
            self._complain(_line(node), path, _("The text contains a character that is not allowed."))
        is_quoted = getattr(node, "style", None) is not None
        return text if is_quoted else plain_value(text)

    def _complain(self, line: int, path: Path, message: str | Promise, **parameters: object) -> None:
        shown = ".".join(str(step + 1 if isinstance(step, int) else step) for step in path)
        self.problems.append(Problem(self.file, line, shown, message, parameters))


def plain_value(text: str) -> object:
    """What text without quotes means: nothing, true or false, a number, else itself."""
    if text in {"", "~", "null"}:
        return None
    if text in TRUTH:
        return TRUTH[text]
    if WHOLE_NUMBER.fullmatch(text):
        return int(text)
    if DECIMAL.fullmatch(text):
        return float(text)
    return text


def _line(thing: yaml.Event | yaml.Node) -> int:
    return thing.start_mark.line + 1 if thing.start_mark else 1


def _unfit(text: str) -> bool:
    return bool(SURROGATE.search(text) or CONTROL.search(text))


class _Dumper(yaml.SafeDumper):
    """Writes what `read_marked` reads back unchanged."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _write_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    """Several lines as a block; quoted wherever plain text would mean something else to either reader."""
    if "\n" in text:
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|")
    quoted = plain_value(text) != text
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if quoted else None)


def _write_decimal(dumper: yaml.SafeDumper, number: float) -> yaml.Node:
    """Decimals without exponent, the only kind that is read."""
    if not math.isfinite(number):
        raise yaml.representer.RepresenterError("not a number", number)
    text = f"{number:.15f}".rstrip("0")
    return dumper.represent_scalar("tag:yaml.org,2002:float", text + "0" if text.endswith(".") else text)


_Dumper.add_representer(str, _write_text)
_Dumper.add_representer(float, _write_decimal)
