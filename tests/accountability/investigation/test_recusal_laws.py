"""No sequence of acts leaves somebody who must keep away with any part in the inquiry but that of a party. (WF-13)

What must hold is reckoned here from the bare records, without the code that is tested.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accountability.acts import Subject
from accountability.models import EvidenceItem, Investigation, Membership, Party, Task
from accountability.permissions import inquiry_roles
from accountability.queries.eligibility import investigators
from accountability.queries.inquiry import of_investigation
from accountability.queries.naming import namings_of
from accountability.queries.people import people_for
from accountability.services import workflow
from accountability.states import InquiryRole
from complaints.models import Absence, Admission, Appointment, Complaint, Department, Recusal
from complaints.models.standing import standing_of
from complaints.queries.organisation import Organisation
from complaints.services import workflow as cases
from complaints.services.doing import ActRefusedError
from complaints.states import CaseRole, Role
from tests.accountability.inquiry_world import opened
from tests.factories import AbsenceFactory, AppointmentFactory

PEOPLE = ("lead", "member", "personnel", "quality", "legal", "handler", "head", "warehouse_head", "workshop_head")
DEPARTMENTS = ("warehouse", "workshop")
DAY = timedelta(days=1)

people, departments = st.sampled_from(PEOPLE), st.sampled_from(DEPARTMENTS)
steps = st.one_of(
    st.tuples(st.just("appoint"), people, st.booleans()),
    st.tuples(st.just("declare"), st.booleans()),
    st.tuples(st.just("dismiss"), people),
    st.tuples(st.just("task"), people),
    st.tuples(st.just("recuse"), people),
    st.tuples(st.just("respondent"), people),
    st.tuples(st.just("respondent_department"), departments),
    st.tuples(st.just("party"), people),
    st.tuples(st.just("party_department"), departments),
    st.tuples(st.just("handler"), people),
    st.tuples(st.just("absence"), people, people),
    st.tuples(st.just("post"), people, departments, st.sampled_from([Role.LIAISON, Role.HANDLER])),
)


@dataclass
class Play:
    """The world of one sequence."""

    iw: Any

    def who(self, name):
        return getattr(self.iw, name, None) or getattr(self.iw.w, name)

    def take(self, step):
        kind, *given = step
        self.iw.later(minutes=1)
        try:
            getattr(self, kind)(*given)
        except ActRefusedError:
            return False
        return True

    def on_case(self, code, **given):
        first_of(("intake", "head", "executive", "handler"), self, cases.perform, self.iw.c.pk, code, given)

    def inquire(self, code, by=(*PEOPLE, "executive"), **given):
        first_of(by, self, workflow.perform, Subject.INVESTIGATION, self.iw.investigation.pk, code, given)

    def appoint(self, person, is_lead):
        self.inquire("appoint", person=self.who(person), is_lead=is_lead)

    def declare(self, has_interest):
        given = {"declaration": "interest", "interest": "亲属"} if has_interest else {"declaration": "no_interest"}
        pending = Membership.objects.filter(declaration="pending", left_at=None).values_list("person__username")
        self.inquire("declare_interests", [name for (name,) in pending.order_by("pk")], **given)

    def dismiss(self, person):
        row = Membership.objects.filter(person=self.who(person), left_at=None).first()
        self.inquire("dismiss", row=str(row.pk if row else 0), reason="x")

    def task(self, person):
        self.inquire("add_task", description="x", person=self.who(person), due_at=self.iw.now + 10 * DAY)

    def recuse(self, person):
        self.on_case("recuse", person=self.who(person), reason="亲属")

    def respondent(self, person):
        self.on_case("add_respondent", party_kind="employee", person=self.who(person))

    def respondent_department(self, department):
        self.on_case("add_respondent", party_kind="department", department=self.who(department))

    def party(self, person):
        self.inquire("add_party", kind="employee", person=self.who(person))

    def party_department(self, department):
        self.inquire("add_party", kind="department", department=self.who(department))

    def handler(self, person):
        Complaint.objects.filter(pk=self.iw.c.pk).update(handler=self.who(person))

    def absence(self, person, deputy):
        if person != deputy:
            start = self.iw.now - DAY
            AbsenceFactory(person=self.who(person), deputy=self.who(deputy), starts_at=start, ends_at=start + 9 * DAY)

    def post(self, person, department, role):
        post = {"person": self.who(person), "department": self.who(department), "role": role}
        if not Appointment.objects.filter(**post).exists():
            AppointmentFactory(**post)


def first_of(names, play, perform, *act_and_given):
    """By the first of these who may."""
    *act, given = act_and_given
    refused = ActRefusedError("nobody")
    for name in names:
        try:
            perform(*act, by=play.who(name), now=play.iw.now, given=given)
        except ActRefusedError as refusal:
            refused = refusal
        else:
            return
    raise refused


def reckoned_concerned(play):
    """Who must keep away, from the bare records: person by person."""
    iw = play.iw
    persons = set(Recusal.objects.filter(complaint=iw.c, person__isnull=False).values_list("person", flat=True))
    persons |= set(Party.objects.filter(person__isnull=False).values_list("person", flat=True))
    named = set(Recusal.objects.filter(complaint=iw.c, department__isnull=False).values_list("department", flat=True))
    named |= set(Party.objects.filter(kind="department").values_list("department", flat=True))
    inside = {
        department.pk
        for department in Department.objects.all()
        if named & {int(part) for part in department.path.strip("/").split("/")}
    }
    of: dict[int, list[tuple[int, str]]] = {}
    for person, department, role in Appointment.objects.values_list("person", "department", "role"):
        of.setdefault(person, []).append((department, role))
    away = [(row.person_id, row.deputy_id) for row in Absence.objects.all()]
    found = set()
    for name in PEOPLE:
        person = play.who(name)
        stood_in_for = {absent for absent, deputy in away if deputy == person.pk}
        # Whoever is absent holds nothing: only posts are lent, and only those who hold one lend it.
        principals = {absent for absent in stood_in_for if of.get(absent)}
        lent = {place for absent in principals for place, role in of[absent] if role in {Role.LIAISON, Role.HEAD}}
        own = {place for place, _role in of.get(person.pk, [])}
        if ({person.pk} | principals) & persons or (own | lent) & inside:
            found.add(name)
    return found


def alone_concerned(play):
    """Of these, who must keep away for their own sake, not as somebody's deputy."""
    absences = list(Absence.objects.all())
    with transaction.atomic():
        Absence.objects.all().delete()
        found = reckoned_concerned(play)
        transaction.set_rollback(True)
    assert Absence.objects.count() == len(absences)
    return found


def check(play, *, by_service):
    iw = play.iw
    investigation = Investigation.objects.select_related(
        "complaint__policy_version", "complaint__owner_department", "complaint__responsible_department"
    ).get(pk=iw.investigation.pk)
    concerned, alone = reckoned_concerned(play), alone_concerned(play)
    rows = {row.person_id: row for row in Membership.objects.filter(left_at=None)}
    assert sum(row.is_lead for row in rows.values()) <= 1
    organisation = Organisation(iw.now)
    inquiry = of_investigation(investigation, iw.now)
    told = people_for({InquiryRole.LEAD, InquiryRole.MEMBER, InquiryRole.NAMED}, inquiry, organisation)
    offered = set(investigators(inquiry).values_list("username", flat=True))
    for name in PEOPLE:
        person = play.who(name)
        standing = standing_of(person, iw.now)
        roles = inquiry_roles(standing, of_investigation(investigation, iw.now))
        if name in concerned:
            assert roles <= {InquiryRole.PARTY}, (name, roles)
            assert not Investigation.objects.visible_to(person, iw.now).exists(), name
            assert not EvidenceItem.objects.visible_to(person, iw.now).exists(), name
        elif person.pk in rows:
            has_declared = rows[person.pk].declaration == "no_interest"
            assert (InquiryRole.MEMBER in roles) == has_declared, name
            assert (InquiryRole.NAMED in roles) == (not has_declared), name
        else:
            assert not roles & {InquiryRole.MEMBER, InquiryRole.LEAD, InquiryRole.NAMED}, name
        if name in alone:
            assert person.pk not in told, name
            assert name not in offered, name
            assert not namings_of(person, iw.now), name
            if by_service:
                assert person.pk not in rows, name
        if InquiryRole.NAMED in roles and not roles & set(CaseRole):
            assert not Investigation.objects.visible_to(person, iw.now).exists(), name
    declared = {pk for pk, row in rows.items() if row.declaration == "no_interest"}
    assert set(Admission.objects.filter(ended_at=None).values_list("person", flat=True)) <= declared
    if by_service and inquiry.lead is not None and inquiry.lead.person_id in declared:
        assert set(Task.objects.filter(status="open").values_list("owner", flat=True)) <= declared


@pytest.mark.django_db
@pytest.mark.parametrize("policy", ["product", "employee"])
def test_no_sequence_leaves_somebody_with_a_part_who_must_keep_away(policy):
    iw = opened(policy).declared()
    for colleague in (iw.member, iw.personnel, iw.w.quality, iw.w.workshop_head):
        iw.act("appoint", iw.w.handler, person=colleague)
        iw.act("declare_interests", colleague, declaration="no_interest")
    iw.act("appoint", iw.w.handler, person=iw.w.legal)
    began = iw.now
    EvidenceItem.objects.create(
        complaint=iw.c,
        round=1,
        investigation=iw.investigation,
        number="E1",
        kind="written",
        title="x",
        shows="x",
        source="x",
        collected_by=iw.lead,
        collected_at=began,
        made_at=began,
    )
    taken: set[str] = set()

    @settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.lists(steps, min_size=2, max_size=8))
    def run(sequence):
        with transaction.atomic():
            iw.now = began
            play, by_service = Play(iw), True
            for step in sequence:
                if play.take(step):
                    taken.add(step[0])
                    # A post that somebody receives is no act on the case: the list is put right by the next one.
                    by_service = by_service and step[0] != "post"
                    check(play, by_service=by_service)
            transaction.set_rollback(True)

    run()
    assert taken == {step for step in dir(Play) if not step.startswith("_")} - {"who", "take", "on_case", "inquire"}
