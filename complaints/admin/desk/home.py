"""What the desk shows, put together from the blocks and what else is worth knowing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from complaints.admin.desk.notice_lines import lines
from complaints.admin.lists.page import list_address
from complaints.models import Notice
from complaints.models.standing import Standing
from complaints.permissions import may_export, may_import
from complaints.queries import desk
from complaints.queries.access import may_change_registers
from complaints.queries.desk_operation import Figure, figures
from complaints.states import Role

NOTICES_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Way:
    """A way into something, with a sentence that says what is there."""

    title: str | Promise
    text: str | Promise
    url: str
    icon: str


@dataclass(frozen=True, slots=True)
class Section:
    """A block of cases with the address of its list."""

    shown: desk.Shown
    url: str
    #: What to say below a subject, by complaint.
    whys: Mapping[int, str] = field(default_factory=dict)

    @property
    def lines(self) -> list[tuple[desk.Row, str]]:
        """The rows, each with what is said of it beside."""
        return [(row, self.whys.get(row.complaint.pk, "")) for row in self.shown.rows]

    @property
    def further(self) -> int:
        """Cases beyond those shown."""
        return self.shown.count - len(self.shown.rows)


def home(person: Any, standing: Standing, now: datetime) -> dict[str, Any]:
    """Everything on the desk. The number of queries depends on the person's offices, not on the number of cases."""
    sections = sections_of(desk.Reader(standing, now), desk.blocks(standing))
    unread = Notice.objects.filter(recipient=person.pk, read_at=None)
    operation: list[Figure] = figures(now) if may_change_registers(person, standing) else []
    return {
        "sections": [section for section in sections if section.shown.count or section.shown.block.roles],
        "busy": _unrepeated(sections),
        "has_tasks": standing.has(*desk.WORKERS),
        "notices": lines(unread.select_related("complaint").order_by("-created_at", "-id")[:NOTICES_SHOWN], standing),
        "ways": _ways(standing),
        "operation": operation,
        "now": now,
    }


def _unrepeated(sections: list[Section]) -> list[Section]:
    """Sections that show something which no section above them shows already."""
    seen: set[int] = set()
    found = []
    for section in sections:
        keys = {row.complaint.pk for row in section.shown.rows}
        if section.further or not keys <= seen:
            found.append(section)
        seen |= keys
    return found


def sections_of(reader: desk.Reader, blocks: list[desk.Block], at_most: int = desk.SHOWN) -> list[Section]:
    """Blocks with their lists."""
    return [Section(shown, list_address(task=shown.block.code)) for shown in desk.show(reader, blocks, at_most)]


def _ways(standing: Standing) -> list[Way]:
    """Where to begin, by office. Pages that do not exist (yet) are left out."""
    offered = [
        (
            standing.has(Role.INTAKE, Role.HANDLER, Role.HEAD),
            Way(_("Register a complaint"), _("By telephone, at the desk, by letter"), "admin:register", "register"),
        ),
        (
            may_import(standing),
            Way(_("Import complaints"), _("From a spreadsheet, with a trial run first"), "admin:imports", "import"),
        ),
        (
            standing.has(Role.EXECUTIVE),
            Way(_("Docket"), _("What waits for your word"), "admin:docket", "docket"),
        ),
        (
            standing.has(Role.AUDITOR),
            Way(
                _("Records"),
                _("Every act on every complaint: who, when, why"),
                "admin:complaints_complaintevent_changelist",
                "audit",
            ),
        ),
        (
            standing.has(Role.AUDITOR),
            Way(
                _("All complaints"),
                _("Read-only, with the history of each"),
                "admin:complaints_complaint_changelist",
                "complaints",
            ),
        ),
        (
            standing.has(Role.AUDITOR, Role.QUALITY, Role.EXECUTIVE) and may_export(standing),
            Way(_("Ledger"), _("The register as a spreadsheet"), "admin:export_ledger", "export"),
        ),
        (
            standing.has(Role.AUDITOR, Role.QUALITY, Role.HEAD, Role.HANDLER, Role.INTAKE),
            Way(_("Yearly volume"), _("The archived cases of a year, with their index"), "admin:volume", "library"),
        ),
    ]
    found = []
    for is_for_them, way in offered:
        if not is_for_them:
            continue
        try:
            found.append(Way(way.title, way.text, reverse(way.url), way.icon))
        except NoReverseMatch:
            continue
    return found
