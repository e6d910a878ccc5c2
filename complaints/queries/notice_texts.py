"""What a notice says, made when it is read or mailed, in the language of the reader (DL-3).

A text names the complaint, what is asked of the reader, the moment by which, and the path of the page where it is done.
It holds no data of the complainant and nothing that people wrote freely except the subject, and that only where the
complaint is not confidential: mail leaves the house.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints.acts import ACTS
from complaints.localised import localise
from complaints.models import STEP_CLOCK, EscalationOrigin, Notice
from complaints.punctuation import clauses

Lazy = Any


@dataclass(frozen=True, slots=True)
class NoticeText:
    """Subject and body of a mail; the title alone is a line in the application."""

    title: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Template:
    """What happened, for the title, and what is asked of the reader, for the body. Both take the facts of a notice."""

    title: Lazy
    asks: Lazy = ""


#: What a person told of an act is asked to do. Acts without an entry are told for information.
ASKED: Mapping[str, Lazy] = {
    "register": gettext_lazy("Please see that it is accepted or declined in time."),
    "accept": gettext_lazy("It will be dispatched next."),
    "dispatch": gettext_lazy("Please acknowledge the contact sheet and look into the matter."),
    "redispatch": gettext_lazy("Please look at the contact sheet: the matter went to another department."),
    "return_sheet": gettext_lazy("Please dispatch the complaint again."),
    "reply_sheet": gettext_lazy("Please read the reply and determine responsibility."),
    "determine": gettext_lazy("A resolution plan is needed next."),
    "waive_determination": gettext_lazy("A resolution plan is needed next."),
    "find_unfounded": gettext_lazy("The complainant will be told of the written opinion."),
    "submit_plan": gettext_lazy("Please approve or reject the plan."),
    "approve_plan": gettext_lazy("Please offer the plan to the complainant."),
    "reject_plan": gettext_lazy("Please make another plan."),
    "agree": gettext_lazy("Please carry out the steps of the plan."),
    "disagree": gettext_lazy("Please make another plan."),
    "complete_step": gettext_lazy("All steps are done: please report the implementation complete."),
    "complete": gettext_lazy("Please give the complainant feedback."),
    "give_feedback": gettext_lazy("The return visit is next."),
    "continue_case": gettext_lazy("The complainant is not satisfied: please see that the new round leads further."),
    "reopen": gettext_lazy("Please take the matter up again."),
    "assign_handler": gettext_lazy("Please see to the case from now on."),
    "classify": gettext_lazy("Deadlines may have moved with the severity: please look at them."),
    "refuse_handover": gettext_lazy("The case stays with your department: please go on with it."),
    "accept_handover": gettext_lazy("Please name a handler for the case."),
    "record_meeting": gettext_lazy("Please go on with the plan as decided."),
    "record_visit": gettext_lazy("Please close the case or continue it in a new round."),
    "pause": gettext_lazy("Its clocks stand still until they are resumed, or until the cap is reached."),
    "resume": gettext_lazy("Its clocks run again: please look at the deadlines."),
    "follow_up": gettext_lazy("Please look whether the matter has come up again."),
}

TEMPLATES: dict[str, Template] = {
    "reminder": Template(
        gettext_lazy("Reminder: “%(clock)s” is due %(due)s"),
        gettext_lazy("Please act before the deadline, or see that somebody does."),
    ),
    "overdue": Template(
        gettext_lazy("Overdue: “%(clock)s” was due %(due)s"),
        gettext_lazy("Please act at once. What stays undone goes to the next level."),
    ),
    "escalate": Template(
        gettext_lazy("Escalated to you: %(cause)s"),
        gettext_lazy("Please answer with the reason and the improvement measure, by %(answer_due)s."),
    ),
    "unheard": Template(
        gettext_lazy("No answer, and nobody left above: %(cause)s"),
        gettext_lazy("The escalation was not answered and there is no higher level. Please see to it that it is."),
    ),
    "supervision": Template(
        gettext_lazy("Executive supervision of a major case"),
        gettext_lazy("You supervise this case from now on; its emergency plan has begun."),
    ),
    "hand_over": Template(
        gettext_lazy("A case is offered to your department"),
        gettext_lazy("Please take the case over or refuse it, with the reason."),
    ),
    "calendar": Template(
        gettext_lazy("The calendar “%(calendar)s” lacks the year %(year)s"),
        gettext_lazy(
            "Please enter holidays and make-up working days and publish the year. "
            "Until then deadlines that reach into it are provisional."
        ),
    ),
    "import": Template(
        gettext_lazy("%(count)s complaints were imported from “%(file)s”"),
        gettext_lazy("They are in the list of your department. Please see that they are accepted or declined in time."),
    ),
    "import_supervision": Template(
        gettext_lazy("%(count)s imported major cases under your supervision (“%(file)s”)"),
        gettext_lazy("You supervise these cases from now on; their emergency plans have begun."),
    ),
    "watchdog": Template(
        gettext_lazy("Look at this: %(finding)s"),
        gettext_lazy("The watch over deadlines and mails found something that should not be. %(examples)s"),
    ),
}

#: What stands before the dot in kinds of apps above, which add their TEMPLATES. What such a notice is about is opened
#: through the notice; the page it leads to says what the reader may see.
OPENED: set[str] = set()

CAUSES: Mapping[str, Lazy] = {
    EscalationOrigin.OVERDUE: gettext_lazy("“%(clock)s” is overdue since %(due)s"),
    EscalationOrigin.SILENCE: gettext_lazy("an escalation was not answered by %(due)s"),
    EscalationOrigin.REQUESTED: gettext_lazy("the complainant asks for higher management"),
}

Count = Callable[[int], str]
FINDINGS: Mapping[str, Count] = {
    "action_in_the_past": lambda n: ngettext(
        "%(n)d deadline should have been swept", "%(n)d deadlines should have been swept", n
    ),
    "overdue_not_escalated": lambda n: ngettext(
        "%(n)d deadline is overdue and not escalated", "%(n)d deadlines are overdue and not escalated", n
    ),
    "runs_on_ended_case": lambda n: ngettext(
        "%(n)d deadline runs on an ended case", "%(n)d deadlines run on ended cases", n
    ),
    "mail_waits": lambda n: ngettext(
        "%(n)d mail waits for more than an hour", "%(n)d mails wait for more than an hour", n
    ),
    "mail_uncertain": lambda n: ngettext(
        "of %(n)d mail it is not known whether it was sent", "of %(n)d mails it is not known whether they were sent", n
    ),
    "mail_given_up": lambda n: ngettext("%(n)d mail was given up", "%(n)d mails were given up", n),
}


def notice_text(notice: Notice) -> NoticeText:
    """What the notice says in the active language. Its complaint is read unless it came along."""
    facts = _facts(notice)
    template = TEMPLATES.get(notice.kind) or _of_act(notice.kind)
    title, asked = str(template.title) % facts, str(template.asks) % facts
    complaint = notice.complaint
    if complaint is None:
        number = notice.detail.get("number", "")
        path = notice_path(notice.pk) if notice.kind.partition(".")[0] in OPENED else ""
        parts = (title, asked.strip(), path)
        return NoticeText(
            title, f"[{number}] {title}" if number else title, "\n\n".join(part for part in parts if part) + "\n"
        )
    what = _("Complaint %(number)s") % {"number": complaint.number}
    if not complaint.is_confidential:
        what = _("Complaint %(number)s: %(subject)s") % {"number": complaint.number, "subject": complaint.subject}
    late = _("This was found late, after an interruption.") if notice.detail.get("found_late") else ""
    whole = (title, what, asked, late, case_path(complaint.pk))
    return NoticeText(title, f"[{complaint.number}] {title}", "\n\n".join(part for part in whole if part) + "\n")


def case_path(complaint_id: int) -> str:
    """Where the case is looked at: its whole address, or nothing where the address of the site is not known."""
    return _path("admin:complaints_complaint_change", complaint_id)


def notice_path(notice_id: int) -> str:
    """Where the notice is opened."""
    return _path("admin:notice", notice_id)


def _path(name: str, key: int) -> str:
    if not settings.SITE_URL:  # half an address leads nowhere out of a mail; the number of the case is in every text
        return ""
    try:
        path = reverse(name, args=[key])
    except NoReverseMatch:  # a process that serves no pages
        return ""
    return f"{settings.SITE_URL}{path}"


def _of_act(code: str) -> Template:
    act = ACTS.get(code)
    if act is None:
        return Template(gettext_lazy("News"))
    return Template(str(act.label).replace("%", "%%"), ASKED.get(code, ""))


def _facts(notice: Notice) -> dict[str, Any]:
    """What templates may name, as text."""
    detail = notice.detail
    facts = {
        "clock": _clock(notice),
        "due": _moment(detail.get("due_at")),
        "answer_due": _moment(detail.get("answer_due_at")),
        "calendar": localise(detail.get("names") or {}) or detail.get("calendar", ""),
        "year": detail.get("year", ""),
        "count": detail.get("count", ""),
        "file": detail.get("file", ""),
        "number": detail.get("number", ""),
        "party": detail.get("party", ""),
        "by": detail.get("by", ""),
        "examples": clauses(detail.get("examples") or ()),
        "finding": _finding(detail),
    }
    cause = CAUSES.get(detail.get("origin", ""), CAUSES[EscalationOrigin.OVERDUE])
    return facts | {"cause": str(cause) % facts}


def _clock(notice: Notice) -> str:
    """The clock's name. A step of a plan is called by what people wrote: not where the complaint is confidential."""
    if notice.detail.get("clock") == STEP_CLOCK and notice.complaint is not None and notice.complaint.is_confidential:
        return _("Step of the plan")
    return localise(notice.detail.get("names") or {})


def _finding(detail: Mapping[str, Any]) -> str:
    count = FINDINGS.get(detail.get("finding", ""))
    return count(detail["count"]) % {"n": detail["count"]} if count is not None else str(detail.get("finding", ""))


def _moment(text: str | None) -> str:
    """A moment in the business time zone."""
    if not text:
        return ""
    return formats.date_format(timezone.localtime(datetime.fromisoformat(text)), "SHORT_DATETIME_FORMAT")
