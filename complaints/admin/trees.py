"""Choosing a row of a tree, and showing where it stands."""

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString

#: An ideographic space, which browsers do not collapse.
STEP = "　"


class TreeChoiceField(forms.ModelChoiceField):
    """Rows in the order of the tree, each indented by its depth."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{STEP * depth_of(obj)}{obj}"


def depth_of(row: Any) -> int:
    """0 for a root."""
    return int(row.path.count("/")) - 2


def indented(row: Any) -> SafeString:
    """The name of a row in a list, moved to the right by its depth."""
    depth = depth_of(row)
    if not depth:
        return format_html("{}", row)
    return format_html('<span class="indent" aria-hidden="true">{}└ </span>{}', STEP * (depth - 1), row)
