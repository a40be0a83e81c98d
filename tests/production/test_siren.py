"""An emergency in two parts, made from the one form: the siren by itself, and the words by themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadcaster.audio import decode
from broadcaster.desk import Studio
from broadcaster.production.bulletin import Bulletin, FormName, Item, Programme
from broadcaster.station import Station

FLOOD = Programme(FormName.EMERGENCY, "xã Phú Hòa", (Item("Lũ về", ("Sơ tán ngay.",)),))


def made(studio: Studio, programme: Programme = FLOOD) -> Bulletin:
    return studio.make(programme, seconds=0.0)


def test_siren_and_words_are_the_whole_cut_in_two(small: Path) -> None:
    with Station(small) as station:
        booth = station.booth
        siren, words, whole = map(made, (booth.siren, booth.words, booth.whole))
        assert 3_000 <= siren.length <= 10_000
        assert siren.length + words.length == pytest.approx(whole.length, abs=50)
        assert (siren.voice, words.voice) == ("", "espeak")
        assert (siren.cues, len(words.cues)) == ((), len(whole.cues))
        assert len({bulletin.recipe for bulletin in (siren, words, whole)}) == 3
        assert decode(small / "audio_out" / siren.file_name).dBFS > -30


def test_the_siren_does_not_depend_on_the_words_and_a_form_without_one_has_ours(small: Path) -> None:
    other = Programme(FormName.EMERGENCY, "xã Phú Hòa", (Item("Cháy", ("Chữa cháy ngay.",)),))
    forms = small / "forms"
    forms.mkdir()
    with Station(small) as station:
        assert station.booth.siren.recipe(FLOOD) == station.booth.siren.recipe(other)
        (forms / "emergency.toml").write_text("[[section]]\nitems = true\n", encoding="utf-8")
        assert made(station.booth.siren).length > 3_000
