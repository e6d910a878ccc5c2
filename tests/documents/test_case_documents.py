"""What the documents of a case hold, what they must not, and for whom they exist."""

import re
import shutil
import subprocess

import pytest
from django.urls import reverse

from complaints.documents import pdf
from complaints.documents.case_forms import FINAL
from complaints.models import Complaint, Recusal
from tests.documents.case import PLAN, advance, full_case, registered
from tests.factories import NOW
from tests.pages import assert_proper

NAME, PHONE = "张三丰", "13800001234"


def words(html):
    """What stands on the paper of a page, without tags and blanks."""
    text = html.decode()
    start = text.find('class="desk-of-papers"')
    assert start > 0, "no paper on this page"
    return re.sub(r"<[^>]+>|\s", "", text[start:])


def paper(client, person, name, *key, **parameters):
    """The text of a document as a person gets it."""
    client.force_login(person)
    answer = client.get(reverse(f"admin:document_{name}", args=key), {"language": "zh-hans"} | parameters)
    assert_proper(answer)
    return words(answer.content)


def status(client, person, name, *key):
    client.force_login(person)
    return client.get(reverse(f"admin:{name}", args=key)).status_code


# -- registration and sheets ------------------------------------------------------------------------------------------


def test_the_registration_form_holds_every_element(client, w):
    complaint = registered(w)
    text = paper(client, w.handler, "registration", complaint.pk)
    for expected in (
        complaint.number,
        NAME,
        "洗衣机使用三天后底部漏水",
        "更换新机",
        "XQG100",
        "DD20260301-0088",
        "总公司",
    ):
        assert expected in text, expected
    assert PHONE not in text
    assert "138******34" in text


def test_a_work_contact_sheet_has_number_due_date_request_and_room_for_the_reply(client, w):
    complaint = advance(w, registered(w), "dispatch")
    sheet = complaint.contactsheets.get()
    text = paper(client, w.liaison, "sheet", complaint.pk, sheet.pk)
    for expected in (sheet.number, "生产车间", "请核查密封圈的装配过程", "2026-03-"):
        assert expected in text, expected
    assert NAME not in text
    w.act(complaint, "acknowledge", w.liaison)
    w.act(complaint, "reply_sheet", w.liaison, content="经查，三号工位密封圈装反。", proposal="更换")
    assert "三号工位密封圈装反" in paper(client, w.handler, "sheet", complaint.pk, sheet.pk)


@pytest.mark.parametrize("name", ["handler", "liaison"])
def test_a_sheet_names_the_complainant_masked_at_most_whoever_prints_it(client, w, name):
    complaint = advance(w, registered(w), "dispatch")
    sheet = complaint.contactsheets.get()
    text = paper(client, w.people[name], "sheet", complaint.pk, sheet.pk)
    assert NAME not in text
    assert "张**" in text


def test_documents_of_a_confidential_case_hide_the_complainant_from_the_department(client, w):
    complaint = advance(w, registered(w), "agree")
    Complaint.objects.filter(pk=complaint.pk).update(is_confidential=True)
    sheet, plan = complaint.contactsheets.get(), complaint.plans.get()
    documents = [("registration",), ("sheet", sheet.pk), ("handling", plan.pk), ("file",)]
    for name, *row in documents:
        text = paper(client, w.liaison, name, complaint.pk, *row)
        for secret in (NAME, "张**", "138******34", PHONE):
            assert secret not in text, (name, secret)
    assert NAME in paper(client, w.handler, "registration", complaint.pk)
    sheet_text = paper(client, w.handler, "sheet", complaint.pk, sheet.pk)
    assert NAME not in sheet_text
    assert "张**" not in sheet_text


# -- nothing goes out before it is final ------------------------------------------------------------------------------


def test_a_handling_sheet_is_refused_until_the_plan_is_approved(client, w):
    complaint = advance(w, registered(w), "submit_plan")
    plan = complaint.plans.get()
    for query in ({}, {"format": "pdf"}):
        client.force_login(w.handler)
        answer = client.get(reverse("admin:document_handling", args=[complaint.pk, plan.pk]), query)
        assert_proper(answer, 409)
        assert PLAN["summary"] not in answer.content.decode()
    advance_from = NOW
    w.act(complaint, "approve_plan", w.head, now=advance_from, opinion="同意，注意时限。")
    text = paper(client, w.handler, "handling", complaint.pk, plan.pk)
    for expected in (plan.number, PLAN["summary"], "同意，注意时限", "¥1,280.50", "人民币壹仟贰佰捌拾元伍角整", "调解"):
        assert expected in text, expected


@pytest.mark.parametrize("state", ["submitted", "rejected", "refused"])
def test_only_standing_approved_plans_make_a_handling_sheet(client, w, state):
    complaint = advance(w, registered(w), "approve_plan")
    plan = complaint.plans.get()
    complaint.plans.update(status=state)
    assert state not in FINAL
    assert status(client, w.handler, "document_handling", complaint.pk, plan.pk) == 409


def test_letters_that_carry_a_decision_wait_for_it(client, w):
    complaint = advance(w, registered(w), "submit_plan")
    client.force_login(w.handler)
    address = reverse("admin:document_letter", args=[complaint.pk, "decision"])
    for answer in (client.get(address), client.post(address, {"medium": "letter", "due_on": "三月十日"})):
        assert_proper(answer, 409)
        assert PLAN["summary"] not in answer.content.decode()
    assert not complaint.communications.exists()
    assert status(client, w.handler, "document_letter", complaint.pk, "acknowledgement") == 200


def test_a_letter_is_filled_and_logged_as_sent_by_one_act(client, w):
    complaint = advance(w, registered(w), "approve_plan")
    events = complaint.events.count()
    client.force_login(w.handler)
    address = reverse("admin:document_letter", args=[complaint.pk, "decision"])
    answer = client.get(address, {"due_on": "2026年3月10日"})
    assert_proper(answer)
    text = words(answer.content)
    for expected in (NAME, complaint.number, PLAN["summary"], "2026年3月10日"):
        assert expected in text, expected
    version = answer.context["complaint"].version
    given = {"medium": "letter", "due_on": "2026年3月10日", "seen_version": version}
    assert client.post(address, given).status_code == 302
    said = complaint.communications.get(act="log_communication")
    assert (said.medium, said.direction, said.carries_decision) == ("letter", "outgoing", True)
    assert PLAN["summary"] in said.content
    assert complaint.events.count() == events + 1


def test_a_letter_with_gaps_is_not_logged(client, w):
    complaint = registered(w)
    client.force_login(w.handler)
    address = reverse("admin:document_letter", args=[complaint.pk, "out_of_scope"])
    answer = client.post(address, {"medium": "letter"})
    assert_proper(answer)
    assert answer.context["errors"]
    assert not complaint.communications.exists()


def test_a_letter_is_not_logged_from_a_page_that_is_out_of_date(client, w):
    complaint = registered(w)
    client.force_login(w.handler)
    given = {"medium": "letter", "seen_version": "0", "reason": "不属于受理范围", "alternative": "可向法院起诉"}
    answer = client.post(reverse("admin:document_letter", args=[complaint.pk, "out_of_scope"]), given)
    assert_proper(answer)
    assert answer.context["errors"]
    assert not complaint.communications.exists()


def test_letters_are_for_those_who_write_to_the_complainant(client, w):
    complaint = advance(w, registered(w), "dispatch")
    for name, expected in {
        "handler": 200,
        "head": 200,
        "liaison": 403,
        "auditor": 403,
        "warehouse_liaison": 404,
    }.items():
        assert status(client, w.people[name], "document_letter", complaint.pk, "acknowledgement") == expected, name
    assert status(client, w.handler, "document_letter", complaint.pk, "no_such_letter") == 404


def test_an_unfounded_complaint_has_a_written_opinion(client, w):
    complaint = advance(w, registered(w), "reply_sheet")
    w.act(complaint, "find_unfounded", w.handler, opinion="经检测，漏水系进水管未拧紧。")
    finding = complaint.findings.get()
    text = paper(client, w.handler, "opinion", complaint.pk, finding.pk)
    assert "进水管未拧紧" in text
    assert "进水管未拧紧" in paper(client, w.handler, "letter", complaint.pk, "unfounded")
    founded = advance(w, registered(w), "determine")
    assert status(client, w.handler, "document_opinion", founded.pk, founded.findings.get().pk) == 409


# -- the whole file ---------------------------------------------------------------------------------------------------


def test_the_whole_file_holds_everything(client, w, tmp_path):
    complaint, _at = full_case(w)
    text = paper(client, w.handler, "file", complaint.pk)
    sheet, plan = complaint.contactsheets.get(), complaint.plans.get()
    for expected in (
        *(complaint.number, NAME, sheet.number, plan.number, PLAN["summary"], "车间装配失误"),
        *("告知已受理", "要求更高层管理人员处理", "周末增加两名话务员", "已联系物流核对送货时间", "处理及时"),
        *("三号工位密封圈装反", "已更换密封圈并补偿"),
    ):
        assert expected in text, expected


def test_the_file_of_a_department_lacks_what_its_case_page_lacks(client, w):
    complaint, _at = full_case(w)
    Complaint.objects.filter(pk=complaint.pk).update(is_confidential=True)
    text = paper(client, w.liaison, "file", complaint.pk)
    for secret in (NAME, "告知已受理", "已联系物流核对送货时间"):
        assert secret not in text, secret


def test_the_yearly_volume_lists_the_archived_cases_of_a_year(client, w):
    complaint, _at = full_case(w)
    other = registered(w)
    year = complaint.archived_at.year
    client.force_login(w.handler)
    assert client.get(reverse("admin:volume")).context["years"] == [(year, 1)]
    answer = client.get(reverse("admin:volume_of_year", args=[year]))
    assert_proper(answer)
    text = words(answer.content)
    assert complaint.number in text
    assert other.number not in text
    assert complaint.number not in words(client.get(reverse("admin:volume_of_year", args=[year - 1])).content)
    client.force_login(w.warehouse_liaison)
    assert client.get(reverse("admin:volume")).context["years"] == []
    assert complaint.number not in words(client.get(reverse("admin:volume_of_year", args=[year])).content)


# -- for whom ---------------------------------------------------------------------------------------------------------


def test_documents_exist_only_for_those_who_see_the_case(client, w):
    complaint = advance(w, registered(w), "approve_plan")
    other = advance(w, registered(w), "approve_plan")
    sheet, plan = complaint.contactsheets.get(), complaint.plans.get()
    addresses = [
        ("complaints_complaint_documents", complaint.pk),
        ("document_registration", complaint.pk),
        ("document_file", complaint.pk),
        ("document_sheet", complaint.pk, sheet.pk),
        ("document_handling", complaint.pk, plan.pk),
        ("document_letter", complaint.pk, "acknowledgement"),
    ]
    for name, *key in addresses:
        assert status(client, w.handler, name, *key) == 200, name
        assert status(client, w.warehouse_liaison, name, *key) == 404, name
        assert status(client, w.administrator, name, *key) == 404, name
    assert status(client, w.handler, "document_sheet", other.pk, sheet.pk) == 404  # of another case
    assert status(client, w.handler, "document_handling", other.pk, plan.pk) == 404
    Recusal.objects.create(complaint=complaint, person=w.handler, reason="回避", recorded_at=NOW)
    for name, *key in addresses:
        assert status(client, w.handler, name, *key) == 404, name


def test_the_overview_says_why_a_document_cannot_be_made_yet(client, w):
    complaint = advance(w, registered(w), "submit_plan")
    client.force_login(w.handler)
    answer = client.get(reverse("admin:complaints_complaint_documents", args=[complaint.pk]))
    assert_proper(answer)
    refused = {line.url.rstrip("/").split("/", 3)[3].split("/")[0] for line in answer.context["lines"] if line.why_not}
    assert refused == {"handling", "letter"}
    client.force_login(w.liaison)
    lines = client.get(reverse("admin:complaints_complaint_documents", args=[complaint.pk])).context["lines"]
    assert not any("/letter/" in line.url for line in lines)


def letters_offered(client, w, complaint):
    """Code of each letter offered, and whether it can be made now."""
    client.force_login(w.handler)
    lines = client.get(reverse("admin:complaints_complaint_documents", args=[complaint.pk])).context["lines"]
    return {line.url.rstrip("/").rsplit("/", 1)[1]: not line.why_not for line in lines if "/letter/" in line.url}


def test_only_letters_that_fit_the_course_of_the_case_are_offered(client, w):
    at_any_time = {"acknowledgement": True}
    while_it_runs = at_any_time | {"holding": True}
    complaint = registered(w)
    for_later = dict.fromkeys(("out_of_scope", "decision", "unfounded", "feedback"), False)
    assert letters_offered(client, w, complaint) == while_it_runs | for_later
    advance(w, complaint, "approve_plan")
    assert letters_offered(client, w, complaint) == while_it_runs | {"decision": True, "feedback": True}
    declined = registered(w)
    w.act(
        declined,
        "decline",
        w.handler,
        ground="out_of_scope",
        reason="不属于本公司产品",
        alternative="向销售方投诉",
        told_by="phone",
    )
    assert letters_offered(client, w, declined) == at_any_time | {"out_of_scope": True}
    ended = registered(w)
    w.act(ended, "withdraw", w.handler, medium="phone", reason="已自行解决")
    assert "holding" not in letters_offered(client, w, ended)


# -- paper ------------------------------------------------------------------------------------------------------------


def text_of(content, tmp_path):
    """The text of a PDF, by poppler."""
    if shutil.which("pdftotext") is None:
        pytest.skip("needs pdftotext")
    (tmp_path / "it.pdf").write_bytes(content)
    found = subprocess.run(
        ["pdftotext", "-layout", "-enc", "UTF-8", str(tmp_path / "it.pdf"), "-"], capture_output=True, check=True
    )
    return found.stdout.decode()


def test_a_pdf_has_chinese_text_and_numbered_pages(client, w, tmp_path):
    complaint = registered(w)
    client.force_login(w.handler)
    address = reverse("admin:document_registration", args=[complaint.pk])
    answer = client.get(address, {"format": "pdf", "language": "zh-hans"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.content.startswith(b"%PDF-")
    text = re.sub(r"\s", "", text_of(answer.content, tmp_path))
    for expected in ("洗衣机使用三天后底部漏水", NAME, complaint.number, "第1页", "共1页"):
        assert expected in text, expected


def test_the_language_of_a_document_can_be_chosen(client, w):
    complaint = advance(w, registered(w), "dispatch")
    sheet = complaint.contactsheets.get()
    assert "Workcontactsheet" in paper(client, w.handler, "sheet", complaint.pk, sheet.pk, language="en")
    assert "工作联系单" in paper(client, w.handler, "sheet", complaint.pk, sheet.pk, language="zh-hans")
    assert "工作联系单" in paper(client, w.handler, "sheet", complaint.pk, sheet.pk, language="klingon")


def test_texts_cannot_make_a_pdf_fetch_or_run_anything(client, w, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("must stay here", encoding="utf-8")
    evil = f'<img src="file://{secret}"><link rel=stylesheet href="http://example.org/x.css"><script>alert(1)</script>'
    complaint = registered(w, subject=evil[:190], content=evil, demand="@import url(file:///etc/passwd)")
    client.force_login(w.handler)
    address = reverse("admin:document_registration", args=[complaint.pk])
    assert_proper(client.get(address))
    answer = client.get(address, {"format": "pdf"})
    assert answer.status_code == 200
    assert "must stay here" not in text_of(answer.content, tmp_path)


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "http://127.0.0.1/", "static:complaints/shell.css", "static:../settings.py", "data:,x"],
)
def test_nothing_is_fetched_but_our_own_style_sheets(url):
    weasyprint = pytest.importorskip("weasyprint")
    with pytest.raises(PermissionError):
        pdf._fetcher(weasyprint).fetch(url)
    assert pdf._fetcher(weasyprint).fetch("static:complaints/documents.css").read()


@pytest.mark.parametrize("missing", ["library", "font"])
def test_where_pdf_cannot_be_made_the_page_says_so_and_still_shows_the_document(client, w, monkeypatch, missing):
    if missing == "library":
        monkeypatch.setitem(__import__("sys").modules, "weasyprint", None)
    else:
        monkeypatch.setattr(pdf, "_has_chinese_font", lambda: False)
    complaint = registered(w)
    client.force_login(w.handler)
    answer = client.get(reverse("admin:document_registration", args=[complaint.pk]), {"format": "pdf"})
    assert_proper(answer, 503)
    assert answer.context["no_pdf"]
    assert complaint.number in words(answer.content)
