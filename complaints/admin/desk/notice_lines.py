"""Notices as people read them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import Truncator

from complaints.acts import ACTS
from complaints.models import Notice

LONG = 160


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice with its words in the reader's language."""

    notice: Notice
    subject: str
    body: str


def lines(notices: Iterable[Notice]) -> list[NoticeLine]:
    """Notices with their words."""
    return [NoticeLine(notice, *_words(notice)) for notice in notices]


def _words(notice: Notice) -> tuple[str, str]:
    act = ACTS.get(notice.kind)
    subject = str(act.label) if act else notice.kind
    if notice.complaint is not None:
        subject = f"{notice.complaint.number} · {subject}"
    return subject, Truncator(str(notice.detail.get("reason") or "")).chars(LONG)
