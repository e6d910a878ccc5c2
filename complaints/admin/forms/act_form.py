"""The form of an act, made from what the act asks: one factory for all acts. (WF-1)"""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.acts import Act, Ask, AskKind
from complaints.admin.forms.fields import (
    ComplaintField,
    DayField,
    MomentField,
    choice_field,
    several_field,
)
from complaints.admin.forms.registration import SeveralFilesField
from complaints.admin.forms.rows import RowsField
from complaints.admin.people import People, PersonField
from complaints.admin.trees import TreeChoiceField
from complaints.localised import localise
from complaints.models.standing import Standing
from complaints.punctuation import labelled
from complaints.queries import options
from complaints.queries.case import Case
from complaints.services.materials import ALLOWED

LONGEST_LINE = 200


class SeenField(forms.IntegerField):
    """A number that the page brings along, unseen."""

    widget = forms.HiddenInput
    default_error_messages = dict.fromkeys(
        ("required", "invalid", "min_value", "max_value"),
        gettext_lazy("The form is incomplete. Open it anew from the page of the case."),
    )

    def __init__(self) -> None:
        super().__init__(min_value=0, max_value=2**63 - 1)


class ActForm(forms.Form):
    """What a person gives with an act, what they saw when they opened the form, and nothing else."""

    required_css_class = "required"

    #: The version of the complaint on the page the person acts from: if it changed since, the act is refused.
    seen_version = SeenField()
    #: The last event then: an act beside the main line that was sent twice is found by it.
    seen_event = SeenField()

    def given(self) -> dict[str, Any]:
        """The values for the service; what was left empty is left out."""
        hidden = {"seen_version", "seen_event"}
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in hidden and value not in (None, "", [])
        }

    def see_again(self, *, version: int, event: int) -> None:
        """The person looks at the case as it is now: the next time the form is sent, that is what they have seen."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["seen_version"], data["seen_event"] = str(version), str(event)
        self.data = data

    @property
    def takes_file(self) -> bool:
        """A file that was chosen must be chosen again when the form comes back."""
        return self.is_multipart()


class StepRow(forms.Form):
    """One step of a plan."""

    description = forms.CharField(
        label=gettext_lazy("What"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2, "class": "short"})
    )
    due_at = MomentField(label=gettext_lazy("Due"))

    field_order = ("description", "owner", "due_at")

    def __init__(self, *, people: People, **settings: Any) -> None:
        super().__init__(**settings)
        self.fields["owner"] = PersonField(people, brings_list=False, label=_("Owner"), required=False)
        self.order_fields(self.field_order)


Maker = Callable[[Case, Ask, Standing, dict[str, Any]], forms.Field]


def _text(case: Case, ask: Ask, standing: Standing, common: dict[str, Any]) -> forms.Field:
    return forms.CharField(max_length=20000, widget=forms.Textarea(attrs={"rows": 4}), **common)


def _line(case: Case, ask: Ask, standing: Standing, common: dict[str, Any]) -> forms.Field:
    return forms.CharField(max_length=LONGEST_LINE, **common)


def _choice(case: Case, ask: Ask, standing: Standing, common: dict[str, Any]) -> forms.Field:
    choices = options.choices(case, ask)
    if ask.options == "severity":
        common["help_text"] = _meanings(case)
    if ask.options == "open_escalations":
        own = {str(row.pk) for row in case.open_escalations if row.addressee_id in standing.people}
        choices = [choice for choice in choices if choice[0] in own]
    if ask.kind == AskKind.ROW and len(choices) == 1:
        common["initial"] = choices[0][0]
    return choice_field(choices, **common)


def _meanings(case: Case) -> SafeString:
    """What the steps of the policy's scale mean."""
    rows = [(labelled(localise(level.names), localise(level.meaning)),) for level in case.rules.severities]
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", rows))


def _choices(case: Case, ask: Ask, standing: Standing, common: dict[str, Any]) -> forms.Field:
    return several_field(options.choices(case, ask), **common)


def _flag(case: Case, ask: Ask, standing: Standing, common: dict[str, Any]) -> forms.Field:
    return forms.BooleanField(**common)


def _category(case: Case, ask: Ask, standing: Standing, common: dict[str, Any]) -> forms.Field:
    return TreeChoiceField(options.categories(), **common)


def _department(case: Case, ask: Ask, standing: Standing, common: dict[str, Any]) -> forms.Field:
    return TreeChoiceField(options.departments(case), **common)


def _person(case: Case, ask: Ask, standing: Standing, common: dict[str, Any]) -> forms.Field:
    return PersonField(options.people(case, ask), **common)


def _moment(case: Case, ask: Ask, standing: Standing, common: dict[str, Any]) -> forms.Field:
    return MomentField(**common)


def _day(case: Case, ask: Ask, standing: Standing, common: dict[str, Any]) -> forms.Field:
    return DayField(**common)


def _money(case: Case, ask: Ask, standing: Standing, common: dict[str, Any]) -> forms.Field:
    return forms.DecimalField(max_digits=14, decimal_places=2, min_value=0, **common)


def _file(case: Case, ask: Ask, standing: Standing, common: dict[str, Any]) -> forms.Field:
    kinds = ",".join(f".{kind}" for kind in sorted(ALLOWED))
    return forms.FileField(max_length=255, widget=forms.ClearableFileInput(attrs={"accept": kinds}), **common)


def _files(case: Case, ask: Ask, standing: Standing, common: dict[str, Any]) -> forms.Field:
    return SeveralFilesField(**common)


def _steps(case: Case, ask: Ask, standing: Standing, common: dict[str, Any]) -> forms.Field:
    people = People(options.colleagues(case))
    return RowsField(
        StepRow,
        row_options={"people": people},
        people=people,
        row_label=_("Step"),
        add_label=_("Add a step"),
        **common,
    )


def _complaint(case: Case, ask: Ask, standing: Standing, common: dict[str, Any]) -> forms.Field:
    common["help_text"] = common["help_text"] or _("Its number.")
    return ComplaintField(standing, **common)


#: How each kind of ask becomes a field. Apps above add those that only they have.
MAKERS: dict[AskKind, Maker] = {
    AskKind.TEXT: _text,
    AskKind.LINE: _line,
    AskKind.CHOICE: _choice,
    AskKind.CHOICES: _choices,
    AskKind.FLAG: _flag,
    AskKind.CATEGORY: _category,
    AskKind.DEPARTMENT: _department,
    AskKind.PERSON: _person,
    AskKind.MOMENT: _moment,
    AskKind.DAY: _day,
    AskKind.MONEY: _money,
    AskKind.FILE: _file,
    AskKind.FILES: _files,
    AskKind.STEPS: _steps,
    AskKind.COMPLAINT: _complaint,
    AskKind.ROW: _choice,
}


def act_form(
    act: Act,
    case: Case,
    standing: Standing,
    request: HttpRequest,
    *,
    seen_event: int,
    known: Mapping[str, Any] | None = None,
) -> ActForm:
    """The form of an act, filled with what is known, and bound if the request sends it.

    `known` is what stands already and is usually kept; by default what a complaint says.
    """
    fields = {ask.name: _field(case, ask, standing) for ask in act.asks}
    form_class: Any = type("FormOfAct", (ActForm,), dict(fields))
    standing_values = _known(case, act) if known is None else known
    initial = {name: value for name, value in standing_values.items() if name in fields}
    initial |= {"seen_version": case.version, "seen_event": seen_event}
    if request.method == "POST":
        form: ActForm = form_class(request.POST, request.FILES, initial=initial, label_suffix="")
    else:
        initial |= {name: request.GET[name] for name in ("other",) if name in fields and name in request.GET}
        form = form_class(initial=initial, label_suffix="")
    return form


def _field(case: Case, ask: Ask, standing: Standing) -> forms.Field:
    common = {"label": ask.label, "required": ask.required, "help_text": ask.help}
    return MAKERS[ask.kind](case, ask, standing, common)


def _known(case: Case, act: Act) -> dict[str, Any]:
    """What stands already and is usually kept."""
    complaint = case.complaint
    known: dict[str, Any] = {
        "category": complaint.category,
        "severity": complaint.severity,
        "difficulty": complaint.difficulty,
        "happened_at": timezone.localtime(case.now).replace(second=0, microsecond=0),
        "held_on": timezone.localdate(case.now),
        "reached": True,
    }
    if act.code == "classify":
        rows = complaint.further_categories.values_list("category_id", flat=True)
        known["further_categories"] = [str(key) for key in rows]
    return known
