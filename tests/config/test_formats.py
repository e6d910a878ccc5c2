"""Moments in sentences: none brings a full stop of its own."""

from datetime import datetime

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format

from complaints.models import Notice
from complaints.queries.notice_texts import notice_text

FORMATS = ("DATE_FORMAT", "TIME_FORMAT", "DATETIME_FORMAT", "SHORT_DATE_FORMAT", "SHORT_DATETIME_FORMAT")
LATE = datetime(2026, 11, 22, 18, 0)  # noqa: DTZ001 - only its digits are looked at


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
@pytest.mark.parametrize("name", FORMATS)
def test_no_moment_ends_in_a_stop(language, name):
    with translation.override(language):
        written = date_format(LATE, name)
    assert not written.endswith((".", "。"))
    assert "18" in written or "TIME" not in name


def test_a_notice_ends_in_one_stop():
    detail = {"number": "TS-1", "due_at": "2026-11-22T10:00:00+00:00", "subject": "hearing:1"}
    with translation.override("en"):
        text = notice_text(Notice(kind="inquiry.extend", detail=detail))
    assert "2026-11-22 18:00." in text.body
    assert ".." not in text.subject + text.body
