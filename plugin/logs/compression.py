"""Compressed and binary input: decompression of gzip, and names of other kinds."""

import zlib

from plugin.model.message import Message

LARGEST = 256 << 20
"""Maximum number of bytes of a decompressed log: a small file can decompress to any size."""
_GZIP = b"\x1f\x8b\x08"
_KINDS = {
    b"\x7fELF": Message("a program (ELF)"),
    b"MZ\x90\0": Message("a program (PE)"),
    b"\x89PNG\r\n": Message("an image (PNG)"),
    b"\xff\xd8\xff": Message("an image (JPEG)"),
    b"GIF8": Message("an image (GIF)"),
    b"%PDF-": Message("a document (PDF)"),
    b"PK\x03\x04": Message("an archive (ZIP)"),
    b"BZh": Message("compressed data (bzip2)"),
    b"\xfd7zXZ\0": Message("compressed data (xz)"),
    b"\x28\xb5\x2f\xfd": Message("compressed data (zstd)"),
    b"7z\xbc\xaf\x27\x1c": Message("an archive (7z)"),
    b"SQLite format 3\0": Message("a database (SQLite)"),
    b"\xca\xfe\xba\xbe": Message("a class file"),
    _GZIP: Message("compressed data (gzip)"),
}
"""Kinds of binary files by their first bytes. The last is reported for a gzip file that cannot be decompressed."""
_SAMPLE = 8192
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\x1b\b\f\0")
_MOST_CONTROLS = 0.05


def decompressed(raw: bytes) -> bytes:
    """Return the contents of a gzip file as far as they can be read, or any other input unchanged."""
    text = bytearray()
    rest = raw
    while rest.startswith(_GZIP) and len(text) < LARGEST:  # a gzip file may have several members
        reader = zlib.decompressobj(wbits=31)
        try:
            text += reader.decompress(rest, LARGEST - len(text))
        except zlib.error:
            break
        rest = reader.unused_data
    return bytes(text) or raw


def binary_kind(raw: bytes) -> str:
    """Return what the input is if it is no text, for example "an image (PNG)"; empty for text in any encoding."""
    for magic, kind in _KINDS.items():
        if raw.startswith(magic):
            return kind
    sample = raw[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return Message("binary data") if b"\0" in sample and controls > _MOST_CONTROLS * len(sample) else ""
