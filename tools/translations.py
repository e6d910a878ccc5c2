"""The translation catalogues: complaints/locale, accountability/locale, reporting/locale.

    tools/translations.py compile   make the .mo files that Django reads, where they are outdated
    tools/translations.py update    extract the messages of the sources into the .po files
    tools/translations.py check     fail, naming each, for messages that are missing, empty,
                                    doubtful, left over, or lose a placeholder in translation

Compiling needs no gettext, so that the product installs without it; the other two do.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
APPS = ("complaints", "accountability", "reporting")
LANGUAGES = ("zh_Hans", "zh_Hant")
DOMAINS = {"django": "html,txt,py", "djangojs": "js"}
# %(name)s, %s, %% and {name}, {0}, {}; not the braces of a template's {{ value }}.
PLACEHOLDER = re.compile(r"%\(\w+\)[#0\- +]?[\d.]*[a-zA-Z]|%[sdifrg]|(?<!\{)\{\w*(?::[^{}]*)?\}(?!\})")


def compile_catalogues(root: Path) -> None:
    """Write a .mo file beside each .po file that is newer. Processes may do so at the same time."""
    for source in _catalogues(root):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".mo.part", delete=False) as draft:
            draft.write(polib.pofile(str(source)).to_binary())
        Path(draft.name).chmod(0o644)
        Path(draft.name).replace(target)


def extract(root: Path) -> None:
    """Merge the messages found in the sources below `root` into its catalogues, as Django does it."""
    languages = [f"--locale={language}" for language in LANGUAGES]
    form = ["--no-wrap", "--add-location=file", "--no-color", "--verbosity=0"]
    for app in APPS:
        folder = root / app
        (folder / "locale").mkdir(exist_ok=True)
        for domain, extensions in DOMAINS.items():
            if domain == "djangojs" and not _has_script_messages(folder):
                continue
            kind = [f"--domain={domain}", f"--extension={extensions}", "--ignore=migrations/*", "--ignore=vendor/*"]
            subprocess.run(
                [sys.executable, str(root / "manage.py"), "makemessages", *languages, *form, *kind],
                cwd=folder,
                check=True,
                env={**os.environ, "DJANGO_BUILD": "1", "DATA_DIR": str(root / "var")},
            )
        for catalogue in _catalogues(root, app):
            _tidy(catalogue)


def faults(root: Path) -> Iterator[str]:
    """Say, a line each, what keeps the catalogues from being complete and right."""
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch) / "sources"
        fresh.mkdir()
        for name in ("config", *APPS):
            shutil.copytree(root / name, fresh / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
        shutil.copy(root / "manage.py", fresh)
        extract(fresh)
        for extracted in _catalogues(fresh):
            committed = root / extracted.relative_to(fresh)
            yield from _compare(extracted, committed, str(committed.relative_to(root)))


def _compare(extracted: Path, committed: Path, name: str) -> Iterator[str]:
    """Compare what the sources say with what the catalogue holds."""
    wanted = {_key(entry): entry for entry in polib.pofile(str(extracted)) if not entry.obsolete}
    held = polib.pofile(str(committed)) if committed.exists() else []
    held = {_key(entry): entry for entry in held if not entry.obsolete}
    for key, source in wanted.items():
        place = f"{name}: {source.msgid!r} ({', '.join(file for file, _ in source.occurrences)})"
        entry = held.get(key)
        if entry is None:
            yield f"{place} is missing; `make messages` adds it"
        elif entry.fuzzy:
            yield f"{place} is marked fuzzy: look at the translation and take the mark off"
        elif not entry.translated():
            yield f"{place} is not translated"
        else:
            yield from (f"{place} {fault}" for fault in _placeholder_faults(entry))
    for key in held.keys() - wanted.keys():
        yield f"{name}: {key[1]!r} is no longer used; `make messages` takes it out"


def _placeholder_faults(entry: polib.POEntry) -> Iterator[str]:
    """Compare placeholders: a translation may move them, but neither drop nor invent one."""
    originals = [entry.msgid, entry.msgid_plural] if entry.msgid_plural else [entry.msgid]
    allowed = [sorted(PLACEHOLDER.findall(text)) for text in originals]
    for text in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
        found = sorted(PLACEHOLDER.findall(text))
        if found not in allowed:
            yield f"has {allowed[-1]} where the translation has {found}"


def _key(entry: polib.POEntry) -> tuple[str | None, str]:
    return entry.msgctxt, entry.msgid


def _catalogues(root: Path, *apps: str) -> list[Path]:
    return sorted(path for app in apps or APPS for path in (root / app).glob("locale/*/LC_MESSAGES/*.po"))


def _has_script_messages(folder: Path) -> bool:
    scripts = [path for path in folder.glob("static/**/*.js") if "vendor" not in path.parts]
    return any(re.search(r"\bn?p?gettext\(", path.read_text(encoding="utf-8")) for path in scripts)


def _tidy(catalogue: Path) -> None:
    """Leave out what is nobody's concern: the moment of extraction, blanks of the form, old entries."""
    entries = polib.pofile(str(catalogue), wrapwidth=0)
    entries.header = ""
    entries.metadata_is_fuzzy = False
    entries.metadata = {
        "Language": catalogue.parts[-3],
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for entry in entries.obsolete_entries():
        entries.remove(entry)
    entries.save()


def main() -> int:
    """Do what the command line asks for."""
    match sys.argv[1:]:
        case ["compile"]:
            compile_catalogues(ROOT)
        case ["update"]:
            extract(ROOT)
            compile_catalogues(ROOT)
        case ["check"]:
            found = list(faults(ROOT))
            print(*found, sep="\n")
            return 1 if found else 0
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
