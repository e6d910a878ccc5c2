"""The columns of the ledger, and its rows read a few at a time. (IN-9, AU-4, AU-5)

Names of complainants are masked; those of confidential cases are left out altogether.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from import_export import fields, resources, widgets

from complaints.encryption import masked
from complaints.localised import localise
from complaints.models import (
    Category,
    Channel,
    Complaint,
    Deadline,
    Department,
    Escalation,
    Finding,
    PolicyVersion,
    ReturnVisit,
    User,
)
from complaints.states import ComplainantKind, Grade, Kind, Outcome, State

#: Rows in memory at a time.
CHUNK = 2000


class AsItIs(widgets.Widget):
    """Dates and numbers stay what they are: the file says them in its own way."""

    def render(self, value: Any, obj: Any = None, **_options: Any) -> Any:
        return value


def _column(name: str, label: Any) -> fields.Field:
    return fields.Field(attribute=name, column_name=label, widget=AsItIs())


class LedgerResource(resources.Resource):
    """One row for each complaint. `import_export` knows it for export only: complaints come in by the service."""

    number = _column("number", gettext_lazy("number"))
    state = _column("state", gettext_lazy("state"))
    kind = _column("kind", gettext_lazy("kind"))
    channel = _column("channel", gettext_lazy("channel"))
    category = _column("category", gettext_lazy("category"))
    severity = _column("severity", gettext_lazy("severity"))
    received_at = _column("received_at", gettext_lazy("received at"))
    registered_at = _column("registered_at", gettext_lazy("registered at"))
    owner = _column("owner", gettext_lazy("owning department"))
    responsible = _column("responsible", gettext_lazy("responsible department"))
    handler = _column("handler", gettext_lazy("handler"))
    complainant_kind = _column("complainant_kind", gettext_lazy("complainant"))
    complainant_name = _column("complainant_name", gettext_lazy("complainant's name (masked)"))
    subject = _column("subject", gettext_lazy("subject"))
    next_due_at = _column("next_due_at", gettext_lazy("next due"))
    overdue = _column("overdue", pgettext_lazy("deadline step", "Overdue"))
    escalations = _column("escalations", gettext_lazy("escalations"))
    rounds = _column("rounds", gettext_lazy("rounds"))
    outcome = _column("outcome", gettext_lazy("finding"))
    grade = _column("grade", gettext_lazy("satisfaction"))
    ended_at = _column("ended_at", gettext_lazy("ended at"))

    def headings(self) -> list[str]:
        """Labels of the columns in the active language."""
        return [str(field.column_name) for field in self.get_export_fields()]

    def lines(self, complaints: QuerySet[Complaint], now: datetime) -> Iterator[list[Any]]:
        """The rows of the ledger, in the order of receipt, at the same number of queries however many there are."""
        names = Names()
        own = self.get_export_fields()
        for row in _rows(complaints, now).iterator(chunk_size=CHUNK):
            line = names.line(row)
            yield [field.get_value(line) for field in own]


def _rows(complaints: QuerySet[Complaint], now: datetime) -> QuerySet[Any, Any]:
    running = Deadline.objects.filter(complaint=OuterRef("pk"), met_at=None, cancelled_at=None).order_by()
    escalations = Escalation.objects.filter(complaint=OuterRef("pk")).order_by().values("complaint")
    of_round = {"complaint": OuterRef("pk"), "round": OuterRef("round")}
    return (
        complaints.order_by("received_at", "id")
        .annotate(
            ledger_due=Subquery(running.values("complaint").annotate(at=Min("due_at")).values("at")),
            ledger_overdue=Exists(running.filter(due_at__lt=now)),
            ledger_escalations=Subquery(escalations.annotate(count=Count("pk")).values("count")),
            ledger_outcome=Subquery(Finding.objects.filter(**of_round).values("outcome")[:1]),
            ledger_grade=Subquery(ReturnVisit.objects.filter(**of_round).values("grade")[:1]),
            ledger_name=F("complainant__name"),
            ledger_kind=F("complainant__kind"),
        )
        .values(
            "number",
            "state",
            "kind",
            "channel_id",
            "category_id",
            "severity",
            "policy_version_id",
            "received_at",
            "registered_at",
            "owner_department_id",
            "responsible_department_id",
            "handler_id",
            "is_confidential",
            "subject",
            "round",
            "ended_at",
            "ledger_due",
            "ledger_overdue",
            "ledger_escalations",
            "ledger_outcome",
            "ledger_grade",
            "ledger_name",
            "ledger_kind",
        )
    )


class Line:
    """One row as its fields want it."""

    def __init__(self, **values: Any) -> None:
        vars(self).update(values)


class Names:
    """What ids and codes are called in the active language, read once."""

    def __init__(self) -> None:
        self.channels = _localised(Channel)
        self.categories = _localised(Category)
        self.departments = _localised(Department)
        self.people = {
            pk: name or username for pk, name, username in User.objects.values_list("pk", "display_name", "username")
        }
        self.states = _labels(State)
        self.kinds = _labels(Kind)
        self.complainants = _labels(ComplainantKind)
        self.outcomes = _labels(Outcome)
        self.grades = _labels(Grade)
        self.yes, self.no = _("yes"), _("no")
        self._severities: dict[int, dict[str, str]] = {}

    def severity(self, version: int, code: str) -> str:
        """What the policy version calls a severity (CL-1)."""
        if version not in self._severities:
            rules = PolicyVersion.objects.get(pk=version).rules
            self._severities[version] = {str(level.code): localise(level.names) for level in rules.severities}
        return self._severities[version].get(code, code)

    def line(self, row: dict[str, Any]) -> Line:
        """The row of a complaint in words, moments in local time."""
        return Line(
            number=row["number"],
            state=self.states[row["state"]],
            kind=self.kinds[row["kind"]],
            channel=self.channels.get(row["channel_id"], ""),
            category=self.categories.get(row["category_id"], ""),
            severity=self.severity(row["policy_version_id"], row["severity"]),
            received_at=_local(row["received_at"]),
            registered_at=_local(row["registered_at"]),
            owner=self.departments.get(row["owner_department_id"], ""),
            responsible=self.departments.get(row["responsible_department_id"], ""),
            handler=self.people.get(row["handler_id"], ""),
            complainant_kind=self.complainants.get(row["ledger_kind"], ""),
            complainant_name="" if row["is_confidential"] else masked(row["ledger_name"]),
            subject=row["subject"],
            next_due_at=_local(row["ledger_due"]),
            overdue=self.yes if row["ledger_overdue"] else self.no,
            escalations=row["ledger_escalations"] or 0,
            rounds=row["round"],
            outcome=self.outcomes.get(row["ledger_outcome"], ""),
            grade=self.grades.get(row["ledger_grade"], ""),
            ended_at=_local(row["ended_at"]),
        )


def _localised(model: Any) -> dict[int, str]:
    return {pk: localise(names) for pk, names in model.objects.order_by().values_list("pk", "names")}


def _labels(choices: Any) -> dict[str, str]:
    return {str(value): str(label) for value, label in choices.choices}


def _local(moment: datetime | None) -> datetime | None:
    return timezone.localtime(moment).replace(tzinfo=None) if moment is not None else None


def of_year(complaints: QuerySet[Complaint], year: int) -> QuerySet[Complaint]:
    """Complaints received in a year, by the business time zone: the yearly volume 年度案宗."""
    zone = timezone.get_default_timezone()
    first, end = (datetime(number, 1, 1, tzinfo=zone).astimezone(UTC) for number in (year, year + 1))
    return complaints.filter(received_at__gte=first, received_at__lt=end)
