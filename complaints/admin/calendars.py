"""Working calendars: the week, the years, the days. (DL-2)"""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.admin.names import NamesField
from complaints.admin.opening_hours import HoursField, WeekField, hours_text
from complaints.admin.registers import RegisterAdmin, stamp
from complaints.admin.shown import shown_json
from complaints.localised import localise
from complaints.models import Calendar, CalendarDay, CalendarYear
from complaints.services import calendar_days


@admin.register(Calendar)
class CalendarAdmin(RegisterAdmin):
    """The usual week of a calendar, and where its clock stands."""

    explanation = _("Working time is counted by these calendars. Running deadlines follow every change.")
    list_display = ["name", "code", "zone", "published_until"]
    fields = ["code", "zone", "names", "week", "roll_days"]
    readable = {"names": "names_text", "week": "week_text"}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Calendar]:
        last = models.Max("years__year", filter=Q(years__is_published=True))
        calendars: QuerySet[Calendar] = super().get_queryset(request)
        return calendars.annotate(last_published=last)

    @admin.display(description=_("officially known until"), ordering="last_published")
    def published_until(self, calendar: Any) -> str:
        """The last year whose list is official."""
        return str(calendar.last_published or "–")

    @admin.display(description=_("opening hours"))
    def week_text(self, calendar: Calendar) -> str:
        """Hours by weekday."""
        return shown_json("week", calendar.week)

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "week":
            help_text = _("Such as 09:00-12:00, 13:00-18:00. Empty: closed.")
            return WeekField(label=capfirst(db_field.verbose_name), help_text=help_text)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def record(self, request: HttpRequest, record: Any, given: dict[str, Any], *, change: bool) -> models.Model:
        values = {name: given[name] for name in ("code", "names", "zone", "week", "roll_days")}
        if change:
            return calendar_days.change_calendar(record.pk, **values, **stamp(request, given))
        return calendar_days.create_calendar(**values, **stamp(request, given))


@admin.register(CalendarYear)
class CalendarYearAdmin(RegisterAdmin):
    """Which years are officially known."""

    explanation = _("Deadlines that reach into a year which is not published are provisional until it is.")
    list_display = ["year", "calendar", "is_published", "days_off", "working_days", "source"]
    list_display_links = ["year"]
    list_filter = ["calendar", "is_published"]
    list_select_related = ["calendar"]
    ordering = ["-year", "calendar"]
    fields = ["calendar", "year", "is_published", "sources"]
    readable = {"sources": "sources_text"}

    def get_queryset(self, request: HttpRequest) -> QuerySet[CalendarYear]:
        of_year = Q(calendar__days__date__year=models.F("year"))
        years: QuerySet[CalendarYear] = super().get_queryset(request)
        return years.annotate(
            off=Count("calendar__days", filter=of_year & Q(calendar__days__kind="holiday")),
            on=Count("calendar__days", filter=of_year & Q(calendar__days__kind="working")),
        )

    @admin.display(description=pgettext_lazy("calendar year", "days off entered"))
    def days_off(self, year: Any) -> int:
        """How many days off are entered for the year."""
        return int(year.off)

    @admin.display(description=pgettext_lazy("calendar year", "make-up days entered"))
    def working_days(self, year: Any) -> int:
        """How many make-up working days are entered for the year."""
        return int(year.on)

    @admin.display(description=_("source"))
    def source(self, year: CalendarYear) -> str:
        """Where the days come from, in the reader's language."""
        return localise(year.sources) or "–"

    @admin.display(description=_("source"))
    def sources_text(self, year: CalendarYear) -> str:
        """Where the days come from, by language."""
        return shown_json("sources", year.sources) or "–"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*super().get_readonly_fields(request, obj), *(["calendar", "year"] if obj else [])]

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "sources":
            return NamesField(label=capfirst(db_field.verbose_name), required=False)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def record(self, request: HttpRequest, record: Any, given: dict[str, Any], *, change: bool) -> models.Model:
        calendar_id = record.calendar_id if change else given["calendar"].pk
        year = record.year if change else given["year"]
        values = {name: given[name] for name in ("is_published", "sources")}
        return calendar_days.publish_year(calendar_id, year, **values, **stamp(request, given))


class YearFilter(admin.SimpleListFilter):
    """One year of days; the present one unless another is asked for."""

    title = _("year")
    parameter_name = "year"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        years = CalendarYear.objects.order_by("-year").values_list("year", flat=True).distinct()
        return [(str(year), str(year)) for year in years]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value() or ""
        return queryset.filter(date__year=int(value)) if value.isdecimal() else queryset


@admin.register(CalendarDay)
class CalendarDayAdmin(RegisterAdmin):
    """Days that differ from the week. The only register whose rows may be removed; the history keeps them."""

    explanation = _("Days that differ from the week: days off, make-up working days, special hours.")
    list_display = ["date", "weekday", "kind", "name", "hours_shown", "is_override", "calendar"]
    list_display_links = ["date"]
    list_filter = ["calendar", YearFilter, "kind", "is_override"]
    list_select_related = ["calendar"]
    ordering = ["-date", "calendar"]
    fields = ["calendar", "date", "kind", "hours", "names", "is_override", "sources"]
    readable = {"names": "names_text", "hours": "hours_shown", "sources": "sources_text"}

    @admin.display(description=_("weekday"))
    def weekday(self, day: CalendarDay) -> str:
        """The day of the week."""
        return str(WEEKDAYS[day.date.weekday()])

    @admin.display(description=_("name"))
    def name(self, day: CalendarDay) -> str:
        """What the day is called."""
        return day.name or "–"

    @admin.display(description=_("opening hours"))
    def hours_shown(self, day: CalendarDay) -> str:
        """Its own hours, if it has any."""
        return hours_text(day.hours) or "–"

    @admin.display(description=_("source"))
    def sources_text(self, day: CalendarDay) -> str:
        """Where it is known from, by language."""
        return shown_json("sources", day.sources) or "–"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = ["calendar", "date", "is_override"] if obj else []
        return [*super().get_readonly_fields(request, obj), *fixed]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"is_override": True, **super().get_changeform_initial_data(request)}

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "hours":
            return HoursField(label=capfirst(db_field.verbose_name))
        if db_field.name in {"names", "sources"}:
            return NamesField(label=capfirst(db_field.verbose_name), required=False)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def record(self, request: HttpRequest, record: Any, given: dict[str, Any], *, change: bool) -> models.Model:
        values = {name: given[name] for name in ("kind", "names", "hours", "sources")}
        where = record if change else given_day(given)
        return calendar_days.save_day(
            where.calendar_id, where.date, **values, is_override=where.is_override, **stamp(request, given)
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Not without a reason."""
        if request.method == "POST" and not request.POST.get("why", "").strip():
            messages.error(request, gettext("Give a reason."))
            return redirect("admin:complaints_calendarday_delete", object_id)
        return super().delete_view(request, object_id, extra_context)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        given = {"why": request.POST.get("why", "").strip()}
        calendar_days.remove_day(obj.pk, **stamp(request, given))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        shown = [f"{date_format(day.date)} {day.get_kind_display()} {day.name}" for day in objs]
        return shown, {}, set(), []


def given_day(given: dict[str, Any]) -> CalendarDay:
    """The row that a form for a new day describes, not saved."""
    return CalendarDay(calendar=given["calendar"], date=given["date"], is_override=given["is_override"])
