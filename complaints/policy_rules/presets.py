"""Channels and the tree of categories as data files (IN-1, CL-2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from complaints.policy_rules.checks import repeated_codes
from complaints.policy_rules.marked_yaml import read_marked
from complaints.policy_rules.problems import Path, PolicyFileError
from complaints.policy_rules.rules import Names, Option
from complaints.policy_rules.schema import schema_problems

POLICY_FOLDER = FilePath(__file__).resolve().parent.parent / "policies"
PRESET_FOLDER = POLICY_FOLDER.parent / "presets"
SELECTION_FILE = POLICY_FOLDER / "selection.yaml"
CHANNEL_FILE = PRESET_FOLDER / "channels.yaml"
CATEGORY_FILE = PRESET_FOLDER / "categories.yaml"


@dataclass(frozen=True, slots=True)
class ChannelPreset(Option):
    """A channel; `type` says of what sort, `arrives_by_itself` that nobody stands between."""

    type: str
    arrives_by_itself: bool = False


@dataclass(frozen=True, slots=True)
class CategoryPreset:
    """A category and the code of the one above it; parents come before their children."""

    code: str
    names: Names
    parent: str | None


def policy_files() -> list[FilePath]:
    """The policies that come with the product, in the order of their names."""
    return sorted(path for path in POLICY_FOLDER.glob("*.yaml") if path != SELECTION_FILE)


def parse_channels(text: str, filename: str) -> tuple[ChannelPreset, ...]:
    """The channels in a file. Raises PolicyFileError."""
    entries = _entries(text, filename, "channels")
    return tuple(
        ChannelPreset(entry["code"], entry["names"], entry["type"], entry.get("arrives_by_itself", False))
        for entry in entries
    )


def parse_categories(text: str, filename: str) -> tuple[CategoryPreset, ...]:
    """The categories in a file, parents first. Raises PolicyFileError."""
    return tuple(_flattened(_entries(text, filename, "categories"), None))


def _entries(text: str, filename: str, part: str) -> list[dict[str, Any]]:
    marked = read_marked(text, filename)
    problems, malformed = schema_problems(marked, part)
    if not malformed:
        seen: dict[str, Any] = {}
        for path, entry in _walk(marked.document[part], (part,)):
            if entry["code"] in seen:
                for _path, message, said in repeated_codes([seen[entry["code"]], entry], ()):
                    problems.append(marked.problem((*path, "code"), message, **said))
            seen.setdefault(entry["code"], entry)
    if problems:
        raise PolicyFileError(problems)
    entries: list[dict[str, Any]] = marked.document[part]
    return entries


def _walk(entries: list[dict[str, Any]], path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for position, entry in enumerate(entries):
        yield (*path, position), entry
        yield from _walk(entry.get("children", []), (*path, position, "children"))


def _flattened(entries: list[dict[str, Any]], parent: str | None) -> Iterator[CategoryPreset]:
    for entry in entries:
        yield CategoryPreset(entry["code"], entry["names"], parent)
        yield from _flattened(entry.get("children", []), entry["code"])
