"""Mailing notices, at most once each (DL-3).

A notice is claimed, and the claim committed, before its mail is sent. Whatever happens after that, nobody sends it a
second time without a person's decision: a mail of which it is unknown whether it went out stays "being sent", and the
watchdog shows it. Only where the server plainly refused, the mail waits for another attempt, later each time.
"""

import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from complaints.models import MailStatus, Notice, User
from complaints.models.standing import standing_of
from complaints.permissions import may_configure
from complaints.queries.notice_texts import notice_text

#: Minutes until the next attempt; after the last the mail is given up.
BACK_OFF = (1, 5, 30, 120, 480)
#: So many refusals in a row, and the run ends: the server itself must be out of order.
REFUSALS_IN_A_ROW = 3
MAILS_PER_CONNECTION = 50
READ_AHEAD = 200
#: The server answered, and it was no; or it never was there.
REFUSED = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError)


class MailDecisionError(Exception):
    """The mail is not where such a decision is needed, or the person may not take it."""


class _NoConnectionError(Exception):
    """The mail server could not be reached; nothing was sent."""


@dataclass(slots=True)
class Sent:
    """What became of the mails of a run."""

    sent: int = 0
    without_address: int = 0
    refused: int = 0
    given_up: int = 0
    uncertain: int = 0


def send_due(now: datetime) -> Sent:
    """Mail every notice whose time has come, the oldest first. Must not run inside a transaction."""
    sent, line, in_a_row = Sent(), _Line(), 0
    try:
        for pk in _due(now):
            outcome = _send_one(pk, line, now)
            if outcome is None:
                continue
            setattr(sent, outcome, getattr(sent, outcome) + 1)
            in_a_row = in_a_row + 1 if outcome in {"refused", "given_up", "uncertain"} else 0
            if in_a_row == REFUSALS_IN_A_ROW:
                break
    finally:
        line.close()
    return sent


def _due(now: datetime) -> Iterator[int]:
    """Ids of waiting notices. Each is given once, whatever becomes of it."""
    waiting = Notice.objects.filter(mail_status=MailStatus.WAITING, mail_next_at__lte=now)
    seen: set[int] = set()
    while True:
        keys = waiting.order_by("mail_next_at", "id").values_list("pk", flat=True)[:READ_AHEAD]
        fresh = [pk for pk in keys if pk not in seen]
        if not fresh:
            return
        seen = set(fresh)
        yield from fresh


def _send_one(pk: int, line: "_Line", now: datetime) -> str | None:
    """Claim, send and settle one mail; what became of it, None if somebody else has it."""
    mine = Notice.objects.filter(pk=pk, mail_status=MailStatus.WAITING)
    if not mine.update(mail_status=MailStatus.SENDING, mail_attempts=F("mail_attempts") + 1, mail_next_at=now):
        return None
    notice = Notice.objects.select_related("recipient", "complaint").get(pk=pk)
    if not notice.recipient.email or not notice.recipient.is_active:
        return _settle(notice, MailStatus.NONE, "without_address")
    mail = mail_of(notice)
    try:
        line.send(mail)
    except (_NoConnectionError, *REFUSED) as error:
        line.close()
        return _refused(notice, error, now)
    except (smtplib.SMTPException, OSError) as error:
        line.close()
        return _settle(notice, MailStatus.SENDING, "uncertain", error=error)
    return _settle(notice, MailStatus.SENT, "sent")


def mail_of(notice: Notice) -> EmailMessage:
    """The mail of a notice in its recipient's language. Its message id is the same however often it is made."""
    with translation.override(notice.recipient.language or settings.LANGUAGE_CODE):
        text = notice_text(notice)
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(">") or "localhost"
    headers = {"Message-ID": f"<notice-{notice.pk}@{domain}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(text.subject, text.body, to=[notice.recipient.email], headers=headers)


def _settle(
    notice: Notice, status: MailStatus, outcome: str, *, error: Exception | None = None, next_at: datetime | None = None
) -> str:
    text = f"{type(error).__name__}: {error}"[:2000] if error is not None else ""
    Notice.objects.filter(pk=notice.pk).update(
        mail_status=status, mail_error=text, mail_next_at=next_at or notice.mail_next_at
    )
    return outcome


def _refused(notice: Notice, error: Exception, now: datetime) -> str:
    if notice.mail_attempts > len(BACK_OFF):
        return _settle(notice, MailStatus.DEAD, "given_up", error=error)
    wait = timedelta(minutes=BACK_OFF[notice.mail_attempts - 1])
    return _settle(notice, MailStatus.WAITING, "refused", error=error, next_at=now + wait)


class _Line:
    """A connection to the mail server, opened when needed and renewed after so many mails."""

    def __init__(self) -> None:
        self._connection: Any = None
        self._used = 0

    def send(self, mail: EmailMessage) -> None:
        if self._used == MAILS_PER_CONNECTION:
            self.close()
        if self._connection is None:
            self._connection = get_connection()
            try:
                self._connection.open()
            except (smtplib.SMTPException, OSError) as error:
                raise _NoConnectionError(str(error)) from error
        self._used += 1
        self._connection.send_messages([mail])

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection, self._used = None, 0


# -- people decide about mails that are stuck -------------------------------------------------------------------------


def retry(notice_id: int, *, by: User, now: datetime) -> Notice:
    """Send a given-up or uncertain mail after all, perhaps a second time: an administrator's decision, on record."""
    return _decide(notice_id, "retry", by=by, now=now)


def give_up(notice_id: int, *, by: User, now: datetime) -> Notice:
    """Leave an uncertain or refused mail unsent for good: an administrator's decision, on record."""
    return _decide(notice_id, "give_up", by=by, now=now)


def _decide(notice_id: int, decision: str, *, by: User, now: datetime) -> Notice:
    stuck = {MailStatus.SENDING, MailStatus.DEAD} if decision == "retry" else {MailStatus.SENDING, MailStatus.WAITING}
    if not may_configure(standing_of(by, now)):
        raise MailDecisionError(_("Only administrators decide about mails that are stuck."))
    with transaction.atomic():
        notice = Notice.objects.select_for_update().get(pk=notice_id)
        if notice.mail_status not in stuck:
            raise MailDecisionError(
                _("The mail of this notice is “%(status)s”.") % {"status": notice.get_mail_status_display()}
            )
        record = {"decision": decision, "by": by.pk, "name": str(by), "at": now.isoformat(), "was": notice.mail_status}
        notice.detail = {**notice.detail, "mail_decisions": [*notice.detail.get("mail_decisions", []), record]}
        if decision == "retry":
            notice.mail_status, notice.mail_attempts, notice.mail_next_at = MailStatus.WAITING, 0, now
        else:
            notice.mail_status = MailStatus.NONE
        notice.save(update_fields=["detail", "mail_status", "mail_attempts", "mail_next_at"])
    return notice
