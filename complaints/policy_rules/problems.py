"""What is wrong with a file that people write, told so that they can mend it (AU-7)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from complaints.punctuation import labelled, listed

#: Keys from the top of a document to one value: names of keys, and positions in lists counted from 0.
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where, and why. `line` is 0 where the text is not at hand (a document out of the database)."""

    file: str
    line: int
    path: str
    message: str | Promise
    parameters: Mapping[str, object] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """Why, in the active language."""
        return str(self.message) % self.parameters if self.parameters else str(self.message)

    def __str__(self) -> str:
        place = [self.file] if self.file else []
        if self.line:
            place.append(_("line %(line)d") % {"line": self.line})
        if self.path:
            place.append(self.path)
        return labelled(listed(place), self.reason) if place else self.reason


class PolicyFileError(Exception):
    """A file was refused whole. `problems` lists everything found, in the order of the lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems, first line first."""
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.file, problem.line, problem.path)))
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)
