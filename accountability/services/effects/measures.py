"""Measures: planned, done, verified by the quality department, and checked for their effect. (AC-9)"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accountability.models import Determination, EffectCheck, InquiryEvent, Measure, RootCause
from accountability.permissions import may_demand_measure
from accountability.queries.effects import effect_of
from accountability.services.doing import Doing, effect
from accountability.states import DeterminationStatus, Effect, EffectScope, MeasureKind
from complaints.models import Category, Department, User
from complaints.models.standing import standing_of
from complaints.services import numbers, records
from complaints.services.doing import ActRefusedError

PREFIX = "ZG"


@effect("plan_measure")
def plan_measure(doing: Doing) -> None:
    """A measure that follows from the investigation, or from the determination in force."""
    given, complaint = doing.given, doing.complaint
    scope = EffectScope(given["effect_scope"])
    cause = RootCause.objects.filter(pk=given.get("cause") or 0, is_active=True).first()
    if scope == EffectScope.CAUSE and cause is None:
        doing.refuse(_("Name the root cause whose complaints are to be counted."))
    if scope == EffectScope.PRODUCT and not complaint.product:
        doing.refuse(_("The complaint names no product whose complaints could be counted."))
    if given["due_at"] <= doing.now:
        doing.refuse(_("The date lies in the past."))
    final = Determination.objects.filter(investigation=doing.investigation, status=DeterminationStatus.FINAL).first()
    measure = doing.save(
        Measure(
            number=numbers.take(PREFIX, doing.now)[0],
            complaint=complaint,
            determination=final,
            kind=given["kind"],
            title=given["title"],
            description=given["description"],
            cause=cause,
            department=given["department"],
            owner=given["person"],
            due_at=given["due_at"],
            effect_scope=scope,
            effect_category=complaint.category,
            effect_product=complaint.product,
            made_by=doing.by,
            made_at=doing.now,
        )
    )
    doing.detail["measure"] = measure.pk
    doing.people_told.add(measure.owner_id)


def demand(
    *,
    by: User,
    now: datetime,
    origin: str,
    kind: MeasureKind,
    title: str,
    description: str,
    department: Department,
    owner: User,
    due_at: datetime,
    cause: RootCause | None = None,
    category: Category | None = None,
    product: str = "",
    effect_scope: EffectScope = EffectScope.DEPARTMENT,
) -> Measure:
    """A measure that no single complaint asks for: the quality department demands it, from a report (RP-11)."""
    with transaction.atomic():
        if not may_demand_measure(standing_of(by, now)):
            raise ActRefusedError("not_allowed", _("Only the quality department demands measures."))
        wrong = _wrong(origin, effect_scope, cause, category, product)
        if due_at <= now:
            wrong.append(_("The date lies in the past."))
        if wrong:
            raise ActRefusedError("missing", *wrong)
        measure = Measure(
            number=numbers.take(PREFIX, now)[0],
            origin=origin,
            kind=kind,
            title=title,
            description=description,
            cause=cause,
            department=department,
            owner=owner,
            due_at=due_at,
            effect_scope=effect_scope,
            effect_category=category,
            effect_product=product,
            made_by=by,
            made_at=now,
        )
        records.save(measure, by=by, reason="demand_measure", now=now)
        InquiryEvent.objects.create(
            subject=f"measure:{measure.pk}",
            act="demand_measure",
            actor=by,
            actor_name=str(by),
            to_state=measure.status,
            at=now,
            recorded_at=now,
        )
        return measure


def _wrong(
    origin: str, scope: EffectScope, cause: RootCause | None, category: Category | None, product: str
) -> list[str]:
    found = [] if origin.strip() else [_("Say what the measure follows from.")]
    needed: dict[EffectScope, Any] = {
        EffectScope.CAUSE: cause,
        EffectScope.CATEGORY: category,
        EffectScope.PRODUCT: product,
    }
    if scope in needed and not needed[scope]:
        found.append(_("Say which complaints are to be counted for its effect."))
    return found


@effect("report_done")
def report_done(doing: Doing) -> None:
    """The owner says that it is done, and what proves it."""
    measure = doing.subject
    measure.proof, measure.done_by, measure.done_at = doing.given["proof"], doing.by, doing.now


@effect("verify")
def verify(doing: Doing) -> None:
    """The quality department has seen that it is done; when its effect is to be checked."""
    if doing.given["effect_due_at"] <= doing.now:
        doing.refuse(_("An effect takes time: name a later moment."))
    measure = doing.subject
    measure.verified_by, measure.verified_at = doing.by, doing.now
    measure.effect_due_at = doing.given["effect_due_at"]


@effect("send_measure_back")
def send_measure_back(doing: Doing) -> None:
    """It is not done: the owner has another date."""
    _begin_again(doing)


@effect("find_effective")
def find_effective(doing: Doing) -> None:
    """Fewer complaints, or none to be expected yet: judged with the figures on record. More is never effective."""
    check = _check(doing, is_effective=True)
    if check.effect == Effect.MORE:
        doing.refuse(_("There are more such complaints than before: the measure cannot be called effective."))


@effect("find_ineffective")
def find_ineffective(doing: Doing) -> None:
    """The measure did not help: it is open again, with another date."""
    _check(doing, is_effective=False)
    _begin_again(doing)


@effect("cancel_measure")
def cancel_measure(doing: Doing) -> None:
    """It is not needed any more."""
    doing.subject.end_reason = doing.reason


@effect("pass_on")
def pass_on(doing: Doing) -> None:
    """Somebody else sees to it from now on."""
    doing.detail["from"], doing.detail["to"] = doing.subject.owner_id, doing.given["person"].pk
    doing.subject.owner = doing.given["person"]


def _begin_again(doing: Doing) -> None:
    if doing.given["due_at"] <= doing.now:
        doing.refuse(_("The date lies in the past."))
    measure = doing.subject
    measure.reopened += 1
    measure.due_at = doing.given["due_at"]
    measure.proof, measure.done_by, measure.done_at = "", None, None
    measure.verified_by, measure.verified_at, measure.effect_due_at = None, None, None


def _check(doing: Doing, *, is_effective: bool) -> EffectCheck:
    """Count, compare, and keep the figures with the judgement."""
    measure = doing.subject
    found = effect_of(measure, doing.now)
    comparison = found.comparison
    check = doing.save(
        EffectCheck(
            measure=measure,
            scope=found.scope,
            before_from=found.before.starts_at,
            before_to=found.before.ends_at,
            after_from=found.after.starts_at,
            after_to=found.after.ends_at,
            before_count=found.before.count,
            after_count=found.after.count,
            before_exposure=found.before.exposure,
            after_exposure=found.after.exposure,
            ratio=comparison.ratio if comparison else None,
            low=comparison.low if comparison else None,
            high=comparison.high if comparison else None,
            effect=comparison.effect if comparison else Effect.TOO_FEW,
            is_effective=is_effective,
            judgement=doing.given["judgement"],
            checked_by=doing.by,
            checked_at=doing.now,
        )
    )
    doing.detail |= {"check": check.pk, "effect": str(check.effect), "ratio": check.ratio}
    return check
