"""Figures of a report as the active language writes them. (RP-1)"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.localised import localise
from reporting.definitions import Unit

NOTHING = "–"
HOURS_A_DAY = 24
#: Handling times from here on are said in days too.
LONG = 48


def whole(value: float | None) -> str:
    """A count, its thousands apart."""
    return NOTHING if value is None else f"{value:,.0f}"


def percent(value: float | None, decimals: int = 1) -> str:
    """A share, given in percent."""
    if value is None:
        return NOTHING
    return pgettext("share", "%(number)s %%") % {"number": f"{value:,.{decimals}f}"}


def signed_percent(value: float | None) -> str:
    """A change of so many percent, with its sign."""
    if value is None:
        return NOTHING
    return pgettext("share", "%(number)s %%") % {"number": f"{value:+.0f}".replace("-", "−")}


def points(value: float | None) -> str:
    """A difference of shares in percentage points, with its sign."""
    return NOTHING if value is None else f"{value:+.1f}".replace("-", "−")


def hours(value: float | None) -> str:
    """A time of so many hours, long ones in days too."""
    if value is None:
        return NOTHING
    if value < LONG:
        return short_hours(value)
    return pgettext("time", "%(hours)s h (%(days)s days)") % {
        "hours": f"{value:,.0f}",
        "days": f"{value / HOURS_A_DAY:,.1f}",
    }


def short_hours(value: float | None) -> str:
    """A time of so many hours."""
    return NOTHING if value is None else pgettext("time", "%(hours)s h") % {"hours": f"{value:,.0f}"}


def worked(value: float) -> str:
    """Hours of work, with tenths."""
    return pgettext("time", "%(hours)s h") % {"hours": f"{value:,.1f}"}


def money(value: str | float | Decimal | None) -> str:
    """A sum in yuan."""
    if value is None:
        return NOTHING
    sign = "−" if float(value) < 0 else ""
    return f"{sign}¥{abs(float(value)):,.2f}"


def figure_text(unit: str, cell: Mapping[str, Any] | None) -> str:
    """A figure without what it is made of."""
    if not cell:
        return NOTHING
    if cell.get("not_reached"):
        return pgettext("quantile", "not reached yet")
    value = cell.get("value")
    if unit == Unit.PERCENT:
        return percent(value)
    if unit == Unit.HOURS:
        return hours(value)
    return money(value) if unit == Unit.MONEY else whole(value)


def interval_text(unit: str, cell: Mapping[str, Any] | None) -> str:
    """The interval of a figure, or nothing."""
    low, high = (cell or {}).get("low"), (cell or {}).get("high")
    if low is None:
        return ""
    write = percent if unit == Unit.PERCENT else short_hours
    if high is None:
        return pgettext("interval", "from %(low)s") % {"low": write(low)}
    return between(write(low), write(high))


def between(low: str, high: str) -> str:
    """From one figure to another."""
    return pgettext("interval", "%(low)s to %(high)s") % {"low": low, "high": high}


def ratio_interval(change: Mapping[str, Any]) -> str:
    """The interval of a change of a count, in percent of what it was."""
    low, high = change.get("low"), change.get("high")
    if low is None:
        return ""
    if high is None:
        return pgettext("interval", "from %(low)s") % {"low": signed_percent(100 * (low - 1))}
    return between(signed_percent(100 * (low - 1)), signed_percent(100 * (high - 1)))


def points_interval(change: Mapping[str, Any]) -> str:
    """The interval of a difference of shares, in percentage points."""
    if change.get("low") is None:
        return ""
    return between(points(change["low"]), points(change["high"]))


def ratio_text(kept: Mapping[str, Any]) -> str:
    """A ratio of rates with its interval."""
    if kept.get("ratio") is None:
        return NOTHING
    text = f"{kept['ratio']:.2f}"
    if kept.get("low") is None or kept.get("high") is None:
        return text
    return f"{text} [{kept['low']:.2f}–{kept['high']:.2f}]"


class Naming:
    """What the groups of a report are called in the active language."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._names: dict[tuple[str, str], Mapping[str, str]] = {}
        for dimension, parties in content["parties"].items():
            self._names.update({(dimension, key): names for key, names in parties.items()})
        for dimension, groups in content["groups"].items():
            self._names.update({(dimension, group["key"]): group["names"] for group in groups})
        self._labels = {row["code"]: row["label"] for row in content["definitions"]}
        self.units = {row["code"]: row["unit"] for row in content["definitions"]}
        self._policies = {policy["key"]: policy["names"] for policy in content["policies"]}

    def group(self, dimension: str, key: str) -> str:
        """The name of a group."""
        names = self._names.get((str(dimension), key))
        return localise(names) if names else (key or _("Not given"))

    def groups(self, dimension: str, keys: Iterable[str]) -> list[str]:
        """The names of several."""
        return [self.group(dimension, key) for key in keys]

    def figure(self, code: str) -> str:
        """What a figure is called."""
        return localise(self._labels[code])

    def policy(self, key: str) -> str:
        """The name of a policy."""
        return localise(self._policies[key])
