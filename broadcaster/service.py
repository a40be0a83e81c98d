"""Has the operating system run the daemon, or a hamlet PC: a systemd unit, or a Windows scheduled task."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from broadcaster.errors import StationError
from broadcaster.language import _

_SLEEPS = ("sleep.target", "suspend.target", "hibernate.target", "hybrid-sleep.target")


@dataclass(frozen=True)
class Role:
    """What runs in a folder."""

    name: str
    """Of the service."""
    command: str
    what: str


STATION = Role("broadcaster", "daemon", "Commune radio station")
PLAYER = Role("broadcaster-player", "player", "Hamlet loudspeaker PC")


@dataclass(frozen=True)
class Unit:
    """What to write where, and what a person runs afterwards."""

    path: Path
    text: str
    encoding: str
    commands: tuple[str, ...]


def unit_for(folder: Path, platform: str = sys.platform, role: Role = STATION) -> Unit:
    """The unit that runs `role` in `folder` with this Python.

    StationError where neither exists, or for a folder whose name no unit can hold.
    """
    if not str(folder).isprintable():
        raise StationError(_("No service can name this folder"), repr(str(folder)), _("Rename it"))
    if platform == "win32":
        return _task(folder, role)
    if platform == "linux":
        return _systemd(folder, role, root=os.geteuid() == 0)
    raise StationError(
        _("There is no service for this system"),
        platform,
        _("Start this with the computer: {command}").format(command=" ".join(_command(folder, role))),
    )


def write(unit: Unit) -> None:
    """StationError when the unit cannot be written."""
    try:
        unit.path.parent.mkdir(parents=True, exist_ok=True)
        part = unit.path.with_name(unit.path.name + ".part")
        part.write_text(unit.text, encoding=unit.encoding)
        part.replace(unit.path)
    except OSError as error:
        raise StationError(
            _("The service cannot be written"), f"{unit.path}: {error.strerror}", _("Run it as administrator")
        ) from error


def _command(folder: Path, role: Role) -> list[str]:
    return [sys.executable, "-m", "broadcaster", "--station", str(folder), role.command]


def _systemd(folder: Path, role: Role, *, root: bool) -> Unit:
    home = Path("/etc/systemd/system") if root else Path.home() / ".config" / "systemd" / "user"
    user = "" if root else "--user "
    sudo, begin = ("", ()) if root else ("sudo ", ("loginctl enable-linger",))
    text = f"""\
[Unit]
Description={role.what} in {_percent(str(folder))}
After=network.target sound.target time-sync.target
StartLimitIntervalSec=0

[Service]
WorkingDirectory={_percent(str(folder))}
ExecStart={_quoted(_command(folder, role))}
Restart=always
RestartSec=3
TimeoutStopSec=20
{_rights(folder) if root else ""}
[Install]
WantedBy={"multi-user" if root else "default"}.target
"""
    commands = (
        *begin,
        f"{sudo}systemctl mask {' '.join(_SLEEPS)}",
        f"systemctl {user}daemon-reload",
        f"systemctl {user}enable --now {role.name}",
    )
    return Unit(home / f"{role.name}.service", text, "utf-8", commands)


def _rights(folder: Path) -> str:
    """Whose the files stay, and what the sound card asks of somebody who is not logged in."""
    import grp  # only where there is systemd

    owner = folder.stat().st_uid if folder.exists() else 0
    audio = [group.gr_name for group in grp.getgrall() if group.gr_name == "audio"]
    return "".join(
        f"{line}\n" for line in (f"User={owner}", *(f"SupplementaryGroups={g}" for g in audio), "Nice=-5")
    )


def _quoted(command: list[str]) -> str:
    """As systemd reads a command line: each word in quotes, % doubled, $ kept."""
    words = (word.replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$") for word in command)
    return " ".join(f'"{_percent(word)}"' for word in words)


def _percent(text: str) -> str:
    return text.replace("%", "%%")


def _task(folder: Path, role: Role) -> Unit:
    program, *arguments = _command(folder, role)
    text = f"""\
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.3" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <Triggers><BootTrigger><Enabled>true</Enabled></BootTrigger></Triggers>
  <Principals>
    <Principal id="Author"><UserId>S-1-5-18</UserId><RunLevel>HighestAvailable</RunLevel></Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <WakeToRun>true</WakeToRun>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure><Interval>PT1M</Interval><Count>999</Count></RestartOnFailure>
    <Priority>4</Priority>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{escape(program)}</Command>
      <Arguments>{escape(subprocess.list2cmdline(arguments))}</Arguments>
      <WorkingDirectory>{escape(str(folder))}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"""
    path = folder / f"{role.name}-task.xml"
    create = subprocess.list2cmdline(["schtasks", "/Create", "/TN", role.name, "/XML", str(path), "/F"])
    return Unit(path, text, "utf-16", (create, f"schtasks /Run /TN {role.name}"))


def on_a_pi() -> bool:
    """Whether this computer is a Raspberry Pi."""
    try:
        return "Raspberry Pi" in Path("/proc/device-tree/model").read_text(errors="replace")
    except OSError:
        return False


def keep_awake() -> None:
    """Keep Windows from sleeping while this process runs; elsewhere the service sees to it."""
    if sys.platform == "win32":
        import ctypes

        continuous, system_required = 0x80000000, 0x00000001
        ctypes.windll.kernel32.SetThreadExecutionState(continuous | system_required)
