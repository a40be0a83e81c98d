"""Clips put aside until they are mixed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from broadcaster.errors import ProductionError
from broadcaster.production.spool import Spool


@pytest.mark.parametrize("length", [1_000, 3_000_000])
def test_what_was_written_is_read_anywhere_and_nothing_is_left(tmp_path: Path, length: int) -> None:
    random = np.random.default_rng(length)
    clips = [random.integers(-32768, 32767, length, dtype=np.int16) for _clip in range(4)]

    with Spool(tmp_path / "new") as spool:
        begins = [spool.write(clip) for clip in clips]
        assert begins == [0, length, 2 * length, 3 * length]
        for number in (2, 0, 3):
            np.testing.assert_array_equal(spool.read(begins[number] + 7, length - 7), clips[number][7:])

    assert not list((tmp_path / "new").iterdir())


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with Spool(tmp_path / "file") as spool, pytest.raises(ProductionError, match="could not be written"):
        spool.write(np.zeros(10, np.int16))


FULL = """
import resource, sys
from pathlib import Path
import numpy as np
from broadcaster.errors import ProductionError
from broadcaster.production.spool import Spool
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000_000, 20_000_000))
with Spool(Path(sys.argv[1])) as spool:
    try:
        for _ in range(20):
            spool.write(np.ones(1_000_000, np.int16))
    except ProductionError as error:
        print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits on file sizes are POSIX")
def test_a_full_disk_is_told(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-c", FULL, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)

    assert "Make room" in done.stdout
    assert not list(tmp_path.iterdir())
