"""Files that come with an act: written before the complaint is locked, placed as the last thing while it is. (AC-2)

Nobody waits for the copying of somebody else's film, and whatever is refused, at whatever moment, leaves no file.
"""

from types import TracebackType
from typing import Any, Self

from accountability.acts import InquiryAct
from accountability.queries.inquiry import Inquiry
from accountability.services import evidence_files
from accountability.services.evidence_files import Staged
from complaints.acts import AskKind

MEGABYTE = 1024 * 1024


class Staging:
    """The files of one act, from their coming to the end of the transaction.

    If the transaction itself cannot be committed after they were placed, they stay in the store without a row, never a
    row without its file.
    """

    def __init__(self) -> None:
        self._files: list[Staged] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for staged in self._files:
            evidence_files.discard(staged)

    @staticmethod
    def is_needed(act: InquiryAct, given: dict[str, Any]) -> bool:
        """Files come with what is given, as the act asks for them."""
        return any(ask.kind == AskKind.FILES and given.get(ask.name) for ask in act.asks)

    def take(self, act: InquiryAct, given: dict[str, Any], inquiry: Inquiry) -> None:
        """Write every file given, by the limits of the complaint's policy, and put what became of it in its stead.

        Raises ActRefusedError for the first file that cannot be kept.
        """
        rules = inquiry.rules.determination
        for ask in act.asks:
            if ask.kind == AskKind.FILES and given.get(ask.name):
                given[ask.name] = [self._stage(upload, rules) for upload in given[ask.name]]

    def _stage(self, upload: Any, rules: Any) -> Staged:
        staged = evidence_files.stage(upload, limit=rules.evidence_megabytes * MEGABYTE, kinds=rules.evidence_files)
        self._files.append(staged)
        return staged

    def place(self) -> None:
        """Put every file where its digest says. OSError if that cannot be done; then nothing is committed."""
        for staged in self._files:
            evidence_files.place(staged)
