"""python -m tests.bench [NAME…]: run these benchmarks, or all; exit 1 when a bound is not held."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec

from tests.bench import production


def _module(name: str) -> Callable[[], bool]:
    """A benchmark that is a module of its own and says by its exit code whether its bounds hold."""

    def run() -> bool:
        return subprocess.run([sys.executable, "-m", name], check=False).returncode == 0

    return run


BENCHES: Mapping[str, Callable[[], bool]] = {
    "bulletins": production.bulletins,
    "hour": production.hour,
    "memory": production.memory,
    "espeak": production.espeak,
    **{
        name: _module(module)
        for name, module in (("reading", "tests.bench_reading"), ("voices", "tests.bench_voices"))
        if find_spec(module)
    },
}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are: {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    held = True
    for name in names or BENCHES:
        print(f"\n== {name}", flush=True)
        held = BENCHES[name]() and held
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
