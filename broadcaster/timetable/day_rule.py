"""A slot's day rule: which days it has, as people write it in English or in Vietnamese.

every 2 weeks                 2 tuần một lần           weeks from Monday, counted from that of the first day
days 1,15,last                ngày 1,15,cuối           days of each month; 2/9: of that month alone
last fri, 2nd mon             t6 cuối, t2 lần 2        one weekday of each month
lunar 1,15,last               âm 1,15,cuối             days of each lunar month, leap months too
lunar 10/3, last/12           âm 10/3, cuối/12         of that lunar month alone, never of a leap month
holidays, not holidays        ngày lễ, trừ ngày lễ     public holidays, and the station's own days off

Terms joined by " + " hold when any of them does. A day that a month does not have is not moved: that month
has none (`absences` tells). `canonical` gives the one spelling that is kept; it reads back as the same rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from broadcaster.errors import TimetableError
from broadcaster.language import _
from broadcaster.timetable.day_terms import (
    ANY_MONTH,
    LAST,
    ORDINALS,
    DayOfMonth,
    EveryWeeks,
    Holidays,
    LunarDays,
    MonthDays,
    NthWeekday,
    Term,
)
from broadcaster.timetable.weekdays import parse_weekday

_LONGEST_RULE = 500
_MOST_WEEKS = 52
_LONGEST_MONTHS = (31, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""Of any month, then of each."""
_SHORTEST_MONTH = 28
_LONGEST_LUNAR_MONTH, _SHORTEST_LUNAR_MONTH = 30, 29
_SURE_WEEKS = 4


def canonical(text: str) -> str:
    """The rule in its one spelling; "" for none. TimetableError names what is wrong in it."""
    return " + ".join(term.spelled() for term in parse(text))


def describe_rule(rule: str) -> str:
    """The rule in the language in use; `parse` reads it back."""
    return " + ".join(term.shown() for term in parse(rule))


def absences(rule: str) -> tuple[str, ...]:
    """What a person should know of days that some months or years do not have, in the language in use."""
    return tuple(told for term in parse(rule) for told in _absences(term))


@lru_cache(maxsize=1024)
def parse(text: str) -> tuple[Term, ...]:
    """The terms of a rule, of which any may hold; none for an empty text. TimetableError: what is wrong."""
    rule = " ".join(text.lower().split())
    if not rule:
        return ()
    if len(rule) > _LONGEST_RULE:
        raise TimetableError(_("This day rule is too long"), f"{rule[:40]}…")
    return tuple(dict.fromkeys(_term(part.strip()) for part in rule.split("+")))


def _term(text: str) -> Term:
    for pattern, make in _FORMS:
        found = pattern.fullmatch(text)
        if found:
            return make(*found.groups())
    raise TimetableError(
        _("This is no day rule"),
        text,
        _("Write for example: every 2 weeks; days 1,15,last; last fri; lunar 1,15; not holidays"),
    )


def _every_weeks(weeks: str) -> EveryWeeks:
    if not 2 <= int(weeks) <= _MOST_WEEKS:
        raise TimetableError(_("A slot comes every 2 to {most} weeks").format(most=_MOST_WEEKS), weeks)
    return EveryWeeks(int(weeks))


def _month_days(days: str) -> MonthDays:
    return MonthDays(_days(days, _LONGEST_MONTHS, _("No month has such a day")))


def _lunar_days(days: str) -> LunarDays:
    return LunarDays(_days(days, (_LONGEST_LUNAR_MONTH,) * 13, _("No lunar month has such a day")))


def _days(text: str, longest: Sequence[int], otherwise: str) -> tuple[DayOfMonth, ...]:
    """`longest`: of any month, and of each of the twelve, how many days it can have."""
    days = []
    for part in map(str.strip, text.split(",")):
        found = _DAY.fullmatch(part)
        day, month = (int(found[1] or LAST), int(found[2] or ANY_MONTH)) if found else (LAST, ANY_MONTH)
        if found is None or day > longest[month]:
            raise TimetableError(otherwise, part or text, _("Days are written like 1,15,last or 10/3"))
        days.append((day, month))
    return tuple(dict.fromkeys(days))


def _nth_weekday(nth: str, weekday: str) -> NthWeekday:
    if not nth.isdigit():
        return NthWeekday(ORDINALS[nth], parse_weekday(weekday))
    if int(nth) not in ORDINALS.values() or int(nth) == LAST:
        raise TimetableError(_("A month has no such weekday"), f"{weekday} {nth}", _("It has up to five"))
    return NthWeekday(int(nth), parse_weekday(weekday))


_DAY = re.compile(r"(?:(3[01]|[12]\d|0?[1-9])|last|cuối)(?:/(1[0-2]|0?[1-9]))?")
_FORMS: tuple[tuple[re.Pattern[str], Callable[..., Term]], ...] = (
    (re.compile(r"holidays|ngày lễ"), lambda: Holidays(True)),
    (re.compile(r"not holidays|(?:trừ|không) ngày lễ"), lambda: Holidays(False)),
    (re.compile(r"every (\d{1,3}) weeks?"), _every_weeks),
    (re.compile(r"(?:mỗi )?(\d{1,3}) tuần(?: một lần)?"), _every_weeks),
    (re.compile(r"(?:days?|ngày) (.+)"), _month_days),
    (re.compile(r"(?:lunar|âm lịch|âm) (.+)"), _lunar_days),
    (re.compile(r"(1st|2nd|3rd|4th|5th|last) (\S+)"), _nth_weekday),
    (re.compile(r"(\S+) cuối"), lambda weekday: _nth_weekday("last", weekday)),
    (re.compile(r"(\S+) lần (\d{1,2})"), lambda weekday, nth: _nth_weekday(nth, weekday)),
)


def _absences(term: Term) -> Iterator[str]:
    if isinstance(term, LunarDays) and any(day > _SHORTEST_LUNAR_MONTH for day, _month in term.days):
        yield _(
            "A lunar month of 29 days has no day 30 and no edition then; its last day is written: lunar last"
        )
    if isinstance(term, MonthDays):
        if any(day > _SHORTEST_MONTH and month == ANY_MONTH for day, month in term.days):
            yield _("A month without that day has no edition then; its last day is written: days last")
        if (29, 2) in term.days:
            yield _("29/2 comes in leap years only")
    if isinstance(term, NthWeekday) and term.nth > _SURE_WEEKS:
        yield _("A month with only four such weekdays has no edition then; the last one is written: last fri")
