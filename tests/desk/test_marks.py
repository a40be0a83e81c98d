"""A script's marks: from the document, over the database, into the bulletin."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadcaster.desk.bulletins import item_of
from broadcaster.desk.marks import is_key, marks_of, passages_of, with_key
from broadcaster.desk.script import ScriptState
from broadcaster.documents import load, parse
from broadcaster.documents.document import Document, Passage
from broadcaster.errors import DeskError, NotFound
from broadcaster.production.bulletin import Direction
from broadcaster.production.directions import sound_of
from broadcaster.voices import Role, Turn
from tests.desk.conftest import LEADER, Office
from tests.kit import ROOT

SCRIPTS = ROOT.parent / "shared" / "scripts"
TWO_VOICES = """[NHẠC HIỆU]
(MC nữ) Thưa bà con, hôm nay trời đẹp.
[TRỐNG HỘI]
(MC nam) Mời bà con nghe tin. [NHẠC KẾT]
"""


def test_lines_directions_and_speakers_keep_their_places() -> None:
    document = parse(TWO_VOICES, "a.txt")

    passages = passages_of(document.text, marks_of(document))

    assert passages == (
        Direction("nhạc hiệu"),
        Turn("Thưa bà con, hôm nay trời đẹp.", Role.WOMAN),
        Direction("trống hội"),
        Turn("Mời bà con nghe tin.", Role.MAN),
        Direction("nhạc kết"),
    )


@pytest.mark.parametrize(
    ("readers", "roles"),
    [
        (("nữ", "nam", "nữ"), (Role.WOMAN, Role.MAN, Role.WOMAN)),
        (("1", "2", "1"), (Role.MAIN, Role.OTHER, Role.MAIN)),
        (("lan", "", "minh", "mai"), (Role.MAIN, Role.MAIN, Role.OTHER, Role.MAIN)),
        (("mc", "nữ"), (Role.MAN, Role.WOMAN)),
        (("nam", "mc"), (Role.MAN, Role.WOMAN)),
        (("ptv", "ptv"), (Role.MAIN, Role.MAIN)),
    ],
)
def test_readers_become_two_speakers(readers: tuple[str, ...], roles: tuple[Role, ...]) -> None:
    marks = tuple(f"voice:{reader}" if reader else "" for reader in readers)
    spoken = "\n".join(f"Dòng {number}." for number in range(len(readers)))

    told = passages_of(spoken, marks)

    assert [passage.role if isinstance(passage, Turn) else Role.MAIN for passage in told] == list(roles)


def test_no_line_is_ever_lost() -> None:
    assert passages_of("Một.\n\nHai.", ()) == ("Một.", "Hai.")
    assert passages_of("Một.\nHai.\nBa.", ("cue:nhạc",)) == (Direction("nhạc"), "Một.", "Hai.", "Ba.")
    assert passages_of("Một.", ("", "", "cue:nhạc")) == ("Một.", Direction("nhạc"))
    assert passages_of("Một.\n \nBa.", ("", "voice:nam", "voice:nữ")) == ("Một.", Turn("Ba.", Role.WOMAN))


@pytest.mark.parametrize(
    ("front", "key"),
    [
        ({}, False),
        ({"quan trọng": "có"}, True),
        ({"quan-trong": "Có"}, True),
        ({"quan trọng": "không"}, False),
        ({"key": "true"}, True),
        ({"key": "no"}, False),
        ({"key": ""}, False),
    ],
)
def test_the_front_matter_says_whether_it_is_key(front: dict[str, str], key: bool) -> None:
    document = Document("a.txt", "A", (Passage("Lời."),), front_matter=front)

    assert is_key(marks_of(document)) is key
    assert is_key(marks_of(document, key=True))


def test_front_matter_is_read_as_it_is_written_in_files() -> None:
    assert is_key(marks_of(parse("---\nquan trọng: có\n---\nMời bà con đi họp.", "a.txt")))
    assert is_key(marks_of(parse("---\nQuan-trong: co\n---\nMời bà con đi họp.", "a.txt")))


def test_neither_yes_nor_no_is_refused(office: Office) -> None:
    document = Document("a.txt", "A", (Passage("Lời."),), front_matter={"key": "hơi hơi"})

    with pytest.raises(DeskError, match=r"key notice or is none.*hơi hơi"):
        office.desk.scripts.add(document, "abc")

    assert office.store.scripts() == ()


def test_being_key_leaves_the_other_marks_alone() -> None:
    marks = ("voice:nữ", "cue:nhạc cắt")

    assert with_key(with_key(marks, key=True), key=False) == marks
    assert with_key(with_key(marks, key=True), key=True) == ("key", *marks)
    assert passages_of("Lời.", with_key(marks, key=True)) == passages_of("Lời.", marks)


def test_a_draft_keeps_its_marks_and_hands_them_to_its_bulletin(office: Office) -> None:
    taken = office.desk.scripts.add(parse(TWO_VOICES, "hai-giong.txt"), "e" * 64, key=True)

    script = office.store.script(taken.script.code)
    assert script == taken.script
    assert script.key
    assert (script.text.count("\n"), script.spoken.count("\n")) == (1, 1)
    item = item_of(script)
    assert item.key
    assert item.spoken == passages_of(script.spoken, script.marks)


def test_what_will_not_be_heard_is_told_when_it_is_taken_in(office: Office) -> None:
    document = parse(TWO_VOICES, "hai-giong.txt")

    first = office.desk.scripts.add(document, "e" * 64)
    again = office.desk.scripts.add(document, "e" * 64)

    assert first.unplayed == again.unplayed == ("trống hội",)
    assert "TRỐNG" not in first.script.text
    (office.folder / "jingles").mkdir()
    (office.folder / "jingles" / "trong-hoi.mp3").write_bytes(b"")
    assert office.desk.scripts.unplayed(first.script) == ()


def test_a_script_becomes_key_and_must_be_approved_again(office: Office) -> None:
    office.slot()
    script = office.script()
    office.desk.queue.add(script.code, "chieu", by=LEADER)

    done = office.desk.scripts.set_key(script.code, key=True, by=LEADER)

    assert (done.voided, done.waiting) == (True, ("chieu",))
    assert office.store.script(script.code) == done.script
    assert (done.script.key, done.script.state) == (True, ScriptState.DRAFT)
    assert office.desk.queue.list() == ()
    approved = office.desk.scripts.approve(script.code, by=LEADER)
    assert item_of(approved).key
    same = office.desk.scripts.set_key(script.code, key=True)
    assert (same.voided, office.store.script(script.code)) == (False, approved)
    assert not office.desk.scripts.set_key(script.code, key=False).script.key


def test_only_a_known_person_makes_a_script_in_use_key(office: Office) -> None:
    script = office.script(approved=False)

    with pytest.raises(NotFound):
        office.desk.scripts.set_key(script.code, key=True, by="Ai đó")
    office.desk.scripts.withdraw(script.code, by=LEADER)
    with pytest.raises(DeskError, match="withdrawn"):
        office.desk.scripts.set_key(script.code, key=True, by=LEADER)


@pytest.mark.skipif(not SCRIPTS.is_dir(), reason="the sample scripts are not here")
@pytest.mark.parametrize(
    ("file", "sounds"),
    [
        ("d01_cchc.txt", ["opening", "separator", "separator", "closing"]),
        ("d02_sot_xuat_huyet.txt", []),
        ("d04_bhyt_ho_gia_dinh.txt", ["opening", "separator", "closing"]),
    ],
)
def test_the_sample_scripts_ask_for_known_sounds(file: str, sounds: list[str]) -> None:
    document = load(Path(SCRIPTS / file))

    passages = passages_of(document.text, marks_of(document))

    assert [sound_of(p.name) for p in passages if isinstance(p, Direction)] == sounds
    roles = {passage.role for passage in passages if isinstance(passage, Turn)}
    assert roles == ({Role.WOMAN, Role.MAN} if file.startswith("d04") else set())
