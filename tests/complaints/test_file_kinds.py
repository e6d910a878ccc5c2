"""What a file is, by name and content together. (IN-6, AC-2)"""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.services.file_kinds import KINDS, extension_of, recognise, refuse_size, safe_name
from complaints.services.refusal import ActRefusedError


def packed(*members):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for member in members:
            archive.writestr(member, "x" * 70000)  # what is inside is told at the end alone
    return content.getvalue()


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600
ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
TEXTS = {name for name, kind in KINDS.items() if kind.is_text}
#: Content → every extension it may bear.
SAMPLES = {
    b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\x00": {"pdf"},
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01": {"jpg", "jpeg"},
    b"\xff\xd8\xff\xe1\x00\x10Exif\x00\x00": {"jpg", "jpeg"},
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR": {"png"},
    b"GIF89a\x01\x00": {"gif"},
    b"RIFF\x24\x00\x00\x00WEBPVP8 ": {"webp"},
    b"BM\x36\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28": {"bmp"},
    b"II*\x00\x08\x00\x00\x00": {"tif", "tiff"},
    b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic": {"heic", "mov"},
    b"ID3\x03\x00\x00\x00\x00": {"mp3"},
    b"\xff\xf3\x90\x64\x00": {"mp3"},
    b"RIFF\x24\x00\x00\x00WAVEfmt ": {"wav"},
    b"RIFF\x24\x00\x00\x00AVI LIST": {"avi"},
    b"\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00": {"m4a", "mp4", "mov"},
    b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00": {"mp4", "m4a", "mov"},
    b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00": {"mov"},
    b"\x00\x00\x00\x18ftyp3gp4\x00\x00\x00\x00": {"3gp", "mp4", "m4a", "mov"},
    b"\x1a\x45\xdf\xa3\x01\x00\x00\x00\x00B\x82\x88matroska": {"mkv"},
    b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm\x00": {"webm"},
    ASF: {"wmv", "wma"},
    b"#!AMR\n\x0c\x00": {"amr"},
    b"OggS\x00\x02\x00\x00": {"ogg"},
    b"fLaC\x00\x00\x00\x22": {"flac"},
    b"\xff\xf1\x50\x80\x00": {"aac"},
    OLE: {"doc", "xls", "ppt", "msg", "wps", "docx", "xlsx", "pptx"},
    packed("[Content_Types].xml", "word/document.xml"): {"docx", "wps", "zip"},
    packed("[Content_Types].xml", "xl/workbook.xml"): {"xlsx", "wps", "zip"},
    packed("[Content_Types].xml", "ppt/presentation.xml"): {"pptx", "wps", "zip"},
    packed("mimetype", "content.xml"): {"odt", "ods", "wps", "zip"},
    packed("OFD.xml", "Doc_0/Document.xml"): {"ofd", "wps", "zip"},
    packed("录像.mp4"): {"zip", "wps"},
    b"7z\xbc\xaf\x27\x1c\x00\x04": {"7z"},
    b"Rar!\x1a\x07\x01\x00": {"rar"},
    b"\x1f\x8b\x08\x00": {"gz"},
    b"\0" * 257 + b"ustar\x0000": {"tar"},
    b"{\\rtf1\\ansi": {"rtf"} | TEXTS,
    "你好，世界".encode(): TEXTS,
    "你好，世界".encode("gb18030"): TEXTS,
    "你好 a".encode("utf-16"): TEXTS,
    b"MZ\x90\x00\x03\x00": set(),
    b"\x7fELF\x02\x01\x01\x00": set(),
}


def kept_as(name, content, among=KINDS):
    try:
        return recognise(name, io.BytesIO(content), len(content), among)
    except ActRefusedError:
        return None


def test_every_kind_has_a_sample():
    assert set().union(*SAMPLES.values()) == set(KINDS)


def test_content_passes_under_the_names_it_may_bear_and_no_other():
    found = {
        content: {name for name in KINDS if kept_as(f"证据.{name}", content) == KINDS[name].content_type}
        for content in SAMPLES
    }
    assert found == SAMPLES


def test_only_what_is_asked_for_is_kept():
    content = b"%PDF-1.7\n"
    assert kept_as("a.pdf", content, {"pdf"}) == "application/pdf"
    assert kept_as("a.PDF", content, {"pdf"}) == "application/pdf"
    assert kept_as("a.pdf", content, {"jpg"}) is None
    assert kept_as("pdf", content) is None
    assert kept_as("a.unknown", content, {"unknown"}) is None


@given(st.binary(max_size=300), st.text(max_size=30), st.sampled_from(["", *KINDS]))
def test_any_bytes_under_any_name_are_a_kind_or_refused(content, stem, extension):
    name = safe_name(f"{stem}.{extension}")
    file = io.BytesIO(content)
    try:
        found = recognise(name, file, len(content), KINDS)
    except ActRefusedError:
        return
    assert found == KINDS[extension_of(name)].content_type
    assert file.read() == content


@given(st.text(alphabet=st.characters(codec=None), max_size=400) | st.text(max_size=400))
def test_a_name_is_safe_whatever_was_sent(name):
    found = safe_name(name)
    assert 0 < len(found) <= 201
    found.encode("utf-8")
    assert not set(found) & {"/", "\\", *map(chr, range(32))}
    assert found not in {".", ".."}
    assert found == found.strip(". ")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\张三\\照片.JPG", "照片.JPG"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("", "file"),
        ("...", "file"),
        ("\ud83d.pdf", "pdf"),
        ("长" * 300 + ".pdf", "长" * 190 + ".pdf"),
    ],
)
def test_names(sent, kept):
    assert safe_name(sent) == kept


@pytest.mark.parametrize(("size", "is_kept"), list(zip((0, 1, 10, 11), (False, True, True, False), strict=True)))
def test_size(size, is_kept):
    if is_kept:
        refuse_size("a", size, 10)
    else:
        with pytest.raises(ActRefusedError):
            refuse_size("a", size, 10)
