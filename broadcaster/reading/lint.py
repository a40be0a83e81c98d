"""Remarks about what a text says, for the person who approves it. They never change a word.

Stale names, the district level, dates gone by, doubled words, sentences too long to be said in one breath.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from broadcaster.language import _


@dataclass(frozen=True)
class Remark:
    line: int
    """1-based line of the text."""
    words: str
    """The words it is about, as written."""
    rule: str
    """stale, district, expired, doubled, long."""
    advice: str
    """What to do, in the language in use."""


def lint(text: str, today: date) -> tuple[Remark, ...]:
    """Remarks on `text`, in the order of its lines.

    >>> [(r.rule, r.words) for r in lint("Nộp về huyện để phục vụ nhân nhân.", date(2026, 11, 24))]
    [('district', 'huyện'), ('doubled', 'nhân nhân')]
    """
    lines = text.split("\n")
    remarks = {
        Remark(number, words, rule, advice): None
        for number, line in enumerate(lines, 1)
        for sentence in _SENTENCE_END.split(line)
        for rule, check in _CHECKS.items()
        for words, advice in check(sentence, today)
    }
    return tuple(sorted([*remarks, *_years(lines, today)], key=lambda remark: remark.line))


_SENTENCE_END = re.compile(r"(?<=[.!?…;])\s+")
_LOOKING_BACK = re.compile(
    r"\b(?:trước đây|trước kia|quen gọi|tên cũ|cũ|không cần|không phải|thay cho|thay thế|thay bằng|bãi bỏ"
    r"|bỏ cấp|sắp xếp|sáp nhập|giải thể|kết thúc hoạt động|trước ngày 0?1/0?7/2025)\b",
    re.IGNORECASE,
)
"""Whoever says so knows that the name is an old one."""

_LEVELS = re.compile(
    r"(?:dịch vụ công|DVC\w*|hồ sơ|trực tuyến)[^.;]{0,60}?"
    r"(mức(?: độ)? ?[34](?: ?(?:,|và|-|hoặc) ?(?:mức(?: độ)? ?)?4)?)(?!\d)",
    re.IGNORECASE,
)
_DISTRICT = re.compile(r"\b(?:huyện|quận|thị trấn|thị xã)\b", re.IGNORECASE)
_NO_DISTRICTS_SINCE = date(2025, 7, 1)

_RENAMED = {
    "sổ hộ khẩu": ("thông tin cư trú trên VNeID", date(2023, 1, 1)),
    "chứng minh nhân dân": ("thẻ căn cước", date(2025, 1, 1)),
    "CMND": ("thẻ căn cước", date(2025, 1, 1)),
    "Bộ Tài nguyên và Môi trường": ("Bộ Nông nghiệp và Môi trường", date(2025, 3, 1)),
    "Sở Tài nguyên và Môi trường": ("Sở Nông nghiệp và Môi trường", date(2025, 3, 1)),
    "Sở Nông nghiệp và Phát triển nông thôn": ("Sở Nông nghiệp và Môi trường", date(2025, 3, 1)),
    "Bộ Thông tin và Truyền thông": ("Bộ Khoa học và Công nghệ", date(2025, 3, 1)),
    "Sở Thông tin và Truyền thông": ("Sở Khoa học và Công nghệ", date(2025, 3, 1)),
    "Bộ Kế hoạch và Đầu tư": ("Bộ Tài chính", date(2025, 3, 1)),
    "Sở Kế hoạch và Đầu tư": ("Sở Tài chính", date(2025, 3, 1)),
    "Bộ Lao động - Thương binh và Xã hội": ("Bộ Nội vụ", date(2025, 3, 1)),
    "Sở Lao động - Thương binh và Xã hội": ("Sở Nội vụ", date(2025, 3, 1)),
    "Bộ Giao thông vận tải": ("Bộ Xây dựng", date(2025, 3, 1)),
    "Sở Giao thông vận tải": ("Sở Xây dựng", date(2025, 3, 1)),
}
"""What it is called now, and since when."""
_OLD_NAME = re.compile(r"\b(?:" + "|".join(map(re.escape, _RENAMED)) + r")\b", re.IGNORECASE)
_BY_SMALL_NAME = {name.lower(): new for name, new in _RENAMED.items()}


def _stale(sentence: str, today: date) -> Iterator[tuple[str, str]]:
    if _LOOKING_BACK.search(sentence):
        return
    for match in _LEVELS.finditer(sentence):
        yield match[1], _("Online services are called “toàn trình” and “một phần” now")
    for match in _OLD_NAME.finditer(sentence):
        name, since = _BY_SMALL_NAME[match[0].lower()]
        if today >= since:
            yield match[0], _("It is called “{name}” now").format(name=name)


def _district(sentence: str, today: date) -> Iterator[tuple[str, str]]:
    if today < _NO_DISTRICTS_SINCE or _LOOKING_BACK.search(sentence):
        return
    for match in _DISTRICT.finditer(sentence):
        yield (
            match[0],
            _("There has been no district level since 1 July 2025: name the commune or the province"),
        )


_DATE = re.compile(
    r"(?<![\d/])(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)|ngày (\d{1,2}) tháng (\d{1,2}),? năm (\d{4})",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"\b(?:sẽ|mời|đề nghị|yêu cầu|hạn (?:cuối|chót|nộp)|chậm nhất|trước ngày|đến hết|hết hạn|tổ chức"
    r"|thông báo|lịch|bắt đầu|diễn ra|khai mạc|có mặt|tập trung|đăng ký|nộp|kể từ|thời gian)\b",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"\b(?:căn cứ|theo (?:kế hoạch|quyết định|nghị định|luật|công văn|báo cáo|thông tư)|thực hiện"
    r"|ban hành|số liệu|đã|so với|tính đến|cùng kỳ|vừa qua|kết quả|ghi nhận|áp dụng|cho thấy|luật"
    r"|nghị định|đến nay)\b",
    re.IGNORECASE,
)


def _expired(sentence: str, today: date) -> Iterator[tuple[str, str]]:
    """The last date of a sentence that looks ahead is behind us."""
    if not _AHEAD.search(sentence) or _BEHIND.search(sentence):
        return
    found = [(day, match[0]) for match in _DATE.finditer(sentence) if (day := _day(match))]
    if found and max(found)[0] < today:
        yield max(found)[1], _("This date is past")


def _day(match: re.Match[str]) -> date | None:
    day, month, year = (int(part) for part in match.groups() if part)
    try:
        return date(year, month, day)
    except ValueError:
        return None


_PLAN = re.compile(r"\b(?:kế hoạch|phương hướng|lịch)\b.*?\bnăm (20\d\d)\b", re.IGNORECASE)
_LINES_OF_TITLE = 3
_YEAR = re.compile(r"(?<![-–\d])\b(?:năm|hội thi|đợt) (20\d\d)\b(?![-–]\d)", re.IGNORECASE)


def _years(lines: list[str], today: date) -> Iterator[Remark]:
    """A plan whose year is past, or that speaks of a year before its own."""
    title = [(number, line) for number, line in enumerate(lines, 1) if line.strip()][:_LINES_OF_TITLE]
    plan = _PLAN.search(" ".join(line for _number, line in title))
    if not plan:
        return
    if int(plan[1]) < today.year:
        first = next(number for number, line in title if plan[1] in line)
        yield Remark(
            first, plan[1], "expired", _("The plan is for {year}, which is past").format(year=plan[1])
        )
    for number, line in enumerate(lines, 1):
        for match in _YEAR.finditer(line):
            if match[1] < plan[1] and not _COMPARING.search(line[: match.start()][-60:]):
                yield Remark(
                    number, match[0], "expired", _("The plan itself is for {year}").format(year=plan[1])
                )


_COMPARING = re.compile(r"so với|cùng kỳ|kết quả|từ$|từ năm|giai đoạn|đến năm|trước|qua", re.IGNORECASE)

_TWICE = re.compile(r"(?<![\w-])(\w+(?: \w+)?) +\1(?![\w-])", re.IGNORECASE)
_MEANT = frozenset(
    """
    ai ào ầm ấm ba bao bay bảy bậm bập bìm bong bông bốn buồn bừng càng cao cào cay cáu châm chậm chạy
    chiều chín chốc chung chuồn cuồn cưng cứ cười dài dày dần dầu dưng dửng đằng đâu đầm đậm đầy đen đêm
    đều đi đỏ đo đồng đời đùng đường êm gần giờ hai hát hay hằng hăm hầm hây hiu hoài hồng hớn hùng hừng
    im kha khăng khít khư khe lai lâng lâu lăm lặng lấp leo lo lù luôn lừng mãi mang mau mập mênh mây
    mơn một miên mười muôn năm ngan ngày ngành ngoan người ngùn ngút ngời nhà nhàn nhanh nhẹ nhiều nho
    nhỏ nói nơi nức nườm oai oang ồ ồn phây phăng phơi quanh quen rành răm rầm ríu rộn run rưng sáng sáu
    sần sẽ song sờ sớm sột suốt sừng tà tám tàn tấp tháng thao thăm thầm thẳng thỉnh thoang thường tí
    tím tim to tối trăng tràn tròn trùng từ từng tưng tươi ù ùn ừ vàng vân văn văng vành vi về vui vừa
    xa xanh xao xềnh xối xóm xôn xuân y
    """.split()  # noqa: SIM905  (a list of words reads better as words)
)
"""Reduplications ("ngày ngày", "xa xa"), digits, and words that meet by chance ("triệu đồng đồng thời")."""


def _doubled(sentence: str, today: date) -> Iterator[tuple[str, str]]:
    for match in _TWICE.finditer(sentence):
        once = match[1].lower()
        meant = once in _MEANT or any(word.isdecimal() for word in once.split()) or match[1].isupper()
        if not meant and not _begins_a_name(match):
            yield match[0], _("The same word twice")


def _begins_a_name(match: re.Match[str]) -> bool:
    """ "Đại hội Hội Nông dân": the second word opens a name."""
    second = match[0][len(match[1]) :].lstrip()
    return match[0][0].islower() and second[0].isupper()


_BREATH, _UNBROKEN = 60, 38
"""Syllables up to a full stop, semicolon or colon, and up to any comma."""
_STOP = re.compile(r"[.!?…;:](?=\s|$)")
_PAUSE = re.compile(r"[,.!?…;:–()“”](?=\s|$)|\s[-–]\s")


def _too_long(sentence: str, today: date) -> Iterator[tuple[str, str]]:
    for part in _STOP.split(sentence):
        longest = max(len(piece.split()) for piece in _PAUSE.split(part))
        count = len(part.split())
        if count > _BREATH or longest > _UNBROKEN:
            words = " ".join(part.split()[:8]) + " …"
            yield (
                words,
                _("A sentence of {n} syllables: nobody can say it in one breath, part it").format(n=count),
            )


_CHECKS: dict[str, Callable[[str, date], Iterator[tuple[str, str]]]] = {
    "stale": _stale,
    "district": _district,
    "expired": _expired,
    "doubled": _doubled,
    "long": _too_long,
}
