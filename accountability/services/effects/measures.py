"""Measures: planned, done, verified by the quality department, and checked for their effect. (AC-9)"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accountability.acts import Subject
from accountability.models import Determination, EffectCheck, InquiryEvent, Measure, RootCause
from accountability.permissions import may_demand_measure
from accountability.queries.effects import effect_of
from accountability.services.doing import Doing, effect
from accountability.states import DeterminationStatus, Effect, EffectScope, MeasureKind
from complaints.models import Category, Department, User
from complaints.models.standing import Standing, standing_of
from complaints.services import notices, numbers, records
from complaints.services.doing import ActRefusedError
from complaints.states import CaseRole

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
    # The owner sees the measure, which need not be true of the investigation.
    doing.told |= {"subject": f"{Subject.MEASURE}:{measure.pk}", "number": measure.number}


class DemandError(ActRefusedError):
    """A measure that cannot be demanded; `found` says of each field what is wrong with it."""

    def __init__(self, code: str, *found: tuple[str, str]) -> None:
        super().__init__(code, *(text for _field, text in found))
        self.found = list(found)


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
    """A measure that no single complaint asks for: the quality department demands it, from a report (RP-11).

    `origin` names the report and its line ("2026Q3 · 3.2"), by which the report finds its measures again. The owner is
    told. Raises DemandError with everything that is wrong, and then changes nothing.
    """
    with transaction.atomic():
        standing = standing_of(by, now)
        if not may_demand_measure(standing):
            raise DemandError("not_allowed", ("", _("Only the quality department demands measures.")))
        measure = Measure(
            origin=origin.strip(),
            kind=kind,
            title=title.strip(),
            description=description.strip(),
            cause=cause,
            department=department,
            owner=owner,
            due_at=due_at,
            effect_scope=effect_scope,
            effect_category=category,
            effect_product=product.strip(),
            made_by=by,
            made_at=now,
        )
        if wrong := _wrong(measure, now):
            raise DemandError("missing", *wrong)
        measure.number = numbers.take(PREFIX, now)[0]
        records.save(measure, by=by, reason="demand_measure", now=now)
        event = InquiryEvent.objects.create(
            subject=f"{Subject.MEASURE}:{measure.pk}",
            act="demand_measure",
            actor=by,
            actor_name=str(by),
            actor_role=CaseRole.QUALITY,
            on_behalf_of_id=_principal(standing),
            to_state=measure.status,
            at=now,
            recorded_at=now,
        )
        _tell_owner(measure, event)
        return measure


def _principal(standing: Standing) -> int | None:
    """Whose deputy the person demands a measure as; None for who is of the quality department."""
    if may_demand_measure(standing.own):
        return None
    return next(row for row in standing.principals if may_demand_measure(standing.of_principal(row)))


#: What must be named so that the complaints of a scope can be counted. Those of a department need nothing more.
COUNTED_BY = {
    EffectScope.CAUSE: "cause",
    EffectScope.CATEGORY: "effect_category",
    EffectScope.PRODUCT: "effect_product",
}


def _wrong(measure: Measure, now: datetime) -> list[tuple[str, str]]:
    """Everything that keeps a measure from being demanded, by the field it is about."""
    found = []
    if not measure.origin:
        found.append(("origin", _("Say what the measure follows from.")))
    if not (measure.title and measure.description):
        found.append(("description" if measure.title else "title", _("Say what is to be done.")))
    if measure.due_at <= now:
        found.append(("due_at", _("The date lies in the past.")))
    field = COUNTED_BY.get(EffectScope(measure.effect_scope), "")
    if field and not getattr(measure, field):
        found.append((field, _("Say which complaints are to be counted for its effect.")))
    return found


def _tell_owner(measure: Measure, event: InquiryEvent) -> None:
    notices.tell(
        [measure.owner_id] if measure.owner_id != event.actor_id else [],
        complaint_id=None,
        key=f"inquiry:{event.pk}",
        kind="inquiry.demand_measure",
        detail={"by": event.actor_name, "number": measure.number, "subject": event.subject},
        now=event.at,
    )


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
