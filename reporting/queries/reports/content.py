"""Everything a quarterly report says, as one value of figures, codes and names. (RP-1, RP-3, RP-6, RP-11)

Kept with the report; every form of it is written from this value alone. It holds texts, numbers, truth values, lists
and dictionaries: sums of money are texts with two decimals, moments are texts in UTC, names and sentences stand in
every language. `figures` is what is counted: recomputing makes that part again and compares it, cell by cell.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.utils import timezone

from reporting.checklist import ITEMS
from reporting.costs import COST_FIGURES
from reporting.definitions import DEFINITIONS, EDITION
from reporting.periods import Period, Span
from reporting.queries.reports import naming, sentences
from reporting.queries.reports.cost import cost_of
from reporting.queries.reports.counting import Counts, Stream, Stretch, count
from reporting.queries.reports.figures import Known, figures_of
from reporting.queries.reports.handling import handling_review_of
from reporting.queries.reports.naming import in_all_languages, kept_groups, with_others
from reporting.queries.reports.plan import plan_of
from reporting.queries.reports.targets import Policy, baseline_at, policies_at
from reporting.responsibility import BORNE
from reporting.tallies import Dimension

#: Changes when the shape of the value does. 2: with cost and the quality review of handling.
FORMAT = 2
WITH_COST = 2
#: By what figures are told apart; policies are named with their targets.
GROUPED = (
    Dimension.CATEGORY,
    Dimension.DEPARTMENT,
    Dimension.SEVERITY,
    Dimension.CHANNEL,
    Dimension.PRODUCT,
    Dimension.SUPPLIER,
    Dimension.CAUSE,
)
Content = dict[str, Any]


def stretch_of(quarter: str) -> Stretch:
    """The quarter of that code in the business time zone. ValueError if it is none."""
    period = Period.parse(quarter)
    if period.span != Span.QUARTER:
        raise ValueError(quarter)
    return Stretch(period, timezone.get_default_timezone())


def content_of(quarter: str, code: str, stream: Stream, as_of: datetime) -> Content:
    """What the report of a quarter says, from facts that are true as of the moment. `code` is that of the report."""
    stretch = stretch_of(quarter)
    counts = count(stream, stretch)
    groups = {str(dimension): kept_groups(dimension, _present(counts, stretch, dimension)) for dimension in GROUPED}
    known = Known(groups, tuple(policies_at(min(stretch.ends_at, as_of))), baseline_at(as_of))
    figures = figures_of(counts, stretch, known, as_of) | _further(FORMAT, stretch, as_of)
    content: Content = {
        "format": FORMAT,
        "quarter": quarter,
        "code": code,
        "as_of": as_of.isoformat(),
        "zone": str(stretch.zone),
        "definitions_edition": EDITION,
        "organisation": naming.organisation(),
        "periods": {
            name: {"code": period.code, "first": period.first.isoformat(), "last": period.last.isoformat()}
            for name, period in zip(("quarter", "previous", "year_ago"), stretch.compared, strict=True)
        },
        "groups": groups,
        "parties": _parties(figures),
        "policies": [asdict(policy) for policy in known.policies],
        "baseline": known.baseline,
        "figures": figures,
        "definitions": _definitions(),
        "further_definitions": _further_definitions(),
        "checklist": [
            {"code": item.code, "names": in_all_languages(lambda item=item: item.label)}  # type: ignore[misc]
            for item in ITEMS
        ],
    }
    content["plan"] = plan_of(content)
    content["sentences"] = sentences.in_all_languages(content)
    return content


def recomputed(content: Mapping[str, Any], stream: Stream) -> Content:
    """The figures of a report made again, its groups put together, and its targets set, as they were then."""
    stretch, as_of = stretch_of(content["quarter"]), datetime.fromisoformat(content["as_of"])
    counts = count(stream, stretch)
    groups = {
        str(dimension): with_others(content["groups"][dimension], dimension, _present(counts, stretch, dimension))
        for dimension in GROUPED
    }
    policies = tuple(Policy(**policy) for policy in content["policies"])
    figures = figures_of(counts, stretch, Known(groups, policies, content["baseline"]), as_of)
    return figures | _further(content["format"], stretch, as_of)


def _further(content_format: int, stretch: Stretch, as_of: datetime) -> Content:
    """The figures that a content of that format has besides: what an old one did not say is not asked of it."""
    if content_format < WITH_COST:
        return {}
    return {"cost": cost_of(stretch, as_of), "handling_review": handling_review_of(stretch, as_of)}


def _present(counts: Counts, stretch: Stretch, dimension: Dimension) -> set[str]:
    return counts.keys(dimension, stretch.compared)


def _parties(figures: Mapping[str, Any]) -> dict[str, dict[str, naming.Names]]:
    """Names of those that bear something, by dimension."""
    found: dict[Dimension, dict[str, naming.Names]] = {}
    for row in figures["responsibility"]:
        dimension = Dimension.DEPARTMENT if row["kind"] in {"department", "employee"} else Dimension.SUPPLIER
        found.setdefault(dimension, {})[row["party"]] = {}
    for row in figures["measures"]:
        found.setdefault(Dimension.DEPARTMENT, {})[row["department"]] = {}
    for row in figures["handling_review"]["departments"]:
        found.setdefault(Dimension.DEPARTMENT, {})[row["department"]] = {}
    return {str(dimension): _named(dimension, keys) for dimension, keys in found.items()}


def _named(dimension: Dimension, keys: Iterable[str]) -> dict[str, naming.Names]:
    return {group["key"]: group["names"] for group in kept_groups(dimension, set(keys))}


def _definitions() -> list[Content]:
    """The definitions as they read now, in every language."""
    return [
        {
            "code": row.code,
            "label": in_all_languages(lambda row=row: row.label),  # type: ignore[misc]
            "unit": str(row.unit),
            "basis": in_all_languages(lambda row=row: row.basis.label),  # type: ignore[misc]
            "better": str(row.better),
            "formula": in_all_languages(lambda row=row: row.formula),  # type: ignore[misc]
            "treatment": in_all_languages(lambda row=row: row.treatment),  # type: ignore[misc]
            "source": row.source,
        }
        for row in DEFINITIONS.values()
    ]


def _further_definitions() -> list[Content]:
    """The definitions of responsibility and cost as they read now, in every language."""
    rows: list[Any] = [BORNE, *COST_FIGURES.values()]
    return [
        {
            "code": row.code,
            "label": in_all_languages(lambda row=row: row.label),  # type: ignore[misc]
            "unit": str(row.unit),
            "basis": in_all_languages(lambda row=row: row.basis.label),  # type: ignore[misc]
            "formula": in_all_languages(lambda row=row: row.formula),  # type: ignore[misc]
            "treatment": in_all_languages(lambda row=row: row.treatment),  # type: ignore[misc]
            "source": row.source,
        }
        for row in rows
    ]


def canonical(content: Mapping[str, Any]) -> bytes:
    """The one way in which a content is written as bytes: what is signed is these."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical bytes."""
    return hashlib.sha256(canonical(content)).hexdigest()
