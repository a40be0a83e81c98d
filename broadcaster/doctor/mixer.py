"""Whether the computer's own mixer keeps a sound card silent, as far as that can be asked: PulseAudio or
PipeWire, by `pactl`. Elsewhere nothing is known."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

_TIMEOUT_S = 5.0
_SILENT_PERCENT = 5


def silenced(device: str) -> str:
    """The sink of that `device` (empty: the default one), by name, if it is muted or turned down; else ""."""
    sinks = _sinks()
    default = _asked("get-default-sink").strip() if sinks else ""
    for sink in sinks:
        names = (str(sink.get("name", "")), str(sink.get("description", "")))
        if (device in names[1] if device else names[0] == default) and _is_silent(sink):
            return names[1] or names[0]
    return ""


def _is_silent(sink: dict[str, Any]) -> bool:
    if sink.get("mute"):
        return True
    loudest = [str(one.get("value_percent", "100%")).rstrip("%") for one in sink.get("volume", {}).values()]
    return bool(loudest) and max(int(percent) for percent in loudest if percent.isdigit()) < _SILENT_PERCENT


def _sinks() -> list[dict[str, Any]]:
    try:
        listed = json.loads(_asked("--format=json", "list", "sinks") or "[]")
    except ValueError:
        return []
    return [sink for sink in listed if isinstance(sink, dict)] if isinstance(listed, list) else []


def _asked(*words: str) -> str:
    try:
        run = subprocess.run(  # noqa: S603 (fixed words)
            ["pactl", *words],  # noqa: S607 (wherever the system has it)
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=True,
            env=os.environ | {"LC_ALL": "C.UTF-8"},
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return run.stdout.decode("utf-8", "replace")
