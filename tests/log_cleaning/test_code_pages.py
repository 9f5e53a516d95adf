"""Lines that are not UTF-8 are decoded with the code page that makes most of them readable."""

import random

import pytest

from plugin import analyze_log
from plugin.logs.code_pages import assumed_code_page
from plugin.logs.readable import LazyLog, readable
from plugin.logs.redact.redactor import Redactor

LINES = {
    "GB18030": ("gb18030", "main.c(3): error C2065: “x”: 未声明的标识符\n生成失败。"),
    "Shift JIS": ("cp932", "main.c(3): error C2065: 'x': 定義されていない識別子です。\nビルドに失敗しました。"),
    "EUC-KR": ("cp949", "main.c(3): error C2065: 'x': 선언되지 않은 식별자입니다.\n빌드하지 못했습니다."),
    "Big5": ("big5", "main.c(3): error C2065: 'x': 未宣告的識別項\n建置失敗。"),
    "Windows-1252": ("cp1252", "Fehler: Die Datei „größe.c“ wurde nicht gefunden.\nDas Verzeichnis ist ungültig."),
    "CP850": ("cp850", "Der Befehl wurde nicht gefunden: ungültige Größe.\nÜberprüfen Sie die Pfade für das Gerät."),
    "Windows-1250": ("cp1250", "Błąd: nie można odnaleźć pliku źródłowego.\nŻądana operacja się nie powiodła."),
    "CP852": ("cp852", "Systém nemůže nalézt uvedený soubor.\nPříkaz skončil s chybou, zkuste to později."),
    "Windows-1254": (
        "cp1254",
        "Sistem belirtilen dosyayı bulamıyor.\nBağlantı sırasında bir hata oluştu, işlem başarısız.",
    ),
    "Windows-1251": ("cp1251", "Не удается найти указанный файл.\nОшибка сборки проекта."),
    "CP866": ("cp866", "Не удается найти указанный файл.\nОшибка сборки проекта."),
    "KOI8-R": ("koi8_r", "Не удается найти указанный файл.\nОшибка сборки проекта."),
}


@pytest.mark.parametrize("name", LINES)
def test_lines_in_a_code_page_are_decoded(name: str) -> None:
    codec, text = LINES[name]
    raw = b"+ build\n" + text.encode(codec) + "\n✓ done, größer\n".encode()
    log = LazyLog(raw, Redactor())
    assert log.code_page == name
    assert log.readable().decode() == f"+ build\n{text}\n✓ done, größer\n"
    assert readable(raw, Redactor()) == log.readable()


@pytest.mark.parametrize("raw", [b"plain\n", "größer — 日本 😀\n".encode() * 9, b""])
def test_a_log_in_utf8_has_no_code_page(raw: bytes) -> None:
    log = LazyLog(raw, Redactor())
    assert log.code_page == ""
    assert log.readable() == raw


def test_bytes_that_fit_no_code_page_become_replacement_characters() -> None:
    noise = random.Random(1).randbytes(4000).translate(None, bytes(range(32)) + b"\x7f")  # noqa: S311
    log = LazyLog(b"head\n" + noise + b"\ntail\n", Redactor())
    assert log.code_page == ""
    assert "\ufffd" in log.readable().decode()


def test_a_single_invalid_byte_has_no_code_page() -> None:
    assert assumed_code_page(b"progress \xe2\x96 done\n") is None


def test_utf8_within_a_line_in_a_narrow_code_page_stays() -> None:
    raw = "√ größe ".encode() + "prüft die Größe für das Gerät\n".encode("cp850")
    assert readable(raw, Redactor()).decode() == "√ größe prüft die Größe für das Gerät\n"


def test_the_report_names_the_assumed_code_page() -> None:
    excerpt = analyze_log(b"+ cl main.c\n" + LINES["GB18030"][1].encode("gb18030") + b"\n")
    assert "未声明的标识符" in excerpt.title
    assert [note for note in excerpt.notes if "GB18030" in note] != []


def test_a_secret_in_a_code_page_is_masked() -> None:
    secret = "Größe-und-Maß"
    raw = f"Gerät prüft für {secret} die Änderung\n".encode("cp1252")
    assert secret not in readable(raw, Redactor([secret])).decode()
