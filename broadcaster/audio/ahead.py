"""Several things at once: the next block is made while this one is worked on."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def ahead(things: Iterable[T], together: int = 1) -> Iterator[T]:
    """The same things in the same order, each made in another thread while the one before is in use.

    At most one waits; or as many as are made `together`, so that the threads wait for each other less often.
    What making one raises is raised here.
    """
    source = iter(things)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(_some, source, together)
        while some := waiting.result():
            waiting = pool.submit(_some, source, together)
            yield from some


def _some(source: Iterator[T], most: int) -> list[T]:
    return list(islice(source, most))


def taken_ahead(things: Sequence[T], workers: int = 2) -> Iterator[T]:
    """Each of `things` in order; as many threads get the next ones while one is in use."""
    with ThreadPoolExecutor(workers) as pool:
        waiting = deque[Future[T]]()
        for number in range(len(things)):
            waiting.append(pool.submit(things.__getitem__, number))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
