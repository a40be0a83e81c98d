"""PDF files written byte by byte here: text with a character map, as office programs make them."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import pypdf
import pytest

from broadcaster.documents import load
from broadcaster.errors import DocumentError


def pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """A PDF whose pages show these lines, one under the other."""
    letters = sorted({letter for page in pages for line in page for letter in line})
    code = {letter: f"{number:04X}" for number, letter in enumerate(letters, 1)}
    pairs = "".join(f"<{code[letter]}> <{ord(letter):04X}>\n" for letter in letters)
    character_map = (
        "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF>"
        " endcodespacerange\n"
        f"{len(letters)} beginbfchar\n{pairs}endbfchar endcmap end"
    )
    kids = " ".join(f"{10 + 2 * number} 0 R" for number in range(len(pages)))
    objects = {
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        3: "<< /Type /Font /Subtype /Type0 /BaseFont /F /Encoding /Identity-H /DescendantFonts [4 0 R]"
        " /ToUnicode 5 0 R >>",
        4: "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /F /DW 500"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        5: stream(character_map),
    }
    for number, page in enumerate(pages):
        shown = "".join(f"<{''.join(code[c] for c in line)}> Tj 0 -16 Td\n" for line in page)
        here = 10 + 2 * number
        objects[here] = (
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >>"
            f" /Contents {here + 1} 0 R >>"
        )
        objects[here + 1] = stream(f"BT /F 12 Tf 50 800 Td\n{shown}ET")
    return put_together(objects)


def stream(text: str) -> str:
    return f"<< /Length {len(text)} >>\nstream\n{text}\nendstream"


def put_together(objects: Mapping[int, str]) -> bytes:
    out, places = b"%PDF-1.4\n", {}
    for number, text in objects.items():
        places[number] = len(out)
        out += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    rows = "".join(f"{number} 1\n{place:010d} 00000 n \n" for number, place in places.items())
    table = f"xref\n0 1\n0000000000 65535 f \n{rows}trailer << /Size 99 /Root 1 0 R >>\n"
    return out + f"{table}startxref\n{len(out)}\n%%EOF".encode()


def saved(folder: Path, data: bytes) -> Path:
    path = folder / "bài.pdf"
    path.write_bytes(data)
    return path


def blank(pages: int = 1, password: str = "") -> bytes:
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_paragraphs_come_back_and_page_numbers_go(tmp_path: Path) -> None:
    pages = [
        [
            "Xã Tân Hưng",
            "THÔNG BÁO",
            "Xã thông báo đến bà con lịch nạo vét kênh Số 2, đoạn từ cầu sắt",
            "đến cống ngăn mặn, dài 1.200m, bắt đầu ngày 12/10/2026 và kéo dài",
            "trong 8 ngày.",
            "1",
        ],
        ["Xã Tân Hưng", "- Ấp 1: ngày 12/10;", "- Ấp 2: ngày 14/10.", "2"],
        ["Xã Tân Hưng", "Xin cảm ơn./.", "3"],
    ]
    document = load(saved(tmp_path, pdf(pages)))
    assert document.text.split("\n") == [
        "THÔNG BÁO",
        "Xã thông báo đến bà con lịch nạo vét kênh Số 2, đoạn từ cầu sắt đến cống ngăn mặn, dài 1.200m, "
        "bắt đầu ngày 12/10/2026 và kéo dài trong 8 ngày.",
        "- Ấp 1: ngày 12/10;",
        "- Ấp 2: ngày 14/10.",
        "Xin cảm ơn.",
    ]
    reasons = [out.reason for out in document.left_out]
    assert (reasons.count("page number"), reasons.count("page header"), reasons.count("end mark")) == (
        3,
        3,
        1,
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (blank(), "pictures"),
        (blank(password="mở"), "password"),
        (blank(201), "more pages"),
        (b"%PDF-1.4 broken", "cannot be read"),
        (b"no pdf at all", "cannot be read"),
        (pdf([["a"]])[:400], "cannot be read|pictures"),
    ],
)
def test_a_pdf_that_cannot_be_read(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=message) as caught:
        load(saved(tmp_path, data))
    assert caught.value.todo
    assert "bài.pdf" in caught.value.item


def test_a_pdf_without_a_password_to_open_it_is_read(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf([["Mời bà con."]])))
    writer.encrypt("", "chủ", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    assert load(saved(tmp_path, out.getvalue())).text == "Mời bà con."
