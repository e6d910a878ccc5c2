"""Who bears what, as a table to be filled in: a row for each charge that was founded. (AC-6)

Works as an ordinary form; a script adds sums while typing, keys to move about, and rows. The service has the last word.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accountability.models import Charge
from accountability.queries.determination_options import bearable, citable, clauses
from accountability.queries.inquiry import Inquiry
from accountability.queries.versions import lines_of
from accountability.shares import PROBLEMS
from accountability.states import AllegationFinding, Causation, Conduct, Share
from complaints.acts import Ask
from complaints.models.standing import Standing
from complaints.punctuation import listed

#: More rows than anybody needs.
MOST = 60
SEVERAL = ("clauses", "evidence")
NOTHING = ("", "–")
ANSWERS = (NOTHING, ("yes", gettext_lazy("yes")), ("no", gettext_lazy("no")))
SHORT = {"rows": 2, "class": "short"}


class ChargeSelect(forms.Select):
    """Charges, each with its allegation and party for the script that sums."""

    charges: Mapping[str, Charge]

    def create_option(self, name: str, value: Any, *arguments: Any, **options: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *arguments, **options)
        charge = self.charges.get(str(value))
        if charge is not None:
            option["attrs"] |= {"data-allegation": charge.allegation_id, "data-party": str(charge.party)}
        return option


class AssignmentRow(forms.Form):
    """What one party bears of one allegation."""

    charge = forms.ChoiceField(label=gettext_lazy("Party and allegation"))
    share_kind = forms.ChoiceField(
        label=pgettext_lazy("share", "Responsibility"), choices=[NOTHING, *Share.choices], required=False
    )
    share = forms.CharField(
        label=gettext_lazy("Share in %"),
        required=False,
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    causation = forms.ChoiceField(
        label=gettext_lazy("Causation"), choices=[NOTHING, *Causation.choices], required=False
    )
    conduct = forms.ChoiceField(
        label=gettext_lazy("Act or omission"), choices=[NOTHING, *Conduct.choices], required=False
    )
    finding = forms.ChoiceField(
        label=gettext_lazy("Finding"), choices=[NOTHING, *AllegationFinding.choices], required=False
    )
    conduct_text = forms.CharField(
        label=gettext_lazy("What was done or left undone"), required=False, widget=forms.Textarea(attrs=SHORT)
    )
    duty = forms.CharField(label=gettext_lazy("Duty breached"), required=False, widget=forms.Textarea(attrs=SHORT))
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, widget=forms.Textarea(attrs=SHORT))
    had_authority = forms.ChoiceField(label=gettext_lazy("Had the authority"), choices=ANSWERS, required=False)
    had_ability = forms.ChoiceField(label=gettext_lazy("Had the means and ability"), choices=ANSWERS, required=False)
    is_system_failure = forms.BooleanField(label=gettext_lazy("A system failure had part in it"), required=False)
    authority_reason = forms.CharField(
        label=gettext_lazy("On authority and ability"), required=False, widget=forms.Textarea(attrs=SHORT)
    )
    clauses = forms.MultipleChoiceField(
        label=gettext_lazy("Clauses breached"), required=False, widget=forms.CheckboxSelectMultiple
    )
    evidence = forms.MultipleChoiceField(
        label=gettext_lazy("Evidence cited"), required=False, widget=forms.CheckboxSelectMultiple
    )

    #: In one line, and below.
    LINE = ("charge", "share_kind", "share", "causation", "conduct")
    TEXTS = ("conduct_text", "duty", "reason", "authority_reason")

    def __init__(self, *, table: "Table", **settings: Any) -> None:
        super().__init__(**settings)
        self.fields["charge"].widget = ChargeSelect()
        fields: Any = self.fields
        fields["charge"].widget.charges = table.charges
        named = ((key, f"{row.party} · {row.allegation}") for key, row in table.charges.items())
        fields["charge"].choices = [NOTHING, *named]
        fields["clauses"].choices = table.clauses
        fields["evidence"].choices = table.evidence
        if not table.is_correction:
            del self.fields["finding"]


class Table:
    """What rows can be about, and what they may choose from; read once for all rows."""

    def __init__(self, inquiry: Inquiry) -> None:
        self.is_correction = inquiry.subject.supersedes_id is not None
        self.inquiry = inquiry
        charges = inquiry.charges if self.is_correction else bearable(inquiry)
        self.charges = {str(row.pk): row for row in charges}
        self.clauses = [(str(row.pk), str(row)) for row in clauses()]
        self.evidence = [
            (str(row.item.pk), f"{row.item.number.rpartition('-')[2]} {row.item.title}") for row in citable(inquiry)
        ]

    def written(self) -> list[dict[str, Any]]:
        """The draft as it stands, and a row for every charge it does not speak of yet."""
        rows = [_written(row) for group in lines_of([self.inquiry.subject])[0].groups for row in group.assignments]
        rows = [row for row in rows if row["charge"] in self.charges]
        spoken = {row["charge"] for row in rows}
        return rows + [{"charge": key} for key in self.charges if key not in spoken]

    @property
    def allegations(self) -> list[Any]:
        """Allegations of which somebody may bear a share."""
        found = {row.allegation_id: row.allegation for row in self.charges.values()}
        return sorted(found.values(), key=lambda row: row.position)

    @property
    def words(self) -> dict[str, Any]:
        """What the script says of sums, in the words of the service."""
        return {
            "problems": {code: str(text) for code, text in PROBLEMS.items()},
            "right": _("The shares make 100.00."),
            "nobody": _("Nobody bears a share yet."),
            "separator": listed(("a", "b"))[1:-1],
            "row": _("Row %(number)s"),
            "rounding": _(
                "%(shares)s: equal shares of %(count)d parties do not come out even; the odd hundredth stands with "
                "%(parties)s and carries no meaning."
            ),
        }


def _written(row: Any) -> dict[str, Any]:
    answers = {True: "yes", False: "no", None: ""}
    return {
        "charge": str(row.charge_id),
        "share_kind": row.share_kind,
        "share": f"{row.share:.2f}",
        "causation": row.causation,
        "conduct": row.conduct,
        "finding": row.finding,
        "conduct_text": row.conduct_text,
        "duty": row.duty,
        "reason": row.reason,
        "had_authority": answers[row.had_authority],
        "had_ability": answers[row.had_ability],
        "is_system_failure": "on" if row.is_system_failure else "",
        "authority_reason": row.authority_reason,
        "clauses": [str(clause.pk) for clause in row.clauses.all()],
        "evidence": [str(cited.evidence_id) for cited in row.citations.all()],
    }


class AssignmentsWidget(forms.Widget):
    """The table."""

    template_name = "accountability/assignments_editor.html"
    use_fieldset = True
    field: "AssignmentsField"

    def value_from_datadict(self, data: Any, files: MultiValueDict[str, Any], name: str) -> list[dict[str, Any]]:
        """What was typed, row by row; rows in which nothing was typed are left out."""
        pattern = re.compile(rf"{re.escape(name)}-(\d{{1,3}})-(\w+)")
        rows: dict[int, dict[str, Any]] = {}
        for key in data:
            if match := pattern.fullmatch(key):
                several = match[2] in SEVERAL and hasattr(data, "getlist")
                rows.setdefault(int(match[1]), {})[match[2]] = data.getlist(key) if several else data[key]
        return [rows[place] for place in sorted(rows) if any(rows[place].values())][:MOST]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        typed = self.field.table.written() if value is None else value
        context["rows"] = list(self.field.row_forms(name, typed))
        context["blank"] = self.field.row_form(f"{name}-__row__", None)
        context["table"] = self.field.table
        context["words_id"] = f"{name}-words"
        return context


class AssignmentsField(forms.Field):
    """Rows as the service takes them."""

    widget = AssignmentsWidget

    def __init__(self, table: Table, **options: Any) -> None:
        super().__init__(**options)
        self.table = table
        self.widget.field = self

    def __deepcopy__(self, memo: dict[int, Any]) -> "AssignmentsField":
        copy: AssignmentsField = super().__deepcopy__(memo)
        copy.widget.field = copy
        return copy

    def row_form(self, prefix: str, typed: Mapping[str, Any] | None) -> AssignmentRow:
        """The small form of one row, bound to what was typed in it."""
        data = None if typed is None else {f"{prefix}-{key}": value for key, value in typed.items()}
        return AssignmentRow(table=self.table, data=data, prefix=prefix, use_required_attribute=False, label_suffix="")

    def row_forms(self, name: str, typed: list[dict[str, Any]]) -> Iterator[AssignmentRow]:
        """Rows as they were typed."""
        for place, row in enumerate(typed):
            yield self.row_form(f"{name}-{place}", row)

    def clean(self, value: Any) -> list[dict[str, Any]]:
        rows = [self.row_form(f"row-{place}", row) for place, row in enumerate(value or [])]
        if any(not row.is_valid() for row in rows):
            raise ValidationError(_("Please correct what is marked in the rows below."))
        return [_given(row.cleaned_data) for row in rows]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)


def _given(cleaned: dict[str, Any]) -> dict[str, Any]:
    """A row as the service takes it: what was left open is left out."""
    return {name: value for name, value in cleaned.items() if value not in ("", [], None)}


def assignments_field(inquiry: Inquiry, ask: Ask, standing: Standing, common: dict[str, Any]) -> forms.Field:
    """The table of the draft."""
    return AssignmentsField(Table(inquiry), **common)
