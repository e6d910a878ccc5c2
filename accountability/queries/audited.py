"""What events were about, by name: for whoever looks through many of them at once. (AU-3)"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.text import capfirst

from accountability.acts import Subject
from accountability.models import InquiryEvent
from accountability.queries.inquiry import MODELS
from accountability.queries.inquiry_timeline import subject_key

_PARTY = ("party__department", "party__person", "party__outside")
#: What the name of a row takes. The name of an objection is that of the hearing it came from.
_RELATED: Mapping[str, tuple[str, ...]] = {
    Subject.HEARING: ("determination", *_PARTY),
    Subject.OBJECTION: ("hearing__determination", *(f"hearing__{name}" for name in _PARTY)),
}


def kind_name(kind: str) -> str:
    """A kind of subject, in words."""
    return str(capfirst(MODELS[Subject(kind)]._meta.verbose_name)) if kind in set(Subject) else kind


def names_of(events: Iterable[InquiryEvent]) -> dict[str, str]:
    """The names of all subjects, by what the events call them: one query for each kind there is."""
    keys: dict[str, set[int]] = {}
    for event in events:
        kind, key = subject_key(event)
        keys.setdefault(kind, set()).add(key)
    names: dict[str, str] = {}
    for kind in sorted(keys.keys() & set(Subject)):
        rows: Any = MODELS[Subject(kind)].objects.filter(pk__in=keys[kind])
        names |= {f"{kind}:{row.pk}": str(row) for row in rows.select_related(*_RELATED.get(kind, ()))}
    return names
