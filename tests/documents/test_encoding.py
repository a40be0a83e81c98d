"""Old encodings become Unicode, on good evidence or by name, and the operator is told."""

import unicodedata
from pathlib import Path

import pytest

from broadcaster.documents import load, parse
from broadcaster.documents.syllable import is_syllable
from broadcaster.errors import DocumentError

TEXT = (
    "Thưa bà con, ngày mai xã tổ chức dọn dẹp đường ấp, vớt lục bình ở kênh Số 2.\n"
    "Mỗi nhà cử một người, mang theo dao, cuốc và chổi.    Trưởng ấp điểm danh lúc bảy giờ.\n"
)
TCVN3 = (
    "Th\u00ada bµ con, ngµy mai x· tæ chøc dän dÑp ®\u00adêng Êp, vít lôc b×nh ë kªnh Sè 2.\n"
    "Mçi nhµ cö mét ng\u00adêi, mang theo dao, cuèc vµ chæi.    Tr\u00adëng Êp ®iÓm danh lóc b¶y giê.\n"
)
VNI = (
    "Thöa baø con, ngaøy mai xaõ toå chöùc doïn deïp ñöôøng aáp, vôùt luïc bình ôû keânh Soá 2.\n"
    "Moãi nhaø cöû moät ngöôøi, mang theo dao, cuoác vaø choåi.    Tröôûng aáp ñieåm danh luùc baûy giôø.\n"
)
VISCII = (
    "Th\xdfa b\xe0 con, ng\xe0y mai x\xe3 t\xb1 ch\xd1c d\xf7n d"
    "\xa9p \xf0\xdf\xb6ng \xa4p, v\xbet l\xf8c b\xecnh \xb7 k\xeanh S\xaf 2.\n"
    "M\xb2i nh\xe0 c\xd8 m\xb5t ng\xdf\xb6i, mang theo dao, cu\xafc v"
    "\xe0 ch\xb1i.    Tr\xdf\xb7ng \xa4p \xf0i\xacm danh l\xfac b\xe4y gi\xb6.\n"
)
SPOKEN = TEXT.strip().replace("    ", " ")


def file(folder: Path, data: bytes, name: str = "bài.txt") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def windows_1258(text: str) -> bytes:
    """As Windows writes it: letters composed, tones apart."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    out = b""
    for character in text:
        parts = unicodedata.normalize("NFD", character)
        tone = "".join(c for c in parts if c in tones)
        bare = unicodedata.normalize("NFC", "".join(c for c in parts if c not in tones))
        out += (bare + tone).encode("cp1258")
    return out


@pytest.mark.parametrize(("old", "name"), [(TCVN3, "TCVN3"), (VNI, "VNI"), (VISCII, "VISCII")])
def test_an_old_font_is_found_in_bytes_and_in_text(tmp_path: Path, old: str, name: str) -> None:
    for document in (load(file(tmp_path, old.encode("latin-1"))), parse(old, "bài.txt")):
        assert document.text == SPOKEN
        (notice,) = document.notices
        assert name in notice
        assert "Thưa bà con" in notice


@pytest.mark.parametrize(
    ("old", "name"), [("laäp", "vni"), ("Th\u00ada bµ con", "tcvn3"), ("Kính thßa bà con", "viscii")]
)
def test_a_short_text_is_never_guessed(tmp_path: Path, old: str, name: str) -> None:
    path = file(tmp_path, old.encode("latin-1"))
    with pytest.raises(DocumentError, match="--encoding"):
        load(path)
    with pytest.raises(DocumentError, match="--encoding"):
        parse(old, "bài.txt")
    assert load(path, encoding=name).text in {"lập", "Thưa bà con", "Kính thưa bà con"}


def test_an_encoding_named_wrongly_or_unknown(tmp_path: Path) -> None:
    path = file(tmp_path, VNI.encode("latin-1"))
    with pytest.raises(DocumentError, match=r"Unknown encoding vna.*vni"):
        load(path, encoding="vna")
    with pytest.raises(DocumentError, match="not written in utf-8"):
        load(path, encoding="UTF8")


def test_naming_unicode_converts_nothing(tmp_path: Path) -> None:
    path = file(tmp_path, "Laäp".encode())
    assert load(path, encoding="utf-8").text == "Laäp"
    assert load(path, encoding="vni").text == "Lập"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_files(tmp_path: Path, codec: str) -> None:
    document = load(file(tmp_path, TEXT.encode(codec)))
    assert document.text == SPOKEN
    assert document.notices == ()


def test_windows_1258_found_and_named(tmp_path: Path) -> None:
    path = file(tmp_path, windows_1258(TEXT))
    assert load(path).text == SPOKEN
    assert "1258" in load(path).notices[0]
    assert load(path, encoding="windows-1258").text == SPOKEN
    with pytest.raises(DocumentError, match="unknown"):
        load(file(tmp_path, b"caf\xe9 cr\xe8me br\xfbl\xe9e"))


def test_text_in_another_language_is_left_alone() -> None:
    for text in ("Café crème brûlée à Genève", "Müller fährt über die Größe der Straße"):
        assert parse(text, "x.txt").text == text


def test_characters_of_one_form() -> None:
    nfd = unicodedata.normalize("NFD", "Thưa\u200b bà\u00a0con,\u2028mời\ufeff nghe.\r\nXin\rhết.")
    document = parse(nfd, "x.txt")
    assert document.text == "Thưa bà con,\nmời nghe.\nXin\nhết."
    assert "accents" in document.notices[0]


def test_bullets_of_word_processors() -> None:
    assert parse("• ấp 1\n\uf0b7 ấp 2\n* ấp 3\n❖\tấp 4\n", "x.txt").text == "- ấp 1\n- ấp 2\n- ấp 3\n- ấp 4"


@pytest.mark.parametrize(
    "word", ["nghiêng", "thuở", "quýt", "gì", "khuya", "oằn", "ước", "yêu", "Đặng", "xoong"]
)
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["nhaân", "chøc", "x·", "bòk", "cằp", "ngưêi", "tổổ", "fó"])
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)
