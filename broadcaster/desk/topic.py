"""A topic of a year's plan: what is to be made known, and how often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True)
class Topic:
    id: str
    year: int
    """Of the plan that it stands in."""
    code: str
    """`1.2`: what is typed; unique in its year, and never changed."""
    title: str
    parent: str = ""
    """Id of the topic that it is a part of; empty: it stands at the top."""
    times: int | None = None
    """How often each hamlet is to hear of it in the year; None: no number was set."""
    minutes: int | None = None
    """How long each hamlet is to hear of it in the year."""
    first: date | None = None
    last: date | None = None
    """Both inclusive; None: from the year's first day, to its last."""
    position: int = 0
    """Its place in the plan."""
    words: str = ""
    """The plan's own words, in full; empty where a person added it."""
    origin: str = ""
    """Which line of the imported plan it came from; empty: a person added it."""
    removed: bool = False
    """Kept so that importing the plan once more does not bring it back."""


class Topics(Protocol):
    """What is asked of the store."""

    def topics(self, year: int | None = None) -> tuple[Topic, ...]:
        """Of that year's plan, or of all, by year and place in the plan; those that were removed too."""
        ...

    def save_topics(self, topics: Sequence[Topic], *, by: str, now: datetime, act: str) -> None:
        """Add them, or change those of the same id, in one transaction. DeskError: a code is taken in its
        year; NotFound: nobody is called `by`."""
        ...
