"""Playing batches in several processes. Imports nothing of ours before Django stands: a new process begins here."""

import multiprocessing
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from complaints.demo.simulation import Batch
    from complaints.demo.writing import Part

#: Batches played ahead of the one that is being written, for each process.
AHEAD = 2

_simulation: Any = None


def _start(seed: int, now: datetime) -> None:
    """In the new process: Django, and a simulation of its own that reads the same organisation."""
    global _simulation  # noqa: PLW0603 - a process has one
    django.setup()
    from complaints.demo.simulation import Simulation  # noqa: PLC0415 - not before Django stands

    _simulation = Simulation(seed, now)


def _parts(batch: "Batch") -> "list[Part]":
    parts: list[Part] = _simulation.parts(batch)
    return parts


@contextmanager
def players(processes: int, seed: int, now: datetime) -> "Iterator[Callable[[Sequence[Batch]], Iterator[list[Part]]]]":
    """A function that plays batches in so many processes and gives their parts in order, not far ahead."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, initializer=_start, initargs=(seed, now)) as pool:

        def play(batches: "Sequence[Batch]") -> "Iterator[list[Part]]":
            waiting: deque[Future[list[Part]]] = deque()
            for batch in batches:
                waiting.append(pool.submit(_parts, batch))
                if len(waiting) > AHEAD * processes:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

        yield play
