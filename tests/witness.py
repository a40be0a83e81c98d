"""The witness: a process that hears what the outputs send and writes it down by its own clock.

It knows nothing of the program that it judges: standard library only. Started as `python witness.py FILE`,
it prints the port that it listens on (127.0.0.1), and ends when its standard input does. Each block that
arrives is a line of JSON `{"airings": [...], "first": N, "count": N}`, followed by `count` 16-bit samples; it
becomes a line of FILE, the same with "at" (wall clock) and "sha256" (of the samples), on disk before the next
block is read.
"""

from __future__ import annotations

import hashlib
import json
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
            block = json.loads(line)
            if not 0 < block["count"] <= LONGEST_BLOCK:
                raise ValueError(f"a block of {block['count']} samples")
            samples = self.rfile.read(2 * block["count"])
            if len(samples) < 2 * block["count"]:
                return  # the sender died in the middle of it
            heard = {name: block[name] for name in ("airings", "first", "count")}
            witness.write({"at": time.time(), **heard, "sha256": hashlib.sha256(samples).hexdigest()})


def main() -> None:
    with Witness(Path(sys.argv[1])) as witness:
        sys.stdout.write(f"{witness.server_address[1]}\n")
        sys.stdout.flush()
        threading.Thread(target=witness.serve_forever, daemon=True).start()
        sys.stdin.read()


if __name__ == "__main__":
    main()
