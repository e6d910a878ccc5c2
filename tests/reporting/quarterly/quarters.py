"""A quarter with complaints of every fate, and the year before it, in the small organisation."""

from datetime import UTC, datetime, timedelta
from typing import Any

from complaints.models import Complaint
from complaints.states import State
from reporting.models import Report, ReportStatus
from reporting.services import reports
from tests.accountability.determination.determining import determining
from tests.complaints.walking import Walk
from tests.factories import CategoryFactory, names

QUARTER = "2026Q1"
#: The quarter ended ten days ago.
NOW = datetime(2026, 4, 10, 3, tzinfo=UTC)
JANUARY = datetime(2026, 1, 12, 2, tzinfo=UTC)


class Quarter:
    """Complaints of the first quarter of 2026, one of each fate, with a final determination, and two of before."""

    def __init__(self):
        self.report: Any = None
        self.iw = determining()
        self.w = w = self.iw.w
        self.other = CategoryFactory(parent=w.category, names=names("配件", "Spare parts"))
        self.iw.finalised()
        day = timedelta(days=1)
        self.closed = Walk(w, now=JANUARY).to(State.CLOSED)
        self.reopened = Walk(w, now=JANUARY + day, product="洗衣机").to(State.CLOSED)
        self.reopened.now += 20 * day
        self.reopened.act("reopen", w.handler, reason="再次漏水")
        self.withdrawn = Walk(w, "urgent", now=JANUARY + 2 * day).to(State.INVESTIGATING)
        self.withdrawn.act("withdraw", w.handler, medium="phone", reason="已自行解决")
        self.open = Walk(w, now=JANUARY + 3 * day).to(State.DISPATCHED)
        self.confidential = Walk(w, now=JANUARY + 4 * day).to(State.ACCEPTED)
        Complaint.objects.filter(pk=self.confidential.c.pk).update(is_confidential=True)
        self.before = Walk(w, now=datetime(2025, 11, 3, 2, tzinfo=UTC)).to(State.CLOSED)
        self.year_ago = Walk(w, now=datetime(2025, 2, 3, 2, tzinfo=UTC)).to(State.CLOSED)

    def build(self, now=NOW, by=None, **given):
        return reports.build(QUARTER, by=by, now=now, **given)

    def published(self):
        """The report as it is published."""
        report = self.build(by=None)
        seen, w = report.sha256, self.w
        reports.review(report.pk, by=w.head, now=NOW, seen=seen)
        reports.sign(report.pk, by=w.executive, now=NOW, seen=seen)
        reports.publish(report.pk, by=w.executive, now=NOW, seen=seen)
        report = Report.objects.get(pk=report.pk)
        assert report.status == ReportStatus.PUBLISHED
        return report
