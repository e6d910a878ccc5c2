"""The registers in memory: what changes seldom is read once and kept until any of it changes. (decision 0007)

Registers are the organisation (departments, people, appointments, absences) and what is set up (channels, categories,
calendars, policies and the rules that choose one). Whoever changes a row of them, by whatever way, a trigger of the
database puts a new mark on their edition in the same transaction; a process goes on with what it holds as long as it
finds the mark under which it was read. A mark never comes again: what is rolled back takes its mark with it.
"""

from bisect import bisect_right
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from django.apps import apps
from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.models.calendar import Calendar
from complaints.models.organisation import Absence, Appointment, Department, User
from complaints.models.policy import PolicySelection, PolicyVersion
from complaints.models.posts import Away, Held, Posts

Made = TypeVar("Made")


class RegisterEdition(models.Model):
    """One row, whose mark triggers renew with every change of a register (`complaints.editions`)."""

    mark = models.CharField(_("mark"), max_length=36)

    class Meta:
        verbose_name = _("edition of the registers")
        verbose_name_plural = _("editions of the registers")
        default_permissions = ()

    def __str__(self) -> str:
        return self.mark


class Registers:
    """The registers of one edition, each read when first asked for. Everybody shares the rows: nobody changes them."""

    def __init__(self) -> None:
        self._posts: dict[int, Posts] = {}
        self._derived: dict[Callable[[Registers], Any], Any] = {}

    @cached_property
    def departments(self) -> dict[int, Department]:
        """All departments, in the order of the tree."""
        return {row.pk: row for row in Department.objects.all()}

    @cached_property
    def categories(self) -> dict[int, Any]:
        """All categories, in the order of the tree."""
        return {row.pk: row for row in apps.get_model("complaints", "Category").objects.all()}

    @cached_property
    def channels(self) -> dict[int, Any]:
        """All channels."""
        return {row.pk: row for row in apps.get_model("complaints", "Channel").objects.all()}

    @cached_property
    def calendars(self) -> dict[int, Calendar]:
        """All working calendars."""
        return {row.pk: row for row in Calendar.objects.all()}

    @cached_property
    def policy_versions(self) -> dict[int, PolicyVersion]:
        """All policy versions, by the moment they are valid from; the document is read when the rules are."""
        rows = PolicyVersion.objects.select_related("policy").defer("document").order_by("valid_from", "id")
        return {row.pk: row for row in rows}

    @cached_property
    def policy_selection(self) -> list[PolicySelection]:
        """The rules that choose a policy, in their order."""
        return list(PolicySelection.objects.filter(is_active=True).select_related("policy").order_by("position"))

    @cached_property
    def _inactive(self) -> frozenset[int]:
        return frozenset(User.objects.filter(is_active=False).values_list("id", flat=True))

    @cached_property
    def _superusers(self) -> list[int]:
        people = User.objects.filter(is_active=True, is_superuser=True)
        return list(people.order_by("id").values_list("id", flat=True))

    @cached_property
    def _held(self) -> list[Held]:
        rows = Appointment.objects.values_list("id", "person_id", "role", "department_id", "starts_on", "ends_on")
        return [Held(*row) for row in rows]

    @cached_property
    def _away(self) -> list[Away]:
        rows = Absence.objects.order_by("starts_at", "id")
        return [Away(*row) for row in rows.values_list("person_id", "deputy_id", "starts_at", "ends_at")]

    @cached_property
    def _changes(self) -> list[datetime]:
        """Every moment at which somebody is appointed, leaves a post, goes away or comes back. All in UTC.

        Moments of one zone compare many times sooner than those of two.
        """
        days = {held.starts_on for held in self._held}
        days |= {held.ends_on + timedelta(days=1) for held in self._held if held.ends_on is not None}
        moments = {moment for away in self._away for moment in (away.starts_at, away.ends_at)}
        return sorted(moment.astimezone(UTC) for moment in moments | {_midnight(day) for day in days})

    def read(self) -> None:
        """Read everything now, for somebody who will not be able to later."""
        for name, part in vars(Registers).items():
            if isinstance(part, cached_property):
                getattr(self, name)
        for version in self.policy_versions.values():
            _ = version.rules

    def posts(self, now: datetime) -> Posts:
        """Who holds what and who is there at `now`; the same object for as long as nothing of it changes."""
        stretch = bisect_right(self._changes, now.astimezone(UTC))
        if stretch not in self._posts:
            self._posts[stretch] = self._posts_at(now)
        return self._posts[stretch]

    def _posts_at(self, now: datetime) -> Posts:
        day = timezone.localdate(now)
        return Posts(
            self.departments.values(),
            [held for held in self._held if held.starts_on <= day and (held.ends_on is None or held.ends_on >= day)],
            [away for away in self._away if away.starts_at <= now < away.ends_at],
            self._inactive,
            self._superusers,
        )

    def derived(self, make: Callable[["Registers"], Made]) -> Made:
        """What `make` makes of these registers, made once."""
        if make not in self._derived:
            self._derived[make] = make(self)
        found: Made = self._derived[make]
        return found

    def attach(self, complaint: Any) -> None:
        """Give a complaint that was read alone the rows of registers that it points to."""
        for name, rows in (
            ("policy_version", self.policy_versions),
            ("calendar", self.calendars),
            ("channel", self.channels),
            ("owner_department", self.departments),
            ("responsible_department", self.departments),
        ):
            row = rows.get(getattr(complaint, f"{name}_id"))
            if row is not None:
                complaint._meta.get_field(name).set_cached_value(complaint, row)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_current_timezone())


def registers() -> Registers:
    """The registers as the present transaction sees them. One small query, and more only after a change."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT mark FROM complaints_registeredition")
        row = cursor.fetchone()
    return _known(row[0]) if row is not None else Registers()


@lru_cache(maxsize=4)
def _known(mark: str) -> Registers:
    """What this process holds of an edition."""
    return Registers()
