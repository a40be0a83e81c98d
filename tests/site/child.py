"""python -m tests.site.child STATION SITE: publishes without a pause, each time with another address, until
it is killed; a line for each time."""

from __future__ import annotations

import sys
from itertools import cycle
from pathlib import Path

from broadcaster.cli.publish import published
from broadcaster.station import Station

ADDRESSES = ("https://mot.example/tin", "https://hai.example")


def main(folder: Path, site: Path) -> None:
    with Station(folder) as station:
        for address in cycle(ADDRESSES):
            published(station, site, address)
            print("published", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
