"""One daemon per station folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from broadcaster.errors import StationError
from broadcaster.lock import FILE_NAME, DaemonLock, held
from tests.kit import ROOT

HOLD = """
import sys, pathlib
from broadcaster.lock import DaemonLock
with DaemonLock(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(folder: Path) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    return child


def test_a_second_holder_is_refused_and_a_killed_one_lets_go(tmp_path: Path) -> None:
    assert not held(tmp_path)
    with holder(tmp_path) as child:
        assert held(tmp_path)
        with pytest.raises(StationError, match="Another daemon") as caught, DaemonLock(tmp_path):
            pass
        assert str(tmp_path) in str(caught.value)
        assert held(tmp_path), "asking must not take it away"
        child.send_signal(signal.SIGKILL)
        child.wait(5)
    assert (tmp_path / FILE_NAME).exists()
    assert not held(tmp_path)
    with DaemonLock(tmp_path):
        assert held(tmp_path)
    assert not held(tmp_path)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StationError, match="cannot be written"), DaemonLock(tmp_path / "none"):
        pass


def test_a_lock_that_cannot_be_asked(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()

    with pytest.raises(StationError, match="cannot be written"):
        held(tmp_path)


def test_it_leaves_no_handle_behind(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    with DaemonLock(tmp_path), pytest.raises(StationError), DaemonLock(tmp_path):
        pass
    held(tmp_path)
    assert (len(os.listdir("/proc/self/fd")) if before else 0) == before
