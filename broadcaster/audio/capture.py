"""An input of the computer, open: microphone, line, or the monitor of an output."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from broadcaster.audio.clip import RATE
from broadcaster.errors import AudioError
from broadcaster.language import _


class Capture:
    """`take` gets block after block, mono at audio.RATE, in the sound system's own thread, until `close`."""

    def __init__(
        self,
        backends: Sequence[Any],
        take: Callable[[NDArray[np.int16]], None],
        *,
        name: str = "",
        buffer_ms: int = 100,
    ) -> None:
        """`backends`: miniaudio's, in the order tried; `name`: empty is the computer's default input.

        AudioError: there is none of that name, or it cannot be opened.
        """
        import miniaudio  # slow to load, and only this needs it

        listening = _listening(take)
        next(listening)
        try:
            self._device = miniaudio.CaptureDevice(
                nchannels=1,
                sample_rate=RATE,
                buffersize_msec=buffer_ms,
                device_id=_device_id(name, backends),
                backends=list(backends),
                app_name="broadcaster",
            )
            self._device.start(listening)
        except miniaudio.MiniaudioError as error:
            raise _trouble(name, error) from error

    def close(self) -> None:
        self._device.close()


def _device_id(name: str, backends: Sequence[Any]) -> Any:
    import miniaudio

    if not name:
        return None
    known = {str(found["name"]): found["id"] for found in miniaudio.Devices(list(backends)).get_captures()}
    if name not in known:
        raise _trouble(name, _("the computer has only: {names}").format(names=", ".join(known)))
    return known[name]


def _listening(take: Callable[[NDArray[np.int16]], None]) -> Generator[None, bytes, None]:
    while True:
        take(np.frombuffer((yield), dtype=np.int16))


def _trouble(name: str, why: object) -> AudioError:
    shown = name or _("default device")
    return AudioError(
        _("The microphone cannot be opened"),
        f"{shown}: {why}",
        _("Check its cable, and that no other program holds it"),
    )
