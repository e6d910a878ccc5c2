"""The summary of a report: sentences made from its figures, each with its uncertainty. (RP-1, RP-2)

No sentence without a figure. A change is called one only beyond chance, all comparisons of the report considered; where
a change would mostly be missed, the sentence says that too few cases tell nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accountability.states import Share
from complaints.punctuation import listed
from reporting.definitions import Unit
from reporting.queries.groups import LABELS
from reporting.queries.reports.comparing import CHANGES, SIGNIFICANT, Against
from reporting.queries.reports.naming import LANGUAGES
from reporting.queries.reports.targets import Answer
from reporting.queries.reports.wording import (
    Naming,
    between,
    figure_text,
    interval_text,
    money,
    percent,
    points,
    points_interval,
    ratio_interval,
    signed_percent,
    whole,
)
from reporting.tallies import Dimension
from reporting.trends import Verdict

#: Figures of which the summary speaks, whatever became of them.
HEADLINES = ("received", "closed", "timely_response", "cycle_median", "resolution", "satisfaction", "escalated")
#: Of these also against a year ago, whatever became of them.
YEARLY = ("received", "timely_response", "satisfaction")
#: How many changed groups the summary names.
NAMED = 8
#: How many of the vital few it names.
FEW = 6
PARTIES = {"supplier": Dimension.SUPPLIER, "partner": Dimension.SUPPLIER}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: what it is about, and its text in the active language."""

    code: str
    text: str


def in_all_languages(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The sentences in every language, as a report keeps them."""
    found: list[dict[str, Any]] = []
    for language in LANGUAGES:
        with translation.override(language):
            for place, sentence in enumerate(Summary(content).sentences()):
                if place == len(found):
                    found.append({"code": sentence.code, "texts": {}})
                found[place]["texts"][language] = sentence.text
    return found


class Summary:
    """The sentences of one report in the active language."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.content, self.figures, self.naming = content, content["figures"], Naming(content)

    def sentences(self) -> Iterator[Sentence]:
        """All of them, in their order."""
        yield from self._headlines()
        yield from self._open()
        yield from self._targets()
        yield from self._unresolved()
        yield from self._changed_groups()
        yield from self._areas()
        yield from self._causes()
        yield from self._responsibility()
        yield from self._measures()
        yield from self._cost()
        yield from self._handling()

    # --- What happened to the whole ----------------------------------------------------------------------------------

    def _headlines(self) -> Iterator[Sentence]:
        rows = {row["code"]: row for row in self.figures["key_figures"]}
        for code in HEADLINES:
            row = rows[code]
            yield self._against(row, Against.PREVIOUS)
            later = row["changes"].get(Against.YEAR_AGO)
            has_past = bool(row["year_ago"].get("value"))
            if later and has_past and (code in YEARLY or later["verdict"] in CHANGES):
                yield self._against(row, Against.YEAR_AGO)

    def _against(self, row: Mapping[str, Any], against: str) -> Sentence:
        code, change = row["code"], row["changes"][against]
        unit = self.naming.units[code]
        facts = {
            "label": self.naming.figure(code),
            "after": self._in_full(unit, row["quarter"]),
            "before": figure_text(unit, row[against]),
            "period": self._period(against),
        }
        return Sentence(f"{code}.{against}.{change['verdict']}", self._compared(unit, facts, change))

    def _in_full(self, unit: str, cell: Mapping[str, Any]) -> str:
        """A figure with what it is made of and its interval."""
        text = figure_text(unit, cell)
        interval = interval_text(unit, cell)
        if unit == Unit.PERCENT and cell.get("whole"):
            return _("%(share)s (%(part)s of %(whole)s; 95 %% interval %(interval)s)") % {
                "share": text,
                "part": whole(cell["part"]),
                "whole": whole(cell["whole"]),
                "interval": interval,
            }
        if unit == Unit.PERCENT:
            return _("none (0 cases)")
        return (
            _("%(figure)s (95 %% interval %(interval)s)") % {"figure": text, "interval": interval} if interval else text
        )

    def _period(self, against: str) -> str:
        code = self.content["periods"][against]["code"]
        if against == Against.PREVIOUS:
            return _("the previous quarter %(code)s") % {"code": code}
        return _("the same quarter a year ago, %(code)s") % {"code": code}

    def _compared(self, unit: str, facts: Mapping[str, str], change: Mapping[str, Any]) -> str:
        """One comparison in words."""
        verdict = change["verdict"]
        start = _("%(label)s: %(after)s, after %(before)s in %(period)s.") % facts
        if verdict == Verdict.TOO_FEW:
            return pgettext("sentences in a row", "%(before)s %(next)s") % {
                "before": start,
                "next": _("Too few cases to tell whether anything changed."),
            }
        size, interval = self._size(unit, change)
        told = {"size": size, "interval": interval}
        rest = {
            Verdict.RISE: _("The rise is beyond chance: %(size)s (95 %% interval %(interval)s)."),
            Verdict.FALL: _("The fall is beyond chance: %(size)s (95 %% interval %(interval)s)."),
            Verdict.NO_CHANGE_SHOWN: _("No change shown: %(size)s is within chance (95 %% interval %(interval)s)."),
            Verdict.ENDED: _("It is no longer recorded: that is no improvement."),
            Verdict.BEGAN: _("It was not recorded before: that is no rise."),
        }
        if verdict == Verdict.NO_CHANGE_SHOWN and change.get("p_value", 1.0) <= SIGNIFICANT:
            rest[verdict] = _(
                "No change shown: %(size)s (95 %% interval %(interval)s) would be one taken alone, but not among all "
                "comparisons of this report."
            )
        if not interval and verdict in {*CHANGES, Verdict.NO_CHANGE_SHOWN}:
            rest = {
                Verdict.RISE: _("The rise is beyond chance."),
                Verdict.FALL: _("The fall is beyond chance."),
                Verdict.NO_CHANGE_SHOWN: _("No change shown: the difference is within chance."),
            }
        text = str(rest[Verdict(verdict)])
        text = text % told if interval else text
        return pgettext("sentences in a row", "%(before)s %(next)s") % {"before": start, "next": text}

    def _size(self, unit: str, change: Mapping[str, Any]) -> tuple[str, str]:
        """How much changed, and its interval; nothing for handling times, whose test asks only whether."""
        if unit == Unit.PERCENT:
            size = _("%(points)s percentage points") % {"points": points(change.get("difference"))}
            return size, points_interval(change)
        if change.get("ratio") is not None:
            return signed_percent(100 * (change["ratio"] - 1)), ratio_interval(change)
        return "", ""

    def _open(self) -> Iterator[Sentence]:
        count = self.figures["open_at_end"]["count"]
        text = ngettext(
            "When the quarter ended, %(count)s complaint was open.",
            "When the quarter ended, %(count)s complaints were open.",
            count,
        )
        yield Sentence("open", text % {"count": whole(count)})

    # --- Targets -----------------------------------------------------------------------------------------------------

    def _targets(self) -> Iterator[Sentence]:
        for row in self.figures["targets"]:
            unit = self.naming.units[row["figure"]]
            facts = {
                "policy": self.naming.policy(row["key"]),
                "target": target_text(row),
                "figure": self._in_full(unit, row),
            }
            yield Sentence(f"target.{row['target']}.{row['answer']}", _ANSWERS[Answer(row["answer"])]() % facts)

    def _unresolved(self) -> Iterator[Sentence]:
        row = self.figures["unresolved"]
        if row["handled"] and (row["continued"] or row["came_up_again"]):
            text = _(
                "Of %(handled)s complaints handled to their end, %(continued)s went on because the complainant was not "
                "satisfied, and %(again)s came up again after closing."
            )
            facts = {"handled": row["handled"], "continued": row["continued"], "again": row["came_up_again"]}
            yield Sentence("unresolved", text % {name: whole(count) for name, count in facts.items()})

    # --- Groups ------------------------------------------------------------------------------------------------------

    def _changed_groups(self) -> Iterator[Sentence]:
        examined = self.figures["examined"]
        yield Sentence(
            "examined",
            _(
                "%(comparisons)s comparisons were made and %(changes)s of them show a change; of the changes named, at "
                "most %(rate)s are chance on average."
            )
            % {
                "comparisons": whole(examined["comparisons"]),
                "changes": whole(examined["changes"]),
                "rate": percent(100 * examined["rate"], 0),
            },
        )
        found = []
        for dimension, rows in self.figures["by"].items():
            for row in rows:
                for against, change in row["changes"].get("received", {}).items():
                    if change["verdict"] in CHANGES:
                        found.append((change.get("q_value", 1.0), dimension, row, against, change))
        found.sort(key=lambda item: (item[0], item[1], item[2]["key"], item[3]))
        for _q, dimension, row, against, change in found[:NAMED]:
            label = _("%(dimension)s “%(name)s”, complaints received") % {
                "dimension": LABELS[Dimension(dimension)],
                "name": self.naming.group(dimension, row["key"]),
            }
            facts = {
                "label": label,
                "after": whole(row["figures"]["received"]["value"]),
                "before": whole(row[against]),
                "period": self._period(against),
            }
            code = f"{dimension}.{row['key']}.{against}.{change['verdict']}"
            yield Sentence(code, self._compared(Unit.ROUNDS, facts, change))

    def _areas(self) -> Iterator[Sentence]:
        areas = self.figures["areas"]
        rows = areas["rows"]
        if not rows:
            return
        vital = [row for row in rows if row["is_vital"]]
        if len(rows) == 1:
            text = _("All %(total)s complaints are of one category, %(name)s.")
            name = self.naming.group(Dimension.CATEGORY, rows[0]["key"])
            yield Sentence("areas.one", text % {"total": whole(areas["total"]), "name": name})
            return
        if not areas["is_uneven"]:
            text = _(
                "The %(total)s complaints of %(kinds)s categories are spread no more unevenly than chance explains, or "
                "are too few to tell."
            )
            yield Sentence("areas.even", text % {"total": whole(areas["total"]), "kinds": whole(len(rows))})
            return
        names = self.naming.groups(Dimension.CATEGORY, [row["key"] for row in vital[:FEW]])
        text = _("%(few)s of %(kinds)s categories make up %(share)s of the complaints, first of all: %(names)s.")
        facts = {
            "few": whole(len(vital)),
            "kinds": whole(len(rows)),
            "share": percent(vital[-1]["cumulative"]),
            "names": listed(names),
        }
        yield Sentence("areas.few", text % facts)

    def _causes(self) -> Iterator[Sentence]:
        causes = self.figures["causes"]
        if not causes["rows"]:
            return
        first = causes["rows"][0]
        text = _(
            "The root cause named most often is “%(name)s”: %(count)s of %(total)s complaints whose cause is "
            "determined; of %(missing)s it is not determined."
        )
        facts = {
            "name": self.naming.group(Dimension.CAUSE, first["key"]),
            "count": whole(first["count"]),
            "total": whole(causes["total"]),
            "missing": whole(causes["missing"]),
        }
        yield Sentence("causes", text % facts)

    def _responsibility(self) -> Iterator[Sentence]:
        rows = [(leading(row), row) for row in self.figures["responsibility"]]
        if not rows or not rows[0][0]:
            return
        most = rows[0][0]
        names = [party_name(self.naming, row) for count, row in rows if count == most]
        if len(names) == 1:
            text = _("Sole or primary responsibility was borne most often by %(names)s (%(count)s).")
        else:
            text = _("Sole or primary responsibility was borne most often by %(names)s (%(count)s each).")
        yield Sentence("responsibility", text % {"names": listed(names[:FEW]), "count": whole(most)})

    def _measures(self) -> Iterator[Sentence]:
        rows = self.figures["measures"]
        if not rows:
            return
        checks = [row["check"] for row in rows if "check" in row]
        text = _(
            "%(all)s measures were under way or checked in the quarter, %(overdue)s of them overdue; of %(checked)s "
            "whose effect was checked, %(effective)s were judged effective."
        )
        facts = {
            "all": len(rows),
            "overdue": sum(row["is_overdue"] for row in rows),
            "checked": len(checks),
            "effective": sum(bool(check["is_effective"]) for check in checks),
        }
        yield Sentence("measures", text % {name: whole(count) for name, count in facts.items()})

    def _cost(self) -> Iterator[Sentence]:
        """What complaints cost, and what of the year's budgets is used; older reports say nothing of it."""
        if "cost" not in self.figures:
            return
        rows = {row["code"]: row for row in self.figures["cost"]["rows"]}
        text = _("Complaints cost %(total)s, after %(before)s in %(period)s; %(recovered)s came back from suppliers.")
        facts = {
            "total": money(rows["total"]["quarter"]),
            "before": money(rows["total"][Against.PREVIOUS]),
            "period": self._period(Against.PREVIOUS),
            "recovered": money(rows["recovered"]["quarter"]),
        }
        yield Sentence("cost", text % facts)
        budgets = self.figures["cost"]["budgets"]
        budget = sum(float(row["budget"]) for row in budgets)
        if budget:
            spent = sum(float(row["spent"]) for row in budgets)
            text = _("Of the budget of %(year)s, %(share)s is used: %(spent)s of %(budget)s.")
            used = {"share": percent(100 * spent / budget, 0), "spent": money(spent), "budget": money(budget)}
            yield Sentence("cost.budget", text % ({"year": self.content["quarter"][:4]} | used))

    def _handling(self) -> Iterator[Sentence]:
        """What the scored sample of closed cases came to."""
        kept = self.figures.get("handling_review")
        if not kept or not kept["scored"]:
            return
        text = _("Of %(drawn)s closed cases drawn at random %(scored)s were scored and reached %(share)s on average.")
        facts = {
            "drawn": whole(kept["drawn"]),
            "scored": whole(kept["scored"]),
            "share": percent(kept["percent"])
            if kept["low"] is None
            else _("%(figure)s (95 %% interval %(interval)s)")
            % {"figure": percent(kept["percent"]), "interval": between(percent(kept["low"]), percent(kept["high"]))},
        }
        yield Sentence("handling_review", text % facts)


def target_text(row: Mapping[str, Any]) -> str:
    """What a target asks for."""
    goal = row["goal"]
    asked = {
        "timely_response": _("answered in time, at least %(goal)s"),
        "resolution": _("resolved, at least %(goal)s"),
        "satisfaction": _("satisfied, at least %(goal)s"),
        "satisfaction_gain": _("satisfaction %(goal)s over its baseline"),
        "cycle_days": _("handling time, at most %(goal)s on average"),
    }[row["target"]]
    if row["target"] == "cycle_days":
        return asked % {"goal": ngettext("%(count)s day", "%(count)s days", int(goal)) % {"count": f"{goal:g}"}}
    return asked % {"goal": percent(goal, 0 if goal == int(goal) else 1)}


_ANSWERS = {
    Answer.MET: lambda: _("Target of the policy “%(policy)s”, %(target)s: met, with %(figure)s."),
    Answer.NOT_MET: lambda: _("Target of the policy “%(policy)s”, %(target)s: not met, with %(figure)s."),
    Answer.CANNOT_TELL: lambda: _(
        "Target of the policy “%(policy)s”, %(target)s: it cannot be told whether it is met, with %(figure)s."
    ),
    Answer.NOTHING: lambda: _("Target of the policy “%(policy)s”, %(target)s: 0 cases to judge by."),
    Answer.NO_BASELINE: lambda: _(
        "Target of the policy “%(policy)s”, %(target)s: no baseline is entered; satisfaction is %(figure)s."
    ),
}


def leading(row: Mapping[str, Any]) -> int:
    """In how many cases of the quarter a party led."""
    borne = row.get("quarter", {})
    return sum(int(borne.get(share, {}).get("rounds", 0)) for share in (Share.SOLE, Share.PRIMARY))


def party_name(naming: Naming, row: Mapping[str, Any]) -> str:
    """A party, employees by their department only."""
    dimension = PARTIES.get(row["kind"], Dimension.DEPARTMENT)
    name = naming.group(dimension, row["party"])
    return _("Employees (%(department)s)") % {"department": name} if row["kind"] == "employee" else name
