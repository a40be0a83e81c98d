"""A station folder opened: its parts fit together, and are given back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from broadcaster.clock import SystemClock, TurnedClock
from broadcaster.config import parse
from broadcaster.desk.script import ScriptKind
from broadcaster.errors import ConfigError, DocumentError, StationError, StoreError
from broadcaster.playout.airing import Outcome
from broadcaster.station import Station
from broadcaster.timetable.slot import Slot, SlotKind
from broadcaster.units import Milliseconds
from tests.kit import AUTHOR, book


def test_it_is_opened_closed_and_opened_again(small: Path) -> None:
    with Station(small) as station:
        store = station.store
        assert len(store.hamlets()) == 2
        assert store is station.store
    with pytest.raises(StoreError, match="closed"):
        store.hamlets()
    station.close()


@pytest.mark.parametrize("folder", ["none", "."])
def test_no_station(tmp_path: Path, folder: str) -> None:
    with pytest.raises(StationError, match="no station here"):
        Station(tmp_path / folder)


def test_its_names_and_folders(small: Path) -> None:
    with Station(small) as station:
        assert station.spoken_name == "xã Phú Hòa"
        assert station.inbox == small / "scripts" / "inbox"
        assert station.policy.minutes_per_day == 120
        assert station.desk.bulletins is station.desk.bulletins


def test_it_reads_with_its_own_lexicon_and_style(small: Path) -> None:
    (small / "lexicon.tsv").write_text("XQZK\tbến cát\t\t\n", encoding="utf-8")
    settings = parse({"reading": {"thousand": "ngàn"}})
    with Station(small, settings=settings) as station:
        assert station.read("XQZK có 2.000 hộ").spoken == "bến cát có hai ngàn hộ"


def test_a_file_is_taken_in_once(small: Path) -> None:
    file = small / "tin.txt"
    file.write_text("Mời bà con họp ấp.", encoding="utf-8")
    with Station(small) as station:
        first = station.take_in(file, kind=ScriptKind.NEWS, expires=date(2099, 1, 1))
        again = station.take_in(file)
        assert (first.known, again.known) == (False, True)
        assert again.script.id == first.script.id
        assert (first.script.kind, first.script.expires) == (ScriptKind.NEWS, date(2099, 1, 1))
        with pytest.raises(DocumentError):
            station.take_in(small / "none.txt")


def test_every_voice_of_the_ladder(small: Path) -> None:
    (small / "x.onnx").write_bytes(b"")
    ladder = {"ladder": ["gtts", "piper", "espeak"], "piper_model": "x.onnx", "ca_file": "ca.pem"}
    with Station(small, settings=parse({"voices": ladder})) as station:
        assert [status.name for status in station.speaker.statuses()] == ["gtts", "piper", "espeak"]


def test_piper_needs_a_model(small: Path) -> None:
    station = Station(small, settings=parse({"voices": {"ladder": ["piper"]}}))
    with pytest.raises(ConfigError, match="piper_model"):
        _ = station.speaker


def test_what_shapes_the_sound_shapes_the_recipe(small: Path) -> None:
    def word(**voices: object) -> str:
        with Station(small, settings=parse({"voices": voices})) as station:
            return station._voice_settings()

    assert word() == word(deadline_s=5, gtts_per_second=2)
    assert word() != word(espeak_rate=160)


def test_an_output_that_stands_in_is_told(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr("broadcaster.playout.outputs.opening.sound_cards", tuple)
    with Station(small) as station:
        station.outputs(told.append).open("file:", "ap-1").close()
        assert told == []


NOON = datetime(2027, 1, 4, 5, tzinfo=UTC)
"""12:00 in the station's zone."""


@pytest.mark.parametrize(("heard_minutes", "refused"), [(1.0, ""), (2.0, "minutes per day")])
def test_what_a_hamlet_has_heard_today_counts(small: Path, heard_minutes: float, refused: str) -> None:
    clock = TurnedClock(NOON - timedelta(hours=30))
    settings = parse({"policy": {"minutes_per_day": 2}})
    with Station(small, clock, settings) as station:
        hamlet, other = station.store.hamlets()
        slot = Slot("", "muoi-gio", "x", time(10), (hamlet.id,), length_s=60)
        station.desk.slots.add(slot, by=AUTHOR)
        for ago in (timedelta(hours=26), timedelta(hours=2)):  # yesterday's do not count
            (airing,) = station.store.claim(NOON - ago, NOON - ago)
            station.store.end([airing.id], Outcome.AIRED, "", heard_minutes * 60, NOON - ago)
        asked = replace(airing, starts_at=NOON, length=Milliseconds(30_000))

        assert station.may_air(asked).startswith(refused)
        assert bool(station.may_air(asked)) == bool(refused)
        assert station.may_air(replace(asked, hamlet=other)) == ""
        assert station.may_air(replace(asked, kind=SlotKind.REHEARSAL)) == ""
        assert "quiet hours" in station.may_air(replace(asked, starts_at=NOON.replace(hour=15)))


def test_a_booking_is_a_rehearsal_of_its_own(small: Path) -> None:
    starts_at = book(small, 0.1, 60)

    with Station(small) as station:
        assert station.store.next_due() == starts_at
        assert starts_at > SystemClock().now()


def test_the_hamlets_recordings_and_the_bulletins_share_one_size(example: Path) -> None:
    settings = example / "broadcaster.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8") + "\n[storage]\naudio_mb = 100\n", encoding="utf-8"
    )
    with Station(example) as station:
        keep = station.outputs(lambda _words: None)._keep

        assert keep.megabytes * len(station.store.hamlets()) <= 50
