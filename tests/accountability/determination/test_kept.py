"""The document of a version past its draft is written from what was kept, whatever is renamed afterwards. (AC-6)"""

import hashlib
import json
import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.models import F, Value
from django.db.models.functions import Cast, Concat
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from accountability.acts import Subject
from accountability.documents.determination import determination
from accountability.models import Clause, Determination, EvidenceItem, Fact, LegalSource, RootCause
from accountability.queries.content import EDITION, canonical, digest_of, in_present_layout, is_intact
from accountability.queries.inquiry import load
from complaints import triggers
from complaints.models import Department
from complaints.models.standing import standing_of
from tests.accountability.determination.determining import determining
from tests.factories import names

pytestmark = pytest.mark.django_db

LANGUAGES = ("zh-hans", "zh-hant", "en")
#: What came after: triggers hold it (test_freezing), and the document takes it as it is.
LATER = {"Hearing", "Objection"}
#: Written once, or kept elsewhere under triggers without a condition, which stand in this test too.
STANDING = {"InquiryEvent", "CustodyEntry", "EvidenceReview", "Determination"}
#: By these records find one another; nobody renames them.
KEYS = {"number", "code", "path", "sha256", "username", "password", "state", "number_series"}


@pytest.fixture
def iw():
    """Everything a document can show: names in three languages, a clause, a cause, facts, steps, an opinion."""
    made = determining()
    Department.objects.filter(pk=made.w.workshop.pk).update(names=names("总装车间", "Assembly"))
    source = LegalSource.objects.create(code="law", kind="law", names=names("产品质量法", "Product Quality Law"))
    clause = Clause.objects.create(source=source, position=1, reference="第二十六条", text="生产者应当负责")
    cause = RootCause.objects.create(code="supplier", names=names("来料缺陷", "Defective supply"), path="/1/")
    made.charges.append(made.charge(made.employee("装配工")))
    made.act("set_plan", made.lead, scope="查明", plan="调取", methods=["evidence_chain"])
    made.act("add_fact", made.lead, statement="出厂前已破损")
    cells = [{"fact": Fact.objects.get().pk, "evidence": made.cited.pk, "bearing": "supports", "remark": ""}]
    made.act("fill_matrix", made.member, cells=cells)
    made.act("add_process_step", made.lead, name="检验", expected="逐件", actual="抽检", deviation="wrong")
    made.act("ask_outside", made.lead, kind="expert", expert="某专家", question="何种原因")
    made.clauses, made.causes = [clause.pk], [str(cause.pk)]
    return made


def rows(iw):
    """The supplier, the workshop and an employee who could not act otherwise."""
    one, two, three = iw.charges
    return [
        iw.row(one, "primary", "60", clauses=iw.clauses),
        iw.row(two, "secondary", "30"),
        iw.row(three, "secondary", "10", had_ability=False, is_system_failure=True, authority_reason="系统停机"),
    ]


def at_status(iw, status):
    version = iw.submitted(rows(iw), causes=iw.causes)
    if status == "submitted":
        return version
    iw.act("approve", iw.w.head, on=version, opinion="同意")
    if status == "hearing":
        return version
    objection = iw.objected(version)
    iw.act("dismiss_objection", objection.superior, on=objection, reason="比例相当")
    iw.answered(version)
    if status == "abandoned":
        iw.act("revise", iw.lead, on=version, reason="再议")
    else:
        iw.act("finalise", iw.w.handler, on=version, opinion="已查明")
    if status == "superseded":
        iw.corrected(version, rows(iw))
    version.refresh_from_db()
    assert version.status == status
    return version


def printed(version, standing, now):
    """The whole document in every language, as a page and as what a PDF is made of."""
    found = {}
    version = Determination.objects.get(pk=version.pk)
    for language in LANGUAGES:
        with translation.override(language):
            document = determination(load(Subject.DETERMINATION, version, now), standing)
            for template in ("body", "paper"):
                context = {"document": document, "printed_at": now}
                found[language, template] = render_to_string(f"complaints/documents/{template}.html", context)
    return found


def rename_everything():
    """Put another text into every field of every record that says anything, past services and triggers."""
    connection.check_constraints()
    triggers.drop(connection, only_conditional=True)
    changed = set()
    of_complaints = [apps.get_model("complaints", name) for name in ("Department", "User", "Complaint", "Category")]
    for model in [*apps.get_app_config("accountability").get_models(), *of_complaints]:
        name = model.__name__
        if name.startswith("Historical") or name in LATER | STANDING:
            continue
        for field in model._meta.concrete_fields:
            if field.name in KEYS or field.choices or field.primary_key:
                continue
            if field.name == "names":
                model.objects.update(names={"zh-hans": "改名", "zh-hant": "改名", "en": "Renamed"})
            elif isinstance(field, models.CharField | models.TextField) and not field.is_relation:
                text = Concat(Value("改"), Cast(F("pk"), models.CharField()))
                model.objects.exclude(**{field.name: ""}).update(**{field.name: text})
            else:
                continue
            changed.add(f"{name}.{field.name}")
    assert {
        *("Department.names", "User.display_name", "OutsideParty.name", "Clause.text", "LegalSource.names"),
        *("EvidenceItem.title", "EvidenceItem.shows", "EvidenceFile.file_name", "RootCause.names", "Fact.statement"),
        *("ProcessStep.name", "OutsideOpinion.expert", "Complaint.subject", "Allegation.text", "Charge.reason"),
        *("Assignment.reason", "Measure.title", "Party.name"),
    } <= changed


@pytest.mark.parametrize("status", ["hearing", "final", "superseded", "abandoned"])
def test_renaming_everything_leaves_the_document_as_it_was(iw, status):
    version = at_status(iw, status)
    standing = standing_of(iw.w.auditor, iw.now)
    before = printed(version, standing, iw.now)
    assert "总装车间" in before["zh-hans", "body"]
    assert "Assembly" in before["en", "body"]
    assert "Product Quality Law" in before["en", "body"]
    rename_everything()
    assert printed(version, standing, iw.now) == before


def test_what_is_found_afterwards_is_not_in_it(iw):
    version = at_status(iw, "hearing")
    now = iw.now
    standing = standing_of(iw.w.auditor, now)
    before = printed(version, standing, now)
    iw.act("add_fact", iw.lead, statement="后来的事实")
    iw.act("add_process_step", iw.lead, name="后来的环节", expected="x", actual="x", deviation="none")
    iw.evidence(title="后来的证据")
    iw.act("set_plan", iw.lead, scope="查明", plan="调取", methods=["backtracking"])
    assert printed(version, standing, now) == before


@pytest.mark.parametrize("status", ["draft", "submitted"])
def test_a_draft_is_written_from_its_records(iw, status):
    version = iw.written(rows(iw)) if status == "draft" else at_status(iw, "submitted")
    standing = standing_of(iw.w.auditor, iw.now)
    before = printed(version, standing, iw.now)
    Department.objects.filter(pk=iw.w.workshop.pk).update(names=names("改名车间", "Renamed"))
    after = printed(version, standing, iw.now)
    assert "Renamed" in after["en", "body"]
    for page in (*before.values(), *after.values()):
        assert re.search(r'class="paper-watermark"\s+aria-hidden="true">(DRAFT|草稿)<', page)
        assert "SHA-256:" not in page
        assert "paper-foot" not in page


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("hearing", ["未生效", "未生效", "NOT FINAL"]),
        ("superseded", ["已被替代", "已被替代", "SUPERSEDED"]),
        ("abandoned", ["已作废", "已作廢", "ABANDONED"]),
        ("final", [None, None, None]),
    ],
)
def test_what_is_not_in_force_says_so_on_every_page(iw, status, words):
    pages = printed(at_status(iw, status), standing_of(iw.w.auditor, iw.now), iw.now)
    for language, wanted in zip(LANGUAGES, words, strict=True):
        found = re.findall(r'class="paper-watermark[^"]*"\s+aria-hidden="true">([^<]*)<', pages[language, "paper"])
        assert found == ([wanted] if wanted else [])


def test_the_digest_at_the_foot_can_be_taken_again(iw, client, monkeypatch):
    version = at_status(iw, "final")
    monkeypatch.setattr(timezone, "now", lambda: iw.now + timedelta(hours=1))
    client.force_login(iw.w.auditor)
    address = reverse("admin:document_determination", args=[version.pk])
    page = client.get(address).content.decode()
    (foot,) = re.findall(r'class="paper-foot">[^<]*([0-9a-f]{64})<', page)
    kept = client.get(address, {"format": "json"})
    assert hashlib.sha256(kept.content).hexdigest() == foot == version.sha256
    assert kept.headers["Content-Type"] == "application/json"
    assert canonical(json.loads(kept.content)) == kept.content
    assert json.loads(kept.content)["edition_of_content"] == EDITION


def test_who_may_not_see_all_the_evidence_does_not_get_what_was_kept(iw, client, monkeypatch):
    secret = iw.evidence(title="通话录音", is_restricted=True)
    version = at_status(iw, "final")
    monkeypatch.setattr(timezone, "now", lambda: iw.now + timedelta(hours=1))
    address = reverse("admin:document_determination", args=[version.pk])
    for person, status in ((iw.w.auditor, 200), (iw.w.head, 404)):
        client.force_login(person)
        assert client.get(address, {"format": "json"}).status_code == status
        page = client.get(address, {"language": "en"}).content.decode()
        assert (secret.title in page) == (status == 200)
        assert ("1 more piece of evidence is restricted" in page) == (status == 404)
        assert ("?format=json" in page) == (status == 200)
    draft = determining_draft(iw, version)
    client.force_login(iw.w.auditor)
    address = reverse("admin:document_determination", args=[draft.pk])
    assert client.get(address, {"format": "json"}).status_code == 404


def determining_draft(iw, version):
    """A correction that is still being written."""
    iw.act("correct", iw.w.handler, on=version, reason="笔误")
    return iw.version


def test_what_was_kept_in_the_first_layout_still_prints(iw):
    version = at_status(iw, "final")
    content = {key: value for key, value in version.content.items() if key != "circumstances"}
    content["edition_of_content"] = 1
    version.content, version.sha256 = content, digest_of(content)
    assert is_intact(version)
    inquiry = load(Subject.DETERMINATION, version, iw.now)
    standing = standing_of(iw.w.auditor, iw.now)

    def written():
        with translation.override("en"):
            return render_to_string(
                "complaints/documents/body.html", {"document": determination(inquiry, standing), "printed_at": iw.now}
            )

    before = written()
    for part in ("某供应商", "Assembly", "60.00 %", "交付的洗衣机漏水", "出库单", "比例相当", version.sha256):
        assert part in before
    assert "Received at" not in before
    rename_everything()
    assert written() == before


def test_the_present_layout_is_left_as_it_is(iw):
    version = at_status(iw, "hearing")
    assert in_present_layout(version.content) is version.content
    assert set(in_present_layout({"assignments": []})["circumstances"]) < set(version.content["circumstances"])


def test_a_draft_that_is_given_up_is_kept_too(iw):
    version = at_status(iw, "submitted")
    iw.w.act(iw.c, "withdraw", iw.w.handler, now=iw.now, medium="phone", reason="不投诉了")
    iw.act("discontinue", iw.w.handler, reason="已撤诉")
    version.refresh_from_db()
    assert (version.status, version.sha256) == ("abandoned", digest_of(version.content))
    assert is_intact(version)
    assert EvidenceItem.objects.get(pk=iw.cited.pk).number in json.dumps(version.content)
