"""The next thing is made while this one is in use."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import overload

import pytest

from broadcaster.audio import ahead, taken_ahead


class Shelf(Sequence[int]):
    """Takes are remembered, and each waits until as many as `together` are under way."""

    def __init__(self, length: int, together: int = 1) -> None:
        self._length = length
        self._meeting = threading.Barrier(together)
        self.taken: list[int] = []

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...
    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        assert isinstance(index, int)
        self._meeting.wait(5)
        self.taken.append(index)
        return index * index


def test_things_come_in_their_order() -> None:
    assert list(ahead(range(100))) == list(range(100))
    assert list(ahead(())) == []
    assert list(taken_ahead(Shelf(9))) == [0, 1, 4, 9, 16, 25, 36, 49, 64]
    assert list(taken_ahead(Shelf(0))) == list(taken_ahead(())) == []


@pytest.mark.parametrize("together", [1, 2, 7, 200])
def test_things_made_together_come_in_their_order(together: int) -> None:
    assert list(ahead(range(100), together)) == list(range(100))
    assert list(ahead((), together)) == []


def test_one_thing_is_made_while_another_is_in_use() -> None:
    made = threading.Event()

    def things() -> Iterator[str]:
        yield "first"
        made.set()
        yield "second"

    for thing in ahead(things()):
        if thing == "first":
            assert made.wait(5)


def test_nothing_is_made_far_ahead() -> None:
    made: list[int] = []

    def things() -> Iterator[int]:
        for number in range(10):
            made.append(number)
            yield number

    coming = ahead(things())
    next(coming)
    next(coming)

    assert len(made) <= 3


def test_two_threads_take_at_the_same_time() -> None:
    shelf = Shelf(6, together=2)

    taking = taken_ahead(shelf, workers=2)

    assert next(taking) == 0
    assert len(shelf.taken) <= 4
    assert list(taking) == [1, 4, 9, 16, 25]


def test_what_goes_wrong_there_is_told_here() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise ZeroDivisionError("over there")

    things = ahead(failing())
    assert next(things) == 1
    with pytest.raises(ZeroDivisionError, match="over there"):
        next(things)
    with pytest.raises(IndexError):
        list(taken_ahead(_Short()))


class _Short(Sequence[int]):
    def __len__(self) -> int:
        return 3

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...
    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        return [7, 8][index]
