"""The evidence matrix as a form: one choice and one remark for each cell. (AC-4)"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from accountability.models import EvidenceItem
from accountability.queries.inquiry import Inquiry
from accountability.queries.matrix import SIGNS, Matrix, matrix_of
from accountability.states import Bearing
from complaints.acts import Ask
from complaints.models.standing import Standing

REMARK = 500
Cells = dict[str, dict[str, str]]


class MatrixWidget(forms.Widget):
    """A table of drop-downs. A cell that was judged once can be judged otherwise, not unjudged."""

    template_name = "accountability/matrix_editor.html"
    use_fieldset = True
    matrix: Matrix

    def value_from_datadict(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> Cells:
        """What was chosen, by "fact-evidence"."""
        found: Cells = {}
        for row in self.matrix.rows:
            for square in row.squares:
                key = f"{row.fact.pk}-{square.evidence.pk}"
                found[key] = {
                    "bearing": str(data.get(f"{name}-{key}", "")),
                    "remark": str(data.get(f"{name}-{key}-remark", "")).strip(),
                }
        return found

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["columns"] = self.matrix.columns
        context["rows"] = [
            (row, [self._cell(name, row, square, value) for square in row.squares]) for row in self.matrix.rows
        ]
        return context

    @staticmethod
    def _cell(name: str, row: Any, square: Any, value: Cells | None) -> dict[str, Any]:
        key = f"{row.fact.pk}-{square.evidence.pk}"
        typed = (value or {}).get(key, {"bearing": square.bearing, "remark": square.remark})
        offered = [(code, f"{SIGNS[code]} {label}") for code, label in Bearing.choices]
        return {
            "name": f"{name}-{key}",
            "label": f"{row.fact} – {square.evidence.title}",
            "bearing": typed["bearing"],
            "remark": typed["remark"],
            "choices": offered if square.bearing else [("", "· " + _("not judged yet")), *offered],
        }


class MatrixField(forms.Field):
    """Cells that were changed, as the service takes them."""

    widget = MatrixWidget

    def __init__(self, matrix: Matrix, **options: Any) -> None:
        super().__init__(**options)
        self.matrix = matrix
        self.widget.matrix = matrix

    def __deepcopy__(self, memo: dict[int, Any]) -> "MatrixField":
        copy: MatrixField = super().__deepcopy__(memo)
        copy.widget.matrix = copy.matrix
        return copy

    def clean(self, value: Cells) -> list[dict[str, str]]:
        changed = list(self._changed(value))
        if any(len(cell["remark"]) > REMARK for cell in changed):
            raise ValidationError(_("A remark has at most %(count)d characters.") % {"count": REMARK})
        if any(cell["bearing"] not in Bearing.values for cell in changed):
            raise ValidationError(_("A remark stands beside a judgement: supports, contradicts, or silent."))
        if not changed:
            raise ValidationError(_("No cell was changed."))
        return changed

    def _changed(self, value: Cells) -> Any:
        for row in self.matrix.rows:
            for square in row.squares:
                given = value[f"{row.fact.pk}-{square.evidence.pk}"]
                if (given["bearing"], given["remark"]) != (square.bearing, square.remark):
                    yield {"fact": str(row.fact.pk), "evidence": str(square.evidence.pk), **given}

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)


def matrix_field(inquiry: Inquiry, ask: Ask, standing: Standing, common: dict[str, Any]) -> forms.Field:
    """The matrix of the investigation, as far as the person sees the evidence."""
    seen = set(
        EvidenceItem.objects.filter(complaint=inquiry.complaint).visible_to(standing).values_list("pk", flat=True)
    )
    columns: Sequence[EvidenceItem] = [item for item in inquiry.evidence_held if item.pk in seen]
    return MatrixField(matrix_of(inquiry.facts, columns), **common)
