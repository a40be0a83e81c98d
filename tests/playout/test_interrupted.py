"""What becomes of what an emergency cuts short: sample by sample, with real threads and the real clock.

Each `life_` below is the life of one station; they are lived side by side.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from broadcaster.audio import RATE
from broadcaster.clock import SystemClock
from broadcaster.errors import StoreLocked
from broadcaster.playout.airing import Airing, Outcome
from broadcaster.playout.outputs.output import Block
from broadcaster.timetable.slot import Interrupted, Priority, SlotKind
from tests.playout.conftest import Rig, tone
from tests.playout.recorder import Heard

SIREN = 0.6


def emergency(
    rig: Rig, starts_in: float, seconds: float = SIREN, slot: str = "khan-cap-1", **other: Any
) -> Airing:
    urgent = {"priority": Priority.EMERGENCY, "kind": SlotKind.EMERGENCY, "interrupted": Interrupted.END}
    sound = tone(seconds, 900.0 + 10 * starts_in)
    return rig.book(starts_in, sound, title=slot, slot_code=slot, **urgent | other)


def takes_of(rig: Rig, airing: Airing, url: str = "horn:ap-1") -> list[Heard]:
    return [take for take in rig.takes(url) if take.take.airing_ids == (airing.id,)]


def heard(rig: Rig, airing: Airing) -> Block:
    return np.concatenate([take.samples for take in takes_of(rig, airing)])


def nothing_sounds_at_once(rig: Rig, url: str = "horn:ap-1") -> bool:
    spans = sorted((take.began, take.ended) for take in rig.takes(url) if take.began is not None)
    return all(end <= begin + 0.02 for (_begin, end), (begin, _end) in pairwise(spans))


def sounding(rig: Rig, airing: Airing) -> Rig:
    """`rig`, started, when half a second of `airing` has sounded."""
    rig.start()
    rig.wait(lambda: any(len(take.samples) >= RATE // 2 for take in takes_of(rig, airing)), within=20)
    return rig


def life_it_goes_on_from_the_sample_at_which_it_was_cut(rig: Rig) -> None:
    sound = tone(6.0)
    routine = rig.book(1.5, sound)
    urgent = emergency(sounding(rig, routine), 1.3)

    line = rig.outcome(routine, within=25)

    np.testing.assert_array_equal(heard(rig, routine), sound)
    first, second = takes_of(rig, routine)
    assert first.take.position == 0
    assert second.take.position == len(first.samples)
    assert line.outcome is Outcome.PARTIAL
    assert line.seconds_played == pytest.approx(6.0, abs=0.002)
    told, *_late, gap = line.reason.split("; ")
    assert told == "emergency: khan-cap-1"
    assert float(gap.removeprefix("interrupted ").split(" ")[0]) == pytest.approx(
        (second.began or 0) - first.ended, abs=0.7
    )
    assert rig.outcome(urgent).outcome is Outcome.AIRED
    assert (takes_of(rig, urgent)[0].began or 0) > first.ended - 0.02
    assert nothing_sounds_at_once(rig)
    assert [ended[0].starts_at for ended in rig.ended if ended[0].id == routine.id] == [routine.starts_at]


def life_it_is_begun_again_as_a_new_airing(rig: Rig) -> None:
    sound = tone(6.0)
    routine = rig.book(1.5, sound, interrupted=Interrupted.RESTART)
    emergency(sounding(rig, routine), 1.3)

    line = rig.outcome(routine, within=15)
    rig.wait(lambda: len(rig.log()) == 3, within=15)

    assert line.outcome is Outcome.PARTIAL
    assert line.reason.startswith("emergency: khan-cap-1; ")
    assert "interrupted " in line.reason
    assert line.reason.endswith("; begun again")
    assert line.seconds_played == pytest.approx(len(heard(rig, routine)) / RATE, abs=0.002)
    (again,) = [one for one in rig.log() if one.slot == "sang" and one.airing_id != routine.id]
    assert (again.outcome, again.seconds_played) == (Outcome.AIRED, 6.0)
    (take,) = [take for take in rig.takes() if take.take.airing_ids == (again.airing_id,)]
    np.testing.assert_array_equal(take.samples, sound)
    assert [ended[0].id for ended in rig.ended].count(routine.id) == 1


def life_it_ends_where_its_slot_says_so(rig: Rig) -> None:
    routine = rig.book(1.5, tone(6.0), interrupted=Interrupted.END)
    emergency(sounding(rig, routine), 1.3)
    line = rig.outcome(routine)
    assert line.outcome is Outcome.PARTIAL
    assert line.reason.startswith("emergency: khan-cap-1")
    assert line.seconds_played == pytest.approx(len(heard(rig, routine)) / RATE, abs=0.002)
    assert len(takes_of(rig, routine)) == 1


def life_it_does_not_go_on_into_the_next_airing(rig: Rig, rule: Interrupted = Interrupted.RESUME) -> None:
    routine = rig.book(1.5, tone(9.0), interrupted=rule)
    emergency(sounding(rig, routine), 1.3)
    rig.book(5.0, tone(0.2))
    line = rig.outcome(routine, within=15)
    assert line.outcome is Outcome.PARTIAL
    assert line.reason.startswith("emergency: khan-cap-1; ")
    assert "interrupted " in line.reason
    assert line.reason.endswith("; the next airing was near; not gone on with")
    assert len(takes_of(rig, routine)) == 1


def life_a_restart_does_not_run_into_the_next_airing(rig: Rig) -> None:
    life_it_does_not_go_on_into_the_next_airing(rig, Interrupted.RESTART)


def life_one_whose_second_came_meanwhile_goes_first(rig: Rig) -> None:
    routine = rig.book(1.5, tone(14.0))
    emergency(sounding(rig, routine), 1.3, 1.5)
    other = rig.book(2.0, tone(18.0, 300.0))
    line = rig.outcome(routine, within=15)
    assert line.reason.endswith("; the next airing was near; not gone on with")
    rig.wait(lambda: bool(takes_of(rig, other)), within=5)
    assert len(takes_of(rig, routine)) == 1


def life_it_does_not_go_on_past_its_lateness(rig: Rig) -> None:
    routine = rig.book(1.5, tone(14.0), lateness_s=1)
    emergency(sounding(rig, routine), 1.3, 1.5)
    line = rig.outcome(routine, within=15)
    assert "too late by" in line.reason
    assert line.reason.endswith("not gone on with")
    assert len(takes_of(rig, routine)) == 1


def life_the_station_s_rules_are_asked_again_when_it_goes_on(rig: Rig) -> None:
    asked: list[Airing] = []

    def may_air(airing: Airing) -> str:
        if airing.kind is SlotKind.EMERGENCY:
            return ""
        asked.append(airing)
        return "" if len(asked) == 1 else "quiet hours 21:30-05:00"

    rig.may_air = may_air
    routine = rig.book(1.5, tone(14.0))
    emergency(sounding(rig, routine), 1.3)
    line = rig.outcome(routine, within=15)
    assert line.outcome is Outcome.PARTIAL
    assert line.reason.endswith("quiet hours 21:30-05:00; not gone on with")
    assert len(takes_of(rig, routine)) == 1
    later = (asked[-1].starts_at - routine.starts_at).total_seconds()
    assert later > SIREN, "asked for the hours in which the rest would sound"


def life_the_siren_and_its_words_are_not_parted(rig: Rig) -> None:
    """A routine airing whose second has come waits behind both, and another emergency's round too."""
    emergency(rig, 0.8, 0.3, "khan-cap-0")
    siren = emergency(rig, 1.6)
    old = emergency(rig, 1.7, 0.4, "khan-cap-0")
    waiting = rig.book(1.8, tone(20.0))
    words = emergency(rig, 1.6 + SIREN, 0.8)
    rig.start()
    rig.wait(lambda: any(take.blocks for take in takes_of(rig, waiting)), within=10)

    order = [take.take.airing_ids[0] for take in rig.takes() if take.blocks]
    assert order.index(siren.id) < order.index(words.id) < order.index(old.id) < order.index(waiting.id)
    assert rig.outcome(old).outcome is Outcome.AIRED
    assert nothing_sounds_at_once(rig)


def life_the_newer_of_two_emergencies_is_heard_first_and_then_both_in_turn(rig: Rig) -> None:
    older = emergency(rig, 1.5, 9.0, "khan-cap-1", lateness_s=300)
    newer = emergency(sounding(rig, older), 1.3, 1.2, "khan-cap-2", lateness_s=300)
    again = emergency(rig, 1.4, 0.7, "khan-cap-1", lateness_s=300)
    third = emergency(rig, 2.5, 0.4, "khan-cap-2", lateness_s=300)
    lines = [rig.outcome(airing, within=15) for airing in (older, newer, again, third)]

    assert lines[0].outcome is Outcome.PARTIAL
    assert lines[0].reason.startswith("emergency: khan-cap-2")
    assert [line.outcome for line in lines[1:]] == [Outcome.AIRED] * 3
    assert (takes_of(rig, newer)[0].began or 0) < (takes_of(rig, again)[0].began or 0)
    assert nothing_sounds_at_once(rig)
    for airing, length in ((again, 0.7), (third, 0.4)):
        assert len(heard(rig, airing)) == round(length * RATE), "heard from its beginning"


def life_what_somebody_took_back_stops_and_what_waits_of_it_never_begins(rig: Rig) -> None:
    first = emergency(rig, 1.5, 9.0)
    waiting = emergency(sounding(rig, first), 4.0, 1.0)
    rig.wait(lambda: {waiting.id} <= {airing.id for airing in rig.ledger.unfinished()})
    asked = time.monotonic()
    for airing in (first, waiting):
        rig.ledger.call_off(airing.id, "Lan")

    line = rig.outcome(first)
    assert takes_of(rig, first)[0].ended - asked < 2.0
    assert line.outcome is Outcome.PARTIAL
    assert line.reason.startswith("called off by Lan")
    assert (rig.outcome(waiting).outcome, rig.outcome(waiting).reason) == (
        Outcome.CANCELLED,
        "called off by Lan",
    )
    assert takes_of(rig, waiting) == []


def life_what_was_taken_back_while_nobody_played_is_not_taken_up(rig: Rig) -> None:
    airing = emergency(rig, -1.0, 14.0)
    rig.ledger.claim(rig.clock.now(), rig.clock.now())
    rig.ledger.call_off(airing.id, "Lan")
    rig.start()
    assert rig.outcome(airing).reason.startswith("called off by Lan")
    assert not any(take.blocks for take in takes_of(rig, airing))


def life_a_ledger_that_cannot_be_read_holds_it_up_and_no_longer(rig: Rig) -> None:
    sound = tone(6.0)
    routine = rig.book(1.5, sound)
    emergency(sounding(rig, routine), 1.3)
    rig.wait(lambda: len(rig.takes()) == 2)
    rig.ledger.failing = lambda method: StoreLocked("locked") if method == "next_start" else None
    rig.wait(lambda: sum(name == "next_start" for name, _ in rig.ledger.calls) > 2, within=10)
    rig.ledger.failing = lambda _method: None
    assert rig.outcome(routine, within=25).outcome is Outcome.PARTIAL
    np.testing.assert_array_equal(heard(rig, routine), sound)


def life_stopping_the_station_ends_what_waits_to_go_on(rig: Rig) -> None:
    routine = rig.book(1.5, tone(14.0))
    emergency(sounding(rig, routine), 1.3, 6.0)
    rig.wait(lambda: len([take for take in rig.takes() if take.blocks]) == 2)
    rig.stop()
    line = rig.outcome(routine)
    assert line.outcome is Outcome.PARTIAL
    assert line.reason.startswith("emergency: khan-cap-1; ")
    assert "interrupted " in line.reason
    assert line.reason.endswith("; station stopped")
    assert rig.ledger.unfinished() == ()


def life_who_silences_the_emergency_wants_silence(rig: Rig) -> None:
    routine = rig.book(1.5, tone(9.0))
    urgent = emergency(sounding(rig, routine), 1.3, 9.0)
    rig.wait(lambda: any(take.blocks for take in takes_of(rig, urgent)), within=10)
    rig.ledger.add_stop(["ap-1"], "Lan", rig.clock.now())
    line = rig.outcome(routine, within=10)
    assert rig.outcome(urgent).reason.startswith("stopped by Lan")
    assert line.outcome is Outcome.PARTIAL
    assert line.reason.endswith("stopped by Lan; not gone on with")
    assert len(takes_of(rig, routine)) == 1


def life_priority_goes_first_among_those_whose_second_has_come_and_stops_nothing(rig: Rig) -> None:
    playing = rig.book(0.8, tone(4.0))
    routine = rig.book(1.5, tone(18.0, 300.0))
    weighty = rig.book(2.0, tone(18.0, 500.0), priority=Priority.PRIORITY)
    rig.start()
    assert rig.outcome(playing).outcome is Outcome.AIRED
    rig.wait(lambda: bool(takes_of(rig, weighty)))
    assert takes_of(rig, routine) == []


LIVES = {name[5:]: life for name, life in list(globals().items()) if name.startswith("life_")}


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> dict[str, BaseException | None]:
    """All of them, side by side; what each of them raised."""
    folders = {name: tmp_path_factory.mktemp("station") for name in LIVES}

    def live(name: str) -> BaseException | None:
        return _lived(folders[name], LIVES[name])

    with ThreadPoolExecutor(len(LIVES)) as pool:
        return dict(zip(LIVES, pool.map(live, LIVES), strict=True))


def _lived(folder: Path, life: Callable[[Rig], None]) -> BaseException | None:
    rig = Rig(folder, SystemClock())
    try:
        life(rig)
    except BaseException as error:  # noqa: BLE001 (raised again by its own test)
        return error
    finally:
        rig.stop()
    return None


@pytest.mark.parametrize("name", LIVES)
def test_of_what_was_interrupted(name: str, lived: dict[str, BaseException | None]) -> None:
    if error := lived[name]:
        raise error
