"""Choosing a person: from a list while it is short, by typing a part of the name when it is long.

The browser's own suggestions do the searching: no script, any keyboard, one list a page. What is sent is text in either
case: "Name (username)" as the list says it, or the user name or the full name alone, as somebody types it.
"""

import re
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from complaints.models import User

#: Up to so many people are all shown in a list to unfold; more are searched.
SHORT = 20
IN_BRACKETS = re.compile(r"[(\uff08]([^()\uff08\uff09]+)[)\uff09]$")


def label_of(person: User) -> str:
    """The name, and the user name beside it: two people may bear the same."""
    name = str(person)
    return name if name == person.username else f"{name} ({person.username})"


class People:
    """Those who may be chosen. Fields of one page may share them; then only one of the fields brings the list along."""

    def __init__(self, rows: QuerySet[User], list_id: str = "people") -> None:
        self.rows = rows.order_by("display_name", "username")
        self.list_id = list_id

    @cached_property
    def few(self) -> list[str] | None:
        """Everybody by name, or None if they are too many to be looked through."""
        labels = [label_of(person) for person in self.rows[: SHORT + 1]]
        return labels if len(labels) <= SHORT else None

    def suggestions(self) -> SafeString:
        """What the browser suggests while somebody types; nothing if a list to unfold is enough."""
        if self.few is not None:
            return SafeString()
        people = self.rows.only("username", "display_name").iterator()
        options = format_html_join("", '<option value="{}"></option>', ((label_of(person),) for person in people))
        return format_html('<datalist id="{}">{}</datalist>', self.list_id, options)

    def named(self, text: str) -> list[User]:
        """Whom a text means: the one with this user name, else whoever bears the name (two are enough to know)."""
        in_brackets = IN_BRACKETS.search(text)
        exact = list(self.rows.filter(username=in_brackets[1].strip() if in_brackets else text))
        return exact or list(self.rows.filter(display_name=text)[:2])


class SearchInput(forms.TextInput):
    """A line to type a part of a name into; with the list, unless another field of the page brings it."""

    def __init__(self, people: People, *, brings_list: bool) -> None:
        super().__init__({"list": people.list_id, "autocomplete": "off", "placeholder": _("Name or user name")})
        self.people = people
        self.brings_list = brings_list

    def render(self, *arguments: Any, **options: Any) -> SafeString:
        line = super().render(*arguments, **options)
        return format_html("{}{}", line, self.people.suggestions()) if self.brings_list else line


class PersonField(forms.CharField):
    """One of certain people."""

    default_error_messages = {
        "nobody": _("There is nobody of this name who can be chosen here."),
        "several": _("Several people bear this name: choose one from the list, with the user name."),
    }

    def __init__(self, people: People | QuerySet[User], *, brings_list: bool = True, **options: Any) -> None:
        self.people = people if isinstance(people, People) else People(people)
        super().__init__(max_length=300, **options)
        self.widget = self._list_or_line(brings_list=brings_list)
        self.widget.is_required = self.required

    def _list_or_line(self, *, brings_list: bool) -> forms.Widget:
        if self.people.few is None:
            return SearchInput(self.people, brings_list=brings_list)
        return forms.Select(choices=[("", "---------"), *((label, label) for label in self.people.few)])

    def prepare_value(self, value: Any) -> Any:
        """A person, or the key of one, by name; what was typed as it was typed."""
        if isinstance(value, int):
            value = User.objects.filter(pk=value).first()
        return label_of(value) if isinstance(value, User) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = self.people.named(text)
        if len(found) != 1:
            code = "several" if found else "nobody"
            raise ValidationError(self.error_messages[code], code=code)
        return found[0]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)
