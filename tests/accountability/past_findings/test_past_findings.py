"""What a source found becomes charges with findings, everything or nothing, and is never bent. (AC-1, AC-12)"""

import gzip
import io
import tracemalloc
from collections import Counter

import pytest
from django.db import IntegrityError, transaction

from accountability.importers.finding_map import settled
from accountability.importers.findings import import_findings
from accountability.models import Allegation, Charge, DisciplineRecord, InquiryEvent, Investigation, Party
from accountability.queries import desk
from accountability.services import opening, past_findings
from complaints.models import Complaint
from complaints.models.standing import standing_of
from complaints.services.doing import ActRefusedError
from complaints.states import Role
from tests import factories
from tests.accountability.inquiry_world import InquiryWorld, person
from tests.accountability.past_findings import registers
from tests.accountability.past_findings.registers import ROWS, take_in
from tests.bulk import making
from tests.complaints.walking import Walk
from tests.factories import NOW


def of(external_id):
    return Investigation.objects.get(complaint__external_id=external_id)


def test_every_row_becomes_a_charge_and_reads_back_as_it_was_told(world):
    tally, told = take_in()
    assert (tally.rows, tally.new, tally.cases, tally.wrong, told) == (9, 9, 3, 0, [])
    read: Counter[tuple[str, ...]] = Counter()
    rows = Charge.objects.select_related("investigation__complaint", "allegation", "party")
    for charge in rows:
        followed = charge.discipline_records.first()
        read[
            charge.investigation.complaint.external_id,
            charge.party.name.removeprefix("职工"),
            charge.party.unit,
            charge.allegation.text,
            charge.reason,
            followed.decision if followed else "无",
        ] += 1
    assert read == Counter(map(tuple, ROWS))


def test_one_case_is_told_whole(world):
    take_in()
    investigation = of("21-07")
    assert (investigation.round, investigation.is_past, investigation.status) == (0, True, "concluded")
    assert investigation.number == f"{investigation.complaint.number}-DC0"
    assert list(Party.objects.filter(investigation=investigation).values_list("name", "unit", "department__code")) == [
        ("职工4", "生产车间", "workshop"),
        ("职工9", "", None),
    ]
    allegations = Allegation.objects.filter(investigation=investigation)
    assert list(allegations.values_list("position", "text", "intake_category__code", "category__code")) == [
        (1, "态度粗暴", "at-intake", "rudeness"),
        (2, "延误", "at-intake", "delay"),
    ]
    charges = Charge.objects.filter(investigation=investigation).order_by("source_row")
    fields = ("source_row", "party__name", "allegation__position", "repeat", "finding")
    assert list(charges.values_list(*fields)) == [
        (2, "职工4", 1, 0, "founded"),
        (4, "职工4", 1, 1, "founded"),
        (5, "职工4", 2, 0, "not_sustained"),
        (6, "职工9", 1, 0, "founded"),
        (7, "职工9", 1, 1, "founded"),
    ]
    event = InquiryEvent.objects.get(investigation=investigation)
    assert (event.act, event.to_state, event.actor) == ("take_in_findings", "concluded", None)
    assert [row for row, _digest in event.detail["rows"]] == [2, 4, 5, 6, 7]


def test_what_was_referred_or_not_investigated_or_is_pending_has_its_place(world):
    take_in()
    fields = ("allegation__text", "allegation__category__code", "finding", "reason")
    assert list(Charge.objects.filter(investigation=of("21-08")).values_list(*fields)) == [
        ("移送他处", None, "referred", "不予认定")
    ]
    pending = of("21-09")
    assert pending.status == "open"
    assert list(Charge.objects.filter(investigation=pending).order_by("source_row").values_list(*fields)) == [
        ("延误", "delay", "pending", "在查"),
        ("未立案", None, "not_investigated", "不适用"),
        ("延误", "delay", "founded", "属实"),
    ]


def test_what_followed_is_seen_by_few_and_waits_for_nobody_if_it_was_decided_elsewhere(world):
    personnel = person("personnel", Role.PERSONNEL, world.service)
    take_in()
    rows = DisciplineRecord.objects.order_by("charge__source_row")
    assert list(rows.values_list("charge__source_row", "name", "status", "decision", "offence")) == [
        (2, "职工4", "carried_out", "培训", "conduct"),
        (4, "职工4", "carried_out", "培训", "conduct"),
        (6, "职工9", "reported", "待定", "conduct"),
        (7, "职工9", "decided", "认定违纪", "conduct"),
        (8, "职工4", "reported", "待定", "conduct"),
        (10, "职工6", "dismissed", "不违纪", "conduct"),
    ]
    assert len(set(rows.values_list("number", flat=True))) == 6
    assert rows.filter(is_told=True, decided_by=None, made_by=None).count() == 6
    for name in ("head", "handler", "quality", "legal", "executive", "intake"):
        assert not DisciplineRecord.objects.visible_to(getattr(world, name), NOW).exists()
    assert DisciplineRecord.objects.visible_to(personnel, NOW).count() == 6
    (block,) = [block for block in desk.waiting(standing_of(personnel, NOW), NOW) if block.code == "discipline"]
    assert block.count == 2


def test_everything_has_history_and_nothing_is_determined(world):
    take_in(by=world.intake)
    assert registers.counts() == {
        "Investigation": 3,
        "Party": 5,
        "Allegation": 5,
        "Charge": 9,
        "DisciplineRecord": 6,
        "InquiryEvent": 9,
        "Determination": 0,
        "Investigation history": 3,
        "Party history": 5,
        "Allegation history": 5,
        "Charge history": 9,
        "DisciplineRecord history": 6,
        "Determination history": 0,
    }
    change = Charge.history.first()
    assert (change.history_user, change.history_change_reason) == (world.intake, "take_in_findings")


def test_the_same_file_again_changes_nothing(world):
    take_in()
    before = registers.counts()
    tally, told = take_in()
    assert (tally.rows, tally.new, tally.known, tally.differing, told) == (9, 0, 9, 0, [])
    assert registers.counts() == before


def test_a_pending_finding_recorded_here_does_not_make_the_file_differ(world):
    take_in()
    Charge.objects.filter(finding="pending").update(finding="unfounded", reason="查无此事", found_at=NOW)
    assert take_in()[0].known == 9


def test_rows_that_read_differently_are_told_and_change_nothing(world):
    take_in()
    before = registers.counts()
    changed = [row if row[4] != "在查" else [*row[:4], "属实", row[5]] for row in ROWS]
    tally, told = take_in(changed)
    assert (tally.known, tally.differing, tally.new, tally.wrong) == (8, 1, 0, 0)
    assert [(problem.row, problem.is_difference) for problem in told] == [(8, True), (8, True)]
    assert registers.counts() == before


def test_what_was_known_stays_and_what_is_new_comes(world):
    take_in(ROWS[:1])
    tally, told = take_in([ROWS[0], *ROWS[6:]])
    assert (tally.known, tally.new, told) == (1, 3, [])


@pytest.mark.parametrize(
    ("changed", "column", "reason"),
    [
        ({0: "99-99"}, "案号", "no such complaint"),
        ({0: ""}, "案号", "missing"),
        ({1: ""}, "人员", "missing"),
        ({3: ""}, "指控", "missing"),
        ({4: ""}, "结论", "missing"),
        ({3: "没有这一类"}, "指控", "no such category"),
        ({4: "大概属实"}, "结论", "does not say"),
        ({5: "记过"}, "处分", "does not say"),
        ({2: "部" * 201}, "单位", "200"),
    ],
)
def test_what_is_wrong_is_said_by_row_and_column_and_nothing_is_taken_in(world, changed, column, reason):
    wrong = [changed.get(place, text) for place, text in enumerate(ROWS[0])]
    tally, told = take_in([*ROWS, wrong])
    assert [(problem.row, problem.element) for problem in told] == [(11, column)]
    assert reason in told[0].reason
    assert (tally.rows, tally.wrong) == (10, 1)
    assert not any(registers.counts().values())


def test_everything_that_is_wrong_is_said_at_once(world):
    _tally, told = take_in([["21-07", "", "", "没有", "?", "?"], ["?", "1", "", "延误", "属实", "无"]])
    places = [(problem.row, problem.element) for problem in told]
    assert places == [(2, "人员"), (2, "指控"), (2, "结论"), (2, "处分"), (3, "案号")]


def test_a_dry_run_writes_nothing(world):
    tally, told = take_in(is_dry=True)
    assert (tally.new, told) == (9, [])
    assert not any(registers.counts().values())


def test_who_may_not_import_complaints_takes_in_no_findings(world):
    for name in ("handler", "liaison", "auditor", "quality", "nobody"):
        with pytest.raises(ActRefusedError):
            take_in(by=getattr(world, name))
    assert take_in(by=world.head)[0].new == 9


def test_complaints_that_the_person_does_not_see_do_not_exist(world):
    stranger = person("stranger", Role.INTAKE, factories.DepartmentFactory(parent=world.root))
    tally, told = take_in(by=stranger)
    assert (tally.wrong, {problem.element for problem in told}) == (9, {"案号"})
    assert not any(registers.counts().values())


def test_another_source_has_other_complaints(world):
    assert take_in(source="another")[0].wrong == 9


def test_departments_and_suppliers_are_parties_by_their_registers(world):
    from accountability.models import OutsideParty  # noqa: PLC0415 - this test alone

    OutsideParty.objects.create(code="maker", kind="supplier", name="某供应商")
    said = {
        "columns": registers.MAP["columns"] | {"kind": "种类"},
        "values": registers.MAP["values"] | {"kind": {"部门": "department", "供应商": "supplier", "伙伴": "partner"}},
    }
    headings = [*registers.HEADINGS, "种类"]
    rows = [
        ["21-07", "仓库", "", "延误", "属实", "无", "部门"],
        ["21-07", "某供应商", "", "延误", "属实", "无", "供应商"],
        ["21-07", "maker", "", "态度粗暴", "属实", "无", "供应商"],
    ]
    take_in(said=said, content=registers.csv_bytes(rows, headings))
    parties = Party.objects.order_by("id").values_list("kind", "department__code", "outside__code", "name")
    assert list(parties) == [("department", "warehouse", None, ""), ("supplier", None, "maker", "")]
    wrong = [
        ["21-08", "月球分部", "", "延误", "属实", "无", "部门"],
        ["21-08", "某供应商", "", "延误", "属实", "无", "伙伴"],
        ["21-08", "仓库", "", "延误", "属实", "培训", "部门"],
        ["21-08", "仓库", "", "延误", "属实", "无", "?"],
    ]
    _tally, told = take_in(said=said, content=registers.csv_bytes(wrong, headings))
    assert [(problem.row, problem.element) for problem in told] == [(2, "人员"), (3, "人员"), (5, "种类"), (4, "处分")]


def test_a_file_of_chinese_spreadsheet_programs_or_packed_is_read_too(world):
    assert take_in(content=registers.csv_bytes(ROWS, encoding="gb18030"), is_dry=True)[0].new == 9
    packed = gzip.compress(registers.csv_bytes(ROWS))
    assert take_in(content=packed, name="findings.csv.gz")[0].new == 9


def test_a_spreadsheet_is_read_with_its_numbers(world):
    rows = [["21-07", 4, "", "延误", "属实", "无"], ["21-07", 1e15 + 1, "", "延误", "属实", "无"]]
    _tally, told = take_in(content=making.xlsx_bytes(rows, registers.HEADINGS), name="findings.xlsx")
    assert [(problem.row, problem.element) for problem in told] == [(3, "人员")], "a number that was rounded is refused"
    take_in(content=making.xlsx_bytes(rows[:1], registers.HEADINGS), name="findings.xlsx")
    assert Party.objects.get().name == "职工4"


def test_a_case_goes_its_way_here_whatever_was_found_before(world):
    """Past findings take no round: an investigation is opened here as of any other case. (WF-4)"""
    walk = Walk(world)
    number = walk.c.number
    type(walk.c).objects.filter(pk=walk.c.pk).update(source="register", external_id="old")
    take_in([["old", "4", "", "延误", "在查", "无"]])
    walk.c.refresh_from_db()
    walk.to("investigating")
    lead = person("lead", Role.HANDLER, world.service)
    opened = opening.open_investigation(walk.c.pk, by=world.handler, now=walk.now, lead=lead)
    numbers = Investigation.objects.filter(complaint=walk.c).order_by("round").values_list("number", "status")
    assert list(numbers) == [(f"{number}-DC0", "open"), (opened.number, "open")]


def test_a_fault_while_writing_leaves_nothing_behind(world, monkeypatch):
    """The second chunk meets a fault: what the first wrote goes with it."""
    monkeypatch.setattr(past_findings, "CHUNK", 1)
    written: list[object] = []

    def failing(self, chunk):
        if written:
            raise RuntimeError("the machine stops")
        written.append(chunk)
        return whole(self, chunk)

    whole = past_findings._Writing.write
    monkeypatch.setattr(past_findings._Writing, "write", failing)
    with pytest.raises(RuntimeError):
        take_in()
    assert written
    assert not any(registers.counts().values())
    monkeypatch.setattr(past_findings._Writing, "write", whole)
    assert take_in()[0].new == 9, "numbers and everything else are free again"


def test_what_is_kept_in_memory_does_not_grow_with_the_file(world):
    """Rows wait on disk; the most that is held at once is one chunk of complaints. (IN-9)"""

    def most(count):
        rows = [[f"unknown-{number}", "4", "", "延误", "属实", "无"] for number in range(count)]
        content = registers.csv_bytes(rows)
        tracemalloc.start()
        try:
            stream = io.BytesIO(content)
            tracemalloc.reset_peak()
            before = tracemalloc.get_traced_memory()[0]
            tally = import_findings(
                stream,
                name="findings.csv",
                source="register",
                finding_map=settled(registers.MAP),
                by=None,
                now=NOW,
                note=lambda problem: None,
            )
            assert tally.wrong == count
            return tracemalloc.get_traced_memory()[1] - before
        finally:
            tracemalloc.stop()

    assert most(6000) < 1.5 * most(1500), "a row held in memory would be four times as much"


def test_what_another_run_took_in_meanwhile_is_not_written_twice(world):
    calls = []

    class Twice(past_findings._Walk):
        def chunks(self, cases):
            calls.append(self.is_writing)
            if self.is_writing and calls.count(True) == 1:
                assert take_in()[0].new == 9
            return super().chunks(cases)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(past_findings, "_Walk", Twice)
        tally, told = take_in()
    assert (tally.new, tally.known, told) == (0, 9, [])
    assert Charge.objects.count() == 9


def test_what_is_pending_at_the_source_can_be_found_and_ended_here(world):
    take_in()
    iw = InquiryWorld(world, Complaint.objects.get(external_id="21-09"))
    iw.investigation = of("21-09")
    iw.act("appoint", world.head, person=iw.lead, is_lead=True)
    iw.declared()
    (pending,) = Charge.objects.filter(investigation=iw.investigation, finding="pending")
    iw.act("find", iw.lead, row=str(pending.pk), finding="unfounded", reason="来源单位通报：查无此事")
    pending.refresh_from_db()
    assert (pending.finding, pending.found_by, pending.source_row) == ("unfounded", iw.lead, 8)
    with pytest.raises(ActRefusedError, match="no longer under investigation in this round"):
        iw.act("draft", iw.lead)
    iw.act("discontinue", world.head, reason="来源单位已结案")
    assert iw.investigation.status == "discontinued"
    assert take_in()[0].known == 9


@pytest.mark.parametrize(
    ("model", "values"),
    [(Charge, {"source_row": None}), (DisciplineRecord, {"is_told": False}), (DisciplineRecord, {"decision": ""})],
)
def test_only_what_a_source_told_lacks_a_moment_or_who_decided(world, model, values):
    """Held by the database, whoever writes."""
    take_in()
    rows = model.objects.filter(**({"finding": "founded"} if model is Charge else {"status": "decided"}))
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**values)
