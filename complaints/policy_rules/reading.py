"""From the text of a policy file, or a stored document, to rules (DL-1, AU-7)."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Any

from complaints.policy_rules.checks import meaning_problems
from complaints.policy_rules.letters import LetterTemplate
from complaints.policy_rules.limits import parse_limit
from complaints.policy_rules.marked_yaml import Marked, read_marked, write_yaml
from complaints.policy_rules.problems import PolicyFileError
from complaints.policy_rules.references import Known, reference_problems
from complaints.policy_rules.rules import (
    FOLLOW_UP,
    Acceptance,
    Clock,
    Closing,
    Determination,
    EscalationRules,
    Feedback,
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
)
from complaints.policy_rules.schema import in_order, schema_problems
from complaints.states import ApprovalLevel, CaseRole, Grade, Kind, Severity
from complaints.working_time import Limit

Document = dict[str, Any]
#: Where a policy does not say: time for a party to comment or object, and the largest file of evidence.
HEARING = "5 working days"
EVIDENCE_MEGABYTES = 200
FOLLOW_UP_NAMES = {
    "en": "Follow-up check {number}",
    "zh-hans": "第{number}次跟踪检查",
    "zh-hant": "第{number}次跟蹤檢查",
}


def parse_policy(text: str, filename: str, known: Known | None = None) -> tuple[Document, PolicyRules]:
    """The document in a policy file, and its rules. Raises PolicyFileError with everything that is wrong in it.

    With `known`, calendars and channels that the database does not hold are mistakes, too.
    """
    marked = read_marked(text, filename)
    return marked.document, _checked_rules(marked, known)


def kept_rules(digest: str) -> PolicyRules | None:
    """The rules of a document of this digest, if the process has read it before."""
    with _kept_lock:
        return _kept.get(digest)


def rules_from_document(document: Mapping[str, Any], name: str = "") -> PolicyRules:
    """The rules of a stored document; checked again, as nobody knows how old it is. Raises PolicyFileError.

    Kept per process for each content, so asking again costs next to nothing.
    """
    key = document_digest(document)
    with _kept_lock:
        rules = _kept.get(key)
    if rules is None:
        rules = _checked_rules(Marked(json.loads(json.dumps(document)), name))
        with _kept_lock:
            if len(_kept) >= MOST_KEPT:
                _kept.clear()
            _kept[key] = rules
    return rules


def document_digest(document: Mapping[str, Any]) -> str:
    """SHA-256 of a document, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(document, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def dump_policy(document: Mapping[str, Any]) -> str:
    """A document as the text of a policy file, keys in the order of the schema. Comments are not part of a document."""
    return write_yaml(in_order(document))


MOST_KEPT = 200
_kept: dict[str, PolicyRules] = {}
_kept_lock = Lock()


def _checked_rules(marked: Marked, known: Known | None = None) -> PolicyRules:
    problems, malformed = schema_problems(marked)
    problems += meaning_problems(marked, malformed)
    if known is not None:
        problems += reference_problems(marked, malformed, known)
    if problems:
        raise PolicyFileError(problems)
    return _rules(marked.document)


def _rules(document: Document) -> PolicyRules:
    reminders = tuple(map(int, document["reminders"]))
    ladder = _ladder(document["ladder"])
    follow_ups = tuple(map(parse_limit, document.get("follow_ups", [])))
    clocks = tuple(_clock(entry, reminders, ladder) for entry in document["clocks"])
    return PolicyRules(
        code=document["code"],
        names=document["names"],
        kind=Kind(document["kind"]),
        source=document["source"],
        legal_note=document.get("legal_note"),
        calendar=document["calendar"],
        severities=tuple(
            SeverityLevel(Severity(level["code"]), level["names"], level["meaning"]) for level in document["severities"]
        ),
        clocks=clocks + _follow_up_clocks(follow_ups, reminders, ladder),
        step_clock=_step_clock(document.get("step_clock", {}), reminders, ladder),
        escalation=EscalationRules(
            parse_limit(document["escalation"]["answer_within"]),
            _reminders(document["escalation"], reminders),
            CaseRole(document["escalation"]["requested_to"]),
        ),
        pause_reasons={
            reason["code"]: PauseReason(reason["code"], reason["names"], parse_limit(reason["cap"]))
            for reason in document.get("pause_reasons", [])
        },
        acceptance=_acceptance(document["acceptance"]),
        respondent_department=RecusalRule(document["recusal"]["respondent_department"]),
        legal_consultation_for=_severities(document.get("legal_consultation_for", [])),
        meeting_decision_for=_severities(document.get("meeting_decision_for", [])),
        approval={Severity(code): ApprovalLevel(level) for code, level in document["approval"].items()},
        determination=_determination(document["determination"]),
        feedback=Feedback(document["feedback"]["in_writing"]),
        closing=_closing(document["closing"]),
        supervision_for=_severities(document.get("supervision_for", [])),
        emergency_plan=_options(document.get("emergency_plan", [])),
        follow_ups=follow_ups,
        scripts={
            act: Script(tuple(script.get("say", [])), tuple(script.get("avoid", [])))
            for act, script in document.get("scripts", {}).items()
        },
        letters=tuple(LetterTemplate(**letter) for letter in document["letters"]),
        targets={Target(code): float(value) for code, value in document.get("targets", {}).items()},
        review_every_months=document.get("review_every_months"),
    )


def _clock(entry: Document, reminders: tuple[int, ...], ladder: tuple[Rung, ...]) -> Clock:
    return Clock(
        code=entry["code"],
        names=entry["names"],
        starts_on=frozenset(entry["starts_on"]),
        stops_on=frozenset(entry["stops_on"]),
        cancels_on=frozenset(entry.get("cancels_on", [])),
        limits={Severity(code): parse_limit(text) for code, text in entry["limits"].items()},
        owner=CaseRole(entry["owner"]),
        reminders=_reminders(entry, reminders),
        ladder=_ladder(entry["ladder"]) if "ladder" in entry else ladder,
        pauses=frozenset(entry.get("pauses", [])),
        channels=frozenset(entry.get("channels", [])),
    )


def _follow_up_clocks(
    limits: tuple[Limit, ...], reminders: tuple[int, ...], ladder: tuple[Rung, ...]
) -> tuple[Clock, ...]:
    """Checks after closing, as clocks of one series."""
    return tuple(
        Clock(
            code=f"{FOLLOW_UP}_{number}",
            names={language: text.format(number=number) for language, text in FOLLOW_UP_NAMES.items()},
            starts_on=frozenset({"close"}),
            stops_on=frozenset({FOLLOW_UP}),
            cancels_on=frozenset({"reopen", "archive"}),
            limits=dict.fromkeys(Severity, limit),
            owner=CaseRole.HANDLER,
            reminders=reminders,
            ladder=ladder,
            series=FOLLOW_UP,
        )
        for number, limit in enumerate(limits, 1)
    )


def _step_clock(entry: Document, reminders: tuple[int, ...], ladder: tuple[Rung, ...]) -> StepClock:
    return StepClock(_reminders(entry, reminders), _ladder(entry["ladder"]) if "ladder" in entry else ladder)


def _reminders(entry: Document, default: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(map(int, entry["reminders"])) if "reminders" in entry else default


def _ladder(entries: Iterable[Document]) -> tuple[Rung, ...]:
    return tuple(Rung(CaseRole(rung["role"]), parse_limit(rung["after"])) for rung in entries)


def _acceptance(entry: Document) -> Acceptance:
    return Acceptance(
        declaration_required=entry["declaration_required"],
        anonymous_allowed=entry["anonymous_allowed"],
        confidential=entry["confidential"],
        signed_required=entry["signed_required"],
        entitlement_required=entry["entitlement_required"],
        refusal_grounds=_options(entry["refusal_grounds"]),
        closed_list=entry["closed_list"],
        grounds=_options(entry.get("grounds", [])),
        receivers=tuple(
            Receiver(receiver["code"], receiver["names"], frozenset(receiver.get("channels", [])))
            for receiver in entry.get("receivers", [])
        ),
    )


def _determination(entry: Document) -> Determination:
    return Determination(
        entry["compulsory"],
        _severities(entry.get("formal_for", [])),
        parse_limit(entry.get("hearing", HEARING)),
        int(entry.get("evidence_megabytes", EVIDENCE_MEGABYTES)),
        frozenset(entry.get("evidence_files", [])),
    )


def _closing(entry: Document) -> Closing:
    substitute = entry.get("substitute")
    return Closing(
        frozenset(map(Grade, entry["grades"])),
        entry["confirmation_required"],
        Substitute(int(substitute["attempts"]), int(substitute["different_days"])) if substitute else None,
    )


def _options(entries: Iterable[Document]) -> tuple[Option, ...]:
    return tuple(Option(entry["code"], entry["names"]) for entry in entries)


def _severities(codes: Iterable[str]) -> frozenset[Severity]:
    return frozenset(map(Severity, codes))
