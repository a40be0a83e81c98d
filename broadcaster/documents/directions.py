"""What is written for the people in the studio: cues, who reads, notes, page numbers, end marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from broadcaster.documents.line import Line, fold, in_capitals, is_bullet, word_count

CUE, SPEAKER, NOTE, PAGE_NUMBER, END_MARK, ORNAMENT = (
    "cue",
    "speaker",
    "note",
    "page number",
    "end mark",
    "ornament",
)

_NOTE = re.compile(
    r"[-+(\[*]*\s*\)?\s*(?:ghi chu(?: (?:cho|danh cho|voi)[^:]{0,40})?|p/?s(?: [^:]{0,40})?|p\.s\.?|n\.?b\.?"
    r"|(?:luu y|chu y|yeu cau|huong dan|dan do|nhan|dan)(?: \w+)? (?:(?:cho|voi|khi|doi voi|danh cho) )?"
    r"(?:nguoi doc|ptv|phat thanh vien|ky thuat(?: vien)?|bien tap vien|btv|mc|nguoi dan|doc|phat|thu am)"
    r"[^:]{0,40})\s*(?::|$)"
    r"|[(\[](?:luu y|chu y|yeu cau)\s*:?\s*(?:ptv|mc|btv|nguoi doc|phat thanh vien|doc)\b[^()\[\]]*[)\]]$"
)
_PAGE_NUMBER = re.compile(
    r"[-–—]\s*\d{1,3}\s*[-–—]|trang\s*\d{1,3}(?:\s*[/|]\s*\d{1,3})?|\d{1,3}\s*\|\s*(?:page|trang)"
)
_ORNAMENT = re.compile(r"[\W_]+|[-–—*_=~. ]{2,}[o0]{2,5}[-–—*_=~. ]{2,}")
_THE_END = re.compile(r"[-–—*(\s]*(?:het|the end)[-–—*).\s]*")
_LENGTH_OF_END = 12
_CLOSING_MARK = re.compile(r"(?<=[^\s/.])\s*\.?\s*/\s*\.\s*$|(?<=\w)\./\s*$")

_MUSIC = (
    r"nhạc(?=\s*[)\]}>,:;\d]|\s+(?:hiệu|cắt|nền|kết|dạo|xen|chuyển|mở|chờ|đệm|lên|nhỏ|to|vui|nhẹ|êm|tắt|dừng|vang|nổi"
    r"|chen|lót|đầu|cuối|ngắn|dài|không lời|dân ca)\b)"
)
_SOUND = (
    rf"{_MUSIC}|tiếng (?:động|nhạc|vỗ tay|chuông|còi|trống)\b|hiệu ứng\b|jingle\b|lên nhạc\b"
    r"|cắt (?:nhạc|băng)\b|fade\b|phát (?:băng|nhạc|file|ghi âm|trích đoạn)\b|chuyển (?:cảnh|nhạc|giọng)\b"
    r"|(?:nhỏ|to) dần"
    r"|(?:dừng|ngưng|ngừng|nghỉ|lặng|im lặng) (?:khoảng )?(?:\d+ ?(?:giây|s\b|nhịp)|lấy hơi|một nhịp)"
)
_MANNER = (
    r"đọc (?:chậm|nhanh|lại|rõ|to|nhấn|diễn cảm|\d+ lần|hai lần)"
    r"|nhắc lại(?: (?:\d+|hai|ba) lần)?\s*(?=[)\]}>])|lặp lại \d+ lần"
    r"|giọng (?:vui|trầm|nghiêm|ấm|nhấn|khẩn)|nhấn (?:mạnh|giọng)|ngắt (?:nhịp|giọng|hơi)"
    r"|(?:ptv|mc|btv)(?: \w+)? (?:đọc|nhấn|ngắt|dừng|cười)\b"
)
_BARE_CUE = re.compile(
    r"nhạc (?:hiệu|cắt|nền|kết|dạo|xen|chuyển|mở đầu|kết thúc|chờ|đệm)\b[^.!?;]{0,40}\.?", re.IGNORECASE
)
_DIRECTION = re.compile(
    rf"[(\[{{<]\s*(?:(?P<sound>{_SOUND})|{_MANNER})[^()\[\]{{}}<>]{{0,60}}[)\]}}>]", re.IGNORECASE
)
_SQUARE = re.compile(r"\[([^\[\]]{1,160})\]")
_AROUND_A_CUE = "*-–—=#<>{}()[] "
_SILENCE = re.compile(r"(?:dừng|ngưng|ngừng|nghỉ|lặng|im lặng)\b", re.IGNORECASE)
_LENGTH = re.compile(
    r"\s*[,:(-]?\s*(?:khoảng |trong )?\d+\s*(?:-\s*\d+\s*)?(?:giây|s|phút|\"|″)\)?.*$", re.IGNORECASE
)

_ROLE = (
    r"(?:MC|PTV|BTV|Phát thanh viên|Biên tập viên|Người dẫn(?: chương trình)?|Dẫn chương trình"
    r"|Xướng ngôn viên|Giọng(?: đọc)?|Lời (?:dẫn|bình|đọc))"
)
_WHO = r"(?:nam|nữ|\d{1,2}|[A-D])"
_TEXT = r"\s*(?P<text>.*)"
_LABELS = tuple(
    re.compile(pattern + _TEXT, re.IGNORECASE | re.DOTALL)
    for pattern in (
        rf"[(\[]\s*(?P<role>{_ROLE})\s*[-.]?\s*(?P<who>{_WHO}\b)?\s*(?P<more>[^\W\d][\w ]{{0,20}})?[)\]]"
        r"\s*[:–-]?",
        r"[(\[]\s*(?:Lời )?(?P<who>nam|nữ)(?: \d)?\s*[)\]]\s*[:–-]?(?P<role>)(?P<more>)",
        rf"(?P<role>{_ROLE})\s*[-.]?\s*(?P<who>{_WHO}\b)?\s*(?:\((?P<more>[^()]{{1,20}})\))?\s*:",
    )
)
_TURN = re.compile(rf"(?<=\s)[(\[](?:MC|PTV|BTV)\s*[-.]?\s*{_WHO}?\s*[)\]]", re.IGNORECASE)
_NAMED = re.compile(rf"(?P<role>MC|PTV|BTV)\s+(?P<who>(?:[A-ZĐÀ-Ỹ][\w]*\s?){{1,3}})\s*:(?P<more>){_TEXT}")
_GENDER = re.compile(r"(?P<who>nam|nữ)(?:\s*\d)?\s*:\s*(?P<text>.*)", re.IGNORECASE | re.DOTALL)
_SENTENCE = re.compile(r"[“\"'(]?[A-ZĐÀ-Ỹ].*[.!?…”\"]\s*", re.DOTALL)


@dataclass(frozen=True)
class Cue:
    """A sound that production plays here."""

    name: str
    written: str


@dataclass(frozen=True)
class Label:
    """Who reads from here on."""

    speaker: str
    written: str


@dataclass(frozen=True)
class Aside:
    """Words inside a line that are for the reader only."""

    written: str


Piece = Cue | Label | Aside | str


def without_notes(lines: Sequence[Line]) -> tuple[Line, ...]:
    """`lines` with notes to the reader, page numbers and ornaments struck out."""
    out: list[Line] = []
    in_note = False
    for index, line in enumerate(lines):
        match = _NOTE.match(fold(line.text)) if line.open else None
        in_note = bool(match) or (in_note and line.open and is_bullet(line.text))
        reason = NOTE if in_note else _wordless(line) if line.open else ""
        if not reason and line.text.strip().isdecimal() and _stands_alone(lines, index):
            reason = PAGE_NUMBER
        out.append(line.struck(reason) if reason else line)
        if match and fold(line.text)[match.end() :].strip():
            in_note = False
    return tuple(out)


def _stands_alone(lines: Sequence[Line], index: int) -> bool:
    """No words directly above or below, but some in the text."""
    beside = (lines[i].text.strip() for i in (index - 1, index + 1) if 0 <= i < len(lines))
    return len(lines) > 1 and len(lines[index].text.strip()) <= 3 and not any(beside)


def _wordless(line: Line) -> str:
    folded = fold(line.text).strip()
    if _PAGE_NUMBER.fullmatch(folded):
        return PAGE_NUMBER
    if (_THE_END.fullmatch(folded) and (in_capitals(line.text) or folded[0] in "(-–—*")) or re.fullmatch(
        r"\.?\s*/\s*\.", folded
    ):
        return END_MARK
    return ORNAMENT if _ORNAMENT.fullmatch(folded) else ""


def without_end_mark(text: str) -> tuple[str, bool]:
    """`text` with "./." made a full stop, and whether it was there."""
    head, tail = text[:-_LENGTH_OF_END], text[-_LENGTH_OF_END:]
    changed = _CLOSING_MARK.sub(".", tail)
    return head + changed, changed != tail


def is_dialogue(lines: Sequence[Line]) -> bool:
    """Whether "Nam:" and "Nữ:" name voices here: two sentences or more, not a list of figures."""
    said = [match["text"] for line in lines if line.open and (match := _GENDER.match(line.text))]
    return sum(bool(_SENTENCE.fullmatch(text)) or not text for text in said) >= 2


def pieces(text: str, dialogue: bool) -> Iterator[Piece]:
    """What is in one line, in order: words, cues, who reads, asides."""
    text = text.strip()
    while text:
        direction = _DIRECTION.match(text)
        if label := _label(text, dialogue):
            yield label[0]
            text = label[1]
        elif square := _SQUARE.fullmatch(text):
            yield Cue(_cue_name(square[1]), text)
            return
        elif direction:
            yield Cue(_cue_name(direction[0]), direction[0]) if direction["sound"] else Aside(direction[0])
            text = text[direction.end() :].strip()
        elif _is_bare_cue(text):
            yield Cue(_cue_name(text), text)
            return
        else:
            words, text = _up_to_the_next(text)
            yield from _without_asides(words)


def _label(text: str, dialogue: bool) -> tuple[Label, str] | None:
    """Who reads, where the line begins with that, and the words after it."""
    for pattern in (_NAMED, *_LABELS):
        if match := pattern.match(text):
            who = (match["who"] or match["more"] or match["role"]).strip().lower()
            return Label(who, text[: match.start("text")].strip()), match["text"].strip()
    match = _GENDER.match(text) if dialogue else None
    if match and (_SENTENCE.fullmatch(match["text"]) or not match["text"]):
        return Label(match["who"].lower(), text[: match.start("text")].strip()), match["text"].strip()
    return None


def _is_bare_cue(text: str) -> bool:
    bare = text.strip(_AROUND_A_CUE)
    return word_count(bare) <= 8 and bool(_BARE_CUE.fullmatch(bare))


def _up_to_the_next(text: str) -> tuple[str, str]:
    """The words before the next sound cue or change of voice inside the line, and the rest from there on."""
    found = next((match for match in _DIRECTION.finditer(text) if match["sound"]), None)
    turn = _TURN.search(text)
    start = min((match.start() for match in (found, turn) if match), default=len(text))
    return text[:start], text[start:]


def _without_asides(text: str) -> Iterator[Piece]:
    kept, last = [], 0
    for match in _DIRECTION.finditer(text):
        yield Aside(match[0])
        kept.append(text[last : match.start()].rstrip())
        last = match.end()
    words = "".join((*kept, text[last:])).strip()
    if words:
        yield words


def _cue_name(written: str) -> str:
    """How long a jingle is, it knows itself; how long a silence is, only its name says."""
    bare = written.strip(_AROUND_A_CUE)
    if _SILENCE.match(bare):
        return bare.lower()
    return (_LENGTH.sub("", bare).strip(" .,:-–") or bare).lower()
