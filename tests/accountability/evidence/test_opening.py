"""Who opens which file, how it is handed out, and what is on record of it. (AC-2, AC-8, AU-4)"""

from datetime import timedelta

import pytest
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone

from accountability.admin.evidence_files import PATTERNS, evidence_file
from accountability.models import CustodyEntry, EvidenceFile, Objection, Party
from accountability.queries.evidence_access import files_open_to
from complaints.admin.site import ComplaintSite
from complaints.models import Absence, User
from tests.accountability.evidence.pieces import PDF, cite, inquiry, place, register, review, upload

pytestmark = pytest.mark.django_db

SITE = ComplaintSite()


def opens(file, now):
    return {user.username for user in User.objects.all() if files_open_to(user, now).filter(pk=file.pk).exists()}


def get(file, user, method="get"):
    request = getattr(RequestFactory(), method)("/")
    request.user = user
    return evidence_file(request, SITE, file.pk)


def content_of(response):
    try:
        return b"".join(response.streaming_content)
    finally:
        response.file_to_stream.close()


def looks(item):
    return list(CustodyEntry.objects.filter(item=item, act="viewed").values_list("by_name", "remark"))


@pytest.fixture
def iw():
    return inquiry()


def test_who_reads_the_inquiry_opens_its_files_and_only_the_group_and_reviewers_what_is_restricted(iw):
    free, restricted = register(iw).files.get(), register(iw, is_restricted=True).files.get()
    assert opens(free, iw.now) == {"handler", "head", "executive", "quality", "legal", "auditor", "lead", "member"}
    assert opens(restricted, iw.now) == {"handler", "quality", "legal", "auditor", "lead", "member"}


def test_a_party_opens_what_its_own_part_cites(iw):
    made = {"investigation": iw.investigation, "made_by": iw.lead, "made_at": iw.now}
    workshop = Party.objects.create(kind="department", department=iw.w.workshop, **made)
    cited, other = register(iw), register(iw)
    review(iw, cited)
    cite(iw, cited, status="hearing", party=workshop)
    people = {"liaison", "workshop_head"}
    assert people <= opens(cited.files.get(), iw.now)
    assert not people & opens(other.files.get(), iw.now)
    assert not {"warehouse_liaison", "warehouse_head", "nobody"} & opens(cited.files.get(), iw.now)


def test_a_party_does_not_open_restricted_evidence_that_its_part_cites(iw):
    item = register(iw, is_restricted=True)
    review(iw, item)
    cite(iw, item, status="hearing")
    assert not {"liaison", "workshop_head"} & opens(item.files.get(), iw.now)


def test_nobody_is_heard_on_a_draft(iw):
    item = register(iw)
    review(iw, item)
    cite(iw, item)
    assert not {"liaison", "workshop_head"} & opens(item.files.get(), iw.now)


def test_who_decides_an_objection_opens_what_it_is_about(iw):
    item = register(iw, is_restricted=True)
    review(iw, item)
    determination = cite(iw, item, status="hearing")
    superior = iw.w.warehouse_head
    assert superior.username not in opens(item.files.get(), iw.now)
    hearing = determination.hearings.get()
    made = {"investigation": iw.investigation, "made_by": iw.w.workshop_head, "made_at": iw.now}
    Objection.objects.create(hearing=hearing, grounds="不同意", superior=superior, **made)
    assert superior.username in opens(item.files.get(), iw.now)
    Objection.objects.update(superior=iw.w.workshop_head)
    assert not {"workshop_head", superior.username} & opens(item.files.get(), iw.now)


def test_a_file_is_handed_out_as_it_was_received_and_as_nothing_a_browser_runs(iw):
    content = b"<script>alert(1)</script>"
    item = register(iw, files=[upload("网页 <b>.html", content)])
    response = get(item.files.get(), iw.member)
    assert content_of(response) == content
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["Content-Type"] == "text/plain"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert int(response.headers["Content-Length"]) == len(content)
    assert looks(item) == []


def test_what_somebody_may_not_open_does_not_exist(iw):
    file = register(iw, is_restricted=True).files.get()
    for user in (iw.w.liaison, iw.w.head, iw.w.administrator, iw.w.nobody):
        with pytest.raises(Http404):
            get(file, user)
    with pytest.raises(Http404):
        get(EvidenceFile(pk=file.pk + 1), iw.lead)
    assert looks(file.item) == []


def test_nothing_is_sent_to_it(iw):
    file = register(iw).files.get()
    assert get(file, iw.lead, "post").status_code == 405


def test_every_look_at_restricted_evidence_is_on_record_before_a_byte_goes_out(iw):
    item = register(iw, is_restricted=True)
    response = get(item.files.get(), iw.member)
    assert looks(item) == [("member", "检验报告.pdf")]
    assert content_of(response) == PDF
    content_of(get(item.files.get(), iw.w.legal))
    assert looks(item) == [("member", "检验报告.pdf"), ("legal", "检验报告.pdf")]


def test_no_record_no_file(iw, monkeypatch):
    item = register(iw, is_restricted=True)

    def fails(*_args, **_values):
        raise RuntimeError("no disk")

    monkeypatch.setattr(CustodyEntry.objects, "create", fails)
    with pytest.raises(RuntimeError):
        get(item.files.get(), iw.member)


def test_a_sealed_piece_is_not_opened(iw):
    item = register(iw, is_restricted=True)
    iw.act("seal", iw.lead, on=item, reason="封存")
    response = get(item.files.get(), iw.lead)
    assert response.status_code == 409
    assert "sealed" in response.context_data["why"]
    assert looks(item) == []
    iw.act("unseal", iw.lead, on=item, reason="听取意见")
    assert content_of(get(item.files.get(), iw.lead)) == PDF


@pytest.mark.parametrize("kind", ["missing", "changed", "longer"])
def test_a_damaged_file_is_not_handed_out_but_reported(iw, kind):
    item = register(iw, is_restricted=True)
    file = item.files.get()
    path = place(file.sha256)
    if kind == "missing":
        path.unlink()
    else:
        path.write_bytes(PDF + b"x" if kind == "longer" else PDF.replace(b"1.7", b"1.6"))
    response = get(file, iw.lead)
    assert response.status_code == 409
    assert "recorded and reported" in response.context_data["why"]
    file.refresh_from_db()
    assert file.damage == ("missing" if kind == "missing" else "changed")
    assert looks(item) == []
    assert get(file, iw.lead).status_code == 409
    assert item.custody.filter(act="damaged").count() == 1
    path.unlink(missing_ok=True)
    path.write_bytes(PDF)
    assert content_of(get(file, iw.lead)) == PDF
    file.refresh_from_db()
    assert file.damage == ""


def test_a_stand_in_opens_what_the_absent_person_may(iw):
    file = register(iw).files.get()
    now = timezone.now()
    assert "warehouse_head" not in opens(file, now)
    period = {"starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(hours=1)}
    Absence.objects.create(person=iw.w.head, deputy=iw.w.warehouse_head, **period)
    assert "warehouse_head" in opens(file, now)


def test_the_page_has_an_address_for_whoever_builds_the_site():
    assert [(address, name) for address, _view, name in PATTERNS] == [("evidence/files/<int:pk>/", "evidence_file")]
