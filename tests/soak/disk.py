"""What a disk holds after a power cut: rebuilt from a trace of what a process wrote and what it synced."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

SYSCALLS = "openat,close,write,pwrite64,fsync,fdatasync,ftruncate,unlink,rename"
_CALL = re.compile(r"^(\d+) +(?:<\.\.\. (\w+) resumed>(.*)|(\w+)\((.*))$")
_RESULT = re.compile(r"^(.*)\) += (-?\d+)")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
_NUMBER = re.compile(r"-?\d+$")


@dataclass(frozen=True)
class Call:
    """One system call that succeeded, in the order in which they ended."""

    name: str
    strings: tuple[bytes, ...]
    numbers: tuple[int, ...]
    result: int


def calls(trace: Path) -> Iterator[Call]:
    """What `strace -f -xx -s 1000000 -e trace=SYSCALLS` wrote down."""
    begun: dict[str, str] = {}
    with trace.open(encoding="ascii") as lines:
        for line in lines:
            found = _CALL.match(line.rstrip("\n"))
            if found is None:
                continue
            thread, resumed, rest, name, arguments = found.groups()
            if resumed:
                name, arguments = resumed, begun.pop(thread, "") + rest
            elif arguments.endswith("<unfinished ...>"):
                begun[thread] = arguments.removesuffix("<unfinished ...>").rstrip()
                continue
            ended = _RESULT.match(arguments)
            if ended and int(ended[2]) >= 0:
                yield _call(name, ended[1], int(ended[2]))


def _call(name: str, arguments: str, result: int) -> Call:
    strings = tuple(bytes.fromhex(text.replace("\\x", "")) for text, _cut in _STRING.findall(arguments))
    plain = _STRING.sub("", arguments)
    numbers = tuple(int(word) for word in re.split(r"[,\s]+", plain) if _NUMBER.match(word))
    return Call(name, strings, numbers, result)


@dataclass
class _File:
    synced: bytes = b""
    unsynced: list[tuple[int, bytes | None]] = field(default_factory=list)
    """(place, what was written there), or (length, None): cut to it."""

    def sync(self) -> None:
        self.synced, self.unsynced = self.after(self.unsynced), []

    def after(self, changes: list[tuple[int, bytes | None]]) -> bytes:
        content = bytearray(self.synced)
        for place, data in changes:
            if data is None:
                content[place:] = bytes(max(0, place - len(content)))
            else:
                content[len(content) :] = bytes(max(0, place - len(content)))
                content[place : place + len(data)] = data
        return bytes(content)


class Disk:
    """One folder of it, which held what `before` holds. `apply` each call; `image` is what would be there if
    the power went now."""

    def __init__(self, folder: Path, before: Path) -> None:
        self._folder = folder
        self._synced = {path.name: _File(path.read_bytes()) for path in before.iterdir() if path.is_file()}
        self._names = dict(self._synced)
        self._open: dict[int, tuple[str, _File]] = {}
        self._directories: set[int] = set()

    def apply(self, call: Call) -> tuple[str, bytes] | None:
        """(file, what was appended to it), if that is what the call did."""
        match call.name:
            case "openat":
                self._opened(call)
            case "close" if call.numbers:
                self._open.pop(call.numbers[0], None)
                self._directories.discard(call.numbers[0])
            case "write" | "pwrite64" if call.numbers and call.numbers[0] in self._open:
                return self._written(call)
            case "ftruncate" if call.numbers and call.numbers[0] in self._open:
                self._open[call.numbers[0]][1].unsynced.append((call.numbers[1], None))
            case "fsync" | "fdatasync" if call.numbers:
                self._sync(call.numbers[0])
            case "unlink" if (name := self._name(call.strings[0])) is not None:
                self._names.pop(name, None)
            case "rename" if (name := self._name(call.strings[0])) is not None:
                self._names[Path(call.strings[1].decode()).name] = self._names.pop(name)
        return None

    def image(self, luck: Random | None = None) -> dict[str, bytes]:
        """Its files: what was synced, and with `luck` some of what was not."""
        names = self._names if luck and luck.random() < 0.5 else self._synced
        return {name: self._content(file, luck) for name, file in names.items()}

    @staticmethod
    def _content(file: _File, luck: Random | None) -> bytes:
        return file.after([change for change in file.unsynced if luck and luck.random() < 0.5])

    def _opened(self, call: Call) -> None:
        path = Path(call.strings[0].decode())
        if path == self._folder:
            self._directories.add(call.result)
        elif path.parent == self._folder:
            file = self._names.setdefault(path.name, _File())
            self._open[call.result] = path.name, file

    def _written(self, call: Call) -> tuple[str, bytes] | None:
        name, file = self._open[call.numbers[0]]
        data = call.strings[0]
        if call.name == "write":
            file.unsynced.append((len(file.after(file.unsynced)), data))
            return name, data
        file.unsynced.append((call.numbers[-1], data))
        return None

    def _sync(self, handle: int) -> None:
        if handle in self._directories:
            self._synced = dict(self._names)
        elif handle in self._open:
            self._open[handle][1].sync()

    def _name(self, path: bytes) -> str | None:
        found = Path(path.decode())
        return found.name if found.parent == self._folder and found.name in self._names else None
