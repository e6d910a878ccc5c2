"""The printable determination 责任界定书: all of it, in three languages, as a page and as PDF. (AC-6, AC-8)"""

import pytest
from django.urls import reverse

from accountability.models import Cell, Fact
from complaints.documents.pdf import NoPdfError, _weasyprint
from tests.accountability.pages.asking import shown
from tests.pages import assert_proper


def document(client, person, version, **asked):
    client.force_login(person)
    return client.get(reverse("admin:document_determination", args=[version.pk]), asked)


def test_it_says_everything_the_determination_rests_on(client, iw):
    iw.act("add_fact", iw.lead, statement="出厂前已破损")
    Cell.objects.create(fact=Fact.objects.get(), evidence=iw.cited, bearing="supports")
    iw.act("add_process_step", iw.lead, name="出库检验", expected="逐件检验", deviation="omitted")
    version = iw.finalised()
    answer = document(client, iw.w.auditor, version)
    assert_proper(answer)
    text = shown(answer)
    for part in (
        iw.c.number,
        iw.investigation.number,
        version.number,
        version.sha256,
        "某供应商",
        "70.00 %",
        "30.00 %",
        "100.00 %",
        "装配时未拧紧",
        "作业指导书第三条",
        "出厂前已破损",
        "出库检验",
        iw.cited.number,
        "Accepted",
        "Strong",
    ):
        assert part in text, part
    assert "paper-watermark" not in answer.content.decode()


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "草稿"), ("zh-hant", "草稿"), ("en", "DRAFT")])
def test_a_draft_carries_the_word(client, iw, language, word):
    version = iw.written()
    answer = document(client, iw.lead, version, language=language)
    assert_proper(answer)
    assert f'<div class="paper-watermark" aria-hidden="true">{word}</div>' in " ".join(answer.content.decode().split())
    assert ("责任界定书" in shown(answer)) == (language == "zh-hans")
    assert ("責任界定書" in shown(answer)) == (language == "zh-hant")


def test_rounding_of_equal_shares_is_said(client, iw):
    iw.charges.append(iw.charge(iw.supplier("某承运商")))
    version = iw.approved([iw.row(charge, "equal") for charge in iw.charges])
    text = shown(document(client, iw.w.head, version))
    assert "33.34 / 33.33 / 33.33" in text
    assert "carries no meaning" in text


def test_an_objection_and_its_decision_are_in_it(client, iw):
    version = iw.approved()
    objection = iw.objected(grounds="当日系统停机")
    iw.act("dismiss_objection", objection.superior, on=objection, reason="停机与此无关")
    text = shown(document(client, iw.w.head, version))
    assert "当日系统停机" in text
    assert "停机与此无关" in text


def test_who_decides_an_objection_reads_the_whole_of_it_and_a_party_does_not(client, iw):
    version = iw.approved()
    objection = iw.objected()
    assert document(client, objection.superior, version).status_code == 200
    assert document(client, iw.w.workshop_head, version).status_code == 404
    assert document(client, iw.w.liaison, version).status_code == 404


def test_restricted_evidence_is_left_out_for_who_may_not_see_it(client, iw):
    iw.evidence(title="通话录音", is_restricted=True)
    version = iw.written()
    assert "通话录音" in shown(document(client, iw.lead, version))
    assert "通话录音" not in shown(document(client, iw.w.head, version))


def test_it_is_one_of_the_documents_of_the_complaint(client, iw):
    version = iw.written()
    client.force_login(iw.w.handler)
    overview = client.get(reverse("admin:complaints_complaint_documents", args=[iw.c.pk]))
    assert_proper(overview)
    assert reverse("admin:document_determination", args=[version.pk]) in overview.content.decode()
    client.force_login(iw.w.liaison)
    overview = client.get(reverse("admin:complaints_complaint_documents", args=[iw.c.pk]))
    assert version.number not in overview.content.decode()


def test_it_is_a_pdf_with_page_numbers(client, iw):
    try:
        _weasyprint()
    except NoPdfError as error:
        pytest.skip(str(error))
    version = iw.written()
    answer = document(client, iw.lead, version, format="pdf", language="zh-hans")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
