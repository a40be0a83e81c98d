"""A card that says when its frames are heard: PulseAudio's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import miniaudio
import pytest

from broadcaster.errors import OutputError
from broadcaster.playout.outputs import pulseaudio
from broadcaster.playout.outputs.output import Output
from broadcaster.playout.outputs.pulseaudio import PulseCard, sinks
from broadcaster.playout.outputs.soundcard import SoundCardOutput
from tests.contracts.output import OutputContract
from tests.playout import pulse


@pytest.fixture(scope="module")
def heard(server: pulse.Pulse) -> Iterator[str]:
    """One that is always listened to: what nobody hears takes its first sound for two seconds in silence."""
    server.plug("heard")
    with server.ear("heard"):
        yield "heard"
    server.pull("heard")


@pulse.needs_pulse
class TestPulseCard(OutputContract):
    lead = 0.45

    @pytest.fixture
    def output(self, heard: str, tmp_path: Path) -> Iterator[Output]:
        output = pulse.outputs(tmp_path).open(f"soundcard:{heard}#1", "ap-1")
        yield output
        output.close()

    def test_it_is_by_the_server_that_it_knows_its_time(self, output: Output) -> None:
        assert isinstance(output, SoundCardOutput)
        assert isinstance(output._card, PulseCard)

    @pytest.mark.usefixtures("heard")
    def test_a_card_that_is_not_there_names_those_that_are(self, tmp_path: Path) -> None:
        with pytest.raises(OutputError, match=r"kèn: the computer has only: heard"):
            pulse.outputs(tmp_path).open("soundcard:kèn", "ap-1")


@pytest.mark.usefixtures("server")
@pulse.needs_pulse
def test_without_a_server_or_its_library_there_are_no_sinks(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise OSError("libpulse-simple.so.0: cannot open shared object file")

    on_server = [miniaudio.Backend.PULSEAUDIO]
    assert sinks([miniaudio.Backend.NULL]) == {}
    with monkeypatch.context() as patch:
        patch.setattr(pulseaudio, "_library", missing)
        assert sinks(on_server) == {}
    monkeypatch.setenv("PULSE_SERVER", "unix:/nonexistent")
    assert sinks(on_server) == {}
