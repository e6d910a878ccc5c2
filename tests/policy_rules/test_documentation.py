"""docs/policies.md names everything that can be written."""

import json
import re
from pathlib import Path

from django.conf import settings

from complaints.acts import EVENTS
from complaints.policy_rules import PLACEHOLDERS, POLICY_FOLDER
from complaints.policy_rules.checks import ALWAYS_GIVEN_LETTERS

PAGE = (Path(settings.BASE_DIR) / "docs" / "policies.md").read_text(encoding="utf-8")
SCHEMA = json.loads((POLICY_FOLDER / "schema.json").read_text(encoding="utf-8"))


def section(title):
    return PAGE.split(f"## {title}\n")[1].split("\n## ")[0]


def test_every_key_is_in_the_table():
    first_cells = "".join(line.split("|")[1] for line in section("Keys").splitlines() if line.startswith("| `"))
    named = set(re.findall(r"`(\w+)`", first_cells))
    assert named == set(SCHEMA["properties"])


def test_every_act_is_listed():
    listed = section("Clocks").split("Acts that clocks can follow")[1]
    assert set(re.findall(r"[a-z_]+", listed)) & EVENTS == EVENTS


def test_every_placeholder_and_every_letter_is_listed():
    assert set(re.findall(r"`\{(\w+)\}`", section("Letters"))) == PLACEHOLDERS
    assert set(ALWAYS_GIVEN_LETTERS) <= set(re.findall(r"`(\w+)`", section("Letters")))
