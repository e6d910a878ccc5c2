"""What `demo_inquiries` leaves: every stage, sound in every part, something for every account, the same again."""

import tempfile
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import TestCase, override_settings

from accountability import states
from accountability.demo.playing import NothingToInvestigateError, investigate
from accountability.demo.schedule import SLOTS, commissions
from accountability.models import (
    Assignment,
    Cell,
    Citation,
    Contract,
    CustodyEntry,
    Determination,
    DisciplineRecord,
    EffectCheck,
    EvidenceFile,
    EvidenceItem,
    EvidenceReview,
    Fact,
    Hearing,
    InquiryEvent,
    Investigation,
    LegalHold,
    Measure,
    Membership,
    Objection,
    OutsideOpinion,
    OutsideParty,
    Party,
    ProcessStep,
    Recourse,
    Task,
)
from accountability.queries.content import digest_of, is_intact
from accountability.queries.desk import waiting
from accountability.queries.said import parts_by_allegation
from accountability.services import evidence_files, silence
from accountability.shares import check
from complaints.demo.organisation import ACCOUNTS
from complaints.demo.simulation import generate
from complaints.models import Complaint, Deadline, Finding, MailStatus, Notice, NumberSeries, User
from complaints.models.standing import standing_of
from complaints.queries import desk
from complaints.services.sweep import sweep
from complaints.states import OPEN, State
from tests.demo.conftest import NOW, lay_everything

COUNT = len(SLOTS)
#: What each account finds on its desk, at least; the others look after everything, or register.
DESKS = {
    "handler": {"finals", "led", "tasks"},
    "head": {"approvals", "waivers"},
    "liaison": {"hearings"},
    "production": {"hearings"},
    "executive": {"objections", "approvals", "waivers"},
    "quality": {"hearings", "named", "to_verify", "to_check"},
    "legal": {"named", "tasks"},
    "hr": {"discipline"},
    "deputy": {"hearings"},
}


def lay(count, seed=1):
    """The organisation and `count` cases that wait to be investigated."""
    lay_everything()
    call_command("load_registers", stdout=StringIO())
    generate(count, seed, NOW, commissions=commissions(count))


def values(model, name):
    """Every value of a column."""
    return set(model.objects.values_list(name, flat=True))


class TestInvestigated(TestCase):
    """All inquiries of the schedule, looked at from several sides."""

    store: Any
    media: Any

    @classmethod
    def setUpClass(cls):
        cls.store = tempfile.TemporaryDirectory()
        cls.media = override_settings(MEDIA_ROOT=cls.store.name)
        cls.media.enable()
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.media.disable()
        cls.store.cleanup()

    @classmethod
    def setUpTestData(cls):
        lay(COUNT)
        assert investigate(COUNT, 1, NOW) == COUNT

    # -- everything is there ------------------------------------------------------------------------------------------

    def test_every_stage_is_there(self):
        assert Investigation.objects.count() == COUNT
        for model, words in (
            (Investigation, states.InvestigationStatus),
            (Determination, states.DeterminationStatus),
            (Hearing, set(states.HearingStatus) - {states.HearingStatus.LAPSED}),
            (Objection, states.ObjectionStatus),
            (Measure, states.MeasureStatus),
            (EvidenceItem, states.EvidenceStatus),
            (DisciplineRecord, set(states.DisciplineStatus) - {states.DisciplineStatus.DECIDED}),
            (Fact, states.FactStatus),
        ):
            assert values(model, "status") == set(words), model
        assert values(Membership, "declaration") == set(states.Declaration)
        assert values(Assignment, "share_kind") == set(states.Share)
        assert values(Cell, "bearing") == set(states.Bearing)
        assert values(EvidenceReview, "weight") == set(states.Weight)
        assert values(Party, "kind") == {"department", "employee", "supplier", "partner"}
        assert values(Determination, "outcome") >= {"founded", "partly_founded", "insufficient_evidence"}
        assert values(OutsideOpinion, "kind") == {"expert", "assessor"}
        assert values(ProcessStep, "deviation") >= {"none", "late", "wrong", "omitted"}

    def test_what_is_worth_a_look_is_there(self):
        assert Task.objects.filter(status="open", due_at__lt=NOW).exists()
        assert Measure.objects.filter(status="planned", due_at__lt=NOW).exists()
        assert Measure.objects.filter(status="planned", due_at__gt=NOW, reopened=0).exists()
        assert Measure.objects.filter(status="verified", effect_due_at__lt=NOW).exists()
        assert EffectCheck.objects.filter(is_effective=False, measure__reopened=1).exists()
        assert {moment is None for moment in values(LegalHold, "lifted_at")} == {True, False}
        assert Complaint.objects.filter(is_held=True).count() == LegalHold.objects.filter(lifted_at=None).count()
        assert {moment is None for moment in values(Recourse, "settled_at")} == {True, False}
        assert Contract.objects.count() == OutsideParty.objects.count() == 6
        corrected = Determination.objects.get(supersedes__status="superseded")
        assert (corrected.status, corrected.edition) == ("final", 2)
        joint = Investigation.objects.filter(is_joint=True)
        assert set(joint.values_list("complaint__severity", flat=True)) == {"major"}
        assert {
            str(share) for share in Assignment.objects.filter(share_kind="equal").values_list("share", flat=True)
        } == {
            "33.34",
            "33.33",
            "50.00",
        }
        names = EvidenceFile.objects.values_list("file_name", flat=True)
        assert {name.rpartition(".")[2] for name in names} == {"csv", "log", "pdf", "png", "txt", "wav"}

    def test_in_the_middle_a_fact_has_no_support_and_another_is_contradicted(self):
        slot = next(slot for slot in SLOTS if (slot.tale, slot.case) == ("outage", 0))
        facts = Fact.objects.filter(investigation__complaint__subject=slot.subject)
        supported = Cell.objects.filter(bearing="supports").values("fact")
        assert facts.exclude(pk__in=supported).exists()
        assert facts.filter(pk__in=supported).exists()
        evidence = EvidenceItem.objects.filter(complaint__subject=slot.subject)
        reviewed = evidence.filter(reviews__isnull=False).count()
        assert 0 < reviewed < evidence.count()
        contradicted = Cell.objects.filter(bearing="contradicts", fact__investigation__status="open")
        assert contradicted.exists()

    # -- everything is sound ------------------------------------------------------------------------------------------

    def test_all_constraints_hold_and_nothing_is_due_any_more(self):
        connection.check_constraints()
        investigated = Investigation.objects.values("complaint")
        assert not Deadline.objects.filter(complaint__in=investigated, next_action_at__lt=NOW).exists()
        assert sweep(NOW).deadlines == 0
        assert silence.close_silent(NOW) == 0
        assert not Notice.objects.exclude(mail_status=MailStatus.SENT).exists()
        assert not InquiryEvent.objects.filter(at__gt=NOW).exists()

    def test_no_case_claims_an_investigation_that_is_not_there(self):
        claimed = Complaint.objects.exclude(formal_round=None)
        assert set(claimed.values_list("pk", flat=True)) == set(
            Investigation.objects.values_list("complaint", flat=True)
        )
        for finding in Finding.objects.select_related("complaint__policy_version"):
            assert Investigation.objects.filter(complaint=finding.complaint, round=finding.round).exists()
        final = Determination.objects.filter(status="final")
        assert final.count() == Investigation.objects.filter(status="concluded").count()
        for version in final.select_related("complaint"):
            assert version.complaint.state != State.INVESTIGATING
        under_way = Investigation.objects.filter(status__in=("open", "waiver_proposed"))
        assert set(under_way.values_list("complaint__state", flat=True)) == {State.INVESTIGATING}

    def test_what_was_put_to_parties_adds_up_and_rests_on_reviewed_evidence(self):
        put = Determination.objects.exclude(status="draft")
        for version in put:
            rows = list(version.assignments.select_related("allegation", "charge__party"))
            assert [problem.text for _allegation, parts in parts_by_allegation(rows) for problem in check(parts)] == []
        for citation in Citation.objects.select_related("evidence", "review"):
            assert citation.review.reviewer_id != citation.evidence.collected_by_id
            assert citation.evidence.status == "held"
        for version in put.exclude(status="submitted"):
            assert digest_of(version.content) == version.sha256
        for version in put.filter(status="final"):
            assert is_intact(version)

    def test_files_are_what_they_are_said_to_be(self):
        for row in EvidenceFile.objects.all():
            assert evidence_files.damage_of(row.sha256, row.size) == ""
        assert not EvidenceItem.objects.exclude(pk__in=CustodyEntry.objects.values("item")).exists()

    def test_numbers_follow_registration_without_gaps(self):
        for series in NumberSeries.objects.filter(code__startswith="TS-"):
            rows = Complaint.objects.filter(number__startswith=f"{series.code}-").order_by("registered_at", "id")
            numbers = list(rows.values_list("number", flat=True))
            assert numbers == [f"{series.code}-{place:06d}" for place in range(1, series.last + 1)]

    def test_events_stand_in_the_order_of_time(self):
        moments = list(InquiryEvent.objects.order_by("pk").values_list("at", flat=True))
        assert moments == sorted(moments)

    # -- everybody has something to look at ---------------------------------------------------------------------------

    def test_every_account_finds_something(self):
        for username, wanted in DESKS.items():
            standing = standing_of(User.objects.get(username=username), NOW)
            assert {block.code for block in waiting(standing, NOW)} >= wanted, username
        assert {account.username for account in ACCOUNTS} - DESKS.keys() == {"intake", "auditor", "admin"}
        auditor = standing_of(User.objects.get(username="auditor"), NOW)
        assert Investigation.objects.visible_to(auditor, NOW).count() == COUNT
        assert DisciplineRecord.objects.visible_to(auditor, NOW).count() == DisciplineRecord.objects.count()
        intake = standing_of(User.objects.get(username="intake"), NOW)
        open_ones = Complaint.objects.visible_to(intake).filter(pk__in=Investigation.objects.values("complaint"))
        assert open_ones.filter(state__in=OPEN).exists()

    def test_no_desk_tells_anybody_to_determine_what_is_investigated(self):
        under_way = set(
            Investigation.objects.filter(status__in=("open", "waiver_proposed")).values_list("complaint", flat=True)
        )
        assert under_way
        for account in ACCOUNTS:
            reader = desk.Reader(standing_of(User.objects.get(username=account.username), NOW), NOW)
            blocks = [block for block in desk.blocks(reader.standing) if block.code == "waiting"]
            told = {row.pk for block in blocks for row in desk.cases(reader, block)}
            assert not told & under_way, account.username

    def test_every_open_investigation_waits_for_somebody(self):
        told: set[int] = set()
        for person in User.objects.filter(is_active=True):
            for block in waiting(standing_of(person, NOW), NOW):
                for line in block.lines:
                    told.add(investigation_of(line))
        still_open = Investigation.objects.filter(status__in=("open", "waiver_proposed"))
        # Outside parties have no account: whoever leads hears of them by the clock of the hearing.
        outside = Hearing.objects.filter(status="open", party__outside__isnull=False).values("investigation")
        referred = Objection.objects.filter(status="referred").values("hearing__investigation")
        rest = still_open.exclude(pk__in=told).exclude(pk__in=outside).exclude(pk__in=referred)
        assert [str(row) for row in rest] == []


def investigation_of(line):
    """Which investigation a line of a desk is about; 0 for none."""
    kinds = {"investigation": Investigation, "determination": Determination, "hearing": Hearing, "objection": Objection}
    if line.kind not in kinds:
        return 0
    row: Any = kinds[line.kind]._default_manager.get(pk=line.pk)
    return row.pk if line.kind == "investigation" else row.investigation_id


# -- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def told_again(seed):
    """What a run with a seed leaves, told without keys, and taken back."""
    with transaction.atomic():
        investigate(2, seed, NOW)
        found = {
            "events": list(
                InquiryEvent.objects.order_by("pk").values_list(
                    "complaint__number", "act", "actor_name", "from_state", "to_state", "reason", "at"
                )
            ),
            "evidence": list(
                EvidenceItem.objects.order_by("pk").values_list("number", "title", "collected_at", "holder")
            ),
            "files": list(EvidenceFile.objects.order_by("pk").values_list("sha256", "file_name", "size")),
            "shares": list(Assignment.objects.order_by("pk").values_list("share", "reason", "determination__number")),
            "recourse": list(Recourse.objects.order_by("pk").values_list("amount_claimed", "amount_recovered")),
            "cases": list(Complaint.objects.order_by("pk").values_list("number", "state", "version")),
            "notices": list(Notice.objects.order_by("pk").values_list("recipient", "kind", "created_at", "read_at")),
        }
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
@pytest.mark.usefixtures("_store")
def test_the_same_seed_makes_the_same_rows_and_another_seed_others():
    lay(2, seed=2)
    first = told_again(4)
    assert told_again(4) == first
    other = told_again(5)
    assert other["evidence"] != first["evidence"]
    assert len(other["events"]) == len(first["events"])


@pytest.mark.django_db
@pytest.mark.usefixtures("_store")
def test_it_says_when_there_is_nothing_to_do_and_never_mixes():
    lay_everything()
    with pytest.raises(CommandError, match="load_registers"):
        call_command("demo_inquiries", now=NOW.isoformat())
    call_command("load_registers", stdout=StringIO())
    with pytest.raises(CommandError, match="demo_data"):
        call_command("demo_inquiries", now=NOW.isoformat())
    call_command("demo_data", complaints=8, inquiries=2, now=NOW.isoformat(), stdout=StringIO(), stderr=StringIO())
    out = StringIO()
    call_command("demo_inquiries", inquiries=1, now=NOW.isoformat(), stdout=out)
    assert Investigation.objects.count() == 1
    assert out.getvalue().startswith("1 ")
    with pytest.raises(CommandError):
        call_command("demo_inquiries", now=NOW.isoformat())
    call_command("demo_inquiries", now=NOW.isoformat(), if_empty=True, stdout=StringIO())
    assert Investigation.objects.count() == 1


@pytest.mark.django_db
def test_investigating_nothing_is_no_success():
    with pytest.raises(NothingToInvestigateError):
        investigate(3, 1, NOW + timedelta(days=1))


@override_settings(DEBUG=False, DEMO=False)
@pytest.mark.django_db
def test_never_outside_a_demonstration():
    with pytest.raises(CommandError, match="DEMO"):
        call_command("demo_inquiries")
    assert not OutsideParty.objects.exists()


def test_every_case_of_the_schedule_has_its_own_subject():
    subjects = [slot.subject for slot in SLOTS]
    assert len(set(subjects)) == len(subjects)
    assert len({slot.tale for slot in SLOTS}) >= 10
