"""What of a plan's words is stale."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from broadcaster.language import _
from broadcaster.reading.lint import Remark, lint

_RULES = ("stale", "district", "expired", "doubled")
_YEAR = re.compile(r"(?<![-–\d])\b(?:năm|hội thi|đợt) (20\d\d)\b(?![-–]\d)", re.IGNORECASE)
_AHEAD = re.compile(r"(?:đến|hướng tới|giai đoạn|tầm nhìn)\s*$", re.IGNORECASE)


def lint_plan(text: str, year: int | None, today: date) -> tuple[Remark, ...]:
    """Stale names, the district level, years other than the plan's, doubled words; by line.

    `year`: the plan's own; None: it is not known.
    """
    remarks = [remark for remark in lint(text, today) if remark.rule in _RULES]
    later = _later_years(text, year) if year else ()
    return tuple(sorted([*remarks, *later], key=lambda remark: remark.line))


def _later_years(text: str, year: int) -> Iterator[Remark]:
    for number, line in enumerate(text.split("\n"), 1):
        for match in _YEAR.finditer(line):
            if int(match[1]) > year and not _AHEAD.search(line[: match.start()]):
                advice = _("The plan itself is for {year}").format(year=year)
                yield Remark(number, match[0], "expired", advice)
