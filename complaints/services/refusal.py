"""How a service says no. (WF-1)"""

from complaints.punctuation import sentences


class ActRefusedError(Exception):
    """The act was not taken and nothing changed. `reasons` are sentences for the person; `code` says which kind."""

    def __init__(self, code: str, *reasons: str) -> None:
        self.code = code
        self.reasons = list(reasons)
        super().__init__(sentences(self.reasons) or code)
