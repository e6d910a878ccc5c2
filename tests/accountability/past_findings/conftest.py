import pytest

from complaints.models import Category
from tests import world as worlds
from tests.accountability.past_findings import registers


@pytest.fixture
def world(db):
    """Three complaints of a register, with the category of their intake."""
    registers.categories()
    w = worlds.build("handling-plan")
    category = Category.objects.get(code="at-intake")
    for number in ("21-07", "21-08", "21-09"):
        w.register(source="register", external_id=number, category=category)
    return w
