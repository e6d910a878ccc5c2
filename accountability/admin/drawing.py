"""Process backtracking as a picture: what should have happened above the line, what did below it. (AC-4)

Positions only; the template draws. How late each step was, the time line says (`queries.backtracking`). Steps stand at
equal distances, in their order. The mark of what happened stands to the right of where it should by as much as it was
late, the latest step by most.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from unicodedata import east_asian_width

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accountability.models import ProcessStep
from accountability.queries.backtracking import TimeLine
from accountability.states import Deviation

COLUMN = 190
MARGIN = 24
HEIGHT = 250
EXPECTED_Y, AXIS_Y, ACTUAL_Y = 92, 125, 158
#: As far as the mark of the latest step is moved.
FARTHEST = 62
#: Half-width characters of a line of text, and lines of a text.
LINE, LINES = 22, 2
NAME_Y = (38, 56)
#: In minutes.
HOUR, DAY = 60, 24 * 60


@dataclass(frozen=True, slots=True)
class Mark:
    """One step as it is drawn."""

    step: ProcessStep
    number: int
    x: int
    actual_x: int
    name: tuple[tuple[int, str], ...]
    party: str
    expected_at: str
    actual_at: str
    word: str
    delay: str
    kind: str
    has_happened: bool

    @property
    def text_x(self) -> int:
        """Where texts begin."""
        return self.x - 6


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole picture."""

    marks: tuple[Mark, ...]
    width: int
    height: int = HEIGHT
    expected_y: int = EXPECTED_Y
    axis_y: int = AXIS_Y
    actual_y: int = ACTUAL_Y
    #: Where the word below the line stands.
    lane_y: int = HEIGHT - 6

    @property
    def axis_end(self) -> int:
        """Where the line ends."""
        return self.width - 8


def draw(line: TimeLine) -> Drawing:
    """The picture of a time line."""
    longest = max((step.delay for step in line.steps if step.delay is not None), default=0)
    return Drawing(tuple(_marks(line, longest)), 2 * MARGIN + COLUMN * len(line.steps))


def _marks(line: TimeLine, longest: int) -> Iterator[Mark]:
    for place, on_line in enumerate(line.steps):
        step, late = on_line.step, max(on_line.delay or 0, 0)
        x = MARGIN + COLUMN * place + 16
        moved = round(FARTHEST * late / longest) if late else 0
        yield Mark(
            step=step,
            number=place + 1,
            x=x,
            actual_x=x + moved,
            name=tuple(zip(NAME_Y, wrapped(f"{place + 1}. {step.name}"), strict=False)),
            party=wrapped(str(step.party or ""), 1)[0],
            expected_at=_moment(step.expected_at),
            actual_at=_moment(step.actual_at),
            word=str(step.get_deviation_display()),
            delay=_("+%(time)s") % {"time": span(late)} if late and step.deviation != Deviation.NONE else "",
            kind=step.deviation,
            has_happened=step.deviation not in {Deviation.OMITTED, Deviation.UNKNOWN} or step.actual_at is not None,
        )


def _moment(at: datetime | None) -> str:
    return str(date_format(timezone.localtime(at), "m-d H:i")) if at is not None else ""


def span(minutes: int) -> str:
    """A number of minutes in its largest unit: "3 days", "5 hours", "20 minutes"."""
    if minutes >= DAY:
        return ngettext("%(n)d day", "%(n)d days", minutes // DAY) % {"n": minutes // DAY}
    if minutes >= HOUR:
        return ngettext("%(n)d hour", "%(n)d hours", minutes // HOUR) % {"n": minutes // HOUR}
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}


def wrapped(text: str, most: int = LINES) -> tuple[str, ...]:
    """The text in lines that fit a column; what is too long ends in dots."""
    lines, line, width = [], "", 0
    for word in _pieces(text):
        size = sum(2 if east_asian_width(sign) in "WF" else 1 for sign in word)
        if line and width + size > LINE:
            lines.append(line.strip())
            line, width = "", 0
        line, width = line + word, width + size
    lines.append(line.strip())
    if len(lines) <= most:
        return tuple(lines)
    return (*lines[: most - 1], lines[most - 1][:-1] + "…")


def _pieces(text: str) -> Iterator[str]:
    """Chinese breaks at every character, other scripts at spaces."""
    word = ""
    for sign in text:
        if east_asian_width(sign) in "WF":
            if word:
                yield word
            word = ""
            yield sign
        else:
            word += sign
            if sign == " ":
                yield word
                word = ""
    if word:
        yield word
