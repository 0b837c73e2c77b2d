"""Small real files for the sample tickets, made from bytes; the same every time."""

from __future__ import annotations

import struct
import zlib

SIDE_PIXELS = 48


def png(red: int, green: int, blue: int) -> bytes:
    """A square picture: a parcel with a ribbon, on a ground of the given colour."""
    middle = SIDE_PIXELS // 2
    ground, ribbon = bytes((red, green, blue)), bytes((250, 240, 210))
    rows = b"".join(
        b"\0"
        + b"".join(
            ribbon if abs(column - middle) < 3 or abs(row - middle) < 3 else ground
            for column in range(SIDE_PIXELS)
        )
        for row in range(SIDE_PIXELS)
    )
    header = struct.pack(">IIBBBBB", SIDE_PIXELS, SIDE_PIXELS, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(rows, 9))
        + _chunk(b"IEND", b"")
    )


def pdf(line: str) -> bytes:
    """A one-page document with one line of plain ASCII text."""
    shown = line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    drawing = f"BT /F1 18 Tf 72 720 Td ({shown}) Tj ET".encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    document = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(document))
        document += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return document + (
        b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
        + b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
        + b"startxref\n%d\n%%%%EOF\n" % len(document)
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
