"""Where an improvement plan begins: what the figures of a report ask to be improved. (RP-11)

A line says what was found and leads to a measure, whose origin is the code of the report and the number of the line.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from accountability.states import EffectScope, MeasureKind
from complaints.punctuation import labelled
from reporting.queries.reports.naming import in_all_languages
from reporting.queries.reports.sentences import leading, party_name, target_text
from reporting.queries.reports.targets import Answer
from reporting.queries.reports.wording import Naming, figure_text, percent, whole
from reporting.tallies import Dimension
from reporting.trends import Verdict

#: How many causes and departments are named.
MOST = 3
#: One case alone asks for no measure of its own.
LEAST = 2
Line = dict[str, Any]


def plan_of(content: Mapping[str, Any]) -> list[Line]:
    """The lines, numbered: targets missed, categories risen, vital causes, parties that led, measures in vain."""
    found = [line for lines in (_targets, _categories, _causes, _departments, _measures) for line in lines(content)]
    return [{"number": number} | line for number, line in enumerate(found, 1)]


def origin(code: str, number: int) -> str:
    """What a measure demanded for a line says it comes from."""
    return f"{code} · {number}"


def _line(about: str, text: Callable[[], str], /, **asked: str) -> Line:
    asked = {name: str(value) for name, value in asked.items() if value}
    return {"about": about, "texts": in_all_languages(text), "asked": asked}


def _targets(content: Mapping[str, Any]) -> Iterator[Line]:
    for row in content["figures"]["targets"]:
        if row["answer"] != Answer.NOT_MET:
            continue

        def text(row: Mapping[str, Any] = row) -> str:
            naming = Naming(content)
            value = figure_text(naming.units[row["figure"]], row)
            return _("Reach the target: %(target)s (now %(value)s)") % {"target": target_text(row), "value": value}

        yield _line("target", text, kind=MeasureKind.CORRECTIVE)


def _coded(content: Mapping[str, Any], dimension: str) -> dict[str, str]:
    return {group["key"]: group["code"] for group in content["groups"][dimension]}


def _categories(content: Mapping[str, Any]) -> Iterator[Line]:
    codes = _coded(content, Dimension.CATEGORY)
    for row in content["figures"]["by"][Dimension.CATEGORY]:
        changes = row["changes"].get("received", {})
        if not any(change["verdict"] == Verdict.RISE for change in changes.values()):
            continue

        def text(row: Mapping[str, Any] = row) -> str:
            name = Naming(content).group(Dimension.CATEGORY, row["key"])
            count = whole(row["figures"]["received"]["value"])
            return _("Fewer complaints of the category “%(name)s” (risen to %(count)s)") % {
                "name": name,
                "count": count,
            }

        yield _line(
            "category",
            text,
            kind=MeasureKind.PREVENTIVE,
            effect_scope=EffectScope.CATEGORY,
            effect_category=codes.get(row["key"], ""),
        )


def _causes(content: Mapping[str, Any]) -> Iterator[Line]:
    codes = _coded(content, Dimension.CAUSE)
    for row in content["figures"]["causes"]["rows"][:MOST]:
        if not row["is_vital"] or row["count"] < LEAST:
            continue

        def text(row: Mapping[str, Any] = row) -> str:
            name = Naming(content).group(Dimension.CAUSE, row["key"])
            share = percent(row["share"])
            return _("Remove the root cause “%(name)s” (%(share)s of those determined)") % {
                "name": name,
                "share": share,
            }

        yield _line(
            "cause",
            text,
            kind=MeasureKind.PREVENTIVE,
            effect_scope=EffectScope.CAUSE,
            cause=codes.get(row["key"], ""),
        )


def _departments(content: Mapping[str, Any]) -> Iterator[Line]:
    rows = [row for row in content["figures"]["responsibility"] if leading(row) >= LEAST and row["kind"] != "employee"]
    codes = _coded(content, Dimension.DEPARTMENT)
    for row in rows[:MOST]:

        def text(row: Mapping[str, Any] = row) -> str:
            facts = {"name": party_name(Naming(content), row), "count": whole(leading(row))}
            return _("Improve at “%(name)s” (%(count)s times in sole or primary responsibility)") % facts

        yield _line(
            "department",
            text,
            kind=MeasureKind.CORRECTIVE,
            effect_scope=EffectScope.DEPARTMENT,
            department=codes.get(row["party"], "") if row["kind"] == "department" else "",
        )


def _measures(content: Mapping[str, Any]) -> Iterator[Line]:
    codes = _coded(content, Dimension.DEPARTMENT)
    for row in content["figures"]["measures"]:
        if "check" not in row or row["check"]["is_effective"]:
            continue

        def text(row: Mapping[str, Any] = row) -> str:
            return (
                labelled(
                    _("Find another way: the measure %(number)s had no effect") % {"number": row["number"]},
                    row["title"],
                )
                if row["title"]
                else _("Find another way: the measure %(number)s had no effect") % {"number": row["number"]}
            )

        yield _line("measure", text, kind=MeasureKind.CORRECTIVE, department=codes.get(row["department"], ""))
