"""What a picture is made of. Lengths in pixels from the top left corner; colours are "#rrggbb"."""

from __future__ import annotations

from dataclasses import dataclass

LETTER, LINE = 12, 30
"""Width of a letter and height of a line, as PNG draws them."""


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True)
class Wave:
    """Columns, one pixel wide each, as far above the middle as below it."""

    x: float
    middle: float
    heights: tuple[float, ...]
    """Of each half."""
    colour: str


@dataclass(frozen=True)
class Words:
    x: float
    baseline: float
    text: str
    colour: str


Shape = Box | Wave | Words


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    shapes: tuple[Shape, ...]
    """In the order painted."""
