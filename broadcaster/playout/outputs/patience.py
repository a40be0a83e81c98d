"""Waiting for a driver no longer than it deserves."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def within(seconds: float, make: Callable[[], T], give_back: Callable[[T], None]) -> T:
    """What `make` returns or raises, in a thread of its own. TimeoutError after `seconds`;
    then it is left behind, and what it makes later is given back."""
    made: list[T] = []
    raised: list[BaseException] = []
    given_up = False
    over = threading.Condition()

    def work() -> None:
        try:
            thing = make()
        except BaseException as error:  # noqa: BLE001 (raised again where it is waited for)
            with over:
                raised.append(error)
                over.notify_all()
            return
        with over:
            made.append(thing)
            over.notify_all()
            late = given_up
        if late:
            give_back(thing)

    threading.Thread(target=work, name="patience", daemon=True).start()
    with over:
        over.wait_for(lambda: made or raised, seconds)
        given_up = not made
    if raised:
        raise raised[0]
    if given_up:
        raise TimeoutError
    return made[0]
