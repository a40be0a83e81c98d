"""A web address as a QR code: for the screen as an SVG path, for paper as a PNG."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

import zxingcpp
from PIL import Image

_LIGHT = 255


def qr_path(text: str) -> tuple[int, str]:
    """(side, path of the dark squares), in squares, with the light margin that readers need."""
    rows = _rows(text)
    return len(rows), "".join(_runs(rows))


def qr_png(text: str, dots: int) -> bytes:
    """A PNG whose squares are `dots` pixels wide, with that margin."""
    rows = _rows(text)
    image = Image.frombytes("L", (len(rows), len(rows)), b"".join(rows))
    memory = io.BytesIO()
    image.resize((len(rows) * dots,) * 2, Image.Resampling.NEAREST).convert("1").save(memory, "PNG")
    return memory.getvalue()


def _rows(text: str) -> Sequence[bytes]:
    """A byte for each square: 0 where it is dark."""
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    squares = memoryview(made.to_image(scale=1, add_quiet_zones=True))  # type: ignore[arg-type]
    return [bytes(row) for row in squares.tolist()]


def _runs(rows: Sequence[bytes]) -> Iterator[str]:
    """The dark squares that touch each other in a row, as one rectangle."""
    for y, row in enumerate(rows):
        start = row.find(0)
        while start >= 0:
            light = row.find(_LIGHT, start)
            end = len(row) if light < 0 else light
            yield f"M{start} {y}h{end - start}v1H{start}z"
            start = row.find(0, end)
