"""Which encoding a text file is in: recognised with certainty, or asked for. (IN-9)

UTF-8 proves itself: other text hardly ever passes for it. GB18030 proves nothing, almost any bytes can be read as some
Chinese sign; so it is believed only if the signs are those that Chinese text is made of.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

from complaints.importers.refusals import FileRefusedError

CHUNK = 1 << 16
#: What a person may name, as offered in forms.
ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16", "cp1252")
#: Share of the everyday signs (level 1 of GB 2312) among the Chinese signs of a text; misread text has under half.
EVERYDAY = 0.9
LEVEL_1 = range(0xB0, 0xD8)
HAN = range(0x4E00, 0xA000)
#: Punctuation and full-width forms that Chinese text uses besides.
BESIDES = frozenset("·—‘’“”…〈〉《》「」『』【】〔〕、。々〇￥Ω℃№×÷±≥≤→①②③④⑤⑥⑦⑧⑨⑩")
FULL_WIDTH = range(0xFF01, 0xFFEF)


@dataclass(frozen=True, slots=True)
class Fault:
    """The first byte that an encoding cannot have: its position and its line, counted from 1."""

    position: int
    line: int


def recognise(stream: IO[bytes], named: str = "") -> str:
    """The encoding to read the stream with. FileRefusedError if it cannot be told, or is not the one named."""
    if named:
        return _as_named(stream, named)
    stream.seek(0)
    head = stream.read(4)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _as_named(stream, "utf-16")
    fault = first_fault(stream, "utf-8")
    if fault is None:
        return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"
    other = first_fault(stream, "gb18030")
    if other is None and _reads_as_chinese(stream):
        return "gb18030"
    raise FileRefusedError(_unknown(fault, other), ask_encoding=True)


def _unknown(fault: Fault, other: Fault | None) -> str:
    said = _("The file is not UTF-8: byte %(position)d in line %(line)d does not fit.") % {
        "position": fault.position,
        "line": fault.line,
    }
    if other is None:
        said += " " + _("Read as GB18030 it does not look like Chinese text.")
    else:
        said += " " + _("Nor is it GB18030: byte %(position)d in line %(line)d does not fit.") % {
            "position": other.position,
            "line": other.line,
        }
    return said + " " + _("Please say which encoding it is in, or save it as UTF-8.")


def _as_named(stream: IO[bytes], named: str) -> str:
    try:
        name = codecs.lookup(named).name
        "".encode(name)
    except LookupError:
        raise FileRefusedError(
            _("There is no text encoding “%(encoding)s”.") % {"encoding": named}, ask_encoding=True
        ) from None
    if name in {"gbk", "gb2312"}:
        name = "gb18030"  # what is called by the older names has long had signs of the newer one
    fault = first_fault(stream, name)
    if fault is not None:
        raise FileRefusedError(
            _("The file is not %(encoding)s: byte %(position)d in line %(line)d does not fit.")
            % {"encoding": name, "position": fault.position, "line": fault.line},
            ask_encoding=True,
        )
    return "utf-8-sig" if name == "utf-8" else name


def first_fault(stream: IO[bytes], encoding: str) -> Fault | None:
    """Where the bytes stop being text in this encoding; None if they are to the end. Needs little memory."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    position, line = 0, 1
    while True:
        chunk = stream.read(CHUNK)
        pending = decoder.getstate()[0]
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            line += (pending + chunk)[: error.start].count(b"\n")
            return Fault(position - len(pending) + error.start + 1, line)
        except UnicodeError:  # a missing byte order mark and the like
            return Fault(position + 1, line)
        if not chunk:
            return None
        line += chunk.count(b"\n")
        position += len(chunk)


def _text(stream: IO[bytes], encoding: str) -> Iterator[str]:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    while chunk := stream.read(CHUNK):
        yield decoder.decode(chunk)


def _reads_as_chinese(stream: IO[bytes]) -> bool:
    everyday = other = 0
    for text in _text(stream, "gb18030"):
        for sign in text:
            code = ord(sign)
            if code < 0x80 or sign in BESIDES or code in FULL_WIDTH:  # noqa: PLR2004 - ASCII
                continue
            if code in HAN and _is_everyday(sign):
                everyday += 1
            else:
                other += 1
    return everyday > 0 and everyday >= EVERYDAY * (everyday + other)


def _is_everyday(sign: str) -> bool:
    try:
        return sign.encode("gb2312")[0] in LEVEL_1
    except UnicodeEncodeError:
        return False
