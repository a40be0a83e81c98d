"""Each bad file ends in one DocumentError: what, which file, what to do."""

import os
import random
import re
import subprocess
import sys
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import docx
import pytest

from broadcaster.documents import SUFFIXES, load
from broadcaster.errors import DocumentError
from tests.documents.test_portable import pdf

BOMB = "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]><x>&b;&b;</x>"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def refusal(path: Path) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        load(path)
    assert caught.value.what
    assert caught.value.todo
    assert path.name in caught.value.item
    return caught.value


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("rỗng.txt", b"", "is empty"),
        ("trắng.txt", b" \r\n\t\n", "nothing to read"),
        ("trắng.md", "\ufeff\u200b\n".encode(), "nothing to read"),
        ("tin.mp3", b"ID3", "sound file"),
        ("tin.doc", OLE, r"save it as \.docx"),
        ("tin.jpg", b"\xff\xd8\xff", "picture"),
        ("tin.exe", b"MZ", r"\.txt, \.md, \.docx"),
        ("tin", b"abc", r"\.txt, \.md, \.docx"),
        ("giả.txt", b"%PDF-1.7", r"really a \.pdf"),
        ("giả.md", b"PK\x03\x04", r"really a \.docx"),
        ("giả2.txt", OLE, r"save it as \.docx"),
        ("tin.docx", b"no zip", "damaged"),
        ("tin2.docx", OLE, "old Word file"),
        ("khóa.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("tin.odt", b"PK\x03\x04 cut", "damaged"),
        ("nhị phân.txt", bytes(range(256)) * 4, "encoding"),
    ],
)
def test_bad_bytes(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    error = refusal(path)
    assert re.search(says, str(error)), str(error)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"to{suffix}"
    with path.open("wb") as file:
        file.truncate(1_000_000_000)
    began = time.monotonic()
    assert "MB" in refusal(path).what
    assert time.monotonic() - began < 1


def test_the_limit_of_a_text_is_two_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "vừa.txt"
    path.write_bytes(b"Moi ba con. " * 166_666)
    assert load(path).passages
    path.write_bytes(b"Moi ba con. " * 166_667)
    assert "2 MB" in refusal(path).what


def zipped(path: Path, parts: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize(
    "parts",
    [
        {"word/document.xml": bytes(40_000_000)},
        {f"word/{n}.xml": bytes(3_000_000) for n in range(5)},
        {f"word/{n}.xml": "" for n in range(2100)},
    ],
    ids=["one large part", "steep", "many parts"],
)
@pytest.mark.parametrize("suffix", [".docx", ".odt"])
def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, suffix: str, parts: dict[str, bytes | str]) -> None:
    assert "unpack" in refusal(zipped(tmp_path / f"bom{suffix}", parts)).what


@pytest.mark.parametrize(
    ("xml", "says"),
    [
        (BOMB, "declarations"),
        (BOMB.encode("utf-16"), "declarations"),
        (BOMB.replace("?>", " encoding='cp037'?>").encode("cp037"), "damaged"),
        ("<w:document", "damaged"),
        ("<x/>", "no Word document"),
    ],
)
def test_strange_xml(tmp_path: Path, xml: str | bytes, says: str) -> None:
    assert says in refusal(zipped(tmp_path / "lạ.docx", {"word/document.xml": xml})).what


def test_a_zip_without_a_document_and_a_damaged_part(tmp_path: Path) -> None:
    assert "no Word document" in refusal(zipped(tmp_path / "a.docx", {"x": "y"})).what
    path = zipped(tmp_path / "b.docx", {"word/document.xml": os.urandom(500).hex()})
    data = bytearray(path.read_bytes())
    data[60:120] = bytes(60)
    path.write_bytes(data)
    assert "damaged" in refusal(path).what


def test_a_zip_with_a_password(tmp_path: Path) -> None:
    path = zipped(tmp_path / "khóa.docx", {"word/document.xml": "<x/>"})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert "password" in refusal(path).what


def test_a_zip_that_lies_about_its_sizes(tmp_path: Path) -> None:
    path = zipped(tmp_path / "dối.docx", {"word/document.xml": bytes(40_000_000)})
    data = path.read_bytes()
    path.write_bytes(data.replace((40_000_000).to_bytes(4, "little"), (40_000).to_bytes(4, "little")))
    assert "damaged" in refusal(path).what


@pytest.mark.parametrize("name", ["x.docx", "x.pdf"])
def test_damage_anywhere_is_a_clear_refusal(tmp_path: Path, name: str) -> None:
    written = docx.Document()
    written.add_paragraph("Mời bà con đến họp.")
    written.save(str(tmp_path / "x.docx"))
    (tmp_path / "x.pdf").write_bytes(pdf([["Mời bà con đến họp."]]))
    whole = (tmp_path / name).read_bytes()
    chance = random.Random(7)
    for _ in range(150):
        damaged = bytearray(whole)
        at = chance.randrange(len(whole))
        damaged[at : at + chance.randrange(1, 30)] = chance.randbytes(chance.randrange(12))
        (tmp_path / name).write_bytes(damaged)
        with suppress(DocumentError):
            load(tmp_path / name)


def test_missing_files_and_folders(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path / "không có.txt").what
    folder = tmp_path / "thư mục.txt"
    folder.mkdir()
    assert "cannot be read" in refusal(folder).what


@pytest.mark.skipif(sys.platform == "win32", reason="file modes are POSIX")
def test_an_unreadable_file(tmp_path: Path) -> None:
    """In a child that is nobody, for root may read everything."""
    path = tmp_path / "kín.txt"
    path.write_text("Mời bà con.", encoding="utf-8")
    path.chmod(0)
    code = (
        "import os, sys, pathlib\n"
        "from broadcaster.documents import load\nfrom broadcaster.errors import DocumentError\n"
        "import broadcaster.documents.load\n"
        "if os.getuid() == 0:\n    os.setuid(65534)\n"
        "try:\n    load(pathlib.Path(sys.argv[1]))\nexcept DocumentError as error:\n    print(error)\n"
    )
    for folder in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        folder.chmod(0o755)
    run = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert "cannot be read" in run.stdout
    assert "Permission denied" in run.stdout


def test_neither_audio_nor_store_is_loaded() -> None:
    code = (
        "import sys, pathlib\nfrom broadcaster.documents import parse\nparse('Mời bà con.', 'x.txt')\n"
        "heavy = 'numpy sqlalchemy pydub pydantic lxml docx pypdf viparse zipfile broadcaster.config'\n"
        "print([m for m in heavy.split() if m in sys.modules])\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
