"""A jingle that cannot be used keeps no bulletin from being made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from broadcaster.audio import decode, measure, samples
from broadcaster.errors import ProductionError
from broadcaster.production.bulletin import Bulletin, Direction, Item, Programme
from broadcaster.production.studio import Studio, StudioSettings
from tests.production.conftest import Babbler

CLEAN = Programme("daily", "xã Tân Hưng", (Item("Lịch tiêm", ("Sáng mai tiêm chủng.",)),))


@pytest.fixture
def station(settings: StudioSettings, jingles: Path, tmp_path: Path) -> StudioSettings:
    (tmp_path / "station" / "forms").mkdir(parents=True)
    return replace(
        settings, format="flac", folder=tmp_path / "station", bed=jingles / "bed.flac", forgiving=True
    )


def made(settings: StudioSettings, audio_out: Path, programme: Programme = CLEAN) -> Bulletin:
    return Studio(Babbler(), settings, audio_out).make(programme, seconds=10)


def heard(audio_out: Path, bulletin: Bulletin) -> np.ndarray:
    return samples(decode(audio_out / bulletin.file_name))


def form(station: StudioSettings, text: str) -> Programme:
    assert station.folder
    (station.folder / "forms" / "own.toml").write_text(text, encoding="utf-8")
    return replace(CLEAN, form="own")


def break_it(path: Path) -> None:
    path.write_bytes(b"no sound at all")


@pytest.mark.parametrize(("name", "spoil"), [("chime", Path.unlink), ("closing", break_it)])
def test_our_own_takes_the_place_of_a_jingle(
    station: StudioSettings, audio_out: Path, tmp_path: Path, name: str, spoil: Callable[[Path], None]
) -> None:
    whole = made(station, audio_out)
    own = tmp_path / f"{name}.flac"
    own.write_bytes(getattr(station, name).read_bytes())
    spoil(own)

    changed: dict[str, Any] = {name: own}

    bulletin = made(replace(station, **changed), audio_out)

    assert own.name in bulletin.trouble
    assert whole.trouble == ""
    ours, theirs = heard(audio_out, bulletin), heard(audio_out, whole)
    assert len(ours) == pytest.approx(len(theirs), abs=2_400)
    assert measure(ours).loudness == pytest.approx(measure(theirs).loudness, abs=0.3)


def test_a_sound_of_the_stations_own_is_left_out_and_no_words_run_into_words(
    station: StudioSettings, audio_out: Path
) -> None:
    text = '[[section]]\nline = "Đây là {station}."\n[[section]]\njingle = "own/tinh.wav"\n'
    text += "[[section]]\nitems = true\ncrossfade_ms = 1500\n"
    plain = '[[section]]\nline = "Đây là {station}."\n[[section]]\nitems = true\n'

    without = made(station, audio_out, form(station, text))
    as_if = made(station, audio_out, form(station, plain))

    assert "tinh.wav" in without.trouble
    assert len(heard(audio_out, without)) >= len(heard(audio_out, as_if)) - 24


def test_a_bed_that_is_gone_is_our_own_or_none(station: StudioSettings, audio_out: Path) -> None:
    text = "[bed]\n{}[[section]]\nitems = true\nbed = true\n"
    gone = replace(station, bed=audio_out / "gone.flac")

    ours = made(gone, audio_out, form(station, text.format("")))
    none = made(gone, audio_out, form(station, text.format('file = "own/nhac.wav"\n')))

    assert "gone.flac" in ours.trouble
    assert "nhac.wav" in none.trouble
    music, words = heard(audio_out, ours), heard(audio_out, none)
    assert np.count_nonzero(music) > np.count_nonzero(words)


def test_a_sound_that_a_script_asks_for_is_left_out(station: StudioSettings, audio_out: Path) -> None:
    assert station.folder
    (station.folder / "jingles").mkdir()
    break_it(station.folder / "jingles" / "trong-hoi.mp3")
    asking = Item("Lịch tiêm", ("Sáng mai.", Direction("trống hội"), "Tiêm chủng."))

    bulletin = made(station, audio_out, replace(CLEAN, items=(asking,)))

    assert "trong-hoi.mp3" in bulletin.trouble


def test_a_preview_is_strict(station: StudioSettings, audio_out: Path) -> None:
    with pytest.raises(ProductionError):
        made(replace(station, forgiving=False, chime=audio_out / "none.flac"), audio_out)
