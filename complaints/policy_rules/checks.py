"""What a schema cannot say: that the parts of a policy fit each other, the acts, and the course of a case.

Each check is given parts that the schema found well formed, and yields problems; so one file shows all it has.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.acts import ACTS, EVENTS
from complaints.policy_rules.course import acts_that_outlive
from complaints.policy_rules.letters import (
    DECISION_PLACEHOLDERS,
    PLACEHOLDERS,
    LetterTextError,
    placeholders_in,
)
from complaints.policy_rules.limits import nominal_minutes
from complaints.policy_rules.marked_yaml import Marked
from complaints.policy_rules.problems import Path, Problem
from complaints.policy_rules.rules import FOLLOW_UP
from complaints.policy_rules.schema import closest
from complaints.states import Grade, Severity

Found = tuple[Path, str | Promise, dict[str, object]]
OUT_OF_SCOPE = "out_of_scope"
ALWAYS_GIVEN_LETTERS = (
    "acknowledgement",
    "out_of_scope",
    "unfounded",
    "decision",
    "feedback",
    "holding",
)


def meaning_problems(marked: Marked, malformed: frozenset[Path]) -> list[Problem]:
    """Every problem of meaning in those parts of the document that are well formed."""
    document = marked.document
    problems = []
    for keys, check in CHECKS:
        if any(_touches(path, keys) for path in malformed):
            continue
        problems += [marked.problem(path, text, **said) for path, text, said in check(document)]
    for position, clock in enumerate(_listed(document, "clocks")):
        path: Path = ("clocks", position)
        if any(bad[:2] == path for bad in malformed):
            continue
        for below, text, said in check_clock(clock):
            problems.append(marked.problem((*path, *below), text, **said))
    return problems


def check_clock(clock: dict[str, Any]) -> Iterator[Found]:
    """Acts are known and do not contradict each other; the clock ends before its case does; steps rise."""
    acts = {key: clock.get(key, []) for key in ("starts_on", "stops_on", "cancels_on")}
    known = True
    for key, codes in acts.items():
        for position, code in enumerate(codes):
            if code not in EVENTS:
                known = False
                yield unknown_word(
                    (key, position), code, EVENTS, _("There is no act '%(code)s' that a clock can follow.")
                )
    seen: dict[str, str] = {}
    for key, codes in acts.items():
        for position, code in enumerate(codes):
            if code in seen:
                message = _("The act '%(code)s' cannot stand both in %(first)s and in %(second)s.")
                yield (key, position), message, {"code": code, "first": seen[code], "second": key}
                known = False
            seen.setdefault(code, key)
    if known:
        ends = {*acts["stops_on"], *acts["cancels_on"]}
        for code in acts_that_outlive(acts["starts_on"], ends):
            message = _(
                "The clock can still run when the case ends or begins a new round by '%(code)s': add the act, or one "
                "before it, to stops_on or cancels_on."
            )
            yield ("stops_on",), message, {"code": code}
    yield from _steps(clock)


def _steps(clock: dict[str, Any]) -> Iterator[Found]:
    """Reminders rise; delays of the ladder do not fall, and nobody is told twice at the same delay."""
    reminders = clock.get("reminders", [])
    for position in range(1, len(reminders)):
        if reminders[position] <= reminders[position - 1]:
            yield ("reminders", position), _("The points of reminder must rise."), {}
    rungs = clock.get("ladder", [])
    for position in range(1, len(rungs)):
        if nominal_minutes(rungs[position]["after"]) < nominal_minutes(rungs[position - 1]["after"]):
            message = _("The steps of the ladder must not come earlier than the one before.")
            yield ("ladder", position, "after"), message, {}
    seen: set[tuple[str, float]] = set()
    for position, rung in enumerate(rungs):
        step = (rung["role"], nominal_minutes(rung["after"]))
        if step in seen:
            message = _("The ladder names '%(role)s' twice for the same moment.")
            yield ("ladder", position), message, {"role": rung["role"]}
        seen.add(step)


def check_defaults(document: dict[str, Any]) -> Iterator[Found]:
    """The policy's own reminders and ladder."""
    yield from _steps(document)


def check_step_clock(document: dict[str, Any]) -> Iterator[Found]:
    """Reminders and ladder for steps of plans."""
    for path, message, said in _steps(document.get("step_clock", {})):
        yield ("step_clock", *path), message, said


def check_escalation(document: dict[str, Any]) -> Iterator[Found]:
    """There is time to answer."""
    if nominal_minutes(document["escalation"]["answer_within"]) == 0:
        yield ("escalation", "answer_within"), _("The time for an answer must be more than nothing."), {}
    for path, message, said in _steps(document["escalation"]):
        yield ("escalation", *path), message, said


def check_severities(document: dict[str, Any]) -> Iterator[Found]:
    """The scale is whole and in order."""
    for position, (level, expected) in enumerate(zip(document["severities"], Severity.values, strict=True)):
        if level["code"] != expected:
            message = _("The scale names general, urgent and major once each, in this order; '%(code)s' belongs here.")
            yield ("severities", position, "code"), message, {"code": expected}


def check_codes(key: str) -> Callable[[dict[str, Any]], Iterator[Found]]:
    """A check that no code stands twice in the list at `key` (dots lead downwards)."""
    keys = tuple(key.split("."))

    def check(document: dict[str, Any]) -> Iterator[Found]:
        entries: Any = document
        for step in keys:
            entries = entries.get(step, {} if step != keys[-1] else [])
        yield from repeated_codes(entries, keys)

    return check


def repeated_codes(entries: Sequence[dict[str, Any]], path: Path) -> Iterator[Found]:
    """Codes that an earlier entry of the list already has."""
    seen: set[str] = set()
    for position, entry in enumerate(entries):
        if entry["code"] in seen:
            yield (*path, position, "code"), _("The code '%(code)s' stands here twice."), {"code": entry["code"]}
        seen.add(entry["code"])


def check_pauses(document: dict[str, Any]) -> Iterator[Found]:
    """Clocks name known reasons; each reason has a cap and a clock."""
    reasons = [reason["code"] for reason in document.get("pause_reasons", [])]
    used = set()
    for number, clock in enumerate(document["clocks"]):
        for position, code in enumerate(clock.get("pauses", [])):
            used.add(code)
            if code not in reasons:
                message = _("There is no pause reason '%(code)s' in pause_reasons.")
                yield unknown_word(("clocks", number, "pauses", position), code, reasons, message)
    for position, reason in enumerate(document.get("pause_reasons", [])):
        if nominal_minutes(reason["cap"]) == 0:
            yield ("pause_reasons", position, "cap"), _("A pause must be able to last longer than nothing."), {}
        if reason["code"] not in used:
            message = _("No clock pauses for '%(code)s'.")
            yield ("pause_reasons", position, "code"), message, {"code": reason["code"]}


RESERVED = frozenset({"plan_step", "escalation_answer", "appointed", "appointed_lasting"})


def check_reserved_clocks(document: dict[str, Any]) -> Iterator[Found]:
    """Codes that the product gives itself are free."""
    for position, clock in enumerate(document["clocks"]):
        if clock["code"] in RESERVED or clock["code"].startswith(FOLLOW_UP):
            message = _("The code '%(code)s' is taken: choose another.")
            yield ("clocks", position, "code"), message, {"code": clock["code"]}


def check_acceptance(document: dict[str, Any]) -> Iterator[Found]:
    """Out of scope can always be said; signed and nameless exclude each other; a channel leads to one receiver."""
    acceptance = document["acceptance"]
    if OUT_OF_SCOPE not in {ground["code"] for ground in acceptance["refusal_grounds"]}:
        message = _("The ground '%(code)s' is missing.")
        yield ("acceptance", "refusal_grounds"), message, {"code": OUT_OF_SCOPE}
    if acceptance["signed_required"] and acceptance["anonymous_allowed"]:
        message = _("A complaint cannot be signed and anonymous at once.")
        yield ("acceptance", "anonymous_allowed"), message, {}
    leads: dict[str, str] = {}
    for number, receiver in enumerate(acceptance.get("receivers", [])):
        for position, channel in enumerate(receiver.get("channels", [])):
            if channel in leads:
                message = _("The channel '%(channel)s' already leads to '%(receiver)s'.")
                path = ("acceptance", "receivers", number, "channels", position)
                yield path, message, {"channel": channel, "receiver": leads[channel]}
            leads.setdefault(channel, receiver["code"])


def check_closing(document: dict[str, Any]) -> Iterator[Found]:
    """Grades that close go from the best downwards; attempts are enough for the days."""
    closing = document["closing"]
    best_first = Grade.values[: len(closing["grades"])]
    if set(closing["grades"]) != set(best_first):
        message = _("A better grade than these is missing: grades that close go from the best downwards.")
        yield ("closing", "grades"), message, {}
    substitute = closing.get("substitute")
    if substitute and substitute["different_days"] > substitute["attempts"]:
        message = _("There cannot be more different days than attempts.")
        yield ("closing", "substitute", "different_days"), message, {}


def check_supervision(document: dict[str, Any]) -> Iterator[Found]:
    """Supervision and emergency plan go together."""
    if document.get("supervision_for") and not document.get("emergency_plan"):
        yield ("supervision_for",), _("A supervised case needs the items of an emergency plan."), {}
    if document.get("emergency_plan") and not document.get("supervision_for"):
        yield ("emergency_plan",), _("No severity is supervised, so the emergency plan would never begin."), {}


def check_follow_ups(document: dict[str, Any]) -> Iterator[Found]:
    """Checks after closing come later and later."""
    before = 0.0
    for position, limit in enumerate(document.get("follow_ups", [])):
        if nominal_minutes(limit) <= before:
            yield ("follow_ups", position), _("Each follow-up check must come later than the one before."), {}
        before = nominal_minutes(limit)


def check_scripts(document: dict[str, Any]) -> Iterator[Found]:
    """Scripts stand beside acts that exist."""
    for code in document.get("scripts", {}):
        if code not in ACTS:
            yield unknown_word(("scripts", code), code, ACTS, _("There is no act '%(code)s'."))


def check_letters(document: dict[str, Any]) -> Iterator[Found]:
    """Placeholders are known, the same in all languages, and a decision only goes out in letters marked so."""
    codes = {letter["code"] for letter in document["letters"]}
    for code in ALWAYS_GIVEN_LETTERS:
        if code not in codes:
            yield ("letters",), _("The letter '%(code)s' is missing."), {"code": code}
    for position, letter in enumerate(document["letters"]):
        for path, message, said in _letter(letter):
            yield ("letters", position, *path), message, said


def _letter(letter: dict[str, Any]) -> Iterator[Found]:
    used: set[str] = set()
    for part in ("subject", "body"):
        sets = {}
        for language, text in letter[part].items():
            try:
                sets[language] = placeholders_in(text)
            except LetterTextError:
                message = _("The braces do not close, or something other than a name stands between them.")
                yield (part, language), message, {}
                continue
            for name in sorted(sets[language] - PLACEHOLDERS):
                yield unknown_word((part, language), name, PLACEHOLDERS, _("There is no placeholder {%(code)s}."))
        used |= frozenset().union(*sets.values())
        if len(set(sets.values())) > 1:
            yield (part,), _("The languages do not use the same placeholders."), {}
    if used & DECISION_PLACEHOLDERS and not letter["carries_decision"]:
        message = _("The letter tells the decision ({%(name)s}), so carries_decision must be true.")
        yield ("carries_decision",), message, {"name": min(used & DECISION_PLACEHOLDERS)}


def unknown_word(path: Path, code: str, known: Iterable[str], message: Promise) -> Found:
    """An unknown word, with the known one it is most like."""
    like = closest(code, known)
    if not like:
        return path, message, {"code": code}
    return path, _("%(message)s Did you mean '%(like)s'?"), {"message": _Filled(message, code), "like": like}


class _Filled:
    """A translatable sentence with its word, put together when shown."""

    def __init__(self, message: Promise, code: str) -> None:
        self.message, self.code = message, code

    def __str__(self) -> str:
        return str(self.message) % {"code": self.code}


def _touches(malformed: Path, keys: tuple[str, ...]) -> bool:
    """Whether a malformed place is at one of the keys, below it, or the whole document."""
    return not malformed or malformed[0] in keys


def _listed(document: object, key: str) -> list[Any]:
    value = document.get(key, []) if isinstance(document, dict) else []
    return value if isinstance(value, list) else []


Check = Callable[[dict[str, Any]], Iterator[Found]]
CHECKS: tuple[tuple[tuple[str, ...], Check], ...] = (
    (("reminders", "ladder"), check_defaults),
    (("step_clock",), check_step_clock),
    (("escalation",), check_escalation),
    (("severities",), check_severities),
    (("clocks",), check_codes("clocks")),
    (("clocks",), check_reserved_clocks),
    (("clocks", "pause_reasons"), check_pauses),
    (("pause_reasons",), check_codes("pause_reasons")),
    (("acceptance",), check_acceptance),
    (("acceptance",), check_codes("acceptance.refusal_grounds")),
    (("acceptance",), check_codes("acceptance.grounds")),
    (("acceptance",), check_codes("acceptance.receivers")),
    (("closing",), check_closing),
    (("supervision_for", "emergency_plan"), check_supervision),
    (("emergency_plan",), check_codes("emergency_plan")),
    (("follow_ups",), check_follow_ups),
    (("scripts",), check_scripts),
    (("letters",), check_letters),
    (("letters",), check_codes("letters")),
)
