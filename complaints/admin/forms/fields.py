"""Form fields of our own kinds: moments by the business clock, complaints by number, one of a few."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Choices
from django.utils.translation import gettext as _

from complaints.models import Complaint
from complaints.models.standing import Standing

#: Up to so many choices are all shown; more fold into a list.
FEW = 6
NOTHING = ("", "---------")


class MomentField(forms.DateTimeField):
    """A date and time as the business clock shows it."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))
        super().__init__(**options)


class DayField(forms.DateField):
    """A date."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(input_formats=["%Y-%m-%d"], **options)


class ComplaintField(forms.CharField):
    """Another complaint by its number, among those the person may see."""

    def __init__(self, standing: Standing, **options: Any) -> None:
        super().__init__(max_length=30, **options)
        self.standing = standing

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        if not number:
            return None
        found = Complaint.objects.visible_to(self.standing).filter(number__iexact=number.strip()).first()
        if found is None:
            raise ValidationError(_("There is no complaint “%(number)s” that you may see.") % {"number": number})
        return found


def labelled(words: type[Choices]) -> list[tuple[str, str]]:
    """Codes and labels of a closed list."""
    return [(str(value), str(label)) for value, label in words.choices]


def choice_field(choices: list[tuple[str, str]], *, required: bool, **options: Any) -> forms.ChoiceField:
    """One of a list: all in sight if they are few, else to unfold."""
    if len(choices) <= FEW:
        shown = choices if required else [("", _("not given")), *choices]
        return forms.ChoiceField(
            choices=shown, required=required, widget=forms.RadioSelect(attrs={"class": "choices"}), **options
        )
    return forms.ChoiceField(choices=[NOTHING, *choices], required=required, **options)


def several_field(choices: list[tuple[str, str]], *, required: bool, **options: Any) -> forms.MultipleChoiceField:
    """Several of a list."""
    widget = forms.CheckboxSelectMultiple(attrs={"class": "choices" if len(choices) <= 2 * FEW else "choices many"})
    return forms.MultipleChoiceField(choices=choices, required=required, widget=widget, **options)
