"""The foot of the page: who receives it, who signed it, who wrote it. None of it goes on the air.

A block ends where a sentence begins: an appendix or a late notice after the signature is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from broadcaster.documents.head import METADATA, is_agency, is_metadata, is_place_and_date
from broadcaster.documents.line import Line, fold, in_capitals, is_bullet, word_count

RECIPIENTS, SIGNATURE = "recipients", "signature"

_RECIPIENTS = re.compile(r"[*_ ]*noi nhan\s*[*_]*(?::|$)|[-+]?\s*luu\s*:?\s*v[tp]\b")
_NEW_PART = re.compile(r"(?:phu luc|bieu|danh sach|noi dung|de cuong)\b")
_ON_BEHALF = re.compile(r"(?:tm|kt|tl|tuq|t/m|k/t|t/l|q)\s*[.:]?\s+\w")
_SIGNED = re.compile(
    r"[(\[]\s*(?:da ky|ky|chu ky|da duyet)\b[^)\]]{0,50}[)\]]\.?(?:\s*\w[\w .]{0,40})?|da ky(?:\s*:.{0,50})?"
)
_TITLE = re.compile(
    r"(?:pho |quyen |q\. ?)?(?:chu tich|chu nhiem|giam doc|tong giam doc|tram truong|bi thu|chanh van phong"
    r"|truong (?:cong an|tram|ban|ap|thon|dai|phong|khu|doan|to|bo mon)|cong chuc|can bo|vien chuc"
    r"|thu truong|thu ky|nguoi (?:viet|lap|soan|thuc hien|phu trach|bien tap|doc|duyet|bao cao|ky)"
    r"|chi huy truong|hieu truong|to truong|doi truong|ke toan|ban bien tap|bien tap vien|phu trach"
    r"|chinh tri vien|duyet cua|xac nhan cua)\b"
)
_POST_ALONE = re.compile(
    r"(?:pho )?(?:chu tich|giam doc|tram truong|bi thu|hieu truong|truong (?:cong an|tram|ban|ap|thon|dai))"
    r"(?: \w+){0,3}$"
)
_LINES_ABOVE_A_SIGNATURE = 12
_RANK = re.compile(
    r"(?:(?:thuong|trung|thieu|dai) (?:ta|uy|tuong)|ths|ts|bs|bsck ?i{1,2}|ks|cn|ong|ba|ds|ys)\b\.?\s*"
)
_NAME = re.compile(r"[a-z .]{4,40}")
_PEOPLE = re.compile(
    r"[-–(]?\s*(?:(?:nguoi )?(?:viet|thuc hien|bien tap|bien soan|duyet|doc|phu trach|trinh bay)|tin,? bai"
    r"|bai,? anh|bai viet|tac gia|nguon(?: tin)?|phat thanh vien|ptv|btv|bien tap vien|ky thuat(?: vien)?)"
    r"\s*[:;]"
)


def without_tail(lines: Sequence[Line]) -> tuple[Line, ...]:
    """`lines` with recipients, signatures and bylines struck out."""
    struck = list(_without_signatures(_without_recipients(lines)))
    for index in range(len(struck) - 1, -1, -1):
        line = struck[index]
        if not line.open or line.text.startswith("["):
            continue
        if not _is_byline(line.text):
            break
        struck[index] = line.struck(METADATA)
    return tuple(struck)


def _without_recipients(lines: Sequence[Line]) -> tuple[Line, ...]:
    """From "Nơi nhận" on, up to the next sentence."""
    out: list[Line] = []
    inside = after_blank = False
    for line in lines:
        text = line.text
        if line.open and _RECIPIENTS.match(fold(text)):
            inside = True
        elif inside and line.open and _resumes(text, after_blank):
            inside = False
        after_blank = not text.strip()
        recipient = inside and line.open and not text.startswith("[")
        out.append(line.struck(_reason_in_recipients(text)) if recipient else line)
    return tuple(out)


def _reason_in_recipients(text: str) -> str:
    return SIGNATURE if _is_surely_signed(text) or _is_title(text) or _is_name(text) else RECIPIENTS


def _resumes(text: str, after_blank: bool) -> bool:
    """The list of recipients is over: an appendix begins, or somebody speaks in sentences again."""
    if _NEW_PART.match(fold(text)) and in_capitals(text):
        return True
    if is_bullet(text) or text.endswith(";") or _is_surely_signed(text):
        return False
    return word_count(text) > 13 or (
        after_blank and word_count(text) >= 6 and text.endswith((".", "!", "?", ":"))
    )


def _without_signatures(lines: Sequence[Line]) -> tuple[Line, ...]:
    out: list[Line] = []
    inside = False
    spoken, named = 0, -1
    for index, line in enumerate(lines):
        if line.open:
            is_name = _is_surely_a_name(line.text)
            beside = is_name and line.number - named in (0, 1)
            within = beside or (_signs(lines, index, inside) and spoken > 0)
            spoken += not within
            inside = within and not is_name
            named = line.number if within and is_name else -1
            line = line.struck(SIGNATURE) if within else line
        out.append(line)
    return tuple(out)


def _is_surely_a_name(text: str) -> bool:
    """The end of a signature block: a name that is neither a post nor an office."""
    return _is_name(text) and not (_is_title(text) or _is_office(text) or _is_surely_signed(text))


def _signs(lines: Sequence[Line], index: int, inside: bool) -> bool:
    """Whether the line at `index` belongs to a signature block. `inside`: the line before does."""
    text = lines[index].text
    if _is_surely_signed(text):
        return True
    if inside:
        return _may_sign(text) or _is_name(text)
    return _may_sign(text) and _leads_to_a_signature(lines, index)


def _may_sign(text: str) -> bool:
    return _is_title(text) or _is_office(text) or is_place_and_date(text)


def _leads_to_a_signature(lines: Sequence[Line], index: int) -> bool:
    """Below this line, before anything else, somebody signs; or a post or a date is the last of the text."""
    texts = [line.text for line in lines[index : index + _LINES_ABOVE_A_SIGNATURE] if line.open]
    for text, after in zip_longest(texts, texts[1:]):
        if after is None:
            return is_place_and_date(text) or (in_capitals(text) and bool(_POST_ALONE.match(fold(text))))
        if _is_surely_signed(after) or (_is_title(text) and in_capitals(text) and _is_name(after)):
            return True
        if not _may_sign(after):
            return False
    return False


def _is_surely_signed(text: str) -> bool:
    folded = fold(text).strip()
    behalf = _ON_BEHALF.match(folded) and in_capitals(text) and word_count(text) <= 14
    return bool(behalf) or bool(_SIGNED.fullmatch(folded))


def _is_title(text: str) -> bool:
    """A post, alone on its line: "PHÓ CHỦ TỊCH", "Trưởng trạm"."""
    short = word_count(text) <= (10 if in_capitals(text) else 5)
    return short and text.rstrip()[-1:] not in tuple(".!?:;,") and bool(_TITLE.match(fold(text)))


def _is_office(text: str) -> bool:
    return in_capitals(text) and is_agency(text)


def _is_name(text: str) -> bool:
    """Two to six words, each with a capital, perhaps after a rank: "Trung tá Lê Văn Sáu"."""
    folded = fold(text.strip())
    rank = _RANK.match(folded)
    name = text.strip()[rank.end() if rank else 0 :]
    words = name.replace(".", " ").split()
    capitals = 2 <= len(words) <= 6 and all(word[0].isupper() for word in words)
    return capitals and bool(_NAME.fullmatch(fold(name))) and not _NEW_PART.match(folded)


def _is_byline(text: str) -> bool:
    """ "Người viết: …", "Tân Hưng, ngày …" at the very end."""
    people = word_count(text) <= 14 and _PEOPLE.match(fold(text))
    return (
        bool(people)
        or is_place_and_date(text)
        or (text.startswith("(") and text.endswith(")") and is_metadata(text))
    )
