"""Working time: when a limit is due, and how much of it has run (DL-1, DL-2).

Pure rules on moments and opening hours, without database and without a look at the clock. docs/working-time.md has
every case that could have been decided otherwise.

`terms` has the words, `calendar` the questions that can be asked, `scales` the one way to count, `layout` the years
laid out for searching, `local_days` the way between the wall clock and universal time.
"""

from complaints.working_time.calendar import Opening, WorkingCalendar
from complaints.working_time.local_days import Span
from complaints.working_time.terms import (
    BeyondCalendarError,
    Interval,
    InvalidCalendarError,
    InvalidIntervalError,
    InvalidLimitError,
    Limit,
    NaiveMomentError,
    NoWorkingTimeError,
    Reckoning,
    StillPausedError,
    Unit,
    WorkingTimeError,
)

__all__ = [
    "BeyondCalendarError",
    "Interval",
    "InvalidCalendarError",
    "InvalidIntervalError",
    "InvalidLimitError",
    "Limit",
    "NaiveMomentError",
    "NoWorkingTimeError",
    "Opening",
    "Reckoning",
    "Span",
    "StillPausedError",
    "Unit",
    "WorkingCalendar",
    "WorkingTimeError",
]
