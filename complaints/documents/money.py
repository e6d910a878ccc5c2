"""Amounts in Chinese capitals 大写金额, which cannot be altered by a stroke of the pen."""

from decimal import ROUND_HALF_UP, Decimal

DIGITS = {"zh-hans": "零壹贰叁肆伍陆柒捌玖", "zh-hant": "零壹貳參肆伍陸柒捌玖"}
PLACES = ("", "拾", "佰", "仟")
#: Each group of four digits has a name of its own.
GROUPS = {"zh-hans": ("", "万", "亿", "万亿"), "zh-hant": ("", "萬", "億", "萬億")}
UNITS = {"zh-hans": ("人民币", "元", "角", "分", "整"), "zh-hant": ("人民幣", "元", "角", "分", "整")}
GROUP = 10_000


def in_capitals(amount: Decimal, language: str = "zh-hans") -> str:
    """An amount of less than 10^16 yuan, not negative, rounded to the fen."""
    script = "zh-hant" if language == "zh-hant" else "zh-hans"
    digits, (currency, yuan, jiao, fen, whole) = DIGITS[script], UNITS[script]
    cents = int((amount * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    integer, tens, ones = cents // 100, cents // 10 % 10, cents % 10
    text = f"{_integer(integer, script)}{yuan}" if integer else ""
    if tens:
        text += digits[tens] + jiao
    elif ones and integer:
        text += digits[0]
    if ones:
        text += digits[ones] + fen
    return currency + (text or digits[0] + yuan) + ("" if ones else whole)


def _integer(number: int, script: str) -> str:
    groups = []
    while number:
        number, group = divmod(number, GROUP)
        groups.append(group)
    zero, text, gap = DIGITS[script][0], "", False
    for position in reversed(range(len(groups))):
        group = groups[position]
        if not group:
            gap = True
            continue
        if text and (gap or group < GROUP // 10):
            text += zero
        text += _group(group, script) + GROUPS[script][position]
        gap = False
    return text


def _group(number: int, script: str) -> str:
    """One to four digits, a single zero for any gap between them."""
    digits, text, gap = DIGITS[script], "", False
    for place in reversed(range(4)):
        digit = number // 10**place % 10
        if digit:
            text += (digits[0] if gap and text else "") + digits[digit] + PLACES[place]
            gap = False
        else:
            gap = True
    return text
