"""What in a text points to a person: found, shown with the reason, and put behind a mask. (RP-8, AU-5)

Text in, spans out. What is known of the case (the complainant's name, a phone number, an order number) is found however
it is written: in full width, with blanks or hyphens inside, in Chinese numerals. What only looks like personal data is
found by its pattern. It errs on the side of masking: a person takes a needless mask back, nobody takes back a name that
was published.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import override, pgettext, pgettext_lazy


class Kind(TextChoices):
    """What a mask stands for; the label is written in the place of the words."""

    COMPLAINANT = "complainant", pgettext_lazy("mask", "complainant")
    STAFF = "staff", pgettext_lazy("mask", "employee")
    OUTSIDE = "outside", pgettext_lazy("mask", "outside party")
    PERSON = "person", pgettext_lazy("mask", "person")
    PHONE = "phone", pgettext_lazy("mask", "phone")
    EMAIL = "email", pgettext_lazy("mask", "e-mail")
    ADDRESS = "address", pgettext_lazy("mask", "address")
    IDENTITY = "identity", pgettext_lazy("mask", "identity number")
    CARD = "card", pgettext_lazy("mask", "bank card")
    PLATE = "plate", pgettext_lazy("mask", "number plate")
    ACCOUNT = "account", pgettext_lazy("mask", "account")
    LINK = "link", pgettext_lazy("mask", "link")
    REFERENCE = "reference", pgettext_lazy("mask", "reference")
    NUMBER = "number", pgettext_lazy("mask", "number")
    WORD = "word", pgettext_lazy("mask", "left out")


@dataclass(frozen=True, slots=True)
class Known:
    """A value that belongs to somebody. `is_certain`: it may stand in no published text; else a person may decide."""

    kind: Kind
    value: str
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text, half-open, and what is thought of it."""

    start: int
    end: int
    kind: Kind
    is_certain: bool


@dataclass(frozen=True, slots=True)
class Mask:
    """Words of a source, what stands in their place, and whether a person may take that back."""

    number: int
    value: str
    kind: Kind
    is_certain: bool

    @property
    def token(self) -> str:
        """What is written in the place of the words, in the active language."""
        return token(self.kind, self.number)

    @property
    def spellings(self) -> tuple[str, ...]:
        """The same in every language of the site: a draft may have been made in another one."""
        return _spellings(self.kind, self.number)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Texts with masks in them, the spans of their sources, and each mask once."""

    texts: tuple[str, ...]
    spans: tuple[tuple[Span, ...], ...]
    masks: tuple[Mask, ...]


# --- Reading a text however it is written ----------------------------------------------------------------------------

_CJK = "\u3400-\u9fff\uf900-\ufaff"
_NUMERALS = dict(zip("零〇一二三四五六七八九幺", "001234567891", strict=True))
#: Left out when names are compared: what people put between the signs of one. Never brackets: those are masks'.
_BETWEEN = re.compile(r"[\s\-‐‑‒–—―_+./·•・'’\u200b-\u200f\u2060\ufeff\u00ad]")
#: Stands for a mask while a text is looked through.
_BLOT = "\ue000"
#: Signs from which on something known is looked for, and digits of a number.
SHORTEST, SHORTEST_NUMBER = 2, 5


def _flat(text: str) -> str:
    """Full width made half width, sign by sign: offsets stay."""
    return "".join(wide if len(wide := unicodedata.normalize("NFKC", sign)) == 1 else sign for sign in text)


def _folded(text: str, *, digits: bool) -> tuple[str, list[int]]:
    """Width, case and what stands between signs removed, with the offset of each sign that is left.

    For digits also Chinese numerals are read, and everything but letters and digits is left out.
    """
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for plain in unicodedata.normalize("NFKD", sign).casefold():
            if _BETWEEN.match(plain) or unicodedata.combining(plain):
                continue
            if digits and not plain.isalnum() and plain != _BLOT:
                continue
            signs.append(_NUMERALS.get(plain, plain) if digits else plain)
            places.append(place)
    return "".join(signs), places


@cache
def _token_pattern() -> re.Pattern[str]:
    """A mask as it stands in a text, in any language of the site."""
    labels = set()
    for code, _name in settings.LANGUAGES:
        with override(code):
            labels |= {str(kind.label) for kind in Kind}
    words = "|".join(sorted(map(re.escape, labels), key=len, reverse=True))
    return re.compile(rf"(?:【|\[)(?:{words})(?: ?\d{{1,4}})?(?:】|\])")


def _without_tokens(text: str) -> str:
    """The text with its masks blotted out, of the same length: what a mask says is not personal."""
    return _token_pattern().sub(lambda found: _BLOT * len(found[0]), text)


# --- What is known ---------------------------------------------------------------------------------------------------

TITLES = "先生|女士|小姐|太太|夫人|经理|師傅|师傅|主任|老师|老師|医生|醫生|同学|同學|阿姨|大爷|大爺|大哥|大姐|警官"
_TITLED = re.compile(rf"(.+?)(?:{TITLES})$")
_LATIN = re.compile(r"[^\W\d_]+", re.ASCII)


def _is_latin(text: str) -> bool:
    return not re.search(rf"[{_CJK}\d]", text)


#: Registered as a name where there was none.
_NOBODY = frozenset(
    (
        "匿名",
        "客户",
        "客戶",
        "顾客",
        "顧客",
        "用户",
        "用戶",
        "消费者",
        "消費者",
        "投诉人",
        "投訴人",
        "先生",
        "女士",
        "不详",
        "不詳",
        "未知",
        "业主",
        "anonymous",
        "customer",
        "client",
        "unknown",
        "n/a",
    )
)


def spelled_out(known: Iterable[Known]) -> list[Known]:
    """What is known, and how people write it otherwise: without area code, by family name and title, by first name.

    Words that stand for nobody in particular are left out.
    """
    found: dict[tuple[str, str], Known] = {}
    for one in known:
        if one.value.strip().casefold() in _NOBODY:
            continue
        for other in (one, *_otherwise(one)):
            key = (other.kind, other.value)
            if key not in found or other.is_certain > found[key].is_certain:
                found[key] = other
    return list(found.values())


def _otherwise(one: Known) -> Iterator[Known]:
    value = unicodedata.normalize("NFKC", one.value).strip()
    if one.kind in {Kind.COMPLAINANT, Kind.STAFF, Kind.PERSON}:
        yield from _names(one, value)
    elif one.kind == Kind.PHONE:
        digits = re.sub(r"\D", "", value)
        digits = re.sub(r"^(?:00)?86(?=1\d{10}$|0?\d{9,11}$)", "", digits)
        yield Known(one.kind, digits, one.is_certain)
        if digits.startswith("0") and len(digits) >= 10:  # noqa: PLR2004 - area code and seven or eight digits
            yield Known(one.kind, digits[4:] if digits[1] not in "12" else digits[3:], one.is_certain)
    elif one.kind == Kind.EMAIL:
        name = value.partition("@")[0]
        if len(name) >= SHORTEST_NUMBER:
            yield Known(one.kind, name, is_certain=False)
    elif one.kind == Kind.ADDRESS:
        yield from _pieces_of_address(one, value)


def _names(one: Known, value: str) -> Iterator[Known]:
    if titled := _TITLED.match(value):
        value = titled[1]
        yield Known(one.kind, value, one.is_certain)
    if re.fullmatch(rf"[{_CJK}]+", value):
        family = value[:2] if value[:2] in _COMPOUND else value[:1]
        for title in (*TITLES.split("|"), "总", "總", "工"):
            yield Known(one.kind, family + title, is_certain=False)
        for before in "老小阿":
            yield Known(one.kind, before + family, is_certain=False)
        if len(value) - len(family) >= SHORTEST:
            yield Known(one.kind, value[len(family) :], is_certain=False)
    else:
        for word in _LATIN.findall(value):
            if len(word) >= 3:  # noqa: PLR2004 - initials are everywhere
                yield Known(one.kind, word, is_certain=False)


#: Signs of an address in a row that give it away.
_TELLING = 6


def _pieces_of_address(one: Known, value: str) -> Iterator[Known]:
    plain = re.sub(r"\s", "", value)
    if re.search(rf"[{_CJK}]", plain):
        for start in range(len(plain) - _TELLING + 1):
            yield Known(one.kind, plain[start : start + _TELLING], is_certain=False)
    for piece in re.split(r"[,，;；]", value):
        if len(piece.strip()) >= _TELLING and re.search(r"\d", piece):
            yield Known(one.kind, piece.strip(), is_certain=False)


def _known_spans(text: str, known: Iterable[Known]) -> Iterator[Span]:
    readings = {digits: _folded(text, digits=digits) for digits in (False, True)}
    for one in known:
        is_number = bool(re.fullmatch(r"[\d\s\-+().]+", unicodedata.normalize("NFKC", one.value)))
        value, _places = _folded(one.value, digits=is_number)
        if len(value) < (SHORTEST_NUMBER if is_number else SHORTEST):
            continue
        signs, places = readings[is_number]
        at = signs.find(value)
        while at >= 0:
            start, end = places[at], places[at + len(value) - 1] + 1
            if not _is_latin(value) or _stands_alone(text, start, end):
                yield Span(start, end, one.kind, one.is_certain)
            at = signs.find(value, at + 1)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Not part of a longer word: a Mr Li is not in every delivery."""
    around = text[max(start - 1, 0) : start] + text[end : end + 1]
    return not re.search(rf"[^\W\d_{_CJK}]", around)


# --- What looks like it ----------------------------------------------------------------------------------------------

_COMPOUND = frozenset(
    (
        "欧阳",
        "歐陽",
        "司马",
        "司馬",
        "上官",
        "诸葛",
        "諸葛",
        "司徒",
        "夏侯",
        "皇甫",
        "尉迟",
        "尉遲",
        "公孙",
        "公孫",
        "慕容",
        "令狐",
        "东方",
        "東方",
        "独孤",
        "獨孤",
    )
)
_FAMILY = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹苏潘葛范彭鲁韦马方俞任袁柳鲍史唐费薛雷贺倪汤罗毕郝邬安常乐于傅"
    "齐康伍余顾孟黄穆萧尹姚邵汪毛戴宋庞熊纪舒屈祝董梁杜阮蓝闵季贾江童颜郭梅林钟徐邱骆高夏蔡田樊胡霍虞万柯管卢莫房缪解丁邓洪包左石崔龚程"
    "趙錢孫鄭馮陳衛蔣韓楊許呂張嚴華謝鄒蘇魯韋馬湯羅畢樂齊顧黃蕭龐紀藍閔賈顏鍾駱萬盧鄧龔"
)
#: Before a title these say what somebody does: who thanks a fitter names nobody.
_NO_NAMES = "安装|安裝|维修|維修|送货|送貨|配送|快递|快遞|值班|客服|部门|部門|项目|項目|客户|客戶"
_PLACES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼滬雲遼魯蘇贛陝閩貴粵寧瓊"
_GAP = r"[ \-.·]?"

_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.ASCII | re.IGNORECASE if kind in {Kind.LINK, Kind.ACCOUNT} else re.ASCII))
    for kind, pattern in (
        (Kind.LINK, r"(?:https?://|www\.)[\w\-./?%&=#:~+@]+"),
        (Kind.EMAIL, r"[\w.%+\-]+ ?@ ?[\w\-]+(?:\.[\w\-]+)+"),
        (Kind.IDENTITY, rf"(?<!\d)[1-9](?:{_GAP}\d){{16}}{_GAP}[\dXx](?!\d)"),
        (
            Kind.IDENTITY,
            r"(?<![A-Za-z\d])(?:[EGDSPHegdsph][A-Za-z]?\d{7,8}|[A-Z]{1,2}\d{6} ?\(?[\dA]\)?)(?![A-Za-z\d])",
        ),
        (Kind.CARD, rf"(?<!\d)\d(?:{_GAP}\d){{12,18}}(?!\d)"),
        (Kind.PHONE, rf"(?:(?:\+|00)?86{_GAP})?(?<!\d)1[3-9](?:{_GAP}\d){{9}}(?!\d)"),
        (Kind.PHONE, r"(?<!\d)1[3-9]\d[*xX×]{2,8}\d{2,4}(?!\d)"),
        (Kind.PHONE, r"(?<!\d)\(?0\d{2,3}\)?[ \-]?\d{3,4}[ \-]?\d{4}(?!\d)"),
        (Kind.PHONE, r"(?<!\d)\+\d{1,3}(?:[ \-().]{0,2}\d){6,12}"),
        (Kind.PLATE, rf"[{_PLACES}使领領][A-Za-z][ ·•\-]?[A-Za-z\d]{{4,5}}[A-Za-z\d挂学學警港澳]"),
        (
            Kind.ACCOUNT,
            (
                r"(?:微信|weixin|wechat|\bvx|QQ|抖音|支付宝|支付寶|alipay|whatsapp|telegram|line id)"
                r"(?:号码|号|號碼|號|账号|帐号|帳號|\s?id)?[\s:=是为為]{0,4}[A-Za-z\d_\-.]{5,30}"
            ),
        ),
        (
            Kind.REFERENCE,
            (
                r"(?:订单|訂單|运单|運單|快递单|单|單|合同|发票|發票|序列|机身|编|編|保单|保單)(?:编号|号码|号|編號|號碼|號)"
                r"[\s:#为為是]{0,4}[A-Za-z\d][A-Za-z\d\-_/]{3,}"
            ),
        ),
        (Kind.REFERENCE, r"(?<![A-Za-z\d])[A-Za-z]{1,6}[\-_]?\d{4,}[A-Za-z\d\-_/]*"),
        (
            Kind.ADDRESS,
            (
                rf"[{_CJK}]{{1,6}}(?:路|街|道|巷|弄|胡同|里)\s?[\d零一二三四五六七八九十百]+\s?(?:弄|号|號)(?:院)?"
                r"(?:\s?[\dA-Za-z零一二三四五六七八九十]+\s?(?:号楼|號樓|栋|棟|幢|座|单元|單元|室|楼|樓|层|層|号|號))*"
            ),
        ),
        (
            Kind.ADDRESS,
            (
                r"[\dA-Za-z]{1,4}\s?(?:号楼|號樓|栋|棟|幢|座|单元|單元)\s?"
                r"(?:[\dA-Za-z]{1,4}\s?(?:单元|單元|楼|樓|层|層)\s?)?\d{2,5}\s?(?:室|号|號|房)?"
            ),
        ),
        (
            Kind.ADDRESS,
            (
                r"(?<!\d)\d{1,5} (?:[A-Z][a-z]+ ){1,3}"
                r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court)\b"
            ),
        ),
        (
            Kind.PERSON,
            (
                rf"(?!{_NO_NAMES})(?:{'|'.join(sorted(_COMPOUND))}|[{_FAMILY}])"
                rf"(?!{_NO_NAMES})[{_CJK}]{{0,2}}?(?:{TITLES})"
            ),
        ),
        (Kind.PERSON, rf"[{_FAMILY}](?:总|總)(?![部计計共体體是之结結裁数數])"),
        (Kind.PERSON, r"\b(?:Mr|Mrs|Ms|Miss|Dr)\b\.? ?[A-Z][A-Za-z'\-]+(?: [A-Z][A-Za-z'\-]+)?"),
        (
            Kind.PERSON,
            rf"(?:姓名|联系人|聯絡人|收件人|收货人|收貨人|客户名|户主|戶主|车主|車主|机主|機主)\s?[:是为為]\s?[{_CJK}]{{2,4}}",
        ),
        (Kind.NUMBER, rf"(?<!\d)\d(?:{_GAP}\d){{6,}}"),
        (Kind.NUMBER, rf"[{''.join(_NUMERALS)}]{{7,}}"),
    )
)
_DATE = re.compile(r"(?:19|20)\d\d[\-.](?:0?[1-9]|1[0-2])[\-.](?:0?[1-9]|[12]\d|3[01])(?: \d{1,2})?", re.ASCII)
#: The numeric patterns: a date is none of them.
_NUMERIC = {Kind.IDENTITY, Kind.CARD, Kind.PHONE, Kind.NUMBER}


def _looking_spans(text: str) -> Iterator[Span]:
    flat = _flat(text)
    for kind, pattern in _PATTERNS:
        for found in pattern.finditer(flat):
            words = found[0].strip()
            digits = re.sub(r"\D", "", words)
            if kind in _NUMERIC and _DATE.fullmatch(words):
                continue
            if kind == Kind.CARD and not fits_luhn(digits):
                continue  # remains a long number
            if kind == Kind.IDENTITY and len(digits) >= 17 and not fits_check_digit(re.sub(r"[^\dXx]", "", words)):  # noqa: PLR2004
                continue
            yield Span(found.start(), found.end(), kind, is_certain=False)


def fits_luhn(digits: str) -> bool:
    """The last digit fits the others, as on bank cards."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - the sum of its digits
    return bool(digits) and total % 10 == 0


def fits_check_digit(number: str) -> bool:
    """The last sign fits the other 17, as on identity cards of the mainland (ISO 7064, mod 11-2)."""
    if not re.fullmatch(r"\d{17}[\dXx]", number, re.ASCII):
        return False
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(number[:17]))
    return "10X98765432"[total % 11] == number[17].upper()


# --- Spans, masks, texts ---------------------------------------------------------------------------------------------


def spans(text: str, known: Iterable[Known]) -> list[Span]:
    """What must or may have to go from a text, in its order, no two overlapping. Give `known` spelled out.

    Where findings overlap they become one: certain if one of them is, of the kind of the longest such. Masks that
    stand in the text are no findings.
    """
    plain = _without_tokens(text)
    found = sorted([*_known_spans(plain, known), *_looking_spans(plain)], key=lambda span: (span.start, -span.end))
    joined: list[list[Span]] = []
    end = -1
    for span in found:
        if joined and span.start < end:
            joined[-1].append(span)
        else:
            joined.append([span])
        end = max(end, span.end) if joined[-1][0] is not span else span.end
    return [_one(group) for group in joined]


def _one(group: Sequence[Span]) -> Span:
    is_certain = any(span.is_certain for span in group)
    leading = max(
        (span for span in group if span.is_certain == is_certain), key=lambda span: (span.end - span.start, -span.start)
    )
    return Span(min(span.start for span in group), max(span.end for span in group), leading.kind, is_certain)


def propose(texts: Sequence[str], known: Iterable[Known]) -> Proposal:
    """The texts with a mask for everything found. The same words have the same mask everywhere, numbered if several.

    Masks are written in the active language.
    """
    listed = list(known)
    found = [spans(text, listed) for text in texts]
    masks: dict[tuple[Kind, str], Mask] = {}
    counts: dict[Kind, int] = {}
    written = []
    for text, ones in zip(texts, found, strict=True):
        parts, end = [], 0
        for span in ones:
            words = text[span.start : span.end]
            key = (span.kind, _folded(words, digits=False)[0])
            if key not in masks:
                counts[span.kind] = counts.get(span.kind, 0) + 1
                masks[key] = Mask(counts[span.kind], words, span.kind, span.is_certain)
            elif span.is_certain and not masks[key].is_certain:
                masks[key] = Mask(masks[key].number, words, span.kind, is_certain=True)
            parts += [text[end : span.start], masks[key].token]
            end = span.end
        written.append("".join((*parts, text[end:])))
    return Proposal(tuple(written), tuple(map(tuple, found)), tuple(masks.values()))


def token(kind: Kind, number: int = 1) -> str:
    """What stands in the place of words that went: the kind in brackets, with a number from the second on."""
    what = (
        str(kind.label)
        if number == 1
        else pgettext("mask", "%(what)s %(number)d")
        % {
            "what": kind.label,
            "number": number,
        }
    )
    return pgettext("mask", "[%(what)s]") % {"what": what}


@cache
def _spellings(kind: Kind, number: int) -> tuple[str, ...]:
    found = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            found.append(token(kind, number))
    return tuple(dict.fromkeys(found))
