"""Two things at once: the next block is made while this one is worked on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def ahead(things: Iterable[T]) -> Iterator[T]:
    """The same things in the same order, each made in another thread while the one before is in use.

    At most one waits. What making one raises is raised here.
    """
    source, end = iter(things), object()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(next, source, end)
        while (thing := waiting.result()) is not end:
            waiting = pool.submit(next, source, end)
            yield thing  # type: ignore[misc]
