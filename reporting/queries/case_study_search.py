"""Finding case studies: by what is asked, and by what a complaint is about. (RP-8)

Ranked by BM25 over the terms that publication wrote, in one grouped statement on either database.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Case, Count, F, FloatField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Cast

from complaints.models import Category, Complaint
from reporting.models import CaseStudy, CaseStudyTerm
from reporting.terms import asked

#: How fast a repeated term counts less, and how much a long text is held against it.
SATURATION, LENGTHS = 1.2, 0.6
#: A question has at most so many terms; a whole pasted letter is cut.
ASKED = 60
#: From this share of the terms of a question on, a study is found.
FOUND = 1 / 3
#: From this share of what a complaint is about on (terms weighted by how rare they are), a study is offered beside it.
SIMILAR = 0.45
#: What product and content count beside the subject, how much of the content is read, what the same category adds.
PRODUCT, CONTENT, READ, SAME_CATEGORY = 0.4, 0.12, 400, 0.1
OFFERED = 4
#: A complaint is compared by so many of its terms, those worth most.
COMPARED = 24


@dataclass(frozen=True, slots=True)
class Filters:
    """Which studies are looked at: of a product, of a category or one below it."""

    product: str = ""
    category: Category | None = None

    def condition(self, at: str = "") -> Q:
        """For rows that know a study by the lookup `at`."""
        found = Q()
        if self.product:
            found &= Q(**{f"{at}product": self.product})
        if self.category is not None:
            found &= Q(**{f"{at}category__path__startswith": self.category.path})
        return found


def studies(filters: Filters = Filters()) -> "QuerySet[CaseStudy]":
    """What is published, the latest first."""
    return CaseStudy.objects.published().filter(filters.condition())


@dataclass(frozen=True, slots=True)
class Weights:
    """How rare each term is over all that is published, and how long a study is on the average."""

    rarity: Mapping[str, float]
    average: float


def _weights(terms: Iterable[str]) -> Weights | None:
    """None where nothing is published."""
    whole = CaseStudy.objects.published().aggregate(count=Count("pk"), average=Avg("length"))
    if not whole["count"]:
        return None
    rows = CaseStudyTerm.objects.filter(term__in=list(terms))  # there are none but of published studies
    seen = dict(rows.values_list("term").annotate(found=Count("pk")))
    # A term that is nowhere is taken for one that is in one study, or the first word unheard of would outweigh all.
    rarity = {term: math.log(1 + (whole["count"] + 10) / (seen.get(term, 1) + 0.5)) for term in terms}
    return Weights(rarity, whole["average"])


def _ranked(among: Q, given: Mapping[str, float], weights: Weights) -> "QuerySet[Any, Any]":
    """By study whose terms fulfil `among`: `score`, and `share`, the sum of what they are worth; the best first."""
    worth = {term: given[term] * weights.rarity[term] for term in given}
    value = Case(
        *(When(term=term, then=Value(worth[term])) for term in given), default=Value(0.0), output_field=FloatField()
    )
    weight = Cast(F("weight"), FloatField())
    length = Cast(F("study__length"), FloatField()) / Value(weights.average, output_field=FloatField())
    held = Value(SATURATION) * (Value(1 - LENGTHS) + Value(LENGTHS) * length)
    saturated = weight * Value(SATURATION + 1) / (weight + held)
    rows = CaseStudyTerm.objects.filter(among, term__in=list(given))
    return (
        rows.values("study")
        .annotate(
            score=Sum(value * saturated, output_field=FloatField()),
            share=Sum(value, output_field=FloatField()),
            matched=Count("pk"),
        )
        .order_by("-score", "-study")
    )


def found(question: str, filters: Filters = Filters()) -> "QuerySet[Any, Any]":
    """The studies that answer a question, the best first, as rows with `study`, `score` and `matched`."""
    terms = dict.fromkeys(list(asked(question))[:ASKED], 1.0)
    weights = _weights(terms) if terms else None
    if weights is None:
        return CaseStudyTerm.objects.none().values("study")
    return _ranked(filters.condition("study__"), terms, weights).filter(matched__gte=math.ceil(FOUND * len(terms)))


@dataclass(frozen=True, slots=True)
class Likeness:
    """A study that is offered beside a complaint, and which part of the complaint's terms it has (0 to 1)."""

    study: CaseStudy
    share: float


def similar(complaint: Complaint) -> list[Likeness]:
    """Published studies like the complaint, the most alike first; empty where none is alike enough.

    Four queries, or one where nothing is published. The subject counts most, then the product, then the content; the
    same category adds a little.
    """
    given: dict[str, float] = dict.fromkeys(asked(complaint.content[:READ]), CONTENT)
    given |= dict.fromkeys(asked(complaint.product), PRODUCT)
    given |= dict.fromkeys(asked(complaint.subject), 1.0)
    terms = dict(sorted(given.items(), key=lambda pair: -pair[1])[:ASKED])
    weights = _weights(terms) if terms else None
    if weights is None:
        return []
    best = sorted(terms, key=lambda term: -terms[term] * weights.rarity[term])[:COMPARED]
    terms = {term: terms[term] for term in best}
    whole = sum(given * weights.rarity[term] for term, given in terms.items())
    others = ~Q(study__complaint=complaint.pk)
    rows: Sequence[Mapping[str, Any]] = list(_ranked(others, terms, weights).order_by("-share")[: 5 * OFFERED])
    by_key = CaseStudy.objects.in_bulk([row["study"] for row in rows]) if rows else {}
    likely = [
        Likeness(study, min(1.0, row["share"] / whole + (SAME_CATEGORY if _is_of(study, complaint) else 0)))
        for row in rows
        if (study := by_key.get(row["study"]))
    ]
    alike = [likeness for likeness in likely if likeness.share >= SIMILAR]
    return sorted(alike, key=lambda likeness: -likeness.share)[:OFFERED]


def _is_of(study: CaseStudy, complaint: Complaint) -> bool:
    return complaint.category_id is not None and study.category_id == complaint.category_id
