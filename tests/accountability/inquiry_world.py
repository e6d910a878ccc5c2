"""A case under investigation, and the people who look into it: what every test of accountability begins with."""

from datetime import timedelta
from typing import Any

from accountability.acts import Subject
from accountability.services import opening, workflow
from complaints.states import Role, State
from tests import world
from tests.complaints.walking import Walk
from tests.factories import NOW, AppointmentFactory, UserFactory


class InquiryWorld:
    """The small organisation of `world`, a complaint that is being investigated, and an investigation of it."""

    def __init__(self, w, complaint):
        self.w, self.c = w, complaint
        self.now = NOW + timedelta(hours=1)
        #: Of the warehouse: no office towards the case; and the same for whoever else is appointed to the group.
        self.lead = person("lead", Role.HANDLER, w.service)
        self.member = person("member", Role.LIAISON, w.warehouse)
        self.personnel = person("personnel", Role.PERSONNEL, w.service)
        self.investigation: Any

    def later(self, **delta):
        """The clock of the test goes on; every act takes a minute by itself."""
        self.now += timedelta(**delta)
        return self

    def open(self, **values):
        """Open the investigation as the handler, led by `lead`."""
        values = {"by": self.w.handler, "lead": self.lead} | values
        self.investigation = opening.open_investigation(self.c.pk, now=self._tick(), **values)
        self.c.refresh_from_db()
        return self.investigation

    def declared(self):
        """The lead has declared to have no interest."""
        self.act("declare_interests", self.lead, declaration="no_interest")
        return self

    def act(self, code, by, *, on=None, **given):
        """Take an act on the investigation, or on what is given, and reload both."""
        subject = on if on is not None else self.investigation
        event = workflow.perform(kind_of(subject), subject.pk, code, by=by, now=self._tick(), given=given)
        subject.refresh_from_db()
        self.investigation.refresh_from_db()
        self.c.refresh_from_db()
        return event

    def _tick(self):
        self.now += timedelta(minutes=1)
        return self.now


def kind_of(subject):
    """Which kind of subject a record is."""
    names = {
        "Investigation": Subject.INVESTIGATION,
        "EvidenceItem": Subject.EVIDENCE,
        "Determination": Subject.DETERMINATION,
        "Hearing": Subject.HEARING,
        "Objection": Subject.OBJECTION,
        "Measure": Subject.MEASURE,
        "DisciplineRecord": Subject.DISCIPLINE,
    }
    return names[type(subject).__name__]


def person(username, role, department):
    """Somebody with one appointment."""
    made = UserFactory(username=username, display_name=username)
    AppointmentFactory(person=made, role=role, department=department)
    return made


def investigating(policy="product", severity="general"):
    """A complaint that its department has acknowledged and answered, nothing opened yet."""
    w = world.build(policy)
    walk = Walk(w, severity).to(State.INVESTIGATING)
    walk.act("reply_sheet", w.liaison, content="经查，装配失误")
    return InquiryWorld(w, walk.c)


def opened(policy="product", severity="general"):
    """The same with an investigation whose lead has declared interests."""
    iw = investigating(policy, severity)
    iw.open()
    return iw
