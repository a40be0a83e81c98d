"""Programmes in, bulletins out: judged by decoding what lies in audio_out/."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from broadcaster.audio import AudioSegment, decode, from_samples, measure, samples, silence
from broadcaster.errors import ProductionError, VoiceUnavailable
from broadcaster.production.bulletin import Bulletin, FormName, Item, Programme
from broadcaster.production.studio import Studio, StudioSettings
from broadcaster.units import Decibels, Lufs, Milliseconds
from broadcaster.voices.voice import Refusal
from tests.audio.sounds import babble, rms_db, tone
from tests.production.conftest import SYLLABLE_S, Babbler, jumps, programme, slogans, spoken

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits are POSIX")


def heard(audio_out: Path, bulletin: Bulletin) -> NDArray[np.int16]:
    return samples(decode(audio_out / bulletin.file_name))


def syllables(made: Programme) -> int:
    return sum(len(item.words.split()) for item in made.items)


@pytest.mark.parametrize("form", FormName)
@pytest.mark.parametrize("format", ["mp3", "flac"])
def test_a_bulletin_is_even_whole_and_what_it_says_it_is(
    settings: StudioSettings, audio_out: Path, form: FormName, format: Any
) -> None:
    made = programme(form)

    bulletin = Studio(Babbler(), replace(settings, format=format), audio_out).make(made, seconds=10)

    sound = heard(audio_out, bulletin)
    measured = measure(sound)
    assert bulletin.file_name == f"{bulletin.sha256}.{format}"
    assert hashlib.sha256((audio_out / bulletin.file_name).read_bytes()).hexdigest() == bulletin.sha256
    assert measured.loudness == pytest.approx(-16, abs=0.5)
    assert measured.loudness == pytest.approx(bulletin.loudness, abs=0.01)
    assert measured.true_peak <= -1
    assert measured.true_peak == pytest.approx(bulletin.true_peak, abs=0.01)
    assert measured.longest_silence_s < 3
    assert bulletin.length == round(measured.seconds * 1000)
    around = bulletin.length / 1000 - syllables(made) * SYLLABLE_S
    assert 2.5 < around < 30 + (20 if form is FormName.EMERGENCY else 0)
    assert [path.name for path in audio_out.iterdir()] == [bulletin.file_name]


def test_every_item_is_as_loud_as_the_others(settings: StudioSettings, audio_out: Path) -> None:
    bulletin = Studio(Babbler(), replace(settings, format="flac"), audio_out).make(programme(), seconds=10)

    sound = heard(audio_out, bulletin)
    for cue in bulletin.cues:
        item = sound[cue.starts_at * 24 : (cue.starts_at + cue.length) * 24]
        assert measure(item).loudness == pytest.approx(-16, abs=1)


def test_cues_lie_where_the_items_are(settings: StudioSettings, audio_out: Path) -> None:
    studio = Studio(Babbler(), replace(settings, format="flac"), audio_out)

    bulletin = studio.make(slogans(), seconds=10)

    sound = heard(audio_out, bulletin) / 32768
    assert [cue.title for cue in bulletin.cues] == [f"Khẩu hiệu {n}" for n in range(6)]
    for cue, following in pairwise(bulletin.cues):
        end = cue.starts_at + cue.length
        assert cue.length == pytest.approx(12 * SYLLABLE_S * 1000, abs=1)
        assert following.starts_at - end == pytest.approx(600, abs=1)
        assert rms_db(sound[(end + 1) * 24 : (following.starts_at - 1) * 24]) < -90
        assert rms_db(sound[cue.starts_at * 24 : end * 24]) > -30


def test_no_join_clicks(settings: StudioSettings, audio_out: Path) -> None:
    def hum(text: str) -> AudioSegment:
        return from_samples(tone(220, SYLLABLE_S * len(text.split()), phase=1.5))

    bulletin = Studio(Babbler(hum), replace(settings, format="flac"), audio_out).make(slogans(), seconds=10)

    sound = heard(audio_out, bulletin)
    for cue in bulletin.cues:
        assert jumps(sound, cue.starts_at * 24) < 0.02
        assert jumps(sound, (cue.starts_at + cue.length) * 24) < 0.02


def test_six_slogans_stay_under_forty_seconds(studio: Studio) -> None:
    assert studio.make(slogans(), seconds=10).length < 40_000


def test_the_same_speech_gives_the_same_bytes(studio: Studio, audio_out: Path) -> None:
    first = studio.make(programme(), seconds=10)
    written = (audio_out / first.file_name).stat()

    second = studio.make(programme(), seconds=10)

    assert first == second
    after = (audio_out / second.file_name).stat()
    assert (after.st_ino, after.st_mtime_ns) == (written.st_ino, written.st_mtime_ns)


def test_a_damaged_bulletin_of_the_same_name_is_replaced(studio: Studio, audio_out: Path) -> None:
    bulletin = studio.make(slogans(), seconds=10)
    (audio_out / bulletin.file_name).write_bytes(b"half")

    assert studio.make(slogans(), seconds=10) == bulletin
    assert len(heard(audio_out, bulletin)) > 0


def test_the_file_carries_its_names(studio: Studio, audio_out: Path) -> None:
    bulletin = studio.make(programme(items=2), seconds=10)

    with soundfile.SoundFile(str(audio_out / bulletin.file_name)) as file:
        assert file.title == "Bài 0; Bài 1"
        assert file.artist == "Đài truyền thanh xã Tân Hưng"
        assert file.comment == "espeak"


def test_who_spoke_and_why_is_kept(settings: StudioSettings, audio_out: Path) -> None:
    speaker = Babbler(refusals=(Refusal("gtts", "no network"),))

    bulletin = Studio(speaker, settings, audio_out).make(slogans(), seconds=10)

    assert (bulletin.voice, bulletin.why_this_voice) == ("espeak", "gtts: no network")


def test_what_the_speaker_is_told(settings: StudioSettings, audio_out: Path) -> None:
    speaker, steps = Babbler(), list[tuple[int, int]]()

    bulletin = Studio(speaker, settings, audio_out).make(
        programme(FormName.NOTICE, 1),
        seconds=10,
        only="piper",
        progress=lambda done, of: steps.append((done, of)),
    )

    assert bulletin.voice == "piper"
    assert steps == [(3, 3)]
    ident, item, farewell = map(str, speaker.asked[0])
    assert ident.startswith("Đây là Đài truyền thanh xã Tân Hưng")
    assert item.count("\n") == 1
    assert "xã Tân Hưng" in farewell


def test_the_recipe_knows_all_that_shapes_a_bulletin(
    studio: Studio, settings: StudioSettings, audio_out: Path, tmp_path: Path
) -> None:
    other_chime = tmp_path / "chime.flac"
    other_chime.write_bytes(settings.chime.read_bytes() + b"x")
    made, said = programme(), Babbler()
    recipes = [
        studio.recipe(made),
        studio.recipe(programme(FormName.NOTICE)),
        studio.recipe(programme(items=2)),
        studio.recipe(replace(made, station="phường Một")),
        studio.recipe(replace(made, items=(*made.items[:2], Item("Bài 2", ("Lời khác.",))))),
        Studio(said, replace(settings, chime=other_chime), audio_out).recipe(made),
        Studio(said, replace(settings, format="flac"), audio_out).recipe(made),
        Studio(said, replace(settings, loudness=Lufs(-18)), audio_out).recipe(made),
        Studio(said, replace(settings, voice_settings="slow"), audio_out).recipe(made),
    ]

    assert len(set(recipes)) == len(recipes)
    assert recipes[0] == studio.recipe(programme()) == studio.make(made, seconds=10).recipe


def test_the_recipe_of_spots_does_not_know_the_opening(
    studio: Studio, settings: StudioSettings, audio_out: Path, tmp_path: Path
) -> None:
    other = Studio(Babbler(), replace(settings, opening=tmp_path / "none.flac"), audio_out)

    assert other.recipe(slogans()) == studio.recipe(slogans())


# Jingles


def surround(sound: NDArray[Any]) -> NDArray[Any]:
    return np.tile(sound[:, None], (1, 6))


def gapped(rate: int) -> NDArray[Any]:
    return np.concatenate((tone(600, 1, rate=rate), np.zeros(4 * rate), tone(600, 1, rate=rate)))


USED = {
    "another rate": ((tone(600, 2, rate=44_100), 44_100), "PCM_16", "WAV"),
    "5.1": ((surround(tone(600, 2, rate=48_000)), 48_000), "PCM_24", "WAV"),
    "8 bit": ((tone(600, 2, rate=11_025), 11_025), "PCM_U8", "WAV"),
    "mono mp3": ((tone(600, 2, rate=44_100), 44_100), "MPEG_LAYER_III", "MP3"),
    "very quiet": ((tone(600, 2, level_db=-45), 24_000), "PCM_24", "FLAC"),
    "silent ends": (
        (np.concatenate((np.zeros(96_000), tone(600, 2), np.zeros(96_000))), 24_000),
        "PCM_16",
        "WAV",
    ),
}


@pytest.mark.parametrize("name", USED)
def test_a_strange_jingle_is_used_right(
    settings: StudioSettings, audio_out: Path, tmp_path: Path, name: str
) -> None:
    (sound, rate), subtype, format = USED[name]
    chime = tmp_path / f"chime.{format.lower()}"
    soundfile.write(chime, sound, rate, subtype=subtype, format=format)

    bulletin = Studio(Babbler(), replace(settings, chime=chime, format="flac"), audio_out).make(
        slogans(), seconds=10
    )

    first = heard(audio_out, bulletin)[: (bulletin.cues[0].starts_at - 600) * 24]
    assert len(first) / 24_000 == pytest.approx(2, abs=0.15)
    assert np.argmax(np.abs(np.fft.rfft(first))) * 24_000 / len(first) == pytest.approx(600, abs=1)
    assert measure(first).loudness == pytest.approx(-16, abs=0.7)


REFUSED = {
    "silence": ((np.zeros(48_000), 24_000), "silent"),
    "zero length": ((np.zeros(0), 24_000), "holds no sound"),
    "a hole": ((gapped(24_000), 24_000), "silent for too long inside"),
    "three hours": ((np.zeros(3 * 3600 * 8_000, np.int16), 8_000), "too long.*over 120 s"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_jingle_of_no_use_is_refused(
    settings: StudioSettings, audio_out: Path, tmp_path: Path, name: str
) -> None:
    (sound, rate), reason = REFUSED[name]
    chime = tmp_path / "chuông.wav"
    soundfile.write(chime, sound, rate)

    refused(settings, audio_out, chime, reason)


def refused(settings: StudioSettings, audio_out: Path, chime: Path, reason: str) -> None:
    speaker = Babbler()
    with pytest.raises(ProductionError, match=reason) as told:
        Studio(speaker, replace(settings, chime=chime), audio_out).make(slogans(), seconds=10)

    assert str(chime) in told.value.item
    assert "Put another" in told.value.todo
    assert not speaker.asked, "nothing is spoken for a bulletin that cannot be"
    assert not audio_out.exists()


def test_text_and_broken_files_are_no_jingles(
    settings: StudioSettings, audio_out: Path, tmp_path: Path
) -> None:
    text, broken, empty = (tmp_path / name for name in ("text.mp3", "broken.mp3", "empty.mp3"))
    text.write_text("Đây không phải là nhạc. " * 200, encoding="utf-8")
    broken.write_bytes(b"ID3\x04\0\0\0\0\0\0" + np.random.default_rng(1).bytes(30_000))
    empty.write_bytes(b"")

    refused(settings, audio_out, text, "no sound file")
    refused(settings, audio_out, broken, "no sound file|damaged")
    refused(settings, audio_out, empty, "empty")


def test_a_missing_jingle_tells_how_to_get_one(
    settings: StudioSettings, audio_out: Path, tmp_path: Path
) -> None:
    studio = Studio(Babbler(), replace(settings, chime=tmp_path / "none.flac"), audio_out)

    with pytest.raises(ProductionError, match=r"missing.*none\.flac.*broadcaster init"):
        studio.make(slogans(), seconds=10)


# What goes wrong


def test_a_voice_without_sound_is_no_bulletin(settings: StudioSettings, audio_out: Path) -> None:
    def mute(text: str) -> AudioSegment:
        return silence(Milliseconds(2000)) if text.endswith("4.") else spoken(text)

    with pytest.raises(ProductionError, match="no sound: Khẩu hiệu 4"):
        Studio(Babbler(mute), settings, audio_out).make(slogans(), seconds=10)


def test_a_hole_in_the_speech_is_no_bulletin(settings: StudioSettings, audio_out: Path) -> None:
    def halting(text: str) -> AudioSegment:
        return from_samples(np.concatenate((babble(1), np.zeros(4 * 24_000), babble(1))))

    with pytest.raises(ProductionError, match="silent for too long"):
        Studio(Babbler(halting), settings, audio_out).make(slogans(), seconds=10)

    assert not list(audio_out.iterdir())


def test_what_the_voices_refuse_is_passed_on(settings: StudioSettings, audio_out: Path) -> None:
    def refuse(text: str) -> AudioSegment:
        raise VoiceUnavailable("No voice could speak")

    with pytest.raises(VoiceUnavailable):
        Studio(Babbler(refuse), settings, audio_out).make(slogans(), seconds=10)


def test_a_loudness_out_of_reach_is_told(settings: StudioSettings, audio_out: Path) -> None:
    loud = replace(settings, loudness=Lufs(-10), true_peak=Decibels(-9), format="flac")

    with pytest.raises(ProductionError, match="does not reach its loudness"):
        Studio(Babbler(), loud, audio_out).make(slogans(), seconds=10)

    assert not list(audio_out.iterdir())


def test_a_file_where_the_folder_should_be(settings: StudioSettings, tmp_path: Path) -> None:
    (tmp_path / "audio_out").write_text("")

    with pytest.raises(ProductionError, match="could not be written"):
        Studio(Babbler(), settings, tmp_path / "audio_out").make(slogans(), seconds=10)


def test_what_killed_processes_left_is_swept_after_an_hour(studio: Studio, audio_out: Path) -> None:
    audio_out.mkdir()
    old, fresh = audio_out / ".making-old.mp3", audio_out / ".making-fresh.mp3"
    for path, age in ((old, 4000), (fresh, 10)):
        path.write_bytes(b"half")
        stat = path.stat()
        os.utime(path, (stat.st_atime - age, stat.st_mtime - age))

    bulletin = studio.make(slogans(), seconds=10)

    assert {path.name for path in audio_out.iterdir()} == {fresh.name, bulletin.file_name}


MAKER = """
import sys
from dataclasses import replace
from pathlib import Path
from broadcaster.errors import ProductionError
from broadcaster.production.bulletin import Item
from broadcaster.production.studio import Studio, StudioSettings
from tests.production.conftest import Babbler, slogans
folder, audio_out, format, limit = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
jingles = {name: folder / f"{name}.flac" for name in ("chime", "opening", "separator", "closing")}
studio = Studio(Babbler(), StudioSettings(format, -16.0, -1.0, "", **jingles), audio_out)
if limit:
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
print("ready", flush=True)
try:
    for number in range(100 if not limit else 1):
        studio.make(replace(slogans(), items=(Item("a", (f"Một hai ba bốn {number}.",)),)), seconds=9)
except ProductionError as error:
    print(error, flush=True)
"""


def maker(jingles: Path, audio_out: Path, format: str, limit: int = 0) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", MAKER, str(jingles), str(audio_out), format, str(limit)],
        stdout=subprocess.PIPE,
        text=True,
    )


@POSIX
@pytest.mark.parametrize("format", ["mp3", "flac"])
def test_a_full_disk_is_told_and_nothing_is_left(jingles: Path, audio_out: Path, format: str) -> None:
    with maker(jingles, audio_out, format, limit=15_000) as process:
        told, _nothing = process.communicate(timeout=30)

    assert "The bulletin could not be written" in told
    assert "Make room" in told
    assert not list(audio_out.iterdir())


def test_real_speech_fills_a_real_bulletin(settings: StudioSettings, tmp_path: Path, audio_out: Path) -> None:
    from broadcaster.clock import SystemClock
    from broadcaster.voices import ClipCache, EspeakVoice, Pauses, Speaker

    clock = SystemClock()
    speaker = Speaker(
        [EspeakVoice(clock=clock)],
        ClipCache(tmp_path / "cache", max_bytes=10**8, max_days=9, clock=clock),
        Pauses(Milliseconds(450), Milliseconds(180), Milliseconds(800)),
        clock,
    )
    studio, made = Studio(speaker, settings, audio_out), programme(items=2)
    try:
        bulletin = studio.make(made, seconds=20)
        assert studio.make(made, seconds=20) == bulletin
    finally:
        speaker.close()

    measured = measure(heard(audio_out, bulletin))
    assert bulletin.voice == "espeak"
    assert measured.loudness == pytest.approx(-16, abs=0.5)
    assert measured.true_peak <= -1
    assert measured.longest_silence_s < 3
    spoken_s = sum(cue.length for cue in bulletin.cues) / 1000
    assert 2.5 < syllables(made) / spoken_s < 6.5
