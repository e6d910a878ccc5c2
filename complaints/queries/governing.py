"""Which policy version governs a new complaint. (DL-8)"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from complaints.models import Calendar, PolicyVersion
from complaints.models.registers import Registers, registers
from complaints.policy_rules import CaseFacts, NoPolicyError, Selection, SelectionRule, rule_from_conditions, select


class NoVersionError(LookupError):
    """The policy that governs has no version in force at the moment, or no rule leads to a policy."""


class Governing:
    """The ordered rules and the versions in force at a moment, asked for many complaints."""

    def __init__(self, now: datetime, known: Registers | None = None) -> None:
        """`known` are the registers, if they were just looked at."""
        known = known or registers()
        self.rules = known.derived(_rules)
        self.versions: dict[str, PolicyVersion] = {
            version.policy.code: version
            for version in known.policy_versions.values()
            if version.valid_from is not None and version.valid_from <= now
        }
        self._calendars = known.derived(_calendars)
        self._departments = known.derived(_departments)
        self._categories = known.derived(_categories)

    def selection(self, given: Any) -> Selection:
        """The rule that fires for a registration, with why the earlier ones did not."""
        category = given.category.pk if given.category is not None else None
        facts = CaseFacts(
            kind=given.kind,
            channel=given.channel.code,
            complainant_kind=given.complainant_kind,
            categories=self._categories.get(category, ()),
            departments=self._departments.get(given.first_contact_department.pk, ()),
        )
        try:
            return select(self.rules, facts)
        except NoPolicyError as error:
            raise NoVersionError(str(error)) from error

    def version(self, given: Any) -> PolicyVersion:
        """The version in force of the policy that governs a registration. NoVersionError if there is none."""
        code = self.selection(given).policy
        try:
            return self.versions[code]
        except KeyError:
            raise NoVersionError(_("The policy “%(policy)s” has no version in force.") % {"policy": code}) from None

    def calendar(self, version: PolicyVersion) -> Calendar:
        """The working calendar a version counts with."""
        code = version.rules.calendar
        try:
            return self._calendars[code]
        except KeyError:
            raise NoVersionError(_("There is no working calendar “%(calendar)s”.") % {"calendar": code}) from None


def _rules(known: Registers) -> list[SelectionRule]:
    return [rule_from_conditions(row.conditions, row.policy.code, row.note) for row in known.policy_selection]


def _calendars(known: Registers) -> dict[str, Calendar]:
    return {row.code: row for row in known.calendars.values()}


def _departments(known: Registers) -> dict[int | None, tuple[str, ...]]:
    return _codes_upwards(known.departments)


def _categories(known: Registers) -> dict[int | None, tuple[str, ...]]:
    return _codes_upwards(known.categories)


def _codes_upwards(nodes: Mapping[int, Any]) -> dict[int | None, tuple[str, ...]]:
    """For each node its code and those of the nodes above it, its own first."""
    return {
        pk: tuple(nodes[int(part)].code for part in reversed(node.path.strip("/").split("/")) if int(part) in nodes)
        for pk, node in nodes.items()
        if node.path
    }
