"""Keeping what a determination says, at the moment from which it can change no more. (AC-6, AC-8, decision 0012)"""

from accountability.models import Determination
from accountability.queries.content import content_of, digest_of


def keep(determination: Determination) -> None:
    """Put the content of a version, as it is worded now, into its row with its SHA-256, once. The caller saves the row.

    From then on the document is written from it, and triggers refuse to change it (`accountability.freezing`).
    """
    if not determination.sha256:
        determination.content = content_of(determination)
        determination.sha256 = digest_of(determination.content)
