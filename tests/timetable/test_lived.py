"""What playout did under a turned clock is what the forecast said, in zones with daylight saving too."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.kit import ROOT

EXAMPLES = 15


def test_what_was_forecast_is_what_was_played() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.timetable.lived", str(EXAMPLES)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]
    found = re.fullmatch(r"timetables (\d+), aired (\d+)\n", ran.stdout)
    assert found is not None, ran.stdout
    assert int(found[1]) >= EXAMPLES
    assert int(found[2]) >= EXAMPLES / 2


def test_a_player_that_heeds_no_hours_is_found_out() -> None:
    careless = "lived.Station.may_air = lambda *_: ''"
    program = f"from tests.timetable import lived; {careless}; lived.main({EXAMPLES}, shrink=False)"
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )

    assert ran.returncode != 0
    assert "AssertionError" in ran.stderr
