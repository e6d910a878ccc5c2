"""The course of a case as the table of acts draws it: can a clock be left running when its case is over (DL-1, WF-1).

Only acts that move the state count as way-marks; whatever runs beside the case may or may not happen.
"""

from collections.abc import Iterable

from complaints.acts import ACTS, Act
from complaints.states import ENDED


def acts_that_outlive(starts: Iterable[str], ends: Iterable[str]) -> list[str]:
    """Acts that end the case or begin a new round while a clock with these starts and ends may still run.

    A clock started after the end of a case (follow-up checks) must have ended by archive or reopen.
    """
    ending = set(ends)
    outliving: set[str] = set()
    reached: set[str] = set()
    waiting = [state for code in starts for state in _standing(ACTS[code])]
    while waiting:
        state = waiting.pop()
        if state in reached:
            continue
        reached.add(state)
        for act in _moves_from(state):
            if act.code in ending:
                continue
            if act.new_round or act.target in ENDED:
                outliving.add(act.code)
            elif act.target is not None:
                waiting.append(act.target)
    return [code for code in ACTS if code in outliving]


def _standing(act: Act) -> list[str]:
    """Where a case stands after an act: its target, or wherever it stood before."""
    return list(act.sources) if act.target is None else [act.target]


def _moves_from(state: str) -> list[Act]:
    return [act for act in ACTS.values() if act.target is not None and state in act.sources]
