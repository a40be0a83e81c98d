"""Every output keeps the contract; and what each does of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import miniaudio
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from broadcaster.audio import RATE
from broadcaster.bounded import TookTooLong, within
from broadcaster.clock import SystemClock
from broadcaster.errors import ConfigError, OutputError
from broadcaster.playout.outputs import card as card_module
from broadcaster.playout.outputs import opening, probe
from broadcaster.playout.outputs.card import CHANNELS, Card, Track
from broadcaster.playout.outputs.file import FileOutput, Keep
from broadcaster.playout.outputs.opening import Outputs, shared_key, split
from broadcaster.playout.outputs.output import BLOCK, Block, Output, Take
from broadcaster.playout.outputs.soundcard import SoundCardOutput
from broadcaster.units import Milliseconds, Samples
from tests.contracts.output import OutputContract, blocks, take
from tests.playout.conftest import tone
from tests.playout.recorder import Recorder

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
STARTS_AT = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
NO_SOUND = [miniaudio.Backend.NULL]


def outputs(folder: Path, cards: tuple[str, ...] = ("null",), **other: object) -> Outputs:
    return Outputs(folder, SystemClock(), ZONE, cards=lambda: cards, backends=lambda: NO_SOUND, **other)  # type: ignore[arg-type]


def recording(folder: Path, keep: Keep | None = None) -> FileOutput:
    return FileOutput(folder, SystemClock(), ZONE, keep or Keep())


class TestFile(OutputContract):
    @pytest.fixture
    def output(self, tmp_path: Path) -> Output:
        return outputs(tmp_path).open("file:", "ap-1")


class TestSoundCard(OutputContract):
    lead = 0.45

    @pytest.fixture
    def output(self, tmp_path: Path) -> Iterator[Output]:
        output = outputs(tmp_path).open("soundcard:#1", "ap-1")
        yield output
        output.close()


class TestRecorder(OutputContract):
    @pytest.fixture
    def output(self) -> Output:
        return Recorder(SystemClock())


def sounded(output: Output, samples: Block, at: float, starts_at: datetime = STARTS_AT) -> None:
    output.start(Take(("a",), "sang", starts_at, Samples(0)), at)
    for begin in range(0, len(samples), BLOCK):
        output.write(samples[begin : begin + BLOCK])
    output.finish()


def test_a_recording_is_the_sound_itself_named_by_its_second_and_dated_inside(tmp_path: Path) -> None:
    sound = tone(1.03)
    before = time.monotonic()
    at = before + 0.2
    begins = datetime.now(UTC) + timedelta(seconds=0.2)
    sounded(recording(tmp_path / "ap-1"), sound, at)

    assert time.monotonic() - at == pytest.approx(1.03, abs=0.1)
    (path,) = (tmp_path / "ap-1").iterdir()
    assert path.name == "2026-11-24T053000-sang.wav"
    with soundfile.SoundFile(path) as file:
        assert (file.samplerate, file.channels, file.subtype) == (RATE, 1, "PCM_16")
        np.testing.assert_array_equal(file.read(dtype="int16"), sound)
        dated = datetime.fromisoformat(file.date)
    assert dated.utcoffset() == timedelta(hours=7)
    assert abs((dated - begins).total_seconds()) < 0.1


def test_a_second_take_in_the_same_second_is_another_file(tmp_path: Path) -> None:
    output = recording(tmp_path)
    for _ in range(3):
        sounded(output, tone(0.1), 0.0)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [
        "2026-11-24T053000-sang-2.wav",
        "2026-11-24T053000-sang-3.wav",
        "2026-11-24T053000-sang.wav",
    ]


def test_what_never_sounded_leaves_no_file(tmp_path: Path) -> None:
    output = recording(tmp_path)
    output.start(take(), time.monotonic() + 5)
    output.cut()
    assert list(tmp_path.iterdir()) == []


def test_a_recording_plays_after_every_block_as_a_killed_process_leaves_it(tmp_path: Path) -> None:
    program = (
        "import os,sys,signal,numpy as np,zoneinfo,datetime,pathlib\n"
        "from broadcaster.clock import SystemClock\n"
        "from broadcaster.playout.outputs.file import FileOutput, Keep\n"
        "from broadcaster.playout.outputs.output import BLOCK, Take\n"
        "out = FileOutput(pathlib.Path(sys.argv[1]), SystemClock(), zoneinfo.ZoneInfo('UTC'), Keep())\n"
        "out.start(Take((), 'x', datetime.datetime.now(datetime.UTC), 0), 0.0)\n"
        "[out.write(np.full(BLOCK, n, np.int16)) for n in range(4)]\n"
        "os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False, timeout=30)
    (path,) = tmp_path.iterdir()
    samples, rate = soundfile.read(path, dtype="int16")
    assert rate == RATE
    np.testing.assert_array_equal(samples, np.repeat(np.arange(4, dtype=np.int16), BLOCK))


def test_old_recordings_are_pruned_by_age_and_by_size(tmp_path: Path) -> None:
    for number, age_days in enumerate((1, 2, 3, 90)):
        path = tmp_path / f"{number}.wav"
        path.write_bytes(b"x" * 400_000)
        then = time.time() - age_days * 86400
        os.utime(path, (then, then))
    (tmp_path / "notes.txt").write_text("not ours")

    sounded(recording(tmp_path, Keep(days=60, megabytes=1)), tone(0.1), 0.0)

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "0.wav",
        "1.wav",
        "2026-11-24T053000-sang.wav",
        "notes.txt",
    ]


def test_a_place_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "ap-1").write_text("a file where a folder should be")
    with pytest.raises(OutputError, match=r"The recording cannot be written: .*ap-1.*Free some room"):
        recording(tmp_path / "ap-1").start(take(), 0.0)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_clear_error(tmp_path: Path) -> None:
    output = recording(tmp_path)
    output.start(take(), 0.0)
    output._file.close()  # type: ignore[union-attr]
    output._file = Path("/dev/full").open("r+b", buffering=0)  # noqa: SIM115
    with pytest.raises(OutputError, match="No space left"):
        output.write(blocks(1)[0])
    with pytest.raises(OutputError):
        output.cut()


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("file:", ("file", "", 0)),
        ("soundcard:", ("soundcard", "", 0)),
        ("soundcard:USB Audio", ("soundcard", "USB Audio", 0)),
        ("soundcard:USB Audio#2", ("soundcard", "USB Audio", 2)),
        ("soundcard:#1", ("soundcard", "", 1)),
        ("player:", ("player", "", 0)),
        ("icecast://nguon:env:X@dai.example/ap-1.mp3", ("icecast", "dai.example:8000/ap-1.mp3", 0)),
        ("icecasts://nguon:file:a/b@[::1]:9/x", ("icecasts", "::1:9/x", 0)),
    ],
)
def test_output_urls(url: str, parts: tuple[str, str, int]) -> None:
    assert split(url) == parts


@pytest.mark.parametrize(
    "url", ["", "file", "file:/etc", "smoke:", "soundcard:#3", "soundcard:#x", "soundcard:a#²", "player:x"]
)
def test_an_unknown_url_says_what_to_write(url: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="Use soundcard:, soundcard:DEVICE#CHANNEL"):
        outputs(tmp_path).open(url, "ap-1")


@pytest.mark.parametrize(
    "url",
    [
        "icecast://source:hackme@dai.example:8000/ap-1.mp3",
        "icecast://dai.example:8000/ap-1.mp3",
        "icecast://source:env:X@dai.example:0/ap-1.mp3",
        "icecast://source:env:X@dai.example:8000/ap 1\r\nHost: x",
        "icecast:",
    ],
)
def test_a_stream_whose_password_stands_in_its_address_is_refused_and_not_repeated(
    url: str, tmp_path: Path
) -> None:
    with pytest.raises(OutputError, match="env:NAME") as refused:
        outputs(tmp_path).open(url, "ap-1")
    assert "hackme" not in str(refused.value)


def test_a_hamlet_pc_does_not_sound_here(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="hamlet status"):
        outputs(tmp_path).open("player:", "ap-1")


def test_a_stream_whose_secret_is_missing_harms_no_real_output(tmp_path: Path) -> None:
    def missing(where: str) -> str:
        raise ConfigError("A secret is missing", where)

    notices: list[str] = []
    stream = "icecast://source:env:X@127.0.0.1:9/ap-1.mp3"
    opened = outputs(tmp_path, listening_in={"file:ap-1": stream}, secret=missing, notice=notices.append)
    opened.begin_streams(["file:"])
    assert isinstance(opened.open("file:", "ap-1"), FileOutput)
    assert notices == ["A secret is missing: env:X"] * 2


def test_only_a_card_is_shared_between_hamlets() -> None:
    assert shared_key("soundcard:#1", "ap-1") == shared_key("soundcard:#1", "ap-2")
    assert shared_key("soundcard:#1", "ap-1") != shared_key("soundcard:#2", "ap-1")
    assert shared_key("file:", "ap-1") != shared_key("file:", "ap-2")
    assert shared_key("player:", "ap-1") != shared_key("player:", "ap-2")


def test_without_a_card_a_file_stands_in_and_it_is_said(tmp_path: Path) -> None:
    notices: list[str] = []
    opener = outputs(tmp_path, cards=(), notice=notices.append)
    output = opener.open("soundcard:", "ap-1")
    assert isinstance(output, FileOutput)
    assert output.note == "no sound card, written to a file"
    assert notices == ["ap-1: this computer has no sound card; a file is written instead"]
    assert opener.monitor() is None


def test_an_unknown_device_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"Loa phường.*only: NULL"):
        outputs(tmp_path).open("soundcard:Loa phường", "ap-1")


def test_the_channels_of_a_card_share_it_and_the_last_one_closes_it(tmp_path: Path) -> None:
    opener = outputs(tmp_path)
    left, both, monitor = opener.open("soundcard:#1", "a"), opener.open("soundcard:", "b"), opener.monitor()
    assert isinstance(left, SoundCardOutput)
    assert isinstance(both, SoundCardOutput)
    assert monitor is not None
    card = left._card
    assert card is both._card
    left.close()
    left.close()
    both.close()
    assert card.works
    monitor.close()
    assert not card.works


def test_a_card_that_vanished_is_opened_anew(tmp_path: Path) -> None:
    opener = outputs(tmp_path)
    old, other = opener.open("soundcard:", "a"), opener.open("soundcard:", "b")
    assert isinstance(old, SoundCardOutput)
    old.start(take(), time.monotonic() + 0.4)
    old.write(blocks(1)[0])
    old._card._stopped()
    with pytest.raises(OutputError, match="no longer takes sound"):
        old.write(blocks(1)[0])
    new = opener.open("soundcard:", "a")
    assert isinstance(new, SoundCardOutput)
    assert new._card is not old._card
    old.close()
    other.close()
    assert new._card.works
    new.close()


def test_a_card_that_takes_no_more_sound_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card_module, "_SILENT_S", 0.5)
    card = Card("", SystemClock(), NO_SOUND)
    card._device.stop()
    with pytest.raises(OutputError, match="no longer takes sound"):
        card.wait_for(10**9)
    card.close()


def test_a_first_sample_lands_on_the_frame_of_its_instant() -> None:
    card = Card("", SystemClock(), NO_SOUND)
    try:
        for ahead in (0.5, 0.73, 1.1):
            at = time.monotonic() + ahead
            assert card.instant_of(card.frame_at(at)) == pytest.approx(at, abs=1 / RATE)
    finally:
        card.close()


class DriftingCard(Card):
    """A card whose frames take longer, or less long, than they should: `pace` is 1 for a true one."""

    def __init__(self, pace: float) -> None:
        self._pace = pace
        self._end = 0
        self.tracks: list[Track] = []

    def frame_at(self, instant: float) -> int:
        return 0

    def instant_of(self, frame: int) -> float:
        return frame / RATE * self._pace

    def add(self, track: Track) -> None:
        self.tracks.append(track)

    def remove(self, track: Track) -> None: ...

    def put(self, track: Track, samples: NDArray[np.int16]) -> None:
        track.waiting.append(samples)
        self._end += len(samples)

    def end_of(self, track: Track) -> int:
        return self._end

    def wait_for(self, frame: int) -> None: ...

    def check(self) -> None: ...


@pytest.mark.parametrize("pace", [0.9999, 1.0001, 1.0])
def test_a_card_whose_crystal_is_off_is_kept_in_step_in_the_pauses(pace: float) -> None:
    card = DriftingCard(pace)
    output = SoundCardOutput(card, 0, Milliseconds(0), lambda _card: None)
    output.start(take(), 0.0)
    loud, pause = np.full(BLOCK, 5000, np.int16), np.full(BLOCK, 20, np.int16)
    for number in range(18_000):
        output.write(pause if number % 3 == 0 else loud)
    (track,) = card.tracks
    off = card.instant_of(card.end_of(track)) - 1800.0
    assert abs(off) < 0.004
    assert all(len(part) == BLOCK for part in track.waiting if part[0] == 5000)
    track.sounded = card.end_of(track)
    assert output.sounded() == 18_000 * BLOCK


class LateCard(Card):
    """It takes its frames when it is told to."""

    def _open(self, backends: object) -> object:
        self.takes(3)
        return None

    def takes(self, count: int) -> None:
        for _asking in range(count):
            self._mixed(BLOCK)


def test_a_take_ends_when_its_last_frame_was_handed_over_however_late() -> None:
    card = LateCard("", SystemClock(), [])
    output = SoundCardOutput(card, 0, Milliseconds(0), lambda _card: None)
    output.start(take(), time.monotonic())
    output.write(blocks(1)[0])
    late = threading.Timer(0.6, card.takes, (4,))
    late.start()
    output.finish()
    late.join()
    assert output.sounded() == BLOCK


def test_a_take_that_is_cut_meanwhile_is_not_waited_for() -> None:
    card = LateCard("", SystemClock(), [])
    output = SoundCardOutput(card, 0, Milliseconds(0), lambda _card: None)
    output.start(take(), time.monotonic())
    output.write(blocks(1)[0])
    cutting = threading.Timer(0.5, output.cut)
    cutting.start()
    begun = time.monotonic()
    output.finish()
    cutting.join()
    assert time.monotonic() - begun < 1.0
    assert output.sounded() == 0


def test_a_driver_that_hangs_is_left_behind_and_what_it_opens_later_is_given_back() -> None:
    release, given = threading.Event(), threading.Event()

    def slow() -> str:
        release.wait(10)
        return "card"

    before = time.monotonic()
    with pytest.raises(TookTooLong):
        within(0.1, slow, SystemClock(), lambda _thing: given.set())
    assert time.monotonic() - before < 5
    assert not given.is_set()
    release.set()
    assert given.wait(10)
    assert within(10, lambda: "card", SystemClock()) == "card"
    with pytest.raises(OutputError):
        within(10, lambda: Card("nothing", SystemClock(), NO_SOUND), SystemClock(), Card.close)


def test_a_card_that_does_not_answer_is_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "_OPEN_S", 0.1)

    class Hanging(Card):
        def __init__(self, *_args: object) -> None:
            time.sleep(0.5)

        def close(self) -> None: ...

    monkeypatch.setattr(opening, "Card", Hanging)
    with pytest.raises(OutputError, match="does not answer"):
        outputs(tmp_path).open("soundcard:", "ap-1")


def test_a_card_that_was_there_is_opened_again_without_a_search_and_nothing_stands_in(tmp_path: Path) -> None:
    looked: list[int] = []

    def cards() -> tuple[str, ...]:
        looked.append(1)
        return ("null",) if len(looked) == 1 else ()

    opener = Outputs(tmp_path, SystemClock(), ZONE, cards=cards, backends=lambda: NO_SOUND)
    for _ in range(2):
        output = opener.open("soundcard:", "ap-1")
        assert isinstance(output, SoundCardOutput)
        output.close()
    assert len(looked) == 1


def test_each_output_has_its_own_offset(tmp_path: Path) -> None:
    offsets = {"soundcard:": Milliseconds(-30), "soundcard:#2": Milliseconds(15)}
    opener = outputs(tmp_path, offset=Milliseconds(7), offsets=offsets)
    found = {
        url: opener.offset_of(url) for url in ("soundcard:", "soundcard:#1", "soundcard:#2", "soundcard:X")
    }
    assert found == {"soundcard:": -30, "soundcard:#1": -30, "soundcard:#2": 15, "soundcard:X": 7}


def test_a_card_that_let_its_buffer_run_dry_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `frame_at` goes by: how late the card asks, by its frame count."""
    card = Card("", SystemClock(), NO_SOUND)
    card.close()
    card._bases.clear()
    for base in (10.0, 10.04, 10.001, 10.09, 10.002):
        card._keep_pace(base)
    assert card.instant_of(0) == 10.0
    for base in (10.05, 10.03, 10.031, 10.04):
        card._keep_pace(base)
    assert card.instant_of(0) == 10.0
    card._keep_pace(10.033)
    assert card.instant_of(0) == 10.03
    card._keep_pace(11.5)
    assert card.instant_of(0) == 11.5


def mixed(*tracks: Track, frame: int, count: int) -> NDArray[np.int32]:
    into = np.zeros((count, CHANNELS), np.int32)
    for track in tracks:
        track.mix(into, frame)
    return into


def test_tracks_fill_their_own_channels_by_frame_number() -> None:
    left, right = Track([0]), Track([1])
    left.first, right.first = 102, 100
    left.waiting.extend([np.array([1, 2], np.int16), np.array([3], np.int16)])
    right.waiting.append(np.array([7, 8, 9, 10, 11], np.int16))

    first = mixed(left, right, frame=100, count=4)
    assert first.tolist() == [[0, 7], [0, 8], [1, 9], [2, 10]]
    assert mixed(left, right, frame=104, count=2).tolist() == [[3, 11], [0, 0]]
    assert (left.began, left.sounded, left.first) == (102, 3, 105)


def test_what_comes_too_late_for_its_frame_is_dropped_and_not_counted() -> None:
    track = Track([0, 1])
    track.first = 10
    track.waiting.append(np.arange(6, dtype=np.int16))
    assert mixed(track, frame=13, count=8)[:, 0].tolist() == [3, 4, 5, 0, 0, 0, 0, 0]
    assert (track.began, track.sounded) == (13, 3)
    track.waiting.append(np.arange(2, dtype=np.int16))
    assert not mixed(track, frame=40, count=4).any()
    assert track.sounded == 3


def test_the_probe_answers_from_a_process_of_its_own() -> None:
    found = probe.sound_cards()
    assert isinstance(found, tuple)
    assert probe.soundcard_present() == bool(found)


def test_the_null_device_and_the_backend_that_crashes_are_no_cards(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[object] = []

    class Devices:
        def __init__(self, backends: list[object]) -> None:
            asked.extend(backends)

        def get_playbacks(self) -> list[dict[str, str]]:
            return [{"name": "Discard all samples (playback)"}, {"name": "USB Audio"}]

    monkeypatch.setattr(miniaudio, "Devices", Devices)
    probe._main()
    assert json.loads(capsys.readouterr().out) == ["USB Audio"]
    assert not {miniaudio.Backend.JACK, miniaudio.Backend.NULL} & set(asked)

    def broken(_self: Devices) -> list[dict[str, str]]:
        raise miniaudio.MiniaudioError("no device")

    monkeypatch.setattr(Devices, "get_playbacks", broken)
    probe._main()
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.parametrize("program", ["print('no json')", "raise SystemExit(3)", "import time; time.sleep(9)"])
def test_a_probe_that_breaks_is_no_card(
    monkeypatch: pytest.MonkeyPatch, program: str, tmp_path: Path
) -> None:
    real: Callable[..., subprocess.CompletedProcess[bytes]] = subprocess.run

    def run(_command: list[str], **options: object) -> subprocess.CompletedProcess[bytes]:
        return real([sys.executable, "-c", program], **options)

    monkeypatch.setattr(probe, "_LONGEST_S", 0.5)
    monkeypatch.setattr(subprocess, "run", run)
    assert probe.sound_cards() == ()
