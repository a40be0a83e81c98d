"""A station folder: made, made again where it was cut short, never over another."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from broadcaster import config, founding
from broadcaster.clock import SystemClock
from broadcaster.desk.script import ScriptKind, ScriptState
from broadcaster.errors import StationError
from broadcaster.station import Station
from tests.kit import dump, here, refused, rows, snapshot

CLOCK = SystemClock()


def test_the_example_is_whole(example: Path) -> None:
    with Station(example) as station:
        scripts = station.store.scripts()
        assert [hamlet.code for hamlet in station.store.hamlets()] == [f"ap-{n}" for n in range(1, 6)]
        assert {hamlet.output for hamlet in station.store.hamlets()} == {"file:"}
        assert [f"{slot.at:%H:%M}" for slot in station.store.slots()] == ["05:30", "17:00"]
        assert {script.state for script in scripts} == {ScriptState.APPROVED}
        assert len([script for script in scripts if script.kind is ScriptKind.SPOT]) == 6
        waiting = [(entry.slot.code, entry.script.code) for entry in station.desk.queue.list()]
    assert ("chieu", "ke-hoach-cchc") in waiting
    assert len([slot for slot, _code in waiting if slot == "sang"]) == 6
    for part in ("scripts/inbox", "audio_out", "backups"):
        assert (example / part).is_dir()


def test_a_second_founding_is_refused_and_touches_nothing(example: Path) -> None:
    before = snapshot(example)

    refused(here(example, "init"), 1, "already", str(example))
    refused(here(example, "init", "--example"), 1, "already")
    with pytest.raises(StationError, match="already"):
        founding.found(example, name="x", kind="xã", clock=CLOCK)

    assert snapshot(example) == before


@pytest.mark.parametrize(
    "left", [{"schedules.db"}, {"scripts", "jingles", "schedules.db"}, {"lexicon.tsv", "scripts"}]
)
def test_a_founding_that_was_cut_short_is_done_again(example: Path, left: set[str], tmp_path: Path) -> None:
    cut = tmp_path / "cut"
    cut.mkdir()
    for name in left:
        copy = shutil.copytree if (example / name).is_dir() else shutil.copyfile
        copy(example / name, cut / name)

    assert here(cut, "init", "--example").code == 0
    with Station(cut) as station:
        assert len(station.store.hamlets()) == 5
        assert len(station.store.scripts()) == 13
        assert len(station.desk.queue.list()) == 7
        assert len(station.store.people()) == 2


def test_a_name_is_kept_letter_by_letter(tmp_path: Path) -> None:
    name = 'Đắk "Lắk"\\n \x7f\' # 5'
    assert here(tmp_path, "init", "--name", name, "--kind", "thị  trấn").code == 0

    settings = config.load(tmp_path / config.FILE_NAME)
    assert (settings.station.name, settings.station.kind) == (name, "thị trấn")


def test_a_name_is_asked_for(tmp_path: Path) -> None:
    run = here(tmp_path, "init", stdin="Phú Hòa\n")

    assert run.code == 0
    assert config.load(tmp_path / config.FILE_NAME).station.name == "Phú Hòa"


@pytest.mark.parametrize("args", [("--name", "  "), ("--name", "x", "--kind", "")])
def test_a_station_without_a_name(args: tuple[str, ...], tmp_path: Path) -> None:
    refused(here(tmp_path / "new", "init", *args), 1, "needs a name")

    assert not (tmp_path / "new").exists()


def test_nobody_answers_the_question(tmp_path: Path) -> None:
    run = here(tmp_path / "new", "init")

    assert run.code == 1
    assert "Traceback" not in run.err
    assert not (tmp_path / "new").exists()


def test_lost_parts_are_made_again(example: Path) -> None:
    shutil.rmtree(example / "jingles")
    shutil.rmtree(example / "scripts" / "inbox")
    (example / "lexicon.tsv").unlink()
    before = dump(example / "schedules.db")

    run = here(example, "init")

    assert run.code == 0
    assert "jingles/chime.flac" in run.out
    assert "scripts/inbox" in run.out
    assert (example / "jingles" / "closing.flac").exists()
    assert dump(example / "schedules.db") == before
    refused(here(example, "init"), 1, "already")


def test_a_lost_database_is_not_replaced_while_there_is_a_backup(small: Path) -> None:
    assert here(small, "backup", str(small / "backups" / "x.db")).code == 0
    (small / "schedules.db").unlink()

    refused(here(small, "init"), 1, "x.db")
    assert not (small / "schedules.db").exists()
    refused(here(small, "hamlet", "list"), 1, "no database", "broadcaster init")

    (small / "backups" / "x.db").unlink()
    assert "schedules.db" in here(small, "init").out
    assert rows(small, "select count(*) from hamlet") == [(0,)]


def test_the_texts_are_found_where_the_wheel_put_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(founding, "__file__", str(tmp_path / "site" / "broadcaster" / "founding.py"))
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    with pytest.raises(StationError, match="texts are missing"):
        founding.example_scripts()

    installed = tmp_path / "share" / "broadcaster" / "scripts"
    installed.mkdir(parents=True)
    (installed / "ke-hoach-cchc.txt").write_text("x")
    assert founding.example_scripts() == installed
