"""What was kept of a determination, put into words of the active language: names, moments, codes of closed lists."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import get_language, gettext

from accountability.queries.plain_values import Content
from accountability.states import Weight
from complaints.documents.parts import minute
from complaints.localised import localise
from complaints.punctuation import labelled, listed, remarked
from complaints.states import PartyKind

NOTHING = "–"
CHINESE_NUMBERS = "一二三四五六七八九十"
TEN = 10


def named(name: Any) -> str:
    """A name kept as a text, or by language."""
    return localise(name) if isinstance(name, Mapping) else str(name or "")


def word(choices: type[TextChoices], code: str | None) -> str:
    """What a closed list calls a code; the code itself where the list does not have it any more."""
    if not code:
        return ""
    return str(choices(code).label) if code in choices.values else code


def at(moment: str | None) -> str:
    """The local minute of a kept moment."""
    return minute(as_moment(moment))


def dated(text: str, moment: str) -> str:
    """A text with its moment in brackets; either may be missing."""
    return remarked(text, moment) if text and moment else text or moment


def as_moment(moment: str | None) -> datetime | None:
    """A kept moment as one to reckon with."""
    return datetime.fromisoformat(moment) if moment else None


def party(row: Content) -> str:
    """A party by name."""
    return named(row["name"])


def party_in_full(row: Content) -> str:
    """A party with its kind, an employee with the department."""
    kind = word(PartyKind, row["kind"])
    return remarked(party(row), listed(filter(None, (named(row["of"]), kind))))


def allegation(row: Content) -> str:
    """An allegation with its place."""
    return f"{row['position']}. {row['text']}"


def short(number: str) -> str:
    """A piece of evidence by its number within the case."""
    return number.rpartition("-")[2]


def shorts(numbers: Iterable[str]) -> str:
    """Pieces of evidence, by their numbers within the case."""
    return listed(short(number) for number in numbers) or NOTHING


def weight(code: str) -> str:
    """The weight of a piece, with what it is."""
    return labelled(gettext("Weight"), word(Weight, code))


def numbered(place: int, title: str) -> str:
    """The title of a section with its number, as the language counts sections."""
    if not (get_language() or "").startswith("zh"):
        return f"{place}. {title}"
    tens, ones = divmod(place, TEN)
    ten = "" if not tens else "十" if tens == 1 else f"{CHINESE_NUMBERS[tens - 1]}十"
    return f"{ten}{CHINESE_NUMBERS[ones - 1] if ones else ''}、{title}"
