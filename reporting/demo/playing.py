"""The work of a quality department on the cases of a demonstration, through the services. (RP-1 … RP-13)"""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from complaints.demo.organisation import refuse_outside_demonstration
from complaints.models import Category, Complaint, User
from complaints.models.standing import standing_of
from complaints.services.refusal import ActRefusedError
from complaints.states import State
from reporting.checklist import CODES, Score
from reporting.demo import lessons
from reporting.models import CaseFact, CaseStudy, HandlingReview
from reporting.periods import Period, Span
from reporting.queries import case_studies as studied
from reporting.queries.commendations import candidates
from reporting.services import (
    case_studies,
    cluster_scan,
    commendations,
    costs,
    examinations,
    exposures,
    facts,
    handling_reviews,
    hours,
    reports,
)
from reporting.tallies import FOUNDED

#: How many closed cases have hours, how many teach something, and how many a sample has.
WITH_HOURS, TEACHING, SAMPLED = 90, 7, 8
#: Months whose customers are known.
MONTHS = 26
GRADES = (Score.MET, Score.MET, Score.MET, Score.MET, Score.PARTLY, Score.NOT_MET, Score.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class _Stage:
    """Who acts, when, and what is left to chance."""

    quality: User
    head: User
    executive: User
    now: datetime
    rng: random.Random

    @property
    def today(self) -> date:
        return timezone.localdate(self.now, timezone.get_default_timezone())

    @property
    def last(self) -> Period:
        """The quarter that ended last."""
        return Period.of(self.today, Span.QUARTER).previous


def play(seed: int, now: datetime) -> dict[str, int]:
    """Do what a quality department does in half a year, at `now`; how much of each came about.

    The same seed, moment and cases give the same. Raises NoDemonstrationError outside a demonstration.
    """
    refuse_outside_demonstration()
    people = {row.username: row for row in User.objects.filter(username__in=("quality", "head", "executive"))}
    stage = _Stage(people["quality"], people["head"], people["executive"], now, random.Random(seed))  # noqa: S311
    facts.refresh(now)
    return {scene.__name__.strip("_"): scene(stage) for scene in SCENES}


def _customers(stage: _Stage) -> int:
    """How many were served each month, a little more every year."""
    month = Period.of(stage.today, Span.MONTH).previous
    rows = [
        exposures.Amount(
            "all", "", "customers", month.shifted(-back).first, Decimal(4200 - 30 * back + 17 * (back % 5))
        )
        for back in range(MONTHS)
    ]
    return exposures.record(rows, is_dry=False, by=stage.quality, now=stage.now).new


def _baseline(stage: _Stage) -> int:
    reports.enter_baseline(Decimal("58.0"), "上线前一年电话回访抽样 420 件", by=stage.quality, now=stage.now)
    return 1


def _money(stage: _Stage) -> int:
    """Rates, budgets, and what was spent apart from cases."""
    by, now, year = stage.quality, stage.now, stage.today.year
    costs.enter_rate(None, date(year - 3, 1, 1), Decimal("62.00"), "财务部 人力成本核定", by=by, now=now)
    costs.enter_rate(None, date(year, 1, 1), Decimal("68.00"), "财务部 人力成本核定（本年度）", by=by, now=now)
    for kind, amount, basis in lessons.BUDGETS:
        costs.enter_budget(year, None, kind, Decimal(amount), basis, by=by, now=now)
    for kind, days, amount, purpose in lessons.SPENDING:
        day = stage.today - timedelta(days=days)
        costs.enter_spending(day, None, kind, Decimal(amount), purpose, by=by, now=now)
    return 2 + len(lessons.BUDGETS) + len(lessons.SPENDING)


def _hours(stage: _Stage) -> int:
    """Handlers say how long they worked on the cases that ended last."""
    made = 0
    ended = CaseFact.objects.filter(ended_at__isnull=False, handler__isnull=False).order_by("-ended_at", "pk")
    for fact in ended.select_related("handler")[:WITH_HOURS]:
        first, last = (timezone.localdate(moment) for moment in (fact.received_at, fact.ended_at))
        for kind, remark, least, most in stage.rng.sample(lessons.WORK, stage.rng.randint(1, 3)):
            day = first + timedelta(days=stage.rng.randint(0, max((last - first).days, 0)))
            minutes = stage.rng.randrange(least, most + 1, 5)
            work = hours.Work(fact.handler, day, minutes, kind, remark)
            # Whoever left the post, or must keep away from the case, records nothing.
            with suppress(ActRefusedError):
                hours.record(fact.complaint_id, work, by=fact.handler, now=stage.now)
                made += 1
    return made


def _handling(stage: _Stage) -> int:
    """The samples of the last two quarters are scored and concluded."""
    scored = 0
    for quarter in (stage.last.previous, stage.last):
        # A quarter in which nothing was closed has no sample.
        with suppress(ActRefusedError):
            review = handling_reviews.begin(
                quarter, SAMPLED, by=stage.quality, now=stage.now, seed=f"{stage.rng.random()}"
            )
            scored += _score(stage, review)
    return scored


def _score(stage: _Stage, review: HandlingReview) -> int:
    cases = list(review.cases.order_by("position"))
    for case in cases:
        # Every other case was handled without a fault.
        grades = GRADES if case.position % 2 else (Score.MET,)
        scores = {code: str(stage.rng.choice(grades)) for code in CODES} | {"first_answer": str(Score.MET)}
        comment = stage.rng.choice(lessons.COMMENTS)
        handling_reviews.score(case, scores, comment, by=stage.quality, now=stage.now)
    handling_reviews.conclude(review, lessons.FINDINGS, by=stage.quality, now=stage.now)
    return len(cases)


def _studies(stage: _Stage) -> int:
    """Cases of different categories are published; the last remains a draft."""
    made: list[CaseStudy] = []
    seen: set[int | None] = set()
    closed = Complaint.objects.visible_to(stage.quality, stage.now).filter(
        state__in=(State.CLOSED, State.ARCHIVED), category__isnull=False, facts__outcome__in=FOUNDED
    )
    for complaint in closed.select_related("category").order_by("-pk").distinct()[:200]:
        if complaint.category_id in seen or studied.why_not_proposed(complaint):
            continue
        told_of = studied.sources(complaint, complaint.round, standing_of(stage.quality, stage.now)).texts
        if not (told_of.get("matter") and told_of.get("resolution")):
            continue
        seen.add(complaint.category_id)
        study = case_studies.propose(complaint, by=stage.quality, now=stage.now)
        made.append(_taught(stage, study))
        if len(made) == TEACHING:
            break
    for study in made[:-1]:
        confirmed = [place.key for place in studied.places_in(study)]
        case_studies.publish(
            study, confirmed=confirmed, checklist=True, version=study.version, by=stage.quality, now=stage.now
        )
    return len(made)


def _taught(stage: _Stage, study: CaseStudy) -> CaseStudy:
    """The draft with what was learnt."""
    texts = studied.texts_of(study) | {"lesson": lessons.OTHER}
    if study.category is not None:
        branch = Category.objects.get(pk=int(study.category.path.strip("/").split("/")[0]))
        texts |= {"lesson": lessons.LESSONS.get(branch.code, lessons.OTHER), "keywords": str(study.category)}
    writing = case_studies.Writing(texts, study.category)
    return case_studies.write(study, writing, version=study.version, by=stage.quality, now=stage.now)


def _examinations(stage: _Stage) -> int:
    """Trends and performance of the last quarter, and whether anything broke out."""
    examinations.ask_nightly(stage.now)
    cluster_scan.scan_for_clusters(stage.now)
    return examinations.make_waiting(stage.now)


def _commended(stage: _Stage) -> int:
    """Who did excellently is proposed, and the first is commended."""
    proposed = [
        commendations.propose(stage.last, one.person, lessons.COMMENDED, by=stage.quality, now=stage.now)
        for one in candidates(stage.last)[:2]
        if one.person != stage.quality
    ]
    for row in proposed[:1]:
        commendations.decide(row, approves=True, reason="", by=stage.executive, now=stage.now)
    return len(proposed)


def _quarterly(stage: _Stage) -> int:
    """The report of the quarter before the last is published, that of the last a draft."""
    quarter = stage.last.previous
    report = reports.build(quarter.code, by=stage.quality, now=stage.now)
    acts: tuple[tuple[Callable[..., object], User], ...] = (
        (reports.review, stage.head),
        (reports.sign, stage.executive),
        (reports.publish, stage.executive),
    )
    for act, by in acts:
        act(report.pk, by=by, now=stage.now, seen=report.sha256)
    reports.build(stage.last.code, by=stage.quality, now=stage.now)
    return 2


#: In the order in which one rests on the other.
SCENES: tuple[Callable[[_Stage], int], ...] = (
    _customers,
    _baseline,
    _money,
    _hours,
    _handling,
    _studies,
    _examinations,
    _commended,
    _quarterly,
)


def told(made: dict[str, int]) -> Iterator[str]:
    """What came about, a word each."""
    return (f"{name} {count}" for name, count in made.items())
