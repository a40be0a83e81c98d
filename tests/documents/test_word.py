"""Word files made by python-docx, and the parts of one that only Word writes."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from broadcaster.documents import Kind, load
from broadcaster.errors import DocumentError

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def saved(folder: Path, fill: Callable[[docx.document.Document], None]) -> Path:
    written = docx.Document()
    fill(written)
    written.save(str(folder / "bài.docx"))
    return folder / "bài.docx"


def raw(folder: Path, body: str, **parts: str) -> Path:
    """A .docx that holds little more than `body`, WordprocessingML."""
    path = folder / "bài.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>")
        for name, xml in parts.items():
            archive.writestr(f"word/{name}.xml", xml)
    return path


def test_a_notice_with_a_header_table_a_data_table_and_a_signature_table(tmp_path: Path) -> None:
    def fill(written: docx.document.Document) -> None:
        head = written.add_table(1, 2)
        head.cell(0, 0).text = "UBND XÃ TÂN HƯNG\nSố: 9/TB-UBND"
        head.cell(0, 1).text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"
        written.add_heading("Lịch tiêm phòng", 1)
        written.add_paragraph("Thưa bà con, lịch như sau:")
        table = written.add_table(2, 3)
        for cell, text in zip(table.rows[0].cells, ("Ấp", "Ngày", ""), strict=True):
            cell.text = text
        for cell, text in zip(table.rows[1].cells, ("Ấp 1", "05/4/2027", "7h30"), strict=True):
            cell.text = text
        foot = written.add_table(1, 2)
        foot.cell(0, 0).text = "Nơi nhận:\n- Như trên;"
        foot.cell(0, 1).text = "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\nPhan Hữu Lộc"
        written.sections[0].header.paragraphs[0].text = "Lưu hành nội bộ"
        written.sections[0].footer.paragraphs[0].text = "Trang 1"

    document = load(saved(tmp_path, fill))
    assert [p.text for p in document.passages] == [
        "Lịch tiêm phòng",
        "Thưa bà con, lịch như sau:",
        "Ấp; Ngày",
        "Ấp 1; 05/4/2027; 7h30",
    ]
    assert document.passages[0].kind is Kind.HEADING
    left_out = {out.text: out.reason for out in document.left_out}
    assert left_out["Lưu hành nội bộ"] == left_out["Trang 1"] == "page header"
    assert left_out["- Như trên;"] == "recipients"


def test_numbers_that_word_writes_by_itself(tmp_path: Path) -> None:
    def fill(written: docx.document.Document) -> None:
        for text in ("Mang theo giấy tờ", "Đến đúng giờ"):
            written.add_paragraph(text, style="List Number")
        written.add_paragraph("căn cước", style="List Bullet")

    assert load(saved(tmp_path, fill)).text == "1. Mang theo giấy tờ\n2. Đến đúng giờ\n- căn cước"


def test_numbers_of_several_levels(tmp_path: Path) -> None:
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (form, text, start) in enumerate(
            [("upperRoman", "%1.", 4), ("decimal", "%2.", 1), ("lowerLetter", "%3)", 1), ("none", "", 1)]
        )
    )
    numbering = (
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"/></w:num></w:numbering>'
    )

    def item(depth: int, text: str, number: int = 1) -> str:
        place = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'
        return f"<w:p><w:pPr>{place}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"

    places = [(0, "một"), (1, "hai"), (2, "ba"), (2, "bốn"), (1, "năm"), (2, "sáu"), (0, "bảy")]
    body = "".join(item(depth, text) for depth, text in places)
    body += item(0, "tám", 2) + item(3, "chín") + item(0, "lạ", 9)
    path = raw(tmp_path, body, numbering=numbering)
    assert load(path).text.split("\n") == [
        "IV. một",
        "1. hai",
        "a) ba",
        "b) bốn",
        "2. năm",
        "a) sáu",
        "V. bảy",
        "IV. tám",
        "chín",
        "lạ",
    ]


def test_inserted_words_count_deleted_words_do_not(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>Mời </w:t></w:r><w:ins><w:r><w:t>bà con </w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>ông bà </w:delText></w:r></w:del>"
        "<w:hyperlink><w:r><w:t>đến</w:t></w:r></w:hyperlink>"
        "<w:r><w:br/><w:t>đúng</w:t><w:noBreakHyphen/>"
        "<w:t>giờ</w:t><w:sym w:char='0021'/><w:sym w:char='x'/></w:r></w:p>"
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>Xin cảm ơn.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    assert load(raw(tmp_path, body)).text == "Mời bà con đến\nđúng-giờ!\nXin cảm ơn."


def test_text_boxes_merged_cells_and_footnotes(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>Thưa bà con.</w:t><w:drawing><w:txbxContent>"
        "<w:p><w:r><w:t>Khung chữ.</w:t></w:r></w:p>"
        "</w:txbxContent></w:drawing></w:r></w:p>"
        "<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge w:val='restart'/></w:tcPr>"
        "<w:p><w:r><w:t>Ấp 1</w:t></w:r></w:p></w:tc>"
        "<w:tc><w:p><w:r><w:t>7h</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr>"
        "<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc><w:tc><w:p><w:r><w:t>8h</w:t></w:r></w:p></w:tc>"
        "<w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    notes = (
        f"<w:footnotes {W}><w:footnote><w:p><w:r><w:t>Theo Luật.</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    document = load(raw(tmp_path, body, footnotes=notes))
    assert document.text == "Thưa bà con.\nKhung chữ.\nẤp 1; 7h; a\n8h; b"
    assert [(out.text, out.reason) for out in document.left_out] == [("Theo Luật.", "footnote")]


def test_an_old_font_in_word_is_found_on_the_whole_document(tmp_path: Path) -> None:
    words = "UÛy ban nhaân daân xaõ thoâng baùo lòch tieâm chuûng thaùng naøy nhö sau moïi nhaø ñeàu bieát"
    body = "".join(f"<w:p><w:r><w:t>{word}</w:t></w:r></w:p>" for word in words.split())
    document = load(raw(tmp_path, body))
    assert document.text.split("\n")[:4] == ["Ủy", "ban", "nhân", "dân"]
    assert "VNI" in document.notices[0]


@pytest.mark.parametrize("tag", ["sdt", "r", "tbl"])
def test_a_file_nested_without_end_is_refused(tmp_path: Path, tag: str) -> None:
    body = f"<w:p>{f'<w:{tag}>' * 5000}<w:t>sâu</w:t>{f'</w:{tag}>' * 5000}</w:p>"
    with pytest.raises(DocumentError, match="damaged"):
        load(raw(tmp_path, body))


def test_a_table_inside_a_table_is_read_once(tmp_path: Path) -> None:
    def fill(written: docx.document.Document) -> None:
        cell = written.add_table(1, 1).cell(0, 0)
        cell.text = "Ngoài."
        inner = cell.add_table(1, 3)
        for place, text in zip(inner.rows[0].cells, "abc", strict=True):
            place.text = text

    assert load(saved(tmp_path, fill)).text == "Ngoài.\na; b; c"
