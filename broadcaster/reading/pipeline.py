"""read(): all rules, in order, over each line of a text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from broadcaster.reading import (
    abbreviations,
    dates,
    docnumbers,
    foreign,
    fractions,
    headings,
    lists,
    numbers,
    phones,
    ranges,
    roads,
    roman,
    symbols,
    times,
    units,
    unlisted,
    web,
    weekdays,
)
from broadcaster.reading.clean import clean
from broadcaster.reading.lexicons import Lexicon
from broadcaster.reading.reading import Reading, Span
from broadcaster.reading.rule import Claim, Finder, Rule
from broadcaster.reading.scene import Scene
from broadcaster.reading.style import Style

VERSION = "1"
"""Changes whenever the same text may be read otherwise; part of the key of cached speech."""

ORDER: tuple[Finder, ...] = (
    web.email,
    web.address_with_scheme,
    web.bare_address,
    headings.end_mark,
    headings.bullet,
    headings.roman_and_number,
    headings.roman_heading,
    headings.dashed,
    headings.numbered,
    headings.single,
    headings.filler,
    phones.plate,
    phones.telephone,
    phones.unbroken,
    phones.hotline,
    phones.either,
    phones.identifier,
    docnumbers.standard,
    docnumbers.document_number,
    docnumbers.party_number,
    docnumbers.number_and_year,
    roads.road,
    roads.kilometre,
    roads.between,
    abbreviations.with_signs,
    weekdays.month,
    weekdays.short,
    weekdays.numbered,
    weekdays.between,
    times.around_the_clock,
    units.coordinate,
    times.hour_and_minute,
    times.colon,
    times.hour,
    times.first_hour,
    times.southern_hour,
    times.primes,
    dates.listed,
    dates.days,
    dates.full,
    dates.months,
    dates.dashed,
    dates.month_of_year,
    dates.part_of_year,
    dates.written_day,
    dates.written_month,
    dates.quarter,
    dates.years,
    fractions.glyph,
    fractions.house,
    fractions.ratio,
    fractions.pair,
    times.between,
    phones.short,
    units.latitude,
    units.minus,
    units.at_least,
    units.less_or_more,
    lists.commas,
    roads.lettered,
    ranges.factors,
    ranges.factors_with_units,
    units.money_first,
    units.millions,
    units.degrees,
    units.rate,
    units.per_amount,
    units.height,
    units.unit,
    ranges.series,
    ranges.between_units,
    ranges.between_amounts,
    ranges.between_named,
    roman.roman_range,
    roman.roman,
    ranges.proportion,
    ranges.numbers,
    numbers.ordinal,
    numbers.spaced,
    numbers.english,
    numbers.comma_thousand,
    numbers.dotted,
    foreign.initials,
    foreign.code,
    foreign.numbered,
    numbers.plain,
    numbers.long,
    numbers.foreign_digits,
    symbols.numerals,
    abbreviations.words,
    unlisted.words,
    symbols.signs,
)
USUAL = Style()
_SPACES = re.compile(r" {2,}")


def read(text: str, lexicon: Lexicon, style: Style = USUAL) -> Reading:
    """The words a newsreader would say for `text`; exactly as many lines as the cleaned text has.

    Every change is a span; nothing else of the wording or its order changes. Any text can be read:
    time grows linearly with its length and no input raises.
    """
    written = clean(text)
    spoken: list[str] = []
    spans: list[Span] = []
    offset = 0
    for line in written.split("\n"):
        claims = _claims(line, lexicon, style)
        spoken.append(_joined(line, claims))
        spans += (
            Span(
                offset + c.start,
                offset + c.end,
                line[c.start : c.end],
                c.said.spoken,
                c.rule,
                c.said.certainty,
            )
            for c in claims
        )
        offset += len(line) + 1
    return Reading(written, "\n".join(spoken), tuple(spans))


def _claims(line: str, lexicon: Lexicon, style: Style) -> list[Claim]:
    """What the rules change in one line, in the order of the line."""
    scene = Scene(line, style, lexicon, lambda piece: _joined(piece, _claims(piece, lexicon, style)))
    claims: list[Claim] = []
    present = frozenset(line)
    work = line
    for finder in ORDER:
        if isinstance(finder, Rule) and not finder.applies(present):
            continue
        found = list(finder(work, scene))
        if found:
            work = _cover(work, found)
            claims += found
    return sorted(claims, key=lambda claim: claim.start)


def _cover(work: str, found: Iterable[Claim]) -> str:
    pieces, done = [], 0
    for claim in found:
        pieces += [work[done : claim.start], claim.cover * (claim.end - claim.start)]
        done = claim.end
    return "".join([*pieces, work[done:]])


def _joined(line: str, claims: Iterable[Claim]) -> str:
    """The line with every claim said, words kept apart, no double spaces."""
    pieces: list[str] = []
    done = 0
    for claim in claims:
        _append(pieces, line[done : claim.start])
        _append(pieces, claim.said.spoken)
        done = claim.end
    _append(pieces, line[done:])
    return _SPACES.sub(" ", "".join(pieces)).strip(" -–—―")


def _append(pieces: list[str], piece: str) -> None:
    if not piece:
        return
    if pieces and piece[0].isalnum() and (pieces[-1][-1].isalnum() or pieces[-1][-1] in ",."):
        pieces.append(" ")
    pieces.append(piece)
