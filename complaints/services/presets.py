"""Channels and categories that come with the product: made where they are missing, never changed (IN-1, CL-2).

What an administrator renamed, switched off or deleted stays so: only codes that never existed are made.
"""

from datetime import datetime

from django.db import transaction

from complaints.models import Category, Channel, User
from complaints.policy_rules import parse_categories, parse_channels
from complaints.services import records
from complaints.services.people import require_administrator
from complaints.services.policies import SourceFile


def load_channels(file: SourceFile, *, by: User | None, reason: str, now: datetime) -> int:
    """Make the channels of a file that never existed. Returns how many. Raises PolicyFileError."""
    require_administrator(by, now)
    presets = parse_channels(file.text, file.name)
    with transaction.atomic():
        ever = set(Channel.history.values_list("code", flat=True))
        new = [preset for preset in presets if preset.code not in ever]
        for preset in new:
            channel = Channel(code=preset.code, names=preset.names, kind=preset.type)
            records.save(channel, by=by, reason=reason, now=now)
    return len(new)


def load_categories(file: SourceFile, *, by: User | None, reason: str, now: datetime) -> int:
    """Make the categories of a file that never existed, under their parents. Returns how many. Raises PolicyFileError.

    A branch whose parent was deleted is left out.
    """
    require_administrator(by, now)
    presets = parse_categories(file.text, file.name)
    made = 0
    with transaction.atomic():
        ever = set(Category.history.values_list("code", flat=True))
        present = {row.code: row for row in Category.objects.all()}
        for preset in presets:
            if preset.code in ever or (preset.parent is not None and preset.parent not in present):
                continue
            parent = present[preset.parent] if preset.parent is not None else None
            category = Category(code=preset.code, names=preset.names, parent=parent)
            present[preset.code] = _planted(category, by=by, reason=reason, now=now)
            made += 1
    return made


def _planted(category: Category, *, by: User | None, reason: str, now: datetime) -> Category:
    """Save a row of the tree. Its path holds its own key, which the insert gives."""
    records.save(category, by=by, reason=reason, now=now)
    category.path = f"{category.parent.path if category.parent else '/'}{category.pk}/"
    return records.save(category, by=by, reason=reason, now=now, fields=["path"])
