"""Cases that an app above goes on with.

Their stories are told here as any other, with numbers in the order of registration, but only until the department has
answered the contact sheet; from that moment on whoever commissioned them plays them, through the services, up to now.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from complaints.demo.texts import Product, Topic


@dataclass(frozen=True, slots=True)
class Commission:
    """One case. The subject of its topic is its own, so that it is found again by it."""

    topic: Topic
    sort: str
    severity: str
    #: Who handles it, by user name.
    handler: str
    #: Office minutes that have passed since the department answered.
    minutes: float
    product: Product | None = None

    @property
    def subject(self) -> str:
        """What the complaint is called."""
        return self.topic.subjects[0]


#: Functions that give as many commissions as wanted, or fewer.
SOURCES: list[Callable[[int], Sequence[Commission]]] = []


def commissioned(count: int) -> list[Commission]:
    """The commissions of all apps above, `count` of each at most."""
    return [commission for source in SOURCES for commission in source(count)]
