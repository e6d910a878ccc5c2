"""A value of a field as people read it: labels instead of codes, local time, names by language, secrets masked."""

from typing import Any

from django.conf import settings
from django.contrib.admin.utils import display_for_value
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from complaints.admin.opening_hours import hours_text, week_lines
from complaints.encryption import EncryptedTextField, masked
from complaints.models import LOADED
from complaints.policy_rules import dump_policy
from complaints.punctuation import labelled

#: Digests for look-up end so; they are shown to nobody.
DIGEST = "_digest"


def shown(field: models.Field, value: Any) -> str:  # noqa: PLR0911 - one for each kind of field
    """`value` of `field` as text; empty for nothing."""
    if value is None or value == "":
        return ""
    if isinstance(field, EncryptedTextField):
        return masked(str(value))
    if value == LOADED:
        return _(LOADED)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(field, models.DateTimeField):
        return date_format(timezone.localtime(value), "Y-m-d H:i:s")
    if isinstance(field, models.JSONField):
        return shown_json(field.name, value)
    return display_for_value(value, "", boolean=False)


def shown_json(name: str, value: Any) -> str:
    """Names by language, opening hours by weekday, anything else as readable text."""
    if not value:
        return ""
    if name in {"names", "sources"} and isinstance(value, dict):
        return names_text(value)
    if name == "week" and isinstance(value, dict):
        return "\n".join(labelled(day, hours) for day, hours in week_lines(value))
    if name == "hours":
        return hours_text(value)
    return dump_policy(value).strip()


def names_text(names: dict[str, str]) -> str:
    """One line for each language, or one line if all are the same."""
    if len(set(names.values())) == 1:
        return next(iter(names.values()))
    own = dict(settings.LANGUAGES)
    return "\n".join(labelled(own.get(code, code), name) for code, name in names.items() if name)
