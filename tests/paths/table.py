"""The table of expected_paths.txt, as rows."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.paths.scene import INSIDERS, SEEN

OUTSIDERS = [name for name in SEEN if name not in INSIDERS]
LOGIN = 302


@dataclass(frozen=True)
class Row:
    """One line: what everybody is answered."""

    method: str
    pattern: str
    thing: str
    expected: dict[str, int]

    def __str__(self):
        return f"{self.method} {self.pattern} {self.thing}"


def rows():
    """Every line of the table."""
    groups, found = {"all": list(SEEN), "insiders": INSIDERS, "outsiders": OUTSIDERS}, []
    for line in Path(__file__).with_name("expected_paths.txt").read_text(encoding="utf-8").splitlines():
        if group := re.fullmatch(r"@(\w+) = (.+)", line):
            groups[f"@{group[1]}"] = group[2].split()
        elif line and not line.startswith("#"):
            method, pattern, thing, cells = (cell.strip() for cell in line.split(" | ", maxsplit=3))
            found.append(Row(method, pattern, thing, _expected(cells, groups)))
    return found


def _expected(cells, groups):
    expected = {}
    for cell in cells.split("; "):
        status, _colon, names = cell.partition(": ")
        for name in names.split():
            people = (
                [person for person in INSIDERS if person not in expected]
                if name == "rest"
                else groups.get(name, [name])
            )
            for person in people:
                assert person not in expected, f"{person} twice: {cells}"
                expected[person] = int(status)
    return {person: expected.get(person, LOGIN) for person in SEEN}
