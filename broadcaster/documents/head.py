"""The head of the page: national header, agency, number, place and date, and the data of the programme.

The layout is that of Decree 30/2020/NĐ-CP, the programme data is what commune stations write above a script.
The head ends at the first sentence; what looks like metadata after that is content.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from broadcaster.documents.line import Line, fold, in_capitals, is_bullet, word_count

HEADER, NUMBER, METADATA = "header", "number", "metadata"

_DASH = r"\s*[-–—]\s*"
_MOTTO = re.compile(
    rf"cong hoa xa hoi chu nghia viet nam|doc lap{_DASH}tu do{_DASH}hanh phuc|dang cong san viet nam"
)
_NUMBER = re.compile(r"so\s*[:.]?\s*[\d.…_]*\s*[-–/]\s*[\w\-–/&. ]{1,40}|so\s*:\s*[\d.…_]*")
_PLACE_AND_DATE = re.compile(
    r"[a-z][a-z .'-]{1,40},\s*(?:ngay\s*[\d.…_]*\s*thang\s*[\d.…_]*\s*nam\s*[\d.…_]*"
    r"|(?:ngay\s*)?\d{1,2}[/.-]\d{1,2}[/.-]\d{4})\.?"
)
_STAMP = re.compile(
    r"(?:du thao|ban nhap|sao y|ban sao|hoa toc|thuong khan|mat|toi mat|tuyet mat)\b[\w .]{0,20}"
)
_AGENCY = re.compile(
    r"(?:uy ban|ubnd|ubmttq|hdnd|hoi dong nhan dan|xa|phuong|thi tran|thi xa|quan|huyen|thanh pho|tinh"
    r"|dac khu|dang uy|dang bo|chi bo|chi uy|tinh uy|ban(?! hanh| tin)|bch|bcd|dai|tram|cong an|bo|so|phong"
    r"|cuc|chi cuc|trung tam|truong|doan(?! ket)|hoi(?! nghi| thi| thao| cho| xuan)|mat tran|chinh phu"
    r"|van phong|doi(?! ngu)|to(?! chuc)|htx|hop tac xa|cong ty|dien luc|ngan hang|quy|bao hiem|bhxh|buu dien"
    r"|ap|thon|khu pho|quoc hoi|vien|toa an|chi nhanh|lien)\b"
)
_AGENCY_IN_SMALL_LETTERS = re.compile(
    r"(?:uy ban nhan dan|hoi dong nhan dan|ubnd|dang uy|dai truyen thanh)\b"
)
_QUALIFIER = r"(?: [^:;|()]{1,24})?(?: ?\([^()]{1,24}\))?"
_LABEL = re.compile(
    r"(?:(?:phat (?:luc|lai|song|vao|ngay|thanh luc)"
    r"|(?:gio|ngay|buoi|lich|thoi (?:gian|diem)|so (?:lan|luot)|khung gio|hinh thuc|dia ban|don vi) phat"
    r"|tan suat|pham vi|cum loa|thoi luong|(?:nguoi )?(?:duyet|phe duyet|kiem duyet)"
    r"|duyet (?:noi dung|phat|bai)|nguoi (?:viet|doc|thuc hien|the hien|soan|ky duyet|chiu trach nhiem)"
    rf"|(?:nguoi )?(?:bien tap|bien soan)|(?:muc |do |muc do )(?:uu tien|khan)){_QUALIFIER}"
    r"|tac gia|thuc hien|the hien|phong vien|ky thuat(?: vien)?|dao dien|dan chuong trinh|dien doc"
    r"|(?:chuyen |tiet )?muc|chuyen trang|the loai|loai (?:tin|bai|hinh)|muc do|uu tien"
    r"|(?:ten )?(?:file|tap tin)|ma (?:bai|tin|so|chuong trinh)|nguon(?: tin)?|tu khoa"
    r"|ngay (?:viet|soan|duyet|lap|gui|bien tap)|trang thai|phien ban|do mat|doi tuong nghe"
    r"|(?:ngay )?het han|don vi (?:thuc hien|bien soan|san xuat|gui)|so (?:tu|chu)|luu tru)\s*[:|;]"
)
_CAST = re.compile(
    rf"(?:bien tap vien|phat thanh vien|nguoi dan|btv|ptv|mc|giong(?: doc)?){_QUALIFIER}\s*[:|;]\s*"
)
_AIRTIMES = re.compile(
    r"phat (?:song |thanh |lai )?(?:luc|tu|vao|trong|hang|moi|ngay|buoi|sang|chieu|toi|truoc|:|\d)"
)
_FOOT_COLUMN = re.compile(
    r"(?:tm|kt|tl|tuq)\s*\.|noi nhan|duyet cua|xac nhan|nguoi (?:viet|lap|duyet|bien tap)|\(da ky"
)
_BLANK_LEFT_TO_FILL = re.compile(r"\b(ngày|tháng|năm|số ?:?)\s{2,}", re.IGNORECASE)
_WORDS_OF_METADATA = 35
_LONG, _LONGEST_HEAD = 25, 30


def without_head(lines: Sequence[Line]) -> tuple[Line, ...]:
    """`lines` with header, number, place-and-date line and programme data struck out."""
    spread = tuple(piece for line in lines for piece in _columns(line))
    end = _end_of_head(spread)
    head = _without_letterhead(spread[:end])
    return (*map(_without_metadata, head), *map(_without_motto, spread[end:]))


def is_place_and_date(text: str) -> bool:
    """ "Tân Hưng, ngày 20 tháng 10 năm 2026", alone on its line."""
    place = text.split(",")[0]
    return (
        bool(_PLACE_AND_DATE.fullmatch(fold(text.strip()))) and place[:1].isupper() and word_count(place) <= 6
    )


def is_agency(text: str) -> bool:
    """The name of an office, as a letterhead or a signature block writes it."""
    return (
        word_count(text) <= 12
        and bool(_AGENCY.match(fold(text)))
        and text.rstrip()[-1:] not in tuple(".!?:;,")
    )


def is_metadata(text: str) -> bool:
    """Programme data: "Thời lượng: 6 phút", "(Phát từ ngày …)", "PTV: Thu Hà"."""
    bare = text.strip().lstrip("-+*•–( \t")
    folded = fold(bare)
    if word_count(text) > _WORDS_OF_METADATA or (folded.startswith("phat") and bare[2:3] not in "áÁ"):
        return False
    cast = _CAST.match(folded)
    return bool(_LABEL.match(folded) or _AIRTIMES.match(folded)) or (
        cast is not None and _are_names(bare[cast.end() :])
    )


def _are_names(text: str) -> bool:
    """ "Thu Hà – Minh Đức; PTV nữ: Lan": no word of it is an ordinary one, and it is no sentence."""
    words = [word for word in re.split(r"[\s,;:–-]+", text) if word and word not in ("và", "nam", "nữ")]
    named = all(word[0].isupper() or word.isdigit() for word in words) and not in_capitals(text)
    return 0 < len(words) <= 12 and named and text[-1] not in ".!?"


def _columns(line: Line) -> Iterator[Line]:
    """The columns of a two-column head as lines of their own; any other line whole."""
    if not line.open:
        yield line
        return
    parts = [
        part for part in re.split(r"\t+|\s{3,}", _BLANK_LEFT_TO_FILL.sub(r"\1 ", line.text.strip())) if part
    ]
    parts = [piece for part in parts for piece in _around_motto(part)]
    if len(parts) > 1 and any(map(_marks_a_column, parts)):
        yield from (line.saying(part.strip()) for part in parts)
    else:
        yield line.saying(line.text.strip())


def _around_motto(text: str) -> list[str]:
    match = _MOTTO.search(fold(text))
    if match is None or word_count(text) > 20:
        return [text]
    pieces = (text[: match.start()], text[match.start() : match.end()], text[match.end() :])
    return [piece for piece in pieces if piece.strip(" -–")]


def _marks_a_column(text: str) -> bool:
    return bool(_letterhead_reason(text)) or bool(_FOOT_COLUMN.match(fold(text)))


def _letterhead_reason(text: str) -> str:
    folded = fold(text).strip(" *_")
    if _MOTTO.fullmatch(folded.strip(" -–—")) or is_place_and_date(text):
        return HEADER
    if _NUMBER.fullmatch(folded):
        return NUMBER
    return HEADER if _STAMP.fullmatch(folded) and in_capitals(text) else ""


def _end_of_head(lines: Sequence[Line]) -> int:
    """The index of the first line that belongs to the body."""
    begun = False
    for index, line in enumerate(lines[:_LONGEST_HEAD]):
        text = line.text
        if not line.open or _letterhead_reason(text) or is_metadata(text):
            continue
        if text.startswith("["):
            if begun:
                return index
            continue
        if _is_body(text):
            return index
        begun = True
    return min(len(lines), _LONGEST_HEAD)


def _is_body(text: str) -> bool:
    sentence = text.endswith((".", "!", "?", ":", ";", "…", ",")) and not in_capitals(text)
    return sentence or word_count(text) > _LONG or (is_bullet(text) and not is_metadata(text))


def _without_letterhead(head: Sequence[Line]) -> tuple[Line, ...]:
    """Marks of a letterhead are struck, and above the last of them the names of the agency."""
    reasons = [_letterhead_reason(line.text) if line.open else "" for line in head]
    last = max((i for i, reason in enumerate(reasons) if reason), default=-1)
    for index, line in enumerate(head[: max(last, 0)]):
        if line.open and not reasons[index] and _is_letterhead(line.text):
            reasons[index] = HEADER
    return tuple(line.struck(reason) if reason else line for line, reason in zip(head, reasons, strict=True))


def _is_letterhead(text: str) -> bool:
    small = word_count(text) <= 8 and _AGENCY_IN_SMALL_LETTERS.match(fold(text))
    return is_agency(text) and (in_capitals(text) or bool(small))


def _without_metadata(line: Line) -> Line:
    return line.struck(METADATA) if line.open and is_metadata(line.text) else line


def _without_motto(line: Line) -> Line:
    motto = line.open and _MOTTO.fullmatch(fold(line.text).strip(" -–—*_"))
    return line.struck(HEADER) if motto else line
