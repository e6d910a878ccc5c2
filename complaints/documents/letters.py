"""Letters to the complainant from the texts of the policy, with the case's data. (WF-6, WF-15)"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.documents.case_forms import complainant, document, in_words, organisation
from complaints.documents.parts import Document, Place, Prose, Signatures, day, money, signed
from complaints.localised import localise
from complaints.models import ComplaintEvent
from complaints.policy_rules import LetterTemplate
from complaints.policy_rules.letters import DECISION_PLACEHOLDERS
from complaints.punctuation import listed
from complaints.queries.case_page import CasePage
from complaints.queries.requirements import CONDITIONS
from complaints.states import Outcome, State

#: Letters of the shipped policies that belong to one course of a case alone, by their codes.
REFUSAL, UNFOUNDED, HOLDING = "out_of_scope", "unfounded", "holding"

#: What the writer may give where the case does not say it.
GIVEN = {
    "reason": gettext_lazy("Reason"),
    "alternative": gettext_lazy("Other way offered to the complainant"),
    "due_on": gettext_lazy("Due on"),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it would go out. `missing` are placeholders that nobody filled: it cannot go out with them."""

    template: LetterTemplate
    subject: str
    body: str
    missing: tuple[str, ...]

    @property
    def name(self) -> str:
        """What the policy calls it."""
        return localise(self.template.names)

    @property
    def text(self) -> str:
        """Subject and body, as they go on record."""
        return f"{self.subject}\n\n{self.body}"


def why_not(page: CasePage, template: LetterTemplate) -> str | None:
    """Why the letter may not be made yet: it carries a decision that is not final (WF-6)."""
    if not carries_decision(template):
        return None
    return CONDITIONS["decision_final"](page.case, page.standing, {"carries_decision": True})


def fits(page: CasePage, template: LetterTemplate) -> bool:
    """Whether the course of the case, as far as it is known, has room for the letter: now or later (WF-6).

    No refusal of what was accepted, no decision on what was declined, no opinion on what is not unfounded, no plan for
    what is, and no more time for what has ended.
    """
    finding = page.case.finding
    outcome = finding.outcome if finding is not None and not finding.is_waived else ""
    if template.code == REFUSAL:
        return _is_declined(page) or page.complaint.state == State.REGISTERED
    if template.code == HOLDING and (page.complaint.ended_at or _is_declined(page)):
        return False
    if _is_declined(page) and carries_decision(template):
        return False
    if template.code == UNFOUNDED:
        return outcome in {"", Outcome.UNFOUNDED} and page.case.plan is None
    return outcome != Outcome.UNFOUNDED or "plan" not in template.placeholders()


def not_yet(page: CasePage, template: LetterTemplate) -> str:
    """Why a letter that fits is for later; empty where its time has come."""
    if template.code == REFUSAL and not _is_declined(page):
        return _("The case is not declined.")
    return why_not(page, template) or ""


def _is_declined(page: CasePage) -> bool:
    complaint = page.complaint
    return complaint.state == State.DECLINED or (complaint.state == State.ARCHIVED and complaint.accepted_at is None)


def carries_decision(template: LetterTemplate) -> bool:
    """Says what was decided: because the policy says so, or because of what it names."""
    return template.carries_decision or bool(template.placeholders() & DECISION_PLACEHOLDERS)


def letter(page: CasePage, template: LetterTemplate, given: Mapping[str, str]) -> Letter:
    """The letter in the active language. What nobody filled stands as a gap."""
    values = _values(page) | {name: text for name, text in given.items() if name in GIVEN and text.strip()}
    if why_not(page, template) is None:
        values |= _decision(page)
    wanted = template.placeholders()
    missing = tuple(sorted(name for name in wanted if not values.get(name)))
    subject, body = template.render({name: values.get(name) or "＿＿＿＿" for name in wanted})
    return Letter(template, subject, body.strip(), missing)


def as_document(page: CasePage, made: Letter) -> Document:
    """The letter on paper."""
    seal = Place(str(page.complaint.owner_department), date=day(page.case.now), has_seal=True)
    code, number = f"letter-{made.template.code}", page.complaint.number
    return document(page, code, made.name, number, Prose(made.body, is_letter=True), Signatures((seal,)))


def _values(page: CasePage) -> dict[str, str]:
    """What the case says, decisions aside."""
    complaint = page.complaint
    refusal = (
        ComplaintEvent.objects.filter(complaint=complaint, act="decline").order_by("-id").first()
        if complaint.refusal_ground
        else None
    )
    reason = signed(page.refusal_ground_name, refusal.reason) if refusal is not None else ""
    dues = [line.deadline.due_at for line in page.running_clocks if line.deadline.due_at > page.case.now]
    return {
        "number": complaint.number,
        "subject": complaint.subject,
        "complainant": complainant(page),
        "received_on": day(complaint.received_at),
        "department": str(complaint.responsible_department or complaint.owner_department),
        "reason": reason,
        "alternative": str(refusal.detail.get("alternative", "")) if refusal is not None else "",
        "due_on": day(max(dues)) if dues else "",
        "officer": str(complaint.handler or complaint.owner_department),
        "organisation": organisation(page),
    }


def _decision(page: CasePage) -> dict[str, str]:
    """What was decided; asked only once it is final."""
    finding = page.case.finding
    standing = page.case.plan
    line = in_words(standing) if standing is not None else None
    found = {}
    if finding is not None and not finding.is_waived:
        found["outcome"] = str(finding.get_outcome_display())
        if finding.outcome == Outcome.UNFOUNDED:
            found["opinion"] = finding.opinion
    if line is not None:
        amount = money(line.plan.amount)
        priced = _("Amount: %(amount)s") % {"amount": amount} if amount else ""
        offer = signed(listed(line.remedies), line.plan.summary, priced)
        found |= {"plan": offer, "improvement": line.plan.improvement}
        found.setdefault("opinion", line.plan.opinion)
        found.setdefault("outcome", _("handled by agreement"))
    return found
