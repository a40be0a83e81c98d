"""Where the lines of a slogan end, and how large its letters can be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from broadcaster.banners.words import Joint, joints

LEADING = 1.28
"""From line to line, in sizes of the letters: Vietnamese capitals carry two marks."""
CAP_HEIGHT, ABOVE, BELOW = 0.66, 0.33, 0.23
"""Of a capital; of the marks on it; of the dot below it."""
_MOST_LINES = 9
_SLACK = 1.06
"""How much smaller letters may become for the sake of better lines."""
_COSTS = {Joint.INSIDE: 5.0, Joint.STRAY: 1.0, Joint.LEANS: 0.3, Joint.FREE: 0.06, Joint.PAUSE: 0.0}
_WORTH = 3.0
"""A line that ends in a place of this cost is worth letters half as large."""
_LONE = 20.0

Measure = Callable[[str], float]
"""Width of some text in letters of size 1."""


@dataclass(frozen=True)
class Setting:
    lines: tuple[str, ...]
    size: float
    """Of the letters, in the unit of the box."""


def fitted(text: str, width: float, height: float, measure: Measure) -> Setting:
    """`text` in the largest letters that fit into the box, in lines of much the same length.

    A line ends between words of several syllables, not inside them, and after a comma rather than elsewhere;
    no syllable stands alone on the last line.
    """
    syllables = text.split()
    rows = _Rows(syllables, measure)
    tries = (rows.best(count) for count in range(1, min(_MOST_LINES, len(syllables)) + 1))
    settings = ((rows.cost(ends), _set(rows.lines(ends), width, height, measure)) for ends in tries)
    return max(settings, key=lambda found: found[1].size / (1 + found[0] / _WORTH))[1]


def _set(lines: tuple[str, ...], width: float, height: float, measure: Measure) -> Setting:
    tall = CAP_HEIGHT + ABOVE + BELOW + LEADING * (len(lines) - 1)
    return Setting(lines, min(width / max(map(measure, lines)), height / tall))


class _Rows:
    """Ways to cut the syllables into rows."""

    def __init__(self, syllables: Sequence[str], measure: Measure) -> None:
        self._syllables = syllables
        self._last = len(syllables)
        self._edges = list(accumulate((measure(f"{one} ") for one in syllables), initial=0.0))
        self._space = measure(" ")
        self._costs = [*(_COSTS[joint] for joint in joints(syllables)), 0.0]

    def lines(self, ends: Sequence[int]) -> tuple[str, ...]:
        starts = (0, *ends[:-1])
        return tuple(" ".join(self._syllables[start:end]) for start, end in zip(starts, ends, strict=True))

    def cost(self, ends: Sequence[int]) -> float:
        """Of where these rows end."""
        return sum(self._costs[end - 1] for end in ends)

    def best(self, count: int) -> tuple[int, ...]:
        """Where each of `count` rows ends: almost as narrow as can be, and cut where a reader would pause."""
        limit, mean = _SLACK * self._narrowest(count), self._width(0, self._last) / count

        @cache
        def cheapest(start: int, rows: int) -> tuple[float, tuple[int, ...]]:
            if rows == 1:
                return self._row_cost(start, self._last, mean, limit), (self._last,)
            found = []
            for end in range(start + 1, self._last - rows + 2):
                rest, ends = cheapest(end, rows - 1)
                cost = self._row_cost(start, end, mean, limit) + self._costs[end - 1]
                found.append((cost + rest, (end, *ends)))
            return min(found)

        return cheapest(0, count)[1]

    def _narrowest(self, count: int) -> float:
        """The least width into which `count` rows fit; a row cut inside a word counts half as wide again."""

        @cache
        def least(start: int, rows: int) -> float:
            if rows == 1:
                return self._width(start, self._last)
            ends = range(start + 1, self._last - rows + 2)
            return min(
                max(self._width(start, end), least(end, rows - 1)) * (1 + self._costs[end - 1] / 10)
                for end in ends
            )

        return least(0, count)

    def _row_cost(self, start: int, end: int, mean: float, limit: float) -> float:
        width = self._width(start, end)
        lone = _LONE if end == self._last and end - start == 1 and start else 0.0
        return (width / mean - 1) ** 2 + lone + (100 * (width / limit - 1) if width > limit else 0.0)

    def _width(self, start: int, end: int) -> float:
        return self._edges[end] - self._edges[start] - self._space
