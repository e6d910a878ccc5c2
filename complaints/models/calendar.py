"""Working calendars as data. (DL-2)"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.records import Named, history


class DayKind(models.TextChoices):
    """What a calendar says of one day."""

    HOLIDAY = "holiday", pgettext_lazy("day", "Day off")
    WORKING = "working", pgettext_lazy("day", "Make-up working day")
    HOURS = "hours", pgettext_lazy("day", "Special opening hours")


class Calendar(Named):
    """Opening hours, time zone, and how day limits roll. `week` maps weekday 0–6 to [["09:00", "12:00"], …]."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    zone = models.CharField(_("time zone"), max_length=60, default="Asia/Shanghai")
    week = models.JSONField(_("opening hours"), default=dict)
    roll_days = models.BooleanField(_("a last day off rolls to the next working day"), default=True)
    #: Counts every change of the calendar or its days: cached copies and deadlines know by it that they are old.
    edition = models.PositiveIntegerField(_("edition"), default=1, editable=False)

    history = history()

    class Meta:
        verbose_name = _("working calendar")
        verbose_name_plural = _("working calendars")
        ordering: ClassVar = ["code"]


class CalendarYear(models.Model):
    """Whether the official list of a year is known. Deadlines over unpublished years are provisional.

    `sources` names, by language as names do, where that is known from.
    """

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="years", verbose_name=_("calendar"))
    year = models.PositiveSmallIntegerField(_("year"))
    is_published = models.BooleanField(_("published"), default=False)
    sources = models.JSONField(_("source"), default=dict, blank=True)

    history = history()

    class Meta:
        verbose_name = _("calendar year")
        verbose_name_plural = _("calendar years")
        ordering: ClassVar = ["calendar", "year"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["calendar", "year"], name="one_row_per_year")]

    def __str__(self) -> str:
        return f"{self.calendar} {self.year}"


class CalendarDay(Named):
    """A day that differs from the week: official, or the company's own (`is_override` wins)."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="days", verbose_name=_("calendar"))
    date = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=10, choices=DayKind.choices)
    hours = models.JSONField(_("opening hours"), null=True, blank=True)
    is_override = models.BooleanField(_("company override"), default=False)
    sources = models.JSONField(_("source"), default=dict, blank=True)

    history = history()

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering: ClassVar = ["calendar", "date"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["calendar", "date", "is_override"], name="one_row_per_day")
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.get_kind_display()}"
