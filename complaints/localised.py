"""Names in several languages, kept as one JSON object `{"zh-hans": …, "zh-hant": …, "en": …}`."""

from collections.abc import Mapping

from django.utils.translation import get_language

ORDER = ("zh-hans", "zh-hant", "en")


def localise(names: Mapping[str, str], language: str | None = None) -> str:
    """The name in `language` (the active one by default), else in the nearest language that has one."""
    wanted = language or get_language() or ORDER[0]
    nearest = ("zh-hant", "zh-hans", "en") if wanted == "zh-hant" else ORDER
    for code in (wanted, *nearest):
        if names.get(code):
            return names[code]
    return next(iter(names.values()), "")
