"""A picture as SVG."""

from __future__ import annotations

from xml.sax.saxutils import escape

from broadcaster.pictures.shapes import Box, Picture, Shape, Wave, Words

_SIZE = 17


def svg(picture: Picture) -> bytes:
    """The file's bytes, in UTF-8."""
    size = f'width="{picture.width}" height="{picture.height}" viewBox="0 0 {picture.width} {picture.height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="{_SIZE}">'
    return "\n".join([head, *map(_element, picture.shapes), "</svg>\n"]).encode()


def _element(shape: Shape) -> str:
    match shape:
        case Box(x, y, width, height, colour):
            place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
            return f'<rect {place} fill="{colour}"/>'
        case Wave(x, middle, heights, colour):
            above = [f"{x + column:.0f},{middle - high:.1f}" for column, high in enumerate(heights)]
            below = [f"{x + column:.0f},{middle + high:.1f}" for column, high in enumerate(heights)]
            return f'<polygon points="{" ".join([*above, *reversed(below)])}" fill="{colour}"/>'
        case Words(x, baseline, text, colour):
            place = f'x="{x:.1f}" y="{baseline:.1f}" xml:space="preserve"'
            return f'<text {place} fill="{colour}">{escape(_printable(text))}</text>'


def _printable(text: str) -> str:
    """Control characters have no place in XML."""
    return "".join(letter for letter in text if letter.isprintable())
