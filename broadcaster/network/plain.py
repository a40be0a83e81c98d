"""JSON as the protocol allows it: objects with whole numbers, no key twice, of a bounded size."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from broadcaster.network.words import Word, refused

_LARGEST = 2**53
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
"""Of a character beyond U+FFFF; by itself it is no text."""


def parse(raw: bytes, limit: int) -> dict[str, Any]:
    """The object in `raw`. Refused: more than `limit` bytes (too-large), or anything else (malformed)."""
    if len(raw) > limit:
        raise refused(Word.TOO_LARGE, f"{len(raw)} > {limit}")
    try:
        found = json.loads(
            raw.decode(),
            object_pairs_hook=_once_each,
            parse_int=_whole,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
        if _HALF.search(raw):
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise refused(Word.MALFORMED, error) from error
    if not isinstance(found, dict):
        raise refused(Word.MALFORMED, type(found).__name__)
    return found


def text(value: Mapping[str, Any]) -> str:
    """One spelling for one value."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands there twice")
    return found


def _whole(digits: str) -> int:
    number = int(digits) if len(digits) <= 17 else _LARGEST + 1
    if abs(number) > _LARGEST:
        raise ValueError("a number is too large")
    return number


def _no_number(digits: str) -> NoReturn:
    raise ValueError(f"{digits[:20]} is no whole number")
