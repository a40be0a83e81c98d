"""What systemd and Windows are given to run."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from broadcaster.errors import StationError
from broadcaster.service import Unit, keep_awake, unit_for, write

FOLDERS = [
    "/srv/dai",
    "/srv/Đài truyền thanh xã Tân Hưng",
    '/srv/100% "loa" của $HOME\\x',
    "/srv/a & b <c> 'd'",
]
SPACE = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


def systemd(text: str) -> configparser.ConfigParser:
    """A unit file, read as strictly as its format allows."""
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#", ";"))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return parser


def words(command: str) -> list[str]:
    """As systemd takes a command line apart: quotes and backslashes, then $$ and %%."""
    assert not re.search(r"(?<!%)%(%%)*(?!%)", command), "a lone % is a specifier"
    return [word.replace("$$", "$").replace("%%", "%") for word in shlex.split(command)]


@pytest.mark.parametrize("folder", FOLDERS)
def test_systemd_runs_the_daemon_of_that_folder(folder: str) -> None:
    unit = unit_for(Path(folder), "linux")
    parsed = systemd(unit.text)
    service = parsed["Service"]

    assert words(service["ExecStart"]) == [
        sys.executable,
        "-m",
        "broadcaster",
        "--station",
        folder,
        "daemon",
    ]
    assert service["WorkingDirectory"].replace("%%", "%") == folder
    assert parsed["Unit"]["Description"].replace("%%", "%").endswith(folder)
    assert service["Restart"] == "always"
    assert parsed["Unit"]["StartLimitIntervalSec"] == "0"
    assert parsed["Install"]["WantedBy"].endswith(".target")
    assert any("enable --now broadcaster" in command for command in unit.commands)
    assert any("mask sleep.target" in command for command in unit.commands)


@pytest.mark.parametrize("root", [True, False])
def test_root_and_others_get_what_they_may_have(
    root: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000)
    unit = unit_for(tmp_path, "linux")
    service = systemd(unit.text)["Service"]

    assert ("Nice" in service) is root, "a user's systemd may not raise itself, and would not start"
    assert (service.get("User") == str(tmp_path.stat().st_uid)) is root
    assert str(unit.path).startswith("/etc/systemd/system" if root else str(Path.home()))
    assert ("loginctl enable-linger" in unit.commands) is not root
    assert unit.path.name == "broadcaster.service"


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_windows_task_runs_it_too(folder: str) -> None:
    unit = unit_for(Path(folder), "win32")
    task = ElementTree.fromstring(unit.text.encode("utf-16"))
    run = task.find(f"{SPACE}Actions/{SPACE}Exec")
    assert run is not None
    told = {child.tag.removeprefix(SPACE): child.text or "" for child in run}

    assert told["Command"] == sys.executable
    assert told["WorkingDirectory"] == folder
    assert told["Arguments"].startswith("-m broadcaster --station ")
    assert told["Arguments"].endswith(" daemon")
    assert windows_words(told["Arguments"])[3] == folder
    for setting, value in (
        ("ExecutionTimeLimit", "PT0S"),
        ("MultipleInstancesPolicy", "IgnoreNew"),
        ("StopIfGoingOnBatteries", "false"),
        ("WakeToRun", "true"),
    ):
        assert task.findtext(f"{SPACE}Settings/{SPACE}{setting}") == value
    assert task.find(f"{SPACE}Triggers/{SPACE}BootTrigger") is not None
    assert unit.encoding == "utf-16"


def windows_words(line: str) -> list[str]:
    """As a C program on Windows takes its command line apart."""
    found, word, quoted = [], "", False
    for backslashes, mark, other in re.findall(r'(\\*)("?)([^\\"]?)', line):
        word += "\\" * (len(backslashes) // 2 if mark else len(backslashes))
        if mark and len(backslashes) % 2:
            word += '"'
        elif mark:
            quoted = not quoted
        if other == " " and not quoted:
            found.append(word)
            word = ""
        else:
            word += other
    return [*found, word]


def test_a_folder_whose_name_would_write_into_the_unit() -> None:
    for platform in ("linux", "win32"):
        with pytest.raises(StationError, match="Rename it"):
            unit_for(Path("/srv/x\nExecStart=/bin/sh"), platform)


def test_another_system_is_told_the_command() -> None:
    with pytest.raises(StationError, match="broadcaster --station /srv/dai daemon"):
        unit_for(Path("/srv/dai"), "darwin")


def test_it_is_written_whole_or_refused(tmp_path: Path) -> None:
    unit = Unit(tmp_path / "deep" / "broadcaster.service", "[Unit]\nĐài\n", "utf-8", ())
    write(unit)
    assert unit.path.read_text(encoding="utf-8") == unit.text
    assert [path.name for path in unit.path.parent.iterdir()] == ["broadcaster.service"]

    (tmp_path / "file").write_text("")
    with pytest.raises(StationError, match="administrator"):
        write(Unit(tmp_path / "file" / "broadcaster.service", "", "utf-8", ()))


def test_staying_awake_harms_nothing() -> None:
    keep_awake()
