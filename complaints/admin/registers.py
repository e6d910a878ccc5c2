"""What all registers have in common, and the registers of intake: channels and categories. (IN-1, CL-2)

A register is changed by administrators and read by auditors. Saving calls one service function, which may refuse; the
refusal is shown on the form, at its field, and nothing is saved. Nothing is deleted.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.admin.access import person_of, standing_for
from complaints.admin.history import AuditHistoryAdmin, Say
from complaints.admin.names import NamesField
from complaints.admin.people import People, PersonField
from complaints.admin.shown import shown_json
from complaints.admin.trees import TreeChoiceField, indented
from complaints.models import Category, Channel, User
from complaints.queries.access import may_change_registers, may_read_registers
from complaints.services import registers
from complaints.services.calendar_days import CalendarError
from complaints.services.organisation import OrganisationError
from complaints.services.people import PersonError
from complaints.services.policies import PolicyError
from complaints.services.registers import RegisterError

#: Everything the services of registers refuse with; each has a message for people and perhaps names a field.
REFUSALS: tuple[type[Exception], ...] = (CalendarError, OrganisationError, PersonError, PolicyError, RegisterError)


class WideInput(forms.TextInput):
    """A line as wide as the form."""

    is_wide = True


class RegisterForm(forms.ModelForm):
    """A form that asks why. `refusal` is what the service said to the same input a moment ago."""

    why = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=500,
        widget=WideInput,
        help_text=_("Kept in the change history."),
    )
    refusal: Exception | None = None

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{"label_suffix": "", **options})
        if self.instance.pk and "why" in self.fields:
            self.fields["why"].label = _("Reason of the change")
            self.fields["why"].required = True

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.refusal is not None:
            field = getattr(self.refusal, "field", "")
            self.add_error(field if field in self.fields else None, str(self.refusal))
        return cleaned

    def validate_unique(self) -> None:
        """The service says what is taken, and with the words that fit."""

    def validate_constraints(self) -> None:
        """The same."""


class RegisterAdmin(AuditHistoryAdmin):
    """A register: administrators change it, auditors read it, with a reason for every change."""

    form = RegisterForm
    actions = None
    list_per_page = 50
    show_full_result_count = False
    #: One sentence below the title of the list.
    explanation: str | Promise = ""
    #: JSON columns and how they are shown to who may not change them.
    readable: dict[str, str] = {"names": "names_text"}
    REFUSALS: tuple[type[Exception], ...] = REFUSALS

    # --- Who ------------------------------------------------------------------------------------------------------

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_read_registers(request.user, standing_for(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_change_registers(request.user, standing_for(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_change_registers(request.user, standing_for(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_history_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_read_registers(request.user, standing_for(request))

    def is_listed_for(self, request: HttpRequest) -> bool:
        return may_read_registers(request.user, standing_for(request))

    # --- Saving ---------------------------------------------------------------------------------------------------

    def record(self, request: HttpRequest, record: Any, given: dict[str, Any], *, change: bool) -> models.Model:
        """Call the one service function that saves; return what it saved."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:  # noqa: FBT001
        saved = self.record(request, obj, form.cleaned_data, change=change)
        obj.__dict__.update(saved.__dict__)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a refusal on the form that was sent."""
        extra_context = {"is_register": self.is_listed_for(request), **(extra_context or {})}
        try:
            with transaction.atomic():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except self.REFUSALS as refusal:
            vars(request)["refusal"] = refusal
            return super().changeform_view(request, object_id, form_url, extra_context)

    # --- Forms ----------------------------------------------------------------------------------------------------

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"refusal": vars(request).get("refusal")})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The fields to fill in and the reason; for readers, everything in readable form."""
        fields = [name for name in self.get_fields(request, obj) if name != "why"]
        if self.has_change_permission(request, obj) if obj else self.has_add_permission(request):
            return [(None, {"fields": [*fields, "why"]})]
        return [(None, {"fields": [self.readable.get(name, name) for name in fields]})]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if self.fields:
            return self.fields
        return [field.name for field in self.model._meta.fields if field.editable and not field.primary_key]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*self.readonly_fields, *self.readable.values()]

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "names":
            return NamesField(label=capfirst(db_field.verbose_name))
        if isinstance(db_field, models.DateTimeField):
            return forms.DateTimeField(
                label=capfirst(db_field.verbose_name),
                required=not db_field.blank,
                widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
                help_text=db_field.help_text,
            )
        if isinstance(db_field, models.DateField):
            return forms.DateField(
                label=capfirst(db_field.verbose_name),
                required=not db_field.blank,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                help_text=db_field.help_text,
            )
        if db_field.related_model is User:
            return PersonField(
                People(self.people_for(db_field.name, request), f"people-{db_field.name}"),
                label=capfirst(db_field.verbose_name),
                required=not db_field.blank,
                help_text=db_field.help_text,
            )
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.is_relation and field is not None:
            field.widget = getattr(field.widget, "widget", field.widget)  # without the icons to add and change
        return field

    def people_for(self, name: str, request: HttpRequest) -> QuerySet[User]:
        """Who may be chosen in a field for a person."""
        return User.objects.filter(is_active=True)

    # --- Lists ----------------------------------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {"is_register": self.is_listed_for(request), "explanation": self.explanation, **(extra_context or {})}
        return super().changelist_view(request, context)

    @admin.display(description=_("names"))
    def names_text(self, record: Any) -> str:
        """Names by language."""
        return shown_json("names", record.names)

    @admin.display(description=_("name"))
    def name(self, record: Any) -> str:
        """The name in the reader's language."""
        return str(record)


def stamp(request: HttpRequest, given: dict[str, Any]) -> dict[str, Any]:
    """Who, why and when: what every service function wants to know."""
    return {"by": person_of(request), "reason": given.get("why", ""), "now": timezone.now()}


#: What the types of the channels that ship with the product are called; an organisation may write its own.
CHANNEL_TYPES: Mapping[str, str | Promise] = {
    "phone": pgettext_lazy("channel type", "Phone"),
    "web": pgettext_lazy("channel type", "Web site"),
    "chat": pgettext_lazy("channel type", "Online chat"),
    "email": pgettext_lazy("channel type", "E-mail"),
    "social": pgettext_lazy("channel type", "Social media"),
    "in_person": pgettext_lazy("channel type", "In person"),
    "letter": pgettext_lazy("channel type", "Letter"),
    "third_party": pgettext_lazy("channel type", "Third-party platform"),
    "authority": pgettext_lazy("channel type", "Authority"),
    "mailbox": pgettext_lazy("channel type", "Mailbox for letters"),
}


@admin.register(Channel)
class ChannelAdmin(RegisterAdmin):
    """Ways complaints come in."""

    explanation = _("Ways complaints come in. A channel is switched off, never deleted.")
    list_display = ["name", "code", "sort", "is_active"]
    list_filter = ["is_active"]
    fields = ["code", "kind", "names", "is_active"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else self.fields[:-1]

    def record(self, request: HttpRequest, record: Any, given: dict[str, Any], *, change: bool) -> models.Model:
        values = {name: given[name] for name in ("code", "names", "kind")}
        if change:
            return registers.change_channel(record.pk, **values, is_active=given["is_active"], **stamp(request, given))
        return registers.create_channel(**values, **stamp(request, given))

    @admin.display(description=Channel._meta.get_field("kind").verbose_name, ordering="kind")
    def sort(self, channel: Any) -> str:
        """The type in words."""
        return str(CHANNEL_TYPES.get(channel.kind, channel.kind))

    def history_says(self, request: HttpRequest, object_id: str) -> Say:
        return lambda _row, field, value: str(CHANNEL_TYPES.get(value, value)) if field.name == "kind" else None


class TreeAdmin(RegisterAdmin):
    """A register whose rows form a tree."""

    ordering = ["path"]
    list_display = ["in_tree", "code", "is_active"]
    list_filter = ["is_active"]
    fields = ["code", "parent", "names", "is_active"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else self.fields[:-1]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "parent":
            queryset = self.model._default_manager.filter(is_active=True).order_by("path")
            return TreeChoiceField(
                queryset, required=False, label=capfirst(db_field.verbose_name), empty_label=_("(top)")
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("name"), ordering="path")
    def in_tree(self, record: Any) -> SafeString:
        """The name, where it stands."""
        return indented(record)


@admin.register(Category)
class CategoryAdmin(TreeAdmin):
    """What complaints are about."""

    explanation = _("What complaints are about. Reports count a category together with those below it.")

    def record(self, request: HttpRequest, record: Any, given: dict[str, Any], *, change: bool) -> models.Model:
        values = {name: given[name] for name in ("code", "names", "parent")}
        if change:
            return registers.change_category(record.pk, **values, is_active=given["is_active"], **stamp(request, given))
        return registers.create_category(**values, **stamp(request, given))
