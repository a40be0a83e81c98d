"""The block between two `---` lines at the head of a text: `key: value` lines about the script."""

from __future__ import annotations

import re
from collections.abc import Sequence

from broadcaster.documents.line import Line, fold

_KEY = re.compile(r"^([^\W\d][\w -]{0,30}?)\s*:\s*(.*)$")
_VIETNAMESE = {
    "loai": "kind",
    "tieu de": "title",
    "tac gia": "author",
    "het han": "expires",
    "chu de": "topics",
    "tu dien": "lexicon",
    "quan trong": "key",
    "neu ten": "names",
    "khong phai ten nguoi": "not_names",
    "phat tu": "not_before",
}
_LONGEST = 60


def take(lines: Sequence[Line]) -> tuple[dict[str, str], tuple[Line, ...]]:
    """The keys and all lines, those of the block struck out; without a well-formed block nothing changes."""
    fence = _fences(lines)
    if fence is None:
        return {}, tuple(lines)
    start, end = fence
    keys = _keys(lines[start + 1 : end])
    if keys is None:
        return {}, tuple(lines)
    block = [line.struck("front matter") for line in lines[: end + 1]]
    return keys, (*block, *lines[end + 1 :])


def _fences(lines: Sequence[Line]) -> tuple[int, int] | None:
    start = next((i for i, line in enumerate(lines) if line.text.strip()), None)
    if start is None or lines[start].text.strip() != "---":
        return None
    ahead = range(start + 1, min(len(lines), start + _LONGEST))
    end = next((i for i in ahead if lines[i].text.strip() == "---"), None)
    return None if end is None else (start, end)


def _keys(block: Sequence[Line]) -> dict[str, str] | None:
    """The keys; None where a line is neither `key: value` nor the continuation of one."""
    keys: dict[str, str] = {}
    key = ""
    for text in (line.text for line in block):
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        if key and (text[0] in " \t" or text.startswith("- ")):
            keys[key] = f"{keys[key]}\n{text.strip()}".strip()
        elif match := _KEY.match(text.strip()):
            key = _VIETNAMESE.get(fold(match[1]), match[1].lower())
            keys[key] = match[2].strip().strip("\"'")
        else:
            return None
    return keys
