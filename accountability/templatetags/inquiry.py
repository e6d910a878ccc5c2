"""What pages of inquiries show: addresses of subjects and acts, digests in short, percent without needless zeros."""

from decimal import Decimal
from typing import Any

from django import template

from accountability.admin.opening import act_address, address_of
from accountability.queries.choices_of_acts import Choice

register = template.Library()

#: Acts that carry a subject on to what comes next.
CARRY_ON = frozenset(
    {"review", "submit", "approve", "finalise", "report_done", "verify", "hear_person", "decide", "carry_out"}
)
#: So many characters of a digest tell two files apart at a glance.
SHORT = 12


@register.simple_tag
def choice_address(choice: Choice) -> str:
    """The form of an act that the person may take."""
    return act_address(choice.kind, choice.pk, choice.act.code)


@register.simple_tag
def subject_address(kind: str, key: int) -> str:
    """The page of a subject."""
    return address_of(kind, key)


@register.simple_tag(takes_context=True)
def fold(context: template.Context, part: str) -> str:
    """How a part of a page begins: folded or not; what is to be done now stays open in a narrow window too.

    Where the page says nothing of it, as beside a form, everything is open.
    """
    unfolded, now = context.get("unfolded"), context.get("now_at")
    if unfolded is None or part in (now or ()):
        return " open data-now"
    return " open" if part in unfolded else ""


@register.filter
def short_digest(digest: str) -> str:
    """The beginning of a digest."""
    return digest[:SHORT]


@register.filter
def tail(number: str) -> str:
    """What tells a number from its neighbours: the part after the last dash."""
    return str(number).rpartition("-")[2]


@register.filter
def percent(share: Decimal | None) -> str:
    """A share as it is written: "33.33 %"."""
    return f"{share:.2f} %" if share is not None else "–"


@register.filter
def offered(choices: list[Choice], codes: str) -> list[Choice]:
    """Of the person's acts those with these codes, in their order: `page.choices|offered:"find,evaluate"`."""
    wanted = codes.split(",")
    return sorted((row for row in choices if row.act.code in wanted), key=lambda row: wanted.index(row.act.code))


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """One value of a mapping."""
    return mapping.get(key)


@register.filter
def carries_on(code: str) -> bool:
    """The act carries its subject on, and is no choice between two answers: its button stands out."""
    return code in CARRY_ON


@register.filter
def field_named(form: Any, name: str) -> Any:
    """A field of a form by its name."""
    return form[name]
