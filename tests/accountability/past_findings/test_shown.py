"""Pages of what a source told: as what it is, never as something decided here."""

import pytest
from django.test import Client
from django.urls import reverse

from accountability.models import Charge, DisciplineRecord, Investigation
from accountability.queries.inquiry import of_investigation
from accountability.queries.inquiry_page import InquiryPage
from accountability.queries.progress import stages
from complaints.models.standing import standing_of
from complaints.states import Role
from tests.accountability.inquiry_world import person
from tests.accountability.past_findings.registers import take_in
from tests.factories import NOW


@pytest.fixture
def shown(world):
    """What a person reads on a page."""
    take_in()

    def read(reader, name, *keys):
        client = Client(headers={"accept-language": "en"})
        client.force_login(reader)
        answer = client.get(reverse(name, args=keys))
        assert answer.status_code == 200
        return answer.content.decode()

    return read


def test_a_past_investigation_says_that_its_source_tells_it(world, shown):
    text = shown(world.head, "admin:investigation", Investigation.objects.get(complaint__external_id="21-07").pk)
    assert "Told by its source" in text
    assert "职工4" in text
    assert "生产车间" in text
    assert "Take in findings of a source" in text
    assert "认定违纪" not in text, "what followed for a person is for few (AC-12)"


def test_its_stages_are_those_that_the_source_tells_of(world, shown):
    for status, done in (("concluded", [False, True, True, False]), ("open", [False, True, False, False])):
        investigation = Investigation.objects.filter(status=status).latest("pk")
        page = InquiryPage(of_investigation(investigation, NOW), standing_of(world.head, NOW))
        assert [stage.status == "done" for stage in stages(page)] == done


def test_the_complaint_names_it_beside_what_is_investigated_here(world, shown):
    complaint = Charge.objects.earliest("id").investigation.complaint
    assert "Told by its source" in shown(world.head, "admin:complaints_complaint_change", complaint.pk)


def test_a_discipline_record_says_what_the_source_told(world, shown):
    personnel = person("personnel", Role.PERSONNEL, world.service)
    record = DisciplineRecord.objects.get(decision="认定违纪")
    text = shown(personnel, "admin:discipline", record.pk)
    assert "认定违纪" in text
    assert "Told by its source" in text
    assert "None" not in text.partition("<main")[2].partition("</main>")[0]
