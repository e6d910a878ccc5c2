"""Work contact sheets. (WF-2)"""

from typing import Any

from django.utils.translation import gettext as _

from complaints.models import ContactSheet
from complaints.services.doing import Doing, effect
from complaints.states import SheetStatus


def _issue(doing: Doing) -> None:
    department = doing.given["department"]
    if not department.is_active:
        doing.refuse(_("%(department)s is no longer active.") % {"department": department})
    if department.pk in doing.case.excluded_departments:
        doing.refuse(_("%(department)s is complained of and must keep away.") % {"department": department})
    doing.complaint.responsible_department = department
    before = ContactSheet.objects.filter(complaint=doing.complaint).count()
    sheet = doing.make(
        ContactSheet,
        number=f"{doing.complaint.number}-L{before + 1:02d}",
        department=department,
        request=doing.given["request"],
    )
    doing.case.__dict__.pop("sheet", None)
    doing.detail["sheet"] = sheet.number
    doing.detail["department"] = department.pk
    doing.afterwards.append(lambda: _date(doing, sheet))


def _date(doing: Doing, sheet: ContactSheet) -> None:
    """Put on the sheet when the department's answer is due: the earliest clock of the policy that it must meet."""
    dues = [
        deadline.due_at
        for deadline in doing.case.running
        if deadline.owner_role in {"liaison", "responsible_head"} and deadline.round == doing.complaint.round
    ]
    if dues:
        sheet.due_at = min(dues)
        doing.save(sheet)


def _end(doing: Doing, status: SheetStatus) -> None:
    sheet: Any = doing.case.sheet
    sheet.status, sheet.ended_at, sheet.end_reason = status, doing.now, doing.reason
    doing.save(sheet)
    doing.case.__dict__.pop("sheet", None)
    doing.detail["ended"] = sheet.number


@effect("dispatch")
def dispatch(doing: Doing) -> None:
    """Issue a sheet to the responsible department."""
    _issue(doing)


@effect("redispatch")
def redispatch(doing: Doing) -> None:
    """Recall the sheet and issue one to another department; both count."""
    if doing.given["department"].pk == doing.complaint.responsible_department_id:
        doing.refuse(_("The case is already with this department."))
    _end(doing, SheetStatus.RECALLED)
    _issue(doing)


@effect("acknowledge")
def acknowledge(doing: Doing) -> None:
    """The department takes the sheet."""
    sheet: Any = doing.case.sheet
    sheet.status, sheet.acknowledged_by, sheet.acknowledged_at = SheetStatus.ACKNOWLEDGED, doing.by, doing.now
    doing.save(sheet)
    doing.detail["sheet"] = sheet.number


@effect("return_sheet")
def return_sheet(doing: Doing) -> None:
    """The department gives the sheet back with a reason; passing the buck is counted."""
    _end(doing, SheetStatus.RETURNED)


@effect("reply_sheet")
def reply_sheet(doing: Doing) -> None:
    """The department answers; a later answer replaces the words, history keeps the earlier ones."""
    sheet: Any = doing.case.sheet
    sheet.status, sheet.replied_by, sheet.replied_at = SheetStatus.REPLIED, doing.by, doing.now
    sheet.reply, sheet.proposal = doing.given["content"], doing.given.get("proposal") or ""
    doing.save(sheet)
    doing.detail["sheet"] = sheet.number
