"""What is counted, reported and learnt. Derived rows are in `facts`; the others are written by services only."""

from reporting.models.case_study import TEXTS, CaseStudy, CaseStudyTerm, StudyStatus
from reporting.models.commendation import Commendation, CommendationState, CommendedCase
from reporting.models.cost import Budget, BudgetKind, Entry, HourlyRate, Spending, WorkEntry, WorkKind
from reporting.models.examination import Examination, Subject
from reporting.models.exposure import Exposure, ExposureKind, ExposureScope
from reporting.models.facts import COLUMNS, CaseFact, Cell, FactsState, LiabilityFact, StaleCase, StaleQuarter
from reporting.models.handling_review import HandlingReview, SampledCase
from reporting.models.policy_review import PolicyReview, ReviewDecision
from reporting.models.report import OrderKind, Report, ReportDrawing, ReportOrder, ReportStatus, SatisfactionBaseline
from reporting.models.risk_warning import UNANSWERED, RiskWarning, ScanNight, Urgency, WarningState

__all__ = [
    "COLUMNS",
    "TEXTS",
    "UNANSWERED",
    "Budget",
    "BudgetKind",
    "CaseFact",
    "CaseStudy",
    "CaseStudyTerm",
    "Cell",
    "Commendation",
    "CommendationState",
    "CommendedCase",
    "Entry",
    "Examination",
    "Exposure",
    "ExposureKind",
    "ExposureScope",
    "FactsState",
    "HandlingReview",
    "HourlyRate",
    "LiabilityFact",
    "OrderKind",
    "PolicyReview",
    "Report",
    "ReportDrawing",
    "ReportOrder",
    "ReportStatus",
    "ReviewDecision",
    "RiskWarning",
    "SampledCase",
    "SatisfactionBaseline",
    "ScanNight",
    "Spending",
    "StaleCase",
    "StaleQuarter",
    "StudyStatus",
    "Subject",
    "Urgency",
    "WarningState",
    "WorkEntry",
    "WorkKind",
]
