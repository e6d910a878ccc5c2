"""The main line: drafted, written, submitted, approved, heard, final; the complaint goes on with it. (AC-6, AC-8)"""

import pytest

from accountability.queries.content import digest_of, is_intact
from tests.accountability.determination.determining import determining

pytestmark = pytest.mark.django_db


def test_from_draft_to_final():
    iw = determining()
    version = iw.finalised()
    assert (version.status, iw.c.state, iw.investigation.status) == ("final", "determined", "concluded")
    assert version.sha256 == digest_of(version.content)
    assert is_intact(version)
