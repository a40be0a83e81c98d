"""The network soak in small: real kills on a bad line with a hijacker on it, starts that are alike, and that
it can fail at all."""

from __future__ import annotations

import re
import sys

import pytest

from tests.kit import program
from tests.playout import pulse
from tests.soak_network.breaks import BREAKS

if sys.platform == "win32":
    pytest.skip("needs SIGKILL and a forkserver", allow_module_level=True)

COLUMNS = ("lost", "twice", "damaged", "obeyed forgeries")
NONE_OF_THEM = ", ".join(f"{column} 0" for column in COLUMNS)


def soak(*args: str) -> tuple[int, list[str], str]:
    """(exit code, the last lines, all that was said)."""
    code, lines, said = program("tests.soak_network", *args, timeout=600)
    return code, lines[-6:], said


def test_fifteen_kills_on_a_line_with_a_hijacker_lose_and_double_nothing() -> None:
    code, last, said = soak("--seed", "7", "--kills", "15", "--starts", "0")

    assert re.fullmatch(rf"seed 7: airings [1-9]\d*, {NONE_OF_THEM}", last[-1]), said
    tricks = {trick: int(count) for trick, count in re.findall(r"(\w+) (\d+)", last[-4])}
    assert tricks.keys() >= {"old", "own_key", "other_hamlet", "changed", "flipped", "half"}, said
    assert tricks.keys() & {"twice", "swallowed"}, said
    assert code == 0, said


def test_two_players_whose_clocks_are_apart_start_alike() -> None:
    """By the instants at which their cards place the first samples: a busy computer does not blur those."""
    code, last, said = soak("--kills", "0", "--starts", "10", "--placed")

    assert last[-1].startswith("placed starts 10 of 10: "), said
    assert code == 0, said


@pulse.needs_pulse
def test_two_players_whose_clocks_are_apart_are_heard_to_start_alike() -> None:
    """By a recording of both. A busy computer may spoil that: it has another go then."""
    for _attempt in range(3):
        code, last, said = soak("--kills", "0", "--starts", "10")
        if code == 0:
            break

    assert last[-1].startswith("recorded starts 10 of 10: "), said
    assert code == 0, said


def test_each_planted_fault_is_told_by_its_number() -> None:
    code, last, said = soak("--planted")

    assert code == 0, said
    found = [re.fullmatch(rf"planted (\w+): {_numbers()}", line) for line in last[-len(BREAKS) :]]
    for line, (name, (_plant, column)) in zip(found, BREAKS.items(), strict=True):
        assert line, said
        assert line[1] == name
        assert int(line[2 + COLUMNS.index(column)]) > 0, said


def _numbers() -> str:
    return ", ".join(rf"{column} (\d+)" for column in COLUMNS)
