"""Small files of evidence made by code: tables, papers, pictures, sound. The same words make the same bytes."""

import csv
import io
import math
import struct
import wave
import zlib
from collections.abc import Callable, Sequence

from django.core.files.uploadedfile import SimpleUploadedFile

from accountability.demo.telling import Paper

WIDTH, HEIGHT = 240, 150
RATE = 8000


def upload(paper: Paper, number: str) -> SimpleUploadedFile:
    """The file of a paper, as a browser would send it. `number` is the complaint's: no two are the same file."""
    made = KINDS[paper.name.rpartition(".")[2]](paper, number)
    return SimpleUploadedFile(paper.name, made)


def _table(paper: Paper, number: str) -> bytes:
    """Comma-separated values, with the mark by which spreadsheets know the encoding."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows(paper.rows)
    writer.writerow(("投诉编号", number))
    return out.getvalue().encode("utf-8-sig")


def _text(paper: Paper, number: str) -> bytes:
    return "\n".join((*paper.lines, f"投诉编号：{number}", "")).encode()


def _paper(paper: Paper, number: str) -> bytes:
    """One page of PDF with a Chinese font that every reader brings along, so nothing is embedded."""
    lines = [paper.name.rpartition(".")[0], "", *paper.lines, "", f"投诉编号：{number}"]
    shown = "".join(f"<{line.encode('utf-16-be').hex()}> Tj T*\n" for line in _broken(lines))
    content = f"BT /F 12 Tf 20 TL 56 780 Td\n{shown}ET".encode()
    resources = b"/Resources << /Font << /F 5 0 R >> >>"
    system = b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >>"
    metrics = b"/FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93"
    font = b"/BaseFont /STSong-Light"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R %b >>" % resources,
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type0 %b /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>" % font,
        b"<< /Type /Font /Subtype /CIDFontType0 %b %b /FontDescriptor 7 0 R >>" % (font, system),
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 %b >>" % metrics,
    )
    return _pdf(objects)


def _broken(lines: Sequence[str], width: int = 38) -> list[str]:
    return [line[start : start + width] for line in lines for start in range(0, max(len(line), 1), width)]


def _pdf(objects: Sequence[bytes]) -> bytes:
    out = b"%PDF-1.4\n%\xe4\xb8\xad\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n%b" % (count, table)
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(out))
    )


def _picture(paper: Paper, number: str) -> bytes:
    """A photograph as far as code can take one: a grey workpiece on a bench with a flaw, by the digest of the words."""
    mark = zlib.crc32(f"{paper.name}{number}".encode())
    across, down, size = 60 + mark % 120, 40 + (mark >> 8) % 70, 8 + (mark >> 16) % 14
    rows = []
    for y in range(HEIGHT):
        row = bytearray(b"\x00")
        for x in range(WIDTH):
            row += bytes(_pixel(x, y, across, down, size))
        rows.append(bytes(row))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _pixel(x: int, y: int, across: int, down: int, size: int) -> tuple[int, int, int]:
    away = math.hypot(x - across, y - down)
    if away < size:
        return (150, 60, 45)
    ring = abs(math.hypot(x - WIDTH / 2, y - HEIGHT / 2) - 55)
    if ring < 9:  # noqa: PLR2004 - as thick as the ring is
        return (70, 72, 78)
    shade = 190 + (x + y) % 7 - y // 4
    return (shade, shade, min(shade + 8, 255))


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _sound(paper: Paper, number: str) -> bytes:
    """Two seconds of a recording: tones that go by the words."""
    mark = zlib.crc32(f"{paper.name}{number}".encode())
    out = io.BytesIO()
    with wave.open(out, "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(1)
        recording.setframerate(RATE)
        tones = [180 + (mark >> shift) % 160 for shift in (0, 6, 12, 18)]
        step = RATE // 2
        recording.writeframes(
            bytes(128 + int(60 * math.sin(2 * math.pi * tone * at / RATE)) for tone in tones for at in range(step))
        )
    return out.getvalue()


KINDS: dict[str, Callable[[Paper, str], bytes]] = {
    "csv": _table,
    "txt": _text,
    "log": _text,
    "pdf": _paper,
    "png": _picture,
    "wav": _sound,
}
