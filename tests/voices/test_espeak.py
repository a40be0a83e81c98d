from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import espeakng_loader
import numpy as np
import pytest

from broadcaster.audio import samples
from broadcaster.clock import SystemClock
from broadcaster.errors import VoiceTimeout, VoiceUnavailable
from broadcaster.voices import Deadline, EspeakVoice, espeak_process, espeak_worker
from broadcaster.voices.espeak_worker import AUDIO, ERROR, READY, TEXT, read_frame, serve, write_frame
from tests.contracts.voice import AHEAD, assert_speech, longest_silence_s
from tests.voices.texts import long_text

WORDS = "Bà con chú ý, nước sông đang lên nhanh."
LIBRARY = Path(espeakng_loader.get_library_path())
posix = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


def worker_pid(voice: EspeakVoice) -> int:
    voice.check()
    assert voice._process
    return voice._process.pid


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(") ")[2][0] != "Z"


def gone(pid: int) -> bool:
    until = time.monotonic() + 3
    while is_alive(pid) and time.monotonic() < until:
        time.sleep(0.01)
    return not is_alive(pid)


def test_it_never_saturates_and_leaves_no_hole(espeak: EspeakVoice) -> None:
    words = long_text(1000)

    clip = espeak.speak(words, AHEAD)

    assert np.abs(samples(clip).astype(np.int32)).max() < 30_000
    assert longest_silence_s(clip) < 1
    assert 0.15 < clip.duration_seconds / len(words.split()) < 0.4


@pytest.mark.parametrize("voice", ["vi", "vi-vn-x-central", "vi-vn-x-south"])
def test_the_three_voices_of_the_settings_speak(voice: str) -> None:
    speaker = EspeakVoice(voice=voice, clock=SystemClock())

    assert_speech(speaker.speak(WORDS, AHEAD), WORDS)

    speaker.close()


def test_the_rate_is_a_setting() -> None:
    slow, quick = (EspeakVoice(rate=rate, clock=SystemClock()) for rate in (100, 200))

    assert slow.speak(WORDS, AHEAD).duration_seconds > 1.4 * quick.speak(WORDS, AHEAD).duration_seconds

    assert slow.identity != quick.identity
    slow.close()
    quick.close()


def test_one_worker_speaks_all(espeak: EspeakVoice) -> None:
    first = worker_pid(espeak)
    espeak.speak(WORDS, AHEAD)

    assert worker_pid(espeak) == first


def test_closing_ends_the_worker_and_speaking_starts_another(espeak: EspeakVoice) -> None:
    first = worker_pid(espeak)
    espeak.close()

    assert gone(first)
    assert_speech(espeak.speak(WORDS, AHEAD), WORDS)


@posix
def test_a_worker_killed_in_the_middle_of_speech_is_replaced(espeak: EspeakVoice) -> None:
    first = worker_pid(espeak)
    os.kill(first, signal.SIGSTOP)
    killer = threading.Timer(0.1, os.kill, (first, signal.SIGKILL))
    killer.start()

    assert_speech(espeak.speak(WORDS, AHEAD), WORDS)

    killer.join()
    assert worker_pid(espeak) != first


@posix
def test_a_worker_that_died_unseen_is_replaced(espeak: EspeakVoice) -> None:
    first = worker_pid(espeak)
    os.kill(first, signal.SIGKILL)
    time.sleep(0.05)

    assert_speech(espeak.speak(WORDS, AHEAD), WORDS)


@posix
def test_a_worker_that_hangs_is_killed_and_replaced() -> None:
    espeak = EspeakVoice(clock=SystemClock(), hang_s=0.5)
    first = worker_pid(espeak)
    os.kill(first, signal.SIGSTOP)

    assert_speech(espeak.speak(WORDS, AHEAD), WORDS)

    assert gone(first)
    espeak.close()


@posix
def test_a_worker_that_hangs_past_the_deadline_is_killed(espeak: EspeakVoice) -> None:
    first = worker_pid(espeak)
    os.kill(first, signal.SIGSTOP)
    began = time.monotonic()

    with pytest.raises(VoiceTimeout):
        espeak.speak(WORDS, Deadline(began + 0.2, time.monotonic))

    assert time.monotonic() - began < 1.5
    assert gone(first)
    assert_speech(espeak.speak(WORDS, AHEAD), WORDS)


@posix
def test_a_worker_that_hangs_at_the_end_is_killed(
    espeak: EspeakVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(espeak_process, "_GOODBYE_S", 0.1)
    first = worker_pid(espeak)
    os.kill(first, signal.SIGSTOP)

    espeak.close()

    assert gone(first)


@posix
def test_ctrl_c_is_for_the_parent_only(espeak: EspeakVoice) -> None:
    first = worker_pid(espeak)
    os.kill(first, signal.SIGINT)

    assert_speech(espeak.speak(WORDS, AHEAD), WORDS)
    assert worker_pid(espeak) == first


@posix
def test_a_worker_never_outlives_its_parent() -> None:
    program = (
        "import time\n"
        "from broadcaster.clock import SystemClock\n"
        "from broadcaster.voices import EspeakVoice\n"
        "voice = EspeakVoice(clock=SystemClock())\n"
        "voice.check()\n"
        "print(voice._process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        worker = int(parent.stdout.readline())
        assert is_alive(worker)
        parent.kill()

    assert gone(worker)


def test_a_worker_that_keeps_dying_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "dying.py").write_text("")
    monkeypatch.setattr(espeak_worker, "__file__", str(tmp_path / "dying.py"))
    espeak = EspeakVoice(clock=SystemClock())

    with pytest.raises(VoiceUnavailable, match="ended by itself"):
        espeak.speak(WORDS, AHEAD)


def test_a_worker_that_keeps_hanging_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "hanging.py").write_text("import sys; sys.stdin.read()")
    monkeypatch.setattr(espeak_worker, "__file__", str(tmp_path / "hanging.py"))
    espeak = EspeakVoice(clock=SystemClock(), hang_s=0.2)

    with pytest.raises(VoiceTimeout):
        espeak.check()


def test_it_works_in_a_folder_whose_path_is_long_and_vietnamese(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "Đài truyền thanh xã Tân Hưng" / ("Bản tin buổi sáng, số một " * 5) / "gói"
    shutil.copytree(LIBRARY.parent, folder)
    monkeypatch.setattr(espeakng_loader, "get_library_path", lambda: str(folder / LIBRARY.name))
    espeak = EspeakVoice(clock=SystemClock())

    assert len(str(folder)) > 160
    assert_speech(espeak.speak(WORDS, AHEAD), WORDS)
    espeak.close()


@pytest.mark.parametrize("broken", ["no folder", "no library", "no data", "no voice"])
def test_a_broken_installation_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, broken: str) -> None:
    library = tmp_path / LIBRARY.name
    if broken in ("no data", "no voice"):
        shutil.copy(LIBRARY, library)
    if broken == "no voice":
        shutil.copytree(LIBRARY.parent / "espeak-ng-data", tmp_path / "espeak-ng-data")
    if broken == "no folder":
        library = tmp_path / "gone" / LIBRARY.name
    monkeypatch.setattr(espeakng_loader, "get_library_path", lambda: str(library))
    espeak = EspeakVoice(voice="xx" if broken == "no voice" else "vi", clock=SystemClock())

    with pytest.raises(VoiceUnavailable, match="espeakng-loader"):
        espeak.check()


def test_the_worker_answers_frame_by_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(LIBRARY.parent)
    words, speech = io.BytesIO(), io.BytesIO()
    for text in (WORDS, "Hết."):
        write_frame(words, TEXT, text.encode())
    words.seek(0)

    serve(words, speech, [str(LIBRARY), "vi", "150", "50", "60"])

    speech.seek(0)
    frames = [read_frame(speech) for _answer in range(3)]
    assert [kind for kind, _payload in frames] == [READY, AUDIO, AUDIO]
    assert [len(payload) > 10_000 for _kind, payload in frames] == [False, True, True]
    with pytest.raises(EOFError):
        read_frame(speech)


def test_the_worker_tells_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(LIBRARY.parent)
    speech = io.BytesIO()

    serve(io.BytesIO(), speech, [str(LIBRARY), "no such voice", "150", "50", "60"])

    speech.seek(0)
    assert read_frame(speech) == (ERROR, b"it has no voice no such voice")


def test_a_frame_that_claims_too_much_is_refused() -> None:
    with pytest.raises(EOFError):
        read_frame(io.BytesIO(b"A\xff\xff\xff\xff"))
