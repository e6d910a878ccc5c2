"""Texts put together as the active language does it: "a: b" or "a：b", "a, b" or "a、b". A leaf file.

Words that belong together in one sentence are one message with placeholders; this is for parts that are translated
apart, or that people wrote.
"""

from collections.abc import Iterable
from functools import reduce
from typing import Any

from django.utils.translation import gettext, pgettext


def labelled(label: Any, text: Any) -> str:
    """A label and what it is for: "Phone: 123"."""
    return gettext("%(label)s: %(text)s") % {"label": label, "text": text}


def remarked(text: Any, remark: Any) -> str:
    """A text with something in brackets after it."""
    return pgettext("brackets", "%(text)s (%(remark)s)") % {"text": text, "remark": remark}


def listed(words: Iterable[Any]) -> str:
    """Words in a row: "a, b, c"."""
    return _joined(pgettext("words in a row", "%(before)s, %(next)s"), words)


def clauses(parts: Iterable[Any]) -> str:
    """Longer parts of one sentence: "a is b; c is d"."""
    return _joined(pgettext("clauses in a row", "%(before)s; %(next)s"), parts)


def sentences(whole: Iterable[Any]) -> str:
    """Whole sentences, one after another."""
    return _joined(pgettext("sentences in a row", "%(before)s %(next)s"), whole)


def _joined(pattern: str, parts: Iterable[Any]) -> str:
    texts = [str(part) for part in parts]
    return reduce(lambda before, following: pattern % {"before": before, "next": following}, texts) if texts else ""
