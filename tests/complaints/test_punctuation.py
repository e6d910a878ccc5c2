"""Texts put together as each language does it, and by nothing else."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from complaints import punctuation
from complaints.services.doing import ActRefusedError

CHINESE = ("zh-hans", "zh-hant")
#: Joins that no person reads, or only the one who wrote what is joined.
ELSEWHERE = {
    "calendar_file.py",  # developers' English
    "demo/rows.py",
    "demo/writing.py",
    "importers/mapping.py",  # what a row without an identifier is known again by: the same in every language
    "models/complaint.py",
    "services/records.py",
    "services/outbox.py",  # the mail server's own words
    "working_time/local_days.py",
    "working_time/terms.py",
}


@pytest.mark.parametrize("language", ["en", *CHINESE])
def test_each_language_has_its_own_signs(language):
    is_chinese = language in CHINESE
    with translation.override(language):
        assert punctuation.labelled("a", "b") == ("a：b" if is_chinese else "a: b")
        assert punctuation.remarked("a", "b") == ("a（b）" if is_chinese else "a (b)")
        assert punctuation.listed("abc") == ("a、b、c" if is_chinese else "a, b, c")
        assert punctuation.clauses("abc") == ("a；b；c" if is_chinese else "a; b; c")
        assert punctuation.sentences(["A.", "B."]) == ("A.B." if is_chinese else "A. B.")


def test_nothing_is_nothing_and_one_is_itself():
    assert punctuation.listed([]) == punctuation.sentences([]) == ""
    assert punctuation.clauses(["%s"]) == "%s"


def test_several_reasons_read_as_sentences():
    refusal = ActRefusedError("missing", "One is missing.", "So is another.")
    assert str(refusal) == "One is missing. So is another."


def test_no_other_place_puts_texts_together_with_western_signs():
    found = set()
    root = Path(settings.BASE_DIR) / "complaints"
    joins = re.compile(r"""["'](; |, |: |、|；)["']\.join|\}(: |; )\{(?!error\.strerror)|\|join:"[,;:]""")
    for path in [*root.rglob("*.py"), *root.rglob("*.html")]:
        name = str(path.relative_to(root))
        if "migrations" not in path.parts and name not in ELSEWHERE and joins.search(path.read_text(encoding="utf-8")):
            found.add(name)
    assert found == set()
