"""A policy version as people read it, and two versions side by side."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from complaints.acts import ACTS
from complaints.localised import localise
from complaints.models import PolicyVersion
from complaints.policy_rules import Clock, PolicyRules, dump_policy
from complaints.punctuation import labelled
from complaints.states import CaseRole, Grade, Severity
from complaints.working_time import Limit, Unit

UNITS = {
    Unit.MINUTE: ngettext_lazy("%(count)d minute", "%(count)d minutes", "count"),
    Unit.HOUR: ngettext_lazy("%(count)d hour", "%(count)d hours", "count"),
    Unit.WORKING_HOUR: ngettext_lazy("%(count)d working hour", "%(count)d working hours", "count"),
    Unit.DAY: ngettext_lazy("%(count)d day", "%(count)d days", "count"),
    Unit.WORKING_DAY: ngettext_lazy("%(count)d working day", "%(count)d working days", "count"),
}


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One clock as a row of the table; `limits` in the order of the severities."""

    name: str
    starts: str
    stops: str
    limits: tuple[str, ...]
    owner: str
    reminders: str
    ladder: tuple[str, ...]
    pauses: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of what else a policy says."""

    label: str
    text: str


def limit_text(limit: Limit | None) -> str:
    """A limit in words, in the active language; a dash for none."""
    if limit is None:
        return "–"
    if limit.amount == 0:
        return _("at once")
    return str(UNITS[limit.unit] % {"count": limit.amount})


def page_of(rules: PolicyRules) -> dict[str, Any]:
    """Everything the page of a version shows."""
    return {
        "rules": rules,
        "clocks": [_clock_line(clock, rules) for clock in rules.clocks],
        "facts": list(_facts(rules)),
        "lists": [(label, options) for label, options in _lists(rules) if options],
        "pause_reasons": [(localise(pause.names), limit_text(pause.cap)) for pause in rules.pause_reasons.values()],
        "scripts": [(ACTS[act].label, script) for act, script in rules.scripts.items() if act in ACTS],
    }


def _clock_line(clock: Clock, rules: PolicyRules) -> ClockLine:
    pauses = [localise(rules.pause_reasons[code].names) for code in sorted(clock.pauses)]
    return ClockLine(
        name=localise(clock.names),
        starts=_acts(clock.starts_on),
        stops=_acts(clock.stops_on),
        limits=tuple(limit_text(clock.limit(level.code)) for level in rules.severities),
        owner=str(CaseRole(clock.owner).label),
        reminders=_listed(f"{percent} %" for percent in clock.reminders),
        ladder=tuple(_labelled(CaseRole(rung.role).label, limit_text(rung.after)) for rung in clock.ladder),
        pauses=_listed(pauses),
    )


def _facts(rules: PolicyRules) -> Iterator[Fact]:
    acceptance = rules.acceptance
    yield Fact(_("Governs"), str(rules.kind.label))
    yield Fact(_("Working calendar"), rules.calendar)
    yield Fact(_("Source"), localise(rules.source))
    yield Fact(_("Complainant declares the content true"), _yes(value=acceptance.declaration_required))
    yield Fact(_("Anonymous complaints"), _yes(value=acceptance.anonymous_allowed))
    yield Fact(_("Confidential"), _yes(value=acceptance.confidential))
    yield Fact(_("Determination of responsibility compulsory"), _yes(value=rules.determination.compulsory))
    yield Fact(_("Feedback in writing"), _yes(value=rules.feedback.in_writing))
    yield Fact(_("Meeting decision for"), _severities(rules.meeting_decision_for, rules))
    yield Fact(_("Legal consultation for"), _severities(rules.legal_consultation_for, rules))
    yield Fact(_("Executive supervision for"), _severities(rules.supervision_for, rules))
    approval = (_labelled(localise(rules.severity_name(code)), level.label) for code, level in rules.approval.items())
    yield Fact(_("Approval of the plan"), _listed(approval))
    yield Fact(
        _("Satisfaction that closes"), _listed(str(grade.label) for grade in Grade if grade in rules.closing.grades)
    )
    yield Fact(_("Confirmation by the complainant"), _yes(value=rules.closing.confirmation_required))
    if rules.closing.substitute is not None:
        instead = rules.closing.substitute
        yield Fact(
            _("Or, if nobody can be reached"),
            _("%(attempts)d attempts on %(days)d different days")
            % {"attempts": instead.attempts, "days": instead.different_days},
        )
    yield Fact(_("An escalation is answered within"), limit_text(rules.escalation.answer_within))
    if rules.follow_ups:
        yield Fact(_("Follow-up checks after"), _listed(limit_text(limit) for limit in rules.follow_ups))
    if rules.review_every_months:
        months = ngettext("every %(count)d month", "every %(count)d months", rules.review_every_months)
        yield Fact(_("Review of the policy"), months % {"count": rules.review_every_months})


def _lists(rules: PolicyRules) -> Iterator[tuple[str, list[str]]]:
    yield _("Grounds of refusal"), _names(rules.acceptance.refusal_grounds)
    yield _("Grounds of complaint"), _names(rules.acceptance.grounds)
    yield _("Receivers"), _names(rules.acceptance.receivers)
    yield _("Emergency plan"), _names(rules.emergency_plan)
    yield _("Letters"), _names(rules.letters)


def _names(options: Iterable[Any]) -> list[str]:
    return [localise(option.names) for option in options]


def _severities(codes: Iterable[Severity], rules: PolicyRules) -> str:
    return _listed(localise(level.names) for level in rules.severities if level.code in set(codes))


def _acts(codes: Iterable[str]) -> str:
    return _listed(str(ACTS[code].label) for code in ACTS if code in set(codes))


def _listed(parts: Iterable[str]) -> str:
    return " · ".join(parts) or "–"


def _labelled(label: str | Promise, text: str | Promise) -> str:
    return labelled(label, text)


def _yes(*, value: bool) -> str:
    return _("yes") if value else _("no")


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a comparison: added, removed, place, or the same."""

    kind: str
    text: str


def comparison(old: PolicyVersion, new: PolicyVersion) -> list[DiffLine]:
    """What differs between the texts of two versions; empty if nothing does."""
    before, after = (dump_policy(version.document).splitlines() for version in (old, new))
    lines = list(difflib.unified_diff(before, after, lineterm="", n=3))[2:]
    kinds = {"+": "added", "-": "removed", "@": "place"}
    return [DiffLine(kinds.get(line[:1], "same"), line) for line in lines]
