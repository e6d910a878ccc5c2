"""What the tests of clocks begin with."""

from datetime import timedelta

from complaints.models import ComplaintEvent, Deadline, DeadlineStep, Escalation, Notice
from complaints.services import deadlines
from complaints.services.sweep import sweep

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

CLASSIFIED = {"severity": "general", "difficulty": "simple", "entitled": True, "proper": True}


def clock(complaint, code):
    """The running deadline of that clock."""
    return Deadline.objects.get(complaint=complaint, clock=code, met_at=None, cancelled_at=None)


def planned(deadline):
    """Position, kind, role and moment of everything on the deadline's way."""
    return [(position, kind, role, deadlines.moment_of(text)) for position, kind, role, text in deadline.schedule]


def recorded(deadline):
    """What is on record of it, in the order of recording."""
    return list(
        DeadlineStep.objects.filter(deadline=deadline)
        .order_by("id")
        .values_list("position", "kind", "role", "planned_at")
    )


def sweep_until_quiet(now):
    """Sweep until nothing is due; what a sweep starts can be due at once."""
    while Deadline.objects.filter(next_action_at__lte=now).exists():
        assert sweep(now).deadlines


def told(complaint, kind):
    """User names of those told something of that kind."""
    return sorted(Notice.objects.filter(complaint=complaint, kind=kind).values_list("recipient__username", flat=True))


def events(complaint, act):
    """Events of that act, in order."""
    return list(ComplaintEvent.objects.filter(complaint=complaint, act=act).order_by("id"))


def escalations(complaint):
    """Level and addressee of the complaint's escalations, in order."""
    return list(
        Escalation.objects.filter(complaint=complaint).order_by("id").values_list("role", "addressee__username")
    )
