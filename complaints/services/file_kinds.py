"""What a file is, by its content and its name together; one recognition for materials and evidence. (IN-6, AC-2)"""

import codecs
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import IO, Any

import puremagic
from django.utils.translation import gettext as _

from complaints.punctuation import listed
from complaints.services.refusal import ActRefusedError

HEAD = 64 * 1024
#: The list of what is in an archive stands at its end.
TAIL = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: the type it is kept as, and how its content is told.

    By what puremagic calls it or, where that is blind or cannot tell relatives apart, by how the content begins; for
    documents that are archives, also by what is in them. None of these: text, which has no signature of its own.
    """

    content_type: str
    names: frozenset[str] = frozenset()
    begins: bytes = b""
    contains: bytes = b""

    @property
    def is_text(self) -> bool:
        """The content is told by what it lacks."""
        return not self.names and not self.begins


def _known(content_type: str, *names: str) -> Kind:
    return Kind(content_type, frozenset({content_type, *names}))


def _begins(content_type: str, pattern: bytes, contains: bytes = b"") -> Kind:
    return Kind(content_type, begins=pattern, contains=contains)


_ZIP, _OLE = rb"PK\x03\x04", rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: A document under a password is wrapped as older ones are.
_OFFICE = _ZIP + b"|" + _OLE
_XML = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
_TEXT = Kind("text/plain")
_JPEG = _known("image/jpeg")
_MP4 = rb".{4}ftyp(?!qt  |heic|heix|mif1|msf1|avif)"
_HEIF = rb".{4}ftyp(heic|heix|heim|heis|hevc|hevx|mif1|msf1)"
_MPEG = rb"ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]"

#: Extension → kind.
KINDS: dict[str, Kind] = {
    # written
    "pdf": _known("application/pdf"),
    "docx": _begins(_XML + "wordprocessingml.document", _OFFICE, b"word/"),
    "xlsx": _begins(_XML + "spreadsheetml.sheet", _OFFICE, b"xl/"),
    "pptx": _begins(_XML + "presentationml.presentation", _OFFICE, b"ppt/"),
    "odt": _begins(_OPEN + "text", _ZIP, b"content.xml"),
    "ods": _begins(_OPEN + "spreadsheet", _ZIP, b"content.xml"),
    "ofd": _begins("application/ofd", _ZIP, b"OFD.xml"),
    "doc": _begins("application/msword", _OLE),
    "xls": _begins("application/vnd.ms-excel", _OLE),
    "ppt": _begins("application/vnd.ms-powerpoint", _OLE),
    "wps": _begins("application/vnd.ms-works", _OFFICE),
    "rtf": _known("application/rtf"),
    "txt": _TEXT,
    "csv": _TEXT,
    "log": _TEXT,
    "json": _TEXT,
    "xml": _TEXT,
    "html": _TEXT,
    "htm": _TEXT,
    "mhtml": _TEXT,
    # seen
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "png": _known("image/png"),
    "gif": _known("image/gif"),
    "webp": _begins("image/webp", rb"RIFF.{4}WEBP"),
    "bmp": _known("image/bmp", "image/x-ms-bmp"),
    "tif": _known("image/tiff"),
    "tiff": _known("image/tiff"),
    "heic": _begins("image/heic", _HEIF),
    # heard
    "mp3": _begins("audio/mpeg", _MPEG),
    "wav": _begins("audio/wav", rb"(RIFF|RF64).{4}WAVE"),
    "m4a": _begins("audio/mp4", _MP4),
    "aac": _begins("audio/aac", rb"\xff[\xf0\xf1\xf8\xf9]"),
    "amr": _begins("audio/amr", rb"#!AMR"),
    "ogg": _begins("audio/ogg", rb"OggS"),
    "flac": _known("audio/flac"),
    "wma": _begins("audio/x-ms-wma", rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),
    # filmed
    "mp4": _begins("video/mp4", _MP4),
    "mov": _begins("video/quicktime", rb".{4}(ftyp|moov|mdat|wide|free|skip)"),
    "3gp": _begins("video/3gpp", rb".{4}ftyp3g"),
    "avi": _begins("video/x-msvideo", rb"RIFF.{4}AVI "),
    "mkv": _begins("video/x-matroska", rb"\x1a\x45\xdf\xa3.{0,64}matroska"),
    "webm": _begins("video/webm", rb"\x1a\x45\xdf\xa3.{0,64}webm"),
    "wmv": _begins("video/x-ms-wmv", rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),
    # written to one another
    "eml": _TEXT,
    "msg": _begins("application/vnd.ms-outlook", _OLE),
    # packed
    "zip": _begins("application/zip", _ZIP + rb"|PK\x05\x06"),
    "7z": _known("application/x-7z-compressed"),
    "rar": _known("application/vnd.rar"),
    "gz": _begins("application/gzip", rb"\x1f\x8b"),
    "tar": _known("application/x-tar"),
}


def safe_name(name: str) -> str:
    """The name as received without folders, control characters and what no database keeps, at most 200 signs."""
    sent = unicodedata.normalize("NFC", name.encode("utf-8", "ignore").decode("utf-8"))
    bare = PureWindowsPath(PurePosixPath(sent).name).name
    bare = re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", "", bare).strip(". ")
    stem, dot, extension = bare.rpartition(".")
    cut = f"{stem[:190]}{dot}{extension[:9]}" if stem else bare[:200]
    return cut.strip(". ") or "file"


def extension_of(name: str) -> str:
    """The extension of a safe name in small letters; empty if it has none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def recognise(name: str, content: IO[Any], size: int, among: Collection[str]) -> str:
    """The type of `content`, if it is what its (safe) name says and of a kind that may be kept; refused otherwise.

    Reads the beginning and, for archives, the end; leaves `content` at its beginning.
    """
    extension = extension_of(name)
    if extension not in among or extension not in KINDS:
        _refuse(
            _("Files of the kind “%(kind)s” cannot be kept. Possible are: %(kinds)s.")
            % {"kind": extension or name, "kinds": listed(sorted(set(among) & set(KINDS)))}
        )
    kind = KINDS[extension]
    content.seek(0)
    head = content.read(HEAD)
    if kind.is_text:
        if not _is_text(head):
            _refuse(_("“%(name)s” is not a text file.") % {"name": name})
    elif not (_is_like(kind, head) and _has_inside(kind, head, content, size)):
        _refuse(_("The content of “%(name)s” is not what its name says.") % {"name": name})
    content.seek(0)
    return kind.content_type


def _refuse(text: str) -> None:
    raise ActRefusedError("missing", text)


def _is_text(head: bytes) -> bool:
    return b"\x00" not in head or head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def _is_like(kind: Kind, head: bytes) -> bool:
    if kind.begins:
        return re.match(kind.begins, head, re.DOTALL) is not None
    try:
        return not kind.names.isdisjoint(match.mime_type for match in puremagic.magic_string(head))
    except (puremagic.PureError, ValueError):
        return False


def _has_inside(kind: Kind, head: bytes, content: IO[Any], size: int) -> bool:
    if not kind.contains or re.match(_ZIP, head) is None:
        return True
    content.seek(max(0, size - TAIL))
    return kind.contains in content.read(TAIL)


def refuse_size(name: str, size: int, limit: int) -> None:
    """Refuse what is empty or larger than `limit` bytes."""
    if size == 0:
        _refuse(_("“%(name)s” is empty.") % {"name": name})
    if size > limit:
        _refuse(_("“%(name)s” is larger than %(limit)d MB.") % {"name": name, "limit": limit // 1024**2})
