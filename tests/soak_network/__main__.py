"""The network soak: kills, cuts, replays and forgeries between a station and its hamlet PCs; and how alike
two of these start. See docs/developer/soak.md."""

from __future__ import annotations

import argparse
import sys
import time
from random import Random

from tests.soak.folder import soak_folder
from tests.soak_network.breaks import BREAKS
from tests.soak_network.commune import Commune
from tests.soak_network.ears import by_frames, by_recording, records
from tests.soak_network.judge import COLUMNS, Verdict
from tests.soak_network.kills import besiege, planted
from tests.soak_network.skew import P99_S, starts

_SHOWN = 3


def _tell(verdict: Verdict, commune: Commune) -> None:
    """The faults of each hamlet and column, and what was tried."""
    for (code, column), faults in verdict.faults.items():
        for fault in faults[:_SHOWN]:
            print(f"{code}: {column}: {fault}\n")
        if len(faults) > _SHOWN:
            print(f"{code}: {column}: and {len(faults) - _SHOWN} more\n")
    tricks = ", ".join(f"{name} {count}" for name, count in sorted(commune.hijacker.played.items()))
    print(f"tricks: {tricks}")
    print(f"heard: {verdict.seconds:.0f} s of sound, of {verdict.sounded} airings", flush=True)


def _skew(asked: argparse.Namespace) -> bool:
    how, ear = ("placed", by_frames) if asked.placed else ("recorded", by_recording)
    if not asked.placed and not records():
        print("SKIPPED: nothing here to record with (pulseaudio, pulseaudio-utils); placed starts instead")
        how, ear = "placed", by_frames
    with soak_folder(keep=asked.keep) as folder:
        skew = starts(folder, asked.starts, Random(f"starts {asked.seed}"), ear)
    print(f"{how} starts {len(skew.apart)} of {asked.starts}: {skew}", flush=True)
    return len(skew.apart) == asked.starts and skew.p99 <= P99_S


def _besiege(asked: argparse.Namespace) -> bool:
    begin = time.monotonic()
    with soak_folder(keep=asked.keep) as folder:
        verdict, commune = besiege(folder, asked.kills, Random(f"network {asked.seed}"))
    _tell(verdict, commune)
    print(f"kills {asked.kills} in {time.monotonic() - begin:.0f} s")
    print(f"seed {asked.seed}: airings {verdict.airings}, {verdict.counts()}", flush=True)
    return verdict.clean


def _planted(asked: argparse.Namespace) -> bool:
    """Whether each fault is told by its number, in its hamlet."""
    with soak_folder(keep=asked.keep) as folder:
        verdict, commune = planted(folder, Random(f"planted {asked.seed}"))
    _tell(verdict, commune)
    for name in BREAKS:
        counts = ", ".join(f"{column} {len(verdict.faults[f'ap-{name}', column])}" for column in COLUMNS)
        print(f"planted {name}: {counts}", flush=True)
    return all(verdict.faults[f"ap-{name}", column] for name, (_plant, column) in BREAKS.items())


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak_network", description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--kills", type=int, default=200, help="of station and hamlet PCs; 0: none")
    parser.add_argument("--starts", type=int, default=100, help="of two hamlet PCs at once; 0: none")
    parser.add_argument(
        "--placed", action="store_true", help="starts by the frames of simulated cards, not by a recording"
    )
    parser.add_argument("--planted", action="store_true", help="only show that each planted fault is found")
    parser.add_argument("--keep", action="store_true", help="leave the folders where they are")
    return parser.parse_args()


def main() -> None:
    asked = _asked()
    if asked.planted:
        sys.exit(0 if _planted(asked) else 1)
    fine = [_skew(asked)] if asked.starts else []
    fine += [_besiege(asked)] if asked.kills else []
    sys.exit(0 if all(fine) else 1)


if __name__ == "__main__":
    main()
