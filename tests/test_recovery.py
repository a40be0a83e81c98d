"""A station backed up while it runs, and put back: whole, once, and never over what must not be lost."""

from __future__ import annotations

import json
import os
import resource
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broadcaster.alarms.alarm import Alarm, Channel, Delivery, Kind
from broadcaster.care import bundle, recovery
from broadcaster.clock import SystemClock, TurnedClock
from broadcaster.desk.emergencies import Call
from broadcaster.desk.emergency import EmergencyState
from broadcaster.errors import BroadcasterError, StationError
from broadcaster.lock import DaemonLock
from broadcaster.playout.airing import Outcome
from broadcaster.station import Station
from broadcaster.timetable.slot import SlotKind
from broadcaster.units import Milliseconds
from tests.kit import AUTHOR, book, dump, here, in_child, refused, rows, snapshot

CLOCK = SystemClock()


@pytest.fixture
def lived_in(small: Path) -> Path:
    """A station with a script, a recording, a form and a model of its own, and files that are made again."""
    for name, words in (
        ("recordings/ab.flac", "lời đọc"),
        ("forms/le.toml", "gap_ms = 1"),
        ("voices/vi.onnx", "mô hình"),
        ("audio_out/x.mp3", "made again"),
        ("log/broadcaster.log", "log"),
        ("scripts/.hidden", "hidden"),
    ):
        (small / name).parent.mkdir(exist_ok=True)
        (small / name).write_text(words, encoding="utf-8")
    (small / "hop.txt").write_text("Mời bà con họp ấp.", encoding="utf-8")
    assert here(small, "script", "add", str(small / "hop.txt"), "--by", AUTHOR).code == 0
    (small / "hop.txt").unlink()
    return small


@pytest.fixture
def backup(lived_in: Path, tmp_path: Path) -> Path:
    with DaemonLock(lived_in):  # a daemon may run
        run = here(lived_in, "backup", str(tmp_path / "xa.zip"))
    assert run.code == 0, run.err
    return tmp_path / "xa.zip"


def kept(folder: Path) -> dict[str, str]:
    left_out = ("audio_out", "log", "backups", "scripts/.hidden", "schedules.db", "replaced")
    return {name: sha for name, sha in snapshot(folder).items() if not name.startswith(left_out)}


def test_the_station_comes_back_on_another_pc(lived_in: Path, backup: Path, tmp_path: Path) -> None:
    new = tmp_path / "new pc"

    run = here(tmp_path, "restore", str(backup), "--into", str(new))

    assert run.code == 0, run.err
    assert kept(new) == kept(lived_in)
    assert not (new / "audio_out" / "x.mp3").exists()
    assert rows(new, "select code, text from script") == rows(lived_in, "select code, text from script")
    assert rows(new, "select epoch from station") == [(2,)]
    assert here(new, "asrun", "verify").out.strip().endswith("the chain is whole; put back from backups: 1")
    assert here(new, "doctor").code == 0
    assert not list(new.glob(".restore-*"))
    assert here(new, "daemon", "--for", "0.1").code == 0


def test_a_backup_is_the_same_bytes_but_for_database_and_date(lived_in: Path, tmp_path: Path) -> None:
    packed = []
    for name in ("a.zip", "b.zip"):
        assert here(lived_in, "backup", str(tmp_path / name)).code == 0
        with zipfile.ZipFile(tmp_path / name) as archive:
            packed.append({entry.filename: (entry.CRC, entry.date_time) for entry in archive.infolist()})
    for name in ("schedules.db", "backup.json"):
        assert packed[0].pop(name)
        assert packed[1].pop(name)

    assert packed[0] == packed[1]
    assert list(packed[0]) == sorted(packed[0])


def test_a_backup_that_cannot_be_made(lived_in: Path, backup: Path, tmp_path: Path) -> None:
    before = sorted(path.name for path in tmp_path.iterdir())
    refused(here(lived_in, "backup", str(backup)), 1, "xa.zip", "exists already")
    refused(here(lived_in, "backup", str(tmp_path / "no" / "x.zip")), 1, "no such folder")

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    refused(in_child(lived_in, "backup", str(tmp_path / "y.zip"), preexec_fn=little_room), 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_what_a_setting_names_is_kept_and_no_secret(lived_in: Path, tmp_path: Path) -> None:
    with (lived_in / "broadcaster.toml").open("a", encoding="utf-8") as file:
        file.write('\n[production]\nchime = "sounds/chuong.flac"\n[alarms]\nca_file = "ca.pem"\n')
        file.write('webhook = "https://example.org"\nwebhook_secret = "file:token"\n')
    (lived_in / "sounds").mkdir()
    shutil.copy(lived_in / "jingles" / "chime.flac", lived_in / "sounds" / "chuong.flac")
    (lived_in / "ca.pem").write_text("CA")
    (lived_in / "token").write_text("secret")

    assert here(lived_in, "backup", str(tmp_path / "x.zip")).code == 0

    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        names = archive.namelist()
    assert {"sounds/chuong.flac", "ca.pem"} <= set(names)
    assert "token" not in names


def test_a_daemon_keeps_its_station(lived_in: Path, backup: Path) -> None:
    before = snapshot(lived_in)
    with DaemonLock(lived_in):
        refused(in_child(lived_in, "restore", str(backup), "--replace", "--by", AUTHOR), 1, "daemon")
    assert snapshot(lived_in) == before


def test_a_station_that_went_on_is_only_replaced_by_a_named_person(lived_in: Path, backup: Path) -> None:
    assert here(lived_in, "person", "add", "Người mới").code == 0
    before = snapshot(lived_in)

    refused(here(lived_in, "restore", str(backup)), 1, "has gone on", "--replace --by NAME")
    refused(here(lived_in, "restore", str(backup), "--replace"), 1, "--by NAME")
    refused(here(lived_in, "restore", str(backup), "--replace", "--by", "Ai đó"), 1, "Ai đó")
    assert snapshot(lived_in) == before

    old = dump(lived_in / "schedules.db")
    run = here(lived_in, "restore", str(backup), "--replace", "--by", AUTHOR)
    assert run.code == 0, run.err
    assert rows(lived_in, "select name from person") == [(AUTHOR,)]
    (aside,) = (lived_in / "replaced").iterdir()
    assert dump(aside / "schedules.db") == old
    assert str(aside) in run.out
    (marker,) = rows(lived_in, "select payload from asrun_event where kind = 'epoch'")
    assert json.loads(marker[0])["by"] == AUTHOR


def test_another_station_is_not_overwritten(backup: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    assert here(other, "init", "--name", "Khác").code == 0
    before = snapshot(other)

    refused(here(other, "restore", str(backup)), 1, "another one")
    assert snapshot(other) == before

    assert here(other, "restore", str(backup), "--replace", "--by", AUTHOR).code == 0
    (aside,) = (other / "replaced").iterdir()
    assert 'name = "Khác"' in (aside / "broadcaster.toml").read_text(encoding="utf-8")


def test_a_folder_with_other_things_is_no_place(backup: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letters.txt").write_text("mine")

    refused(here(tmp_path, "restore", str(backup), "--into", str(tmp_path / "home")), 1, "letters.txt")
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["letters.txt"]


def test_a_damaged_database_is_kept_aside(lived_in: Path, backup: Path) -> None:
    (lived_in / "schedules.db").write_bytes(b"SQLite format 3\0" + b"\7" * 5000)

    run = here(lived_in, "restore", str(backup))

    assert run.code == 0, run.err
    (aside,) = (lived_in / "replaced").iterdir()
    assert [path.name for path in aside.iterdir()] == ["schedules.db"]
    assert here(lived_in, "script", "list").code == 0


def test_no_journal_is_played_into_another_database(tmp_path: Path) -> None:
    """One that SQLite has left beside the old one goes with it."""
    for name in ("staged", "schedules.db", "schedules.db-journal"):
        (tmp_path / name).write_text(name)

    recovery._replace_database(tmp_path / "staged", tmp_path, tmp_path / "aside")

    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["schedules.db"]
    assert (tmp_path / "schedules.db").read_text() == "staged"
    assert sorted(path.name for path in (tmp_path / "aside").iterdir()) == [
        "schedules.db",
        "schedules.db-journal",
    ]


def test_a_daily_copy_is_put_back_too(lived_in: Path, tmp_path: Path) -> None:
    with Station(lived_in) as station:
        daily = station.store.daily_backup(station.backups, 3, datetime.now(UTC).date())
    (lived_in / "schedules.db").unlink()
    refused(here(lived_in, "init"), 1, "broadcaster restore", daily.name)

    assert here(lived_in, "restore", str(daily)).code == 0
    assert rows(lived_in, "select code from script") == [("hop",)]
    refused(here(tmp_path, "restore", str(daily), "--into", str(tmp_path / "n")), 1, "database alone", "init")
    assert not (tmp_path / "n").exists()


def test_nothing_that_may_have_sounded_sounds_again(small: Path, tmp_path: Path) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    long_past = book(small, 60, -3600)
    with Station(small) as station:
        (claimed,) = station.store.claim(long_past, now)
        station.store.begin([claimed.id], long_past, Milliseconds(0))
        station.store.mark([claimed.id], Milliseconds(8000))
    soon, later = book(small, 5, 60), book(small, 5, 24 * 3600)
    with Station(small) as station:
        station.store.ask_stop([], by=AUTHOR, now=now)
        station.store.file_alarms(
            [Alarm(Kind.DISK, "", "full")], [Channel.MAIL], now=now, apart=timedelta(hours=1)
        )
        (soon_id,) = (one.id for one in station.store.claim(soon, now))
    with closing(sqlite3.connect(small / "schedules.db")) as connection:
        connection.execute("update airing set state = 'due', claimed_at = 0 where id = ?", (soon_id,))
        connection.execute("update slot set kind = 'programme', code = id")
        connection.commit()
    assert here(small, "backup", str(tmp_path / "x.zip")).code == 0

    clock = TurnedClock(soon + timedelta(minutes=10))
    done = recovery.restore(tmp_path / "x.zip", tmp_path / "new", clock=clock, replace=False, by="")

    assert done.resumed.missed == 2
    with Station(tmp_path / "new", clock) as station:
        lines = station.store.as_run(long_past, later)
        assert [(line.outcome, line.seconds_played) for line in lines] == [
            (Outcome.PARTIAL, 8.0),
            (Outcome.MISSED, 0.0),
        ]
        assert {line.reason for line in lines} == {"restored from a backup, it may have sounded"}
        assert station.store.claim(clock.now(), clock.now()) == ()
        assert station.store.unfinished() == ()
        assert station.store.next_due() == later
        assert station.store.stop_requests(now) == ()
        (alarm,) = station.store.alarms(9)
        assert alarm.state is Delivery.GIVEN_UP
        assert station.store.verify_as_run()[0].broken_at is None
        told = station.store.ended_untold()
        assert len(told.lines) == 2, "and the operator is told what became of them"


def test_what_was_asked_for_then_does_not_sound_unasked(small: Path, tmp_path: Path) -> None:
    later = book(small, 5, 3600)
    assert here(small, "backup", str(tmp_path / "x.zip")).code == 0

    recovery.restore(tmp_path / "x.zip", tmp_path / "new", clock=CLOCK, replace=False, by="")

    with Station(tmp_path / "new") as station:
        assert station.store.next_due() is None
        (line,) = station.store.as_run(later, later + timedelta(seconds=1))
        assert (line.kind, line.outcome) == (SlotKind.REHEARSAL, Outcome.CANCELLED)


def test_a_backup_of_after_now_waits_for_the_clock(backup: Path, tmp_path: Path) -> None:
    clock = TurnedClock(datetime.now(UTC) - timedelta(days=400))

    with pytest.raises(StationError, match="Set the clock"):
        recovery.restore(backup, tmp_path / "new", clock=clock, replace=False, by="")
    assert not (tmp_path / "new").exists()


Manifest = dict[str, object]


def rebuilt(backup: Path, change: Callable[[dict[str, bytes], Manifest], None]) -> None:
    """The same bundle with something in it changed."""
    with zipfile.ZipFile(backup) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files.pop(bundle.MANIFEST))
    change(files, manifest)
    with zipfile.ZipFile(backup, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        archive.writestr(bundle.MANIFEST, json.dumps(manifest))


def named(name: str) -> Callable[[Path], None]:
    """A bundle that holds a file of that name, its hash right."""

    def change(files: dict[str, bytes], manifest: Manifest) -> None:
        listed = manifest["files"]
        assert isinstance(listed, dict)
        listed[name] = listed["lexicon.tsv"]
        files[name] = files["lexicon.tsv"]

    return lambda backup: rebuilt(backup, change)


def of(**facts: object) -> Callable[[Path], None]:
    return lambda backup: rebuilt(backup, lambda _files, manifest: manifest.update(facts))


def flipped(backup: Path) -> None:
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 0xFF
    backup.write_bytes(bytes(content))


def truncated(backup: Path) -> None:
    backup.write_bytes(backup.read_bytes()[:-200])


def bomb(backup: Path) -> None:
    """A file that grows far past what the list of files says."""

    def change(files: dict[str, bytes], manifest: Manifest) -> None:
        files["lexicon.tsv"] = b"\0" * 50_000_000

    rebuilt(backup, change)


def vast(backup: Path) -> None:
    def change(files: dict[str, bytes], manifest: Manifest) -> None:
        manifest["files"] = {name: (10**15, "0" * 64) for name in files}

    rebuilt(backup, change)


def with_database(sql: str) -> Callable[[Path], None]:
    """Its database changed, and its hash made right."""

    def spoil(backup: Path) -> None:
        def change(files: dict[str, bytes], manifest: Manifest) -> None:
            import hashlib

            path = backup.with_suffix(".tmp")
            path.write_bytes(files["schedules.db"])
            if sql:
                with closing(sqlite3.connect(path)) as connection:
                    connection.executescript(sql)
            else:
                path.write_bytes(files["schedules.db"][:50_000])
            files["schedules.db"] = path.read_bytes()
            path.unlink()
            sha256 = hashlib.sha256(files["schedules.db"]).hexdigest()
            listed = manifest["files"]
            assert isinstance(listed, dict)
            listed["schedules.db"] = (len(files["schedules.db"]), sha256)

        rebuilt(backup, change)

    return spoil


def replaced_by(content: bytes) -> Callable[[Path], None]:
    return lambda backup: (backup.write_bytes(content), None)[1]


SPOILT: Mapping[str, tuple[Callable[[Path], None], str]] = {
    "empty": (replaced_by(b""), "no station"),
    "no backup": (replaced_by(b"Kinh gui ba con" * 99), "damaged"),
    "another archive": (replaced_by(b"PK\5\6" + bytes(18)), "no backup"),
    "truncated": (truncated, "cannot be used"),
    "a byte flipped": (flipped, "cannot be used"),
    "a bomb": (bomb, "damaged"),
    "vast": (vast, "too large"),
    "a newer program's": (of(format=2), "newer program"),
    "no date": (of(made_at="hôm qua"), "cannot be used"),
    "naive date": (of(made_at="2026-01-01T00:00:00"), "cannot be used"),
    "no list": (of(files=None), "cannot be used"),
    "climbing": (named("../evil"), "evil"),
    "climbing inside": (named("jingles/../../evil"), "evil"),
    "absolute": (named("/tmp/evil"), "evil"),
    "hidden": (named(".daemon.lock"), "lock"),
    "made again": (named("audio_out/evil.mp3"), "evil"),
    "an empty part": (named("jingles//evil"), "evil"),
    "newer schema": (with_database("update alembic_version set version_num = '9999'"), "newer"),
    "older schema": (with_database("update alembic_version set version_num = '0000'"), "too old"),
    "no station's": (with_database("drop table alembic_version"), "no station"),
    "dangling": (with_database("update hamlet set station_id = 'nowhere'"), "hamlet"),
    "a torn database": (with_database(""), "damaged"),
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_bad_backup_changes_nothing(lived_in: Path, backup: Path, how: str, tmp_path: Path) -> None:
    spoil, words = SPOILT[how]
    spoil(backup)
    before = snapshot(lived_in)

    refused(here(lived_in, "restore", str(backup), "--replace", "--by", AUTHOR), 1, words, backup.name)
    assert snapshot(lived_in) == before
    assert not list(lived_in.glob(".restore-*"))
    refused(here(lived_in, "restore", str(backup), "--into", str(tmp_path / "new")), 1, words)
    assert not (tmp_path / "new").exists()
    assert not list(tmp_path.rglob("evil*"))


def test_a_backup_that_is_not_there(lived_in: Path, tmp_path: Path) -> None:
    refused(here(lived_in, "restore", str(tmp_path / "gone.zip")), 1, "gone.zip")
    refused(here(lived_in, "restore", str(tmp_path)), 1, str(tmp_path))


@pytest.mark.parametrize("nth", [1, 3, 6, 9, 10])
def test_a_restore_that_is_cut_short_leaves_a_station(
    lived_in: Path, backup: Path, nth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At whichever rename: the database is the old one or the new one, and another try completes it."""
    for name in (
        "lexicon.tsv",
        "forms/le.toml",
        "jingles/chime.flac",
        "voices/vi.onnx",
        "recordings/ab.flac",
    ):
        (lived_in / name).write_text("changed since", encoding="utf-8")
    assert here(lived_in, "person", "add", "Người mới").code == 0
    people = [(AUTHOR,), ("Người mới",)]
    renames = 0
    really = os.replace

    def failing(source: Path, target: Path) -> None:
        nonlocal renames
        renames += 1
        if renames == nth:
            raise OSError(28, "No space left on device", str(target))
        really(source, target)

    with monkeypatch.context() as patch:
        patch.setattr("broadcaster.care.recovery.os.replace", failing)
        with pytest.raises(BroadcasterError):
            recovery.restore(backup, lived_in, clock=CLOCK, replace=True, by=AUTHOR)
    assert rows(lived_in, "select name from person order by name") == people

    recovery.restore(backup, lived_in, clock=CLOCK, replace=True, by=AUTHOR)

    assert rows(lived_in, "select name from person") == [(AUTHOR,)]
    assert "changed since" not in (lived_in / "lexicon.tsv").read_text(encoding="utf-8")
    assert not list(lived_in.glob(".restore-*"))


def test_an_emergency_of_then_is_a_draft(small: Path, tmp_path: Path) -> None:
    with Station(small) as station:
        everywhere = tuple(hamlet.id for hamlet in station.store.hamlets())
        call = Call("Vỡ đê, bà con khẩn trương di dời.", everywhere, by=AUTHOR, reason="vỡ đê")
        raised = station.desk.emergency.raise_(call).emergency
    assert here(small, "backup", str(tmp_path / "x.zip")).code == 0

    recovery.restore(tmp_path / "x.zip", tmp_path / "new", clock=CLOCK, replace=False, by="")

    with Station(tmp_path / "new") as station:
        assert station.desk.emergency.on() == ()
        (draft,) = station.store.emergencies()
        assert (draft.code, draft.state) == (raised.code, EmergencyState.DRAFT)
        assert station.store.next_due() is None
