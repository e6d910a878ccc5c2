"""Checks documents against the published schema and says what is wrong in words for people, not for programs."""

import difflib
import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path as FilePath
from textwrap import shorten
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from complaints.policy_rules.marked_yaml import Marked
from complaints.policy_rules.problems import Path, Problem
from complaints.punctuation import listed

SCHEMA_FILE = FilePath(__file__).resolve().parent.parent / "policies" / "schema.json"

Message = tuple[Path, str | Promise, dict[str, object]]

#: Said instead of "does not match the pattern", by the title of the definition.
SHAPES: dict[str, Promise] = {
    "code": _("'%(value)s' is not a code: small letters and digits, joined by - or _."),
    "text": _("The text is empty."),
    "limit": _(
        "'%(value)s' is not a length of time. Write 'at once', or a number with minutes, hours, working hours, "
        "days or working days, such as '3 working days'."
    ),
}
KINDS: dict[str, Promise] = {
    "object": _("Keys with values are expected here."),
    "array": _("A list is expected here."),
    "string": _("Text is expected here; put quotes around it if it looks like a number."),
    "boolean": _("true or false is expected here."),
    "integer": _("A whole number is expected here."),
    "number": _("A number is expected here."),
}
SENTENCES: dict[str, Promise] = {
    "minimum": _("The number must be at least %(bound)s."),
    "maximum": _("The number must be at most %(bound)s."),
    "exclusiveMinimum": _("The number must be greater than %(bound)s."),
    "maxLength": _("The text is longer than %(bound)s characters."),
    "minItems": _("The list needs at least %(bound)s entries."),
    "maxItems": _("The list may have at most %(bound)s entries."),
    "minProperties": _("At least %(bound)s key is needed here."),
    "uniqueItems": _("The list names something twice."),
}


def schema_problems(marked: Marked, part: str = "") -> tuple[list[Problem], frozenset[Path]]:
    """Problems of the document against the schema, or against one of its `$defs`; and the paths they are at."""
    problems: list[Problem] = []
    paths: set[Path] = set()
    for error in _validator(part).iter_errors(marked.document):
        for path, message, parameters in _messages(error):
            problems.append(marked.problem(path, message, **parameters))
            paths.add(path)
    return problems, frozenset(paths)


def closest(word: str, words: Iterable[str]) -> str:
    """The word most like a misspelt one, empty if none is like it."""
    found = difflib.get_close_matches(word, sorted(words), n=1)
    return found[0] if found else ""


def in_order(value: Any, part: str = "") -> Any:
    """A document with its keys in the order of the schema: a database may have shuffled them."""
    root = _schema()
    return _in_order(value, root["$defs"][part] if part else root, root["$defs"])


def _in_order(value: Any, schema: dict[str, Any], definitions: dict[str, Any]) -> Any:
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    if isinstance(value, list):
        return [_in_order(item, schema.get("items", {}), definitions) for item in value]
    if not isinstance(value, dict):
        return value
    below = schema.get("properties", {})
    others = schema.get("additionalProperties") or {}
    keys = [key for key in below if key in value] + sorted(key for key in value if key not in below)
    return {key: _in_order(value[key], below.get(key, others), definitions) for key in keys}


@cache
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return schema


@cache
def _validator(part: str) -> Draft202012Validator:
    schema = _schema()
    if part:
        schema = {"$schema": schema["$schema"], "$ref": f"#/$defs/{part}", "$defs": schema["$defs"]}
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def _messages(error: ValidationError) -> Iterator[Message]:
    """One error of the library as messages of ours, each at the path it is best shown at."""
    path: Path = tuple(error.absolute_path)
    keyword = str(error.validator)
    special = SPECIAL.get(keyword)
    if special is not None:
        yield from special(error, path)
    elif keyword == "pattern":
        yield path, SHAPES[error.schema["title"]], {"value": _brief(error.instance)}  # type: ignore[index]
    elif keyword == "type":
        yield path, KINDS[str(error.validator_value)], {}
    else:
        yield path, SENTENCES[keyword], {"bound": error.validator_value}


def _missing(error: ValidationError, path: Path) -> Iterator[Message]:
    # The library reports each missing key by itself and names it only in its message.
    for key in error.validator_value:  # type: ignore[union-attr]
        if key not in error.instance and error.message.startswith(f"{key!r} "):  # type: ignore[operator]
            yield path, _("The key '%(key)s' is missing."), {"key": key}


def _unknown(error: ValidationError, path: Path) -> Iterator[Message]:
    known = error.schema["properties"]  # type: ignore[index]
    for key in error.instance:  # type: ignore[union-attr]
        if key in known:
            continue
        like = closest(key, known)
        if like:
            yield (*path, key), _("The key '%(key)s' is unknown. Did you mean '%(like)s'?"), {"key": key, "like": like}
        else:
            yield (*path, key), _("The key '%(key)s' is unknown."), {"key": key}


def _not_listed(error: ValidationError, path: Path) -> Iterator[Message]:
    possible = listed(error.validator_value)  # type: ignore[arg-type]
    message = _("'%(value)s' is not possible here. Possible: %(listed)s.")
    yield path, message, {"value": _brief(error.instance), "listed": possible}


SPECIAL: dict[str, Callable[[ValidationError, Path], Iterator[Message]]] = {
    "required": _missing,
    "additionalProperties": _unknown,
    "enum": _not_listed,
}


def _brief(value: Any) -> str:
    return shorten(str(value), 60, placeholder="…")
