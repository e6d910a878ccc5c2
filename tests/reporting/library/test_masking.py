"""What points to a person is found however it is written, and never survives. (RP-8, AU-5)"""

import pytest
from django.utils.translation import override
from hypothesis import assume, given
from hypothesis import strategies as st

from reporting.masking import (
    Kind,
    Known,
    fits_check_digit,
    fits_luhn,
    propose,
    spans,
    spelled_out,
    token,
)

WANG = spelled_out(
    [
        Known(Kind.COMPLAINANT, "王小明"),
        Known(Kind.PHONE, "+86 138-0000-1234"),
        Known(Kind.PHONE, "021-62345678"),
        Known(Kind.EMAIL, "wxm_88@example.com"),
        Known(Kind.ADDRESS, "上海市浦东新区张杨路500号3号楼1201室"),
        Known(Kind.STAFF, "John Li"),
        Known(Kind.REFERENCE, "DD-2026-77"),
        Known(Kind.OUTSIDE, "远大配件厂"),
    ]
)


def certain(text, known):
    """What may stand in no published text."""
    return [span for span in spans(text, known) if span.is_certain]


def found(text, known=()):
    """Kind, words and certainty of everything found."""
    return [(span.kind, text[span.start : span.end], span.is_certain) for span in spans(text, known)]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("请找王小明处理", Kind.COMPLAINANT, "王小明"),
        ("请找王 小明处理", Kind.COMPLAINANT, "王 小明"),
        ("请找王·小明处理", Kind.COMPLAINANT, "王·小明"),
        ("电13800001234。", Kind.PHONE, "13800001234"),
        ("电１３８　０００　０１２３４。", Kind.PHONE, "１３８　０００　０１２３４"),
        ("电138.0000.1234。", Kind.PHONE, "138.0000.1234"),
        ("电138，0000，1234。", Kind.PHONE, "138，0000，1234"),
        ("电幺三八零零零零一二三四。", Kind.PHONE, "幺三八零零零零一二三四"),
        ("电+86 13800001234。", Kind.PHONE, "+86 13800001234"),
        ("座机62345678。", Kind.PHONE, "62345678"),
        ("座机(021)6234-5678。", Kind.PHONE, "(021)6234-5678"),
        ("写信到WXM_88@Example.com吧", Kind.EMAIL, "WXM_88@Example.com"),
        ("单dd2026-77的事", Kind.REFERENCE, "dd2026-77"),
        ("找远大 配件厂要", Kind.OUTSIDE, "远大 配件厂"),
        ("then JOHN LI came", Kind.STAFF, "JOHN LI"),
    ],
)
def test_what_is_known_is_found_however_it_is_written(text, kind, words):
    assert (kind, words, True) in found(text, WANG)


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("王女士说", Kind.COMPLAINANT, "王女士"),
        ("老王说", Kind.COMPLAINANT, "老王"),
        ("叫小明来", Kind.COMPLAINANT, "小明"),
        ("John said", Kind.STAFF, "John"),
        ("送到张杨路500号门口", Kind.ADDRESS, "送到张杨路500号"),
        ("住浦东新区张杨路那边", Kind.ADDRESS, "浦东新区张杨路"),
        ("加wxm_88聊", Kind.EMAIL, "wxm_88"),
    ],
)
def test_other_ways_to_name_somebody_are_in_doubt(text, kind, words):
    assert found(text, WANG) == [(kind, words, False)]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("手机13912345678。", Kind.PHONE, "13912345678"),
        ("手机139****5678。", Kind.PHONE, "139****5678"),
        ("座机0571-88886666。", Kind.PHONE, "0571-88886666"),
        ("call +44 20 7946 0958 now", Kind.PHONE, "+44 20 7946 0958"),
        ("证号11010519491231002X。", Kind.IDENTITY, "11010519491231002X"),
        ("证号１１０１０５ １９４９１２３１ ００２Ｘ。", Kind.IDENTITY, "１１０１０５ １９４９１２３１ ００２Ｘ"),
        ("护照E12345678。", Kind.IDENTITY, "E12345678"),
        ("身份證A123456(3)。", Kind.IDENTITY, "A123456(3)"),
        ("卡6222 0212 3456 7890 128。", Kind.CARD, "6222 0212 3456 7890 128"),
        ("车牌京A·12345。", Kind.PLATE, "京A·12345"),
        ("车牌沪AD12345。", Kind.PLATE, "沪AD12345"),
        ("微信号：wxid_abc123。", Kind.ACCOUNT, "微信号：wxid_abc123"),
        ("QQ 123456789", Kind.ACCOUNT, "QQ 123456789"),
        ("见https://example.com/u/77?a=1。", Kind.LINK, "https://example.com/u/77?a=1"),
        ("mail me: a.b@example.co.uk", Kind.EMAIL, "a.b@example.co.uk"),
        ("订单号：88A-1234", Kind.REFERENCE, "订单号：88A-1234"),
        ("案号TS20260301-001。", Kind.REFERENCE, "TS20260301-001"),
        ("在建设路12号2号楼301室。", Kind.ADDRESS, "在建设路12号2号楼301室"),
        ("3栋2单元501室", Kind.ADDRESS, "3栋2单元501室"),
        ("at 12 Long Acre Road today", Kind.ADDRESS, "12 Long Acre Road"),
        ("欧阳经理来了", Kind.PERSON, "欧阳经理"),
        ("李总说好", Kind.PERSON, "李总"),
        ("Mr. Smith called", Kind.PERSON, "Mr. Smith"),
        ("联系人：赵六", Kind.PERSON, "联系人：赵六"),
        ("编码 1234 5678 90", Kind.NUMBER, "1234 5678 90"),
        ("一二三四五六七八", Kind.NUMBER, "一二三四五六七八"),
    ],
)
def test_what_looks_personal_is_in_doubt(text, kind, words):
    assert found(text) == [(kind, words, False)]


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01送货，三天后漏水，退款1200元，保修3年。",
        "洗衣机用了三天就漏水，售后第二天上门，更换了密封圈。",
        "The delivery was late by 12 days; we refunded 350.00.",
        "总部要求各部门在10个工作日内整改，项目经理每月检查。",
        "感谢安装师傅和维修师傅。",
        "容量XQG100，噪声72分贝，温度-5至40度。",
    ],
)
def test_plain_text_stays(text):
    assert found(text, WANG) == []


def test_who_is_registered_as_nobody_is_not_looked_for():
    nobody = spelled_out([Known(Kind.COMPLAINANT, name) for name in ("匿名", "客户", " Anonymous ", "王")])
    assert spans("匿名客户反映，王府井门店漏水。An anonymous customer.", nobody) == []
    titled = spelled_out([Known(Kind.COMPLAINANT, "王女士")])
    assert found("王女士和王先生在王府井", titled) == [
        (Kind.COMPLAINANT, "王女士", True),
        (Kind.COMPLAINANT, "王先生", False),
    ]


def test_check_digits():
    assert fits_check_digit("11010519491231002X")
    assert not fits_check_digit("110105194912310021")
    assert not fits_check_digit("1101051949123100")
    assert fits_luhn("4539578763621486")
    assert not fits_luhn("4539578763621487")
    assert found("11010519491231002１") == [(Kind.NUMBER, "11010519491231002１", False)], "no check digit, still long"


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_the_same_words_have_the_same_mask_and_masks_are_not_masked_again(language):
    with override(language):
        proposal = propose(["王小明打13800001234", "王 小明又打021-62345678"], WANG)
        complainant, phone, other = token(Kind.COMPLAINANT), token(Kind.PHONE), token(Kind.PHONE, 2)
    assert proposal.texts == (f"{complainant}打{phone}", f"{complainant}又打{other}")
    with override(language):
        masks = [(mask.token, mask.value, mask.is_certain) for mask in proposal.masks]
    assert all(set(mask.spellings) >= {written[0]} for mask, written in zip(proposal.masks, masks, strict=True))
    assert masks == [
        (complainant, "王小明", True),
        (phone, "13800001234", True),
        (other, "021-62345678", True),
    ]
    assert [spans(text, WANG) for text in proposal.texts] == [[], []]
    named_like_a_mask = spelled_out([Known(Kind.STAFF, complainant.strip("[]【】"))])
    assert spans(proposal.texts[0], named_like_a_mask) == []


SIGNS = st.sampled_from("王李张伟小明的了在，。、（） -–\n\t\u200b·1234567890１２３一二零幺aBcÉ@._/【】[]电话投诉人")
AROUND = st.text(SIGNS, max_size=12)
NAMES = st.text(st.sampled_from("王李张伟小明欧阳芳秀英"), min_size=2, max_size=4)
NUMBERS = st.from_regex(r"1[3-9][0-9]{9}|0[0-9]{2}-?[0-9]{8}|[0-9]{5,9}", fullmatch=True)
MAILS = st.from_regex(r"[a-z]{2,8}[0-9]{1,4}@[a-z]{2,6}\.com", fullmatch=True)
BETWEEN = st.sampled_from(["", "", "", " ", "-", "　", "\u200b", "·"])


@st.composite
def disguised(draw, value):
    """The value as somebody may write it: with signs between, in full width."""
    written = "".join(sign + draw(BETWEEN) for sign in value)
    wide = draw(st.booleans())
    return "".join(chr(ord(sign) + 0xFEE0) if wide and "!" <= sign <= "~" else sign for sign in written)


@given(st.data(), NAMES | NUMBERS | MAILS, AROUND, AROUND)
def test_no_known_value_survives_whatever_surrounds_it(data, value, before, after):
    kind = Kind.EMAIL if "@" in value else Kind.PHONE if value[0].isdigit() else Kind.COMPLAINANT
    known = spelled_out([Known(kind, value)])
    if kind == Kind.EMAIL:  # part of a longer address it is another one
        assume(not before[-1:].isalpha() or not before[-1:].isascii())
    text = before + data.draw(disguised(value)) + after
    proposal = propose([text], known)
    assert certain(text, known)
    assert certain(proposal.texts[0], known) == []
    plain = proposal.texts[0].replace(token(kind), "")
    assert value not in plain.replace(" ", "")


@given(st.text(SIGNS, max_size=60), NAMES, NUMBERS)
def test_spans_lie_in_order_and_the_rest_stays_as_it_was(text, name, number):
    known = spelled_out([Known(Kind.COMPLAINANT, name), Known(Kind.PHONE, number)])
    proposal = propose([text], known)
    end, rest = 0, []
    for span in proposal.spans[0]:
        assert end <= span.start < span.end <= len(text)
        rest.append(text[end : span.start])
        end = span.end
    rest.append(text[end:])
    at = 0
    for piece in rest:
        at = proposal.texts[0].index(piece, at) + len(piece)
    assert certain(proposal.texts[0], known) == []
