"""What must be there before an act on evidence, and before a legal hold. (AC-2, AC-3)"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accountability.models import Citation
from accountability.states import DeterminationStatus, InvestigationStatus
from complaints.queries.requirements import Given, condition

D = DeterminationStatus
#: Versions that rest, or may yet come to rest, on what they cite.
STANDING = (D.DRAFT, D.SUBMITTED, D.HEARING, D.FINAL)


@condition("inquiry_open", gettext_lazy("The investigation is open"))
def inquiry_open(inquiry: Any, standing: Any, given: Given) -> str | None:
    """What an investigation rested on stays as it was when it ended; a later round may go on with it."""
    if inquiry.at_work is not None and inquiry.at_work.status == InvestigationStatus.OPEN:
        return None
    return _("The investigation has ended: its evidence stays as it is.")


@condition("not_collector", gettext_lazy("Somebody else collected the evidence"))
def not_collector(inquiry: Any, standing: Any, given: Given) -> str | None:
    """Nobody reviews what they, or somebody they stand in for, collected (AC-3)."""
    if inquiry.subject.collected_by_id not in standing.people:
        return None
    return _("Who collected the evidence, or stands in for that person, does not review it.")


def _cited_by(inquiry: Any, *statuses: str) -> list[str]:
    cited = Citation.objects.filter(evidence=inquiry.subject, assignment__determination__status__in=statuses)
    return sorted(set(cited.values_list("assignment__determination__number", flat=True)))


@condition("not_cited", gettext_lazy("No determination rests on the evidence"))
def not_cited(inquiry: Any, standing: Any, given: Given) -> str | None:
    """What a determination cites stays in the file (AC-3)."""
    for number in _cited_by(inquiry, *STANDING)[:1]:
        return _("The determination %(number)s cites this evidence.") % {"number": number}
    return None


@condition("not_cited_by_final", gettext_lazy("No final determination rests on the evidence"))
def not_cited_by_final(inquiry: Any, standing: Any, given: Given) -> str | None:
    """What was final is not judged anew."""
    for number in _cited_by(inquiry, D.FINAL)[:1]:
        return _("The final determination %(number)s rests on this evidence as it was reviewed.") % {"number": number}
    return None


@condition("not_sealed", gettext_lazy("The evidence is not sealed"))
def not_sealed(inquiry: Any, standing: Any, given: Given) -> str | None:
    """A seal is broken first, on record."""
    return _("The evidence is sealed.") if inquiry.subject.is_sealed else None


@condition("sealed", gettext_lazy("The evidence is sealed"))
def sealed(inquiry: Any, standing: Any, given: Given) -> str | None:
    """There must be a seal to break."""
    return None if inquiry.subject.is_sealed else _("The evidence is not sealed.")


@condition("no_hold", gettext_lazy("No legal hold stands"))
def no_hold(inquiry: Any, standing: Any, given: Given) -> str | None:
    """One hold at a time."""
    return None if inquiry.hold is None else _("A legal hold already stands.")


@condition("hold_stands", gettext_lazy("A legal hold stands"))
def hold_stands(inquiry: Any, standing: Any, given: Given) -> str | None:
    """There must be one to lift."""
    return _("No legal hold stands.") if inquiry.hold is None else None
