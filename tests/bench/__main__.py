"""python -m tests.bench [NAME…]: run these benchmarks, or all; exit 1 when a bound is not held."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from tests.bench.crowd import crowd
from tests.bench.network import polls
from tests.bench.production import bulletins, espeak, hour, memory
from tests.bench.publish import publish
from tests.bench.reading import reading
from tests.bench.start_of_sound import start_of_sound
from tests.bench.timetable import timetable
from tests.bench.voices import edited, requests

BENCHES: Mapping[str, Callable[[], bool]] = {
    bench.__name__: bench
    for bench in (
        *(reading, bulletins, hour, memory, espeak, edited, requests, start_of_sound, timetable, publish),
        *(polls, crowd),
    )
}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are: {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    failed = []
    for name in names or BENCHES:
        print(f"\n== {name}", flush=True)
        if not BENCHES[name]():
            failed.append(name)
    if failed:
        print(f"\nbounds not held: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
