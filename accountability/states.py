"""What investigations, evidence, determinations, hearings and measures can be, and the closed lists they speak in.

A leaf: imports nothing of ours but the words of complaints. Labels are translated when shown. (AC-1 … AC-13)
"""

from django.db import models
from django.utils.translation import pgettext_lazy


class InquiryRole(models.TextChoices):
    """What a person is towards an investigation and what belongs to it, besides their role towards the complaint."""

    LEAD = "lead", pgettext_lazy("inquiry role", "Lead investigator")
    MEMBER = "member", pgettext_lazy("inquiry role", "Member of the investigation group")
    NAMED = "named", pgettext_lazy("inquiry role", "Named for the group, interests not yet declared")
    COUNSEL = "counsel", pgettext_lazy("inquiry role", "Reviewer of evidence")
    PARTY = "party", pgettext_lazy("inquiry role", "Party concerned")
    SUPERIOR = "superior", pgettext_lazy("inquiry role", "Who decides the objection")
    OWNER = "owner", pgettext_lazy("inquiry role", "Owner of the measure")
    VERIFIER = "verifier", pgettext_lazy("inquiry role", "Quality department")
    REPORTER = "reporter", pgettext_lazy("inquiry role", "Who recorded it")
    PERSONNEL = "personnel", pgettext_lazy("inquiry role", "Human resources")


class InvestigationStatus(models.TextChoices):
    """Life of an investigation: one for each round of a complaint (AC-1)."""

    OPEN = "open", pgettext_lazy("investigation", "Under investigation")
    WAIVER_PROPOSED = "waiver_proposed", pgettext_lazy("investigation", "Proposed to do without")
    WAIVED = "waived", pgettext_lazy("investigation", "No investigation needed")
    CONCLUDED = "concluded", pgettext_lazy("investigation", "Concluded")
    DISCONTINUED = "discontinued", pgettext_lazy("investigation", "Discontinued")


class Declaration(models.TextChoices):
    """What a member declares before access (WF-13)."""

    PENDING = "pending", pgettext_lazy("declaration", "Not yet declared")
    NO_INTEREST = "no_interest", pgettext_lazy("declaration", "No interest in the matter")
    INTEREST = "interest", pgettext_lazy("declaration", "Has an interest: recused")


class AllegationFinding(models.TextChoices):
    """What was found on one allegation against one party (AC-1, WF-3)."""

    PENDING = "pending", pgettext_lazy("finding", "Pending")
    FOUNDED = "founded", pgettext_lazy("finding", "Founded")
    PARTLY_FOUNDED = "partly_founded", pgettext_lazy("finding", "Partly founded")
    UNFOUNDED = "unfounded", pgettext_lazy("finding", "Unfounded")
    NOT_SUSTAINED = "not_sustained", pgettext_lazy("finding", "Not sustained")
    INSUFFICIENT_EVIDENCE = "insufficient_evidence", pgettext_lazy("finding", "Insufficient evidence")
    REFERRED = "referred", pgettext_lazy("finding", "Referred elsewhere")
    NOT_INVESTIGATED = "not_investigated", pgettext_lazy("finding", "Not investigated")


#: A party can bear responsibility only for what was found against it.
BEARING = frozenset({AllegationFinding.FOUNDED, AllegationFinding.PARTLY_FOUNDED})


class TaskStatus(models.TextChoices):
    """Life of a task of an investigation."""

    OPEN = "open", pgettext_lazy("task", "Open")
    DONE = "done", pgettext_lazy("task", "Done")
    DROPPED = "dropped", pgettext_lazy("task", "Dropped")


class EvidenceKind(models.TextChoices):
    """Kinds of evidence (AC-2)."""

    WRITTEN = "written", pgettext_lazy("evidence", "Written evidence")
    AUDIO_VISUAL = "audio_visual", pgettext_lazy("evidence", "Audio-visual material")
    ELECTRONIC = "electronic", pgettext_lazy("evidence", "Electronic data")
    PHYSICAL = "physical", pgettext_lazy("evidence", "Physical evidence")
    WITNESS = "witness", pgettext_lazy("evidence", "Witness statement")
    TRANSACTION = "transaction", pgettext_lazy("evidence", "Transaction record")
    COMMUNICATION = "communication", pgettext_lazy("evidence", "Communication record")
    EXPERT_REPORT = "expert_report", pgettext_lazy("evidence", "Inspection or expert report")
    ON_SITE = "on_site", pgettext_lazy("evidence", "On-site record")


class EvidenceStatus(models.TextChoices):
    """Evidence is never deleted or replaced (AC-2)."""

    HELD = "held", pgettext_lazy("evidence status", "In the file")
    WITHDRAWN = "withdrawn", pgettext_lazy("evidence status", "Withdrawn")
    SUPERSEDED = "superseded", pgettext_lazy("evidence status", "Superseded")


class CustodyAct(models.TextChoices):
    """What happens to a piece of evidence on its way (AC-2)."""

    COLLECTED = "collected", pgettext_lazy("custody", "Collected")
    HANDED_OVER = "handed_over", pgettext_lazy("custody", "Handed over")
    VIEWED = "viewed", pgettext_lazy("custody", "Viewed")
    COPIED = "copied", pgettext_lazy("custody", "Copied")
    SEALED = "sealed", pgettext_lazy("custody", "Sealed")
    UNSEALED = "unsealed", pgettext_lazy("custody", "Unsealed")
    WITHDRAWN = "withdrawn", pgettext_lazy("custody", "Withdrawn")
    SUPERSEDED = "superseded", pgettext_lazy("custody", "Superseded")
    DAMAGED = "damaged", pgettext_lazy("custody", "File changed or missing")
    RESTORED = "restored", pgettext_lazy("custody", "File whole again")


class Judgement(models.TextChoices):
    """How one quality of a piece of evidence is judged (AC-3)."""

    ESTABLISHED = "established", pgettext_lazy("judgement", "Established")
    DOUBTFUL = "doubtful", pgettext_lazy("judgement", "Doubtful")
    REFUTED = "refuted", pgettext_lazy("judgement", "Refuted")


class Weight(models.TextChoices):
    """What a piece of evidence is worth (AC-3)."""

    STRONG = "strong", pgettext_lazy("weight", "Strong")
    MEDIUM = "medium", pgettext_lazy("weight", "Medium")
    WEAK = "weak", pgettext_lazy("weight", "Weak")
    NONE = "none", pgettext_lazy("weight", "Not to be used")


class Bearing(models.TextChoices):
    """What a piece of evidence says of a fact (AC-4). A pair without a row has not been judged yet."""

    SUPPORTS = "supports", pgettext_lazy("bearing", "Supports")
    CONTRADICTS = "contradicts", pgettext_lazy("bearing", "Contradicts")
    SILENT = "silent", pgettext_lazy("bearing", "Silent")


class FactStatus(models.TextChoices):
    """What the evidence came to for a fact (AC-4)."""

    OPEN = "open", pgettext_lazy("fact", "To be proved")
    PROVED = "proved", pgettext_lazy("fact", "Proved")
    REFUTED = "refuted", pgettext_lazy("fact", "Refuted")
    UNDECIDED = "undecided", pgettext_lazy("fact", "Cannot be decided")


class Deviation(models.TextChoices):
    """What process backtracking finds at a step (AC-4)."""

    UNKNOWN = "unknown", pgettext_lazy("deviation", "Not yet looked at")
    NONE = "none", pgettext_lazy("deviation", "No deviation")
    LATE = "late", pgettext_lazy("deviation", "Late")
    WRONG = "wrong", pgettext_lazy("deviation", "Done wrongly")
    OMITTED = "omitted", pgettext_lazy("deviation", "Not done")


class OpinionKind(models.TextChoices):
    """Who is asked from outside (AC-4, AC-8)."""

    EXPERT = "expert", pgettext_lazy("opinion", "Expert evaluation")
    ASSESSOR = "assessor", pgettext_lazy("opinion", "Third-party assessment")
    COUNSEL = "counsel", pgettext_lazy("opinion", "Legal counsel")


class Method(models.TextChoices):
    """How responsibility was found (AC-4)."""

    BACKTRACKING = "backtracking", pgettext_lazy("method", "Process backtracking")
    EVIDENCE_CHAIN = "evidence_chain", pgettext_lazy("method", "Evidence chain analysis")
    EXPERT = "expert", pgettext_lazy("method", "Expert evaluation")


class DeterminationStatus(models.TextChoices):
    """Life of one version of a determination (AC-6, AC-8)."""

    DRAFT = "draft", pgettext_lazy("determination", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("determination", "Awaiting approval")
    HEARING = "hearing", pgettext_lazy("determination", "Parties are heard")
    FINAL = "final", pgettext_lazy("determination", "Final")
    SUPERSEDED = "superseded", pgettext_lazy("determination", "Superseded")
    ABANDONED = "abandoned", pgettext_lazy("determination", "Abandoned")


#: The content of these versions never changes: triggers of the database refuse it too.
FROZEN = frozenset(
    {
        DeterminationStatus.HEARING,
        DeterminationStatus.FINAL,
        DeterminationStatus.SUPERSEDED,
        DeterminationStatus.ABANDONED,
    }
)


class Share(models.TextChoices):
    """Which part of the responsibility a party bears (AC-6)."""

    SOLE = "sole", pgettext_lazy("responsibility", "Sole responsibility")
    PRIMARY = "primary", pgettext_lazy("responsibility", "Primary responsibility")
    SECONDARY = "secondary", pgettext_lazy("responsibility", "Secondary responsibility")
    EQUAL = "equal", pgettext_lazy("responsibility", "Equal joint responsibility")
    NONE = "none", pgettext_lazy("responsibility", "No responsibility")


class Causation(models.TextChoices):
    """Whether what the party did brought it about (AC-6, AC-7)."""

    DIRECT = "direct", pgettext_lazy("causation", "Direct")
    INDIRECT = "indirect", pgettext_lazy("causation", "Indirect")
    NONE = "none", pgettext_lazy("causation", "None")
    UNCLEAR = "unclear", pgettext_lazy("causation", "Unclear")


class Conduct(models.TextChoices):
    """Whether the party did something or left something undone (AC-6)."""

    ACT = "act", pgettext_lazy("conduct", "Act")
    OMISSION = "omission", pgettext_lazy("conduct", "Omission")


class HearingStatus(models.TextChoices):
    """What a party answered (AC-8). Silence until the end of the period is acceptance, on record.

    A hearing lapses when the version it is about is determined anew: nobody's silence about that counts as anything.
    """

    OPEN = "open", pgettext_lazy("hearing", "Waiting for the party")
    ACCEPTED = "accepted", pgettext_lazy("hearing", "Accepted")
    SILENT = "silent", pgettext_lazy("hearing", "Silent: taken as accepted")
    OBJECTED = "objected", pgettext_lazy("hearing", "Objected")
    LAPSED = "lapsed", pgettext_lazy("hearing", "Lapsed: determined anew")


class ObjectionStatus(models.TextChoices):
    """Life of an objection (AC-8)."""

    FILED = "filed", pgettext_lazy("objection", "Filed")
    REFERRED = "referred", pgettext_lazy("objection", "Referred for an opinion")
    UPHELD = "upheld", pgettext_lazy("objection", "Upheld: to be determined anew")
    DISMISSED = "dismissed", pgettext_lazy("objection", "Dismissed")


OPEN_OBJECTIONS = frozenset({ObjectionStatus.FILED, ObjectionStatus.REFERRED})


class MeasureKind(models.TextChoices):
    """What a measure is for (AC-9)."""

    CORRECTIVE = "corrective", pgettext_lazy("measure", "Corrective")
    PREVENTIVE = "preventive", pgettext_lazy("measure", "Preventive")


class MeasureStatus(models.TextChoices):
    """Life of a measure (AC-9)."""

    PLANNED = "planned", pgettext_lazy("measure status", "To be done")
    DONE = "done", pgettext_lazy("measure status", "Reported done")
    VERIFIED = "verified", pgettext_lazy("measure status", "Verified, effect to be checked")
    EFFECTIVE = "effective", pgettext_lazy("measure status", "Effective")
    CANCELLED = "cancelled", pgettext_lazy("measure status", "Cancelled")


class Effect(models.TextChoices):
    """What an effect check came to (AC-9)."""

    FEWER = "fewer", pgettext_lazy("effect", "Fewer than before")
    SAME = "same", pgettext_lazy("effect", "No change shown")
    MORE = "more", pgettext_lazy("effect", "More than before")
    TOO_FEW = "too_few", pgettext_lazy("effect", "Too few to tell")


class EffectScope(models.TextChoices):
    """Which complaints an effect check counts (AC-9)."""

    CAUSE = "cause", pgettext_lazy("effect scope", "Same root cause")
    PRODUCT = "product", pgettext_lazy("effect scope", "Same product")
    DEPARTMENT = "department", pgettext_lazy("effect scope", "Same department")
    CATEGORY = "category", pgettext_lazy("effect scope", "Same category")


class BasisKind(models.TextChoices):
    """What a duty rests on (AC-11)."""

    LAW = "law", pgettext_lazy("basis", "Law or regulation")
    STANDARD = "standard", pgettext_lazy("basis", "Standard")
    CONTRACT = "contract", pgettext_lazy("basis", "Contract")
    RULE = "rule", pgettext_lazy("basis", "Internal rule")


class Offence(models.TextChoices):
    """What a discipline record is about (AC-12)."""

    FALSE_EVIDENCE = "false_evidence", pgettext_lazy("offence", "False evidence")
    CONCEALMENT = "concealment", pgettext_lazy("offence", "Concealment")
    LEAK = "leak", pgettext_lazy("offence", "Leak")
    FABRICATION = "fabrication", pgettext_lazy("offence", "Fabricated complaint")
    RETALIATION = "retaliation", pgettext_lazy("offence", "Retaliation")
    PARTIALITY = "partiality", pgettext_lazy("offence", "Partial handling")
    REFUSAL = "refusal", pgettext_lazy("offence", "Refusal to carry out")
    CONDUCT = "conduct", pgettext_lazy("offence", "Conduct found in an investigation")


class DisciplineStatus(models.TextChoices):
    """Life of a discipline record (AC-12)."""

    REPORTED = "reported", pgettext_lazy("discipline", "Reported")
    HEARD = "heard", pgettext_lazy("discipline", "Person heard")
    DECIDED = "decided", pgettext_lazy("discipline", "Decided")
    DISMISSED = "dismissed", pgettext_lazy("discipline", "Dismissed")
    CARRIED_OUT = "carried_out", pgettext_lazy("discipline", "Carried out")


class Merit(models.TextChoices):
    """One answer of the evaluation of a complaint's merits (AC-13)."""

    YES = "yes", pgettext_lazy("merit", "Yes")
    PARTLY = "partly", pgettext_lazy("merit", "Partly")
    NO = "no", pgettext_lazy("merit", "No")
