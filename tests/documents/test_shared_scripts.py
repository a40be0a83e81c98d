"""The six realistic scripts, where they lie beside the project: what must be spoken, and what must not."""

from pathlib import Path

import pytest

from broadcaster.documents import Kind, load

SHARED = Path(__file__).parents[3] / "shared"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="no ../shared beside the project")


def script(prefix: str) -> Path:
    return next((SHARED / "scripts").glob(f"{prefix}*"))


@pytest.mark.parametrize(
    ("prefix", "first", "last", "left_out"),
    [
        ("d01", "CHƯƠNG TRÌNH PHÁT THANH ĐỊA PHƯƠNG", "hẹn gặp lại!", 16),
        ("d02", "TRẠM Y TẾ XÃ TÂN HƯNG", "KHÔNG CÓ SỐT XUẤT HUYẾT.", 3),
        ("d03", "THÔNG BÁO", "Trân trọng.", 5),
        ("d04", "Đây là Đài", "Kính chào bà con.", 12),
        ("d05", "THÔNG BÁO", "đến 04/11/2026.", 15),
        ("d06", "CÔNG AN XÃ TÂN HƯNG", "BÌNH AN!", 2),
    ],
)
def test_frames_go_and_words_stay(prefix: str, first: str, last: str, left_out: int) -> None:
    document = load(script(prefix))
    assert document.text.startswith(first)
    assert document.text.endswith(last)
    assert len(document.left_out) == left_out


def test_readings_that_must_be_silent_are_not_in_the_text() -> None:
    rows = [
        row.split("\t") for row in (SHARED / "gold" / "readings_dev.tsv").read_text("utf-8").splitlines()[1:]
    ]
    silent = [(file, token) for file, token, reading, *_ in rows if not reading]
    assert silent
    for file, token in silent:
        assert token not in load(SHARED / "scripts" / file).text
    for file, token, reading, *_ in rows:
        assert not reading or token in load(SHARED / "scripts" / file).text


def test_two_voices_and_the_plan() -> None:
    voices = [p.speaker for p in load(script("d04")).passages if p.kind is not Kind.CUE]
    assert set(voices) == {"nam", "nữ"}
    plan = load(next((SHARED / "plan").glob("*.txt")))
    assert [out.text for out in plan.left_out] == ["./."]
    assert plan.text.endswith("xã Tân Hưng.")
