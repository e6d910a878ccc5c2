"""A quarter with complaints of every fate, and the year before it, in the small organisation."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from complaints.models import Complaint
from complaints.states import State
from reporting.checklist import CODES
from reporting.models import Report, ReportStatus
from reporting.periods import Period
from reporting.services import facts, handling_reviews, reports
from tests.accountability.determination.determining import determining
from tests.complaints.walking import Walk
from tests.factories import CategoryFactory, names
from tests.reporting.cost.spent import budget, rate, spending, worked

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
        self.cost()
        self.sample = self.reviewed()

    def cost(self):
        """An hour and a half in the quarter and half an hour in the year before, at 60 yuan; budgets; a course."""
        w = self.w
        rate(w, "60", valid_from=date(2025, 1, 1), now=NOW)
        self.hours = worked(w, self.closed.c, date(2026, 1, 13), 90, now=NOW)
        worked(w, self.year_ago.c, date(2025, 2, 4), 30, now=NOW)
        spending(w, "training", "500", date(2026, 3, 31), now=NOW)
        budget(w, "hours", "1000", now=NOW)
        budget(w, "training", "400", now=NOW)

    def reviewed(self):
        """Both closed cases are drawn, and one of them is scored."""
        facts.refresh(NOW)
        sample = handling_reviews.begin(Period.parse(QUARTER), 5, by=self.w.quality, now=NOW, seed="1")
        scores = dict.fromkeys(CODES, "2") | {"lesson": "0", "evidence": "1"}
        handling_reviews.score(sample.cases.get(position=1), scores, "", by=self.w.quality, now=NOW)
        return sample

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
