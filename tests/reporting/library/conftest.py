"""A closed case full of personal data, and what a person makes of it."""

from datetime import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from reporting.models import TEXTS
from reporting.queries.case_studies import places_in
from reporting.services import case_studies
from reporting.services.case_studies import Writing
from tests import world
from tests.complaints.walking import Walk

ZONE = ZoneInfo("Asia/Shanghai")
THEN = datetime(2026, 3, 3, 9, tzinfo=ZONE)
LATER = datetime(2026, 4, 2, 9, tzinfo=ZONE)

CONTENT = "王小明（电话13800001234）购买的洗衣机用了三天就漏水，家住建设路12号2号楼301室，订单DD-2026-77。"


@pytest.fixture
def w():
    return world.build("handling-plan")


@pytest.fixture
def complaint(w):
    return closed(w)


def closed(w, **elements):
    values = {
        "subject": "王小明的洗衣机漏水",
        "content": CONTENT,
        "product": "滚筒洗衣机",
        "order_number": "DD-2026-77",
        "complainant_name": "王小明",
        "complainant_address": "滨海市建设路12号2号楼301室",
    }
    return Walk(w, now=THEN, **values | elements).to("closed").c


def written(study, w, **texts):
    """The draft with texts that name nobody; by the quality department."""
    given = {"title": "滚筒洗衣机门封漏水", "product": "滚筒洗衣机", "keywords": "门封，漏水"}
    given |= dict.fromkeys(TEXTS, "门封老化漏水，上门更换并培训装配人员。") | texts
    writing = Writing(given, study.category)
    return case_studies.write(study, writing, version=study.version, by=w.quality, now=LATER)


def published(w, complaint, **texts):
    """A published study of a complaint."""
    study = written(case_studies.propose(complaint, by=w.quality, now=LATER), w, **texts)
    confirmed = [place.key for place in places_in(study)]
    return case_studies.publish(
        study, confirmed=confirmed, checklist=True, version=study.version, by=w.quality, now=LATER
    )


@pytest.fixture
def make(w):
    """Functions for tests that need several."""
    return SimpleNamespace(
        closed=lambda **elements: closed(w, **elements),
        published=lambda complaint, **texts: published(w, complaint, **texts),
        written=lambda study, **texts: written(study, w, **texts),
    )
