"""The terms by which a text is found: pairs of Chinese signs, words of other scripts. (RP-8)

Width and case are folded, English plurals lose their ending. The same for what is kept and for what is asked, and with
the place of each term, so that what was found can be marked.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

#: Longer words are cut: nobody types so much, and no serial number is worth more.
LONGEST = 40
#: Words shorter than this keep their ending.
_STEMMED = 4

_CJK = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f"
_RUN = re.compile(rf"(?P<signs>[{_CJK}]+)|(?P<word>[^\W_{_CJK}]+)")


@dataclass(frozen=True, slots=True)
class Term:
    """One term and where it stands, half-open. `is_single`: one Chinese sign, which counts only where asked alone."""

    text: str
    start: int
    end: int
    is_single: bool = False


def _flat(text: str) -> str:
    """Half width and lower case, sign by sign, so that places stay."""

    def plain(sign: str) -> str:
        folded = unicodedata.normalize("NFKC", sign).lower()
        return folded if len(folded) == 1 else sign

    return "".join(map(plain, text))


def _stem(word: str) -> str:
    """The word without the ending of a plural."""
    if len(word) < _STEMMED or not word.isascii() or not word.isalpha():
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("ches", "shes", "sses", "xes", "zes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def terms(text: str) -> Iterator[Term]:
    """Every term of a text in its order: of Chinese each pair of neighbours and each sign, of the rest each word."""
    for run in _RUN.finditer(_flat(text)):
        start, signs = run.start(), run[0]
        if run["word"]:
            yield Term(_stem(signs)[:LONGEST], start, run.end())
            continue
        for place, sign in enumerate(signs):
            yield Term(sign, start + place, start + place + 1, is_single=True)
            if pair := signs[place : place + 2][1:]:
                yield Term(sign + pair, start + place, start + place + 2)


def asked(question: str) -> Counter[str]:
    """The terms of a question with how often each is asked: a single Chinese sign only where it stands alone."""
    found = list(terms(question))
    paired = {place for term in found if not term.is_single for place in range(term.start, term.end)}
    return Counter(term.text for term in found if not term.is_single or term.start not in paired)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text; `is_hit` if it was asked for."""

    text: str
    is_hit: bool


def marked(text: str, wanted: Sequence[str] | set[str]) -> list[Piece]:
    """The text in pieces, those marked in which a wanted term stands."""
    hits = [False] * len(text)
    for term in terms(text):
        if term.text in wanted:
            hits[term.start : term.end] = [True] * (term.end - term.start)
    pieces: list[Piece] = []
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or hits[place] != hits[start]:
            pieces.append(Piece(text[start:place], hits[start]))
            start = place
    return pieces


def snippet(text: str, wanted: Sequence[str] | set[str], width: int = 110) -> list[Piece]:
    """The piece of at most so many signs in which most wanted terms stand, marked; the beginning if none does."""
    plain = " ".join(text.split())
    places = [term.start for term in terms(plain) if term.text in wanted]
    best = max(places, key=lambda start: sum(start <= place < start + width for place in places), default=0)
    start = max(0, min(best - width // 5, len(plain) - width)) if len(plain) > width else 0
    pieces = marked(plain[start : start + width], wanted)
    before, after = [Piece("…", is_hit=False)] * (start > 0), [Piece("…", is_hit=False)] * (start + width < len(plain))
    return [*before, *pieces, *after]
