"""The whole file of a case as one bundle: cover, contents, and every record in its place. (WF-14, DL-6)

It holds what the reader may read and nothing more: one made by a liaison lacks what the case page does not show them.
"""

from collections.abc import Iterator
from itertools import count

from django.db.models import Max, Min
from django.utils.translation import gettext as _

from complaints.documents import case_forms
from complaints.documents.parts import (
    Contents,
    Document,
    Field,
    Form,
    Part,
    Table,
    minute,
    signed,
)
from complaints.models import Complaint, ComplaintEvent, ContactSheet, Deadline, Finding, Plan
from complaints.punctuation import listed, remarked
from complaints.queries.case_clocks import ClockLine, Explanation, explain
from complaints.queries.case_page import CasePage

#: More counted intervals than this say less than their sum: the first ones and the last ones are given.
INTERVALS = 8
#: Records whose field-by-field history is summed up.
TRACKED = (Complaint, ContactSheet, Finding, Plan, Deadline)


def whole_file(page: CasePage) -> Document:
    """The bundle, its pieces in the order in which they are read."""
    pieces = tuple(_numbered(page))
    complaint = page.complaint
    entries = tuple((piece.number, piece.title, piece.anchor) for piece in pieces)
    cover = Document(
        "cover",
        _("Case file"),
        case_forms.organisation(page),
        complaint.number,
        (_cover(page), Contents(entries, _("Contents"))),
        complaint.is_confidential,
        is_cover=True,
    )
    return Document(
        "file",
        _("Case file"),
        case_forms.organisation(page),
        complaint.number,
        is_confidential=complaint.is_confidential,
        pieces=(cover, *pieces),
    )


def _cover(page: CasePage) -> Form:
    complaint = page.complaint
    return Form(
        (
            (Field(_("Complaint number"), complaint.number),),
            (Field(_("Subject"), complaint.subject),),
            (Field(_("Complainant"), case_forms.complainant(page)),),
            (Field(_("Category"), str(complaint.category or "")), Field(_("Severity"), page.severity_name)),
            (
                Field(_("Owning department"), str(complaint.owner_department)),
                Field(_("Responsible department"), str(complaint.responsible_department or "")),
            ),
            (Field(_("Received at"), minute(complaint.received_at)), Field(_("Ended at"), minute(complaint.ended_at))),
            (
                Field(_("State"), str(complaint.get_state_display())),
                Field(_("Archived at"), minute(complaint.archived_at)),
            ),
            (Field(_("Rounds"), str(complaint.round)), Field(_("Handler"), str(complaint.handler or ""))),
        )
    )


def _numbered(page: CasePage) -> Iterator[Document]:
    """The pieces with their running number as number, unless they have one of their own."""
    number = count(1)
    head = case_forms.organisation(page)
    follows_form = True
    for code, title, parts in _pieces(page):
        is_form = any(isinstance(part, Form) for part in parts)
        yield Document(code, title, head, str(next(number)), parts, is_running=not (is_form or follows_form))
        follows_form = is_form


Piece = tuple[str, str, tuple[Part, ...]]


def _pieces(page: CasePage) -> Iterator[Piece]:
    yield _whole(case_forms.registration(page))
    for sheet in page.sheets:
        title = _("Work contact sheet %(number)s") % {"number": sheet.number}
        yield f"sheet-{sheet.pk}", title, case_forms.contact_sheet(page, sheet).parts
    for line in page.plans:
        title = _("Resolution plan %(number)s (%(status)s)") % {
            "number": line.plan.number,
            "status": line.plan.get_status_display(),
        }
        yield f"plan-{line.plan.pk}", title, (case_forms.plan_form(page, case_forms.in_words(line.plan)),)
    if page.findings:
        yield "findings", _("Findings"), (_findings(page),)
    if page.meetings:
        yield "meetings", _("Meeting decisions"), (_meetings(page),)
    if page.communications:
        yield "communications", _("Communications"), (_communications(page),)
    if page.visits or page.follow_ups:
        yield "visits", _("Return visits and follow-up checks"), (_visits(page), *_follow_ups(page))
    if page.escalations:
        yield "escalations", _("Escalations"), tuple(_escalations(page))
    if page.notes or page.emergency_items:
        yield "notes", _("Notes and emergency plan"), tuple(_notes(page))
    yield "clocks", _("Clocks"), tuple(_clocks(page))
    yield "timeline", _("Time line"), (_timeline(page),)
    yield "materials", _("Index of materials"), (_materials(page),)
    if page.reads_history:
        yield "history", _("Summary of the change history"), (_history(page),)


def _whole(document: Document) -> Piece:
    return document.code, document.title, document.parts


def _findings(page: CasePage) -> Table:
    return Table(
        headings=(_("Round"), _("Finding"), _("Opinion"), _("By"), _("At")),
        widths=(8, 15, 42, 12, 23),
        rows=tuple(
            (
                str(row.round),
                str(row),
                row.waiver_reason if row.is_waived else row.opinion,
                str(row.made_by or ""),
                minute(row.made_at),
            )
            for row in page.findings
        ),
    )


def _meetings(page: CasePage) -> Table:
    return Table(
        headings=(_("Round"), _("Meeting decision"), _("Recorded by")),
        widths=(8, 77, 15),
        rows=tuple((str(row.round), case_forms.meeting_text(row), str(row.made_by or "")) for row in page.meetings),
    )


def _communications(page: CasePage) -> Table:
    return Table(
        headings=(_("When"), _("Direction"), _("By what means"), _("Content"), _("By")),
        widths=(18, 14, 10, 45, 13),
        rows=tuple(
            (
                minute(row.happened_at),
                str(row.get_direction_display()),
                str(row.get_medium_display()),
                signed(
                    _("Not reached.") if not row.reached else "",
                    _("Carries the decision.") if row.carries_decision else "",
                    row.content,
                ),
                str(row.made_by or ""),
            )
            for row in page.communications
        ),
    )


def _visits(page: CasePage) -> Table:
    return Table(
        headings=(_("Round"), _("When"), _("By what means"), _("Satisfaction"), _("Confirmed"), _("Comment"), _("By")),
        widths=(8, 18, 10, 13, 10, 28, 13),
        rows=tuple(
            (
                str(row.round),
                minute(row.made_at),
                str(row.get_medium_display()),
                str(row.get_grade_display()),
                _("yes") if row.is_confirmed else _("no"),
                row.comment,
                str(row.made_by or ""),
            )
            for row in page.visits
        ),
        empty=_("No return visit is on record."),
    )


def _follow_ups(page: CasePage) -> Iterator[Table]:
    if page.follow_ups:
        yield Table(
            headings=(_("When"), _("Come up again"), _("Content"), _("By")),
            widths=(18, 14, 55, 13),
            rows=tuple(
                (minute(row.made_at), _("yes") if row.has_recurred else _("no"), row.content, str(row.made_by or ""))
                for row in page.follow_ups
            ),
            caption=_("Follow-up checks"),
        )


def _escalations(page: CasePage) -> Iterator[Table]:
    yield Table(
        headings=(_("Opened at"), _("Why"), _("Addressee"), _("Answered at"), _("Cause"), _("Improvement measure")),
        widths=(14, 20, 16, 14, 18, 18),
        rows=tuple(
            (
                minute(line.escalation.opened_at),
                signed(str(line.escalation.get_origin_display()), line.escalation.reason),
                remarked(line.escalation.addressee, line.escalation.get_role_display()),
                minute(line.escalation.answered_at),
                line.escalation.cause,
                line.escalation.improvement,
            )
            for line in reversed(page.escalations)
        ),
    )


def _notes(page: CasePage) -> Iterator[Table]:
    if page.notes:
        yield Table(
            headings=(_("When"), _("Kind"), _("Content"), _("By")),
            widths=(18, 15, 54, 13),
            rows=tuple(
                (minute(row.made_at), str(row.get_kind_display()), row.content, str(row.made_by or ""))
                for row in page.notes
            ),
            caption=_("Notes"),
        )
    if page.emergency_items:
        yield Table(
            headings=(_("Round"), _("Item"), _("Done at"), _("By"), _("Remark")),
            widths=(8, 35, 18, 13, 26),
            rows=tuple(
                (str(row.round), str(row), minute(row.done_at), str(row.done_by or ""), row.remark)
                for row in page.emergency_items
            ),
            caption=_("Emergency plan"),
        )


# -- clocks -----------------------------------------------------------------------------------------------------------


def _clocks(page: CasePage) -> Iterator[Part]:
    lines = sorted(page.clocks, key=lambda line: (line.deadline.round, line.deadline.started_at, line.deadline.pk))
    yield Table(
        headings=(_("Clock"), _("Limit"), _("Started"), _("Due"), _("Ended"), _("Result")),
        widths=(22, 13, 15, 15, 15, 20),
        rows=tuple(_clock_row(line) for line in lines),
        empty=_("No clock has been started."),
    )
    explained = [explain(page.case, line.deadline) for line in lines]
    rows = tuple(row for explanation in explained for row in _interval_rows(explanation))
    if rows:
        yield Table(
            headings=(_("Clock"), _("Counted from"), _("to"), _("Counted so far")),
            widths=(30, 22, 22, 26),
            rows=rows,
            caption=_("How the due moments follow"),
        )
    pauses = page.case.pauses
    if pauses:
        yield Table(
            headings=(_("Paused from"), _("until"), _("Reason"), _("By")),
            widths=(18, 18, 50, 14),
            rows=tuple(
                (minute(row.starts_at), minute(row.ends_at or row.cap_at), row.reason, str(row.paused_by))
                for row in pauses
            ),
            caption=_("Pauses"),
        )


def _clock_row(line: ClockLine) -> tuple[str, ...]:
    deadline = line.deadline
    provisional = _("provisional") if deadline.is_provisional and line.is_running else ""
    return (
        signed(line.name, str(deadline.plan_step or "")),
        line.limit,
        minute(deadline.started_at),
        signed(minute(deadline.due_at), provisional),
        minute(deadline.met_at or deadline.cancelled_at),
        signed(line.word, line.difference),
    )


def _interval_rows(explanation: Explanation) -> Iterator[tuple[str, ...]]:
    """What was counted up to the due moment; of very many intervals the first and the last."""
    counted = explanation.counted
    gap = len(counted) > INTERVALS
    shown = (*counted[: INTERVALS // 2], *counted[-INTERVALS // 2 :]) if gap else counted
    for position, row in enumerate(shown):
        if gap and position == INTERVALS // 2:
            yield ("", "…", "…", "")
        yield explanation.line.name, minute(row.start), minute(row.end), row.total


# -- what happened, files, history ------------------------------------------------------------------------------------


def _timeline(page: CasePage) -> Table:
    return Table(
        headings=(_("When"), _("What"), _("By"), _("Words")),
        widths=(18, 24, 20, 38),
        rows=tuple(
            (
                minute(entry.at),
                signed(entry.title, f"→ {entry.state_name}" if entry.state_name else ""),
                signed(entry.person, entry.role),
                signed(*entry.lines, entry.text),
            )
            for entry in reversed(page.timeline)
        ),
    )


def _materials(page: CasePage) -> Table:
    return Table(
        headings=(_("No."), _("Title"), _("File"), _("Kind"), _("Added"), _("Digest (SHA-256)")),
        widths=(7, 22, 20, 12, 14, 25),
        rows=tuple(
            (
                str(position),
                row.title if may_open else _("not for this reader"),
                row.file_name if may_open else "",
                _("Original") if row.is_original else _("Copy or derived"),
                minute(row.made_at),
                row.sha256,
            )
            for position, (row, may_open) in enumerate(page.materials, start=1)
        ),
        empty=_("No material has been added."),
    )


def _history(page: CasePage) -> Table:
    """How often each kind of record was changed, and when first and last. The changes themselves are in the system."""
    rows = []
    for model in TRACKED:
        history = model.history
        key = {"id": page.complaint.pk} if model is Complaint else {"complaint_id": page.complaint.pk}
        found = history.filter(**key)
        span = found.aggregate(first=Min("history_date"), last=Max("history_date"))
        names = (
            found.exclude(history_user_name="")
            .order_by("history_user_name")
            .values_list("history_user_name", flat=True)
        )
        changes = found.count()
        if changes:
            people = listed(names.distinct())
            rows.append(
                (str(model._meta.verbose_name), str(changes), minute(span["first"]), minute(span["last"]), people)
            )
    events = ComplaintEvent.objects.filter(complaint=page.complaint).count()
    caption = _("%(count)d acts are on record.") % {"count": events}
    headings = (_("Record"), _("Changes"), _("First"), _("Last"), _("By"))
    return Table(headings, tuple(rows), caption=caption, widths=(18, 12, 18, 18, 34))
