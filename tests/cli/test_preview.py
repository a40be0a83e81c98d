"""`broadcaster preview`."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from broadcaster.audio import RATE, decode, from_samples, measure, samples
from broadcaster.cli.sound import sound
from broadcaster.station import Station
from tests.kit import AUTHOR, dump, here, refused, snapshot
from tests.voices.pitch import pitch_hz

TEXT = "Thông báo số {n}\n\nMời bà con ấp {n} họp lúc 7h30.\n"


@pytest.fixture
def texts(small: Path) -> list[str]:
    """Three short notices as files."""
    paths = [small.parent / f"tin {n}.txt" for n in (1, 2, 3)]
    for n, path in enumerate(paths, start=1):
        path.write_text(TEXT.format(n=n), encoding="utf-8")
    return [str(path) for path in paths]


@pytest.mark.parametrize("ending", ["mp3", "flac", "wav"])
def test_a_notice_is_written_as_it_would_sound(small: Path, texts: list[str], ending: str) -> None:
    to = small.parent / f"thử.{ending}"

    run = here(small, "preview", texts[0], "-o", str(to))

    assert run.code == 0, run.err
    assert "voice espeak" in run.out
    assert "LUFS, true peak" in run.out
    assert "Thông báo số 1" in run.out
    assert "bảy giờ ba mươi" in run.out
    heard = measure(samples(decode(to)))
    assert heard.loudness == pytest.approx(-16, abs=1)
    assert 5 < heard.seconds < 25


def test_it_leaves_the_station_as_it_was(small: Path, texts: list[str]) -> None:
    assert here(small, "script", "add", texts[0], "--by", AUTHOR).code == 0
    before, rows, bytes_ = (
        snapshot(small),
        dump(small / "schedules.db"),
        (small / "schedules.db").read_bytes(),
    )

    run = here(small, "preview", "tin-1", *texts[1:], "-o", str(small.parent / "x.mp3"), "--waveform")

    assert run.code == 0, run.err
    after = snapshot(small)
    assert {name for name in after if after[name] != before.get(name)} == {
        name for name in after if name.startswith("cache/")
    }
    assert dump(small / "schedules.db") == rows
    assert (small / "schedules.db").read_bytes() == bytes_


def test_it_may_begin_at_an_item(small: Path, texts: list[str]) -> None:
    whole, part = small.parent / "whole.wav", small.parent / "part.wav"
    all_of_it = here(small, "preview", *texts, "-o", str(whole))
    rest = here(small, "preview", *texts, "-o", str(part), "--from-item", "3")

    assert all_of_it.code == rest.code == 0, rest.err
    cues = [line for line in all_of_it.out.splitlines() if "Thông báo số" in line]
    assert [line.split()[0] for line in cues] == ["1", "2", "3"]
    minutes, seconds = cues[2].split()[1].split(":")
    cut = decode(whole).duration_seconds - (60 * int(minutes) + float(seconds))
    assert decode(part).duration_seconds == pytest.approx(cut, abs=0.2)
    (left,) = [line for line in rest.out.splitlines() if "Thông báo số" in line]
    assert left.split()[:2] == ["3", "0:00.0"]
    refused(here(small, "preview", *texts, "-o", str(part), "--from-item", "4"), 2, "the last one is 3")


def test_it_is_drawn_in_the_terminal_and_into_files(small: Path, texts: list[str]) -> None:
    png, svg = small.parent / "sóng.png", small.parent / "sóng.svg"

    run = here(small, "preview", *texts[:2], "--waveform", str(png), "--waveform", str(svg), "--waveform")

    assert run.code == 0, run.err
    assert "▆" in run.out
    assert png.read_bytes().startswith(b"\x89PNG")
    words = [found.text or "" for found in ElementTree.parse(svg).iter("{http://www.w3.org/2000/svg}text")]
    assert any(text.startswith("1 Thông báo") for text in words)
    assert any("LUFS" in text and "espeak" in text for text in words)


def test_it_is_played_where_there_is_a_sound_card(
    small: Path, texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    played: list[tuple[float, str]] = []
    monkeypatch.setattr("broadcaster.cli.preview.soundcard_present", lambda: True)
    monkeypatch.setattr(
        "broadcaster.cli.preview.sound",
        lambda station, clip, url, code, done: played.append((clip.duration_seconds, url)),
    )

    assert here(small, "preview", *texts[:2], "--from-item", "2").code == 0

    ((seconds, url),) = played
    assert url == "soundcard:"
    assert 3 < seconds < 20


def test_a_clip_sounds_whole_on_an_output(small: Path) -> None:
    told: list[tuple[int, int]] = []
    clip = from_samples(np.full(RATE // 4, 0.1))

    with Station(small) as station:
        sound(station, clip, "file:", "ap-1", lambda done, total: told.append((done, total)))

    (recording,) = (small / "audio_out" / "ap-1").iterdir()
    assert len(samples(decode(recording))) == RATE // 4
    assert [total for _done, total in told] == [RATE // 4] * 3
    assert told[-1][0] >= RATE // 4


def test_where_there_is_none_it_says_what_to_do(
    small: Path, texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broadcaster.cli.preview.soundcard_present", lambda: False)

    refused(here(small, "preview", texts[0]), 1, "no sound card", "-o FILE.mp3")


def test_what_cannot_be_read_is_told(small: Path) -> None:
    text = small.parent / "x.txt"
    text.write_text("Ghi mã XQZK nhé bà con.", encoding="utf-8")

    run = here(small, "preview", str(text), "-o", str(small.parent / "x.mp3"), "--voice", "espeak")

    assert run.code == 0
    assert "Cannot be read: XQZK" in run.err


@pytest.mark.parametrize(
    ("args", "code", "named"),
    [
        (("-o", "x.ogg"), 2, (".mp3", ".wav")),
        (("--waveform", "x.jpg"), 2, (".png", ".svg")),
        (("-o", "/no/such/folder/x.mp3"), 1, ("/no/such/folder/x.mp3",)),
        (("--waveform", "/no/such/folder/x.svg"), 1, ("/no/such/folder/x.svg",)),
        (("-o", "/no/such/folder/x.mp3", "--from-item", "2"), 1, ("/no/such/folder/x.mp3",)),
        (("-o", "x.mp3", "--voice", "piper"), 1, ("piper", "espeak")),
        (("-o", "x.mp3", "--form", "none"), 1, ("none",)),
    ],
)
def test_what_cannot_be(
    small: Path, texts: list[str], args: tuple[str, ...], code: int, named: tuple[str, ...]
) -> None:
    run = here(small, "preview", *texts[:2], *args)

    assert run.code == code
    assert "Traceback" not in run.err
    for name in named:
        assert name in run.err


def test_a_script_of_two_voices_with_music_sounds_as_it_is_written(small: Path) -> None:
    text, to = small.parent / "hai giọng.txt", small.parent / "hai.flac"
    lines = "(MC nữ) Thưa bà con, hôm nay trời đẹp.", "[NHẠC CẮT]", "(MC nam) Mời bà con ra đồng.", "[TRỐNG]"
    text.write_text("\n".join(lines), encoding="utf-8")

    run = here(small, "preview", str(text), "-o", str(to), "--form", "spots")

    assert run.code == 0, run.err
    assert "[trống]: nothing is played there" in run.err
    heard = decode(to)
    start, length = (_ms(column) for column in run.out.splitlines()[2].split()[1:3])
    item = heard[start : start + length]
    woman, man = pitch_hz(item[:2_000])[1], pitch_hz(item[-1_800:])[1]
    assert woman > 1.3 * man
    separator = decode(small / "jingles" / "separator.flac")
    assert len(item) > 4_000 + len(separator)


def _ms(shown: str) -> int:
    minutes, seconds = shown.split(":")
    return round(60_000 * int(minutes) + 1000 * float(seconds))


def test_an_unknown_form_is_told_with_those_that_there_are(small: Path, texts: list[str]) -> None:
    (small / "forms").mkdir()
    (small / "forms" / "tet.toml").write_text("[[section]]\nitems = true", encoding="utf-8")

    run = here(small, "preview", texts[0], "-o", "x.mp3", "--form", "dayly")

    refused(run, 1, "Did you mean daily?", "bare, daily, emergency, notice, spots, tet")
