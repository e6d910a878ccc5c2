"""Facts as they are kept, as records give them, and as they were remembered at every moment of a walk."""

from datetime import timedelta
from operator import attrgetter

from complaints.models import Complaint
from reporting.models import COLUMNS, CaseFact, Cell, LiabilityFact, StaleCase, StaleQuarter
from reporting.queries.case_facts import facts_of
from reporting.services.facts import rebuild, refresh
from tests.complaints.walking import Walk

LIABILITY = ("complaint_id", "round", "party_kind", "department_id", "outside_id", "share_kind", "share", "final_at")
ROUND = attrgetter("complaint_id", "round")


def kept_facts():
    """The rows of both tables, in order."""
    facts = CaseFact.objects.order_by("complaint_id", "round").values_list(*COLUMNS, "cycle_hours")
    return list(facts), sorted(LiabilityFact.objects.values_list(*LIABILITY))


def kept():
    """Everything that is derived."""
    names = ("span", "first", "dimension", "key", "tally", "begun", "ended", "in_time", "late", "settled_from")
    cells = Cell.objects.order_by("span", "first", "dimension", "key").values_list(*names)
    return kept_facts(), list(cells)


def facts_from_records(as_of=None):
    """The same rows made from the records, as they stood at a moment."""
    facts, liabilities = [], []
    for some, borne in facts_of(Complaint.objects.order_by("pk").values_list("pk", flat=True), as_of):
        facts += some
        liabilities += borne
    columns = (*COLUMNS, "cycle_hours")
    rows = [tuple(getattr(fact, name) for name in columns) for fact in sorted(facts, key=ROUND)]
    return rows, sorted(tuple(getattr(row, name) for name in LIABILITY) for row in liabilities)


def assert_up_to_date(now):
    """After a refresh: nothing is left, facts are those of the records, and making all anew changes nothing."""
    refresh(now)
    assert not StaleCase.objects.exists()
    assert not StaleQuarter.objects.exists()
    assert kept_facts() == facts_from_records()
    before = kept()
    rebuild(now)
    assert kept() == before


class Memory:
    """What the facts were after each act. One is noted when asked; the last of a moment counts."""

    def __init__(self):
        self.moments = {}

    def note(self, now):
        refresh(now)
        self.moments[now] = kept_facts()

    def assert_recomputed(self):
        """Every moment gives the same facts when it is asked for at the end."""
        assert len(self.moments) > 1
        for moment, then in self.moments.items():
            assert facts_from_records(moment) == then, moment
        first = min(self.moments)
        assert facts_from_records(first - timedelta(days=1)) == ([], [])


class RememberedWalk(Walk):
    """A walk after each of whose steps the facts are refreshed and remembered."""

    def __init__(self, w, severity="general", *, memory=None, **options):
        self.memory = memory if memory is not None else Memory()
        super().__init__(w, severity, **options)
        self.memory.note(self.now)

    def act(self, code, by, **given):
        event = super().act(code, by, **given)
        self.memory.note(self.now)
        return event

    def determine(self, by=None, *, vouched=None, **given):
        event = super().determine(by, vouched=vouched, **given)
        self.memory.note(self.now)
        return event

    def later(self, **delta):
        """The clock of the walk goes on."""
        self.now += timedelta(**delta)
        return self
