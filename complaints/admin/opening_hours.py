"""Opening hours as people write them: "09:00-12:00, 13:00-18:00", and a week of such lines. (DL-2)"""

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.punctuation import labelled, listed

Spans = list[list[str]]
SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—~～至到]\s*(\d{1,2}):(\d{2})")
END_OF_DAY = 24 * 60


def hours_text(spans: Iterable[Iterable[str]] | None) -> str:
    """What is stored, as text; empty for a day off."""
    return listed("-".join(span) for span in spans or ())


def parse_hours(text: str) -> Spans:
    """Text as it is stored, in the order of the day. ValidationError says what cannot be understood.

    Full-width signs, blanks and the usual dashes are taken; a day may end at 24:00.
    """
    plain = text.strip().replace("：", ":").replace("，", ",").replace("、", ",").replace("；", ",").replace(";", ",")
    spans = sorted(_span(part.strip()) for part in plain.split(",") if part.strip())
    for (_start, end), (start, _end) in pairwise(spans):
        if start < end:
            raise ValidationError(_("The hours overlap."))
    return [[_clock(start), _clock(end)] for start, end in spans]


def _span(part: str) -> tuple[int, int]:
    match = SPAN.fullmatch(part)
    if match is None:
        raise ValidationError(_("“%(text)s” is not like 09:00-12:00.") % {"text": part})
    a, b, c, d = map(int, match.groups())
    start, end = a * 60 + b, c * 60 + d
    if b > 59 or d > 59 or end > END_OF_DAY:  # noqa: PLR2004 - minutes
        raise ValidationError(_("“%(text)s” is no time of day.") % {"text": part})
    if start >= end:
        raise ValidationError(_("“%(text)s” ends before it begins.") % {"text": part})
    return start, end


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def week_lines(week: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Weekday and hours, Monday first."""
    return [(str(WEEKDAYS[day]), hours_text(week.get(str(day))) or _("closed")) for day in range(7)]


class HoursField(forms.CharField):
    """Hours of one day."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        options.setdefault("help_text", gettext_lazy("Such as 09:00-12:00, 13:00-18:00."))
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return hours_text(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return parse_hours(super().to_python(value) or "") or None


class WeekWidget(forms.MultiWidget):
    """Seven lines."""

    template_name = "complaints/widgets/parts.html"
    use_fieldset = True
    is_wide = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({str(day): forms.TextInput for day in range(7)}, attrs)

    def decompress(self, value: Any) -> list[str]:
        """Stored hours into lines."""
        return [hours_text((value or {}).get(str(day))) for day in range(7)]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for day, part in enumerate(context["widget"]["subwidgets"]):
            part["label"] = WEEKDAYS[day]
        return context


class WeekField(forms.MultiValueField):
    """Opening hours of a week: {"0": [["09:00", "12:00"], …], …, "6": []}."""

    def __init__(self, **options: Any) -> None:
        options.pop("encoder", None)
        options.pop("decoder", None)
        options["widget"] = WeekWidget
        fields = [forms.CharField(required=False) for _day in range(7)]
        super().__init__(fields=fields, require_all_fields=False, **options)

    def compress(self, data_list: list[str]) -> dict[str, Spans]:
        week: dict[str, Spans] = {}
        faults = []
        for day in range(7):
            try:
                week[str(day)] = parse_hours(data_list[day] if data_list else "")
            except ValidationError as error:
                faults.append(labelled(WEEKDAYS[day], error.messages[0]))
        if faults:
            raise ValidationError(faults)
        if not any(week.values()):
            raise ValidationError(_("A calendar needs at least one open weekday."))
        return week

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.clean(data) != initial)
        except ValidationError:
            return True
