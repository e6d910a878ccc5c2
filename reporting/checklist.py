"""What the quality department looks at in a sampled case. (RP-12) A leaf."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: Raised whenever an item changes its meaning; a sample keeps the one it was drawn with.
EDITION = 1
BEST = 2


class Score(models.TextChoices):
    """How one item was met."""

    MET = "2", pgettext_lazy("score", "Met")
    PARTLY = "1", pgettext_lazy("score", "Partly met")
    NOT_MET = "0", pgettext_lazy("score", "Not met")
    NOT_APPLICABLE = "na", pgettext_lazy("score", "Does not apply")


@dataclass(frozen=True, slots=True)
class Item:
    """One question of the checklist."""

    code: str
    label: str | Promise
    question: str | Promise


ITEMS: Sequence[Item] = (
    Item(
        "first_answer",
        _("First answer"),
        _("Was the complainant answered in time, politely, and told what happens next?"),
    ),
    Item(
        "understanding",
        _("Understanding of the matter"),
        _("Do subject, content and demand say what was complained of and what was wanted?"),
    ),
    Item("classification", _("Classification"), _("Do category, severity and department fit the matter?")),
    Item(
        "investigation",
        _("Investigation"),
        _("Were the facts found out before anybody judged, and those concerned heard?"),
    ),
    Item("evidence", _("Evidence"), _("Is what the finding rests on kept, and can it be found again?")),
    Item("responsibility", _("Responsibility"), _("Does the determination follow from facts, cause and duty?")),
    Item("plan", _("Resolution plan"), _("Does the plan answer the demand and treat both sides fairly?")),
    Item("promises", _("Promises kept"), _("Was what was promised done, when it was promised, with proof?")),
    Item("communication", _("Communication"), _("Was the complainant kept informed, also of delays?")),
    Item("lesson", _("Lesson"), _("Was the cause looked for, and something done so that it does not come again?")),
)
CODES = tuple(item.code for item in ITEMS)


def points(scores: Iterable[str]) -> list[int]:
    """The points of scores; those of items that do not apply are left out."""
    return [int(score) for score in scores if score != Score.NOT_APPLICABLE]


def percent(scores: Mapping[str, str]) -> float | None:
    """What was reached of what could be reached, items that do not apply left out; None if none applies."""
    given = points(scores.values())
    return 100 * sum(given) / (BEST * len(given)) if given else None
