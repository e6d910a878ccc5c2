"""States of a complaint, roles of people, and the small closed lists the whole product speaks in.

A leaf: imports nothing of ours. Labels are translated when shown. (WF-1, CL-1, DESIGN §2, §3)
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """Where a complaint stands. Only `services.workflow` moves it."""

    REGISTERED = "registered", pgettext_lazy("state", "Registered")
    ACCEPTED = "accepted", pgettext_lazy("state", "Accepted")
    DISPATCHED = "dispatched", pgettext_lazy("state", "Dispatched")
    INVESTIGATING = "investigating", pgettext_lazy("state", "Investigating")
    DETERMINED = "determined", pgettext_lazy("state", "Responsibility determined")
    APPROVING = "approving", pgettext_lazy("state", "Awaiting approval")
    OFFERED = "offered", pgettext_lazy("state", "Awaiting the complainant's confirmation")
    IMPLEMENTING = "implementing", pgettext_lazy("state", "Implementing")
    COMPLETED = "completed", pgettext_lazy("state", "Awaiting feedback")
    RETURN_VISIT = "return_visit", pgettext_lazy("state", "Awaiting return visit")
    CLOSED = "closed", pgettext_lazy("state", "Closed")
    DECLINED = "declined", pgettext_lazy("state", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("state", "Withdrawn")
    ARCHIVED = "archived", pgettext_lazy("state", "Archived")


ENDED = frozenset({State.CLOSED, State.DECLINED, State.WITHDRAWN, State.ARCHIVED})
OPEN = frozenset(State) - ENDED
UNARCHIVED = frozenset(State) - {State.ARCHIVED}


class Role(models.TextChoices):
    """What a person is appointed to be in a department."""

    INTAKE = "intake", pgettext_lazy("role", "Intake officer")
    HANDLER = "handler", pgettext_lazy("role", "Handler")
    LIAISON = "liaison", pgettext_lazy("role", "Department liaison")
    HEAD = "head", pgettext_lazy("role", "Department head")
    EXECUTIVE = "executive", pgettext_lazy("role", "Executive")
    QUALITY = "quality", pgettext_lazy("role", "Quality department")
    LEGAL = "legal", pgettext_lazy("role", "Legal counsel")
    PERSONNEL = "personnel", pgettext_lazy("role", "Human resources")
    AUDITOR = "auditor", pgettext_lazy("role", "Auditor")
    ADMINISTRATOR = "administrator", pgettext_lazy("role", "Administrator")


class CaseRole(models.TextChoices):
    """What a person is towards one complaint; follows from appointments and from the complaint's own row."""

    INTAKE = "intake", pgettext_lazy("case role", "Intake officer of the owning department")
    HANDLER = "handler", pgettext_lazy("case role", "Handler of the complaint")
    LIAISON = "liaison", pgettext_lazy("case role", "Liaison of the responsible department")
    RESPONSIBLE_HEAD = "responsible_head", pgettext_lazy("case role", "Head of the responsible department")
    OWNER_HEAD = "owner_head", pgettext_lazy("case role", "Head of the owning department")
    EXECUTIVE = "executive", pgettext_lazy("case role", "Executive above the departments")
    ADDRESSEE = "addressee", pgettext_lazy("case role", "Addressee of an open request")
    INVESTIGATOR = "investigator", pgettext_lazy("case role", "Investigation group")
    QUALITY = "quality", pgettext_lazy("case role", "Quality department")
    LEGAL = "legal", pgettext_lazy("case role", "Legal counsel")
    AUDITOR = "auditor", pgettext_lazy("case role", "Auditor")
    ADMINISTRATOR = "administrator", pgettext_lazy("case role", "Administrator")


class Kind(models.TextChoices):
    """A complaint asks for redress; feedback suggests (IN-12)."""

    COMPLAINT = "complaint", pgettext_lazy("kind", "Complaint")
    FEEDBACK = "feedback", pgettext_lazy("kind", "Feedback or suggestion")


class Severity(models.TextChoices):
    """How serious. A policy may rename the middle step (CL-1)."""

    GENERAL = "general", pgettext_lazy("severity", "General")
    URGENT = "urgent", pgettext_lazy("severity", "Urgent")
    MAJOR = "major", pgettext_lazy("severity", "Major")


class Difficulty(models.TextChoices):
    """Simple, or several departments or links (CL-3)."""

    SIMPLE = "simple", pgettext_lazy("difficulty", "Simple")
    COMPLEX = "complex", pgettext_lazy("difficulty", "Complex")


class ComplainantKind(models.TextChoices):
    """Who complains (IN-3)."""

    CUSTOMER = "customer", pgettext_lazy("complainant", "Customer")
    EMPLOYEE = "employee", pgettext_lazy("complainant", "Employee")
    ORGANISATION = "organisation", pgettext_lazy("complainant", "Organisation")
    ANONYMOUS = "anonymous", pgettext_lazy("complainant", "Anonymous")


class PartyKind(models.TextChoices):
    """Whom a complaint is against, and later who may bear responsibility (IN-3, AC-5)."""

    DEPARTMENT = "department", pgettext_lazy("party", "Department")
    EMPLOYEE = "employee", pgettext_lazy("party", "Employee")
    SUPPLIER = "supplier", pgettext_lazy("party", "Supplier")
    PARTNER = "partner", pgettext_lazy("party", "Third-party partner")


class Outcome(models.TextChoices):
    """What the investigation found (WF-3, AC-3)."""

    FOUNDED = "founded", pgettext_lazy("outcome", "Founded")
    PARTLY_FOUNDED = "partly_founded", pgettext_lazy("outcome", "Partly founded")
    UNFOUNDED = "unfounded", pgettext_lazy("outcome", "Unfounded")
    INSUFFICIENT_EVIDENCE = "insufficient_evidence", pgettext_lazy("outcome", "Insufficient evidence")


class Grade(models.TextChoices):
    """Satisfaction at the return visit, best first (WF-10)."""

    VERY_SATISFIED = "very_satisfied", pgettext_lazy("grade", "Very satisfied")
    SATISFIED = "satisfied", pgettext_lazy("grade", "Satisfied")
    NEUTRAL = "neutral", pgettext_lazy("grade", "Neutral")
    DISSATISFIED = "dissatisfied", pgettext_lazy("grade", "Dissatisfied")
    VERY_DISSATISFIED = "very_dissatisfied", pgettext_lazy("grade", "Very dissatisfied")


class Remedy(models.TextChoices):
    """What a resolution plan offers (WF-4)."""

    REFUND = "refund", pgettext_lazy("remedy", "Refund")
    EXCHANGE = "exchange", pgettext_lazy("remedy", "Exchange")
    REPAIR = "repair", pgettext_lazy("remedy", "Repair")
    COMPENSATION = "compensation", pgettext_lazy("remedy", "Compensation")
    APOLOGY = "apology", pgettext_lazy("remedy", "Apology")
    COMMITMENT = "commitment", pgettext_lazy("remedy", "Service improvement commitment")
    OTHER = "other", pgettext_lazy("remedy", "Other")


class DecisionKind(models.TextChoices):
    """How the matter is decided on the handling sheet (WF-16)."""

    RULING = "ruling", pgettext_lazy("decision", "Ruling")
    MEDIATION = "mediation", pgettext_lazy("decision", "Mediation")
    AGREEMENT = "agreement", pgettext_lazy("decision", "Agreement")


class Direction(models.TextChoices):
    """Which way a communication went (WF-15)."""

    INCOMING = "incoming", pgettext_lazy("direction", "From the complainant")
    OUTGOING = "outgoing", pgettext_lazy("direction", "To the complainant")


class Medium(models.TextChoices):
    """By what means (WF-9, WF-15)."""

    PHONE = "phone", pgettext_lazy("medium", "Phone")
    SMS = "sms", pgettext_lazy("medium", "SMS")
    ONLINE = "online", pgettext_lazy("medium", "Online")
    EMAIL = "email", pgettext_lazy("medium", "E-mail")
    LETTER = "letter", pgettext_lazy("medium", "In writing")
    VISIT = "visit", pgettext_lazy("medium", "In person")


class SheetStatus(models.TextChoices):
    """Life of a work contact sheet (WF-2)."""

    ISSUED = "issued", pgettext_lazy("sheet", "Issued")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("sheet", "Acknowledged")
    REPLIED = "replied", pgettext_lazy("sheet", "Replied")
    RETURNED = "returned", pgettext_lazy("sheet", "Returned")
    RECALLED = "recalled", pgettext_lazy("sheet", "Recalled")


STANDING_SHEETS = frozenset({SheetStatus.ISSUED, SheetStatus.ACKNOWLEDGED, SheetStatus.REPLIED})


class LinkKind(models.TextChoices):
    """How two complaints belong together (IN-10, IN-8)."""

    DUPLICATE = "duplicate", pgettext_lazy("link", "Duplicate")
    REPEAT = "repeat", pgettext_lazy("link", "Repeat complaint")
    JOINT = "joint", pgettext_lazy("link", "Joint complaint")
    RETALIATION = "retaliation", pgettext_lazy("link", "Retaliation for it")
    RELATED = "related", pgettext_lazy("link", "Related")


class NoteKind(models.TextChoices):
    """Records beside the main line that policies or the law ask for (CL-6, WF-12)."""

    LEGAL_CONSULTATION = "legal_consultation", pgettext_lazy("note", "Legal consultation")
    CRISIS_COMMUNICATION = "crisis_communication", pgettext_lazy("note", "Crisis communication")
    SPECIAL_GROUP = "special_group", pgettext_lazy("note", "Special group")
    EXTERNAL = "external", pgettext_lazy("note", "External continuation")
    INTERNAL = "internal", pgettext_lazy("note", "Internal note")


class ApprovalLevel(models.TextChoices):
    """Who must approve a plan (WF-5)."""

    HEAD = "head", pgettext_lazy("approval", "Department head")
    EXECUTIVE = "executive", pgettext_lazy("approval", "Executive")


#: Shown where a person or a moment is unknown.
NOT_GIVEN = _("not given")
