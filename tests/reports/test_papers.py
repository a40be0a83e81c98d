"""Diary and report as files that an office opens."""

from __future__ import annotations

import csv
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from docx import Document
from docx.shared import Mm, Pt
from openpyxl import load_workbook

from broadcaster import language
from broadcaster.errors import StationError
from broadcaster.playout.airing import Outcome
from broadcaster.reports.coverage import coverage
from broadcaster.reports.diary import diary
from broadcaster.reports.elsewhere import Elsewhere
from broadcaster.reports.facts import Facts
from broadcaster.reports.heard import heard
from broadcaster.reports.official import write_docx
from broadcaster.reports.paper import Align, Column, Length, Office, Paper, Section, Table
from broadcaster.reports.period import days, parse_period
from broadcaster.reports.picture import drawn
from broadcaster.reports.report import report
from broadcaster.reports.workbook import write_csv, write_xlsx
from broadcaster.store.played import Played
from broadcaster.timetable.slot import SlotKind
from broadcaster.units import Milliseconds
from tests.reports.world import AT, LEADER, WRITER, ZONE, Year, hamlets, line, year

COMMUNE = Office(
    "", "ỦY BAN NHÂN DÂN\nXÃ TÂN HƯNG", "Tân Hưng", "UBND", ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), LEADER
)
STATION = Office("UBND XÃ TÂN HƯNG", "ĐÀI TRUYỀN THANH", "Tân Hưng")
MARCH, NEXT_MONTH = parse_period("2026-03"), date(2026, 4, 3)


@pytest.fixture(autouse=True)
def _vietnamese(_english: None) -> None:
    """Papers are; the language in use is put back after each test."""
    language.use("vi")


@pytest.fixture(scope="module")
def spring() -> Year:
    """Four hamlets, one of them silent in March."""
    return year(4, days=100)


def march(spring: Year) -> Paper:
    return report(spring.facts.within(MARCH), MARCH, COMMUNE, NEXT_MONTH, "12")


def texts(path: Path) -> list[str]:
    """Paragraphs of the page and of its tables, in the order of the page's head, body and tables."""
    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [*(paragraph.text for paragraph in document.paragraphs), *cells]


def test_the_layout_is_that_of_the_decree(spring: Year, tmp_path: Path) -> None:
    write_docx(march(spring), tmp_path / "bao-cao.docx")

    document = Document(str(tmp_path / "bao-cao.docx"))
    page = document.sections[0]
    margins = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
    lengths = (page.page_width, page.page_height, *margins)
    assert [round(length / Mm(1)) for length in lengths if length] == [210, 297, 20, 20, 30, 15]
    assert document.styles["Normal"].font.name == "Times New Roman"
    assert page.different_first_page_header_footer
    assert "PAGE" in page.header.paragraphs[0]._p.xml
    left, right = document.tables[0].rows[0].cells
    assert left.text.split("\n")[:2] == ["ỦY BAN NHÂN DÂN", "XÃ TÂN HƯNG"]
    assert right.text.split("\n")[:2] == ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
    number, day = document.tables[1].rows[0].cells
    assert number.text == "Số: 12/BC-UBND"
    assert day.text == "Tân Hưng, ngày 03 tháng 4 năm 2026"
    assert day.paragraphs[0].runs[0].italic
    titles = [p for p in document.paragraphs if p.text in ("BÁO CÁO", march(spring).subject)]
    assert [(p.runs[0].bold, p.runs[0].font.size) for p in titles] == [(True, Pt(14))] * 2
    recipients, signature = document.tables[-1].rows[0].cells
    assert recipients.text.startswith("Nơi nhận:\n- ")
    assert recipients.text.endswith("- Lưu: VT.")
    assert [words for words in signature.text.split("\n") if words] == [
        "TM. ỦY BAN NHÂN DÂN",
        "CHỦ TỊCH",
        LEADER,
    ]


def test_months_and_quarters_and_years_have_their_names() -> None:
    assert parse_period("2026-03").name == "tháng 3 năm 2026"
    assert (MARCH.first, MARCH.last) == (date(2026, 3, 1), date(2026, 3, 31))
    autumn = parse_period("2026-q4")
    assert (autumn.name, autumn.first, autumn.last) == (
        "quý IV năm 2026",
        date(2026, 10, 1),
        date(2026, 12, 31),
    )
    assert parse_period("2024-2").last == date(2024, 2, 29)
    assert parse_period("2026").last == date(2026, 12, 31)
    assert days(date(2026, 3, 2), date(2026, 3, 2)).name == "ngày 02/03/2026"
    for wrong in ("2026-13", "2026-Q5", "1999", "tháng 3", "2026-00"):
        with pytest.raises(StationError, match=wrong):
            parse_period(wrong)


def test_a_month_tells_who_was_silent_and_why(spring: Year, tmp_path: Path) -> None:
    write_docx(march(spring), tmp_path / "bao-cao.docx")

    said = texts(tmp_path / "bao-cao.docx")
    by_hamlet = next(table for table in march(spring).tables if table.name == "Theo ấp")
    third = by_hamlet.rows[2]
    assert third == ("Ấp 3", 0, 62, 0, 0, 62, Length(Milliseconds(62 * 600_000)), Length(Milliseconds(0)))
    assert (2, 7) in by_hamlet.red
    assert "phát không thành" in said
    assert "đầu ra: no amplifier answered" in said
    assert "trễ quá" in said
    people = next(table for table in march(spring).tables if table.name == "Người thực hiện")
    assert people.rows == ((WRITER, 4, 0), (LEADER, 0, 4))


def test_a_year_is_held_against_its_targets() -> None:
    whole = parse_period("2026")
    paper = report(year(2).facts, whole, COMMUNE, date(2027, 1, 5))

    topics = next(table for table in paper.tables if table.name == "Theo chủ đề")
    praise = next(row for row in topics.rows if row[1] == "Gương điển hình")
    assert praise[2:] == (0, Length(Milliseconds(0)), 0, "12", "12 lượt")
    assert {(4, 4), (4, 6)} <= topics.red
    assert [table.name for table in paper.tables][:3] == ["Theo tháng", "Theo ấp", "Theo giọng đọc"]
    assert paper.remark == ""


def test_what_is_not_known_yet_makes_it_provisional(spring: Year, tmp_path: Path) -> None:
    facts = replace(spring.facts.within(MARCH), unheard={"Ấp 4": 12})

    paper = report(facts, MARCH, COMMUNE, date(2026, 3, 31))
    write_docx(paper, tmp_path / "tam.docx")

    (remark,) = [words for words in texts(tmp_path / "tam.docx") if words.startswith("SỐ LIỆU TẠM TÍNH")]
    assert "Ấp 4 (12 lượt)" in remark
    assert "31/03/2026" in remark


def test_the_diary_has_a_line_for_each_session(spring: Year, tmp_path: Path) -> None:
    week = days(date(2026, 3, 2), date(2026, 3, 8))

    paper = diary(spring.facts.within(week), week, STATION, date(2026, 3, 9))
    write_docx(paper, tmp_path / "nhat-ky.docx")

    (table,) = paper.tables
    assert len(table.rows) == 14
    first = table.rows[0]
    assert first[:6] == ("1", "02/03/2026", "05:30–05:40", "Bản tin sang", "Tự sản xuất", "3/4")
    assert first[9] == f"Viết: {WRITER}. Duyệt: {LEADER}"
    assert first[10] == "Ấp 3: phát không thành (đầu ra: no amplifier answered)"
    assert table.total[3] == "Cộng: 14 buổi"
    assert {"UBND XÃ TÂN HƯNG", "ĐÀI TRUYỀN THANH"} <= set(
        "\n".join(texts(tmp_path / "nhat-ky.docx")).split("\n")
    )
    page = Document(str(tmp_path / "nhat-ky.docx")).sections[0]
    assert (page.page_width or 0) > (page.page_height or 0)


def test_the_diary_tells_relays_emergencies_and_drills_apart() -> None:
    (here,) = hamlets(1)
    lines = [
        line(
            1,
            here,
            AT,
            Outcome.SKIPPED,
            played=0.0,
            planned=0.0,
            reason="relay VOV1",
            bulletin="",
            slot="vov",
        ),
        line(2, here, AT + timedelta(hours=1), kind=SlotKind.EMERGENCY, slot="khan-cap-1"),
        line(3, here, AT + timedelta(hours=2), kind=SlotKind.EMERGENCY, slot="dien-tap-1"),
        line(4, here, AT + timedelta(hours=3), kind=SlotKind.REHEARSAL, slot="thu"),
        line(5, here, AT + timedelta(hours=4), Outcome.MISSED, played=0.0, reason="too late by 130.5 s"),
    ]
    facts = Facts(
        *(heard(lines, [Played(one.airing_id, here.id, "") for one in lines], {}), {}, (), (here,), ZONE),
        drills=frozenset({"dien-tap-1"}),
        elsewhere=[Elsewhere(date(2026, 3, 5), "Cuộc họp", "Họp ấp", "Ấp 1", 40)],
    )

    (table,) = diary(facts, MARCH, STATION, NEXT_MONTH).tables
    paper = report(facts, MARCH, COMMUNE, NEXT_MONTH)

    assert [row[4] for row in table.rows] == ["Tiếp âm VOV1", "Khẩn cấp", "Diễn tập", "Tự sản xuất"]
    assert [row[10] for row in table.rows] == ["", "phát đủ", "phát đủ", "Ấp 1: lỡ giờ (trễ quá 130.5 s)"]
    assert table.rows[3][2] == "09:30"
    headings = [section.heading.partition(". ")[2] for section in paper.sections[1:]]
    assert headings == [
        "KẾT QUẢ PHÁT THANH",
        "PHÁT THANH KHẨN CẤP",
        "CÁC KÊNH KHÁC",
        "TỒN TẠI, NGUYÊN NHÂN",
        "KIẾN NGHỊ",
    ]
    assert "Phát khẩn cấp: 1 buổi, 1 lượt, 10 phút 00 giây." in paper.sections[2].words
    (meetings,) = paper.sections[3].tables
    assert meetings.rows == (("Cuộc họp", 1, 40, "Họp ấp"),)


def test_a_month_without_anything_is_still_a_paper(tmp_path: Path) -> None:
    facts = Facts((), {}, (), hamlets(2), ZONE)

    paper = report(facts, MARCH, COMMUNE, NEXT_MONTH)
    for suffix, write in ((".docx", write_docx), (".xlsx", write_xlsx), (".csv", write_csv)):
        write(paper, tmp_path / f"x{suffix}")

    assert "Không có lượt phát nào bị lỗi hoặc thiếu." in texts(tmp_path / "x.docx")


def sheets(path: Path) -> dict[str, list[list[object]]]:
    book = load_workbook(path)
    return {sheet.title: [[cell.value for cell in row] for row in sheet.rows] for sheet in book}


def test_the_workbook_holds_numbers(spring: Year, tmp_path: Path) -> None:
    write_xlsx(march(spring), tmp_path / "bao-cao.xlsx")

    found = sheets(tmp_path / "bao-cao.xlsx")
    rows = found["Theo ấp"]
    assert rows[2][6:] == ["Kế hoạch (phút)", "Đã phát (phút)"]
    assert rows[5] == ["Ấp 3", 0, 62, 0, 0, 62, 620, 0]
    assert rows[-1][0] == "Cộng"
    played = [row[7] for row in rows[3:-1]]
    assert rows[-1][7] == pytest.approx(sum(map(float, map(str, played))))


def test_the_csv_holds_seconds_to_the_millisecond(spring: Year, tmp_path: Path) -> None:
    write_csv(march(spring), tmp_path / "bao-cao.csv")

    raw = (tmp_path / "bao-cao.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(raw.decode("utf-8-sig").splitlines()))
    at = rows.index(["Kết quả theo ấp"])
    assert rows[at + 1][-1] == "Đã phát (giây)"
    total = next(row for row in rows[at:] if row[0] == "Cộng")
    begin, end = MARCH.instants(ZONE)
    log = [one for one in spring.lines if begin <= one.starts_at < end]
    assert float(total[-1]) == pytest.approx(sum(one.seconds_played for one in log), abs=0.0005)


def test_nothing_in_a_cell_is_a_formula_or_breaks_the_file(tmp_path: Path) -> None:
    evil = '=HYPERLINK("http://x","y")\x00\x0b'
    table = Table("a/b:c*d", "", (Column("x", 1), Column("y", 1, Align.RIGHT)), ((evil, -1), ("-", "+1")))
    paper = Paper(STATION, "BÁO CÁO", "BC", evil, date(2026, 2, 1), (Section("", (evil,), (table,)),))

    for suffix, write in ((".docx", write_docx), (".xlsx", write_xlsx), (".csv", write_csv)):
        write(paper, tmp_path / f"x{suffix}")

    cell = load_workbook(tmp_path / "x.xlsx")["a b c d"]["A4"]
    assert (cell.data_type, str(cell.value)[:10]) == ("s", "=HYPERLINK")
    rows = list(csv.reader((tmp_path / "x.csv").read_text("utf-8-sig").splitlines()))
    assert rows[2][0].startswith("'=HYPER")
    assert rows[2][1] == "-1"
    assert rows[3] == ["-", "'+1"]
    assert any("=HYPERLINK" in words for words in texts(tmp_path / "x.docx"))
    assert "ngày 01 tháng 02 năm 2026" in " ".join(texts(tmp_path / "x.docx"))


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    paper = Paper(STATION, "BÁO CÁO", "BC", "x", date(2026, 2, 1), ())

    for suffix, write in ((".docx", write_docx), (".xlsx", write_xlsx), (".csv", write_csv)):
        with pytest.raises(StationError, match="khong-co"):
            write(paper, tmp_path / "khong-co" / f"x{suffix}")


def test_a_year_of_7300_airings_is_counted_in_a_moment(tmp_path: Path) -> None:
    """The promise is a minute; here is all but the year's diary as a .docx, which takes 4 s of it."""
    began = time.process_time()
    whole, facts = parse_period("2026"), year().facts

    found = coverage(
        *(facts.airings, [*facts.scripts.values()], facts.topics, facts.hamlets, whole.first, whole.last),
        ZONE,
    )
    drawn(found, "Bản đồ")
    yearly = diary(facts, whole, STATION, date(2027, 1, 5))
    papers = [parse_period(f"2026-{month:02d}") for month in range(1, 13)]
    monthly = [report(facts.within(period), period, COMMUNE, date(2027, 1, 5)) for period in papers]
    write_docx(report(facts, whole, COMMUNE, date(2027, 1, 5)), tmp_path / "nam.docx")

    assert time.process_time() - began < 20
    assert len(yearly.tables[0].rows) == 730
    sums = [next(t for t in paper.tables if t.name == "Theo ấp").total[7] for paper in monthly]
    log = sum(round(one.line.seconds_played * 1000) for one in facts.airings)
    assert sum(length.ms for length in sums if isinstance(length, Length)) == log
    assert sum(cell.played for cell in found.whole) == log
