"""Mails: at most once each, in the reader's language, nothing confidential in them."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import translation

from complaints.acts import ACTS
from complaints.models import Complaint, MailStatus, Notice
from complaints.queries.notice_texts import FINDINGS, TEMPLATES, notice_text
from complaints.services import notices, outbox, watchdog
from tests import world
from tests.deadlines.cases import HOUR, MINUTE
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db
BACKEND = f"{__name__}.Backend"


class Backend(EmailBackend):
    """Fails as told, otherwise delivers."""

    fails: list[Exception | None] = []

    def send_messages(self, messages):
        error = Backend.fails.pop(0) if Backend.fails else None
        if error is not None:
            raise error
        return super().send_messages(messages)


@pytest.fixture(autouse=True)
def backend(settings):
    settings.EMAIL_BACKEND = BACKEND
    Backend.fails = []


def notice(person, key="one", kind="accept", complaint=None, **detail):
    notices.tell([person.pk], complaint_id=complaint and complaint.pk, key=key, kind=kind, detail=detail, now=NOW)
    return Notice.objects.get(recipient=person, key=key)


def status(row):
    row.refresh_from_db()
    return row.mail_status, row.mail_attempts


def test_each_notice_is_mailed_once():
    person = UserFactory()
    row = notice(person)
    notice(person)
    assert outbox.send_due(NOW).sent == 1
    assert outbox.send_due(NOW + HOUR) == outbox.Sent()
    assert status(row) == (MailStatus.SENT, 1)
    assert [message.to for message in mail.outbox] == [[person.email]]
    assert mail.outbox[0].extra_headers["Message-ID"] == f"<notice-{row.pk}@localhost>"


def test_without_an_address_or_an_account_there_is_no_mail():
    rows = [notice(UserFactory(email="")), notice(UserFactory(is_active=False))]
    assert outbox.send_due(NOW).without_address == 2
    assert [status(row)[0] for row in rows] == [MailStatus.NONE] * 2
    assert mail.outbox == []


def test_a_refused_mail_waits_longer_each_time_and_is_given_up():
    row = notice(UserFactory())
    at = NOW
    for minutes in outbox.BACK_OFF:
        Backend.fails = [smtplib.SMTPDataError(451, b"try later")]
        assert outbox.send_due(at).refused == 1
        assert outbox.send_due(at + minutes * MINUTE - timedelta(seconds=1)) == outbox.Sent()
        at += minutes * MINUTE
    Backend.fails = [smtplib.SMTPDataError(451, b"try later")]
    assert outbox.send_due(at).given_up == 1
    assert status(row) == (MailStatus.DEAD, 6)
    assert "451" in row.mail_error
    assert outbox.send_due(at + 24 * HOUR) == outbox.Sent()


@pytest.mark.parametrize("error", [TimeoutError("no answer"), smtplib.SMTPServerDisconnected("gone")])
def test_what_may_have_gone_out_is_not_sent_again(error):
    row = notice(UserFactory())
    Backend.fails = [error]
    assert outbox.send_due(NOW).uncertain == 1
    assert outbox.send_due(NOW + 24 * HOUR) == outbox.Sent()
    assert status(row) == (MailStatus.SENDING, 1)
    assert [finding.code for finding in watchdog.watch(NOW + HOUR)] == ["mail_uncertain"]


def test_a_claim_left_by_a_crash_stays_until_somebody_decides():
    w = world.build()
    row = notice(w.handler)
    Backend.fails = [KeyboardInterrupt()]  # type: ignore[list-item]
    with pytest.raises(KeyboardInterrupt):
        outbox.send_due(NOW)
    assert status(row) == (MailStatus.SENDING, 1)
    assert outbox.send_due(NOW + HOUR).sent == 0
    with pytest.raises(outbox.MailDecisionError):
        outbox.retry(row.pk, by=w.handler, now=NOW)
    outbox.retry(row.pk, by=w.administrator, now=NOW + HOUR)
    assert outbox.send_due(NOW + HOUR).sent == 1
    row.refresh_from_db()
    (decision,) = row.detail["mail_decisions"]
    assert (decision["decision"], decision["by"], decision["was"]) == ("retry", w.administrator.pk, "sending")
    with pytest.raises(outbox.MailDecisionError):
        outbox.retry(row.pk, by=w.administrator, now=NOW + HOUR)


def test_giving_up_is_on_record():
    w = world.build()
    row = notice(w.handler)
    outbox.give_up(row.pk, by=w.administrator, now=NOW)
    assert status(row)[0] == MailStatus.NONE
    assert outbox.send_due(NOW).sent == 0


def test_a_server_out_of_order_is_left_alone_after_three_refusals():
    for number in range(5):
        notice(UserFactory(), key=str(number))
    Backend.fails = [smtplib.SMTPDataError(451, b"no")] * 5
    assert outbox.send_due(NOW).refused == 3
    assert Notice.objects.filter(mail_attempts=0).count() == 2


def test_mails_speak_the_language_of_the_reader():
    texts = {}
    for language in ("en", "zh-hans", ""):
        row = notice(UserFactory(language=language), kind="calendar", names={"en": "X", "zh-hans": "X"}, year=2027)
        texts[language] = outbox.mail_of(row).subject
    assert texts["en"] == "The calendar “X” lacks the year 2027"
    with translation.override("zh-hans"):
        assert texts[""] == texts["zh-hans"]


@pytest.mark.parametrize(
    "kind", sorted({*TEMPLATES, *(act.code for act in ACTS.values() if act.tells), "of another app"})
)
def test_every_kind_has_a_text_that_tells_nothing_it_must_not(kind, settings):
    settings.SITE_URL = "https://complaints.example.org"
    w = world.build()
    complaint = w.register(subject="洗衣机漏水", content="秘密内容")
    row = notice(
        w.head,
        key="text",
        kind=kind,
        complaint=complaint,
        names={"en": "Dispatch", "zh-hans": "分派"},
        due_at="2026-03-03T10:00:00+00:00",
        answer_due_at="2026-03-04T10:00:00+00:00",
        reason="张三 13800001234",
        finding="mail_waits",
        count=2,
    )
    with translation.override("en"):
        text = notice_text(row)
        assert complaint.number in text.subject
        assert "洗衣机漏水" in text.body
        assert f"/complaint/{complaint.pk}/change/" in text.body
        Complaint.objects.filter(pk=complaint.pk).update(is_confidential=True)
        secret = notice_text(Notice.objects.get(pk=row.pk))
    assert "洗衣机漏水" not in secret.subject + secret.body
    for words in (text, secret):
        assert not [word for word in ("张三", "13800001234", "秘密内容", "%(") if word in words.subject + words.body]


def test_moments_are_those_of_the_business_time_zone():
    row = notice(UserFactory(), kind="overdue", names={"en": "Dispatch"}, due_at="2026-03-02T17:30:00+00:00")
    with translation.override("en"):
        assert "2026-03-03 01:30" in notice_text(row).subject


def test_the_watchdog_tells_administrators_once_a_day_of_each_finding():
    w = world.build()
    complaint = w.register()
    late = NOW + 72 * HOUR
    found = {finding.code: finding.count for finding in watchdog.watch(late)}
    assert found == {"action_in_the_past": 1, "overdue_not_escalated": 1, "mail_waits": 1}
    watchdog.watch(late + MINUTE)
    told = Notice.objects.filter(kind="watchdog")
    assert {row.recipient for row in told} == {w.administrator}
    assert told.count() == 3
    assert set(found) < set(FINDINGS)
    row = told.get(key__contains="overdue_not_escalated")
    with translation.override("en"):
        assert f"{complaint.number} initial_review" in notice_text(row).body


@pytest.mark.parametrize("site", ["", "https://complaints.example.org"])
def test_a_link_in_a_mail_is_whole_or_not_there(settings, site):
    settings.SITE_URL = site
    complaint = world.build().register()
    body = outbox.mail_of(notice(UserFactory(), complaint=complaint)).body
    assert complaint.number in body
    links = [line for line in body.splitlines() if "/" in line]
    assert links == ([f"{site}/complaints/complaint/{complaint.pk}/change/"] if site else [])
