import zipfile
from pathlib import Path

import pytest

from broadcaster.documents import Kind, load
from broadcaster.errors import DocumentError

NAMESPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
)
BODY = """
<text:h>THÔNG BÁO</text:h>
<text:p>Mời<text:s text:c="2"/><text:span>bà con</text:span>
<text:note><text:note-body><text:p>theo lịch</text:p></text:note-body></text:note> đến:
<text:line-break/>đúng<text:tab/>giờ.
</text:p>
<text:list><text:list-item><text:p>ấp 1</text:p></text:list-item>
<text:list-item><text:p>ấp 2</text:p></text:list-item></text:list>
<table:table><table:table-row><table:table-cell><text:p>Ngày</text:p></table:table-cell>
<table:table-cell><text:p>Giờ</text:p></table:table-cell></table:table-row></table:table>
<text:p><draw:frame><draw:text-box><text:p>Khung chữ.</text:p></draw:text-box></draw:frame></text:p>
"""


def odt(folder: Path, content: str, **parts: str) -> Path:
    path = folder / "bài.odt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", content)
        for name, xml in parts.items():
            archive.writestr("META-INF/manifest.xml" if name == "manifest" else f"{name}.xml", xml)
    return path


def document_of(body: str) -> str:
    text = f"<office:body><office:text>{body}</office:text></office:body>"
    return f"<office:document-content {NAMESPACES}>{text}</office:document-content>"


def test_paragraphs_lists_tables_and_notes(tmp_path: Path) -> None:
    styles = f"<style:s {NAMESPACES}><style:footer><text:p>Trang 1</text:p></style:footer></style:s>"
    document = load(odt(tmp_path, document_of(BODY), styles=styles))
    assert [p.text for p in document.passages] == [
        "THÔNG BÁO",
        "Mời bà con đến:",
        "đúng; giờ.",
        "- ấp 1",
        "- ấp 2",
        "Ngày; Giờ",
        "Khung chữ.",
    ]
    assert document.passages[0].kind is Kind.HEADING
    assert [(out.text, out.reason) for out in document.left_out] == [
        ("theo lịch", "footnote"),
        ("Trang 1", "page header"),
    ]


def test_an_encrypted_file_and_one_without_text(tmp_path: Path) -> None:
    manifest = f"<manifest:manifest {NAMESPACES}><manifest:encryption-data/></manifest:manifest>"
    with pytest.raises(DocumentError, match="password"):
        load(odt(tmp_path, "secret", manifest=manifest))
    with pytest.raises(DocumentError, match="no OpenDocument text"):
        load(odt(tmp_path, f"<office:document-content {NAMESPACES}/>"))
