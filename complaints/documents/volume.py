"""The yearly volume: an index of the cases archived in a year. (IN-9, WF-14)"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext as _

from complaints.documents.parts import Document, Table, day
from complaints.localised import localise
from complaints.models import Complaint, Department
from complaints.models.standing import Standing
from complaints.queries import lists
from complaints.states import State


def years(standing: Standing) -> list[tuple[int, int]]:
    """Years in which cases were archived that the person may see, the latest first, with how many."""
    rows = (
        Complaint.objects.visible_to(standing)
        .filter(state=State.ARCHIVED, archived_at__isnull=False)
        .order_by()
        .annotate(year=ExtractYear("archived_at", tzinfo=ZoneInfo(settings.TIME_ZONE)))
        .values_list("year")
        .annotate(cases=Count("pk"))
    )
    return sorted(rows, reverse=True)


def volume(standing: Standing, year: int) -> Document:
    """The index of a year, in the order of the numbers. In a constant number of queries."""
    zone = ZoneInfo(settings.TIME_ZONE)
    begin, end = (datetime(which, 1, 1, tzinfo=zone) for which in (year, year + 1))
    cases = list(
        Complaint.objects.visible_to(standing)
        .filter(state=State.ARCHIVED, archived_at__gte=begin, archived_at__lt=end)
        .select_related("category", "responsible_department")
        .defer("content", "demand")
        .order_by("number")
    )
    rules = lists.rules_of(case.policy_version_id for case in cases)
    root = Department.objects.filter(parent=None).order_by("pk").first()
    table = Table(
        (
            *(_("No."), _("Number"), _("Subject"), _("Category"), _("Severity")),
            *(_("Responsible department"), _("Received"), _("Ended"), _("Archived")),
        ),
        tuple(_rows(cases, rules)),
        empty=_("No case was archived in this year."),
        widths=(5, 13, 26, 10, 7, 12, 9, 9, 9),
    )
    title = _("Volume of complaints %(year)d") % {"year": year}
    return Document(f"volume-{year}", title, str(root or ""), str(year), (table,), is_wide=True)


def _rows(cases: Iterable[Complaint], rules: dict[int, Any]) -> Iterable[tuple[str, ...]]:
    for position, case in enumerate(cases, start=1):
        yield (
            str(position),
            case.number,
            case.subject,
            str(case.category or ""),
            localise(rules[case.policy_version_id].severity_name(case.severity)),
            str(case.responsible_department or ""),
            day(case.received_at),
            day(case.ended_at),
            day(case.archived_at),
        )
