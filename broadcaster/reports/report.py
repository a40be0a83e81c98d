"""Báo cáo kết quả: what a month, a quarter or a year has brought, as a paper that the commune signs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from broadcaster.playout import reasons
from broadcaster.playout.airing import Outcome
from broadcaster.reports.coverage import Coverage, coverage
from broadcaster.reports.diary import OUTCOMES
from broadcaster.reports.elsewhere import Elsewhere
from broadcaster.reports.facts import Facts
from broadcaster.reports.heard import Heard, ours
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
from broadcaster.reports.tally import Tally, failures, grouped, tally
from broadcaster.timetable.slot import SlotKind
from broadcaster.units import Milliseconds

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")
_SILENT = (Outcome.MISSED, Outcome.SKIPPED, Outcome.FAILED)
_FIGURES = (
    Column("Buổi", 7),
    Column("Lượt", 7),
    Column("Phát đủ", 8),
    Column("Một phần", 8),
    Column("Không phát", 8),
    Column("Kế hoạch (phút:giây)", 12),
    Column("Đã phát (phút:giây)", 12),
)
_BLANK = "…" * 28
_MOST_TITLES = 10
_MOST_HAMLETS = 12
"""As many columns as fit on the paper."""


def report(facts: Facts, period: Period, office: Office, made_on: date, number: str = "") -> Paper:
    """Totals are the sums of the as-run log's lines of our programmes; emergencies stand apart."""
    airings = ours(facts.airings)
    covered = coverage(
        *(airings, [*facts.scripts.values()], facts.topics, facts.hamlets, period.first, period.last),
        facts.zone,
    )
    sections = [
        _results(airings, facts, period),
        _by_topic(covered, period, facts.place),
        _emergencies(facts),
        _elsewhere(facts.elsewhere),
        _shortcomings(airings, facts.place),
        _people(airings, facts),
        Section("KIẾN NGHỊ", (_BLANK, _BLANK)),
    ]
    kept = [section for section in sections if section is not None]
    return Paper(
        office=office,
        kind="BÁO CÁO",
        code="BC",
        number=number,
        subject=f"Kết quả hoạt động truyền thanh {period.name}",
        made_on=made_on,
        sections=(
            Section("", (f"Kết quả hoạt động truyền thanh {period.name} trên địa bàn như sau:",)),
            *(
                Section(f"{roman}. {section.heading}", section.words, section.tables)
                for roman, section in zip(_ROMAN, kept, strict=False)
            ),
        ),
        remark=provisional(facts.unheard, period, made_on),
        recipients=("Như trên", "Lưu: VT"),
    )


def _results(airings: Sequence[Heard], facts: Facts, period: Period) -> Section:
    whole = tally(airings)
    told = {told.script for one in airings for told in one.told if told.enough}
    words = (
        f"Trong kỳ đã phát {thousands(whole.sessions)} buổi với {thousands(whole.airings)} lượt phát; "
        f"thời lượng đã phát {_spoken(whole.played)} trên {_spoken(whole.planned)} theo kế hoạch"
        f"{_share(whole)}; {thousands(len(told))} tin, bài được phát.",
        f"Phát đủ {thousands(whole.ended(Outcome.AIRED))} lượt, "
        f"phát một phần {thousands(whole.ended(Outcome.PARTIAL))} lượt, "
        f"không phát {thousands(whole.ended(*_SILENT))} lượt; "
        f"đã hủy trước giờ phát {thousands(whole.ended(Outcome.CANCELLED))} lượt (không tính vào số lượt).",
    )
    tables = [
        _figures(f"Theo {facts.place}", facts.place.capitalize(), _by_hamlet(airings, facts), whole),
        _figures("Theo giọng đọc", "Giọng đọc", grouped(airings, lambda one: one.line.voice or "–"), whole),
    ]
    if (period.last - period.first).days > 31:
        months = grouped(airings, lambda one: f"{one.line.starts_at.astimezone(facts.zone):%m/%Y}")
        tables.insert(0, _figures("Theo tháng", "Tháng", months, whole))
    return Section("KẾT QUẢ PHÁT THANH", words, tuple(tables))


def _by_hamlet(airings: Sequence[Heard], facts: Facts) -> dict[str, Tally]:
    """Hamlets in service stand there even where nothing was heard; those that are not any more stand last."""
    names = {hamlet.id: hamlet.name for hamlet in facts.hamlets}
    found = grouped(airings, lambda one: one.hamlet)
    last_names = {one.hamlet: one.line.hamlet_name for one in airings}
    order = [*names, *(hamlet for hamlet in found if hamlet not in names)]
    return {names.get(id_) or last_names[id_]: found.get(id_, tally(())) for id_ in order}


def _figures(name: str, heading: str, groups: Mapping[str, Tally], whole: Tally) -> Table:
    rows = tuple((label, *_cells(figures)) for label, figures in groups.items())
    silent = frozenset((n, 7) for n, figures in enumerate(groups.values()) if not figures.played)
    columns = (Column(heading, 18), *_FIGURES)
    return Table(name, f"Kết quả {name.lower()}", columns, rows, ("Cộng", *_cells(whole)), silent)


def _cells(figures: Tally) -> tuple[Cell, ...]:
    return (
        figures.sessions,
        figures.airings,
        figures.ended(Outcome.AIRED),
        figures.ended(Outcome.PARTIAL),
        figures.ended(*_SILENT),
        Length(figures.planned),
        Length(figures.played),
    )


def _by_topic(covered: Coverage, period: Period, place: str) -> Section | None:
    """Against the year's targets only where the whole year is reported on."""
    if not covered.rows:
        return None
    whole_year = (period.last - period.first).days >= 364
    rows, red = list[tuple[Cell, ...]](), set[tuple[int, int]]()
    for number, row in enumerate(covered.rows):
        least = min((cell.times for cell in row.cells), default=0)
        target = "–" if row.topic.times is None else str(row.topic.times)
        short = _short(row.missing, row.minutes_missing) if whole_year else ""
        airings = sum(cell.times for cell in row.cells)
        rows.append((row.topic.code, row.topic.title, airings, Length(row.played), least, target, short))
        red |= {(number, at) for at, wanting in ((4, not least), (6, short not in ("", "–"))) if wanting}
    columns = [
        *(Column("Mã", 8), Column("Chủ đề", 40), Column("Lượt", 9), Column("Đã phát (phút:giây)", 15)),
        *(Column(f"{place.capitalize()} ít nhất (lượt)", 10), Column("Chỉ tiêu năm", 9, Align.CENTER)),
        Column("Còn thiếu", 10, Align.CENTER),
    ]
    keep = len(columns) if whole_year else len(columns) - 1
    words = (
        "Một bài có thể thuộc nhiều chủ đề và được tính ở mỗi chủ đề; chủ đề lớn gồm cả các chủ đề nhỏ. "
        f"Ngoài kế hoạch đã phát {_spoken(Milliseconds(sum(cell.played for cell in covered.off_plan)))}. "
        f"Chỉ tiêu tính cho mỗi {place}.",
    )
    short_rows = tuple(row[:keep] for row in rows)
    tables = [
        Table("Theo chủ đề", "Kết quả theo chủ đề", tuple(columns[:keep]), short_rows, (), frozenset(red))
    ]
    if len(covered.places) <= _MOST_HAMLETS:
        tables.append(_matrix(covered, place))
    return Section("KẾT QUẢ THEO CHỦ ĐỀ CỦA KẾ HOẠCH", words, tuple(tables))


def _matrix(covered: Coverage, place: str) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (row.topic.code, *(cell.times for cell in row.cells)) for row in covered.rows
    )
    red = frozenset(
        (n, at + 1)
        for n, row in enumerate(covered.rows)
        for at, cell in enumerate(row.cells)
        if not cell.times
    )
    columns = (Column("Mã", 8), *(Column(column.name, 8, Align.CENTER) for column in covered.places))
    return Table(f"Chủ đề và {place}", f"Số lượt theo chủ đề và {place}", columns, rows, (), red)


def _short(times: int, minutes: int) -> str:
    parts = [f"{thousands(n)} {unit}" for n, unit in ((times, "lượt"), (minutes, "phút")) if n]
    return ", ".join(parts) or "–"


def _emergencies(facts: Facts) -> Section | None:
    urgent = [one for one in facts.airings if one.line.kind is SlotKind.EMERGENCY]
    if not urgent:
        return None
    drills = [one for one in urgent if one.line.slot in facts.drills]
    real = [one for one in urgent if one.line.slot not in facts.drills]
    words = [
        f"{name}: {thousands(figures.sessions)} buổi, {thousands(figures.airings)} lượt, "
        f"{_spoken(figures.played)}."
        for name, lines in (("Phát khẩn cấp", real), ("Diễn tập", drills))
        if lines and (figures := tally(lines))
    ]
    return Section("PHÁT THANH KHẨN CẤP", (*words, "Không tính vào các số liệu khác của báo cáo này."))


def _elsewhere(done: Sequence[Elsewhere]) -> Section | None:
    if not done:
        return None
    channels: dict[str, list[Elsewhere]] = defaultdict(list)
    for one in done:
        channels[one.channel].append(one)
    rows = tuple(
        (channel, _times(ones), _people_of(ones), _some([*dict.fromkeys(one.title for one in ones)]))
        for channel, ones in channels.items()
    )
    total = ("Cộng", _times(done), _people_of(done), "")
    columns = (Column("Kênh", 20), Column("Số lần", 8), Column("Số người dự", 10), Column("Nội dung", 40))
    table = Table("Kênh khác", "Tuyên truyền qua các kênh khác", columns, rows, total)
    return Section("CÁC KÊNH KHÁC", tables=(table,))


def _times(done: Sequence[Elsewhere]) -> int:
    return sum(one.times for one in done)


def _people_of(done: Sequence[Elsewhere]) -> int:
    return sum(one.people for one in done)


def _some(titles: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    more = len(titles) - _MOST_TITLES
    return "; ".join(titles[:_MOST_TITLES]) + (f"; và {thousands(more)} nội dung khác" if more > 0 else "")


def _shortcomings(airings: Sequence[Heard], place: str) -> Section:
    found = [failure for failure in failures(airings) if failure.outcome is not Outcome.CANCELLED]
    if not found:
        return Section("TỒN TẠI, NGUYÊN NHÂN", ("Không có lượt phát nào bị lỗi hoặc thiếu.",))
    rows = tuple(
        (
            OUTCOMES[failure.outcome],
            reasons.shown(failure.cause) or "không rõ",
            failure.airings,
            Length(failure.lost),
            listed(failure.hamlets),
        )
        for failure in found
    )
    total = (
        *("Cộng", "", sum(failure.airings for failure in found)),
        *(Length(Milliseconds(sum(failure.lost for failure in found))), ""),
    )
    columns = (
        *(Column("Tình trạng", 16), Column("Nguyên nhân", 30), Column("Lượt", 8)),
        *(Column("Không phát (phút:giây)", 15), Column(place.capitalize(), 24)),
    )
    table = Table("Tồn tại", "Các lượt phát không đủ, theo nguyên nhân", columns, rows, total)
    return Section("TỒN TẠI, NGUYÊN NHÂN", tables=(table,))


def _people(airings: Sequence[Heard], facts: Facts) -> Section | None:
    told = {told.script for one in airings for told in one.told}
    scripts = [facts.scripts[script] for script in told if script in facts.scripts]
    wrote = Counter(script.author or "không ghi tên" for script in scripts)
    approved = Counter(
        name for script in scripts for name in (script.first_approved_by, script.approved_by) if name
    )
    people = sorted({*wrote, *approved})
    if not people:
        return None
    rows = tuple((name, wrote[name], approved[name]) for name in people)
    columns = (Column("Họ và tên", 40), Column("Số bài đã viết", 20), Column("Số bài đã duyệt", 20))
    total = ("Cộng", wrote.total(), approved.total())
    table = Table("Người thực hiện", "Người viết và người duyệt các bài đã phát", columns, rows, total)
    return Section("NGƯỜI THỰC HIỆN", tables=(table,))


def _spoken(length: Milliseconds) -> str:
    seconds = round(length / 1000)
    return f"{thousands(seconds // 60)} phút {seconds % 60:02d} giây"


def _share(whole: Tally) -> str:
    if not whole.planned:
        return ""
    return f" (đạt {100 * whole.played / whole.planned:.1f}%)".replace(".", ",")
