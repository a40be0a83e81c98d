"""How late an output sounds: a chirp is played several times and found again in what an input heard."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from broadcaster.audio import RATE
from broadcaster.clock import Clock
from broadcaster.errors import OutputError
from broadcaster.language import _
from broadcaster.playout.ear import Ear
from broadcaster.playout.level import SILENCE, loudest
from broadcaster.playout.outputs.output import BLOCK, Block, Output, Take
from broadcaster.units import Milliseconds, Samples

TIMES = 6
_LEAST_FOUND = 4
_LONGEST_S = 1.2
"""An output later than that is no sound card."""
_EARLIEST_S = 0.3
_APART_S = 0.5
_LEAD_S = 0.7
_CLEAR = 8.0
"""So many times above what else correlates, it is the chirp: noise alone reaches four or five."""
_MOST_SPREAD = 0.02


@dataclass(frozen=True)
class Calibration:
    delay: Milliseconds
    """How much later than its instant it was heard; negative: earlier."""
    spread: float
    """Milliseconds between the earliest and the latest."""
    found: int
    """How many of the `TIMES` chirps."""


def chirp() -> Block:
    """A fifth of a second from 500 to 5000 Hz: what small horns carry, and what is found to the sample."""
    seconds, low, high = 0.2, 500.0, 5000.0
    t = np.arange(round(seconds * RATE)) / RATE
    sweep = np.sin(2 * np.pi * (low * t + (high - low) / (2 * seconds) * t * t))
    return np.rint(16_000 * sweep * np.hanning(len(t))).astype(np.int16)


def calibrate(output: Output, ear: Ear, clock: Clock) -> Calibration:
    """Takes eight seconds. OutputError when the chirps are not surely heard, and why."""
    sound = chirp()
    instants = [_sounded(output, sound, clock) for _time in range(TIMES)]
    ear.wait_until(instants[-1] + _LONGEST_S)
    heard, _instants = ear.heard(instants[0] - _EARLIEST_S, instants[-1] + _LONGEST_S)
    if loudest(heard) < SILENCE:
        raise _unheard(_("there is nothing but silence: muted, or another input"))
    delays = [delay for at in instants if (delay := _delay(ear, sound, at)) is not None]
    if len(delays) < _LEAST_FOUND:
        raise _unheard(_("{n} of {all} chirps stand out of the noise").format(n=len(delays), all=TIMES))
    return _agreed(delays)


def _sounded(output: Output, sound: Block, clock: Clock) -> float:
    """Play it once; the monotonic instant at which it was to begin."""
    at = clock.monotonic() + _LEAD_S
    output.start(Take((), "calibrate", clock.now(), Samples(0)), at)
    audio = np.concatenate([sound, np.zeros(round(_APART_S * RATE), np.int16)])
    for begin in range(0, len(audio), BLOCK):
        output.write(audio[begin : begin + BLOCK])
    output.finish()
    return at


def _delay(ear: Ear, sound: Block, at: float) -> float | None:
    """Seconds; None when it does not stand out."""
    heard, instants = ear.heard(at - _EARLIEST_S, at + _LONGEST_S)
    if len(heard) < 2 * len(sound):
        return None
    fits = np.abs(_correlated(heard, sound))
    best = int(np.argmax(fits))
    if not fits[best] or fits[best] < _CLEAR * np.sqrt(np.mean(np.square(fits))):
        return None
    return float(instants[best] - at)


def _correlated(heard: Block, sound: Block) -> NDArray[np.float64]:
    """How well `sound` fits at each place of `heard` where there is room for all of it."""
    size = len(heard) + len(sound)
    found = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(sound, size)), size)
    return found[: len(heard) - len(sound) + 1]


def _agreed(delays: list[float]) -> Calibration:
    """Of those near the median: an echo or a knock may have been taken for one chirp or two."""
    middle = float(np.median(delays))
    near = [delay for delay in delays if abs(delay - middle) <= _MOST_SPREAD / 2]
    if len(near) < _LEAST_FOUND:
        words = _("they were heard {ms} ms apart")
        raise _unheard(words.format(ms=round(1000 * (max(delays) - min(delays)))))
    spread = 1000 * (max(near) - min(near))
    return Calibration(Milliseconds(round(1000 * float(np.mean(near)))), round(spread, 2), len(near))


def _unheard(why: str) -> OutputError:
    return OutputError(
        _("The delay cannot be measured"),
        why,
        _("Turn the volume up, bring the microphone to the horn, keep quiet, and try again"),
    )
