"""The example station's texts in scripts/."""

from pathlib import Path

import pytest

from broadcaster.documents import Kind, load

SCRIPTS = Path(__file__).parents[2] / "scripts"
SPOTS = sorted(SCRIPTS.glob("khau-hieu-*.txt"))
NOTICES = [
    p for p in sorted(SCRIPTS.glob("*.*")) if p not in SPOTS and p.stem not in ("README", "ke-hoach-cchc")
]


def test_six_slogans() -> None:
    assert len(SPOTS) == 6
    for path in SPOTS:
        document = load(path)
        assert document.front_matter["kind"] == "spot"
        assert 10 <= len(document.text.split()) <= 16


def test_six_notices_in_three_formats() -> None:
    assert len(NOTICES) == 6
    assert {path.suffix for path in NOTICES} == {".txt", ".md", ".docx"}


@pytest.mark.parametrize("path", NOTICES, ids=lambda p: p.name)
def test_a_notice_has_a_fitting_length_and_no_frame(path: Path) -> None:
    document = load(path)
    assert 120 <= len(document.text.split()) <= 250
    for frame in ("Nơi nhận:", "CỘNG HÒA", "(Đã ký)", "Thời lượng", "[NHẠC", "./.", "Ghi chú", "P/S"):
        assert frame not in document.text


def test_the_plan_has_the_traps_and_the_length() -> None:
    document = load(SCRIPTS / "ke-hoach-cchc.txt")
    assert 3300 <= len(document.text) <= 4500
    for trap in ("mức độ 3,4", "2021-2030", "Par index", "Sipas", "Papi", "PCI", "TTHC", "…"):
        assert trap in document.text
    assert {p.kind for p in document.passages} == {Kind.HEADING, Kind.PARAGRAPH, Kind.BULLET}
