"""Recording, through miniaudio's own silent device: no microphone is needed."""

from __future__ import annotations

import time

import miniaudio
import pytest

from broadcaster.audio import RATE
from broadcaster.errors import AudioError, VoiceUnavailable
from broadcaster.voices import Recordings
from broadcaster.voices.microphone import Microphone, microphones


def test_it_records_at_the_pace_of_the_clock(tmp_path_factory: pytest.TempPathFactory) -> None:
    microphone, began = Microphone([miniaudio.Backend.NULL]), time.monotonic()
    while microphone.seconds < 0.3:
        assert time.monotonic() - began < 5
        time.sleep(0.02)
    assert microphone.level == 0

    blocks = microphone.stop()

    spent = time.monotonic() - began
    assert 0.3 <= sum(map(len, blocks)) / RATE <= spent + 0.2
    with pytest.raises(AudioError, match="silent"):
        Recordings(tmp_path_factory.mktemp("station")).keep(blocks)


def test_a_microphone_that_cannot_be_opened_is_told() -> None:
    absent = set(miniaudio.Backend) - set(miniaudio.get_enabled_backends())

    with pytest.raises(VoiceUnavailable, match="cannot be opened"):
        Microphone(sorted(absent, key=lambda backend: backend.name)[:1])


def test_the_silent_device_is_no_microphone_and_a_dead_child_finds_none() -> None:
    assert microphones(["NONSENSE"]) == ()
    assert all(isinstance(name, str) for name in microphones(["NULL"]))
