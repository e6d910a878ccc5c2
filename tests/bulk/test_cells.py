from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from complaints.importers.cells import CellError, flag_of, moment_of, quoted, text_of

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    "cell",
    [
        "2026-02-03 10:20",
        "2026-2-3 10:20:00",
        "2026/02/03 10:20",
        "2026.2.3 10:20",
        "2026年2月3日 10时20分",
        "2026年2月3日 上午10:20",
        "２０２６－０２－０３ １０：２０",
        "20260203 102000",
        "2026-02-03T10:20:00",
        "2026-02-03T02:20:00Z",
        "2026-02-02T21:20:00-05:00",
        datetime(2026, 2, 3, 10, 20),  # noqa: DTZ001 - cells of a spreadsheet have no zone
    ],
)
def test_one_moment_written_in_many_ways(cell):
    assert moment_of(cell, SHANGHAI) == datetime(2026, 2, 3, 2, 20, tzinfo=UTC)


@pytest.mark.parametrize("cell", ["2026-02-03", "20260203", "2026年2月3日", date(2026, 2, 3)])
def test_a_day_alone_is_its_first_moment(cell):
    assert moment_of(cell, SHANGHAI) == datetime(2026, 2, 2, 16, 0, tzinfo=UTC)


def test_afternoon_is_understood():
    assert moment_of("2026-02-03 下午3:05", SHANGHAI) == moment_of("2026-02-03 15:05", SHANGHAI)
    assert moment_of("2026-02-03 3:05 pm", SHANGHAI) == moment_of("2026-02-03 15:05", SHANGHAI)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-02-30",
        "2026-13-01",
        "2026-02-03 25:00",
        "03/04/2026",
        "yesterday",
        "",
        46056,
        46056.5,
        "0026-02-03",
        "1900-01-01",
    ],
)
def test_what_can_be_read_in_two_ways_or_none_is_refused(cell):
    with pytest.raises(CellError):
        moment_of(cell, SHANGHAI)


def test_day_or_month_first_says_so():
    with pytest.raises(CellError, match=r"first|先"):
        moment_of("03/04/2026", SHANGHAI)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (13800001234.0, "13800001234"),
        (1.5, "1.5"),
        ("  x ", "x"),
        (None, ""),
        (True, "TRUE"),
        (date(2026, 2, 3), "2026-02-03"),
        (datetime(2026, 2, 3), "2026-02-03"),  # noqa: DTZ001
    ],
)
def test_cells_as_text(cell, text):
    assert text_of(cell) == text


def test_a_number_that_lost_digits_is_refused():
    with pytest.raises(CellError):
        text_of(6.22202112345678e18)


def test_yes_and_no():
    assert [flag_of(cell) for cell in ("是", "YES", True, "1", "否", "", 0.0)] == [True] * 4 + [False] * 3
    with pytest.raises(CellError):
        flag_of("perhaps")


def test_a_quotation_holds_no_sign_that_harms_a_page_or_a_log():
    assert quoted("a\x00b\nc\x1b[31m") == "a␀b c [31m"
    assert len(quoted("x" * 100_000)) == 80
