"""Compressed logs are decompressed, and input that is no text is named."""

import gzip
import tarfile
import zlib
from io import BytesIO

import pytest

from plugin import analyze_log
from plugin.logs import compression
from plugin.logs.compression import binary_kind, decompressed

LOG = b"+ make\nmain.c:3:5: error: 'x' undeclared\n"


def test_a_gzip_file_is_decompressed_with_all_its_members() -> None:
    assert decompressed(gzip.compress(LOG) + gzip.compress(b"more\n")) == LOG + b"more\n"


def test_a_truncated_gzip_file_is_decompressed_as_far_as_possible() -> None:
    text = b"".join(b"line %d\n" % number for number in range(5000))
    part = decompressed(gzip.compress(text)[:-2000])
    assert part
    assert text.startswith(part)


@pytest.mark.parametrize("raw", [LOG, b"", b"\x1f\x8b", b"\x1f\x8b\x08 no gzip"])
def test_other_input_is_unchanged(raw: bytes) -> None:
    assert decompressed(raw) == raw


def test_decompression_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "LARGEST", 1000)
    assert len(decompressed(gzip.compress(b"a" * 100_000))) == 1000
    assert len(decompressed(gzip.compress(b"a" * 999) * 3)) == 1000


def archive() -> bytes:
    buffer = BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:xz"):
        pass
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "an image (PNG)"),
        (b"\x7fELF\x02\x01\x01" + bytes(57), "a program (ELF)"),
        (archive(), "compressed data (xz)"),
        (b"\x1f\x8b\x08 no gzip", "compressed data (gzip)"),
        (b"\0" + zlib.compress(bytes(range(256)) * 20, 0), "binary data"),
        (LOG, ""),
        (LOG.decode().encode("utf-16"), ""),
        (b"done\0\0\0\n" * 100, ""),
        (b"\x1b[31mred\x1b[0m\r\x08\x07\n" * 100, ""),
        ("größer 日本\n".encode("cp850", "replace") * 100, ""),
    ],
)
def test_input_that_is_no_text_is_named(raw: bytes, kind: str) -> None:
    assert binary_kind(raw) == kind


def test_the_report_names_binary_input_instead_of_showing_it() -> None:
    excerpt = analyze_log(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, exit_code=1)
    assert excerpt.title == "The log is no text but an image (PNG); the step ended with exit code 1"
    assert excerpt.lines == ()
