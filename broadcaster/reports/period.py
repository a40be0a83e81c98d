"""A month, a quarter, a year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from broadcaster.errors import StationError
from broadcaster.language import _

_WRITTEN = re.compile(r"(20\d\d)(?:-(?:[qQ]([1-4])|(\d\d?)))?")
_QUARTERS = ("I", "II", "III", "IV")


@dataclass(frozen=True)
class Period:
    first: date
    last: date
    """Inclusive."""
    name: str
    """In the language of official papers: `tháng 3 năm 2026`."""

    @property
    def year(self) -> int:
        return self.first.year

    def instants(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """From its first midnight up to the one after its last day."""
        after = self.last + timedelta(days=1)
        return datetime.combine(self.first, time(), zone), datetime.combine(after, time(), zone)


def parse_period(text: str) -> Period:
    """`2026`, `2026-Q1` or `2026-03`. StationError for anything else."""
    found = _WRITTEN.fullmatch(text.strip())
    if not found or (found[3] and not 1 <= int(found[3]) <= 12):
        raise StationError(_("This is no month, quarter or year"), text, _("Write 2026-03, 2026-Q1 or 2026"))
    year = int(found[1])
    if found[2]:
        quarter = int(found[2])
        return _months(year, 3 * quarter - 2, 3, f"quý {_QUARTERS[quarter - 1]} năm {year}")
    if found[3]:
        return _months(year, int(found[3]), 1, f"tháng {int(found[3])} năm {year}")
    return _months(year, 1, 12, f"năm {year}")


def days(first: date, last: date) -> Period:
    """Any days."""
    if first == last:
        return Period(first, last, f"ngày {first:%d/%m/%Y}")
    return Period(first, last, f"từ ngày {first:%d/%m/%Y} đến ngày {last:%d/%m/%Y}")


def _months(year: int, month: int, count: int, name: str) -> Period:
    after = date(year + (month + count > 12), (month + count - 1) % 12 + 1, 1)
    return Period(date(year, month, 1), after - timedelta(days=1), name)
