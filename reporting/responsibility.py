"""What responsibility borne means as a figure: one named definition, shown wherever the figure is. (RP-1, AC-6)

Beside `definitions`, since it is no function of tallies of rounds: one round gives shares to several parties. A leaf.
"""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accountability.states import Share
from reporting.definitions import Unit

#: The ways of bearing responsibility that are counted.
SHARES = (Share.SOLE, Share.PRIMARY, Share.SECONDARY, Share.EQUAL)


class FinalDay(models.TextChoices):
    """Which day decides the period."""

    FINAL = "final", pgettext_lazy("basis", "Of the determinations that became final in the period")


@dataclass(frozen=True, slots=True)
class Borne:
    """The definition."""

    code: str
    label: str | Promise
    unit: Unit
    basis: FinalDay
    formula: str | Promise
    treatment: str | Promise
    source: str


BORNE = Borne(
    "responsibility",
    pgettext_lazy("figure", "Responsibility borne"),
    Unit.ROUNDS,
    FinalDay.FINAL,
    _("Number of complaints in which a party bears responsibility, by kind of share, and the mean of its shares."),
    _(
        "The determination in force counts, on the day on which it became final. A complaint taken up again is "
        "determined anew and counts again. A party that bears a share in several allegations counts once. Departments "
        "are not added to those above them. Employees stand under their department and are not named."
    ),
    "RP-1, AC-6",
)
