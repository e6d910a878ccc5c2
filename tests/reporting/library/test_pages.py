"""The library as people use it: from the closed complaint to the page everybody reads. (RP-8)"""

import io
import re

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from complaints.models import Complaint
from reporting.admin.case_studies import CHECKLIST
from reporting.masking import Kind, token
from reporting.models import TEXTS, CaseStudy
from reporting.queries.case_studies import places_in
from tests.reporting.library.conftest import LATER

pytestmark = pytest.mark.django_db

CHECKED = {code: "yes" for code, _text in CHECKLIST}


def client_of(person):
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


def text_of(response):
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def page_of(complaint):
    return reverse("admin:complaints_complaint_change", args=[complaint.pk])


def at(name, study):
    return reverse(f"admin:{name}", args=[study.pk])


def given(study, **values):
    """The form of a draft as the page shows it."""
    fields = {field: getattr(study, field) for field in ("title", *TEXTS, "product", "keywords", "version")}
    return fields | {"category": study.category_id or "", "left_out": "", "digest": ""} | values


def test_from_the_closed_case_to_the_page_everybody_reads(w, complaint):
    quality = client_of(w.quality)
    assert "Propose for the case library" in text_of(quality.get(page_of(complaint)))
    assert "Propose for the case library" not in text_of(client_of(w.handler).get(page_of(complaint)))
    response = quality.post(reverse("admin:case_study_propose", args=[complaint.pk]))
    study = CaseStudy.objects.get()
    edit = at("case_study_edit", study)
    assert response.url == edit

    page = quality.get(edit)
    assert "王小明" in text_of(page), "the source, which the person may read"
    assert study.title in page.content.decode()
    with override("en"):  # the language of the page
        assert study.title == f"{token(Kind.COMPLAINANT)}的洗衣机漏水"
        left_out = token(Kind.WORD)
    other = Client(headers={"accept-language": "zh-hans"})
    other.force_login(w.quality)
    assert other.get(edit).context["masks"] == page.context["masks"], "whatever language one reads"
    digest = page.context["form"].initial["digest"]
    code, mask, _is_taken_back = next(row for row in page.context["masks"] if not row[1].is_certain)
    refused = quality.post(edit, given(study, lesson="王小明很满意"))
    assert refused.status_code == 422
    assert "still holds personal data" in text_of(refused)
    lesson = "门封先做老化试验，王师傅说的。"
    kept = quality.post(edit, given(study, lesson=lesson, digest=digest, taken_back=[code], left_out="王师傅说的"))
    assert kept.status_code == 302
    study.refresh_from_db()
    assert mask.value in study.matter
    assert study.lesson == f"门封先做老化试验，{left_out}。"

    publish = at("case_study_publish", study)
    assert quality.post(publish, given(study, **CHECKED)).status_code == 422, "a place is in doubt"
    confirmed = [place.key for place in places_in(study)]
    unchecked = quality.post(publish, given(study, confirmed=confirmed, **dict(list(CHECKED.items())[:3])))
    assert (unchecked.status_code, CaseStudy.objects.get().status) == (422, "draft")
    assert "Confirm every line" in text_of(unchecked)
    for unsaved in ({"lesson": "另一句"}, {"left_out": "门封"}, {"taken_back": "x"}, {"category": ""}):
        response = quality.post(publish, given(study, confirmed=confirmed, **CHECKED | unsaved))
        assert (response.status_code, CaseStudy.objects.get().status) == (422, "draft")
        assert "not kept yet" in text_of(response)
    assert "另一句" in quality.post(publish, given(study, lesson="另一句")).content.decode(), (
        "what was written is not lost"
    )
    browser = {"lesson": study.lesson.replace("\n", "\r\n")}
    done = quality.post(publish, given(study, confirmed=confirmed, **CHECKED | browser))
    assert done.url == at("case_study", study)
    study.refresh_from_db()
    assert (study.status, study.published_by) == ("published", w.quality)

    for name in ("handler", "warehouse_liaison", "administrator", "auditor"):
        reader = client_of(getattr(w, name))
        text = text_of(reader.get(at("case_study", study)))
        assert "门封先做老化试验" in text
        assert (complaint.number in text) == Complaint.objects.visible_to(getattr(w, name)).exists(), name
        assert study.number in text_of(reader.get(reverse("admin:library"), {"q": "漏水"}))
    assert "Propose for the case library" not in text_of(quality.get(page_of(complaint)))
    assert study.number in text_of(client_of(w.handler).get(page_of(complaint)))


def test_withdrawing_and_taking_up_again(w, complaint, make):
    study = make.published(complaint)
    quality, reader = client_of(w.quality), client_of(w.handler)
    withdraw = at("case_study_withdraw", study)
    assert quality.post(withdraw, {"version": study.version, "reason": ""}).status_code == 422
    assert quality.post(withdraw, {"version": 1, "reason": "结论有误"}).status_code == 422, "an older page"
    assert quality.post(withdraw, {"version": study.version, "reason": "结论有误"}).status_code == 302
    assert reader.get(at("case_study", study)).status_code == 404
    assert study.title not in text_of(reader.get(reverse("admin:library")))
    assert quality.get(withdraw).status_code == 404
    for name in ("quality", "auditor"):
        client = client_of(getattr(w, name))
        assert "结论有误" in text_of(client.get(at("case_study", study)))
        assert study.title in text_of(client.get(reverse("admin:library")))
    study.refresh_from_db()
    taken = quality.post(at("case_study_take_up", study), {"version": study.version})
    assert taken.url == at("case_study_edit", study)
    assert quality.get(taken.url).status_code == 200
    study = make.written(CaseStudy.objects.get(), lesson="改写的经验。")
    again = client_of(w.auditor).get(at("case_study", study))
    said = [dict(texts).get("what was learnt") for row, texts in again.context["record"] if row.status == "published"]
    assert said == ["门封老化漏水，上门更换并培训装配人员。"], "what everybody could read remains to be read"
    assert said[0] in text_of(again)


def test_an_older_page_changes_nothing(w, complaint, make):
    study = make.published(complaint)
    quality = client_of(w.quality)
    quality.post(at("case_study_withdraw", study), {"version": study.version, "reason": "结论有误"})
    response = quality.post(at("case_study_take_up", study), {"version": study.version}, follow=True)
    assert "Somebody changed it meanwhile" in text_of(response)
    assert CaseStudy.objects.get().status == "withdrawn"


def test_a_confidential_case_is_refused_with_its_reason(w, complaint):
    Complaint.objects.filter(pk=complaint.pk).update(is_held=True)
    quality = client_of(w.quality)
    assert "Propose for the case library" not in text_of(quality.get(page_of(complaint)))
    response = quality.post(reverse("admin:case_study_propose", args=[complaint.pk]), follow=True)
    assert "under a legal hold" in text_of(response)
    assert not CaseStudy.objects.exists()


def test_like_cases_stand_beside_the_complaint_within_the_budget(w, complaint, make, django_assert_max_num_queries):
    study = make.published(complaint, lesson="门封先做老化试验。")
    new = w.register(now=LATER, subject="滚筒洗衣机漏水", content="")
    for name in ("handler", "intake", "head"):
        page = client_of(getattr(w, name)).get(page_of(new))
        assert reverse("admin:case_study", args=[study.pk]) in page.content.decode()
    assert "Similar cases" not in text_of(
        client_of(w.handler).get(page_of(w.register(now=LATER, subject="发票抬头错误")))
    )
    client = client_of(w.head)
    client.get(page_of(new))
    with django_assert_max_num_queries(45):
        client.get(page_of(new))


def test_the_list_costs_the_same_however_many(w, complaint, make):
    study = make.published(complaint)
    client, counts = client_of(w.quality), []
    for copies in (0, 21):
        for number in range(copies):
            study.pk, study.round = None, number + 2
            study._state.adding = True
            study.save()
        client.get(reverse("admin:library"))
        with CaptureQueriesContext(connection) as made:
            assert client.get(reverse("admin:library"), {"q": ""}).status_code == 200
        counts.append(len(made))
    assert counts[0] == counts[1]
    assert len(client.get(reverse("admin:library")).context["results"]) == 20
    assert len(client.get(reverse("admin:library"), {"p": 2}).context["results"]) == 2


def test_an_empty_list_and_an_empty_result_say_what_to_do(w, complaint, make):
    client = client_of(w.handler)
    library = reverse("admin:library")
    assert "Nothing has been published yet" in text_of(client.get(library))
    make.published(complaint)
    assert "Use fewer words" in text_of(client.get(library, {"q": "电视机花屏"}))
    page = client.get(library, {"q": "漏水", "category": "x", "product": "没有"})
    assert [result.study.title for result in page.context["results"]] == ["滚筒洗衣机门封漏水"], (
        "unsound filters are left out"
    )


def test_the_list_can_be_taken_away(w, complaint, make):
    make.published(complaint, lesson="=门封先做老化试验。")
    client = client_of(w.handler)
    book = client.get(reverse("admin:library_file"), {"format": "xlsx", "q": "漏水"})
    rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).active.values)
    assert len(rows) == 2
    assert rows[1][1] == "滚筒洗衣机门封漏水"
    assert rows[1][6] == "'=门封先做老化试验。", "no formula"
    text = b"".join(client.get(reverse("admin:library_file"), {"format": "csv"}).streaming_content).decode("utf-8-sig")
    assert text.count("\r\n") == 2
    assert client.get(reverse("admin:library_file"), {"format": "doc"}).status_code == 404
    assert len(list(client.get(reverse("admin:library_file"), {"format": "csv", "q": "电视机"}).streaming_content)) == 1
