"""Posts → HTML: whole pages, in Vietnamese, that need no script and nothing from another host."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from broadcaster.desk.outside import words
from broadcaster.desk.script import ScriptKind
from broadcaster.pictures.qr import qr_path
from broadcaster.site.post import Post, Subject
from broadcaster.site.record import Sound

K = TypeVar("K")
R = TypeVar("R")

_TEMPLATES = Path(__file__).with_name("templates")
_KINDS: Mapping[ScriptKind, str] = {
    ScriptKind.NEWS: "Tin",
    ScriptKind.ARTICLE: "Bài viết",
    ScriptKind.NOTICE: "Thông báo",
    ScriptKind.PRAISE: "Gương điển hình",
    ScriptKind.CRITICISM: "Việc cần khắc phục",
    ScriptKind.SPOT: "Khẩu hiệu",
    ScriptKind.QUESTION: "Câu hỏi hội thi",
}
Month = tuple[int, int]
"""Year and month."""


@dataclass(frozen=True)
class Site:
    """What all pages have in common."""

    station: str
    """"xã Tân Hưng"."""
    base_url: str
    """Without a slash at its end; empty: unknown, so that there are no QR codes and no podcast."""

    @property
    def name(self) -> str:
        return f"Đài truyền thanh {self.station}"


def style() -> bytes:
    return (_TEMPLATES / "kieu.css").read_bytes()


STYLE = f"kieu-{hashlib.sha256(style()).hexdigest()[:8]}.css"
"""Another style, another name."""
ICON = "dau.png"


def design() -> str:
    """Another one: every page looks otherwise."""
    every = sorted(_TEMPLATES.iterdir())
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in every)).hexdigest()


class Pages:
    def __init__(self, site: Site, sounds: Mapping[str, Sound]) -> None:
        """`sounds`: by script id."""
        self._sounds = sounds
        self._templates = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._templates.globals.update(
            site=site, style=STYLE, icon=ICON, sound_of=self._sound_of, kinds=_KINDS
        )
        self._templates.filters.update(day=_day, length=_length, megabytes=_megabytes)
        self._site = site

    def item(self, post: Post, subjects: Sequence[Subject]) -> bytes:
        """`subjects`: what it is about."""
        address = f"{self._site.base_url}/{post.page}" if self._site.base_url else ""
        return self._made(
            "bai.html",
            here=post.page,
            post=post,
            lines=tuple(words(post.script)),
            subjects=subjects,
            address=address,
            code=qr_path(address) if address else None,
        )

    def front(self, newest: Sequence[Post], months: Sequence[Month], subjects: int) -> bytes:
        """`months`: the newest first; `subjects`: how many there are."""
        years = _grouped(months, lambda month: month[0])
        return self._made("index.html", here="index.html", posts=newest, years=years, subjects=subjects)

    def month(self, month: Month, posts: Sequence[Post]) -> bytes:
        title = f"Tháng {month[1]} năm {month[0]}"
        return self._made("danh-sach.html", here=month_page(month), title=title, note="", posts=posts)

    def subject(self, subject: Subject, posts: Sequence[Post]) -> bytes:
        note = f"Chủ đề trong kế hoạch năm {subject.year}" if subject.year else "Từ khóa"
        here = subject_page(subject.name)
        return self._made("danh-sach.html", here=here, title=subject.title, note=note, posts=posts)

    def subjects(self, counted: Sequence[tuple[Subject, int]]) -> bytes:
        """All of them, with how many posts each has."""
        groups = _grouped(counted, lambda one: one[0].year)
        return self._made("chu-de.html", here="chu-de/index.html", groups=groups)

    def _made(self, template: str, here: str, **values: object) -> bytes:
        values |= {"here": here, "root": "../" * here.count("/")}
        return self._templates.get_template(template).render(values).encode()

    def _sound_of(self, post: Post) -> Sound | None:
        return self._sounds.get(post.script.id)


def _grouped(rows: Iterable[R], key: Callable[[R], K]) -> list[tuple[K, list[R]]]:
    """Rows that follow one another and have the same key."""
    return [(found, list(group)) for found, group in groupby(rows, key)]


def month_page(month: Month) -> str:
    return f"thang/{month[0]:04}-{month[1]:02}.html"


def subject_page(name: str) -> str:
    return f"chu-de/{name}.html"


def _day(at: datetime) -> str:
    return f"{at:%d/%m/%Y}"


def _length(ms: int) -> str:
    minutes, seconds = divmod(max(1, round(ms / 1000)), 60)
    parts = (f"{minutes} phút" if minutes else "", f"{seconds} giây" if seconds else "")
    return " ".join(part for part in parts if part)


def _megabytes(size: int) -> str:
    return f"{max(0.1, size / 1_000_000):.1f} MB".replace(".", ",")
