"""Charts as SVG: small functions from numbers to a picture, for pages, print and PDF alike. (RP-1, RP-2)

Text stays text, style is in presentation attributes (which a strict Content-Security-Policy allows), and the same
numbers give the same bytes. Matplotlib takes seconds to load, so it is loaded by the first chart. Beside every chart
stands its table; the chart's own title says to a screen reader what it shows.
"""

import io
import re
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, QUIET, LINE = "#1b2430", "#55606f", "#dde2e9"
ACCENT, SOFT, ALARM, AMBER = "#24569c", "#a9c1e3", "#a8211d", "#b9770e"
FONTS = ("Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", "DejaVu Sans")
WIDTH = 7.6
#: So many labels at most stand below an axis.
LABELS = 16
_STYLE = re.compile(r' style="([^"]*)"')
_ROUNDED = ' stroke-linejoin="round" stroke-linecap="butt"'


@dataclass(frozen=True, slots=True)
class Level:
    """A level from one position to another, both included."""

    first: int
    last: int
    value: float


def bars(
    labels: Sequence[str],
    values: Sequence[float],
    *,
    title: str,
    highlighted: Collection[int] = (),
    levels: Sequence[Level] = (),
    band: tuple[int, int] | None = None,
    height: float = 2.7,
) -> str:
    """Counts over time. Some positions stand out; levels are lines across; a band says where something is uncertain."""
    with drawing(height) as (axes, svg):
        colours = [ACCENT if place in highlighted else SOFT for place in range(len(values))]
        axes.bar(range(len(values)), values, color=colours, width=0.8)
        if band is not None:
            axes.axvspan(band[0] - 0.5, band[1] + 0.5, color=AMBER, alpha=0.16, linewidth=0)
        for level in levels:
            axes.hlines(level.value, level.first - 0.5, level.last + 0.5, color=AMBER, linewidth=1.8)
        axes.yaxis.get_major_locator().set_params(integer=True)
        _label(axes, labels)
        return svg(title)


def control(
    labels: Sequence[str],
    points: Sequence[float | None],
    *,
    centre: float,
    lower: Sequence[float],
    upper: Sequence[float],
    out: Collection[int],
    title: str,
    height: float = 2.7,
) -> str:
    """A control chart: points, centre line and limits; points that are out of control are marked."""
    with drawing(height) as (axes, svg):
        places = range(len(points))
        axes.step(places, upper, where="mid", color=QUIET, linewidth=1, linestyle="--")
        axes.step(places, lower, where="mid", color=QUIET, linewidth=1, linestyle="--")
        axes.axhline(centre, color=QUIET, linewidth=1)
        known = [place for place in places if points[place] is not None]
        axes.plot(known, [points[place] for place in known], color=ACCENT, linewidth=1.3, marker="o", markersize=3)
        marked = [place for place in sorted(out) if points[place] is not None]
        axes.plot(
            marked, [points[place] for place in marked], color=ALARM, linewidth=0, marker="D", markersize=6, zorder=3
        )
        _label(axes, labels)
        return svg(title)


def factors(labels: Sequence[str], values: Sequence[float], *, title: str, height: float = 1.9) -> str:
    """Factors around 1, as bars up and down."""
    with drawing(height) as (axes, svg):
        axes.bar(range(len(values)), [value - 1 for value in values], bottom=1, color=SOFT, width=0.7)
        axes.axhline(1, color=QUIET, linewidth=1)
        _label(axes, labels)
        return svg(title)


def pareto(labels: Sequence[str], counts: Sequence[int], cumulative: Sequence[float], vital: int, *, title: str) -> str:
    """Kinds by falling count as horizontal bars, the first `vital` set off; `cumulative` shares (0 to 1) beside."""
    with drawing(0.7 + 0.27 * len(labels)) as (axes, svg):
        places = range(len(labels))
        colours = [ACCENT if place < vital else SOFT for place in places]
        axes.barh(places, counts, color=colours, height=0.72)
        for place, share in zip(places, cumulative, strict=True):
            axes.annotate(
                f"{counts[place]}  ({share:.0%})",
                (counts[place], place),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                color=QUIET,
                fontsize=8,
            )
        axes.set_yticks(places, [shortened(label) for label in labels])
        axes.invert_yaxis()
        axes.set_xlim(0, max([*counts, 1]) * 1.2)
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(visible=False, axis="y")
        axes.grid(visible=True, axis="x", color=LINE, linewidth=0.7)
        return svg(title)


@dataclass(frozen=True, slots=True)
class Point:
    """A unit in a funnel: its ratio at what was expected of it, the usual range there, a name if it is set off."""

    expected: float
    ratio: float
    low: float
    high: float
    name: str = ""
    is_high: bool = False


def funnel(points: Sequence[Point], *, title: str, height: float = 3.2) -> str:
    """Observed over expected beside the usual range of each unit; those with a name are marked, the high ones red."""
    with drawing(height) as (axes, svg):
        axes.axhline(1, color=QUIET, linewidth=1)
        for point in points:
            colour = (ALARM if point.is_high else ACCENT) if point.name else SOFT
            axes.vlines(point.expected, point.low, point.high, color=LINE, linewidth=5, zorder=1)
            marker = "D" if point.name else "o"
            axes.plot([point.expected], [point.ratio], color=colour, marker=marker, markersize=6, zorder=3)
            if point.name:
                axes.annotate(
                    shortened(point.name),
                    (point.expected, point.ratio),
                    xytext=(6, 4),
                    textcoords="offset points",
                    color=INK,
                    fontsize=8,
                )
        axes.set_xlim(0, max((point.expected for point in points), default=1.0) * 1.2)
        # A little below nought, so that a point that lies there is seen whole.
        axes.set_ylim(bottom=-0.08)
        return svg(title)


def shortened(label: str, most: int = 22) -> str:
    """A label that leaves room for the chart; signs of Chinese count twice."""
    room = most
    for place, sign in enumerate(label):
        room -= 1 if sign.isascii() else 2
        if room < 0:
            return f"{label[:place]}…"
    return label


def _label(axes: "Axes", labels: Sequence[str]) -> None:
    """Labels below the axis, as many as there is room for, the last one always."""
    step = max(-(-len(labels) // LABELS), 1)
    places = sorted(range(len(labels) - 1, -1, -step))
    axes.set_xticks(places, [labels[place] for place in places], rotation=0 if len(labels) <= LABELS // 2 else 40)
    if len(labels) > LABELS // 2:
        for text in axes.get_xticklabels():
            text.set_horizontalalignment("right")
            text.set_rotation_mode("anchor")
    axes.set_xlim(-0.7, len(labels) - 0.3)


#: Settings of the library belong to the process: one chart is drawn at a time.
_ONE = Lock()


@contextmanager
def drawing(height: float) -> Iterator[tuple[Any, Callable[[str], str]]]:
    """A pair of axes in the look of the product, and what makes an SVG element with a title of them."""
    import matplotlib as mpl  # noqa: PLC0415 - takes seconds; only who draws waits for it
    from matplotlib.figure import Figure  # noqa: PLC0415

    settings = {
        "svg.fonttype": "none",
        "svg.hashsalt": "chart",
        "font.family": [name for name in FONTS if name in _installed()],
        "font.size": 9,
        "text.color": INK,
        "axes.edgecolor": LINE,
        "axes.axisbelow": True,
        "xtick.color": QUIET,
        "ytick.color": QUIET,
    }
    with _ONE, mpl.rc_context(settings):  # type: ignore[arg-type] # names of settings are literals in its types
        figure = Figure(figsize=(WIDTH, height), layout="constrained", facecolor="none")
        axes = figure.subplots()
        axes.set_facecolor("none")
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.tick_params(length=0)
        axes.grid(visible=True, axis="y", color=LINE, linewidth=0.7)

        def svg(title: str) -> str:
            target = io.StringIO()
            with warnings.catch_warnings():
                # Where no font of ours is installed the reader's browser has one: text stays text.
                warnings.filterwarnings("ignore", message="Glyph .* missing from font")
                figure.savefig(target, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Type", "Format")))
            return _cleaned(target.getvalue(), title)

        yield axes, svg


def _installed() -> set[str]:
    from matplotlib import font_manager  # noqa: PLC0415

    return set(font_manager.get_font_names())


def _cleaned(drawn: str, title: str) -> str:
    """The svg element alone, with a title, its style in attributes."""
    drawn = drawn[drawn.index("<svg") :]
    drawn = re.sub(r"<metadata>.*?</metadata>\s*", "", drawn, flags=re.DOTALL)
    drawn = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>\s*", "", drawn, flags=re.DOTALL)
    drawn = _STYLE.sub(lambda match: _attributes(match[1]), drawn)
    head, _end, body = drawn.partition(">")
    return f'{head} role="img"{_ROUNDED}><title>{escape(title)}</title>{body}'.strip()


def _attributes(style: str) -> str:
    found = []
    for part in style.split(";"):
        name, _colon, value = part.partition(":")
        if name.strip() == "font-family":
            value = ", ".join([*(f"'{font}'" for font in FONTS[:4]), "sans-serif"])
        if name.strip():
            found.append(f" {name.strip()}={quoteattr(value.strip())}")
    return "".join(found)
