"""Opinions from outside: a named expert, agency or counsel is asked, and what they say is evidence. (AC-4, AC-8)"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.models import OutsideOpinion
from accountability.services.clock_names import names_of
from accountability.services.doing import Doing, effect
from accountability.services.evidence_entry import enter
from accountability.states import Declaration, EvidenceKind
from complaints.punctuation import remarked
from complaints.services import appointed

NAME = gettext_lazy("Opinion from outside, asked for in the investigation %(number)s")
TITLE = 200


def subject_of(opinion: OutsideOpinion) -> str:
    """What the clock of an opinion is for."""
    return f"opinion:{opinion.pk}"


def ask(doing: Doing) -> OutsideOpinion:
    """Put the question on record, with a clock for whoever waits for the answer, if there is a date."""
    given, due_at = doing.given, doing.given.get("due_at")
    if due_at is not None and due_at <= doing.now:
        doing.refuse(_("The date lies in the past."))
    opinion = doing.add(
        OutsideOpinion,
        kind=given["kind"],
        expert=given["expert"],
        agency=doing.text("agency"),
        qualification=doing.text("qualification"),
        question=given["question"],
        due_at=due_at,
    )
    lead = doing.inquiry.lead
    waits = lead.person if lead is not None and lead.declaration == Declaration.NO_INTEREST else None
    if due_at is not None:
        names = names_of(NAME, number=doing.investigation.number)
        appointed.start(
            doing.inquiry, subject=subject_of(opinion), owner=waits, names=names, due_at=due_at, by=doing.by
        )
    doing.detail["opinion"] = opinion.pk
    doing.inquiry.__dict__.pop("opinions", None)
    return opinion


@effect("ask_outside")
def ask_outside(doing: Doing) -> None:
    """Ask somebody from outside who knows the matter."""
    ask(doing)


@effect("record_opinion")
def record_opinion(doing: Doing) -> None:
    """What they say, with their declaration of independence. It becomes evidence, to be reviewed like any other."""
    opinion = doing.row(OutsideOpinion, investigation=doing.investigation, received_at=None)
    opinion.opinion, opinion.interest = doing.text("opinion"), doing.text("interest")
    opinion.is_independent, opinion.received_at = True, doing.now
    who = remarked(opinion.expert, opinion.agency) if opinion.agency else opinion.expert
    opinion.evidence = enter(
        doing,
        files=doing.given.get("files") or (),
        kind=EvidenceKind.EXPERT_REPORT,
        title=f"{opinion.get_kind_display()} · {who}"[:TITLE],
        shows=f"{opinion.question}\n\n{opinion.opinion}",
        source=who[:TITLE],
        holder=doing.investigation.number,
    )
    doing.save(opinion)
    appointed.end(doing.inquiry, subject_of(opinion), met=True, by=doing.by, reason=doing.act.code)
    doing.detail["opinion"] = opinion.pk
    for name in ("opinions", "evidence"):
        doing.inquiry.__dict__.pop(name, None)
