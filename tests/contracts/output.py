"""What every Output must do: the contract of playout.outputs.output.Output.

Subclass `OutputContract` in a test module that supplies a fixture `output`: an open output.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime

import numpy as np
import pytest

from broadcaster.audio import RATE
from broadcaster.errors import OutputError
from broadcaster.playout.outputs.output import BLOCK, Block, Output, Take
from broadcaster.units import Samples


def take(position: int = 0) -> Take:
    return Take(("a",), "sang", datetime.now(UTC), Samples(position))


def blocks(count: int) -> list[Block]:
    return [np.full(BLOCK, 1000 + number, np.int16) for number in range(count)]


class OutputContract:
    lead = 0.15
    """How far ahead of its first sample a take is started here."""

    def test_it_sounds_at_its_instant_at_its_pace_to_its_end(self, output: Output) -> None:
        at = time.monotonic() + self.lead
        output.start(take(), at)
        for block in blocks(6):
            output.write(block)
        assert time.monotonic() <= at + 0.6 + 0.1
        output.finish()
        done = time.monotonic()

        assert output.sounded() == 6 * BLOCK
        began = output.began()
        assert began is not None
        assert began == pytest.approx(at, abs=0.1)
        assert at + 0.6 - 0.02 <= done <= at + 0.6 + 0.4

    def test_writing_runs_no_more_than_half_a_second_ahead(self, output: Output) -> None:
        at = time.monotonic() + self.lead
        output.start(take(), at)
        for block in blocks(8):
            output.write(block)
        assert time.monotonic() >= at + 0.8 - 0.6
        output.cut()

    def test_a_cut_is_quick_and_what_did_not_sound_is_not_counted(self, output: Output) -> None:
        at = time.monotonic() + self.lead
        output.start(take(), at)
        for block in blocks(6):
            output.write(block)
        before = time.monotonic()
        output.cut()
        assert time.monotonic() - before < 0.1
        sounded = output.sounded()
        assert 0 < sounded <= 6 * BLOCK
        time.sleep(0.3)
        assert output.sounded() == sounded

    def test_one_take_follows_the_other(self, output: Output) -> None:
        for count in (2, 1):
            output.start(take(), time.monotonic() + self.lead)
            assert output.began() is None
            for block in blocks(count):
                output.write(block)
            output.finish()
            assert output.sounded() == count * BLOCK

    def test_a_start_that_has_passed_begins_at_once(self, output: Output) -> None:
        now = time.monotonic()
        output.start(take(RATE), now - 3.0)
        for block in blocks(2):
            output.write(block)
        output.finish()
        assert output.sounded() == 2 * BLOCK
        began = output.began()
        assert began is not None
        assert now - 0.1 <= began <= now + 0.5

    def test_nothing_can_be_written_outside_a_take(self, output: Output) -> None:
        with pytest.raises(OutputError):
            output.write(blocks(1)[0])

    def test_a_closed_output_takes_nothing_more(self, output: Output) -> None:
        output.check()
        output.close()
        output.close()
        with pytest.raises(OutputError):
            output.check()
        with pytest.raises(OutputError):
            output.start(take(), time.monotonic())

    def test_silence_can_be_asked_for_at_any_time(self, output: Output) -> None:
        output.cut()
        output.finish()
        assert output.sounded() == 0
        assert output.note == ""
