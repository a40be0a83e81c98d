"""The soak in small: sixty simulated days, some real kills and power cuts, and that it can fail at all."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from random import Random

import pytest

from tests.kit import program
from tests.soak import power

if sys.platform == "win32":
    pytest.skip("needs SIGKILL and a forkserver", allow_module_level=True)

COLUMNS = ("without outcome", "twice", "in quiet hours", "contradicted")
NONE_OF_THEM = ", ".join(f"{column} 0" for column in COLUMNS)


def soak(*args: str) -> tuple[int, str, str]:
    """(exit code, last line, all that was said)."""
    code, lines, said = program("tests.soak", *args)
    return code, lines[-1], said


@pytest.mark.parametrize("seed", [7, 8])
def test_thirty_simulated_days_leave_nothing_to_hold_against_the_station(seed: int) -> None:
    code, last, said = soak("--seed", str(seed), "--days", "30", "--quick")

    assert re.fullmatch(rf"seed {seed}: airings \d+, {NONE_OF_THEM}", last), said
    assert int(last.split()[3].rstrip(",")) >= 30 * 4 * 5
    assert code == 0


def test_each_planted_fault_is_found_and_told() -> None:
    faults = {"claim-late": "twice", "no-quiet": "in quiet hours", "double": "twice", "lie": "contradicted"}
    planted = [word for broken in faults for word in ("--break", broken)]

    code, _last, said = soak("--days", "1", "--quick", *planted)

    assert code == 1
    parts = said.split("planted: ")[1:]
    assert [part.split("\n")[0] for part in parts] == list(faults)
    for part, column in zip(parts, faults.values(), strict=True):
        counted = re.search(rf"{column} (\d+)", part.rstrip().rpartition("\n")[2])
        assert counted, part
        assert int(counted[1]) > 0, part
        assert f"seed 7: {column}: " in part
        assert "witness: from" in part


def test_fifteen_real_kills_leave_nothing_either() -> None:
    code, last, said = soak("--days", "0", "--kills", "15")

    assert re.fullmatch(rf"kills 15: airings \d+, {NONE_OF_THEM}", last), said
    assert code == 0


needs_strace = pytest.mark.skipif(not power.available(), reason="there is no strace that may watch a process")


@needs_strace
def test_a_power_cut_at_a_first_sample_loses_no_claim(tmp_path: Path) -> None:
    replay = power.cut_power(tmp_path, 8, Random(7))

    assert replay.first_samples == 8
    assert replay.lost == 0


@needs_strace
def test_without_synced_commits_every_claim_would_be_lost(tmp_path: Path) -> None:
    replay = power.cut_power(tmp_path, 4, Random(7), synchronous="OFF")

    assert replay.lost == replay.first_samples == 4
