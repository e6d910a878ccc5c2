"""What must stand before the first complaint: registers and policies in force all the while, and the organisation."""

from datetime import datetime, timedelta

from django.db import transaction

from complaints.demo import organisation
from complaints.demo.arrivals import YEARS
from complaints.models import Calendar, Category, Channel, PolicySelection, PolicyVersion
from complaints.policy_rules import dump_selection, rule_from_conditions
from complaints.services import policies, policy_selection
from complaints.services.policies import SourceFile

REASON = "制度发布"


class Missing(Exception):  # noqa: N818 - it says what there is not
    """Calendars or policies are not loaded."""


def founded_before(now: datetime) -> datetime:
    """When the organisation began: some weeks before its first complaint."""
    return now.replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=365 * YEARS + 60)


def lay(founded_at: datetime, now: datetime) -> None:
    """Organisation, and policies in force since `founded_at`, selected by the product's rules and two of our own."""
    organisation.refuse_outside_demonstration()
    if not (Calendar.objects.filter(code="cn").exists() and Channel.objects.exists() and Category.objects.exists()):
        raise Missing("Run load_calendars and load_policies first.")
    with transaction.atomic():
        organisation.found(founded_at, now)
        _bring_into_force(founded_at, now)
        _select(now)


def _bring_into_force(since: datetime, now: datetime) -> None:
    """Every policy, and those that wait for a lawyer's word too: in this company the lawyer has given it."""
    for version in PolicyVersion.objects.filter(number=1).select_related("policy"):
        others = PolicyVersion.objects.filter(policy=version.policy).exclude(pk=version.pk).exclude(valid_from=None)
        if others.exists() or (version.valid_from is not None and version.valid_from <= since):
            continue
        policies.activate(version.pk, valid_from=since, by=None, reason=REASON, now=now, is_legally_confirmed=True)


def _select(now: datetime) -> None:
    """Referrals by authorities go by the statutory times; the engineering department pilots a policy of its own."""
    rows = list(PolicySelection.objects.filter(is_active=True).select_related("policy").order_by("position"))
    known = {row.policy.code for row in rows}
    if not known:
        raise Missing("Run load_policies first.")
    if {"consumer-law", "professional-firm"} & known:
        return
    kind = {"kind": ["complaint"]}
    rules = [
        rule_from_conditions(kind | {"department": [organisation.CONSULTING]}, "professional-firm", "工程设计业务试点"),
        rule_from_conditions(kind | {"channel": ["authority"]}, "consumer-law", "行政机关转办"),
        *(rule_from_conditions(row.conditions, row.policy.code, row.note) for row in rows),
    ]
    file = SourceFile("selection.yaml", dump_selection(rules))
    policy_selection.replace_selection(file, by=None, reason=REASON, now=now)
