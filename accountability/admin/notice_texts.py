"""What notices of this app say, and where they lead. (DL-3)

A notice names the number of the complaint and what is asked of the reader. Of parties, evidence and findings it says
nothing: mail leaves the house.
"""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accountability.acts import ACTS, BEGINNINGS, Subject
from accountability.admin.opening import address_of, visible
from accountability.models import Membership
from complaints.admin.access import standing_for
from complaints.admin.desk.notices import LEADS
from complaints.models import Notice
from complaints.queries.notice_texts import OPENED, TEMPLATES, Template

KIND = "inquiry"

#: What happened, where the name of the act would say it from the side of whoever took it.
TITLES: Mapping[str, Any] = {
    "open_investigation": _("You are named for an investigation"),
    "appoint": _("You are named for an investigation"),
    "declare_interests": _("A member of an investigation declared interests"),
    "propose_waiver": _("A proposal to do without an investigation"),
    "approve_waiver": _("No investigation is needed"),
    "refuse_waiver": _("The matter is to be investigated"),
    "add_task": _("A task of an investigation"),
    "withdraw_evidence": _("Evidence was withdrawn"),
    "submit": _("A determination of responsibility waits for approval"),
    "send_back": _("A determination of responsibility was sent back"),
    "approve": _("A determination of responsibility is put to the parties"),
    "put_to_parties": _("A determination of responsibility is put to the parties"),
    "revise": _("Responsibility is determined anew"),
    "finalise": _("A determination of responsibility is final"),
    "correct": _("A final determination is being corrected"),
    "accept_determination": _("A party accepted the determination"),
    "object": _("A party objected to the determination"),
    "record_answer": _("The answer of a party was recorded"),
    "extend": _("There is more time to answer"),
    "refer": _("An objection was referred for an opinion"),
    "uphold": _("An objection was upheld"),
    "dismiss_objection": _("An objection was dismissed"),
    "plan_measure": _("A measure is yours to carry out"),
    "demand_measure": _("A measure is yours to carry out"),
    "report_done": _("A measure was reported done"),
    "verify": _("A measure was verified"),
    "send_measure_back": _("A measure was sent back"),
    "find_effective": _("A measure was found effective"),
    "find_ineffective": _("A measure was found not effective"),
    "cancel_measure": _("A measure was cancelled"),
    "report_offence": _("A discipline record was made"),
    "decide": _("A discipline record was decided"),
    "drop": _("A discipline record was dismissed"),
    "discontinue": _("An investigation was discontinued"),
    "remind_measure": _("Reminder: a measure is due %(due)s"),
    "overdue_measure": _("A measure is overdue since %(due)s"),
    "overdue_measure_head": _("A measure of your department is overdue since %(due)s"),
    "overdue_measure_executive": _("A measure is overdue since %(due)s and still not done"),
    "check_effect": _("The effect of a measure is to be checked"),
}
#: What a person told of an act is asked to do. Acts without an entry are told for information.
ASKED: Mapping[str, Any] = {
    "open_investigation": _(
        "Please declare whether you have an interest in the matter; until then you see nothing of it."
    ),
    "propose_waiver": _("Please decide whether the matter must be investigated."),
    "approve_waiver": _("Responsibility is not investigated; a resolution plan is needed next."),
    "refuse_waiver": _("Please appoint who investigates."),
    "appoint": _("Please declare whether you have an interest in the matter; until then you see nothing of it."),
    "declare_interests": _("Please look whether the group can work."),
    "add_task": _("Please do what the task asks by its date."),
    "withdraw_evidence": _("Please look whether what remains still proves the facts."),
    "submit": _("Please approve the determination or send it back."),
    "send_back": _("Please look at the reason and write the determination anew."),
    "approve": _("The determination is put to the parties: please answer by %(due)s. Silence counts as acceptance."),
    "put_to_parties": _(
        "The parties answer by %(due)s. Please inform those without an account here and record their answers by then:"
        " silence counts as acceptance."
    ),
    "revise": _("The responsibility is determined anew; what was said before no longer stands."),
    "finalise": _("The determination is final."),
    "correct": _("A final determination is being corrected by a new version."),
    "accept_determination": _("Please look whether everybody has answered."),
    "object": _("Please look at the grounds; an opinion may be asked for before it is decided."),
    "record_answer": _("Please look at the answer."),
    "extend": _("There is more time to answer: until %(due)s."),
    "refer": _("An opinion from outside is asked for."),
    "uphold": _("The responsibility is to be determined anew."),
    "dismiss_objection": _("The determination stands as it was."),
    "plan_measure": _("Please carry the measure out by its date and report it done, with proof."),
    "demand_measure": _("Please carry the measure out by its date and report it done, with proof."),
    "report_done": _("Please verify that it was done."),
    "verify": _("The effect will be checked."),
    "send_measure_back": _("Please look at the reason and carry the measure out."),
    "find_effective": _("Nothing more is to be done."),
    "find_ineffective": _("It begins again: please look at the judgement."),
    "cancel_measure": _("Nothing more is to be done."),
    "report_offence": _("Please look at the record."),
    "decide": _("Please look at the decision."),
    "drop": _("Please look at the reason."),
    "remind_measure": _("Please carry the measure out by its date and report it done, with proof."),
    "overdue_measure": _("Please carry the measure out at once and report it done, with proof."),
    "overdue_measure_head": _("Please see to it that the measure is carried out."),
    "overdue_measure_executive": _("Please see to it that the measure is carried out."),
    "check_effect": _("Please check it and record your judgement."),
}
#: What nobody did, but what became due.
DUE = ("remind_measure", "overdue_measure", "overdue_measure_head", "overdue_measure_executive", "check_effect")
#: What whoever is no party is told of an act that asks the parties.
ASIDE = ("put_to_parties",)


def _register() -> None:
    labels: dict[str, Any] = {code: act.label for code, act in ACTS.items()} | dict(BEGINNINGS)
    for code, label in labels.items():
        TEMPLATES.setdefault(f"{KIND}.{code}"[:40], Template(TITLES.get(code, label), ASKED.get(code, "")))
    for code in (*DUE, *ASIDE):
        TEMPLATES[f"{KIND}.{code}"] = Template(TITLES[code], ASKED[code])
    OPENED.add(KIND)
    LEADS[KIND] = leads


def leads(request: HttpRequest, notice: Notice) -> str:
    """The page of what the notice is about, the investigation it belongs to, or nothing the person may not see."""
    kind, _colon, key = str(notice.detail.get("subject", "")).partition(":")
    if kind not in set(Subject) or not key.isdecimal():
        return ""
    standing = standing_for(request)
    if visible(Subject(kind), standing).filter(pk=key).exists():
        return address_of(kind, int(key))
    is_named = kind == Subject.INVESTIGATION and Membership.objects.filter(
        investigation=int(key), person=standing.user_id, declaration="pending", left_at=None
    )
    return address_of(kind, int(key)) if is_named and is_named.exists() else ""


_register()
