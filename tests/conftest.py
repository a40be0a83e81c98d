"""The journey starts with the session and sleeps beside the other tests; its own tests come last."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import subprocess
import sys
import tempfile
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


LONG = (
    "test_soak.py",
    "test_soak_network.py",
    "test_emergency.py",
    "test_daemon.py",
    "test_hamlet_pc_doc.py",
)
"""Files whose tests take up to a minute each, and share nothing."""
SOON = (
    "test_killed.py",
    "test_player_process.py",
    "test_interrupted.py",
    "test_sound.py",
    "test_player_days.py",
)
"""Files that take nearly as long as a whole."""


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


def _of_the_journey(item: pytest.Item) -> bool:
    return item.path.name == "test_journey.py"


class ByFile(LoadScopeScheduling):  # type: ignore[misc]
    """A file is one worker's, so that what its tests share is made once; each long test goes by itself."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return nodeid if Path(file).name in LONG else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first: nobody waits for them at the end."""
    turns = (*LONG, *SOON)
    items.sort(
        key=lambda item: (
            _of_the_journey(item),
            turns.index(item.path.name) if item.path.name in turns else len(turns),
        )
    )


def pytest_collection_finish(session: pytest.Session) -> None:
    """One worker of the session, and only one, starts it. What was collected stays: it is not looked through
    for garbage again and again."""
    gc.collect()
    gc.freeze()
    gc.enable()
    if session.config.option.collectonly or not any(map(_of_the_journey, session.items)):
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
