"""Channels and categories. (IN-1, CL-2)

Both are switched off, never deleted: complaints refer to them. What is refused raises RegisterError.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext as _

from complaints.models import Category, Channel, User
from complaints.services import records, trees
from complaints.services.people import require_administrator


class RegisterError(Exception):
    """An entry cannot be like that. `field` names what to correct, if one thing."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def create_channel(
    *, code: str, names: Mapping[str, str], kind: str = "", by: User | None, reason: str = "", now: datetime
) -> Channel:
    """A new way for complaints to come in."""
    require_administrator(by, now)
    with transaction.atomic():
        _refuse_taken_code(Channel, code, None)
        return records.save(Channel(code=code, names=dict(names), kind=kind), by=by, reason=reason, now=now)


def change_channel(
    channel_id: int,
    *,
    code: str,
    names: Mapping[str, str],
    kind: str,
    is_active: bool,
    by: User | None,
    reason: str,
    now: datetime,
) -> Channel:
    """Rename, switch off or on. The code stays once a complaint came in by it: policies and imports name it."""
    require_administrator(by, now)
    with transaction.atomic():
        channel = Channel.objects.select_for_update().get(pk=channel_id)
        if code != channel.code and channel.complaints.exists():
            raise RegisterError(_("Complaints came in by this channel: its code stays."), "code")
        _refuse_taken_code(Channel, code, channel)
        channel.code, channel.names, channel.kind, channel.is_active = code, dict(names), kind, is_active
        return records.save(channel, by=by, reason=reason, now=now)


def create_category(
    *, code: str, names: Mapping[str, str], parent: Category | None, by: User | None, reason: str = "", now: datetime
) -> Category:
    """A new category."""
    require_administrator(by, now)
    with transaction.atomic():
        _refuse_taken_code(Category, code, None)
        _refuse_inactive_parent(parent)
        return trees.insert(Category(code=code, names=dict(names), parent=parent), by=by, reason=reason, now=now)


def change_category(
    category_id: int,
    *,
    code: str,
    names: Mapping[str, str],
    parent: Category | None,
    is_active: bool,
    by: User | None,
    reason: str,
    now: datetime,
) -> Category:
    """Rename, move, switch off or on. Everything below moves along; complaints keep their category."""
    require_administrator(by, now)
    with transaction.atomic():
        category = Category.objects.select_for_update().get(pk=category_id)
        if code != category.code and category.complaints.exists():
            raise RegisterError(_("Complaints have this category: its code stays."), "code")
        _refuse_taken_code(Category, code, category)
        if parent is not None:
            parent.refresh_from_db()
            if trees.is_below(parent, category):
                raise RegisterError(_("A category cannot be placed below itself."), "parent")
        if is_active:
            _refuse_inactive_parent(parent)
        elif category.is_active and Category.objects.filter(parent=category, is_active=True).exists():
            raise RegisterError(_("There are active categories below this one."), "is_active")
        fields = {"code": code, "names": dict(names), "parent": parent, "is_active": is_active}
        return trees.change(category, fields, by=by, reason=reason, now=now)


def _refuse_taken_code(model: type[models.Model], code: str, entry: Channel | Category | None) -> None:
    taken = model._default_manager.filter(code=code)
    if taken.exclude(pk=entry.pk if entry is not None else None).exists():
        raise RegisterError(_("This code is taken."), "code")


def _refuse_inactive_parent(parent: Category | None) -> None:
    if parent is not None and not parent.is_active:
        raise RegisterError(_("%(category)s is not active.") % {"category": parent}, "parent")
