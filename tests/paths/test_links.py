"""Nobody is shown a link that leads them to a closed door."""

import re

import pytest
from django.urls import reverse

from tests.paths.scene import INSIDERS

pytestmark = pytest.mark.django_db

LINK = re.compile(r'<a\b[^>]*\bhref="(/[^"#]*)"')
#: Lists with filters and pages of their own: one step away is enough.
START = ("admin:index", "admin:notices", "admin:complaints_complaint_changelist", "admin:complaints_absence_changelist")


def _people():
    """Everybody the site lets in; on both databases those who are shown most."""
    both = {"head", "auditor", "administrator"}
    names = [name for name in INSIDERS if name != "superuser"]
    return [pytest.param(name, marks=[] if name in both else [pytest.mark.once]) for name in names]


@pytest.mark.parametrize("name", _people())
def test_no_link_of_the_pages_everybody_has_leads_to_a_refusal(scene, name):
    visit, wrong = scene.visits[name], set()
    addresses = [reverse(start) for start in START]
    addresses += [reverse("admin:complaints_complaint_change", args=[case.pk]) for case in scene.cases.values()]
    addresses.append(reverse("admin:complaints_absence_change", args=[scene.rows["absence"].pk]))
    seen = {}
    for address in addresses:
        page = visit.ask("GET", address)
        if page.status != 200:
            continue
        for link in {found.replace("&amp;", "&").split("?")[0] for found in LINK.findall(page.text)}:
            if link not in seen and "logout" not in link:
                seen[link] = visit.ask("GET", link).status
            if seen.get(link) in {403, 404}:
                wrong.add((address, link, seen[link]))
    assert wrong == set()
