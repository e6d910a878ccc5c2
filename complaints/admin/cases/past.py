"""The change history of a whole case: the complaint and everything that belongs to it, field by field. (AU-1, AU-3)"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import models
from complaints.acts import ACTS
from complaints.admin.access import standing_for
from complaints.admin.cases.opening import open_case, page_context
from complaints.admin.cases.past_words import words_for
from complaints.admin.history import PAGE, PER_PAGE, Change, Say, changes
from complaints.localised import localise
from complaints.models.deadline import ANSWER_CLOCK
from complaints.queries.case import Case
from complaints.queries.case_page import CasePage

#: What belongs to a complaint and has a history, and by which column.
CHILDREN: tuple[tuple[Any, str], ...] = (
    (models.FurtherCategory, "complaint_id"),
    (models.Respondent, "complaint_id"),
    (models.Recusal, "complaint_id"),
    (models.CaseLink, "complaint_id"),
    (models.Handover, "complaint_id"),
    (models.Material, "complaint_id"),
    (models.ContactSheet, "complaint_id"),
    (models.Finding, "complaint_id"),
    (models.Plan, "complaint_id"),
    (models.PlanStep, "plan_id"),
    (models.MeetingDecision, "complaint_id"),
    (models.Communication, "complaint_id"),
    (models.ReturnVisit, "complaint_id"),
    (models.Note, "complaint_id"),
    (models.FollowUp, "complaint_id"),
    (models.EmergencyItem, "complaint_id"),
    (models.Deadline, "complaint_id"),
    (models.ClockPause, "complaint_id"),
    (models.Escalation, "complaint_id"),
)
#: Clocks that no policy names, by the code under which they were started.
KINDS_OF_CLOCK = {
    ANSWER_CLOCK: gettext_lazy("Answer to an escalation"),
    "plan_step": gettext_lazy("Step of the plan"),
    "appointed": gettext_lazy("Appointed moment"),
    "appointed_lasting": gettext_lazy("Appointed moment"),
}
APPOINTED_FOR = re.compile(r"[a-z_]+:[0-9]+")
#: What apps above call the codes of their acts; they append to it, and answer nothing to other codes.
REASONS: list[Callable[[str], str]] = []
LEFT_OUT = (
    "path",
    "version",
    "edition",
    "digest",
    "complaint",
    "complainant",
    "names",
    "file",
    "calendar_edition",
    "escalation",
)
#: Fields that only the product reads: what owns an appointed clock, and which step of a clock escalated.
OF_THE_PRODUCT: Mapping[Any, tuple[str, ...]] = {models.Deadline: ("subject",), models.Escalation: ("step",)}


@dataclass(frozen=True, slots=True)
class PastChange:
    """A change, and of which record."""

    record: str
    change: Change


def past_page(admin: ModelAdmin, request: HttpRequest, key: str) -> HttpResponse:
    """All changes, the latest first."""
    case = open_case(request, key)
    view = CasePage(case, standing_for(request))
    if not view.reads_history:
        raise PermissionDenied
    rows = whole_past(view)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get(PAGE))
    context = page_context(
        admin,
        request,
        case,
        page=page,
        page_range=page.paginator.get_elided_page_range(page.number),
        title=_("Change history: %(name)s") % {"name": case.complaint.number},
    )
    return TemplateResponse(request, "complaints/case/past.html", context)


def whole_past(view: CasePage) -> list[PastChange]:
    """Changes of the complaint and all its records; queries by kind of record, not by their number.

    The complainant's record, whose fields are masked, is for those who may know the name.
    """
    complaint, say = view.complaint, words_for(view)
    found = _past(view.case, models.Complaint, {"id": complaint.pk}, say)
    if view.reads_identity:
        found += _past(view.case, models.Complainant, {"id": complaint.complainant_id}, say)
    plans = list(models.Plan.objects.filter(complaint=complaint).values_list("pk", flat=True))
    for model, column in CHILDREN:
        where = {"plan_id__in": plans} if column == "plan_id" else {column: complaint.pk}
        found += _past(view.case, model, where, say)
    return sorted(found, key=lambda row: row.change.at, reverse=True)


def _past(case: Case, model: Any, where: dict[str, Any], say: Say) -> list[PastChange]:
    rows = list(model.history.filter(**where).order_by("-history_date", "-history_id"))
    name = capfirst(str(model._meta.verbose_name))
    left_out = (*LEFT_OUT, *OF_THE_PRODUCT.get(model, ()))
    is_one = model in {models.Complaint, models.Complainant}
    labels = [name if is_one else f"{name} {row.id}" for row in rows]
    found = [_in_words(change, case) for change in changes(rows, left_out, say)]
    return [PastChange(label, change) for label, change in zip(labels, found, strict=True)]


def _in_words(change: Change, case: Case) -> Change:
    """Records saved without a reason of a person's own name the act, or the clock."""
    code = change.reason
    if code in ACTS:
        return replace(change, reason=str(ACTS[code].label))
    clocks = {clock.code: clock.names for clock in case.rules.clocks}
    if code in clocks:
        return replace(change, reason=localise(clocks[code]))
    # An appointed clock is begun for something of an app above: "hearing:12".
    kind = "appointed" if APPOINTED_FOR.fullmatch(code) else code
    if kind in KINDS_OF_CLOCK:
        return replace(change, reason=str(KINDS_OF_CLOCK[kind]))
    said = (say(code) for say in REASONS)
    return replace(change, reason=next((text for text in said if text), code))
