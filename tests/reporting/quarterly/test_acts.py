"""From draft to published: who may do what, in which order, on what they saw; orders, the task, the command. (RP-1)"""

import io
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.models import Notice
from complaints.services.refusal import ActRefusedError
from reporting import tasks
from reporting.models import Report, ReportOrder, ReportStatus, SatisfactionBaseline
from reporting.queries.reports.content import canonical, digest_of
from reporting.queries.reports.differences import cells
from reporting.services import reports
from tests import factories, world
from tests.reporting.quarterly.quarters import NOW, QUARTER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("undrawn")]
PEOPLE = ("quality", "head", "executive", "auditor", "handler", "intake", "liaison", "administrator", "nobody")
#: Who may take which act, and from which state it leads to which. A head reviews, an executive signs off.
MAY = {
    "review": {"head", "quality"},
    "sign": {"executive"},
    "publish": {"executive"},
    "send_back": {"head", "quality", "executive"},
}
STEPS = {
    ("draft", "review"): "reviewed",
    ("reviewed", "sign"): "signed",
    ("reviewed", "send_back"): "draft",
    ("signed", "publish"): "published",
    ("signed", "send_back"): "draft",
}
ACTS = {
    "review": reports.review,
    "sign": reports.sign,
    "publish": reports.publish,
    "send_back": lambda pk, **given: reports.send_back(pk, reason="数字有误", **given),
}
LINE = ("review", "sign", "publish")


@pytest.fixture
def w():
    return world.build("product")


def take(report, code, by, now=NOW):
    report.refresh_from_db()
    return ACTS[code](report.pk, by=by, now=now, seen=report.sha256)


def at(w, status):
    """A report in a state."""
    report = reports.build(QUARTER, by=None, now=NOW)
    for code in LINE[: list(ReportStatus.values).index(status)]:
        take(report, code, w.head if code == "review" else w.executive)
    return report


@pytest.mark.parametrize("status", ReportStatus.values)
def test_lines_of_the_plan_ask_for_measures_once_they_stay(w, client, status):
    """A report that may be built anew may number its lines anew."""
    report = reports.build(QUARTER, by=None, now=NOW)
    line = {"number": 1, "about": "target", "texts": {"en": "Reach the target"}, "asked": {}}
    content = report.content | {"plan": [line]}
    Report.objects.filter(pk=report.pk).update(content=content, sha256=digest_of(content))
    for code in LINE[: list(ReportStatus.values).index(status)]:
        take(report, code, w.head if code == "review" else w.executive)
    client.force_login(w.quality)
    page = client.get(reverse("admin:report", args=[report.pk]), headers={"accept-language": "en"}).text
    is_final = status in {"signed", "published"}
    assert (reverse("admin:measure_demand") in page) == is_final
    assert ("once the report is signed off" in page) == (not is_final)


@pytest.mark.parametrize("status", ReportStatus.values)
def test_every_act_of_everybody_in_every_state(w, status):
    report = at(w, status)
    for code, person in product(ACTS, PEOPLE):
        with transaction.atomic():
            expected = STEPS.get((status, code)) if person in MAY[code] else None
            if expected is None:
                with pytest.raises(ActRefusedError):
                    take(report, code, w.people[person])
                assert Report.objects.get(pk=report.pk).status == status
            else:
                assert take(report, code, w.people[person]).status == expected
            transaction.set_rollback(True)


@pytest.mark.parametrize("person", PEOPLE)
def test_only_the_quality_department_builds(w, person):
    if person == "quality":
        assert reports.build(QUARTER, by=w.quality, now=NOW).made_by == w.quality
    else:
        with pytest.raises(ActRefusedError):
            reports.build(QUARTER, by=w.people[person], now=NOW)
        with pytest.raises(ActRefusedError):
            reports.order(QUARTER, by=w.people[person], now=NOW)
        assert not Report.objects.exists()


def test_who_built_it_does_not_review_it(w):
    report = reports.build(QUARTER, by=w.quality, now=NOW)
    with pytest.raises(ActRefusedError) as refused:
        take(report, "review", w.quality)
    assert refused.value.code == "own"
    with pytest.raises(DatabaseError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(status="reviewed", reviewed_by=w.quality, reviewed_at=NOW)
    colleague = factories.UserFactory(username="colleague")
    factories.AppointmentFactory(person=colleague, role="quality", department=w.root)
    assert take(report, "review", colleague).status == "reviewed"


def test_nobody_acts_on_what_they_did_not_see(w):
    report = reports.build(QUARTER, by=None, now=NOW)
    seen = report.sha256
    w.register(now=datetime(2026, 3, 30, 2, tzinfo=UTC))
    again = reports.build(QUARTER, by=None, now=NOW + timedelta(hours=1))
    assert (again.pk, again.edition) == (report.pk, 1)
    assert again.sha256 != seen
    with pytest.raises(ActRefusedError) as refused:
        reports.review(report.pk, by=w.head, now=NOW, seen=seen)
    assert refused.value.code == "changed"


@pytest.mark.parametrize(
    ("quarter", "code"),
    [("2026Q2", "open"), ("2031Q1", "open"), ("2026", "quarter"), ("Q1", "quarter"), ("", "quarter")],
)
def test_only_quarters_that_have_ended_are_built(w, quarter, code):
    with pytest.raises(ActRefusedError) as refused:
        reports.build(quarter, by=None, now=NOW)
    assert refused.value.code == code


@pytest.mark.parametrize("status", ["reviewed", "signed"])
def test_what_was_reviewed_is_not_built_anew(w, status):
    at(w, status)
    with pytest.raises(ActRefusedError) as refused:
        reports.build(QUARTER, by=w.quality, now=NOW)
    assert refused.value.code == "reviewed"


def test_a_correction_is_a_new_edition_that_says_why(w):
    first = at(w, "published")
    kept = canonical(Report.objects.get(pk=first.pk).content)
    with pytest.raises(ActRefusedError) as refused:
        reports.build(QUARTER, by=w.quality, now=NOW)
    assert refused.value.code == "reason"
    second = reports.build(QUARTER, by=w.quality, now=NOW, reason="补登记一件")
    assert (second.edition, second.code, second.supersedes, second.correction_reason) == (
        2, f"{QUARTER}-2", first, "补登记一件",
    )  # fmt: skip
    assert canonical(Report.objects.get(pk=first.pk).content) == kept
    assert reports.build(QUARTER, by=w.quality, now=NOW).pk == second.pk


def test_history_says_who_and_why(w):
    report = at(w, "signed")
    take(report, "send_back", w.executive)
    rows = report.history.order_by("history_id").values_list(
        "status", "history_change_reason", "history_user__username"
    )
    assert list(rows) == [
        ("draft", "build", None),
        ("reviewed", "review", "head"),
        ("signed", "sign", "executive"),
        ("draft", "数字有误", "executive"),
    ]


# --- By itself, and by order -----------------------------------------------------------------------------------------


def test_the_task_builds_once_and_tells_the_quality_department_once(w, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    for _again in range(3):
        tasks.build_quarterly_report()
    report = Report.objects.get()
    assert (report.quarter, report.status, report.made_by) == (QUARTER, "draft", None)
    notice = Notice.objects.get(kind=reports.BUILT)
    assert notice.recipient == w.quality
    client = Client()
    client.force_login(w.quality)
    response = client.get(reverse("admin:notice", args=[notice.pk]))
    assert response["Location"] == reverse("admin:report", args=[report.pk])
    at_first = canonical(report.content)
    take(report, "review", w.head)
    tasks.build_quarterly_report()
    assert canonical(Report.objects.get().content) == at_first


def test_an_order_is_done_once_by_a_worker(w, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    client = Client()
    client.force_login(w.quality)
    for _again in range(2):
        response = client.post(reverse("admin:report_order"), {"quarter": QUARTER, "reason": ""})
        assert response.status_code == 302
    assert ReportOrder.objects.count() == 1
    assert not Report.objects.exists()
    tasks.do_ordered_reports()
    tasks.do_ordered_reports()
    report = Report.objects.get()
    assert report.made_by == w.quality
    assert ReportOrder.objects.get().report == report
    client.post(reverse("admin:report_recompute", args=[report.pk]))
    assert reports.do_ordered(NOW) == 1
    outcome = ReportOrder.objects.get(kind="recompute").outcome or {}
    assert (outcome["different"], outcome["differences"]) == (0, [])
    page = client.get(reverse("admin:report", args=[report.pk])).content.decode()
    assert str(outcome["cells"]) in page


def test_an_order_that_is_refused_says_why(w):
    made = reports.order(QUARTER, by=w.quality, now=NOW)
    at(w, "reviewed")
    assert reports.do_ordered(NOW) == 1
    made.refresh_from_db()
    assert (made.report, bool(made.refusal), made.done_at) == (None, True, NOW)


def test_the_baseline_counts_for_reports_made_later(w):
    client = Client()
    client.force_login(w.quality)
    given = {"percent": "60", "source": "2025 年回访"}
    assert client.post(reverse("admin:report_baseline"), given).status_code == 302
    assert str(SatisfactionBaseline.objects.get().percent) == "60.00"
    assert client.post(reverse("admin:report_baseline"), given | {"percent": "0"}).status_code == 422
    client.force_login(w.head)
    assert client.post(reverse("admin:report_baseline"), given).status_code == 403
    assert SatisfactionBaseline.objects.count() == 1
    before = reports.build(QUARTER, by=None, now=NOW - timedelta(days=1))
    assert before.content["baseline"] is None
    SatisfactionBaseline.objects.update(entered_at=NOW)
    assert reports.build(QUARTER, by=None, now=NOW).content["baseline"] == 60.0


def test_acts_from_the_page(w):
    report = reports.build(QUARTER, by=None, now=NOW)
    address = {code: reverse("admin:report_act", args=[report.pk, code]) for code in (*ACTS, "burn")}
    client, seen = Client(), {"seen": report.sha256}
    client.force_login(w.head)
    assert client.post(address["sign"], seen).status_code == 403
    assert client.post(address["burn"], seen).status_code == 404
    assert client.get(address["review"]).status_code == 405
    assert client.post(address["review"], seen).status_code == 302
    client.force_login(w.executive)
    assert client.post(address["sign"], seen | {"seen": "x"}).status_code == 302
    assert Report.objects.get().status == "reviewed"
    client.post(address["sign"], seen)
    client.post(address["publish"], seen)
    assert Report.objects.get().status == "published"


# --- The command -----------------------------------------------------------------------------------------------------


def command(*arguments, **options):
    out = io.StringIO()
    call_command("quarterly_report", *arguments, stdout=out, **options)
    return out.getvalue()


def test_the_command_builds_writes_and_recomputes(w, tmp_path, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    options = {"format": "html,xlsx,json", "output": tmp_path, "language": "zh-hans,en"}
    text = command(QUARTER, **options)
    report = Report.objects.get()
    assert report.sha256 in text
    assert {path.name for path in tmp_path.iterdir()} == {
        f"{QUARTER}.json",
        f"{QUARTER}-zh-hans.html", f"{QUARTER}-en.html",
        f"{QUARTER}-zh-hans.xlsx", f"{QUARTER}-en.xlsx",
    }  # fmt: skip
    assert (tmp_path / f"{QUARTER}.json").read_bytes() == canonical(report.content)
    count = sum(1 for _cell in cells(report.content["figures"]))
    assert str(count) in command(QUARTER, recompute=True).splitlines()[-1]
    assert Report.objects.get().sha256 == report.sha256


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        (["2026Q9"], {}),
        (["2026Q2"], {}),
        ([QUARTER], {"format": "docx"}),
        ([QUARTER], {"language": "fr"}),
        ([QUARTER], {"edition": 4}),
    ],
)
def test_the_command_refuses_what_makes_no_sense(w, monkeypatch, arguments, options):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    with pytest.raises(CommandError):
        command(*arguments, **options)
    assert not Report.objects.exists()


def test_a_difference_makes_the_command_fail(w, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    report = reports.build(QUARTER, by=None, now=NOW)
    report.content["figures"]["open_at_end"]["count"] = 99
    Report.objects.filter(pk=report.pk).update(content=report.content)
    with pytest.raises(CommandError, match="1"):
        command(QUARTER, recompute=True)
