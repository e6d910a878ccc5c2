"""What another part of the system asks for: formal investigations, admissions, legal holds. (AC-1, AC-2)"""

from django.utils.translation import gettext as _

from complaints.models import Admission, Recusal
from complaints.services import records
from complaints.services.doing import Doing, effect


@effect("open_investigation")
def open_investigation(doing: Doing) -> None:
    """From now on only the outcome of the investigation leads this round on (WF-4)."""
    doing.complaint.formal_round = doing.complaint.round
    doing.changes_complaint = True


@effect("admit")
def admit(doing: Doing) -> None:
    """Let a person read the complaint whatever their office. Whoever must keep away is never admitted (WF-13)."""
    person = doing.given["person"]
    if Recusal.objects.filter(complaint=doing.complaint, person=person).exists():
        doing.refuse(_("%(person)s must keep away from this case.") % {"person": person})
    if not Admission.objects.filter(complaint=doing.complaint, person=person, ended_at=None).exists():
        doing.save(Admission(complaint=doing.complaint, person=person, reason=doing.reason, admitted_at=doing.now))
    doing.detail["person"] = person.pk


@effect("release")
def release(doing: Doing) -> None:
    """End an admission; what the person's office allows stays."""
    person = doing.given["person"]
    for admission in Admission.objects.filter(complaint=doing.complaint, person=person, ended_at=None):
        admission.ended_at = doing.now
        records.save(admission, by=doing.by, reason=doing.reason, now=doing.now)
    doing.detail["person"] = person.pk


@effect("place_hold")
def place_hold(doing: Doing) -> None:
    """Nothing of the case may be deleted."""
    doing.complaint.is_held = True
    doing.changes_complaint = True


@effect("lift_hold")
def lift_hold(doing: Doing) -> None:
    """Retention periods count again."""
    doing.complaint.is_held = False
    doing.changes_complaint = True
