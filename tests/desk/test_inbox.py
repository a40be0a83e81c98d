from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from broadcaster.desk.inbox import Dropped
from broadcaster.desk.script import ScriptState
from broadcaster.errors import StationError, StoreLocked
from tests.desk.conftest import Office

WORDS = "Mời bà con ấp một đi họp lúc tám giờ."


@pytest.fixture
def inbox(office: Office) -> Path:
    folder = office.folder / "scripts" / "inbox"
    folder.mkdir(parents=True)
    return folder


def settle(office: Office, inbox: Path) -> tuple[Dropped, ...]:
    """Look, let a second pass, look again."""
    first = office.desk.inbox.take(inbox)
    assert first == ()
    office.clock.advance(1)
    return office.desk.inbox.take(inbox)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_a_dropped_file_becomes_a_draft_and_is_moved(office: Office, inbox: Path) -> None:
    (inbox / "Họp ấp.txt").write_text(WORDS, encoding="utf-8")

    (dropped,) = settle(office, inbox)

    assert dropped.problem == ""
    assert dropped.taken
    assert not dropped.taken.known
    script = office.store.script("hop-ap")
    assert (script.state, script.text, script.author) == (ScriptState.DRAFT, WORDS, "")
    assert names(inbox) == ["taken"]
    assert names(inbox / "taken") == ["Họp ấp.txt"]
    assert settle(office, inbox) == ()


def test_a_file_that_still_grows_waits(office: Office, inbox: Path) -> None:
    path = inbox / "a.txt"
    path.write_text(WORDS, encoding="utf-8")
    office.desk.inbox.take(inbox)
    office.clock.advance(0.9)
    path.write_text(WORDS * 2, encoding="utf-8")
    office.clock.advance(0.9)

    assert office.desk.inbox.take(inbox) == ()

    office.clock.advance(1.1)
    (dropped,) = office.desk.inbox.take(inbox)
    assert dropped.taken
    assert dropped.taken.script.text == WORDS * 2


def test_a_bad_file_is_kept_with_the_reason_beside_it(office: Office, inbox: Path) -> None:
    (inbox / "bad.docx").write_bytes(b"no zip at all")
    (inbox / "empty.txt").write_bytes(b"")
    (inbox / "good.txt").write_text(WORDS, encoding="utf-8")

    bad, empty, good = settle(office, inbox)

    assert bad.problem
    assert not bad.waits
    assert empty.problem
    assert good.taken
    assert names(inbox / "refused") == ["bad.docx", "bad.docx.txt", "empty.txt", "empty.txt.txt"]
    assert (inbox / "refused" / "bad.docx").read_bytes() == b"no zip at all"
    assert (inbox / "refused" / "empty.txt.txt").read_text(encoding="utf-8") == f"{empty.problem}\n"
    assert [script.code for script in office.store.scripts()] == ["good"]


def test_names_that_are_taken_are_numbered(office: Office, inbox: Path) -> None:
    for words in (WORDS, WORDS + " Xin cảm ơn."):
        (inbox / "a.txt").write_text(words, encoding="utf-8")
        (inbox / "b.doc").write_bytes(words.encode())
        settle(office, inbox)

    assert names(inbox / "taken") == ["a-2.txt", "a.txt"]
    assert names(inbox / "refused") == ["b-2.doc", "b-2.doc.txt", "b.doc", "b.doc.txt"]


def test_the_same_bytes_again_are_the_same_script(office: Office, inbox: Path) -> None:
    (inbox / "a.txt").write_text(WORDS, encoding="utf-8")
    (first,) = settle(office, inbox)
    (inbox / "copy.txt").write_text(WORDS, encoding="utf-8")

    (again,) = settle(office, inbox)

    assert first.taken
    assert again.taken
    assert again.taken.known
    assert again.taken.script == first.taken.script
    assert names(inbox / "taken") == ["a.txt", "copy.txt"]


@pytest.mark.parametrize("name", ["a.txt", "bad.doc"])
def test_a_crash_before_the_move_loses_nothing_and_doubles_nothing(
    office: Office, inbox: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (inbox / name).write_text(WORDS, encoding="utf-8")
    whole: Callable[[Path, Path], None] = os.replace

    def power_cut(source: Path, target: Path) -> None:
        if source.name == name:
            raise KeyboardInterrupt
        whole(source, target)

    office.desk.inbox.take(inbox)
    office.clock.advance(1)
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", power_cut)
        with pytest.raises(KeyboardInterrupt):
            office.desk.inbox.take(inbox)
    assert (inbox / name).exists()

    (dropped,) = office.desk.inbox.take(inbox)

    kept = [path for path in inbox.rglob("*") if path.is_file() and path.read_bytes() == WORDS.encode()]
    assert len(kept) == 1
    assert kept[0].parent != inbox
    assert len(office.store.scripts()) == (1 if dropped.taken else 0)


def test_hidden_unfinished_and_linked_files_and_folders_are_left_alone(office: Office, inbox: Path) -> None:
    left = [".a.txt", "~$a.docx", "a.txt.part", "a.TMP", "a.txt~"]
    for name in left:
        (inbox / name).write_text(WORDS, encoding="utf-8")
    (inbox / "folder").mkdir()
    outside = office.folder / "outside.txt"
    outside.write_text(WORDS, encoding="utf-8")
    try:
        (inbox / "link.txt").symlink_to(outside)
        left.append("link.txt")
    except OSError:  # Windows lets only some users do it
        pass

    assert settle(office, inbox) == ()
    assert names(inbox) == sorted([*left, "folder"])


def test_a_locked_database_leaves_the_file_where_it_is(
    office: Office, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (inbox / "a.txt").write_text(WORDS, encoding="utf-8")

    def locked(*_arguments: object, **_named: object) -> None:
        raise StoreLocked("The database is busy", "schedules.db", "Try again")

    with monkeypatch.context() as patch:
        patch.setattr(office.store, "add_script", locked)
        (waiting,) = settle(office, inbox)
    assert waiting.taken is None
    assert waiting.waits
    assert waiting.problem.startswith("The database is busy")
    assert names(inbox) == ["a.txt"]

    (dropped,) = office.desk.inbox.take(inbox)
    assert dropped.taken


def test_a_file_that_cannot_be_moved_is_reported_and_stays(
    office: Office, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (inbox / "a.txt").write_text(WORDS, encoding="utf-8")

    def open_elsewhere(_source: Path, _target: Path) -> None:
        raise PermissionError(13, "The file is open in another program")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", open_elsewhere)
        (stuck,) = settle(office, inbox)

    assert stuck.problem == "a.txt: The file is open in another program"
    (moved,) = office.desk.inbox.take(inbox)
    assert moved.taken
    assert moved.taken.known
    assert names(inbox / "taken") == ["a.txt"]


def test_an_inbox_that_is_missing_is_said(office: Office) -> None:
    with pytest.raises(StationError, match="inbox cannot be read"):
        office.desk.inbox.take(office.folder / "nowhere")


def test_time_alone_is_no_change(office: Office, inbox: Path) -> None:
    path = inbox / "a.txt"
    path.write_text(WORDS, encoding="utf-8")
    office.desk.inbox.take(inbox)
    office.clock.step(timedelta(days=-1).total_seconds())
    office.clock.advance(1)

    assert len(office.desk.inbox.take(inbox)) == 1
