"""What is asked is found, the best first; what a complaint is about brings up what others learnt. (RP-8)"""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import Complaint
from reporting.models import CaseStudy, CaseStudyTerm
from reporting.queries.case_study_search import SIMILAR, Filters, found, similar, studies
from reporting.services import case_studies
from tests import factories
from tests.reporting.library.conftest import LATER

pytestmark = pytest.mark.django_db

TEXTS = {
    "leak": {
        "title": "滚筒洗衣机门封漏水",
        "matter": "客户反映洗衣机使用三天后门口漏水，要求退货。",
        "product": "洗衣机",
        "keywords": "门封",
    },
    "late": {
        "title": "冰箱送货迟到",
        "matter": "客户反映冰箱晚到五天，洗衣机没有问题。",
        "product": "冰箱",
        "keywords": "物流",
    },
    "rude": {"title": "客服态度生硬", "matter": "客户反映电话客服不耐烦。", "product": "", "keywords": "服务态度"},
    "battery": {
        "title": "Ｂattery swells after charging",
        "matter": "The batteries of two X200 scooters swelled; the charger was exchanged.",
        "product": "X200",
        "keywords": "battery, charger",
    },
}


@pytest.fixture
def library(w, make):
    """Four published studies, the third in a category of its own."""
    other = factories.CategoryFactory(code="service-attitude", names=factories.names("服务态度", "Attitude"))
    made = {}
    for name, texts in TEXTS.items():
        complaint = w.register(now=LATER)
        category = other if name == "rude" else w.category
        Complaint.objects.filter(pk=complaint.pk).update(category=category, state="closed")
        plain = {"finding": "", "cause": "", "resolution": "已解决。", "lesson": "请注意。"}
        made[name] = make.published(complaint, **plain | texts)
    return made


def names(library, rows):
    by_key = {study.pk: name for name, study in library.items()}
    return [by_key[row["study"]] for row in rows]


#: By what is asked: who answers, the best first.
ANSWERS = {
    "洗衣机漏水": ["leak", "late"],
    "洗衣机": ["leak", "late"],
    "漏水 洗衣机 门封": ["leak", "late"],
    "滚筒洗衣机门封漏水": ["leak"],
    "冰箱 洗衣机": ["late", "leak"],
    "漏": ["leak"],
    "态度": ["rude"],
    "battery": ["battery"],
    "BATTERIES": ["battery"],
    "ｂａｔｔｅｒｙ　ｃｈａｒｇｅｒ": ["battery"],
    "x200 battery 漏水": ["battery", "leak"],
    "客户反映": ["rude", "late", "leak"],
    "电视机花屏": [],
    "，。！": [],
    "": [],
    "charging battery of a dragon that nobody ever saw anywhere": [],
}


def test_the_best_comes_first(library):
    assert {question: names(library, found(question)) for question in ANSWERS} == ANSWERS


def test_a_term_in_the_title_counts_more_than_one_in_the_text(library):
    scores = {name: row["score"] for name, row in zip(["leak", "late"], found("洗衣机"), strict=True)}
    assert scores["leak"] > 1.5 * scores["late"]


def test_filters_narrow_what_is_found(library, w):
    rude = library["rude"]
    assert names(library, found("客户反映", Filters(category=rude.category))) == ["rude"]
    assert names(library, found("洗衣机", Filters(product="冰箱"))) == ["late"]
    assert set(studies(Filters(category=w.category))) == set(library.values()) - {rude}
    child = factories.CategoryFactory(code="tone", parent=rude.category)
    assert not studies(Filters(category=child)).exists()


def test_what_is_withdrawn_or_a_draft_is_not_found(w, library):
    study = library["leak"]
    study = case_studies.withdraw(study, "有误", version=study.version, by=w.quality, now=LATER)
    assert names(library, found("漏水")) == []
    case_studies.take_up(study, version=study.version, by=w.quality, now=LATER)
    assert names(library, found("漏水")) == []


#: By subject, content and product of a new complaint: what is offered beside it.
OFFERED = {
    ("洗衣机漏水", "用了一周门口漏水", "洗衣机"): ["leak"],
    ("滚筒洗衣机一直漏水", "", ""): ["leak"],
    ("冰箱送货太迟", "说好周一送来", "冰箱"): ["late"],
    ("Battery swelling", "after charging my X200", "X200"): ["battery"],
    ("发票抬头开错", "请重开发票", ""): [],
    ("热水器不出热水", "师傅来过两次都没修好", "热水器"): [],
    ("…", "", ""): [],
}


def test_like_cases_are_offered_and_unlike_ones_are_not(w, library):
    by_key = {study.pk: name for name, study in library.items()}
    offered = {}
    for subject, content, product in OFFERED:
        likely = similar(w.register(now=LATER, subject=subject, content=content, product=product))
        assert all(SIMILAR <= likeness.share <= 1 for likeness in likely)
        offered[subject, content, product] = [by_key[likeness.study.pk] for likeness in likely]
    assert offered == OFFERED


def test_a_complaint_is_not_like_itself(library):
    own = library["leak"].complaint
    Complaint.objects.filter(pk=own.pk).update(subject="滚筒洗衣机门封漏水", product="洗衣机", content="")
    own.refresh_from_db()
    assert library["leak"] not in [likeness.study for likeness in similar(own)]


def test_looking_for_like_cases_costs_four_statements_or_one(w, library):
    complaint = w.register(now=LATER, subject="洗衣机漏水", product="洗衣机")
    with CaptureQueriesContext(connection) as made:
        assert similar(complaint)
    assert len(made) == 4
    for study in library.values():
        case_studies.withdraw(study, "撤下", version=study.version, by=w.quality, now=LATER)
    with CaptureQueriesContext(connection) as made:
        assert similar(complaint) == []
    assert len(made) == 1


def test_terms_can_be_thrown_away_and_written_anew(library):
    before = set(CaseStudyTerm.objects.values_list("study", "term", "weight"))
    lengths = dict(CaseStudy.objects.values_list("pk", "length"))
    kept = CaseStudy.history.count()
    CaseStudyTerm.objects.all().delete()
    CaseStudyTerm.objects.create(study=library["leak"], term="旧词", weight=1)
    CaseStudy.objects.update(length=1)
    call_command("index_case_studies", stdout=(out := StringIO()))
    assert out.getvalue() == "4 case studies indexed.\n"
    assert set(CaseStudyTerm.objects.values_list("study", "term", "weight")) == before
    assert dict(CaseStudy.objects.values_list("pk", "length")) == lengths
    assert CaseStudy.history.count() == kept
