"""Pictures without what their files tell besides: where and when, with which device, previews.

A photo can hold the position of somebody's home.  Kept is only what decides how pixels look, by
name; what comes behind a picture's end goes too.  Pixels are not touched.  Broken files raise
`ValueError` or `IndexError`, or keep what can be read of them.
"""

from __future__ import annotations

from collections.abc import Iterator

# --- JPEG (ITU T.81, B.1) --------------------------------------------------------------------

_SOI, _EOI = b"\xff\xd8", b"\xff\xd9"
_SCAN, _COMMENT = 0xDA, 0xFE
_APPLICATIONS = range(0xE0, 0xF0)
# Segments of applications that decoders need, by their numbers and beginnings.
_JFIF, _JFIF_LENGTH = (0xE0, b"JFIF\0"), 12
_NEEDED = (_JFIF, (0xE2, b"ICC_PROFILE\0"), (0xEE, b"Adobe"))


def _bare_jpeg(data: bytes) -> Iterator[bytes]:
    yield _SOI
    at = len(_SOI)
    while (start := data.find(b"\xff", at)) >= 0 and start + 1 < len(data):
        marker, at = data[start + 1], start + 1
        if marker == 0xFF:  # fill bytes
            continue
        at = start + 2
        if marker == _EOI[1]:
            break
        at += int.from_bytes(data[at : at + 2])
        yield _segment(marker, data[start:at])
        if marker == _SCAN:
            end = _scan_end(data, at)
            yield data[at:end]
            at = end
    yield _EOI


def _segment(marker: int, segment: bytes) -> bytes:
    """Return a segment as it is kept: JFIF's without its preview, others whole or not at all."""
    content = segment[4:]
    if marker not in _APPLICATIONS:
        return b"" if marker == _COMMENT else segment
    if not any(marker == number and content.startswith(name) for number, name in _NEEDED):
        return b""
    if marker == _JFIF[0]:
        return segment[:2] + b"\0\x10" + content[:_JFIF_LENGTH] + b"\0\0"
    return segment


def _scan_end(data: bytes, at: int) -> int:
    """Return where a scan's coded data end: at a marker that is neither a stuffed byte nor RSTn."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] != 0 and not 0xD0 <= data[at + 1] <= 0xD7 and data[at + 1] != 0xFF:
            return at
        at += 1 if data[at + 1] == 0xFF else 2
    return len(data)


# --- PNG (ISO/IEC 15948, and APNG) -----------------------------------------------------------

_PNG = 8  # bytes of the signature
_CHUNKS = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB"),
    *(b"cICP", b"mDCV", b"cLLI", b"bKGD", b"hIST", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT"),
}


def _bare_png(data: bytes) -> Iterator[bytes]:
    yield data[:_PNG]
    at = _PNG
    while at < len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4])
        name = data[at + 4 : at + 8]
        if name in _CHUNKS:
            yield data[at:end]
        if name == b"IEND":
            break
        at = end


# --- WebP (RFC 9649) -------------------------------------------------------------------------

_RIFF = 12  # bytes before the first chunk
_PARTS = {b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
_FLAGS, _EXIF_AND_XMP = 8, 0b1100


def _bare_webp(data: bytes) -> Iterator[bytes]:
    parts = b"".join(_webp_parts(data[: 8 + int.from_bytes(data[4:8], "little")]))
    yield b"RIFF" + (len(parts) + 4).to_bytes(4, "little") + b"WEBP" + parts


def _webp_parts(data: bytes) -> Iterator[bytes]:
    at = _RIFF
    while at < len(data):
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + length + length % 2
        part = data[at:end]
        if part[:4] == b"VP8X":
            part = part[:_FLAGS] + bytes([part[_FLAGS] & ~_EXIF_AND_XMP]) + part[_FLAGS + 1 :]
        if part[:4] in _PARTS:
            yield part
        at = end


# --- GIF (89a) -------------------------------------------------------------------------------

_EXTENSION, _IMAGE = 0x21, 0x2C
_CONTROL, _PLAIN_TEXT, _APPLICATION = 0xF9, 0x01, 0xFF
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")


def _bare_gif(data: bytes) -> Iterator[bytes]:
    at = 13 + _colours(data[10])
    yield data[:at]
    while at < len(data) and data[at] in {_EXTENSION, _IMAGE}:
        start = at
        is_image = data[at] == _IMAGE
        at = _after_blocks(data, at + (11 + _colours(data[at + 9]) if is_image else 2))
        if is_image or _shows(data[start + 1], data[start + 3 : start + 14]):
            yield data[start:at]
    yield b";"


def _shows(label: int, name: bytes) -> bool:
    """Tell whether an extension decides what is seen."""
    return label in {_CONTROL, _PLAIN_TEXT} or (label == _APPLICATION and name in _LOOPS)


def _colours(packed: int) -> int:
    """Return how long a table of colours is."""
    return 3 << (packed & 7) + 1 if packed & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    while data[at]:
        at += 1 + data[at]
    return at + 1


_READERS = {"JPEG": _bare_jpeg, "PNG": _bare_png, "WEBP": _bare_webp, "GIF": _bare_gif}


def without_metadata(kind: str, data: bytes) -> bytes:
    """Return a picture of a kind in Pillow's words without what it tells besides its pixels."""
    return b"".join(_READERS[kind](data))
