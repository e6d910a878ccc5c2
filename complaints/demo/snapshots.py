"""Who holds what, who stands in for whom, which policy is in force: read once for each stretch in which it stays so."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.utils import timezone

from complaints.demo.tables import UnknownQueryError
from complaints.models import Absence, Appointment, PolicyVersion
from complaints.models.standing import Standing, standing_of
from complaints.queries.governing import Governing
from complaints.queries.organisation import Organisation


class Guard:
    """Refuses every statement to the database unless lifted."""

    def __init__(self) -> None:
        self._is_lifted = False

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        if not self._is_lifted:
            raise UnknownQueryError(f"a simulated act reached for the database: {sql[:300]}")
        return execute(sql, params, many, context)

    @contextmanager
    def lifted(self) -> Iterator[None]:
        """Let statements through."""
        was, self._is_lifted = self._is_lifted, True
        try:
            yield
        finally:
            self._is_lifted = was


class Snapshots:
    """Who holds what, and which policy is in force, for each stretch of time in which neither changes."""

    def __init__(self) -> None:
        self._moments = sorted(_changes())
        self._own_moments: dict[int, list[datetime]] = _changes_of_each()
        self._organisations: dict[int, dict[str, Any]] = {}
        self._governing: dict[int, dict[str, Any]] = {}
        self._standings: dict[tuple[int, int], Standing] = {}
        self._guard: Guard | None = None

    def guarded_by(self, guard: "Guard") -> None:
        """The snapshots themselves come from the database."""
        self._guard = guard

    def _open(self) -> AbstractContextManager[Any]:
        return self._guard.lifted() if self._guard else nullcontext()

    def organisation(self, now: datetime) -> dict[str, Any]:
        """The attributes of an `Organisation` at that moment."""
        span = bisect_right(self._moments, now)
        if span not in self._organisations:
            with self._open():
                organisation = object.__new__(Organisation)
                _ORGANISATION_INIT(organisation, now)
                _fill(organisation)
            self._organisations[span] = organisation.__dict__
        return self._organisations[span]

    def governing(self, now: datetime) -> dict[str, Any]:
        """The attributes of a `Governing` at that moment."""
        span = bisect_right(self._moments, now)
        if span not in self._governing:
            with self._open():
                governing = object.__new__(Governing)
                _GOVERNING_INIT(governing, now)
                _fill(governing)
            self._governing[span] = governing.__dict__
        return self._governing[span]

    def standing(self, user: Any, now: datetime) -> Standing:
        """What a person holds at that moment."""
        key = (user.pk, bisect_right(self._own_moments.get(user.pk, ()), now))
        if key not in self._standings:
            with self._open():
                self._standings[key] = standing_of(user, now)
        return self._standings[key]


def _fill(snapshot: Any) -> None:
    """Read now what it would otherwise read when first asked."""
    for name, value in list(vars(type(snapshot)).items()):
        if isinstance(value, cached_property):
            getattr(snapshot, name)


_ORGANISATION_INIT = Organisation.__init__
_GOVERNING_INIT = Governing.__init__


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_current_timezone())


def _changes_of_each() -> dict[int, list[datetime]]:
    """For each person the moments at which what they hold may change: by appointments, or as somebody's deputy."""
    found: dict[int, set[datetime]] = defaultdict(set)
    for person, starts_on, ends_on in Appointment.objects.values_list("person_id", "starts_on", "ends_on"):
        found[person].add(_midnight(starts_on))
        if ends_on is not None:
            found[person].add(_midnight(ends_on + timedelta(days=1)))
    own = {person: set(moments) for person, moments in found.items()}
    for absence in Absence.objects.all():
        if absence.deputy_id is not None:
            found[absence.deputy_id] |= {absence.starts_at, absence.ends_at} | own.get(absence.person_id, set())
    return {person: sorted(moments) for person, moments in found.items()}


def _changes() -> set[datetime]:
    """Every moment at which somebody comes, goes, leaves or returns, or a policy comes into force."""
    found: set[datetime] = set()
    for starts_on, ends_on in Appointment.objects.values_list("starts_on", "ends_on"):
        found.add(_midnight(starts_on))
        if ends_on is not None:
            found.add(_midnight(ends_on + timedelta(days=1)))
    for absence in Absence.objects.values_list("starts_at", "ends_at"):
        found.update(absence)
    versions = PolicyVersion.objects.values_list("valid_from", flat=True)
    return found | {moment for moment in versions if moment is not None}
