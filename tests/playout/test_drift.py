"""Two cards whose crystals differ stay in step: by what they sounded, placed on the true time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from broadcaster.audio import RATE
from broadcaster.clock import TurnedClock
from broadcaster.playout.outputs.card import CHANNELS, Card
from broadcaster.playout.outputs.output import BLOCK, Block, Take
from broadcaster.playout.outputs.soundcard import SoundCardOutput
from broadcaster.units import Milliseconds, Samples

SECONDS, SPEECH_S, PAUSE_S = 40.0, 1.8, 0.45
LOUD, QUIET = 5000, 20
ASKED = 4_560
"""Frames that a card asks for at once, as those on PulseAudio do: 190 ms."""
AT = 2.0


class SimulatedCard(Card):
    """It asks for frames by a crystal of its own: each takes `pace` times as long as it should."""

    def __init__(self, pace: float) -> None:
        self.pace = pace
        self.turned = TurnedClock(datetime(2026, 11, 24, 5, 30, tzinfo=UTC))
        self.heard: list[tuple[float, NDArray[np.int16]]] = []
        super().__init__("", self.turned, [])

    def _open(self, backends: list[Any]) -> Any:
        for _asking in range(4):
            self.ask()

    def ask(self) -> None:
        self.turned.advance(ASKED / RATE * self.pace)
        frames = np.frombuffer(self._mixed(ASKED), np.int16).reshape(-1, CHANNELS)
        self.heard.append((self.turned.monotonic(), frames[:, 0]))

    def wait_for(self, frame: int) -> None:
        while self.instant_of(frame) > self.turned.monotonic():
            self.ask()

    def edges(self) -> NDArray[np.float64]:
        """The true instants at which speech begins and ends."""
        samples = np.concatenate([block for _at, block in self.heard])
        when = np.concatenate([at + np.arange(len(block)) / RATE * self.pace for at, block in self.heard])
        return when[np.flatnonzero(np.diff(np.abs(samples) > LOUD // 2)) + 1]


def speech() -> Block:
    """Stretches as loud as they are long, with pauses between."""
    stretch = np.concatenate(
        [np.full(round(SPEECH_S * RATE), LOUD, np.int16), np.full(round(PAUSE_S * RATE), QUIET, np.int16)]
    )
    return np.tile(stretch, round(SECONDS / (SPEECH_S + PAUSE_S)))


def sounded(pace: float) -> SimulatedCard:
    card, audio = SimulatedCard(pace), speech()
    output = SoundCardOutput(card, 0, Milliseconds(0), lambda _card: None)
    output.start(Take((), "sang", datetime(2026, 11, 24, 5, 30, tzinfo=UTC), Samples(0)), AT)
    for begin in range(0, len(audio), BLOCK):
        output.write(audio[begin : begin + BLOCK])
    for _asking in range(10):
        card.ask()
    assert abs(output.sounded() - len(audio)) <= RATE // 100
    return card


@pytest.mark.parametrize("paces", [(0.9975, 1.0025), (1.0, 1.005), (0.995, 1.0)])
def test_cards_that_part_by_5000_ppm_stay_within_20_ms(paces: tuple[float, float]) -> None:
    one, two = (sounded(pace).edges() for pace in paces)

    assert len(one) == len(two) == 2 * round(SECONDS / (SPEECH_S + PAUSE_S))
    apart = np.abs(one - two)
    assert apart.max() < 0.020, apart


def test_only_pauses_are_changed() -> None:
    card = sounded(1.005)
    loud = np.concatenate([np.abs(block) for _at, block in card.heard]) > LOUD // 2

    assert loud.sum() == round(SPEECH_S * RATE) * round(SECONDS / (SPEECH_S + PAUSE_S))
