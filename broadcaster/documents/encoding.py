"""Bytes → Unicode text, and text typed in an old Vietnamese font → Unicode text.

Nothing is guessed on thin evidence: a text too short or too odd to tell raises DocumentError, which asks
for the encoding by name. Every conversion leaves a notice that shows some words before and after.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Mapping

from broadcaster.documents.syllable import marked_words, share
from broadcaster.errors import DocumentError
from broadcaster.language import _

FONT_ENCODINGS = ("tcvn3", "vni", "viscii", "vps")
"""Old encodings that show up as Latin letters; the last is never found, only named."""
ENCODINGS = ("utf-8", "utf-16", "cp1258", *FONT_ENCODINGS)
_OTHER_NAMES = {"utf8": "utf-8", "utf16": "utf-16", "windows-1258": "cp1258", "abc": "tcvn3", "tcvn": "tcvn3"}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ZERO_WIDTH = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_SAMPLE = 8000
"""Characters that the encoding is judged by."""
_ENOUGH_WORDS = 12
_SURE, _PLAUSIBLE, _DOUBTED, _APART = 0.9, 0.75, 0.85, 0.15


def encoding_named(encoding: str | None, name: str) -> str | None:
    """The canonical name; raises DocumentError for one that is unknown."""
    if encoding is None:
        return None
    known = _OTHER_NAMES.get(encoding.lower(), encoding.lower())
    if known not in ENCODINGS:
        raise DocumentError(
            _("Unknown encoding {encoding}").format(encoding=encoding),
            name,
            _("Choose one of: {names}").format(names=", ".join(ENCODINGS)),
        )
    return known


def decode(data: bytes, encoding: str | None, name: str) -> tuple[str, tuple[str, ...]]:
    """The text in `data` and the notices about it. `encoding` is a canonical name, or None to find it."""
    if encoding in FONT_ENCODINGS:
        text = data.decode("latin-1") if not _is_utf8(data) else data.decode("utf-8-sig")
        return repair(text, encoding, name)
    if encoding is not None:
        return _as_named(data, encoding, name), ()
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return repair(_as_named(data, codec, name), None, name)
    if _is_utf8(data):
        return repair(data.decode("utf-8"), None, name)
    if wide := _utf16_without_mark(data):
        return repair(_as_named(data, wide, name), None, name)
    return _eight_bit(data, name)


def repair(text: str, encoding: str | None, name: str) -> tuple[str, tuple[str, ...]]:
    """Unicode for text typed in an old font, and a notice about it; other text comes back as it is."""
    if encoding is not None:
        if encoding not in FONT_ENCODINGS:
            return text, ()
        return _converted(text, encoding, name)
    sample = text[:_SAMPLE]
    seen = unicodedata.normalize("NFC", _ZERO_WIDTH.sub("", sample))
    if not _suspicious(seen):
        return text, ()
    scores = {old: share(convert(sample, old)) for old in FONT_ENCODINGS[:3]}
    found = _winner(scores, sample, share(seen), name)
    return _converted(text, found, name) if found else (text, ())


def convert(text: str, encoding: str) -> str:
    """`text` from one of FONT_ENCODINGS, its columns and lines kept as they stand."""
    from viparse import fix  # costs as much as all else together, and few texts need it

    pieces = re.split(r"([ \t\r\n]+)", text)
    return "".join(fix(p, encoding=encoding) if i % 2 == 0 and p else p for i, p in enumerate(pieces))


def _converted(text: str, encoding: str, name: str) -> tuple[str, tuple[str, ...]]:
    after = convert(text, encoding)
    return after, (_conversion_notice(encoding, text, after),)


def _conversion_notice(encoding: str, before: str, after: str) -> str:
    return _("Converted from {encoding}: “{before}” became “{after}”").format(
        encoding=encoding.upper(), before=_words(before), after=_words(after)
    )


def _words(text: str) -> str:
    return " ".join(text[:400].split()[:8])


def _suspicious(sample: str) -> bool:
    """Many words are marked, and they are no Vietnamese."""
    marked = marked_words(sample)
    return len(marked) * 4 >= len(sample.split()) and bool(marked) and share(sample) < _DOUBTED


def _winner(scores: Mapping[str, float], sample: str, as_it_is: float, name: str) -> str | None:
    """The encoding that fits best; None: none does; raises DocumentError where several could."""
    ranked = sorted(scores.items(), key=lambda item: item[1], reverse=True)
    (best, score), second = ranked[0], ranked[1][1]
    if score < _PLAUSIBLE or score <= as_it_is + _APART:
        return None
    if score < _SURE or score - second < _APART or len(marked_words(sample)) < _ENOUGH_WORDS:
        raise DocumentError(
            _(
                "The text looks like an old Vietnamese font ({encoding}?), but it is too little to be sure"
            ).format(encoding=best.upper()),
            name,
            _name_it(),
        )
    return best


def _name_it() -> str:
    return _("Name it with --encoding ({names})").format(names=", ".join(ENCODINGS))


def _eight_bit(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """Bytes that are no UTF-8: Windows-1258 or one of the old fonts, or else a DocumentError."""
    raw = data.decode("latin-1")
    sample = raw[:_SAMPLE]
    scores = {old: share(convert(sample, old)) for old in FONT_ENCODINGS[:3]}
    scores["cp1258"] = share(_windows(data[:_SAMPLE]))
    found = _winner(scores, sample, 0.0, name)
    if found is None:
        raise DocumentError(_("The encoding of this file is unknown"), name, _name_it())
    if found != "cp1258":
        return _converted(raw, found, name)
    text = _windows(data)
    return text, (_conversion_notice("windows-1258", raw, text),)


def _windows(data: bytes) -> str:
    return unicodedata.normalize("NFC", data.decode("cp1258", errors="replace"))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _utf16_without_mark(data: bytes) -> str | None:
    even, odd = data[0:4000:2], data[1:4000:2]
    if odd.count(0) * 4 > len(odd):
        return "utf-16-le"
    return "utf-16-be" if even.count(0) * 4 > len(even) else None


def _as_named(data: bytes, encoding: str, name: str) -> str:
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    try:
        return data.decode(codec)
    except UnicodeError as error:
        raise DocumentError(
            _("The file is not written in {encoding}").format(encoding=encoding), name, _name_it()
        ) from error
