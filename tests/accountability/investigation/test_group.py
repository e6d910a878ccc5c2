"""The group: who is appointed, declares, leads, leaves; and what each may read. (AC-1, WF-13)"""

from datetime import timedelta

import pytest

from accountability.models import InquiryEvent, Investigation, Membership
from accountability.queries.eligibility import investigators
from accountability.queries.inquiry import of_investigation
from accountability.queries.naming import namings_of
from complaints.models import Admission, Complaint, ComplaintEvent, Notice, Recusal
from complaints.services import workflow as cases
from complaints.services.doing import ActRefusedError
from complaints.states import Role
from tests.accountability.inquiry_world import opened, person
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db


#: Opened, nobody has declared anything. Built once for all tests of this file.
BUILD = opened


def refused(iw, code, by, **given):
    with pytest.raises(ActRefusedError) as caught:
        iw.act(code, by, **given)
    return caught.value.reasons


def group(iw):
    rows = Membership.objects.filter(investigation=iw.investigation, left_at=None)
    return {(row.person.username, row.is_lead, row.declaration) for row in rows}


def sees_complaint(iw, person):
    return Complaint.objects.visible_to(person, iw.now).filter(pk=iw.c.pk).exists()


def sees(iw, person):
    return Investigation.objects.visible_to(person, iw.now).filter(pk=iw.investigation.pk).exists()


# -- declaring --------------------------------------------------------------------------------------------------------


def test_before_the_declaration_nothing_is_read_but_number_category_and_parties(iw):
    cases.perform(
        iw.c.pk,
        "add_respondent",
        by=iw.w.handler,
        now=iw.now,
        given={"party_kind": "department", "department": iw.w.workshop},
    )
    iw.act("add_party", iw.w.handler, kind="department", department=iw.w.workshop)
    outsider = iw.personnel  # of no office towards the case
    iw.act("appoint", iw.w.handler, person=outsider)
    assert not sees_complaint(iw, outsider)
    assert not sees(iw, outsider)
    (naming,) = namings_of(outsider, iw.now)
    assert (naming.number, naming.category, naming.parties) == (
        iw.investigation.number,
        str(iw.c.category),
        (str(iw.w.workshop),),
    )
    notice = Notice.objects.get(recipient=outsider, kind="inquiry.appoint")
    assert notice.complaint is None
    assert iw.c.subject not in str(notice.detail)


def test_the_lead_is_told_of_the_opening_and_of_no_more_than_the_number(iw):
    notice = Notice.objects.get(recipient=iw.lead)
    assert (notice.kind, notice.complaint, notice.detail["number"]) == ("inquiry.appoint", None, iw.c.number)


def test_no_interest_admits_to_the_complaint(iw):
    iw.act("appoint", iw.w.handler, person=iw.personnel)
    iw.act("declare_interests", iw.personnel, declaration="no_interest")
    assert sees_complaint(iw, iw.personnel)
    assert sees(iw, iw.personnel)
    assert namings_of(iw.personnel, iw.now) == []
    admission = Admission.objects.get(person=iw.personnel)
    assert (admission.reason, admission.ended_at) == (iw.investigation.number, None)
    event = ComplaintEvent.objects.get(act="admit")
    assert (event.actor, event.actor_role) == (iw.personnel, "investigator")
    assert Membership.objects.get(person=iw.personnel).declared_at == iw.now


def test_an_interest_ends_the_membership_and_keeps_the_person_away_from_the_complaint(iw):
    iw.act("declare_interests", iw.lead, declaration="interest", interest="投诉人是我表弟")
    row = Membership.objects.get(person=iw.lead)
    assert (row.declaration, row.interest, row.left_at) == ("interest", "投诉人是我表弟", iw.now)
    assert row.left_reason
    assert group(iw) == set()
    recusal = Recusal.objects.get(complaint=iw.c)
    assert (recusal.person, recusal.reason, recusal.recorded_by) == (iw.lead, "投诉人是我表弟", iw.lead)
    assert not sees_complaint(iw, iw.lead)  # although a handler of the department
    assert refused(iw, "appoint", iw.w.handler, person=iw.lead) == ["lead must keep away from this case."]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"declaration": "interest"}, "Say which interest you have in the matter."),
        ({"declaration": "interest", "interest": "  "}, "Say which interest you have in the matter."),
        (
            {"declaration": "no_interest", "interest": "亲属"},
            "An interest is named: declare that you have one, or leave the field empty.",
        ),
        ({"declaration": "pending"}, "“pending” is not one of the choices of “Declaration”."),
        ({}, "“Declaration” is missing."),
    ],
)
def test_a_declaration_is_one_thing_or_the_other(iw, given, reason):
    assert refused(iw, "declare_interests", iw.lead, **given) == [reason]
    assert group(iw) == {("lead", True, "pending")}


def test_a_declaration_is_made_once(iw):
    iw.act("declare_interests", iw.lead, declaration="no_interest")
    with pytest.raises(ActRefusedError) as caught:
        iw.act("declare_interests", iw.lead, declaration="interest", interest="x")
    assert caught.value.code == "not_allowed"


def test_nobody_declares_for_another(iw):
    with pytest.raises(ActRefusedError) as caught:
        iw.act("declare_interests", iw.w.handler, declaration="no_interest")
    assert caught.value.code == "not_allowed"


def test_who_has_not_declared_can_do_nothing_else(iw):
    outsider = iw.personnel
    iw.act("appoint", iw.w.handler, person=outsider)
    for code in ("set_plan", "add_fact", "fill_matrix", "end_task", "dismiss", "conclude_findings", "find"):
        with pytest.raises(ActRefusedError) as caught:
            iw.act(code, outsider)
        assert caught.value.code == "not_allowed"


# -- appointing -------------------------------------------------------------------------------------------------------


def test_a_member_for_a_department(iw):
    iw.act("appoint", iw.w.handler, person=iw.w.quality, department=iw.w.root)
    row = Membership.objects.get(person=iw.w.quality)
    assert (row.department, row.is_lead, row.made_by) == (iw.w.root, False, iw.w.handler)
    reasons = refused(iw, "appoint", iw.w.handler, person=iw.personnel, department=iw.w.warehouse)
    assert reasons == [f"personnel holds no post in {iw.w.warehouse}."]


def test_a_new_lead_replaces_the_old_one_who_stays(iw):
    iw.declared()
    iw.act("appoint", iw.w.head, person=iw.personnel, is_lead=True)
    assert group(iw) == {("personnel", True, "pending"), ("lead", False, "no_interest")}
    assert InquiryEvent.objects.filter(act="appoint").latest("id").detail["lead_before"] == iw.lead.pk


def test_a_member_can_become_the_lead_and_needs_no_second_declaration(iw):
    iw.declared()
    iw.act("appoint", iw.w.handler, person=iw.personnel)
    iw.act("declare_interests", iw.personnel, declaration="no_interest")
    iw.act("appoint", iw.w.handler, person=iw.personnel, is_lead=True)
    assert group(iw) == {("personnel", True, "no_interest"), ("lead", False, "no_interest")}


def test_who_is_of_the_group_is_not_appointed_again(iw):
    assert refused(iw, "appoint", iw.w.handler, person=iw.lead) == ["lead is of the group already."]
    assert refused(iw, "appoint", iw.w.handler, person=iw.lead, is_lead=True) == ["lead is of the group already."]


def test_who_has_left_the_house_or_must_keep_away_is_not_appointed(iw):
    gone = person("gone", Role.HANDLER, iw.w.service)
    gone.is_active = False
    gone.save()
    cases.perform(iw.c.pk, "recuse", by=iw.w.head, now=iw.now, given={"person": iw.w.other_handler, "reason": "亲属"})
    iw.act("add_party", iw.w.handler, kind="department", department=iw.w.warehouse)
    iw.act("add_party", iw.w.handler, kind="employee", person=iw.w.nobody)
    both = person("both", Role.HANDLER, iw.w.service)
    AppointmentFactory(person=both, role=Role.LIAISON, department=iw.w.warehouse)
    away = [gone, iw.w.other_handler, iw.w.warehouse_liaison, iw.w.warehouse_head, iw.w.nobody, both, iw.member]
    for someone in away:
        reasons = refused(iw, "appoint", iw.w.handler, person=someone)
        assert reasons == [f"{someone} must keep away from this case."]
    offered = set(investigators(of_investigation(iw.investigation, iw.now)))
    assert not offered & {*away, iw.lead}
    assert {iw.w.quality, iw.w.legal, iw.personnel, iw.w.handler} <= offered


# -- leaving ----------------------------------------------------------------------------------------------------------


def member(iw, somebody):
    return str(Membership.objects.get(investigation=iw.investigation, person=somebody, left_at=None).pk)


def test_dismissing_releases(iw):
    iw.act("appoint", iw.w.handler, person=iw.personnel)
    iw.act("declare_interests", iw.personnel, declaration="no_interest")
    iw.act("dismiss", iw.w.head, row=member(iw, iw.personnel), reason="调岗")
    assert not sees_complaint(iw, iw.personnel)
    assert not sees(iw, iw.personnel)
    row = Membership.objects.get(person=iw.personnel)
    assert (row.left_at, row.left_reason) == (iw.now, "调岗")
    assert Admission.objects.get(person=iw.personnel).ended_at == iw.now
    assert Notice.objects.filter(recipient=iw.personnel, kind="inquiry.dismiss").exists()
    iw.act("appoint", iw.w.handler, person=iw.personnel)  # and can be called again, to declare again
    assert ("personnel", False, "pending") in group(iw)


def test_the_lead_is_dismissed_only_after_another_is_appointed(iw):
    iw.declared()
    reasons = refused(iw, "dismiss", iw.w.head, row=member(iw, iw.lead), reason="调岗")
    assert reasons == ["The group needs a lead: appoint another one first, then dismiss this one."]
    iw.act("appoint", iw.w.head, person=iw.personnel, is_lead=True)
    iw.act("dismiss", iw.w.head, row=member(iw, iw.lead), reason="调岗")
    assert group(iw) == {("personnel", True, "pending")}


@pytest.mark.parametrize("way", ["recuse", "respondent", "respondent_department", "party", "party_department"])
def test_who_comes_to_keep_away_is_out_at_once_whichever_way(iw, way):
    w, outsider = iw.w, iw.member  # the liaison of the warehouse
    iw.act("appoint", w.handler, person=outsider)
    iw.act("declare_interests", outsider, declaration="no_interest")
    assert sees(iw, outsider)
    iw.later(hours=1)
    if way == "recuse":
        cases.perform(iw.c.pk, "recuse", by=w.head, now=iw.now, given={"person": outsider, "reason": "亲属"})
    elif way == "respondent":
        given = {"party_kind": "employee", "person": outsider}
        cases.perform(iw.c.pk, "add_respondent", by=w.handler, now=iw.now, given=given)
    elif way == "respondent_department":
        given = {"party_kind": "department", "department": w.warehouse}
        cases.perform(iw.c.pk, "add_respondent", by=w.handler, now=iw.now, given=given)
    elif way == "party":
        iw.act("add_party", w.handler, kind="employee", person=outsider)
    else:
        iw.act("add_party", w.handler, kind="department", department=w.warehouse)
    row = Membership.objects.get(person=outsider)
    assert (row.left_at, bool(row.left_reason)) == (iw.now, True)
    assert Admission.objects.get(person=outsider).ended_at == iw.now
    assert not sees(iw, outsider)
    with pytest.raises(ActRefusedError) as caught:
        iw.act("add_fact", outsider, statement="x")
    assert caught.value.code == "not_visible"
    event = InquiryEvent.objects.latest("id")
    assert event.detail["put_out"] == [outsider.pk]
    assert event.act == ("add_party" if way.startswith("party") else "dismiss")


def test_a_lead_who_comes_to_keep_away_leaves_no_lead_until_another_is_appointed(iw):
    iw.declared()
    cases.perform(iw.c.pk, "recuse", by=iw.w.head, now=iw.now, given={"person": iw.lead, "reason": "亲属"})
    assert group(iw) == set()
    given = {"description": "x", "person": iw.w.quality, "due_at": iw.now}
    assert refused(iw, "add_task", iw.w.handler, **given) == ["Nobody leads the investigation: appoint a lead first."]
    iw.act("appoint", iw.w.head, person=iw.personnel, is_lead=True)
    assert group(iw) == {("personnel", True, "pending")}


def test_a_row_left_on_the_list_gives_no_right(iw):
    """Should anything ever record a recusal past the services, permissions refuse all the same."""
    iw.declared()
    Recusal.objects.create(complaint=iw.c, person=iw.lead, reason="x", recorded_at=iw.now)
    assert group(iw) == {("lead", True, "no_interest")}
    with pytest.raises(ActRefusedError) as caught:
        iw.act("add_fact", iw.lead, statement="x")
    assert caught.value.code == "not_visible"
    assert of_investigation(iw.investigation, iw.now).lead is None
    iw.act("appoint", iw.w.head, person=iw.personnel, is_lead=True)
    assert group(iw) == {("personnel", True, "pending")}


def test_history_says_who_changed_the_group(iw):
    iw.act("appoint", iw.w.handler, person=iw.personnel)
    iw.act("declare_interests", iw.personnel, declaration="no_interest")
    iw.act("dismiss", iw.w.head, row=member(iw, iw.personnel), reason="调岗")
    rows = Membership.history.filter(person=iw.personnel).order_by("history_id")
    assert [(row.history_type, row.history_user, row.history_change_reason) for row in rows] == [
        ("+", iw.w.handler, "appoint"),
        ("~", iw.personnel, "declare_interests"),
        ("~", iw.w.head, "调岗"),
    ]


def test_events_name_the_act_and_the_role(iw):
    iw.declared()
    event = InquiryEvent.objects.latest("id")
    assert (event.act, event.actor, event.actor_role, event.detail["declaration"]) == (
        "declare_interests",
        iw.lead,
        "named",
        "no_interest",
    )


def test_without_a_lead_who_declared_no_task_is_given(iw):
    given = {"description": "x", "person": iw.lead, "due_at": iw.now + timedelta(days=1)}
    assert refused(iw, "add_task", iw.w.handler, **given) == ["The lead has not declared interests yet."]
