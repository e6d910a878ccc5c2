"""A file, or a mapping, that nothing can be taken in from."""

from complaints.punctuation import sentences


class FileRefusedError(Exception):
    """The whole file is refused, with a sentence for the person. `ask_encoding`: saying the encoding would help."""

    def __init__(self, reason: str, *, ask_encoding: bool = False) -> None:
        super().__init__(reason)
        self.ask_encoding = ask_encoding


class MappingError(Exception):
    """A mapping does not fit the file. `reasons` are sentences."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(sentences(reasons))
        self.reasons = list(reasons)
