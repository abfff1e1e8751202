"""Smaller PNG files: a line drawing has few colours, and naming them in a palette halves it."""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

from content.drawings.pen import HEIGHT, WIDTH

Color = tuple[int, int, int]

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_BYTES = 4  # of a pixel as the renderer writes it: red, green, blue, opacity


def indexed(png: bytes) -> bytes:
    """The picture with at most 256 colours; the rare ones become their nearest neighbour."""
    rows = [_colors(row) for row in _rows(png)]
    counted = Counter(color for row in rows for color in row).most_common()
    palette = [color for color, _ in counted[:256]]
    place = {color: n for n, color in enumerate(palette)}
    for color, _ in counted[256:]:
        place[color] = min(range(len(palette)), key=lambda n: _apart(palette[n], color))
    pixels = b"".join(b"\0" + bytes(place[color] for color in row) for row in rows)
    return SIGNATURE + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", b"".join(map(bytes, palette))),
            _chunk(b"IDAT", zlib.compress(pixels, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _apart(one: Color, other: Color) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _colors(row: bytearray) -> list[Color]:
    return [(row[n], row[n + 1], row[n + 2]) for n in range(0, len(row), _BYTES)]


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _rows(png: bytes) -> Iterator[bytearray]:
    """The rows of pixels, each freed of its filter (PNG specification, part 9)."""
    packed, at = b"", len(SIGNATURE)
    while at < len(png):
        (size,) = struct.unpack_from(">I", png, at)
        if png[at + 4 : at + 8] == b"IDAT":
            packed += png[at + 8 : at + 8 + size]
        at += size + 12
    raw = zlib.decompress(packed)
    long = WIDTH * _BYTES
    above = bytearray(long)
    for start in range(0, len(raw), long + 1):
        above = _unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + long]), above)
        yield above


def _unfiltered(kind: int, row: bytearray, above: bytearray) -> bytearray:
    before = bytearray(_BYTES)  # the pixel to the left of the first, and the one above that
    row, above = before + row, before + above
    for n in range(_BYTES, len(row)):
        left, up = row[n - _BYTES], above[n]
        if kind == 1:
            row[n] = (row[n] + left) & 255
        elif kind == 2:
            row[n] = (row[n] + up) & 255
        elif kind == 3:
            row[n] = (row[n] + (left + up) // 2) & 255
        elif kind == 4:
            row[n] = (row[n] + _nearest(left, up, above[n - _BYTES])) & 255
    return row[_BYTES:]


def _nearest(left: int, up: int, corner: int) -> int:
    """Whichever of the three is nearest to left + up - corner; the first of equals."""
    from_left, from_up = abs(up - corner), abs(left - corner)
    from_corner = abs(left + up - corner - corner)
    if from_left <= from_up and from_left <= from_corner:
        return left
    return up if from_up <= from_corner else corner
