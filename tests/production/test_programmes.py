"""What forms, settings and formats make of the finished bulletin, judged by decoding it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from broadcaster.audio import AudioSegment, Format, decode, from_samples, measure, samples
from broadcaster.errors import ProductionError
from broadcaster.production.bulletin import Bulletin, Direction, FormName, Item
from broadcaster.production.studio import Studio, StudioSettings
from broadcaster.units import Lufs, Milliseconds
from broadcaster.voices.voice import Recorded, Role, Turn
from tests.audio.sounds import tone
from tests.production.conftest import Babbler, jumps, programme, slogans

FORMATS: tuple[Format, ...] = ("mp3", "flac", "wav", "opus")


@pytest.fixture
def station(settings: StudioSettings, jingles: Path, tmp_path: Path) -> StudioSettings:
    """A station folder with its bed and siren; bulletins are exact."""
    (tmp_path / "forms").mkdir()
    (tmp_path / "own").mkdir()
    return replace(
        settings, format="flac", folder=tmp_path, siren=jingles / "siren.flac", bed=jingles / "bed.flac"
    )


def with_form(station: StudioSettings, text: str) -> StudioSettings:
    assert station.folder is not None
    (station.folder / "forms" / "daily.toml").write_text(text, encoding="utf-8")
    return station


def heard(audio_out: Path, bulletin: Bulletin) -> NDArray[np.int16]:
    return samples(decode(audio_out / bulletin.file_name))


@pytest.mark.parametrize("format", FORMATS)
def test_a_bulletin_in_every_format(settings: StudioSettings, audio_out: Path, format: Format) -> None:
    studio = Studio(Babbler(), replace(settings, format=format), audio_out)

    bulletin = studio.make(slogans(), seconds=9, on=date(2026, 5, 1))

    path = audio_out / bulletin.file_name
    measured = measure(heard(audio_out, bulletin))
    assert path.suffix == f".{format}"
    assert measured.loudness == pytest.approx(-16, abs=0.5)
    assert measured.true_peak <= -1
    assert measured.frames == exact_frames(settings)
    with soundfile.SoundFile(str(path)) as file:
        assert file.title.startswith("Khẩu hiệu 0; Khẩu hiệu 1")
        assert (file.artist, file.comment, file.date) == (
            "Đài truyền thanh xã Tân Hưng", "espeak", "2026-05-01",
        )  # fmt: skip
    again = studio.make(slogans(), seconds=9, on=date(2026, 5, 1))
    if format == "opus":
        np.testing.assert_array_equal(heard(audio_out, again), heard(audio_out, bulletin))
    else:
        assert again == bulletin


def exact_frames(settings: StudioSettings) -> int:
    """Of the slogans' bulletin, worked out by hand: chime, six gaps, six times twelve syllables, the end."""
    chime = len(samples(decode(settings.chime)))
    return chime + 24 * (6 * 600 + 150) + 6 * 12 * 5_280 - trimmed(settings)


def trimmed(settings: StudioSettings) -> int:
    from broadcaster.production.material import load_jingle

    return len(samples(decode(settings.chime))) - len(samples(load_jingle(settings.chime)))


def test_the_date_is_no_part_of_the_recipe(studio: Studio) -> None:
    first = studio.make(slogans(), seconds=9, on=date(2026, 5, 1))
    later = studio.make(slogans(), seconds=9, on=date(2026, 5, 2))

    assert first.recipe == later.recipe == studio.recipe(slogans())
    assert first.sha256 != later.sha256


@pytest.mark.parametrize("siren", ["ours", "missing", "none"])
def test_an_emergency_begins_with_a_siren_whatever_happened_to_its_file(
    station: StudioSettings, audio_out: Path, tmp_path: Path, siren: str
) -> None:
    files = {"ours": station.siren, "missing": tmp_path / "gone.flac", "none": None}
    item = Item("Lũ về", ("Nước lên nhanh, bà con ở ven sông đến nhà văn hóa ngay.",))
    made = replace(programme(FormName.EMERGENCY), items=(item,))

    bulletin = Studio(Babbler(), replace(station, siren=files[siren]), audio_out).make(made, seconds=9)

    sound = heard(audio_out, bulletin)
    siren_only = sound[: 5 * 24_000]
    assert [cue.title for cue in bulletin.cues] == ["Lũ về", "Lũ về"]
    assert measure(siren_only).longest_silence_s < 0.1
    strongest = np.argmax(np.abs(np.fft.rfft(siren_only))) / 5
    assert 450 < strongest < 1200
    assert 3_000 < bulletin.cues[0].starts_at < 13_000


def test_a_bed_lies_under_the_words_and_nowhere_else(station: StudioSettings, audio_out: Path) -> None:
    form = """
    [bed]
    under_words_db = -20
    [[section]]
    jingle = "chime"
    [[section]]
    items = true
    gap_ms = 2000
    bed = true
    [[section]]
    jingle = "closing"
    gap_ms = 2000
    """
    plain = Studio(Babbler(), with_form(station, form.replace("bed = true", "")), audio_out)
    without = heard(audio_out, plain.make(programme(), seconds=9))
    with_bed = Studio(Babbler(), with_form(station, form), audio_out)
    bulletin = with_bed.make(programme(), seconds=9)

    sound = heard(audio_out, bulletin)
    assert len(sound) == len(without)
    assert measure(sound).loudness == pytest.approx(-16, abs=0.5)
    before = slice((bulletin.cues[0].starts_at - 1500) * 24, (bulletin.cues[0].starts_at - 500) * 24)
    assert not without[before].any()
    assert -36 < measure(sound[before]).loudness < -26
    assert np.abs(sound[:24_000].astype(int) - without[:24_000]).max() < 0.02 * np.abs(without).max()


def test_sections_have_their_levels_and_files_of_the_station(
    station: StudioSettings, audio_out: Path
) -> None:
    assert station.folder is not None
    soundfile.write(station.folder / "own" / "tinh.wav", tone(700, 2, rate=44_100), 44_100)
    form = (
        '[[section]]\nitems = true\n[[section]]\njingle = "own/tinh.wav"\nlevel_db = -12\nfade_out_ms = 500'
    )

    bulletin = Studio(Babbler(), with_form(station, form), audio_out).make(programme(), seconds=9)

    sound = heard(audio_out, bulletin)
    last = bulletin.cues[-1]
    jingle = sound[(last.starts_at + last.length + 400) * 24 : -150 * 24]
    assert len(jingle) / 24_000 == pytest.approx(2, abs=0.01)
    assert measure(jingle[:24_000]).loudness == pytest.approx(-28, abs=1)
    assert np.abs(jingle[-2_400:]).max() < 0.5 * np.abs(jingle[:24_000]).max()


def test_words_begin_while_the_tune_still_fades(station: StudioSettings, audio_out: Path) -> None:
    def hum(text: str) -> AudioSegment:
        return from_samples(tone(220, 2, phase=1.5))

    form = '[[section]]\njingle = "opening"\n[[section]]\nitems = true\ncrossfade_ms = 1500\n'
    form += '[[section]]\njingle = "closing"\ncrossfade_ms = 700'

    bulletin = Studio(Babbler(hum), with_form(station, form), audio_out).make(programme(items=1), seconds=9)

    sound, cue = heard(audio_out, bulletin), bulletin.cues[0]
    joins = (
        cue.starts_at * 24,
        cue.starts_at * 24 + 36_000,
        (cue.starts_at + cue.length - 700) * 24,
        len(sound),
    )
    assert cue.starts_at == pytest.approx(5_800 - 1_500, abs=60)
    assert bulletin.length == pytest.approx(5_800 - 1_500 + 2_000 - 700 + 4_000 + 150, abs=120)
    assert max(jumps(sound, at) for at in joins) < 0.06
    assert jumps(sound, 24_000 * 2) > 0.001


def test_a_band_is_kept_to_and_the_loudness_is_met_in_it(settings: StudioSettings, audio_out: Path) -> None:
    horn = replace(settings, format="flac", band_hz=(300.0, 5000.0))

    bulletin = Studio(Babbler(), horn, audio_out).make(programme(), seconds=9)

    sound = heard(audio_out, bulletin)
    power = np.square(np.abs(np.fft.rfft(sound / 32768)))
    hertz = np.fft.rfftfreq(len(sound), 1 / 24_000)
    outside = power[(hertz < 200) | (hertz > 5_200)].sum() / power.sum()
    assert 10 * np.log10(outside) < -45
    assert bulletin.loudness == pytest.approx(-16, abs=0.5)
    assert bulletin.recipe != Studio(Babbler(), replace(horn, band_hz=None), audio_out).recipe(programme())


def test_the_recipe_knows_the_form_and_the_bed(station: StudioSettings, audio_out: Path) -> None:
    form = "[bed]\n[[section]]\nitems = true\nbed = true\n"
    recipes = [
        Studio(Babbler(), with_form(station, text), audio_out).recipe(programme())
        for text in (form, form.replace("[bed]", "[bed]\nalone_db = -20"), form.replace("bed = true", ""))
    ]
    other_bed = replace(with_form(station, form), bed=station.chime)

    assert len({*recipes, Studio(Babbler(), other_bed, audio_out).recipe(programme())}) == 4


def test_a_form_with_mistakes_makes_nothing(station: StudioSettings, audio_out: Path) -> None:
    speaker = Babbler()

    with pytest.raises(ProductionError, match=r"daily\.toml.*items = true"):
        Studio(speaker, with_form(station, '[[section]]\njingle = "chime"'), audio_out).make(
            programme(), seconds=9
        )

    assert not speaker.asked


def test_a_long_item_is_one_cue(station: StudioSettings, audio_out: Path) -> None:
    long = Item("Dài", ("Ủy ban nhân dân xã thông báo.",) * 250)
    speaker = Babbler(lambda text: from_samples(tone(300, 0.5)))
    paused = replace(with_form(station, "[[section]]\nitems = true"), paragraph_pause=Milliseconds(1000))

    bulletin = Studio(speaker, paused, audio_out).make(replace(programme(), items=(long,)), seconds=9)

    assert len(speaker.asked[0]) == 4
    assert [(cue.title, cue.length) for cue in bulletin.cues] == [("Dài", 4 * 500 + 3 * 1000)]


def test_a_recording_takes_the_place_of_speech(settings: StudioSettings, audio_out: Path) -> None:
    speaker, made = Babbler(), programme(FormName.SPOTS, 2)
    recorded = replace(made, items=(made.items[0], replace(made.items[1], recording="ab" * 32)))
    studio = Studio(speaker, settings, audio_out)

    studio.make(recorded, seconds=9)

    assert speaker.asked[0][1] == Recorded(made.items[1].words, "ab" * 32)
    assert isinstance(speaker.asked[0][0], str)
    assert studio.recipe(recorded) != studio.recipe(made)


def test_another_loudness_is_met(settings: StudioSettings, audio_out: Path) -> None:
    bulletin = Studio(Babbler(), replace(settings, loudness=Lufs(-23)), audio_out).make(slogans(), seconds=9)

    assert measure(heard(audio_out, bulletin)).loudness == pytest.approx(-23, abs=0.5)


def test_the_sounds_that_a_script_asks_for_are_heard_in_their_places(
    station: StudioSettings, audio_out: Path
) -> None:
    assert station.folder is not None
    (station.folder / "jingles").mkdir(exist_ok=True)
    own = station.folder / "jingles" / "trong-hoi.wav"
    soundfile.write(own, tone(700, 2, rate=44_100), 44_100)
    words = Turn("Nước lên.", Role.WOMAN), Turn("Bà con đi ngay.", Role.MAN)
    item = Item("Lũ", (words[0], Direction("trống hội"), words[1], Direction("không ai biết")))
    form = "gap_ms = 500\n[cues]\nlevel_db = -12\nfade_out_ms = 500\n[[section]]\nitems = true"
    speaker = Babbler(lambda text: from_samples(tone(300, 1.5)))
    studio = Studio(speaker, with_form(station, form), audio_out)

    bulletin = studio.make(replace(programme(), items=(item,)), seconds=9)

    assert speaker.asked == [words]
    sound = heard(audio_out, bulletin)
    assert [cue.title for cue in bulletin.cues] == ["Lũ"]
    assert bulletin.cues[0].length == pytest.approx(6_000, abs=20)
    jingle = sound[2_000 * 24 : 4_000 * 24]
    assert strongest_hz(sound[: 1_500 * 24]) == pytest.approx(300, abs=2)
    assert not sound[1_510 * 24 : 1_990 * 24].any()
    assert strongest_hz(jingle) == pytest.approx(700, abs=2)
    assert measure(jingle[:24_000]).loudness == pytest.approx(measure(sound[:24_000]).loudness - 12, abs=0.5)
    assert np.abs(jingle[-2_400:]).max() < 0.5 * np.abs(jingle[:24_000]).max()
    assert strongest_hz(sound[4_550 * 24 : 6_000 * 24]) == pytest.approx(300, abs=2)


def strongest_hz(sound: NDArray[np.int16]) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(sound))) * 24_000 / len(sound))


def test_the_recipe_knows_who_speaks_and_what_scripts_ask_for(
    station: StudioSettings, audio_out: Path
) -> None:
    assert station.folder is not None
    studio = Studio(Babbler(), station, audio_out)

    def recipe(*spoken: str | Turn | Direction) -> str:
        return studio.recipe(replace(programme(), items=(Item("a", spoken),)))

    recipes = [
        recipe("Lời."),
        recipe(Turn("Lời.", Role.MAN)),
        recipe(Turn("Lời.", Role.WOMAN)),
        recipe("Lời.", Direction("nhạc cắt")),
        recipe(Direction("nhạc cắt"), "Lời."),
        recipe("Lời.", Direction("nghỉ")),
    ]
    (station.folder / "jingles").mkdir(exist_ok=True)
    (station.folder / "jingles" / "nhac-cat.wav").write_bytes(b"another tune")
    recipes.append(recipe("Lời.", Direction("nhạc cắt")))

    assert len(set(recipes)) == len(recipes)
    assert recipe("Lời.", Direction("không ai biết")) == recipe("Lời.") == recipe(Turn("Lời.", Role.MAIN))


def test_a_sound_of_the_station_that_is_no_sound_is_told_by_its_name(
    station: StudioSettings, audio_out: Path
) -> None:
    assert station.folder is not None
    (station.folder / "jingles").mkdir(exist_ok=True)
    (station.folder / "jingles" / "trong-hoi.mp3").write_text("không phải nhạc")
    item = Item("Lũ", (Direction("trống hội"), "Nước lên."))

    with pytest.raises(ProductionError, match=r"trong-hoi\.mp3"):
        Studio(Babbler(), station, audio_out).make(replace(programme(), items=(item,)), seconds=9)
