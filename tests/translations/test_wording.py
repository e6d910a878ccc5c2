"""The Chinese of the catalogues: the words of the documents, and the writing of each script.

That every message has a translation, with its placeholders, is what `tools/translations.py check` sees to.
"""

import re
from functools import cache
from pathlib import Path

import polib
import pytest
from django.utils import translation

import translations
from complaints.acts import ACTS
from complaints.states import Grade, Outcome, Role, Severity, State

ROOT = Path(__file__).resolve().parents[2]
SIMPLIFIED, TRADITIONAL = translations.LANGUAGES
HAN = "\u3400-\u9fff"
#: A character that the old standard of the one script has is not of the other script alone.
STANDARD = {SIMPLIFIED: "gb2312", TRADITIONAL: "big5"}
QUOTES = {SIMPLIFIED: ("“”‘’", "「」『』"), TRADITIONAL: ("「」『』", "“”‘’")}
#: Words of the other script's readers, of colloquial speech, or that stand beside a term of the documents.
AVOIDED = {
    SIMPLIFIED: ["你", "帐号", "帐户", "登陆", "回馈", "工单", "客诉", "联络单", "超期", "撤销投诉"],
    TRADITIONAL: [
        *["你", "賬號", "帳戶", "登錄", "回饋", "信息", "默認", "保存", "打印", "鏈接", "用戶", "字符", "單元格"],
        *["聯繫", "台帳", "臺", "客訴", "輪迴", "菜單", "搜索", "導入", "導出", "超期", "撤銷投訴"],
    ],
}
#: The words that are the same on every page, in simplified Chinese.
TERMS = {
    State: [
        *["已登记", "已受理", "已分派", "调查中", "责任已界定", "待审批", "待投诉人确认", "实施中"],
        *["待反馈", "待回访", "已结案", "不予受理", "已撤诉", "已归档"],
    ],
    Role: [
        *["受理人员", "投诉处理专员", "部门联络人", "部门负责人", "高管", "质量管理部", "法务", "人力资源", "审计人员"],
        "管理员",
    ],
    Severity: ["一般", "紧急", "重大"],
    Outcome: ["属实", "部分属实", "不属实", "证据不足"],
    Grade: ["非常满意", "满意", "一般", "不满意", "非常不满意"],
}


@cache
def messages(language):
    """Everything translated into the language: app, entry, and each text of its translation."""
    return [
        (path.parts[-4], entry, text)
        for path in translations._catalogues(ROOT)
        if language in path.parts
        for entry in polib.pofile(str(path))
        if entry.translated()
        for text in (entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr])
    ]


@cache
def words(language):
    return {(entry.msgctxt, entry.msgid): text for _app, entry, text in messages(language)}


@pytest.mark.parametrize("kind", TERMS, ids=lambda kind: kind.__name__)
def test_the_words_of_the_documents_stand_everywhere(kind):
    with translation.override(None):
        english = [str(label) for label in kind.labels]
    context = kind.__name__.lower()
    assert [words(SIMPLIFIED)[context, label] for label in english] == TERMS[kind]


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_no_two_acts_are_called_the_same(language):
    with translation.override(None):
        english = {code: str(act.label) for code, act in ACTS.items()}
    labels = {code: words(language)["act", label] for code, label in english.items()}
    assert len(set(labels.values())) == len(ACTS)


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_the_same_message_reads_the_same_in_every_app(language):
    found: dict[tuple[str | None, str], set[str]] = {}
    for _app, entry, text in messages(language):
        found.setdefault((entry.msgctxt, entry.msgid), set()).add(text)
    assert {key: texts for key, texts in found.items() if len(texts) > 1} == {}


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_no_character_of_the_other_script(language):
    def is_foreign(character):
        try:
            character.encode(STANDARD[language])
        except UnicodeEncodeError:
            return True
        return False

    found = [(text, set(filter(is_foreign, re.findall(f"[{HAN}]", text)))) for _, _, text in messages(language)]
    assert [pair for pair in found if pair[1]] == []


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_no_avoided_word(language):
    avoided = re.compile("|".join(AVOIDED[language]))
    assert [text for _, _, text in messages(language) if avoided.search(text)] == []


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_no_english_is_left(language):
    """Latin words of a translation are those of its source: names of formats, codes, keys of a policy file."""

    def left(entry, text):
        kept = f"{entry.msgid} {entry.msgid_plural}".lower()
        return [word for word in re.findall("[A-Za-z]{2,}", _without_placeholders(text)) if word.lower() not in kept]

    assert [text for _, entry, text in messages(language) if left(entry, text)] == []


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_everything_translated_is_chinese(language):
    """But for what is no word in English either, such as `SHA-256`."""
    same = [entry.msgid for _, entry, text in messages(language) if not re.search(f"[{HAN}]", text)]
    assert [msgid for msgid in same if re.search("[a-z]{3}", _without_placeholders(msgid))] == []


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_punctuation_is_full_width(language):
    beside = re.compile(f"[{HAN}」』”’）][,.;:!?()]|[,;!?()][{HAN}]|\\.\\.\\.|[\"'] ?[{HAN}]|[{HAN}] ?[\"']")
    assert [text for _, _, text in messages(language) if beside.search(_without_placeholders(text, "文"))] == []


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_quotation_marks_are_those_of_the_script_and_close(language):
    marks, others = QUOTES[language]
    first, last = marks[0], marks[1]
    wrong = [
        text
        for _, _, text in messages(language)
        if text.count(first) != text.count(last) or any(mark in text for mark in others)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_a_sentence_ends_as_its_source_does(language):
    """A full stop where there is one, none behind a label."""

    def differs(entry, text):
        return entry.msgid.rstrip().removesuffix("No.").endswith((".", "?", "!")) != text.rstrip().endswith(
            ("。", "？", "！")
        )

    assert [(entry.msgid, text) for _, entry, text in messages(language) if differs(entry, text)] == []


def test_messages_are_marked_by_names_that_extraction_knows():
    """`gettext` by another name than `_` would run, but its messages would never come into a catalogue."""
    alias = re.compile(r"import n?p?gettext\w* as (?!_$)", re.MULTILINE)
    sources = [path for app in translations.APPS for path in (ROOT / app).rglob("*.py")]
    assert [str(path) for path in sources if alias.search(path.read_text(encoding="utf-8"))] == []


def _without_placeholders(text, instead=" "):
    return translations.PLACEHOLDER.sub(instead, text)


def test_what_ships_with_the_product_speaks_the_interfaces_traditional_chinese():
    """Policies, presets and calendars say 聯絡, as the interface does: a contact sheet is 工作聯絡單 everywhere."""
    files = [
        path for name in ("policies", "presets", "calendars") for path in (ROOT / "complaints" / name).rglob("*.yaml")
    ]
    assert files
    assert [path.name for path in files if "聯繫" in path.read_text(encoding="utf-8")] == []
