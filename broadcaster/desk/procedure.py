"""The short notice of an administrative procedure: where, when, and at which web address, told by ear."""

from __future__ import annotations

import hashlib
import re

from broadcaster.documents.characters import clean
from broadcaster.documents.document import Document, Passage
from broadcaster.errors import DeskError
from broadcaster.language import _

_ADDRESS = re.compile(r"(?:[a-z0-9][a-z0-9-]*\.)+[a-z]{2,10}(?:/[a-z0-9._/-]*)?", re.IGNORECASE)
_SCHEME = re.compile(r"^https?://", re.IGNORECASE)
_LONGEST, _LONGEST_WEB = 200, 60


def procedure_notice(title: str, address: str, hours: str, web: str = "") -> Document:
    """`hours`: as they are written on the door; `web`: what is typed into a browser; empty: none.

    DeskError: one of them is empty or too long, or the web address could not be typed by who hears it.
    """
    what, where, when = (_told(part) for part in (title, address, hours))
    lines = [
        f"Thông báo: thủ tục {what}.",
        f"Bà con cần làm thủ tục {what}, xin mời đến {where}.",
        f"Thời gian tiếp nhận: {when}.",
        "Hồ sơ gồm những giấy tờ gì, thời hạn và lệ phí đều được niêm yết công khai tại nơi tiếp nhận.",
    ]
    if web:
        page = _typed(web)
        lines += [
            f"Bà con cũng có thể xem và nộp hồ sơ trên mạng, tại địa chỉ {page}.",
            f"Xin nhắc lại, địa chỉ trên mạng là {page}.",
        ]
    return Document(f"thủ tục {what}.txt", f"Thủ tục {what}", tuple(map(Passage, lines)))


def sha256_of(document: Document) -> str:
    """Of its words, as that of a file's bytes."""
    return hashlib.sha256(document.text.encode()).hexdigest()


def _told(words: str) -> str:
    told = " ".join(clean(words).split()).rstrip(" .")
    if not 0 < len(told) <= _LONGEST:
        raise DeskError(
            _("A notice of a procedure says what, where and when"),
            f'"{told[:40]}"',
            _("Write each of them in 1 to {n} letters").format(n=_LONGEST),
        )
    return told


def _typed(web: str) -> str:
    page = _SCHEME.sub("", web.strip()).rstrip("/")
    if not _ADDRESS.fullmatch(page) or len(page) > _LONGEST_WEB:
        raise DeskError(
            _("Nobody can type this web address by ear"), web[:80], _("Give a short one, without ? = & %")
        )
    return page
