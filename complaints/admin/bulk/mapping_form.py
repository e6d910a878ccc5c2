"""Saying which column is what: one choice for each column of the file, beside its first values. (IN-9)"""

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.importers.cells import folded, quoted
from complaints.importers.elements import ELEMENT, ELEMENTS
from complaints.importers.mapping import LISTED, Plan
from complaints.importers.proposal import SOURCE, Proposal, source_from
from complaints.importers.refusals import MappingError
from complaints.importers.tables import Table
from complaints.localised import localise
from complaints.models import Category, Channel, ClockStart, ColumnMapping, ImportRun
from complaints.states import ComplainantKind, Kind, Severity

#: Elements that may be given one value for all rows.
DEFAULTED = ("channel", "category", "severity", "kind", "complainant_kind", "subject")
SAMPLES = 3
LINE = re.compile(r"(?P<theirs>.+?)\s*(?:=|＝|→)\s*(?P<ours>\S.*)")


def _options(element: str) -> list[tuple[str, str]]:
    """What may be chosen for an element, by code."""
    if element == "channel":
        found = [(row.code, str(row)) for row in Channel.objects.filter(is_active=True)]
    elif element == "category":
        rows = Category.objects.filter(is_active=True)
        found = [(row.code, "\u3000" * (row.path.count("/") - 2) + localise(row.names)) for row in rows]
    else:
        lists = {"severity": Severity, "kind": Kind, "complainant_kind": ComplainantKind}
        found = [(str(value), str(label)) for value, label in lists[element].choices]
    return [("", "–"), *found]


class MappingForm(forms.Form):
    """A mapping for one file, saved under a name, and how to go on."""

    name = forms.CharField(
        label=gettext_lazy("Save the mapping as"),
        max_length=100,
        help_text=gettext_lazy("The next file of this kind is then mapped by itself."),
    )
    source = forms.SlugField(
        label=gettext_lazy("Source"),
        max_length=SOURCE,
        required=False,
        help_text=gettext_lazy(
            "Rows are known again by this and their identifier. Files from the same place have the same source."
        ),
    )
    clocks = forms.ChoiceField(
        label=gettext_lazy("The clocks start"),
        choices=ClockStart.choices,
        initial=ClockStart.IMPORT,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "If they start with the receipt, old complaints are overdue as soon as they are imported."
        ),
    )

    def __init__(self, *arguments: Any, table: Table, proposal: Proposal, run: ImportRun, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.label_suffix = ""
        self.table = table
        self.run = run
        self.samples = [cells for _row, cells in zip(range(SAMPLES), _cells(table), strict=False)]
        chosen = {
            folded(name): code
            for code, named in proposal.columns.items()
            for name in ([named] if isinstance(named, str) else named)
        }
        labels = [("", "–"), *((element.code, str(element.label)) for element in ELEMENTS)]
        for number, heading in enumerate(table.headings):
            if heading:
                self.fields[f"column_{number}"] = forms.ChoiceField(
                    label=heading, choices=labels, required=False, initial=chosen.get(folded(heading), "")
                )
        for code in DEFAULTED:
            initial = proposal.defaults.get(code, "")
            field = (
                forms.CharField(max_length=200, required=False)
                if code == "subject"
                else forms.ChoiceField(choices=_options(code), required=False)
            )
            field.label, field.initial = str(ELEMENT[code].label), initial
            self.fields[f"default_{code}"] = field
        for code in LISTED:
            if code in ELEMENT:
                lines = [f"{theirs} = {ours}" for theirs, ours in proposal.values.get(code, {}).items()]
                self.fields[f"values_{code}"] = forms.CharField(
                    label=str(ELEMENT[code].label),
                    required=False,
                    initial="\n".join(lines),
                    widget=forms.Textarea(attrs={"rows": 3}),
                )
        mapping = proposal.mapping
        stem = run.file_name.partition(".")[0][:80]
        self.fields["name"].initial = mapping.name if mapping is not None else stem
        self.fields["source"].initial = mapping.source if mapping is not None else ""

    # -- what the page shows ------------------------------------------------------------------------------------------

    def columns(self) -> Iterator[tuple[Any, list[str]]]:
        """Each column: its choice, and its first values."""
        for number, heading in enumerate(self.table.headings):
            if heading:
                values = [quoted(cells[number]) if number < len(cells) else "" for cells in self.samples]
                yield self[f"column_{number}"], values

    def defaults(self) -> list[Any]:
        """Choices of values for all rows."""
        return [self[f"default_{code}"] for code in DEFAULTED]

    def translations(self) -> list[Any]:
        """What values of the file are called here."""
        return [self[name] for name in self.fields if name.startswith("values_")]

    # -- what it says -------------------------------------------------------------------------------------------------

    def said_columns(self) -> dict[str, Any]:
        """Elements and their columns, in the order of the file."""
        found: dict[str, list[str]] = {}
        for number, heading in enumerate(self.table.headings):
            if code := self.cleaned_data.get(f"column_{number}"):
                found.setdefault(code, []).append(heading)
        return {code: names[0] if len(names) == 1 else names for code, names in found.items()}

    def said_defaults(self) -> dict[str, str]:
        """Elements and the value of all rows that say nothing else."""
        said = {code: self.cleaned_data.get(f"default_{code}", "") for code in DEFAULTED}
        return {code: text for code, text in said.items() if text}

    def said_values(self) -> dict[str, dict[str, str]]:
        """Elements and what values of the file are called here."""
        found = {}
        for code in LISTED:
            lines = (self.cleaned_data.get(f"values_{code}") or "").splitlines()
            mapped = {}
            for line in filter(None, map(str.strip, lines)):
                match = LINE.fullmatch(line)
                if match is None:
                    raise ValidationError(
                        {f"values_{code}": _("“%(line)s” is not “value of the file = ours”.") % {"line": line}}
                    )
                mapped[match["theirs"]] = match["ours"]
            if mapped:
                found[code] = mapped
        return found

    def clean(self) -> dict[str, Any]:
        """Fit it to the file: whatever does not fit is said before anything runs."""
        said: dict[str, Any] = super().clean() or {}
        if self.errors:
            return said
        mapping = self.mapping_said()
        try:
            Plan(
                self.table,
                **mapping,
                department=self.run.department,
                now=self.run.created_at,
                clocks_from=None,
            )
        except MappingError as error:
            raise ValidationError(error.reasons) from error
        return said

    def mapping_said(self) -> dict[str, Any]:
        """Columns, defaults, values and source, as a mapping keeps them."""
        said = self.cleaned_data
        return {
            "source": said.get("source") or source_from(said["name"]),
            "columns": self.said_columns(),
            "defaults": self.said_defaults(),
            "values": self.said_values(),
        }


def _cells(table: Table) -> Iterator[list[Any]]:
    for _number, cells in table.rows():
        yield cells


def from_saved(mapping: ColumnMapping) -> Proposal:
    """A saved mapping as what the form begins with."""
    return Proposal(mapping.columns, mapping.defaults, mapping.values, mapping)
