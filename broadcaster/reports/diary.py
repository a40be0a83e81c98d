"""Sổ nhật ký phát thanh: a line for each session, with who heard it and why not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, tzinfo

from broadcaster.desk.script import Script
from broadcaster.playout import reasons
from broadcaster.playout.airing import Outcome
from broadcaster.reports.facts import Facts
from broadcaster.reports.heard import Heard, is_relay
from broadcaster.reports.paper import (
    Align,
    Cell,
    Column,
    Length,
    Office,
    Paper,
    Section,
    Table,
    listed,
    thousands,
)
from broadcaster.reports.period import Period
from broadcaster.reports.remarks import provisional
from broadcaster.timetable.slot import SlotKind
from broadcaster.units import Milliseconds

OUTCOMES = {
    Outcome.AIRED: "phát đủ",
    Outcome.PARTIAL: "phát một phần",
    Outcome.MISSED: "lỡ giờ",
    Outcome.SKIPPED: "không phát theo quy định",
    Outcome.CANCELLED: "đã hủy",
    Outcome.FAILED: "phát không thành",
}


def diary(facts: Facts, period: Period, office: Office, made_on: date) -> Paper:
    """Rehearsals are not in it. Minutes are summed over the hamlets; the sums are those of the as-run log."""
    lines = [one for one in facts.airings if one.line.kind is not SlotKind.REHEARSAL]
    sessions: dict[tuple[datetime, str], list[Heard]] = defaultdict(list)
    for one in lines:
        sessions[one.line.starts_at, one.line.slot].append(one)
    rows = [_row(number, session, facts) for number, session in enumerate(sessions.values(), 1)]
    played, planned = sum(one.played for one in lines), sum(one.planned for one in lines)
    total = ("", "", "", f"Cộng: {thousands(len(rows))} buổi", "", thousands(_sounded(lines)))
    sums = (Length(Milliseconds(planned)), Length(Milliseconds(played)), "", "", "", "")
    name = period.name
    table = Table("Nhật ký", "", _columns(facts.place), tuple(rows), total + sums)
    return Paper(
        office=office,
        kind="SỔ NHẬT KÝ PHÁT THANH",
        code="",
        subject=name[:1].upper() + name[1:],
        made_on=made_on,
        sections=(Section("", tables=(table,)),),
        remark=provisional(facts.unheard, period, made_on),
        landscape=True,
    )


def _columns(place: str) -> tuple[Column, ...]:
    return (
        Column("STT", 5.5, Align.CENTER),
        Column("Ngày", 10.5, Align.CENTER),
        Column("Giờ", 7, Align.CENTER),
        Column("Nội dung, tên bài", 23),
        Column("Nguồn", 8),
        Column(f"Số {place} đã phát", 7, Align.CENTER),
        Column("Kế hoạch (phút:giây)", 11, Align.RIGHT),
        Column("Đã phát (phút:giây)", 11, Align.RIGHT),
        Column("Giọng đọc", 8.5),
        Column("Người viết, người duyệt", 13),
        Column("Tình trạng, ghi chú", 18),
        Column("Ký", 5),
    )


def _sounded(lines: Sequence[Heard]) -> int:
    return len({one.airing for one in lines if one.played})


def _row(number: int, session: Sequence[Heard], facts: Facts) -> tuple[Cell, ...]:
    line, zone = session[0].line, facts.zone
    scripts = {told.script: facts.scripts.get(told.script) for one in session for told in one.told}
    known = [script for script in scripts.values() if script is not None]
    heard = sum(one.played > 0 for one in session)
    return (
        str(number),
        f"{line.starts_at.astimezone(zone):%d/%m/%Y}",
        _hours(session, zone),
        line.title,
        _source(line.slot, session[0], facts.drills),
        f"{heard}/{len(session)}",
        Length(Milliseconds(sum(one.planned for one in session))),
        Length(Milliseconds(sum(one.played for one in session))),
        listed(sorted({one.line.voice for one in session if one.line.voice and one.played})),
        _people(known),
        "; ".join(_notes(session, facts.place)) or _whole(session),
        "",
    )


def _hours(session: Sequence[Heard], zone: tzinfo) -> str:
    """When it began and when the last hamlet had heard it out; when it was to begin, where none did."""
    ends = [
        one.line.started_at + timedelta(seconds=one.line.seconds_played)
        for one in session
        if one.line.started_at and one.played
    ]
    begin = session[0].line.starts_at.astimezone(zone)
    return f"{begin:%H:%M}–{max(ends).astimezone(zone):%H:%M}" if ends else f"{begin:%H:%M}"


def _source(slot: str, one: Heard, drills: frozenset[str]) -> str:
    if one.line.kind is SlotKind.EMERGENCY:
        return "Diễn tập" if slot in drills else "Khẩn cấp"
    if is_relay(one.line):
        return "Tiếp âm" + one.line.reason.removeprefix(reasons.RELAY)
    return "Tự sản xuất"


def _people(scripts: Sequence[Script]) -> str:
    writers = listed(list(dict.fromkeys(s.author for s in scripts if s.author)))
    approvers = listed(list(dict.fromkeys(s.approved_by for s in scripts if s.approved_by)))
    return f"Viết: {writers}. Duyệt: {approvers}" if scripts else "–"


def _whole(session: Sequence[Heard]) -> str:
    return "" if is_relay(session[0].line) else OUTCOMES[Outcome.AIRED]


def _notes(session: Sequence[Heard], place: str) -> Iterator[str]:
    """What went otherwise, and in which hamlets."""
    told: dict[str, list[str]] = defaultdict(list)
    for one in session:
        line = one.line
        if is_relay(line):
            continue
        if line.outcome is not Outcome.AIRED or line.reason:
            why = f" ({reasons.shown(line.reason)})" if line.reason else ""
            told[f"{OUTCOMES[line.outcome]}{why}"].append(line.hamlet_name)
    for words, hamlets in told.items():
        everywhere = len(hamlets) == len(session) > 1
        yield f"{f'các {place}' if everywhere else listed(hamlets)}: {words}"
