"""Whoever reads the page: every file that it leads to, held to what a page must be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import html5lib

_POINTS = re.compile(r'(?:href|src)="([^"]+)"')


def read(site: Path, name: str) -> str:
    """A page that is there, whole."""
    text = (site / name).read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>"), name
    assert text.endswith("</html>\n"), f"{name} ends in {text[-40:]!r}"
    return text


def points(text: str, name: str) -> Iterator[str]:
    """Names of the files that the page points to in the site; foreign addresses as they are."""
    for found in _POINTS.findall(text):
        parts = urlsplit(found)
        if parts.scheme or parts.netloc:
            yield found
        elif parts.path:
            yield _joined(name, parts.path)


def everything(site: Path) -> dict[str, str]:
    """Every page that can be reached from the front page; each file that one points to is there."""
    seen, waiting = dict[str, str](), ["index.html"]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen[name] = read(site, name)
        for to in points(seen[name], name):
            if "://" not in to:
                assert (site / to).stat().st_size > 0, f"{name} → {to}"
                waiting += [to] if to.endswith(".html") else []
    return seen


def require_valid(text: str) -> None:
    html5lib.HTMLParser(strict=True).parse(text)


def _joined(name: str, path: str) -> str:
    parts = name.split("/")[:-1]
    for part in path.split("/"):
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)
