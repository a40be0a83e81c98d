"""The witness: a process that hears what the outputs send and writes it down in a file of its own.

It knows nothing of the program that it judges: standard library only. Started as `python witness.py FILE`,
it prints the port that it listens on (127.0.0.1), and ends when its standard input does. Each block that
arrives is a line of JSON `{"airings": [...], "first": N, "count": N}`, followed by `count` 16-bit samples; it
becomes a line of FILE, the same with "at" (wall clock), "sha256" and "level" (root mean square, of full
scale), on disk before the next block is read. A block may say "every": only each so many-th of its samples
follows; and "true": the simulated time of its first sample, told by the simulated card that sounded it.
"""

from __future__ import annotations

import array
import hashlib
import json
import math
import os
import socketserver
import sys
import threading
import time
from pathlib import Path

LONGEST_LINE = 10_000
LONGEST_BLOCK = 1_000_000


class Witness(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, path: Path) -> None:
        super().__init__(("127.0.0.1", 0), Listener)
        self._file = path.open("ab", buffering=0)
        self._lock = threading.Lock()

    def write(self, line: dict[str, object]) -> None:
        with self._lock:
            self._file.write(json.dumps(line).encode() + b"\n")
            os.fsync(self._file.fileno())


class Listener(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        witness = self.server
        assert isinstance(witness, Witness)
        while line := self.rfile.readline(LONGEST_LINE):
            try:
                block = json.loads(line)
            except ValueError:
                return  # the sender died in the middle of it
            if not 0 < block["count"] <= LONGEST_BLOCK:
                raise ValueError(f"a block of {block['count']} samples")
            size = 2 * -(-block["count"] // block.get("every", 1))
            samples = self.rfile.read(size)
            if len(samples) < size:
                return  # the sender died in the middle of it
            heard = {name: block[name] for name in ("airings", "first", "count", "true") if name in block}
            witness.write({"at": time.time(), **heard, **_described(samples)})


def _described(samples: bytes) -> dict[str, object]:
    values = array.array("h", samples)
    level = math.sqrt(sum(value * value for value in values) / len(values)) / 32768
    return {"sha256": hashlib.sha256(samples).hexdigest(), "level": round(level, 5)}


def main() -> None:
    with Witness(Path(sys.argv[1])) as witness:
        sys.stdout.write(f"{witness.server_address[1]}\n")
        sys.stdout.flush()
        threading.Thread(target=witness.serve_forever, daemon=True).start()
        sys.stdin.read()


if __name__ == "__main__":
    main()
