"""The journey starts with the session and sleeps beside the other tests; its own tests come last."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from broadcaster import language
from broadcaster.store import migrate
from tests.kit import AUTHOR, NO_GOOGLE, ROOT, here
from tests.schema import Schema

JOURNEY = "BROADCASTER_TEST_JOURNEY"
"""The folder that all workers of one session share."""
_JOURNEYS = "tests/test_journey.py"
_SOAK = "tests/test_soak.py"
ALONE = (_SOAK, "tests/network/test_soak_network.py", "tests/test_emergency.py", "tests/test_daemon.py")
"""Files whose tests take up to a minute each, and share nothing: each may go to another worker."""
WAITING = {
    "tests/playout/test_sound.py": 50,
    "tests/playout/test_killed.py": 45,
    "tests/network/test_hamlet_pc_doc.py": 25,
    "tests/network/test_player_process.py": 24,
    "tests/playout/test_outputs.py": 22,
    "tests/network/test_player_days.py": 21,
    "tests/playout/test_icecast.py": 20,
    "tests/playout/test_ladder.py": 17,
    "tests/alarms/test_station.py": 17,
    "tests/playout/test_level.py": 14,
    "tests/network/test_at_scale.py": 13,
    "tests/playout/test_clock.py": 13,
    "tests/playout/test_interrupted.py": 12,
    "tests/test_serving.py": 12,
    "tests/voices/test_gtts.py": 10,
    "tests/production/test_killed.py": 9,
    "tests/playout/test_pulseaudio.py": 8,
    "tests/playout/test_amplifiers.py": 6,
    "tests/playout/test_parts.py": 4,
}
"""Files that mostly wait, for a sound's end or a line, and about how many seconds they take."""


def pytest_configure(config: pytest.Config) -> None:
    gc.disable()  # until all is collected: that leaves no garbage
    if not hasattr(config, "workerinput"):
        os.environ[JOURNEY] = tempfile.mkdtemp(prefix="journey-")


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    folder = Path(os.environ.pop(JOURNEY))
    with suppress(OSError, ValueError):
        os.killpg(int((folder / "pid").read_text()), signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


def _share(nodeid: str) -> str:
    """What one worker is handed: a file, so that what its tests have in common is made once; or one test."""
    file = _file(nodeid)
    return nodeid if file in ALONE else file


def _file(nodeid: str) -> str:
    return nodeid.partition("::")[0]


class ByFile(LoadScopeScheduling):  # type: ignore[misc]
    def _split_scope(self, nodeid: str) -> str:
        return _share(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The soak first, the journey last; between them those that wait beside those that compute, so that the
    processors always have something to do."""
    kinds: dict[str, dict[str, int]] = defaultdict(dict)
    for share in dict.fromkeys(_share(item.nodeid) for item in items):
        file = _file(share)
        kind = file if file in ALONE else "waiting" if file in WAITING else "computing"
        kinds[kind][share] = WAITING.get(file, 1)
    turns = {share: turn for kind in kinds.values() for share, turn in _spread(kind).items()}
    first_and_last = {_SOAK: -1.0, _JOURNEYS: 1.0}
    items.sort(key=lambda item: first_and_last.get(_file(item.nodeid)) or turns[_share(item.nodeid)])


def _spread(seconds: dict[str, int]) -> dict[str, float]:
    """The longest first; from 0 to 1: the part of all the time that has passed before each."""
    longest_first = sorted(seconds.items(), key=lambda share: -share[1])
    total, passed, turns = sum(seconds.values()), 0, {}
    for share, its in longest_first:
        turns[share] = passed / total
        passed += its
    return turns


def pytest_collection_finish(session: pytest.Session) -> None:
    """One worker of the session, and only one, starts it. What was collected stays: it is not looked through
    for garbage again and again."""
    gc.collect()
    gc.freeze()
    gc.enable()
    files = {_file(item.nodeid) for item in session.items}
    if session.config.option.collectonly or _JOURNEYS not in files:
        return
    folder = Path(os.environ[JOURNEY])
    with suppress(FileExistsError), (folder / "pid").open("x") as pid, (folder / "log").open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.journey", str(folder)],
            cwd=ROOT,
            env=os.environ | NO_GOOGLE | {"BROADCASTER_LANG": "en"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        pid.write(str(child.pid))
        child.returncode = 0  # it is awaited by its files; the session's end sees to the rest


@pytest.fixture(scope="session", autouse=True)
def _schema() -> Iterator[None]:
    """The migrations run once per worker: after that, each empty SQLite file gets at once what they made."""
    made = Schema(migrate._upgrade)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(migrate, "_upgrade", made)
        yield


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("BROADCASTER_LANG", "en")
    yield
    language.use("en")


@pytest.fixture(scope="session")
def _example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example")
    assert here(folder, "init", "--example").code == 0
    return folder


@pytest.fixture(scope="session")
def _small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    for args in (
        ("init", "--name", "Phú Hòa"),
        ("person", "add", AUTHOR),
        ("hamlet", "add", "ap-1", "--name", "Ấp 1"),
        ("hamlet", "add", "ap-2", "--name", "Ấp 2"),
    ):
        assert here(folder, *args).code == 0
    settings = folder / "broadcaster.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('"gtts", ', ""), encoding="utf-8")
    return folder


@pytest.fixture
def example(tmp_path: Path, _example: Path) -> Path:
    """A fresh copy of the example station's folder."""
    return Path(shutil.copytree(_example, tmp_path / "example"))


@pytest.fixture
def small(tmp_path: Path, _small: Path) -> Path:
    """A fresh station with two hamlets, one person, espeak, and nothing to say."""
    return Path(shutil.copytree(_small, tmp_path / "small"))
