"""Parties without an account: somebody tells them what is said of them, and records what they answer. (AC-8)"""

from accountability.acts import ACTS
from accountability.models import Hearing
from accountability.queries.inquiry_page import InquiryPage
from accountability.queries.people import answers_here
from accountability.states import HearingStatus
from complaints.queries.organisation import Organisation


def to_be_informed(page: InquiryPage) -> list[Hearing]:
    """Open hearings of parties that cannot answer here, due first; none for who does not record their answers."""
    if not page.roles & ACTS["record_answer"].roles:
        return []
    organisation = Organisation(page.now)
    open_ones = [row for row in page.present_hearings if row.status == HearingStatus.OPEN]
    found = [row for row in open_ones if not answers_here(row.party, organisation)]
    return sorted(found, key=lambda row: (row.due_at, row.pk))
