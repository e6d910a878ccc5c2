"""Channels and categories of the product: made once, never put back or renamed."""

from typing import Any

import pytest
from django.db import IntegrityError

from complaints.models import Category, Channel
from complaints.services import presets, records
from complaints.services.policies import load_policies
from complaints.services.presets import load_categories, load_channels
from tests.factories import NOW
from tests.policies.sources import CATEGORIES, CHANNELS

pytestmark = pytest.mark.django_db
WHO: dict[str, Any] = {"by": None, "reason": "presets", "now": NOW}


def test_categories_form_a_tree():
    assert load_categories(CATEGORIES, **WHO) == 39
    quality, safety = (Category.objects.get(code=code) for code in ("product-quality", "product-safety"))
    assert safety.parent == quality
    assert (quality.path, safety.path) == (f"/{quality.pk}/", f"/{quality.pk}/{safety.pk}/")
    assert safety.history.latest().path == safety.path
    assert not Category.objects.filter(path="").exists()


def test_twice_is_once():
    assert load_channels(CHANNELS, **WHO) == 10
    assert load_categories(CATEGORIES, **WHO) == 39
    rows = Channel.history.count(), Category.history.count()
    assert load_channels(CHANNELS, **WHO) == load_categories(CATEGORIES, **WHO) == 0
    assert (Channel.history.count(), Category.history.count()) == rows


def test_what_was_renamed_or_deleted_stays_so():
    load_channels(CHANNELS, **WHO)
    load_categories(CATEGORIES, **WHO)
    records.delete(Channel.objects.get(code="chat"), **WHO)
    phone = Channel.objects.get(code="phone")
    phone.names = {"en": "Hotline"}
    records.save(phone, **WHO)
    records.delete(Category.objects.get(code="other"), **WHO)
    assert load_channels(CHANNELS, **WHO) == load_categories(CATEGORIES, **WHO) == 0
    assert Channel.objects.get(code="phone").names == {"en": "Hotline"}
    assert not Channel.objects.filter(code="chat").exists()
    assert not Category.objects.filter(code="other").exists()


def test_two_machines_at_the_same_moment(registers, monkeypatch):
    """The other one is faster: our first attempt finds its rows in the way, the second finds nothing to do."""
    attempts = []

    def beaten(files, **how):
        attempts.append(how)
        if len(attempts) == 1:
            raise IntegrityError("one_number_per_policy")
        return load_policies(files, **how)

    monkeypatch.setattr(presets, "load_policies", beaten)
    assert len(presets.load_shipped(**WHO)) == 8
    assert len(attempts) == 2
