import io

import pytest

from complaints.importers.encodings import CHUNK, first_fault, recognise
from complaints.importers.refusals import FileRefusedError

TEXT = "编号,投诉主题\n1,洗衣机漏水，客服一直不处理\n2,订单号错误《合同》“退款”\n"


def recognised(content, named=""):
    return recognise(io.BytesIO(content), named)


def fault_in(content):
    """The fault that must be there."""
    found = first_fault(io.BytesIO(content), "utf-8")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("gb2312", "gb18030"),
        ("utf-16", "utf-16"),
    ],
)
def test_an_encoding_that_can_be_told_is_told(encoding, expected):
    assert recognised(TEXT.encode(encoding)) == expected


def test_plain_ascii_is_utf_8():
    assert recognised(b"id,subject\n1,leak\n") == "utf-8"


@pytest.mark.parametrize(
    "content",
    [
        TEXT.replace("机", "機").replace("处", "處").encode("big5", "ignore"),
        "id,name\n1,café à la crème\n2,Müller größer\n".encode("cp1252"),
        "id,name\n1,Ёлка и ёж\n".encode("cp1251"),
        "件名,内容\n1,洗濯機が漏れます\n".encode("shift_jis"),
    ],
)
def test_what_is_neither_is_asked_for_and_never_guessed(content):
    with pytest.raises(FileRefusedError) as refused:
        recognised(content)
    assert refused.value.ask_encoding


def test_utf_8_that_is_broken_is_not_taken_for_gb18030():
    content = TEXT.encode()
    broken = content[:60] + content[61:]
    with pytest.raises(FileRefusedError) as refused:
        recognised(broken)
    fault = fault_in(broken)
    assert refused.value.ask_encoding
    assert str(fault.position) in str(refused.value)
    assert str(fault.line) in str(refused.value)


def test_a_fault_is_named_by_byte_and_line_also_beyond_the_first_chunk():
    line = "洗衣机漏水\n".encode()
    before = line * (CHUNK // len(line) + 5)
    fault = fault_in(before + b"\xff" + line)
    assert (fault.position, fault.line) == (len(before) + 1, before.count(b"\n") + 1)


def test_a_sign_cut_off_at_the_end_is_a_fault():
    content = "漏水".encode()[:-1]
    assert fault_in(content).position == 4


def test_signs_that_lie_across_two_chunks_are_no_fault():
    content = b"x" + "水".encode() * CHUNK
    assert first_fault(io.BytesIO(content), "utf-8") is None
    assert first_fault(io.BytesIO(b"x" + "水".encode("gb18030") * CHUNK), "gb18030") is None


def test_the_encoding_named_is_believed_and_checked():
    assert recognised("編號,主題\n".encode("big5"), "big5") == "big5"
    assert recognised(TEXT.encode("gbk"), "GBK") == "gb18030"
    with pytest.raises(FileRefusedError, match=r"utf-8.*1"):
        recognised(TEXT.encode("gbk"), "utf-8")


@pytest.mark.parametrize("name", ["klingon", "zip", "../etc/passwd"])
def test_an_encoding_that_there_is_not_is_refused(name):
    with pytest.raises(FileRefusedError):
        recognised(b"x", name)
