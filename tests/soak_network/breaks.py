"""Faults planted in a hamlet PC from outside, to show that the soak would notice them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from broadcaster.network import fetching, follower, plain, reporting
from tests.soak import breaks


def plant(name: str) -> None:
    """Break this process's program in that way; "": in none."""
    if name:
        BREAKS[name][0]()


def _mute() -> None:
    """What became of its airings is never told."""
    breaks._replace(reporting, "report", lambda *_args: None)


def _unhashed() -> None:
    """What comes over the line is believed to be what its name says."""
    breaks._replace(fetching, "_is", lambda *_args: True)


def _gullible() -> None:
    """Signatures are not looked at."""

    def believed(_kind: Any, envelope: Any, _trusted: Any, limit: int) -> Any:
        return plain.parse(envelope["payload"].encode(), limit)

    breaks._replace(follower, "unseal", believed)


BREAKS: dict[str, tuple[Callable[[], None], str]] = {
    "mute": (_mute, "lost"),
    "double": (breaks.BREAKS["double"], "twice"),
    "unhashed": (_unhashed, "damaged"),
    "gullible": (_gullible, "obeyed forgeries"),
}
"""Each with the number that must tell of it."""
