"""Rows of a form: as many small groups of fields as there is something to say. (WF-4, IN-3)

The page comes with some empty rows; a script may add more. What was typed is shown again as it was typed, with what is
wrong beside the row.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from complaints.admin.people import People

#: More rows than anybody needs; a request with more is cut off here.
MOST = 50


class RowsWidget(forms.Widget):
    """Shows bound small forms, one under another, and an empty one for the script to copy."""

    template_name = "complaints/case/rows.html"
    use_fieldset = True
    is_wide = True
    field: "RowsField"
    #: Fields that always have a value: a row in which only these are filled says nothing.
    always: tuple[str, ...] = ()

    def value_from_datadict(
        self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str
    ) -> list[dict[str, str]]:
        """What was typed, row by row; rows in which nothing was typed are left out."""
        pattern = re.compile(rf"{re.escape(name)}-(\d{{1,3}})-(\w+)")
        rows: dict[int, dict[str, str]] = {}
        for key in data:
            if match := pattern.fullmatch(key):
                rows.setdefault(int(match[1]), {})[match[2]] = data[key]
        found = [rows[index] for index in sorted(rows)]
        return [row for row in found if self._says_something(row)][:MOST]

    def _says_something(self, row: Mapping[str, str]) -> bool:
        return any(value.strip() for key, value in row.items() if key not in self.always)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["suggestions"] = self.field.people.suggestions() if self.field.people else ""
        context["rows"] = list(self.field.row_forms(name, value or []))
        context["blank"] = self.field.row_form(f"{name}-__row__", None)
        context["row_label"] = self.field.row_label
        context["add_label"] = self.field.add_label
        return context


class RowsField(forms.Field):
    """A list of rows, each cleaned by a form of its own class."""

    widget = RowsWidget

    def __init__(
        self,
        row_class: type[forms.Form],
        *,
        row_options: Mapping[str, Any] | None = None,
        blank_rows: int = 3,
        row_label: str | Promise = "",
        add_label: str | Promise = "",
        people: People | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.row_class = row_class
        self.row_options = dict(row_options or {})
        self.blank_rows = blank_rows
        self.row_label = row_label
        self.add_label = add_label
        #: Those who may be chosen in every row; None if there are none, or another field of the page brings the list.
        self.people = people
        self.widget.field = self

    def __deepcopy__(self, memo: dict[int, Any]) -> "RowsField":
        copy: RowsField = super().__deepcopy__(memo)
        copy.widget.field = copy
        return copy

    def row_form(self, prefix: str, typed: Mapping[str, Any] | None) -> forms.Form:
        """The small form of one row, bound to what was typed in it."""
        data = None if typed is None else {f"{prefix}-{key}": value for key, value in typed.items()}
        return self.row_class(
            data=data, prefix=prefix, use_required_attribute=False, label_suffix="", **self.row_options
        )

    def row_forms(self, name: str, typed: list[dict[str, Any]]) -> Iterator[forms.Form]:
        """Rows that were typed, and empty ones up to the usual number, one at least."""
        for index, row in enumerate(typed):
            yield self.row_form(f"{name}-{index}", row)
        for index in range(len(typed), max(self.blank_rows, len(typed) + 1)):
            yield self.row_form(f"{name}-{index}", None)

    def clean(self, value: Any) -> list[dict[str, Any]]:
        typed = value or []
        if self.required and not typed:
            raise ValidationError(_("At least one row is needed."))
        cleaned, faults = [], 0
        for index, row in enumerate(typed):
            form = self.row_form(f"row-{index}", row)
            if form.is_valid():
                cleaned.append(form.cleaned_data)
            else:
                faults += 1
        if faults:
            raise ValidationError(_("Please correct what is marked in the rows below."))
        return cleaned

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)
