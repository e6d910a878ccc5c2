"""The pieces a document is made of. Plain text in every field; templates do the rest."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

from complaints.documents.money import in_capitals


@dataclass(frozen=True, slots=True)
class Field:
    """One labelled box of a form. A tall one leaves room to write by hand."""

    label: str
    value: str = ""
    is_tall: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """A framed table of boxes: rows of one or two."""

    template: ClassVar[str] = "complaints/documents/form.html"
    rows: tuple[tuple[Field, ...], ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings; `empty` stands there where there are none. `widths` are percent, in steps of one."""

    template: ClassVar[str] = "complaints/documents/table.html"
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    empty: str = ""
    widths: tuple[int, ...] = ()
    #: Begins on a page of its own, after the signatures.
    is_annex: bool = False


@dataclass(frozen=True, slots=True)
class Prose:
    """Paragraphs, as they were written."""

    template: ClassVar[str] = "complaints/documents/prose.html"
    text: str
    caption: str = ""
    is_letter: bool = False
    #: Stands above what it introduces, and stays with it on one page.
    is_lead: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody signs: as what, perhaps by name, perhaps with the date on which they decided."""

    label: str
    name: str = ""
    date: str = ""
    has_seal: bool = False


@dataclass(frozen=True, slots=True)
class Signatures:
    """Places to sign, side by side."""

    template: ClassVar[str] = "complaints/documents/signatures.html"
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """What a bundle holds, with the page each begins on."""

    template: ClassVar[str] = "complaints/documents/contents.html"
    entries: tuple[tuple[str, str, str], ...]
    caption: str = ""


#: What can stand under a caption.
Captioned = Form | Table | Prose
Part = Captioned | Signatures | Contents


@dataclass(frozen=True, slots=True)
class Document:
    """One document, or one piece of a bundle. `organisation` heads it; `number` stands at its right."""

    code: str
    title: str
    organisation: str
    number: str = ""
    parts: tuple[Part, ...] = ()
    is_confidential: bool = False
    is_cover: bool = False
    is_wide: bool = False
    #: A piece that follows the one before on the same page, where there is room.
    is_running: bool = False
    pieces: tuple["Document", ...] = field(default=())
    #: A word across every page of what is not decided yet.
    watermark: str = ""
    #: A line at the foot of every page: what vouches for the content.
    foot: str = ""

    @property
    def anchor(self) -> str:
        """Where a table of contents points."""
        return f"piece-{self.code}"

    @property
    def file_name(self) -> str:
        """Of the PDF, without ending."""
        return f"{self.number}-{self.title}" if self.number else self.title


def day(moment: datetime | None) -> str:
    """The local day in words."""
    return str(date_format(timezone.localtime(moment), "DATE_FORMAT")) if moment else ""


def whole_day(of: date | None) -> str:
    """A day without time, in words."""
    return str(date_format(of, "DATE_FORMAT")) if of else ""


def minute(moment: datetime | None) -> str:
    """The local moment to the minute."""
    return str(date_format(timezone.localtime(moment), "Y-m-d H:i")) if moment else ""


def money(amount: Decimal | None) -> str:
    """An amount, in Chinese with its figures in capitals beside, as official documents give it."""
    if amount is None:
        return ""
    figures = f"¥{amount:,.2f}"
    language = get_language() or ""
    return f"{figures}（{in_capitals(amount, language)}）" if language.startswith("zh") else figures


def signed(*lines: str) -> str:
    """Lines under one another, empty ones left out."""
    return "\n".join(line for line in lines if line)
