"""Notices as people read them in the application: what happened, to which case, and what is asked of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from complaints.models import Complaint, Notice
from complaints.models.standing import Standing
from complaints.punctuation import sentences
from complaints.queries.notice_texts import OPENED, case_path, notice_path, notice_text


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice with its words in the reader's language. `subject` only where the reader may (still) see the case."""

    notice: Notice
    title: str
    number: str
    subject: str
    asks: str
    #: It can be opened: there is something behind it that the reader may (still) see, or whose own page will say so.
    leads_on: bool


def lines(notices: Iterable[Notice], standing: Standing) -> list[NoticeLine]:
    """Notices with their words, in one query for all their cases; each brings its complaint along."""
    rows = list(notices)
    keys = {row.complaint_id for row in rows if row.complaint_id}
    subjects = dict(Complaint.objects.visible_to(standing).filter(pk__in=keys).values_list("pk", "subject"))
    return [_line(row, subjects) for row in rows]


def _line(notice: Notice, subjects: dict[int, str]) -> NoticeLine:
    text = notice_text(notice)
    complaint = notice.complaint
    number = complaint.number if complaint is not None else str(notice.detail.get("number", ""))
    is_of_others = notice.kind.partition(".")[0] in OPENED
    subject = subjects.get(complaint.pk, "") if complaint is not None else ""
    # A mail begins with the title and the case and ends with its address; the page shows those by itself.
    head, address = (2, case_path(complaint.pk)) if complaint is not None else (1, notice_path(notice.pk))
    paragraphs = text.body.strip().split("\n\n")[head:]
    asks = sentences(paragraph for paragraph in paragraphs if paragraph != address)
    return NoticeLine(notice, text.title, number, subject, asks, leads_on=bool(subject) or is_of_others)
