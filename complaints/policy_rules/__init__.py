"""Policy documents: read, checked, and turned into frozen rules. A leaf: imports no models.

`parse_policy` reads a file, `rules_from_document` a stored document, `dump_policy` writes one; all that is wrong comes
as one `PolicyFileError`. `docs/policies.md` explains how to write a policy. (DL-1, DL-8)
"""

from complaints.localised import localise
from complaints.policy_rules.letters import PLACEHOLDERS, LetterTemplate, fill
from complaints.policy_rules.limits import parse_limit
from complaints.policy_rules.presets import (
    CATEGORY_FILE,
    CHANNEL_FILE,
    POLICY_FOLDER,
    SELECTION_FILE,
    CategoryPreset,
    ChannelPreset,
    parse_categories,
    parse_channels,
    policy_files,
)
from complaints.policy_rules.problems import PolicyFileError, Problem
from complaints.policy_rules.reading import (
    document_digest,
    dump_policy,
    kept_rules,
    parse_policy,
    rules_from_document,
)
from complaints.policy_rules.references import Known
from complaints.policy_rules.rules import (
    FOLLOW_UP,
    Acceptance,
    Clock,
    Closing,
    EscalationRules,
    Names,
    Option,
    PauseReason,
    PolicyRules,
    Receiver,
    RecusalRule,
    Rung,
    Script,
    SeverityLevel,
    StepClock,
    Substitute,
    Target,
    option_names,
)
from complaints.policy_rules.selection import (
    CaseFacts,
    NoPolicyError,
    Selection,
    SelectionRule,
    dump_selection,
    parse_selection,
    rule_from_conditions,
    select,
)

__all__ = [
    "CATEGORY_FILE",
    "CHANNEL_FILE",
    "FOLLOW_UP",
    "PLACEHOLDERS",
    "POLICY_FOLDER",
    "SELECTION_FILE",
    "Acceptance",
    "CaseFacts",
    "CategoryPreset",
    "ChannelPreset",
    "Clock",
    "Closing",
    "EscalationRules",
    "Known",
    "LetterTemplate",
    "Names",
    "NoPolicyError",
    "Option",
    "PauseReason",
    "PolicyFileError",
    "PolicyRules",
    "Problem",
    "Receiver",
    "RecusalRule",
    "Rung",
    "Script",
    "Selection",
    "SelectionRule",
    "SeverityLevel",
    "StepClock",
    "Substitute",
    "Target",
    "document_digest",
    "dump_policy",
    "dump_selection",
    "fill",
    "kept_rules",
    "localise",
    "option_names",
    "parse_categories",
    "parse_channels",
    "parse_limit",
    "parse_policy",
    "parse_selection",
    "policy_files",
    "rule_from_conditions",
    "rules_from_document",
    "select",
]
