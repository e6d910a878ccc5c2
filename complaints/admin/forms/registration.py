"""The form that registers a complaint, and the block that the governing policy adds to it. (IN-3, IN-8, DL-8)"""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from complaints.admin.forms.fields import DayField, MomentField, choice_field, labelled, several_field
from complaints.admin.forms.rows import RowsField
from complaints.admin.people import People, PersonField
from complaints.admin.trees import TreeChoiceField
from complaints.localised import localise
from complaints.models import Channel, Department, PolicyVersion, User
from complaints.models.standing import Standing
from complaints.queries import options
from complaints.queries.duplicates import Signs
from complaints.services.intake import Registration, RespondentGiven
from complaints.services.materials import ALLOWED
from complaints.states import ComplainantKind, Kind, PartyKind, Role, Severity

#: Who may register for a department (IN-5).
REGISTERING = (Role.INTAKE, Role.HANDLER, Role.HEAD)
NAMED_IN_ROW = ("department", "person", "name")


class SeveralFilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """A list of files; the service looks at each."""

    def __init__(self, **settings: Any) -> None:
        kinds = ",".join(f".{kind}" for kind in sorted(ALLOWED))
        super().__init__(widget=SeveralFilesInput(attrs={"accept": kinds}), allow_empty_file=True, **settings)

    def clean(self, data: Any, initial: Any = None) -> Any:
        files = data if isinstance(data, list | tuple) else [data]
        single = super().clean
        return [single(file, initial) for file in files if file]


class RespondentRow(forms.Form):
    """Whom the complaint is against: a department, a person of ours, or a party by name."""

    kind = forms.ChoiceField(label=pgettext_lazy("party", "Kind"), choices=PartyKind.choices)
    department = forms.TypedChoiceField(label=gettext_lazy("Department"), required=False, empty_value=None)
    name = forms.CharField(label=gettext_lazy("Other party, by name"), required=False, max_length=200)

    field_order = ("kind", *NAMED_IN_ROW)

    def __init__(self, *, departments: dict[str, Department], people: People, **settings: Any) -> None:
        super().__init__(**settings)
        department: Any = self.fields["department"]
        department.choices = [("", "---------"), *((key, str(row)) for key, row in departments.items())]
        department.coerce = departments.__getitem__
        self.fields["person"] = PersonField(people, brings_list=False, label=_("Person"), required=False)
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.get(name) for name in NAMED_IN_ROW):
            self.add_error(None, _("Name the department, the person, or the party."))
        return cleaned


class RegistrationForm(forms.Form):
    """Registration elements that every policy knows."""

    required_css_class = "required"

    channel = forms.ModelChoiceField(Channel.objects.filter(is_active=True), label=gettext_lazy("Channel"))
    first_contact_department = TreeChoiceField(None, label=gettext_lazy("First-contact department"))
    received_at = MomentField(label=gettext_lazy("Received"))
    complainant_name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=200, required=False)
    complainant_phone = forms.CharField(label=gettext_lazy("Phone"), max_length=100, required=False)
    complainant_email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    complainant_address = forms.CharField(label=gettext_lazy("Address"), max_length=500, required=False)
    subject = forms.CharField(
        label=gettext_lazy("Subject"), max_length=200, widget=forms.TextInput(attrs={"class": "wide"})
    )
    content = forms.CharField(
        label=gettext_lazy("Content"), max_length=50000, required=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    demand = forms.CharField(
        label=gettext_lazy("Demand"), max_length=20000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    occurred_on = DayField(label=gettext_lazy("Happened on"), required=False)
    product = forms.CharField(
        label=gettext_lazy("Product or service"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "wide"}),
    )
    order_number = forms.CharField(label=gettext_lazy("Order number"), max_length=100, required=False)
    originals = SeveralFilesField(
        label=gettext_lazy("Files"),
        required=False,
        help_text=gettext_lazy("Recording, letter, mail or screenshot as received; several files at once."),
    )
    #: Numbers of complaints that were shown as possibly the same.
    seen = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)

    SECTIONS = (
        (gettext_lazy("Receipt"), ("channel", "received_at", "first_contact_department", "kind")),
        (
            gettext_lazy("Complainant"),
            (
                "complainant_kind",
                "complainant_name",
                "complainant_phone",
                "complainant_email",
                "complainant_address",
                "complainant_employee",
            ),
        ),
        (
            gettext_lazy("The complaint"),
            (
                "subject",
                "content",
                "demand",
                "category",
                "severity",
                "occurred_on",
                "order_number",
                "product",
            ),
        ),
        (gettext_lazy("Respondents"), ("respondents",)),
        (gettext_lazy("Original materials"), ("originals",)),
    )

    def __init__(self, *arguments: Any, standing: Standing, **settings: Any) -> None:
        super().__init__(*arguments, **{"label_suffix": ""} | settings)
        own = Department.objects.filter(is_active=True, pk__in=standing.department_ids(*REGISTERING))
        department: Any = self.fields["first_contact_department"]
        department.queryset = own
        if len(own) == 1:
            department.initial = own[0]
        self.fields["kind"] = choice_field(labelled(Kind), required=True, label=_("Kind"), initial=Kind.COMPLAINT)
        self.fields["complainant_kind"] = choice_field(
            labelled(ComplainantKind), required=True, label=_("Kind of complainant"), initial="customer"
        )
        everybody = People(User.objects.filter(is_active=True))
        self.fields["complainant_employee"] = PersonField(
            everybody, required=False, label=_("Employee"), help_text=_("Where an employee of ours complains.")
        )
        self.fields["category"] = TreeChoiceField(options.categories(), required=False, label=_("Category"))
        self.fields["severity"] = choice_field(
            labelled(Severity), required=True, label=_("Severity"), initial=Severity.GENERAL
        )
        departments = {str(row.pk): row for row in Department.objects.filter(is_active=True)}
        self.fields["respondents"] = RowsField(
            RespondentRow,
            row_options={"departments": departments, "people": everybody},
            blank_rows=1,
            required=False,
            label="",
            row_label=_("Respondent"),
            add_label=_("Add a respondent"),
        )
        self.fields["respondents"].widget.always = ("kind",)

    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """Fields by subject, in the order in which a caller is asked."""
        return [(title, [self[name] for name in names]) for title, names in self.SECTIONS]

    def seen_numbers(self) -> set[str]:
        """Complaints that were shown as possibly the same."""
        return {number for number in self.cleaned_data["seen"].split(",") if number}

    def signs(self) -> Signs:
        """What other complaints are compared by."""
        values = self.cleaned_data
        return Signs(
            subject=values["subject"],
            name=values["complainant_name"],
            phone=values["complainant_phone"],
            email=values["complainant_email"],
            order_number=values["order_number"],
        )

    def given(self, **particulars: Any) -> Registration:
        """The values for the service."""
        values = {name: value for name, value in self.cleaned_data.items() if name not in {"seen", "respondents"}}
        parties = tuple(RespondentGiven(**row) for row in self.cleaned_data["respondents"])
        values["originals"] = tuple(values["originals"] or ())
        return Registration(**values, respondents=parties, **particulars)


class ParticularsForm(forms.Form):
    """What only the policy that governs asks: grounds, receiver, declaration. Without fields if it asks nothing."""

    required_css_class = "required"

    def __init__(self, *arguments: Any, version: PolicyVersion, channel: Channel | None, **settings: Any) -> None:
        super().__init__(*arguments, **{"label_suffix": ""} | settings)
        rules = version.rules.acceptance
        if rules.grounds:
            choices = [(option.code, localise(option.names)) for option in rules.grounds]
            self.fields["grounds"] = several_field(choices, required=True, label=_("Grounds"))
        led = channel is not None and version.rules.receiver_for(channel.code) is not None
        receivers = [(option.code, localise(option.names)) for option in rules.receivers if not option.channels]
        if receivers and not led:
            self.fields["receiver"] = choice_field(
                receivers, required=False, label=_("Receiver chosen by the complainant")
            )
        if rules.declaration_required:
            self.fields["is_truth_declared"] = forms.BooleanField(
                required=False,
                label=_("The complainant declares the content to be true"),
                help_text=_("Without it the complaint can be registered, but not accepted."),
            )

    def given(self) -> dict[str, Any]:
        """The values for the service."""
        values = dict(self.cleaned_data)
        if "grounds" in values:
            values["grounds"] = tuple(values["grounds"])
        return values
