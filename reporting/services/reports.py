"""The life of a quarterly report: built, reviewed, signed off, published; a correction is a new edition. (RP-1, RP-6)

Each act is one transaction: permission, change, history row with who and why. What a person acts on is what they saw:
they hand in the digest of the content, and are refused if it was built anew meanwhile.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from complaints.models import Notice, User
from complaints.models.standing import standing_of
from complaints.queries.organisation import Organisation
from complaints.services import records
from complaints.services.refusal import ActRefusedError
from complaints.states import Role
from reporting.documents.quarterly.drawings import drawings
from reporting.models import (
    FactsState,
    OrderKind,
    Report,
    ReportDrawing,
    ReportOrder,
    ReportStatus,
    SatisfactionBaseline,
)
from reporting.periods import Period, Span
from reporting.permissions import may_read_reports, may_review_reports, may_sign_reports, may_work_on_reports
from reporting.queries.reports.content import content_of, digest_of, stretch_of
from reporting.queries.reports.counting import from_tables
from reporting.queries.reports.differences import recompute
from reporting.queries.reports.naming import LANGUAGES
from reporting.services import facts

BUILT = "report.built"
#: How many differences an order keeps.
LISTED = 500


@dataclass(frozen=True, slots=True)
class Act:
    """From which states an act leads on, and who may take it."""

    sources: tuple[str, ...]
    may_take: Callable[[Any], bool]


REVIEW = Act((ReportStatus.DRAFT,), may_review_reports)
SIGN = Act((ReportStatus.REVIEWED,), may_sign_reports)
PUBLISH = Act((ReportStatus.SIGNED,), may_sign_reports)
SEND_BACK = Act(
    (ReportStatus.REVIEWED, ReportStatus.SIGNED), lambda who: may_review_reports(who) or may_sign_reports(who)
)
ACTS: dict[str, Act] = {"review": REVIEW, "sign": SIGN, "publish": PUBLISH, "send_back": SEND_BACK}


def build(quarter: str, *, by: User | None, now: datetime, reason: str = "") -> Report:
    """Make the draft of a quarter that has ended, or make the draft there is anew, from everything known at `now`.

    Facts are brought up to date first. Where the last edition is published, `reason` says what the new one corrects.
    `by` None is the system, or whoever has the shell. Raises ActRefusedError.
    """
    if by is not None and not may_work_on_reports(standing_of(by, now)):
        raise _forbidden()
    stretch = _ended(quarter, now)
    facts.refresh(now)
    with transaction.atomic():
        last = Report.objects.select_for_update().filter(quarter=quarter).order_by("-edition").first()
        report = _draft(last, quarter, reason)
        as_of = _known_at(now)
        content = content_of(quarter, report.code, from_tables(stretch), as_of)
        report.as_of, report.made_at, report.made_by = as_of, now, by
        report.content, report.sha256 = content, digest_of(content)
        report.definitions_edition = content["definitions_edition"]
        act = "rebuild" if report.pk else "build"
        try:
            records.save(report, by=by, reason=reason or act, now=now)
        except IntegrityError as error:
            raise ActRefusedError("conflict", _("Somebody else built this report at the same moment.")) from error
        _draw(report)
    return report


def order(quarter: str, *, by: User, now: datetime, reason: str = "") -> ReportOrder:
    """Ask for a report to be built: a worker does it, since it takes longer than a page may. Raises ActRefusedError."""
    if not may_work_on_reports(standing_of(by, now)):
        raise _forbidden()
    _ended(quarter, now)
    _draft(Report.objects.filter(quarter=quarter).order_by("-edition").first(), quarter, reason)
    given = {"ordered_by": by, "ordered_at": now, "reason": reason.strip()}
    made, _new = ReportOrder.objects.get_or_create(kind=OrderKind.BUILD, quarter=quarter, done_at=None, defaults=given)
    return made


def order_recomputing(pk: int, *, by: User, now: datetime) -> ReportOrder:
    """Ask for the figures of a report to be made again from the records as of its moment."""
    if not may_read_reports(standing_of(by, now)):
        raise _forbidden()
    report = Report.objects.get(pk=pk)
    given = {"ordered_by": by, "ordered_at": now, "report": report}
    made, _new = ReportOrder.objects.get_or_create(
        kind=OrderKind.RECOMPUTE, quarter=report.quarter, done_at=None, defaults=given
    )
    return made


def do_ordered(now: datetime) -> int:
    """Do what was asked for, the oldest first; what is refused keeps why. How many orders were done."""
    done = 0
    for key in list(ReportOrder.objects.filter(done_at=None).order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            rows = ReportOrder.objects.select_for_update(skip_locked=True, of=("self",))
            asked = rows.filter(pk=key, done_at=None).first()
            if asked is None:
                continue
            try:
                if asked.kind == OrderKind.BUILD:
                    asked.report = build(asked.quarter, by=asked.ordered_by, now=now, reason=asked.reason)
                elif asked.report is not None:
                    asked.outcome = _outcome(asked.report)
            except ActRefusedError as refusal:
                asked.refusal = str(refusal)
            asked.done_at = now
            asked.save(update_fields=["report", "refusal", "outcome", "done_at"])
            done += 1
    return done


def _outcome(report: Report) -> dict[str, Any]:
    found = recompute(report.content)
    listed = [["/".join(row.path), row.before, row.after] for row in found.differences[:LISTED]]
    return {"cells": found.cells, "different": len(found.differences), "differences": listed}


def build_ended(now: datetime) -> Report | None:
    """The draft of the quarter that ended last, and word of it to the quality department; nothing if it is there.

    For the scheduler: can be called any number of times.
    """
    quarter = last_ended(now)
    report = Report.objects.filter(quarter=quarter).order_by("-edition").first()
    made = None
    if report is None:
        report = made = build(quarter, by=None, now=now)
    if report.edition == 1 and report.status == ReportStatus.DRAFT:
        _tell(report, now)
    return made


def review(pk: int, *, by: User, now: datetime, seen: str) -> Report:
    """The report is right as it stands: said by another person than who built it."""
    with transaction.atomic():
        report = _opened(pk, by, now, seen, REVIEW)
        if report.made_by_id == by.pk:
            raise ActRefusedError("own", _("A report is reviewed by another person than who built it."))
        report.status, report.reviewed_by, report.reviewed_at = ReportStatus.REVIEWED, by, now
        return records.save(report, by=by, reason="review", now=now)


def sign(pk: int, *, by: User, now: datetime, seen: str) -> Report:
    """An executive signs off what was reviewed."""
    with transaction.atomic():
        report = _opened(pk, by, now, seen, SIGN)
        report.status, report.signed_by, report.signed_at = ReportStatus.SIGNED, by, now
        return records.save(report, by=by, reason="sign", now=now)


def publish(pk: int, *, by: User, now: datetime, seen: str) -> Report:
    """From now on nothing of it changes."""
    with transaction.atomic():
        report = _opened(pk, by, now, seen, PUBLISH)
        report.status, report.published_by, report.published_at = ReportStatus.PUBLISHED, by, now
        return records.save(report, by=by, reason="publish", now=now)


def send_back(pk: int, *, by: User, now: datetime, seen: str, reason: str) -> Report:
    """Reviewed or signed off, it becomes a draft again: by who reviews or who signs, with a reason."""
    if not reason.strip():
        raise ActRefusedError("reason", _("Please say why."))
    with transaction.atomic():
        report = _opened(pk, by, now, seen, SEND_BACK)
        report.status = ReportStatus.DRAFT
        report.reviewed_by = report.reviewed_at = report.signed_by = report.signed_at = None
        return records.save(report, by=by, reason=reason.strip(), now=now)


def enter_baseline(percent: Any, source: str, *, by: User, now: datetime) -> SatisfactionBaseline:
    """Enter the satisfaction that gains are measured against from now on. Reports made before keep theirs. (RP-3)"""
    if not may_work_on_reports(standing_of(by, now)):
        raise _forbidden()
    if not source.strip():
        raise ActRefusedError("source", _("Please say how the baseline was measured."))
    row = SatisfactionBaseline(percent=percent, source=source.strip(), entered_by=by, entered_at=now)
    return records.save(row, by=by, reason="enter_baseline", now=now)


def last_ended(now: datetime) -> str:
    """The code of the quarter that ended last."""
    return Period.at(now, Span.QUARTER, timezone.get_default_timezone()).previous.code


def _known_at(now: datetime) -> datetime:
    """The moment that the facts are true as of; nobody brings them further until the transaction ends."""
    state = FactsState.objects.select_for_update().get()
    return state.known_at or now


def _ended(quarter: str, now: datetime) -> Any:
    try:
        stretch = stretch_of(quarter)
    except ValueError:
        raise ActRefusedError("quarter", _("“%(text)s” is no quarter; write 2026Q3.") % {"text": quarter}) from None
    if stretch.ends_at > now:
        raise ActRefusedError("open", _("The quarter %(code)s has not ended yet.") % {"code": quarter})
    return stretch


def _draft(last: Report | None, quarter: str, reason: str) -> Report:
    """The draft to fill: that there is, or a new edition."""
    if last is None:
        return Report(quarter=quarter, edition=1)
    if last.status == ReportStatus.DRAFT:
        if reason and last.edition > 1:
            last.correction_reason = reason
        return last
    if last.status != ReportStatus.PUBLISHED:
        raise ActRefusedError("reviewed", _("The report is past its draft. Send it back first."))
    if not reason.strip():
        raise ActRefusedError("reason", _("The report is published. Say what a new edition corrects."))
    return Report(quarter=quarter, edition=last.edition + 1, supersedes=last, correction_reason=reason.strip())


def _opened(pk: int, by: User, now: datetime, seen: str, act: Act) -> Report:
    """The report, locked, if the person may take the act on it as they saw it."""
    if not act.may_take(standing_of(by, now)):
        raise _forbidden()
    report = Report.objects.select_for_update().get(pk=pk)
    if report.status not in act.sources:
        raise ActRefusedError("status", _("The report is not in the state for this any more."))
    if report.sha256 != seen:
        raise ActRefusedError("changed", _("The report was built anew since you opened it. Please look again."))
    return report


def _draw(report: Report) -> None:
    """The charts of the content that the report has now, in every language, in place of those before."""
    report.drawings.all().delete()
    for language in LANGUAGES:
        with translation.override(language):
            ReportDrawing.objects.bulk_create(
                ReportDrawing(report=report, sha256=report.sha256, language=language, code=code, svg=svg)
                for code, svg in drawings(report.content).items()
            )


def _forbidden() -> ActRefusedError:
    return ActRefusedError("forbidden", _("You may not do this."))


def _tell(report: Report, now: datetime) -> None:
    """One notice to each person of the quality department."""
    people = Organisation(now).everywhere(Role.QUALITY)
    detail = {"number": report.code, "report": report.pk}
    rows = [
        Notice(
            recipient_id=person,
            key=f"{BUILT}:{report.pk}",
            kind=BUILT,
            detail=detail,
            created_at=now,
            mail_next_at=now,
        )
        for person in people
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
