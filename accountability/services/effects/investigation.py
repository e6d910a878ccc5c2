"""Doing without an investigation, its plan, its findings, and its end without an outcome. (AC-1)"""

from accountability.models import Hearing, Objection, OutsideOpinion
from accountability.services import hearings, parties
from accountability.services.doing import Doing, effect
from accountability.services.effects.group import disband
from accountability.services.effects.tasks import drop_all
from accountability.services.keeping import keep
from accountability.states import OPEN_OBJECTIONS, DeterminationStatus
from complaints.services import appointed
from complaints.services import workflow as cases


@effect("approve_waiver")
def approve_waiver(doing: Doing) -> None:
    """The case goes on without a determination, for the reason that was proposed and approved (WF-4)."""
    investigation = doing.investigation
    investigation.decided_by, investigation.ended_at = doing.by, doing.now
    cases.perform(
        doing.complaint.pk,
        "waive_determination",
        by=doing.person,
        now=doing.now,
        given={"reason": investigation.waiver_reason},
        vouched=investigation.number,
    )


@effect("refuse_waiver")
def refuse_waiver(doing: Doing) -> None:
    """It is investigated after all: whom the complaint is against are parties, and a lead is appointed next."""
    investigation = doing.investigation
    investigation.decided_by = doing.by
    parties.name_respondents(investigation, by=doing.by, now=doing.now)
    doing.inquiry.__dict__.pop("parties", None)


@effect("set_plan")
def set_plan(doing: Doing) -> None:
    """What is to be found out, how, and by which methods (AC-4)."""
    investigation = doing.investigation
    investigation.scope, investigation.plan = doing.text("scope"), doing.text("plan")
    investigation.methods = sorted(dict.fromkeys(doing.given["methods"]))


@effect("conclude_findings")
def conclude_findings(doing: Doing) -> None:
    """Write down what was found; the determination rests on it."""
    doing.investigation.findings = doing.text("findings")


@effect("discontinue")
def discontinue(doing: Doing) -> None:
    """The case ended, or went on to another round, without this investigation: everything open is closed with it."""
    investigation = doing.investigation
    investigation.decided_by, investigation.ended_at = doing.by, doing.now
    drop_all(doing, doing.reason)
    for opinion in OutsideOpinion.objects.filter(investigation=investigation, received_at=None):
        appointed.end(doing.inquiry, f"opinion:{opinion.pk}", met=False, by=doing.by, reason=doing.act.code)
    _abandon(doing)
    disband(doing, doing.reason)


def _abandon(doing: Doing) -> None:
    """The version that was being worked on, its hearings and objections: nobody's silence counts any more."""
    version = doing.inquiry.in_work
    if version is None:
        return
    version.status, version.ended_at = DeterminationStatus.ABANDONED, doing.now
    keep(version)
    doing.save(version)
    hearings.lapse(doing, list(Hearing.objects.filter(determination=version)))
    for objection in Objection.objects.filter(hearing__determination=version, status__in=OPEN_OBJECTIONS):
        appointed.end(doing.inquiry, f"objection:{objection.pk}", met=False, by=doing.by, reason=doing.act.code)
    doing.inquiry.__dict__.pop("determinations", None)
