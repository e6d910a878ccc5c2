"""Eleven quiet weeks of two categories, two products and two departments, up to a Sunday."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tests import factories
from tests import world as worlds
from tests.reporting import counted

ZONE = ZoneInfo("Asia/Shanghai")
FIRST, DAYS = date(2026, 1, 5), 77
#: The last quiet day.
LAST = FIRST + timedelta(days=DAYS - 1)


def morning_after(day):
    """Half past twelve in the night after a day."""
    return datetime(day.year, day.month, day.day, 0, 30, tzinfo=ZONE) + timedelta(days=1)


@pytest.fixture
def w(db):
    world = worlds.build()
    world.people["delivery"] = factories.CategoryFactory(code="delivery", names=factories.names("配送", "Delivery"))
    return world


@pytest.fixture
def kinds(w):
    """What cases of the quiet weeks are like."""
    workshop, warehouse = w.workshop.pk, w.warehouse.pk
    return {
        "leaking": {"category_id": w.category.pk, "product": "X1", "responsible_department_id": workshop},
        "noisy": {"category_id": w.category.pk, "product": "X2", "responsible_department_id": workshop},
        "late": {"category_id": w.delivery.pk, "product": "", "responsible_department_id": warehouse},
    }


@pytest.fixture
def quiet_weeks(w, kinds):
    rng = np.random.default_rng(20260322)
    means = [(0.4, kinds["leaking"]), (0.6, kinds["noisy"]), (0.8, kinds["late"])]
    counted.quiet(w, rng, FIRST, DAYS, means)
    return rng
