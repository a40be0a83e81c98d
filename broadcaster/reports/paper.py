"""An official paper before it is a file: its heads, words and tables. Papers are in Vietnamese whatever the
language of the program: the law wants them so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from broadcaster.units import Milliseconds


class Align(StrEnum):
    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True)
class Length:
    """A length of sound; shown as minutes:seconds, a number of minutes in a spreadsheet."""

    ms: Milliseconds

    def __str__(self) -> str:
        seconds = round(self.ms / 1000)
        return f"{thousands(seconds // 60)}:{seconds % 60:02d}"


Cell = str | int | Length


@dataclass(frozen=True)
class Column:
    heading: str
    width: float
    """Its share of the table's width, against those of the other columns."""
    align: Align = Align.LEFT


@dataclass(frozen=True)
class Table:
    name: str
    """Short, and another one for each table of a paper: a spreadsheet's tab is called so."""
    title: str
    """Empty: the paper's own says it."""
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    """A last row, in bold; empty: none."""
    red: frozenset[tuple[int, int]] = frozenset()
    """(row, column) of the cells that show a want."""


@dataclass(frozen=True)
class Section:
    heading: str
    """`1. Kết quả phát thanh`; empty: none."""
    words: tuple[str, ...] = ()
    """Paragraphs."""
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Office:
    """Who issues papers, and who signs them."""

    above: str
    """`UBND XÃ TÂN HƯNG`; empty: nobody stands above."""
    name: str
    """`ĐÀI TRUYỀN THANH`"""
    place: str
    """`Tân Hưng`"""
    symbol: str = "ĐTT"
    """What stands in a paper's number after its kind: Số: …/BC-ĐTT."""
    signed_as: tuple[str, ...] = ("TRƯỞNG ĐÀI",)
    """The lines above a signature: TM. ỦY BAN NHÂN DÂN, KT. CHỦ TỊCH, PHÓ CHỦ TỊCH."""
    signer: str = ""


@dataclass(frozen=True)
class Paper:
    office: Office
    kind: str
    """`BÁO CÁO`"""
    code: str
    """`BC`, as the number has it; empty: papers of this kind have no number."""
    subject: str
    made_on: date
    sections: tuple[Section, ...]
    number: str = ""
    """Empty: it is filled in by hand."""
    remark: str = ""
    """Why the figures are not the last ones; empty: they are."""
    recipients: tuple[str, ...] = field(default=())
    landscape: bool = False

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(table for section in self.sections for table in section.tables)


def thousands(number: int) -> str:
    """As Vietnamese writes it: 1.234.567."""
    return f"{number:,}".replace(",", ".")


def shown(cell: Cell) -> str:
    return thousands(cell) if isinstance(cell, int) else printable(str(cell))


def printable(text: str) -> str:
    """Control characters have no place in a paper; XML refuses them."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "–"
