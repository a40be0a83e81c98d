"""The installer's page is followed to the letter: from nothing to the first sound of a hamlet PC."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from tests.kit import AUTHOR, NO_GOOGLE, ROOT, Duty, free_port, here, rows, until

PAGE = ROOT / "docs" / "installer" / "hamlet_pc.md"
PLACEHOLDER = "XXXX-XXXX-XXXX-XXXX-XXXX-XXXX"
PACKAGES = sysconfig.get_path("purelib")
"""Stands for the package index, which no test asks: what pip would fetch from there lies here already."""


def block(after: str) -> list[str]:
    """The commands of the first block after these words."""
    text = PAGE.read_text(encoding="utf-8").partition(after)[2]
    found = re.search(r"```\w*\n(.*?)```", text, re.DOTALL)
    assert found, after
    return [line.strip() for line in found[1].splitlines() if line.strip()]


def at_the_pc(home: Path) -> dict[str, Any]:
    """Where and how the commands of the page are run."""
    env = os.environ | NO_GOOGLE | {"PYTHONPATH": PACKAGES, "HOME": str(home), "BROADCASTER_LANG": "en"}
    quiet = {"PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "PYTHONUNBUFFERED": "1"}
    return {
        "cwd": home,
        "env": env | quiet,
        "text": True,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.STDOUT,
    }


def checkout(at: Path) -> Path:
    """What somebody has copied to the hamlet PC."""
    at.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, at)
    for name in ("broadcaster", "scripts"):
        shutil.copytree(ROOT / name, at / name, ignore=shutil.ignore_patterns("__pycache__"))
    return at


def serve(station: Path, port: int) -> None:
    """The page's commands for the station."""
    (init,) = block("## At the station, once")
    assert here(station, *shlex.split(init.replace("10.0.0.5", "127.0.0.1"))[1:]).code == 0
    settings = block("Write into `broadcaster.toml`")
    listen = [line.replace("0.0.0.0:8443", f"127.0.0.1:{port}") for line in settings]
    with (station / "broadcaster.toml").open("a", encoding="utf-8") as file:
        file.write("\n" + "\n".join(listen) + "\n")


def code_for(station: Path, last_line: str, port: int) -> str:
    """The page's last line as `hamlet enrol` has printed it."""
    (enrol,) = block("At the station, get a code")
    run = here(station, *shlex.split(enrol)[1:])
    assert run.code == 0, run.err
    printed = run.out.splitlines()[-1].strip()
    code = printed.split()[-1]
    written = last_line.replace("10.0.0.5:8443", f"127.0.0.1:{port}").replace(PLACEHOLDER, code)
    assert written == f"broadcaster/bin/{printed}"
    return written


def test_three_commands_lead_to_the_first_sound_and_the_station_hears_of_it(
    small: Path, tmp_path: Path
) -> None:
    commands = block("<!-- three commands -->")
    assert len(commands) == 3
    home, port = tmp_path / "pc", free_port()
    home.mkdir()
    (home / "player.toml").write_text('output = "file:"\n')  # whatever sound card runs the tests
    copied = checkout(tmp_path / "checkout")
    serve(small, port)
    duty = Duty(small)
    player: subprocess.Popen[str] | None = None
    try:
        duty.hears("Hamlet PCs are served")
        for command in commands[:2]:
            words = [word.replace("/path/to/this/checkout", str(copied)) for word in shlex.split(command)]
            done = subprocess.run(words, timeout=120, **at_the_pc(home))
            assert done.returncode == 0, done.stdout
        last = code_for(small, commands[2], port)
        player = subprocess.Popen(shlex.split(last), **at_the_pc(home))
        until(lambda: rows(small, "select 1 from device"), 30, "the enrolment")
        until(lambda: rows(small, "select 1 from setting where name = 'siren'"), 30, "the siren")
        call = ("--hamlet", "ap-1", "--by", AUTHOR, "--reason", "lũ về", "--for", "1m")
        assert here(small, "emergency", "raise", "Lũ về. Sơ tán ngay.", *call).code == 0
        takes = home / "audio_out" / "ap-1"
        until(lambda: list(takes.glob("*.wav")), 60, "the first sound")
        told = "select 1 from asrun_event, device where device = device.id and kind = 'ended'"
        until(lambda: rows(small, told), 60, "its report")
        first = min(takes.glob("*.wav"))
        assert np.abs(soundfile.read(first, dtype="float32")[0]).max() > 0.1
        assert here(small, "hamlet", "set", "ap-1", "--code", "ap-moi").code == 0
        line = json.loads(here(small, "asrun", "--json").out)[0]
        assert (line["hamlet"], line["outcome"], line["reason"]) == ("ap-1", "aired", "")
    finally:
        if player is not None:
            player.terminate()
            told = player.communicate(timeout=30)[0]
            assert "Traceback" not in told, told
        duty.end()
