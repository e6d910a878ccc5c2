"""Which policy version governs a new complaint. (DL-8)"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from complaints.models import Calendar, Category, Department, PolicySelection, PolicyVersion
from complaints.policy_rules import CaseFacts, NoPolicyError, Selection, rule_from_conditions, select


class NoVersionError(LookupError):
    """The policy that governs has no version in force at the moment, or no rule leads to a policy."""


class Governing:
    """The ordered rules and the versions in force at a moment, read once and asked for many complaints."""

    def __init__(self, now: datetime) -> None:
        rows = PolicySelection.objects.filter(is_active=True).select_related("policy").order_by("position")
        self.rules = [rule_from_conditions(row.conditions, row.policy.code, row.note) for row in rows]
        self.versions: dict[str, PolicyVersion] = {}
        in_force = PolicyVersion.objects.filter(valid_from__lte=now).select_related("policy")
        for version in in_force.order_by("valid_from"):
            self.versions[version.policy.code] = version
        self._calendars: dict[str, Calendar] = {row.code: row for row in Calendar.objects.all()}
        self._departments = _codes_upwards(Department)
        self._categories = _codes_upwards(Category)

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


def _codes_upwards(model: type[Department] | type[Category]) -> dict[int | None, tuple[str, ...]]:
    """For each node its code and those of the nodes above it, its own first."""
    rows = list(model.objects.values_list("id", "code", "path"))
    code_of = {pk: code for pk, code, _path in rows}
    return {
        pk: tuple(code_of[int(part)] for part in reversed(path.strip("/").split("/")) if int(part) in code_of)
        for pk, _code, path in rows
        if path
    }
