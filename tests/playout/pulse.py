"""A PulseAudio server of the test's own, with sound cards that are plugged in and pulled out at will.

horn = server.plug("horn")      a null sink
server.pull("horn")             gone
with server.ear("horn") as ear: its monitor, recorded by parec with the instant of every sample
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import miniaudio
import numpy as np
import pytest
from numpy.typing import NDArray

from broadcaster.audio import RATE
from broadcaster.clock import SystemClock
from broadcaster.playout.outputs.opening import Outputs

NEEDED = ("pulseaudio", "pactl", "parec")
needs_pulse = pytest.mark.skipif(
    not all(map(shutil.which, NEEDED)), reason="needs pulseaudio and pulseaudio-utils"
)
_ATTEMPTS = 3
_START_S = 15.0


class Ear:
    """What one sink sounds: mono at audio.RATE, by parec on its monitor."""

    def __init__(self, server: Pulse, sink: str) -> None:
        command = ["parec", "-d", f"{sink}.monitor", "--format=s16le", "--channels=1", f"--rate={RATE}"]
        self._process = subprocess.Popen(
            [*command, "--raw", "--latency-msec=10"],
            env=server.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        self._blocks: list[tuple[float, bytes]] = []
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        end = time.monotonic() + _START_S
        while not self._blocks and time.monotonic() < end:
            time.sleep(0.01)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        while block := os.read(self._process.stdout.fileno(), 1 << 16):
            self._blocks.append((time.monotonic(), block))

    def heard(self) -> tuple[NDArray[np.int16], NDArray[np.float64]]:
        """(samples so far, the monotonic instant of each).

        A block arrives after its last sample, sometimes late and never early: the earliest arrival of the
        blocks around a sample tells its instant.
        """
        blocks = list(self._blocks)
        counts = np.array([len(block) // 2 for _, block in blocks])
        ends = np.cumsum(counts)
        zeros = np.array([at for at, _ in blocks]) - ends / RATE
        around = np.array([zeros[max(0, n - 200) : n + 200].min() for n in range(len(zeros))])
        samples = np.frombuffer(b"".join(block for _, block in blocks), np.int16)
        return samples, np.repeat(around, counts) + np.arange(len(samples)) / RATE

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()
        self._thread.join(5)
        assert self._process.stdout is not None
        self._process.stdout.close()


class Pulse:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._modules: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self.environment = os.environ | {
            "PULSE_SERVER": f"unix:{folder}/native",
            "PULSE_RUNTIME_PATH": str(folder),
            "PULSE_STATE_PATH": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "HOME": str(folder),
        }

    def start(self) -> None:
        """It was seen to abort on an assertion of its own: it is tried three times."""
        for _attempt in range(_ATTEMPTS):
            self._process = subprocess.Popen(
                [
                    *("pulseaudio", "-n", "--daemonize=no", "--disable-shm=yes", "--exit-idle-time=-1"),
                    *("--use-pid-file=no", f"--log-target=file:{self._folder}/pulse.log"),
                    f"--load=module-native-protocol-unix auth-anonymous=1 socket={self._folder}/native",
                ],
                env=self.environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            if self._answers():
                return
            self.stop()
        pytest.skip("PulseAudio does not start here")

    def _answers(self) -> bool:
        end = time.monotonic() + _START_S
        while time.monotonic() < end and self._process is not None and self._process.poll() is None:
            asked = subprocess.run(["pactl", "info"], env=self.environment, capture_output=True, check=False)
            if asked.returncode == 0:
                return True
            time.sleep(0.05)
        return False

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def control(self, *args: str) -> str:
        done = subprocess.run(
            ["pactl", *args], env=self.environment, capture_output=True, text=True, check=True, timeout=20
        )
        return done.stdout.strip()

    def plug(self, sink: str, rate: int = RATE) -> None:
        self._modules[sink] = self.control(
            "load-module",
            "module-null-sink",
            f"sink_name={sink}",
            f"rate={rate}",
            "channels=2",
            f"sink_properties=device.description={sink}",
        )

    def pull(self, sink: str) -> None:
        self.control("unload-module", self._modules.pop(sink))

    @contextmanager
    def noise(self, sink: str) -> Iterator[None]:
        """Another program sounds there too, if with silence, and asks for a quick answer."""
        command = ["pacat", "-d", sink, "--raw", "--latency-msec=30", "/dev/zero"]
        with subprocess.Popen(command, env=self.environment) as process:
            try:
                yield
            finally:
                process.terminate()

    @contextmanager
    def ear(self, sink: str) -> Iterator[Ear]:
        ear = Ear(self, sink)
        try:
            yield ear
        finally:
            ear.stop()


@contextmanager
def running(folder: Path) -> Iterator[Pulse]:
    """A server, to which this process's own sound goes meanwhile."""
    server = Pulse(folder)
    server.start()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("PULSE_SERVER", "PULSE_RUNTIME_PATH"):
            patch.setenv(name, server.environment[name])
        try:
            yield server
        finally:
            server.stop()


def outputs(folder: Path) -> Outputs:
    """Those of this server, for its default card and any other."""
    return Outputs(
        folder,
        SystemClock(),
        ZoneInfo("Asia/Ho_Chi_Minh"),
        cards=lambda: ("horn",),
        backends=lambda: [miniaudio.Backend.PULSEAUDIO],
    )
