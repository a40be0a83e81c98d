"""Which sound cards this computer has. Looked for in a child process: without a card, ALSA writes to the
terminal, and a broken driver may take its process with it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

_LONGEST_S = 10.0
_BACKENDS = ("WASAPI", "DSOUND", "WINMM", "COREAUDIO", "PULSEAUDIO", "ALSA", "SNDIO", "AUDIO4", "OSS")
"""In the order tried. Not JACK: without its server it was seen to end the process with a bus error."""
_NO_CARD = "Discard all samples"
"""ALSA's null device, which is listed where there is no card."""


def sound_cards() -> tuple[str, ...]:
    """Their names; empty when there is none, or none that answers in 10 s."""
    try:
        found = subprocess.run(  # noqa: S603 (our own interpreter and module)
            [sys.executable, "-m", __name__],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LONGEST_S,
            check=True,
        )
        return tuple(json.loads(found.stdout))
    except (OSError, subprocess.SubprocessError, ValueError):
        return ()


def soundcard_present() -> bool:
    return bool(sound_cards())


def real_backends() -> list[Any]:
    """Those of miniaudio's backends on this computer that lead to a sound card."""
    import miniaudio  # slow to load, and the parent does not need it

    enabled = {backend.name: backend for backend in miniaudio.get_enabled_backends()}
    return [enabled[name] for name in _BACKENDS if name in enabled]


def _main() -> None:
    import miniaudio

    try:
        names = [str(found["name"]) for found in miniaudio.Devices(real_backends()).get_playbacks()]
    except miniaudio.MiniaudioError:
        names = []
    sys.stdout.write(json.dumps([name for name in names if not name.startswith(_NO_CARD)]))


if __name__ == "__main__":
    _main()
