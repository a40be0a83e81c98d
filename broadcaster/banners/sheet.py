"""A banner's sheet: its real size, what is drawn beyond its edges, and the scale of the file."""

from __future__ import annotations

import re
from dataclasses import dataclass

from broadcaster.errors import DeskError
from broadcaster.language import _

_NAMED = {"a0": (1189, 841), "a1": (841, 594), "a2": (594, 420), "a3": (420, 297), "a4": (297, 210)}
_UNITS = {"mm": 1.0, "cm": 10.0, "m": 1000.0}
_WRITTEN = re.compile(r"(\d+(?:[.,]\d+)?)\s*[x×*]\s*(\d+(?:[.,]\d+)?)\s*(mm|cm|m)", re.IGNORECASE)
_SMALLEST_MM, _LARGEST_MM = 50.0, 50_000.0
_LARGEST_PAGE_MM = 5_000.0
"""A page of a PDF may be 5.08 m long."""
_SMALLEST_PAGE_MM = 40.0
_PAPER_MM = 1_200.0
"""What is longer is cloth, and is hemmed."""
_MARKS_MM = 14.0
_USUAL_SCALE = 10


@dataclass(frozen=True)
class Sheet:
    """Millimetres of the real banner; those of `page` are the file's, `scale` times less."""

    name: str
    """As it was asked for, and as files may be called."""
    width: float
    height: float
    scale: int
    """1: the file is as large as the banner; 10: a tenth."""

    @property
    def bleed(self) -> float:
        """How far the ground goes on beyond each edge."""
        return 3.0 if self.width <= _PAPER_MM else 20.0

    @property
    def margins(self) -> tuple[float, float]:
        """What stays free of letters inside each edge: left and right, above and below."""
        return 0.05 * self.width if self.width < 2 * self.height else 0.35 * self.height, 0.12 * self.height

    @property
    def page_frame(self) -> float:
        """Around the banner: bleed, crop marks, and a line for the printer."""
        return self.bleed / self.scale + _MARKS_MM

    @property
    def page(self) -> tuple[float, float]:
        """Width and height of the file's page."""
        frame = 2 * self.page_frame
        return self.width / self.scale + frame, self.height / self.scale + frame


def parse_sheet(text: str, scale: int | None = None) -> Sheet:
    """`A3`, `0.7x6m`, `420x297mm`: the longer side lies. `scale` None: 1, or 10 where a page cannot be as
    large. DeskError: no such size, or it cannot be drawn at that scale."""
    sides = _sides(text)
    width, height = max(sides), min(sides)
    if not _SMALLEST_MM <= height <= width <= _LARGEST_MM:
        raise _wrong(text)
    wanted = scale or (1 if width <= _LARGEST_PAGE_MM else _USUAL_SCALE)
    if not (width / wanted <= _LARGEST_PAGE_MM and height / wanted >= _SMALLEST_PAGE_MM):
        raise DeskError(
            _("A banner of this size cannot be drawn at this scale"),
            f"{text}, 1:{wanted}",
            _("Leave out --scale, or choose another"),
        )
    name = re.sub(r"[×*]", "x", re.sub(r"\s", "", text.lower())).replace(",", ".")
    return Sheet(name, width, height, wanted)


def _sides(text: str) -> tuple[float, float]:
    written = text.strip()
    if named := _NAMED.get(written.lower()):
        return named
    found = _WRITTEN.fullmatch(written)
    if found is None:
        raise _wrong(text)
    unit = _UNITS[found[3].lower()]
    return unit * float(found[1].replace(",", ".")), unit * float(found[2].replace(",", "."))


def _wrong(text: str) -> DeskError:
    return DeskError(
        _("This is no size of a banner"), text[:40], _("Write it like A3, 0.7x6m or 420x297mm (5 cm to 50 m)")
    )
