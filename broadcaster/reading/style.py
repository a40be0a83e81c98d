"""How a station likes its numbers, dates and document numbers said."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Style:
    """The same fields as the section [reading] of broadcaster.toml."""

    thousand: str = "nghìn"
    """ "nghìn" or "ngàn"."""
    zero_tens: str = "lẻ"
    """ "lẻ" or "linh": the word for an empty place of tens."""
    four: str = "tư"
    """ "tư" or "bốn": a four after "mươi"."""
    first_days: str = "mùng"
    """The word between "ngày" and a day from 1 to 10; may be empty."""
    slash: str = "trên"
    """ "/" in a document number: "trên", "xuyệt", or empty for a short pause."""
