"""What the list of complaints can be narrowed by. Every filter narrows what the person may see, and nothing else."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from complaints.admin.access import standing_for
from complaints.admin.people import SHORT, label_of
from complaints.models import Category, Channel, Complaint, Department, Policy, User
from complaints.queries import desk, lists
from complaints.states import ENDED, OPEN, Kind, LinkKind, Role, Severity, State

Lookups = list[tuple[str, str]]


class Choice(admin.SimpleListFilter):
    """One drop-down of the filter form. A value that is not offered finds nothing rather than everything."""

    template = "complaints/lists/choice.html"
    #: Always in sight, or among the further ones that fold away.
    is_main = False

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        """Values and labels."""
        return list(self.offered(request))

    def offered(self, request: HttpRequest) -> Iterable[tuple[str, str]]:
        """Values and labels."""
        raise NotImplementedError

    def condition(self, request: HttpRequest, value: str) -> Q:
        """What a value that is offered narrows to."""
        raise NotImplementedError

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value()
        if value is None or value == "":
            return queryset
        if value not in {str(key) for key, _label in self.lookup_choices}:
            return queryset.none()
        return queryset.filter(self.condition(request, value))

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        chosen = str(self.value() or "")
        yield {"value": "", "display": _("All"), "selected": not chosen}
        for value, label in self.lookup_choices:
            yield {"value": value, "display": label, "selected": chosen == str(value)}


def _labels(codes: Any) -> Lookups:
    return [(str(value), str(label)) for value, label in codes.choices]


def _indented(rows: Iterable[Any]) -> Lookups:
    return [(str(row.pk), "\u3000" * (row.path.count("/") - 2) + str(row)) for row in rows]


class TaskFilter(Choice):
    """The blocks of the desk: the list behind each shows exactly what the block counts."""

    title = pgettext_lazy("filter", "Tasks")
    parameter_name = "task"
    is_main = True

    def offered(self, request: HttpRequest) -> Lookups:
        return [(block.code, str(block.title)) for block in desk.blocks(standing_for(request))]

    def condition(self, request: HttpRequest, value: str) -> Q:
        return desk.BLOCKS[value].condition(desk.Reader(standing_for(request), timezone.now()))


class StateFilter(Choice):
    """All that is open, all that has ended, or one state."""

    title = gettext_lazy("state")
    parameter_name = "state"
    is_main = True

    def offered(self, request: HttpRequest) -> Lookups:
        return [("open", _("All open")), ("ended", _("All ended")), *_labels(State)]

    def condition(self, request: HttpRequest, value: str) -> Q:
        return Q(state__in={"open": OPEN, "ended": ENDED}.get(value, {value}))


class SeverityFilter(Choice):
    """By severity."""

    title = gettext_lazy("severity")
    parameter_name = "severity"
    is_main = True

    def offered(self, request: HttpRequest) -> Lookups:
        return _labels(Severity)

    def condition(self, request: HttpRequest, value: str) -> Q:
        return Q(severity=value)


class DeadlineFilter(Choice):
    """By how the clocks stand."""

    title = gettext_lazy("deadline")
    parameter_name = "deadline"
    is_main = True

    CONDITIONS: ClassVar[dict[str, tuple[str | Promise, Callable[[datetime], Q]]]] = {
        "overdue": (gettext_lazy("Overdue"), lists.overdue),
        "today": (gettext_lazy("Due today"), lists.due_today),
        "provisional": (gettext_lazy("Provisional"), lambda _now: lists.provisional()),
        "paused": (gettext_lazy("Paused"), lists.paused),
        "escalated": (gettext_lazy("Escalated"), lambda _now: lists.escalated()),
    }

    def offered(self, request: HttpRequest) -> Iterator[tuple[str, str]]:
        for code in ("overdue", "today"):
            yield code, str(self.CONDITIONS[code][0])
        for days in lists.AHEAD:
            text = ngettext("Due within %(days)d working day", "Due within %(days)d working days", days)
            yield f"within-{days}", text % {"days": days}
        for code in ("provisional", "paused", "escalated"):
            yield code, str(self.CONDITIONS[code][0])

    def condition(self, request: HttpRequest, value: str) -> Q:
        now = timezone.now()
        if value in self.CONDITIONS:
            return self.CONDITIONS[value][1](now)
        days = int(value.removeprefix("within-"))
        return lists.due_within(now, lists.horizons(now, days))


class DepartmentFilter(Choice):
    """Owned by, or with, a department or one below it."""

    title = gettext_lazy("department")
    parameter_name = "department"
    is_main = True

    def offered(self, request: HttpRequest) -> Lookups:
        rows = list(Department.objects.all())
        self.paths = {str(row.pk): row.path for row in rows}
        return _indented(rows)

    def condition(self, request: HttpRequest, value: str) -> Q:
        path = self.paths[value]
        return Q(owner_department__path__startswith=path) | Q(responsible_department__path__startswith=path)


class ResponsibleFilter(Choice):
    """With a department or one below it, or with none yet."""

    title = gettext_lazy("responsible department")
    parameter_name = "responsible"

    def offered(self, request: HttpRequest) -> Lookups:
        rows = list(Department.objects.all())
        self.paths = {str(row.pk): row.path for row in rows}
        return [("none", _("None yet")), *_indented(rows)]

    def condition(self, request: HttpRequest, value: str) -> Q:
        if value == "none":
            return Q(responsible_department=None)
        return Q(responsible_department__path__startswith=self.paths[value])


class AgeFilter(Choice):
    """By days since receipt."""

    title = gettext_lazy("days since receipt")
    parameter_name = "age"

    def offered(self, request: HttpRequest) -> Lookups:
        return [(code, lists.age_name(code)) for code in lists.AGES]

    def condition(self, request: HttpRequest, value: str) -> Q:
        return lists.aged(value, timezone.now())


class HandlerFilter(Choice):
    """The person's own cases, those nobody handles, or those of one handler.

    Chosen from a list to unfold while they are few; among many, a part of the name is typed, as in forms.
    """

    title = gettext_lazy("handler")
    parameter_name = "handler"
    is_main = True

    def __init__(self, request: HttpRequest, params: dict[str, list[str]], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        if len(self.people) > SHORT:
            self.template = "complaints/lists/typed_choice.html"

    def offered(self, request: HttpRequest) -> Lookups:
        handles = Q(Exists(Complaint.objects.filter(handler=OuterRef("pk"))))
        handlers = User.objects.filter(Q(appointments__role__in=(Role.HANDLER, Role.INTAKE)) | handles).distinct()
        self.people = list(handlers.order_by("display_name", "pk"))
        chosen = [(str(person.pk), label_of(person)) for person in self.people]
        return [("me", _("Me")), ("nobody", _("Nobody")), *chosen]

    def value(self) -> str | None:
        """The key of an offer. What was typed instead means somebody, or stays as it is and finds nothing."""
        text = super().value()
        return self._meant.get(str(text).strip(), str(text)) if text else None

    @property
    def text(self) -> str:
        """What stands in the line to type into."""
        value = self.value()
        return str(dict(self.lookup_choices).get(value, value)) if value else ""

    @cached_property
    def _meant(self) -> dict[str, str]:
        """Whom a text means: a label that is offered, a user name, or a full name that only one person bears."""
        names = Counter(str(person) for person in self.people)
        full = {str(person): str(person.pk) for person in self.people if names[str(person)] == 1}
        keys = {str(key): str(key) for key, _label in self.lookup_choices}
        users = {person.username: str(person.pk) for person in self.people}
        return full | users | {str(label): str(key) for key, label in self.lookup_choices} | keys

    def condition(self, request: HttpRequest, value: str) -> Q:
        if value == "nobody":
            return Q(handler=None)
        return Q(handler=request.user.pk if value == "me" else int(value))


class CategoryFilter(Choice):
    """Main or further category, those below included."""

    title = gettext_lazy("category")
    parameter_name = "category"

    def offered(self, request: HttpRequest) -> Lookups:
        rows = list(Category.objects.all())
        self.paths = {str(row.pk): row.path for row in rows}
        return _indented(rows)

    def condition(self, request: HttpRequest, value: str) -> Q:
        below = Category.objects.filter(path__startswith=self.paths[value]).values("pk")
        further = lists.further_categories(below)
        return Q(category__in=below) | further


class ChannelFilter(Choice):
    """The way it came in."""

    title = gettext_lazy("channel")
    parameter_name = "channel"

    def offered(self, request: HttpRequest) -> Lookups:
        return [(str(row.pk), str(row)) for row in Channel.objects.all()]

    def condition(self, request: HttpRequest, value: str) -> Q:
        return Q(channel=int(value))


class PolicyFilter(Choice):
    """The policy that governs it, whichever version."""

    title = gettext_lazy("policy")
    parameter_name = "policy"

    def offered(self, request: HttpRequest) -> Lookups:
        return [(row.code, str(row)) for row in Policy.objects.all()]

    def condition(self, request: HttpRequest, value: str) -> Q:
        return Q(policy_version__policy__code=value)


class KindFilter(Choice):
    """Complaint or feedback."""

    title = gettext_lazy("kind")
    parameter_name = "kind"

    def offered(self, request: HttpRequest) -> Lookups:
        return _labels(Kind)

    def condition(self, request: HttpRequest, value: str) -> Q:
        return Q(kind=value)


class ConfidentialFilter(Choice):
    """Confidential ones, or the others."""

    title = gettext_lazy("confidential")
    parameter_name = "confidential"

    def offered(self, request: HttpRequest) -> Lookups:
        return [("yes", _("Yes")), ("no", _("No"))]

    def condition(self, request: HttpRequest, value: str) -> Q:
        return Q(is_confidential=value == "yes")


class LinkFilter(Choice):
    """Repeats, linked ones, and those that were reopened (IN-10)."""

    title = gettext_lazy("belongs together")
    parameter_name = "linked"

    def offered(self, request: HttpRequest) -> Lookups:
        return [
            ("repeat", _("Repeat complaints")),
            ("any", _("Linked to another")),
            ("again", _("In a further round")),
        ]

    def condition(self, request: HttpRequest, value: str) -> Q:
        if value == "again":
            return Q(round__gt=1)
        return lists.linked(LinkKind.REPEAT if value == "repeat" else "")


class ReceivedFilter(admin.ListFilter):
    """Received from one day to another, both included, by the business time zone."""

    title = gettext_lazy("received")
    template = "complaints/lists/period.html"
    is_main = False
    FROM, TO = "received_from", "received_to"

    def __init__(self, request: HttpRequest, params: dict[str, list[str]], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        for name in self.expected_parameters():
            if name in params:
                self.used_parameters[name] = params.pop(name)[-1]

    def has_output(self) -> bool:
        return True

    def expected_parameters(self) -> list[str | None]:
        return [self.FROM, self.TO]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        for name, label in ((self.FROM, _("Received from")), (self.TO, _("Received until"))):
            yield {"name": name, "label": label, "value": self.used_parameters.get(name, "")}

    def value(self) -> str:
        """Whatever is set."""
        return "".join(str(text) for text in self.used_parameters.values())

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        first, last = (_day(str(self.used_parameters.get(name, ""))) for name in (self.FROM, self.TO))
        if first is not None:
            queryset = queryset.filter(received_at__gte=_midnight(first))
        if last is not None:
            queryset = queryset.filter(received_at__lt=_midnight(last + timedelta(days=1)))
        return queryset


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or not date(1900, 1, 1) <= day <= date(9000, 1, 1):
        raise IncorrectLookupParameters(text)
    return day


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


FILTERS: tuple[type[admin.ListFilter], ...] = (
    TaskFilter,
    StateFilter,
    DeadlineFilter,
    SeverityFilter,
    DepartmentFilter,
    HandlerFilter,
    AgeFilter,
    ResponsibleFilter,
    CategoryFilter,
    ChannelFilter,
    PolicyFilter,
    KindFilter,
    ConfidentialFilter,
    LinkFilter,
    ReceivedFilter,
)
