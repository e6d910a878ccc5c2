"""What comes with the product: policies, rules of selection, channels and categories (IN-1, CL-2, DL-8).

Channels, categories and rules are made where they are missing and never changed: what an administrator renamed,
switched off or deleted stays so, as only codes that never existed are made.
"""

from datetime import datetime

from django.db import IntegrityError, transaction

from complaints.models import Category, Channel, User
from complaints.policy_rules import (
    CATEGORY_FILE,
    CHANNEL_FILE,
    SELECTION_FILE,
    parse_categories,
    parse_channels,
    policy_files,
)
from complaints.services import records
from complaints.services.people import require_administrator
from complaints.services.policies import Loaded, SourceFile, load_policies
from complaints.services.policy_selection import load_selection_once


def load_shipped(*, by: User | None, reason: str, now: datetime, valid_from: datetime | None = None) -> list[Loaded]:
    """Load everything that ships with the product, in one transaction; twice is once. Calendars must be there.

    Returns what became of each policy. Several machines may do this at the same moment.
    """
    try:
        return _load_shipped(by=by, reason=reason, now=now, valid_from=valid_from)
    except IntegrityError:  # another machine made the same rows between our looking and our writing
        return _load_shipped(by=by, reason=reason, now=now, valid_from=valid_from)


def _load_shipped(*, by: User | None, reason: str, now: datetime, valid_from: datetime | None) -> list[Loaded]:
    with transaction.atomic():
        load_channels(SourceFile.at(CHANNEL_FILE), by=by, reason=reason, now=now)
        load_categories(SourceFile.at(CATEGORY_FILE), by=by, reason=reason, now=now)
        files = [SourceFile.at(path) for path in policy_files()]
        loaded = load_policies(files, by=by, reason=reason, now=now, valid_from=valid_from)
        load_selection_once(SourceFile.at(SELECTION_FILE), by=by, reason=reason, now=now)
    return loaded


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
