"""Coverage as a picture that a leader reads at a glance."""

from __future__ import annotations

from broadcaster.language import _
from broadcaster.pictures.heat_map import Line, Tile, heat_map
from broadcaster.pictures.shapes import Picture
from broadcaster.reports.coverage import Cell, Coverage, Row


def drawn(covered: Coverage, title: str) -> Picture:
    """A line for each topic; how often and how long each hamlet heard it, and what is to come."""
    most = max((cell.times for row in covered.rows for cell in row.cells), default=0)
    remark = _("{first} to {last}: how often, and for how many minutes; +n: still in the timetable").format(
        first=f"{covered.first:%d/%m/%Y}", last=f"{covered.last:%d/%m/%Y}"
    )
    lines = [_line(row, most) for row in covered.rows]
    if covered.rows:
        lines.append(_sum(_("All that was heard"), covered.whole))
    legend = (_("seldom"), _("often, or as the target asks"), _("never"))
    names = [place.name for place in covered.places]
    return heat_map(title, remark, names, lines, _("Target"), legend)


def _line(row: Row, most: int) -> Line:
    target = row.topic.times
    tiles = tuple(
        Tile(_words(cell), cell.times / (target or most or 1), wanting=not cell.times) for cell in row.cells
    )
    return Line(
        f"{row.topic.code}  {row.topic.title}",
        tiles,
        _note(row),
        wanting=bool(row.missing or row.minutes_missing),
        depth=row.depth,
    )


def _words(cell: Cell) -> tuple[str, ...]:
    """ "31 +8", "124 min"."""
    times = f"{cell.times} +{cell.coming}" if cell.coming else str(cell.times)
    return (times, _("{n} min").format(n=round(cell.played / 60_000))) if cell.played else (times,)


def _note(row: Row) -> tuple[str, ...]:
    topic, notes = row.topic, []
    if topic.times is not None:
        notes.append(_("{n} times").format(n=topic.times))
    if topic.minutes is not None:
        notes.append(_("{n} min").format(n=topic.minutes))
    wanting = [_("{n} times").format(n=row.missing)] if row.missing else []
    wanting += [_("{n} min").format(n=row.minutes_missing)] if row.minutes_missing else []
    if not notes:
        return ()
    second = _("lacks {what}").format(what=", ".join(wanting)) if wanting else _("reached, or planned")
    return (", ".join(notes), second)


def _sum(label: str, cells: tuple[Cell, ...]) -> Line:
    """Without colour: it is no topic."""
    return Line(label, tuple(Tile(_words(cell), 0.0, wanting=not cell.times) for cell in cells))
