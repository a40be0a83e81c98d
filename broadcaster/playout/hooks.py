"""What switches an amplifier: a command, bytes on a serial port, or an HTTP request."""

from __future__ import annotations

import subprocess
import tempfile
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from typing import Protocol

from broadcaster.config import hooks as hook_settings
from broadcaster.errors import OutputError
from broadcaster.language import _

_KEPT_BYTES = 2000


class Hook(Protocol):
    """One way of switching something on or off."""

    def run(self, timeout: float) -> str:
        """Do it; what was answered, for the log. OutputError: it failed, or took longer than `timeout` s."""
        ...


@dataclass(frozen=True)
class Command:
    """A program and its arguments; no shell reads them. Exit code 0 means done."""

    args: tuple[str, ...]

    def run(self, timeout: float) -> str:
        # To a file and not a pipe: what the program leaves running would hold a pipe open for ever.
        with tempfile.TemporaryFile() as told:
            try:
                done = subprocess.run(  # noqa: S603 (named by the installer, without a shell)
                    self.args,
                    stdin=subprocess.DEVNULL,
                    stdout=told,
                    stderr=subprocess.STDOUT,
                    timeout=timeout,
                    check=False,
                )
            except subprocess.TimeoutExpired as error:
                raise _failed(self.args[0], _("no end after {n} s").format(n=round(timeout))) from error
            except (OSError, ValueError) as error:
                raise _failed(self.args[0], error) from error
            told.seek(0)
            words = _words(told.read(_KEPT_BYTES))
        if done.returncode:
            raise _failed(self.args[0], _("exit code {n}: {words}").format(n=done.returncode, words=words))
        return words


@dataclass(frozen=True)
class Request:
    """GET when there is no `body`, else POST. Any status below 400 means done."""

    url: str
    body: str | None = None

    def run(self, timeout: float) -> str:
        data = None if self.body is None else self.body.encode()
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with direct.open(self.url, data, timeout) as answer:
                return f"{answer.status} {_words(answer.read(_KEPT_BYTES))}"
        except (OSError, ValueError, HTTPException) as error:
            raise _failed(self.url, error) from error


@dataclass(frozen=True)
class SerialBytes:
    """Bytes for a relay on a serial port ("COM3", "/dev/ttyUSB0"). Needs the extra `serial`."""

    port: str
    data: bytes
    baud: int = 9600

    def run(self, timeout: float) -> str:
        try:
            import serial
        except ImportError as error:
            raise OutputError(
                _("Serial ports need one more package"), self.port, 'pip install "broadcaster[serial]"'
            ) from error
        try:
            with serial.Serial(self.port, self.baud, write_timeout=timeout) as port:
                port.write(self.data)
                port.flush()
        except (OSError, ValueError) as error:  # SerialException is an OSError
            raise _failed(self.port, error) from error
        return self.data.hex(" ")


def from_settings(hook: hook_settings.Hook | None) -> Hook | None:
    if hook is None:
        return None
    if hook.command:
        return Command(hook.command)
    if hook.serial:
        return SerialBytes(hook.serial, hook.send, hook.baud)
    return Request(hook.post, hook.body) if hook.post else Request(hook.get or "")


def _words(told: bytes) -> str:
    return " ".join(told.decode("utf-8", "replace").split())


def _failed(item: str, why: object) -> OutputError:
    todo = _("See [hooks] in the settings")
    return OutputError(_("The amplifier was not switched"), f"{item}: {why}", todo)
