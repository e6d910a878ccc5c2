"""Whom a notice or an escalation finds: always a living person, and never somebody who must keep away."""

from datetime import timedelta

import pytest

from complaints.models import Absence, Appointment, Deadline, Escalation, Recusal
from complaints.queries.organisation import Organisation
from complaints.services import notices
from complaints.services.sweep import sweep
from complaints.states import CaseRole, Role
from tests import world
from tests.deadlines.cases import DAY, HOUR, clock, escalations, events, told
from tests.factories import NOW, AbsenceFactory, AppointmentFactory, DepartmentFactory, UserFactory

pytestmark = pytest.mark.django_db
R = CaseRole


@pytest.fixture
def w():
    return world.build()


@pytest.fixture
def complaint(w):
    return w.register()


def find(complaint, role, **kept_away):
    given = {"recused": (), "departments": ()} | kept_away
    route = Organisation(NOW + HOUR).find(role, notices.post_of(complaint, **given))
    return route.person_id, [entry["why"] for entry in route.tried]


def name(w, pk):
    return next((person.username for person in w.people.values() if person.pk == pk), pk)


def away(person, deputy=None):
    AbsenceFactory(person=person, deputy=deputy, starts_at=NOW, ends_at=NOW + DAY)


def vacate(person):
    Appointment.objects.filter(person=person).update(ends_on=NOW.date() - DAY)


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (R.INTAKE, "intake"),
        (R.HANDLER, "intake"),
        (R.OWNER_HEAD, "head"),
        (R.EXECUTIVE, "executive"),
        (R.LIAISON, "head"),
        (R.RESPONSIBLE_HEAD, "head"),
        (R.ADMINISTRATOR, "administrator"),
        (R.QUALITY, "quality"),
    ],
)
def test_each_role_finds_its_holder_or_goes_up_before_there_is_a_responsible_department(w, complaint, role, expected):
    assert name(w, find(complaint, role)[0]) == expected


def test_the_handler_of_the_case_comes_before_anybody_else(w, complaint):
    complaint.handler = w.other_handler
    assert find(complaint, R.HANDLER) == (w.other_handler.pk, ["found"])


def test_the_responsible_department_once_there_is_one(w, complaint):
    complaint.responsible_department = w.workshop
    assert name(w, find(complaint, R.LIAISON)[0]) == "liaison"
    assert name(w, find(complaint, R.RESPONSIBLE_HEAD)[0]) == "workshop_head"


def test_a_vacant_post_goes_up(w, complaint):
    vacate(w.head)
    assert find(complaint, R.OWNER_HEAD) == (w.executive.pk, ["vacant", "found"])


def test_the_head_of_a_department_above_comes_before_the_executive(w, complaint):
    vacate(w.head)
    above = UserFactory()
    AppointmentFactory(person=above, role=Role.HEAD, department=w.root)
    assert find(complaint, R.OWNER_HEAD) == (above.pk, ["found"])


def test_a_chain_of_deputies_is_followed(w, complaint):
    first, second = UserFactory(), UserFactory()
    away(w.head, first)
    away(first, second)
    assert find(complaint, R.OWNER_HEAD) == (second.pk, ["deputy"])


def test_a_circle_of_deputies_is_nobody(w, complaint):
    first = UserFactory()
    away(w.head, first)
    away(first, w.head)
    assert find(complaint, R.OWNER_HEAD) == (w.executive.pk, ["away", "found"])


def test_away_without_deputy_or_with_one_who_left_goes_up(w, complaint):
    away(w.head)
    assert find(complaint, R.OWNER_HEAD) == (w.executive.pk, ["away", "found"])
    Absence.objects.update(deputy=UserFactory(is_active=False))
    assert find(complaint, R.OWNER_HEAD) == (w.executive.pk, ["away", "found"])


def test_an_absence_that_is_over_counts_no_more(w, complaint):
    AbsenceFactory(person=w.head, deputy=None, starts_at=NOW - DAY, ends_at=NOW + HOUR)
    assert find(complaint, R.OWNER_HEAD) == (w.head.pk, ["found"])


def test_who_left_is_not_asked(w, complaint):
    w.head.is_active = False
    w.head.save()
    assert name(w, find(complaint, R.OWNER_HEAD)[0]) == "executive"


def test_a_handler_who_left_is_replaced_by_the_head(w, complaint):
    w.handler.is_active = False
    w.handler.save()
    complaint.handler = w.handler
    assert find(complaint, R.HANDLER) == (w.head.pk, ["away", "found"])


def test_a_recused_head_and_their_deputy_are_passed_over(w, complaint):
    deputy = UserFactory()
    away(w.head, deputy)
    assert find(complaint, R.OWNER_HEAD, recused={w.head.pk}) == (w.executive.pk, ["recused", "found"])
    assert find(complaint, R.OWNER_HEAD, recused={deputy.pk}) == (w.executive.pk, ["away", "found"])


def test_people_of_a_department_that_is_excluded_are_passed_over(w, complaint):
    assert find(complaint, R.OWNER_HEAD, departments={w.service.pk}) == (w.executive.pk, ["recused", "found"])


def test_people_of_a_department_complained_of_answer_for_it_and_judge_nothing(w, complaint):
    complaint.responsible_department = w.service
    assert find(complaint, R.RESPONSIBLE_HEAD, answering={w.service.pk}) == (w.head.pk, ["found"])
    assert find(complaint, R.OWNER_HEAD, answering={w.service.pk}) == (w.executive.pk, ["recused", "found"])


def test_even_if_the_whole_company_is_complained_of_an_administrator_is_left(w, complaint):
    assert name(w, find(complaint, R.OWNER_HEAD, departments={w.root.pk})[0]) == "administrator"


def test_an_empty_organisation_leaves_the_administrator_and_then_who_set_it_up(w, complaint):
    Appointment.objects.exclude(role=Role.ADMINISTRATOR).delete()
    assert name(w, find(complaint, R.HANDLER)[0]) == "administrator"
    Appointment.objects.all().delete()
    assert find(complaint, R.HANDLER)[0] is None
    superuser = UserFactory(is_superuser=True)
    assert find(complaint, R.HANDLER)[0] == superuser.pk
    assert Organisation(NOW).administrators() == [superuser.pk]


def test_the_nearest_executive_is_asked_first(w, complaint):
    near = UserFactory()
    AppointmentFactory(person=near, role=Role.EXECUTIVE, department=w.service)
    assert find(complaint, R.EXECUTIVE)[0] == near.pk
    complaint.supervisor = w.executive
    assert find(complaint, R.EXECUTIVE)[0] == w.executive.pk


# -- the way up through silence ----------------------------------------------------------------------------------------


def first_escalation(w, complaint):
    """The owner's head is asked, a day after the review was due."""
    at = clock(complaint, "initial_review").due_at + DAY
    sweep(at)
    # The ladder's own last rung is another escalation; here only the chain of silence is looked at.
    w.act(
        complaint,
        "accept",
        w.handler,
        now=at,
        category=w.category,
        severity="general",
        difficulty="simple",
        entitled=True,
        proper=True,
    )
    for deadline in Deadline.objects.filter(complaint=complaint, escalation=None, met_at=None):
        deadline.delete()
    return at


def test_silence_climbs_level_by_level_and_asks_nobody_twice(w, complaint):
    region = DepartmentFactory(parent=w.root)
    w.service.parent = region
    w.service.path = f"{region.path}{w.service.pk}/"
    w.service.save()
    near = UserFactory(username="near")
    AppointmentFactory(person=near, role=Role.EXECUTIVE, department=region)
    elsewhere = UserFactory(username="elsewhere")
    AppointmentFactory(person=elsewhere, role=Role.EXECUTIVE, department=w.workshop)

    at = first_escalation(w, complaint)
    for day in range(1, 5):
        sweep(at + day * DAY)
    assert escalations(complaint) == [
        ("owner_head", "head"),
        ("executive", "near"),
        ("executive", "executive"),
    ]
    origins = list(Escalation.objects.order_by("id").values_list("origin", flat=True))
    assert origins == ["overdue", "silence", "silence"]
    # Nobody is left above: on record, and the last one asked and the administrators know.
    assert told(complaint, "unheard") == ["administrator", "executive"]
    assert "nobody_above" in events(complaint, "escalate")[-1].detail
    assert not Deadline.objects.filter(complaint=complaint, next_action_at__isnull=False).exists()
    assert sweep(at + 90 * DAY).deadlines == 0


def test_an_answer_stops_the_climbing(w, complaint):
    at = first_escalation(w, complaint)
    escalation = Escalation.objects.get()
    w.act(
        complaint,
        "answer_escalation",
        w.head,
        now=at + HOUR,
        row=str(escalation.pk),
        cause="人手不足",
        improvement="加派人手",
    )
    sweep(at + 30 * DAY)
    assert escalations(complaint) == [("owner_head", "head")]


def test_an_addressee_who_goes_away_is_reminded_through_the_deputy(w, complaint):
    at = first_escalation(w, complaint)
    deputy = UserFactory(username="deputy")
    AbsenceFactory(person=w.head, deputy=deputy, starts_at=at, ends_at=at + 10 * DAY)
    sweep(at + DAY - HOUR)
    assert told(complaint, "reminder").count("deputy") == 2


def test_the_recused_head_is_passed_over_by_the_sweep(w, complaint):
    Recusal.objects.create(complaint=complaint, person=w.head, reason="被投诉人", recorded_at=NOW)
    first_escalation(w, complaint)
    assert escalations(complaint) == [("owner_head", "executive")]
    assert [entry["why"] for entry in Escalation.objects.get().route] == ["recused", "found"]


def test_with_nobody_at_all_the_step_is_on_record_and_the_sweep_goes_on(w, complaint):
    at = clock(complaint, "initial_review").due_at + timedelta(days=3)
    Appointment.objects.all().delete()
    assert sweep(at).unheard == 2
    assert not Escalation.objects.exists()
    assert all(event.detail["nobody_above"] for event in events(complaint, "escalate"))
