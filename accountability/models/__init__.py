"""Models of accountability; import them from here."""

from accountability.models.determination import (
    Assignment,
    BreachedClause,
    Citation,
    Determination,
    DeterminedCause,
)
from accountability.models.discipline import DisciplineRecord
from accountability.models.events import InquiryEvent
from accountability.models.evidence import CustodyEntry, EvidenceFile, EvidenceItem, EvidenceReview, LegalHold
from accountability.models.facts import Cell, Fact, OutsideOpinion, ProcessStep, StepEvidence
from accountability.models.hearing import Hearing, Objection
from accountability.models.investigation import (
    Allegation,
    Charge,
    Evaluation,
    Investigation,
    Membership,
    Party,
    Task,
)
from accountability.models.measure import EffectCheck, Measure, Recourse
from accountability.models.register import Clause, Contract, LegalSource, OutsideParty, RootCause

__all__ = [
    "Allegation",
    "Assignment",
    "BreachedClause",
    "Cell",
    "Charge",
    "Citation",
    "Clause",
    "Contract",
    "CustodyEntry",
    "Determination",
    "DeterminedCause",
    "DisciplineRecord",
    "EffectCheck",
    "Evaluation",
    "EvidenceFile",
    "EvidenceItem",
    "EvidenceReview",
    "Fact",
    "Hearing",
    "InquiryEvent",
    "Investigation",
    "LegalHold",
    "LegalSource",
    "Measure",
    "Membership",
    "Objection",
    "OutsideOpinion",
    "OutsideParty",
    "Party",
    "ProcessStep",
    "Recourse",
    "RootCause",
    "StepEvidence",
    "Task",
]
