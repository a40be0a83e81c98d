"""What a newcomer does wrong, and a computer: one clear message, and nothing lost or half-written."""

from __future__ import annotations

import resource
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from broadcaster.lock import DaemonLock
from tests.kit import AUTHOR, Ran, as_nobody, here, in_child, refused, rows, snapshot

BY = ("--by", AUTHOR)


@pytest.fixture
def unchanged(small: Path) -> Iterator[Path]:
    """A station that must be the same afterwards."""
    before = snapshot(small)
    yield small
    assert snapshot(small) == before


def written(folder: Path, name: str, data: bytes = b"") -> Path:
    (folder.parent / name).write_bytes(data)
    return folder.parent / name


@pytest.mark.parametrize("name", ["empty.txt", "empty.md", "empty.docx"])
def test_an_empty_file(unchanged: Path, name: str) -> None:
    refused(here(unchanged, "script", "add", str(written(unchanged, name))), 1, name, "empty")


@pytest.mark.parametrize("data", [b"\n \n\t\n", "\ufeff".encode(), b"./.\n"])
def test_a_file_with_nothing_to_read(unchanged: Path, data: bytes) -> None:
    refused(here(unchanged, "script", "add", str(written(unchanged, "blank.txt", data))), 1, "blank.txt")


@pytest.mark.parametrize("data", [b"this is no zip", b"PK\x03\x04 cut short"])
def test_a_docx_that_is_no_zip(unchanged: Path, data: bytes) -> None:
    refused(here(unchanged, "script", "add", str(written(unchanged, "no.docx", data))), 1, "no.docx")


def test_a_text_of_one_gigabyte(unchanged: Path) -> None:
    huge = written(unchanged, "huge.txt")
    with huge.open("r+b") as file:
        file.truncate(1_000_000_000)

    refused(here(unchanged, "script", "add", str(huge)), 1, "huge.txt", "larger than")
    refused(here(unchanged, "read", str(huge)), 1, "huge.txt", "larger than")


def test_other_things_than_texts(unchanged: Path) -> None:
    refused(here(unchanged, "script", "add", str(unchanged)), 1, unchanged.name)
    refused(here(unchanged, "script", "add", str(unchanged / "none.txt")), 1, "none.txt")
    refused(here(unchanged, "script", "add", str(written(unchanged, "a.doc", b"x"))), 1, "a.doc", ".docx")
    folder = unchanged.parent / "folder.txt"
    folder.mkdir()
    refused(here(unchanged, "script", "add", str(folder)), 1, "folder.txt")


def test_one_bad_file_of_two(small: Path) -> None:
    good = written(small, "tot.txt", "Mời bà con họp ấp tối nay.".encode())

    run = here(small, "script", "add", str(good), str(small / "none.txt"))

    assert run.code == 1
    assert "tot" in run.out
    assert rows(small, "select code, state from script") == [("tot", "draft")]


@pytest.fixture
def on_air(example: Path) -> Path:
    """The example with all audio for tomorrow still to be made, by espeak."""
    settings = example / "broadcaster.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('"gtts", ', ""), encoding="utf-8")
    return example


def test_nothing_to_rehearse(small: Path) -> None:
    refused(here(small, "daemon", "--rehearse", "--for", "1"), 1, "spot")


def test_a_broken_mp3_as_jingle(on_air: Path) -> None:
    (on_air / "jingles" / "chime.mp3").write_bytes(b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"\x07" * 5000)
    with (on_air / "broadcaster.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[production]\nchime = "jingles/chime.mp3"\n')

    run = here(on_air, "render", "khau-hieu-1")

    assert run.code == 0
    assert "made in" in run.out
    assert "chime.mp3" in run.err
    assert "Put another" in run.err
    doctor = here(on_air, "doctor")
    assert doctor.code == 1
    assert "chime.mp3" in doctor.out.replace("\n", "")


@pytest.mark.parametrize(
    ("args", "named"),
    [
        (("timetable", "add", "trua", "--at", "11:00", "--hamlet", "ap-9", *BY), ("ap-9", "ap-1")),
        (("timetable", "forecast", "--hamlet", "ap-9"), ("ap-9",)),
        (("asrun", "--hamlet", "ap-9"), ("ap-9", "ap-1")),
        (("hamlet", "set", "ap-9", "--name", "x"), ("ap-9",)),
        (("hamlet", "remove", "ap-9"), ("ap-9",)),
        (("hamlet", "test", "ap-9"), ("ap-9",)),
        (("hamlet", "add", "ap-1"), ("ap-1", "hamlet set")),
        (("hamlet", "add", "Ấp 3"), ("a-z",)),
        (("hamlet", "add", "../../etc"), ("a-z",)),
        (("hamlet", "add", "a" * 41), ("a-z",)),
        (("hamlet", "add", "all"), ("a-z",)),
        (("hamlet", "add", ""), ("a-z",)),
        (("hamlet", "add", "ap-3", "--name", " "), ("name",)),
        (("hamlet", "add", "ap-3", "--output", "ftp:x"), ("ftp:x", "soundcard:")),
        (("hamlet", "add", "ap-3", "--output", "file:/etc"), ("file:/etc",)),
        (("hamlet", "set", "ap-1", "--code", "ap-2"), ("ap-2",)),
        (("hamlet", "set", "ap-1", "--code", "AP 2"), ("a-z",)),
        (("person", "add", " "), ("name",)),
        (("person", "add", AUTHOR.upper()), ("taken",)),
        (("script", "approve", "khong-co", *BY), ("khong-co",)),
        (("script", "show", "khong-co"), ("khong-co",)),
        (("script", "withdraw", "khong-co", *BY), ("khong-co",)),
        (("queue", "add", "khong-co", "--slot", "sang", *BY), ("khong-co",)),
        (("queue", "list", "--slot", "toi"), ("toi",)),
        (("timetable", "add", "trua", "--at", "25:61", *BY), ("25:61", "05:30")),
        (("timetable", "add", "trua", "--at", "11", *BY), ("11",)),
        (("timetable", "add", "trua", "--at", "11:00", "--days", "thu9", *BY), ("thu9",)),
        (("timetable", "add", "Trưa!", "--at", "11:00", *BY), ("a-z",)),
        (("timetable", "add", "trua", "--at", "11:00", "--by", "Ai đó"), ("Ai đó", AUTHOR)),
        (("timetable", "add", "trua", "--at", "23:00", *BY), ("quiet hours", "[policy]")),
        (("timetable", "add", "trua", "--at", "11:00", "--until", "2020-01-01", *BY), ("never sound",)),
        (("timetable", "add", "trua", "--at", "11:00", "--repeat", "toi", *BY), ("toi",)),
        (("timetable", "set", "toi", "--at", "11:00", *BY), ("toi",)),
        (("timetable", "remove", "toi", *BY), ("toi",)),
        (("timetable", "skip", "toi", "2030-01-01", *BY), ("toi",)),
        (("stop", *BY), ("Nothing is on the air",)),
        (("backup", "/no/such/folder/x.db"), ("/no/such/folder",)),
        (("render", "khong-co"), ("khong-co",)),
    ],
)
def test_what_cannot_be_done(unchanged: Path, args: tuple[str, ...], named: tuple[str, ...]) -> None:
    run = here(unchanged, *args)
    shutil.rmtree(unchanged / "log", ignore_errors=True)
    refused(run, 1, *named)


@pytest.mark.parametrize(
    ("args", "named"),
    [
        (("sing",), ("sing", "--help")),
        (("hamlet", "add"), ("CODE", "hamlet add --help")),
        (("hamlet", "add", "ap-3", "--quiet", "25:00-3"), ("25:00-3", "22:00-05:00")),
        (("hamlet", "add", "ap-3", "--gain", "99"), ("99",)),
        (("hamlet", "add", "ap-3", "--band", "5000-300"), ("5000-300", "300-5000")),
        (("asrun", "--from", "hôm qua"), ("hôm qua", "2026-12-01")),
        (("asrun", "--from", "2026-12-10", "--to", "2026-12-01"), ("2026-12-10",)),
        (("timetable", "forecast", "--from", "10/12/2026", "--to", "01/12/2026"), ("2026-12-10",)),
        (("timetable", "add", "trua", *BY), ("--at",)),
        (("timetable", "add", "trua", "--at", "11:00"), ("--by",)),
        (("timetable", "add", "trua", "--at", "11:00", "--queue", "--script", "x", *BY), ("--queue",)),
        (("queue", "add", "x", "--slot", "sang", "--editions", "0", *BY), ("0",)),
        (("daemon", "--for", "-1"), ("-1",)),
        (("script", "add", "x.txt", "--kind", "song"), ("song",)),
        (("preview", "x", "-o", "x.ogg"), (".mp3",)),
    ],
)
def test_what_is_written_wrong(unchanged: Path, args: tuple[str, ...], named: tuple[str, ...]) -> None:
    refused(here(unchanged, *args), 2, *named)


def test_slots_that_clash_in_one_hamlet(small: Path) -> None:
    assert here(small, "timetable", "add", "trua", "--at", "11:00", "--hamlet", "ap-2", *BY).code == 0
    before = snapshot(small)

    run = here(small, "timetable", "add", "xen", "--at", "11:10", *BY)

    refused(run, 1, "trua (11:00-11:15)", "xen (11:10-11:25)", "Ấp 2", "nearest free time")
    assert snapshot(small) == before
    assert here(small, "timetable", "add", "xen", "--at", "11:10", "--hamlet", "ap-1", *BY).code == 0


@pytest.mark.parametrize("folder", ["", "none", "file"])
def test_where_there_is_no_station(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_text("x")

    refused(here(tmp_path / folder, "doctor"), 1, "no station", str(tmp_path / folder), "broadcaster init")


def test_founding_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    refused(here(tmp_path / "file", "init", "--name", "x"), 1, str(tmp_path / "file"))


def test_wrong_settings(small: Path) -> None:
    (small / "broadcaster.toml").write_text('[station]\nnmae = "x"\n', encoding="utf-8")

    refused(here(small, "hamlet", "list"), 1, "nmae", "did you mean name?", "broadcaster.toml")


COMMANDS = (("hamlet", "list"), ("timetable", "forecast"), ("asrun",), ("daemon", "--for", "1"))


@pytest.mark.parametrize("args", COMMANDS)
def test_a_database_that_is_none(small: Path, args: tuple[str, ...]) -> None:
    (small / "schedules.db").write_bytes(b"This was a letter to grandmother. " * 100)
    before = (small / "schedules.db").read_bytes()

    refused(here(small, *args), 1, "schedules.db", "no database")
    assert (small / "schedules.db").read_bytes() == before


@pytest.mark.parametrize("args", COMMANDS)
def test_a_database_of_a_newer_program(small: Path, args: tuple[str, ...]) -> None:
    with closing(sqlite3.connect(small / "schedules.db")) as connection:
        connection.execute("update alembic_version set version_num = '9999'")
        connection.commit()
    before = (small / "schedules.db").read_bytes()

    refused(here(small, *args), 1, "schedules.db", "newer program", "9999")
    assert (small / "schedules.db").read_bytes() == before


@pytest.fixture
def guarded(small: Path) -> Iterator[Path]:
    """A station that may be read but not written, by nobody."""
    with tempfile.TemporaryDirectory(prefix="guarded-") as above:
        Path(above).chmod(0o755)
        folder = Path(shutil.copytree(small, Path(above) / "station"))
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        yield folder
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)


def test_a_folder_that_may_only_be_read(guarded: Path) -> None:
    before = snapshot(guarded)
    new = guarded / "audio_out" / "new"
    commands = (
        ("--station", str(guarded), "person", "add", "Ai đó"),
        ("--station", str(guarded), "hamlet", "add", "ap-3"),
        ("--station", str(guarded), "daemon", "--for", "1"),
        ("--station", str(guarded), "backup", str(guarded / "backups" / "x.db")),
        ("--station", str(new), "init", "--name", "x"),
        ("--station", str(new), "init", "--example"),
    )

    for run in as_nobody(*commands):
        refused(run, 1, str(guarded))
    assert snapshot(guarded) == before
    assert not new.exists()


def full_at(size: int) -> dict[str, Any]:
    """A child for which every file ends at that many bytes, as on a disk with no room."""
    return {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))}


def test_a_full_disk_while_a_script_is_added(small: Path) -> None:
    text = written(small, "dai.txt", "Mời bà con đến họp tại nhà văn hóa ấp.\n".encode() * 3000)
    before = snapshot(small)

    run = in_child(small, "script", "add", str(text), **full_at((small / "schedules.db").stat().st_size))

    refused(run, 1, "no room", "schedules.db")
    assert snapshot(small) == before
    assert here(small, "script", "add", str(text)).code == 0


def test_a_full_disk_while_a_bulletin_is_made(on_air: Path) -> None:
    before = snapshot(on_air)

    run = in_child(on_air, "render", "khau-hieu-1", **full_at(40_000))

    refused(run, 1)
    after = snapshot(on_air)
    assert {name: after[name] for name in before} == before
    assert not [name for name in after if name.startswith("audio_out/")]
    assert rows(on_air, "select count(*) from bulletin") == [(0,)]


@pytest.mark.parametrize("room", [1_000, 200_000])
def test_a_full_disk_while_a_station_is_founded(tmp_path: Path, room: int) -> None:
    run = in_child(tmp_path, "init", "--example", **full_at(room))

    refused(run, 1, str(tmp_path))
    assert not (tmp_path / "broadcaster.toml").exists()
    assert not [path for path in tmp_path.rglob("*.part*")]
    assert here(tmp_path, "init", "--example").code == 0


def test_a_second_daemon(unchanged: Path) -> None:
    with DaemonLock(unchanged):
        run = in_child(unchanged, "daemon", "--for", "1")
    shutil.rmtree(unchanged / "log", ignore_errors=True)

    refused(run, 1, "Another daemon", str(unchanged))


def test_a_traceback_only_for_those_who_ask(small: Path) -> None:
    run: Ran = in_child(small, "hamlet", "remove", "ap-9")
    refused(run, 1, "ap-9")

    asked = in_child(small, "--debug", "hamlet", "remove", "ap-9")
    assert asked.code == 1
    assert "Traceback" in asked.err
    assert "NotFound" in asked.err
