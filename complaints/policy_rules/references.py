"""Whether what a policy names exists: working calendars and channels are rows of the database (DL-2, IN-1)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints.policy_rules.checks import unknown_word
from complaints.policy_rules.marked_yaml import Marked
from complaints.policy_rules.problems import Path, Problem

SECTIONS = frozenset({"calendar", "clocks", "acceptance"})


@dataclass(frozen=True, slots=True)
class Known:
    """Codes that the database holds and a policy may name."""

    calendars: Collection[str]
    channels: Collection[str]


def reference_problems(marked: Marked, malformed: frozenset[Path], known: Known) -> list[Problem]:
    """Names of nothing, in a document whose sections are well formed."""
    if any(not path or path[0] in SECTIONS for path in malformed):
        return []
    found = []
    calendar = marked.document["calendar"]
    if calendar not in known.calendars:
        message = _("There is no working calendar '%(code)s'.")
        found.append(unknown_word(("calendar",), calendar, known.calendars, message))
    for path, channel in _channels(marked.document):
        if channel not in known.channels:
            message = _("There is no channel '%(code)s'.")
            found.append(unknown_word(path, channel, known.channels, message))
    return [marked.problem(path, text, **said) for path, text, said in found]


def _channels(document: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    sections: tuple[tuple[Path, list[dict[str, Any]]], ...] = (
        (("clocks",), document["clocks"]),
        (("acceptance", "receivers"), document["acceptance"].get("receivers", [])),
    )
    for path, entries in sections:
        for number, entry in enumerate(entries):
            for position, channel in enumerate(entry.get("channels", [])):
                yield (*path, number, "channels", position), channel
