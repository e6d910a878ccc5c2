import gettext
import os

import polib
import pytest

import translations


def catalogue(path, **messages):
    path.parent.mkdir(parents=True, exist_ok=True)
    file = polib.POFile()
    file.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Plural-Forms": "nplurals=1; plural=0;"}
    for msgid, msgstr in messages.items():
        file.append(polib.POEntry(msgid=msgid, msgstr=msgstr, occurrences=[("models.py", "")]))
    file.save(str(path))
    return path


@pytest.fixture
def compare(tmp_path):
    """Compare what the sources say with a catalogue, both given as messages."""

    def faults(sources, held):
        extracted = catalogue(tmp_path / "extracted.po", **dict.fromkeys(sources, ""))
        return list(translations._compare(extracted, catalogue(tmp_path / "held.po", **held), "held.po"))

    return faults


def test_a_complete_catalogue_has_no_faults(compare):
    assert compare(["Complaint"], {"Complaint": "投诉"}) == []


@pytest.mark.parametrize(
    ("sources", "held", "fault"),
    [
        (["Complaint"], {}, "held.po: 'Complaint' (models.py) is missing; `make messages` adds it"),
        (["Complaint"], {"Complaint": ""}, "held.po: 'Complaint' (models.py) is not translated"),
        ([], {"Complaint": "投诉"}, "held.po: 'Complaint' is no longer used; `make messages` takes it out"),
        (
            ["%(days)s days"],
            {"%(days)s days": "%(day)s 天"},
            "held.po: '%(days)s days' (models.py) has ['%(days)s'] where the translation has ['%(day)s']",
        ),
        (["{name} of {0}"], {"{name} of {0}": "{0}"}, "where the translation has ['{0}']"),
    ],
)
def test_each_fault_names_the_message(compare, sources, held, fault):
    [found] = compare(sources, held)
    assert found.endswith(fault)


def test_a_doubtful_translation_is_a_fault(tmp_path):
    extracted = catalogue(tmp_path / "extracted.po", Complaint="")
    held = polib.pofile(str(catalogue(tmp_path / "held.po", Complaint="投诉")))
    held[0].flags.append("fuzzy")
    held.save()
    [fault] = translations._compare(extracted, tmp_path / "held.po", "held.po")
    assert "is marked fuzzy" in fault


def test_a_compiled_catalogue_is_read_by_gettext_and_renewed_when_it_is_older(tmp_path):
    source = catalogue(tmp_path / "complaints/locale/zh_Hans/LC_MESSAGES/django.po", Complaint="投诉")
    translations.compile_catalogues(tmp_path)
    compiled = source.with_suffix(".mo")
    with compiled.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Complaint") == "投诉"

    catalogue(source, Complaint="申诉")
    os.utime(compiled, (0, 0))
    translations.compile_catalogues(tmp_path)
    with compiled.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Complaint") == "申诉"
    assert [file.name for file in compiled.parent.glob("*.mo*")] == ["django.mo"]
