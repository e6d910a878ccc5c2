"""The demonstration's quality department: everything a page of figures and reports shows is there, by the services."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from reporting.models import (
    Budget,
    CaseStudy,
    Examination,
    Exposure,
    HandlingReview,
    HourlyRate,
    Report,
    SatisfactionBaseline,
    Spending,
    WorkEntry,
)
from tests.demo.conftest import NOW, lay_everything


def demo_reports(**options):
    out = StringIO()
    call_command("demo_reports", now=NOW.isoformat(), stdout=out, **options)
    return out.getvalue()


@pytest.mark.django_db
def test_everything_is_there_once(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    lay_everything()
    call_command("demo_data", complaints=60, now=NOW.isoformat(), stdout=StringIO(), stderr=StringIO())
    said = demo_reports()
    for model in (Budget, Exposure, HandlingReview, HourlyRate, SatisfactionBaseline, Spending, WorkEntry):
        assert model._default_manager.exists(), (model, said)
    assert list(Report.objects.order_by("quarter").values_list("quarter", "status")) == [
        ("2025Q3", "published"),
        ("2025Q4", "draft"),
    ]
    assert not Examination.objects.filter(made_at=None).exists()
    studies = list(CaseStudy.objects.order_by("pk").values_list("status", flat=True))
    assert studies[-1] == "draft"
    assert set(studies[:-1]) == {"published"}
    with pytest.raises(CommandError):
        demo_reports()
    demo_reports(if_empty=True)
    assert Report.objects.count() == 2


@pytest.mark.django_db
def test_never_without_cases_or_outside_a_demonstration():
    with pytest.raises(CommandError, match="demo_data"):
        demo_reports()
    lay_everything()
    with override_settings(DEBUG=False, DEMO=False), pytest.raises(CommandError, match="DEMO"):
        demo_reports()
