"""Files to load, and what a load leaves behind."""

from functools import lru_cache

from complaints.models import Policy, PolicySelection, PolicyVersion
from complaints.policy_rules import CATEGORY_FILE, CHANNEL_FILE, SELECTION_FILE, policy_files
from complaints.services.policies import SourceFile, load_policies
from tests.factories import NOW


@lru_cache
def preset(code):
    """A policy file that ships with the product."""
    return next(SourceFile(path.name, path.read_text(encoding="utf-8")) for path in policy_files() if path.stem == code)


def changed(code, old="review_every_months: ", new="review_every_months: 1"):
    """A preset with something changed."""
    text = preset(code).text
    assert text.count(old) == 1
    return SourceFile(f"{code}.yaml", text.replace(old, new))


def load(*files, by=None, now=NOW, **options):
    return load_policies(files, by=by, reason="loaded", now=now, **options)


def everything():
    """All rows, to see that nothing changed."""
    return [list(model.objects.order_by("pk").values()) for model in (Policy, PolicyVersion, PolicySelection)]


def history_rows():
    return {model.__name__: model.history.count() for model in (Policy, PolicyVersion, PolicySelection)}


CHANNELS = SourceFile(CHANNEL_FILE.name, CHANNEL_FILE.read_text(encoding="utf-8"))
CATEGORIES = SourceFile(CATEGORY_FILE.name, CATEGORY_FILE.read_text(encoding="utf-8"))
SELECTION = SourceFile(SELECTION_FILE.name, SELECTION_FILE.read_text(encoding="utf-8"))
