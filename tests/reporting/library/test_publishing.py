"""A closed case becomes a case study without personal data, or it does not become one. (RP-8, AU-5)"""

import pytest

from complaints.models import Complaint
from complaints.models.standing import standing_of
from complaints.services.refusal import ActRefusedError
from complaints.states import State
from reporting.masking import Kind, token
from reporting.models import CaseStudy, CaseStudyTerm
from reporting.models.case_study import label_of
from reporting.queries.case_studies import known_of, places_in, proposal, sources, texts_of
from reporting.services import case_studies
from reporting.services.case_studies import Writing
from tests.factories import UserFactory
from tests.reporting.library.conftest import LATER

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(w, complaint):
    return case_studies.propose(complaint, by=w.quality, now=LATER)


def publish(w, study, **values):
    given = {"confirmed": (), "checklist": True, "version": study.version, "by": w.quality, "now": LATER}
    return case_studies.publish(study, **given | values)


def everything_kept(study):
    """Every text of the study that is in the database, in its history too."""
    rows = [*CaseStudy.objects.values(), *study.history.values(), *CaseStudyTerm.objects.values()]
    return "\n".join(str(value) for row in rows for value in row.values())


def test_a_draft_says_what_the_records_say_with_masks(w, complaint, draft):
    assert draft.title == f"{token(Kind.COMPLAINANT)}的洗衣机漏水"
    assert "用了三天就漏水" in draft.matter
    assert (draft.finding, draft.resolution) == ("车间负主要责任", "上门维修\n第1步\n第2步")
    assert (draft.category, draft.product) == (w.category, "滚筒洗衣机")
    assert (draft.status, draft.proposed_by, draft.round) == ("draft", w.quality, 1)
    kept = everything_kept(draft)
    for personal in ("王小明", "小明", "13800001234", "建设路", "301室", "DD-2026-77"):
        assert personal not in kept
    assert case_studies.propose(complaint, by=w.quality, now=LATER).pk == draft.pk, "one for each round"


@pytest.mark.parametrize("name", ["handler", "head", "executive", "legal", "auditor", "administrator", "nobody"])
def test_nobody_but_the_quality_department_writes(w, complaint, draft, name):
    person, counted = getattr(w, name), draft.history.count()
    for act in (
        lambda: case_studies.propose(complaint, by=person, now=LATER),
        lambda: case_studies.write(draft, Writing(texts_of(draft)), version=1, by=person, now=LATER),
        lambda: publish(w, draft, by=person),
        lambda: case_studies.withdraw(draft, "不合适", version=1, by=person, now=LATER),
        lambda: case_studies.take_up(draft, version=1, by=person, now=LATER),
    ):
        with pytest.raises(ActRefusedError) as refusal:
            act()
        assert refusal.value.code == "not_allowed"
    assert draft.history.count() == counted


@pytest.mark.parametrize(
    ("column", "value"), [("is_confidential", True), ("is_held", True), ("state", State.IMPLEMENTING)]
)
def test_of_some_complaints_nothing_is_published(w, draft, make, column, value):
    make.written(draft)
    complaint = draft.complaint
    Complaint.objects.filter(pk=complaint.pk).update(**{column: value, "handler": w.quality})
    draft.refresh_from_db()
    for act in (
        lambda: case_studies.propose(complaint, by=w.quality, now=LATER),
        lambda: make.written(draft),
        lambda: publish(w, draft),
    ):
        with pytest.raises(ActRefusedError) as refusal:
            act()
        assert refusal.value.code == "not_published"
    draft.refresh_from_db()
    assert draft.status == "draft"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("title", "王小明的案例"),
        ("matter", "客户王 小 明反映漏水"),
        ("finding", "回电１３８－００００－１２３４核实"),
        ("cause", "订单dd-2026-77装配失误"),
        ("resolution", "到滨海市建设路12号2号楼301室维修"),
        ("lesson", "请handler多练习"),
        ("keywords", "王小明"),
        ("product", "王小明的洗衣机"),
    ],
)
def test_what_is_certainly_personal_does_not_even_stand_in_a_draft(w, draft, make, field, text):
    with pytest.raises(ActRefusedError) as refusal:
        make.written(draft, **{field: text})
    assert refusal.value.code == "personal"
    [reason] = refusal.value.reasons
    assert label_of(field) in reason
    assert draft.history.count() == 1
    assert text not in everything_kept(draft)


def test_what_became_known_later_is_found_when_it_is_published(w, complaint, draft, make):
    study = make.written(draft, matter="客户远大公司反映漏水")
    complaint.complainant.name = "远大公司"
    complaint.complainant.save()
    with pytest.raises(ActRefusedError) as refusal:
        publish(w, study)
    assert refusal.value.code == "personal"
    assert "…客户远大公司反映漏水…" in refusal.value.reasons[0]
    study.refresh_from_db()
    assert (study.status, CaseStudyTerm.objects.count()) == ("draft", 0)


def test_what_only_looks_personal_is_confirmed_place_by_place(w, draft, make):
    study = make.written(draft, matter="型号AB12345与CD67890漏水", lesson="型号AB12345停产")
    doubtful = places_in(study)
    assert [(place.field, place.words, place.is_certain) for place in doubtful] == [
        ("matter", "AB12345", False),
        ("matter", "CD67890", False),
        ("lesson", "AB12345", False),
    ]
    keys = [place.key for place in doubtful]
    for confirmed in ([], keys[:2], [*keys[:2], "x"]):
        with pytest.raises(ActRefusedError) as refusal:
            publish(w, study, confirmed=confirmed)
        assert (refusal.value.code, len(refusal.value.reasons)) == ("doubtful", 3 - len(keys[: 2 if confirmed else 0]))
    assert publish(w, study, confirmed=keys).status == "published"


def test_colleagues_of_other_cases_are_in_doubt(w, draft, make):
    UserFactory(username="bystander", display_name="欧阳春晓")
    study = make.written(draft, lesson="欧阳春晓建议复查")
    assert [(place.words, place.kind, place.is_certain) for place in places_in(study)] == [
        ("欧阳春晓", Kind.STAFF, False)
    ]


def test_the_checklist_and_the_texts_are_needed(w, draft, make):
    study = make.written(draft, lesson="")
    with pytest.raises(ActRefusedError) as refusal:
        publish(w, study)
    assert refusal.value.code == "missing"
    study = make.written(study)
    with pytest.raises(ActRefusedError) as refusal:
        publish(w, study, checklist=False)
    assert refusal.value.code == "unchecked"
    with pytest.raises(ActRefusedError) as refusal:
        publish(w, study, version=study.version - 1)
    assert refusal.value.code == "changed"


def test_a_mask_can_be_taken_back_unless_it_is_certain(w, complaint, draft):
    source = sources(complaint, 1, standing_of(w.quality, LATER))
    masks = {mask.value: mask for mask in proposal(source, known_of(complaint, source.texts.values())).masks}
    doubtful = next(mask for mask in masks.values() if not mask.is_certain)
    assert doubtful.token in draft.matter

    def taken_back(code, digest):
        writing = Writing(texts_of(draft), None, [code], (), digest)
        return case_studies.write(draft, writing, version=draft.version, by=w.quality, now=LATER)

    for code, digest, reason in (
        (masks["王小明"].token, source.digest, "not_allowed"),
        ("【不存在】", source.digest, "not_allowed"),
        (doubtful.token, "0", "changed"),
    ):
        with pytest.raises(ActRefusedError) as refusal:
            taken_back(code, digest)
        assert refusal.value.code == reason
    study = taken_back(doubtful.token, source.digest)
    assert doubtful.value in study.matter
    assert doubtful.token not in study.matter


def test_words_are_masked_on_request_and_kept_nowhere(w, draft):
    texts = texts_of(draft) | {"lesson": "隔壁老板娘作证", "cause": "老板娘说"}
    writing = Writing(texts, None, (), ["隔壁老板娘", "老板娘", " "])
    study = case_studies.write(draft, writing, version=draft.version, by=w.quality, now=LATER)
    assert (study.lesson, study.cause) == (f"{token(Kind.WORD)}作证", f"{token(Kind.WORD)}说")
    assert "老板娘" not in everything_kept(study)


def test_withdrawn_studies_vanish_and_come_back_as_another_edition(w, complaint, make):
    study = make.published(complaint)
    assert (study.status, study.edition, study.published_by) == ("published", 1, w.quality)
    assert study.length == sum(CaseStudyTerm.objects.values_list("weight", flat=True))
    with pytest.raises(ActRefusedError):
        case_studies.withdraw(study, " ", version=study.version, by=w.quality, now=LATER)
    with pytest.raises(ActRefusedError) as refusal:
        case_studies.withdraw(study, "王小明要求", version=study.version, by=w.quality, now=LATER)
    assert refusal.value.code == "personal"
    study = case_studies.withdraw(study, "结论有误", version=study.version, by=w.quality, now=LATER)
    assert (study.status, study.length, CaseStudyTerm.objects.count()) == ("withdrawn", 0, 0)
    study = case_studies.take_up(study, version=study.version, by=w.quality, now=LATER)
    study = make.written(study, lesson="装配后必须做淋水试验。")
    study = publish(w, study)
    assert (study.status, study.edition) == ("published", 2)
    history = list(study.history.order_by("history_id").values_list("status", "edition"))
    assert history == [
        ("draft", 1),
        ("draft", 1),
        ("published", 1),
        ("withdrawn", 1),
        ("draft", 2),
        ("draft", 2),
        ("published", 2),
    ]


def test_a_hold_that_comes_later_does_not_keep_a_study_from_being_withdrawn(w, complaint, make):
    """Terms of a study are derived: the trigger of the legal hold lets them go (AC-2)."""
    study = make.published(complaint)
    Complaint.objects.filter(pk=complaint.pk).update(is_held=True)
    study = case_studies.withdraw(study, "保全期间撤下", version=study.version, by=w.quality, now=LATER)
    assert CaseStudyTerm.objects.count() == 0


def test_a_case_made_anonymous_later_leaves_the_study_as_it_is(w, complaint, make):
    study = make.published(complaint)
    before = texts_of(study)
    person = complaint.complainant
    person.name = person.phone = person.email = person.address = ""
    person.fill_digests()
    person.save()
    Complaint.objects.filter(pk=complaint.pk).update(content="", subject="（已匿名）", order_number="")
    study.refresh_from_db()
    assert texts_of(study) == before
    assert [place for place in places_in(study) if place.is_certain] == []


def test_no_proposal_holds_anything_certain(w, make):
    """Whatever the records say of whom: the draft passes its own check."""
    content = (
        "王小明和handler、head通话，wxm@example.com，住滨海市建设路12号2号楼301室，电话138 0000 1234，单DD-2026-77。"
    )
    complaint = make.closed(content=content, complainant_email="wxm@example.com")
    study = case_studies.propose(complaint, by=w.quality, now=LATER)
    assert [place for place in places_in(study) if place.is_certain] == []
