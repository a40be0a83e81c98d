"""A picture as PNG, written with nothing but zlib."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from broadcaster.pictures.letters import letter
from broadcaster.pictures.shapes import LETTER, Box, Picture, Shape, Wave, Words

Canvas = NDArray[np.uint8]
_DOT = 2
"""Pixels of one dot of a letter."""


def png(picture: Picture) -> bytes:
    """The file's bytes: 8 bit RGB."""
    canvas = np.full((picture.height, picture.width, 3), 255, np.uint8)
    for shape in picture.shapes:
        _paint(canvas, shape)
    lines = np.hstack([np.zeros((picture.height, 1), np.uint8), canvas.reshape(picture.height, -1)])
    header = struct.pack(">IIBBBBB", picture.width, picture.height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines.tobytes(), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunks(chunks))


def _chunks(chunks: Iterable[tuple[bytes, bytes]]) -> Iterable[bytes]:
    for name, data in chunks:
        yield struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _paint(canvas: Canvas, shape: Shape) -> None:
    match shape:
        case Box(x, y, width, height, colour):
            _fill(canvas, x, y, x + width, y + height, colour)
        case Wave(x, middle, heights, colour):
            for column, high in enumerate(heights):
                _fill(canvas, x + column, middle - high, x + column + 1, middle + high, colour)
        case Words(x, baseline, text, colour):
            _write(canvas, round(x), round(baseline), text, colour)


def _fill(canvas: Canvas, left: float, top: float, right: float, bottom: float, colour: str) -> None:
    rows, columns = slice(max(0, round(top)), round(bottom)), slice(max(0, round(left)), round(right))
    canvas[rows, columns] = _rgb(colour)


def _write(canvas: Canvas, x: int, baseline: int, text: str, colour: str) -> None:
    for character in text:
        dots, above = letter(character)
        big = dots.repeat(_DOT, axis=0).repeat(_DOT, axis=1)
        top = baseline - above * _DOT
        place = canvas[max(0, top) : top + len(big), x : x + big.shape[1]]
        place[big[max(0, -top) :][: place.shape[0], : place.shape[1]]] = _rgb(colour)
        x += LETTER


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))
