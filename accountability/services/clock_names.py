"""What clocks of an inquiry are called, in every language: read by everybody who reads the complaint."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import override

from complaints.localised import ORDER


def names_of(text: str | Promise, **facts: Any) -> dict[str, str]:
    """A text with its facts in each language of the product. It says what kind of thing is due, and not what about."""
    names = {}
    for language in ORDER:
        with override(language):
            names[language] = str(text) % facts
    return names
