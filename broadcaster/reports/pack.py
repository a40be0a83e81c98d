"""A meeting pack: one .zip that opens without a network, on a telephone or the school's computer."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path

from broadcaster.audio import replacing
from broadcaster.desk.outside import words
from broadcaster.desk.script import Script
from broadcaster.errors import StationError
from broadcaster.language import _
from broadcaster.pictures.qr import qr_png
from broadcaster.reports.handout import answers_for, handout
from broadcaster.reports.official import write_docx
from broadcaster.reports.paper import Office

READ_ME, HANDOUT, QR = "doc-truoc.html", "tai-lieu.docx", "ma-qr.png"
_DOTS = 10
"""Pixels of a square of the QR code."""
_PAGE = """\
<!doctype html>
<html lang="vi">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tài liệu tuyên truyền</title>
<style>
body {{ font: 1.1rem/1.6 sans-serif; max-width: 42rem; margin: 0 auto; padding: 1rem }}
audio {{ width: 100% }} h2 {{ margin-top: 2.5rem; border-top: 1px solid #777 }} small {{ color: #555 }}
</style>
<main>
<h1>Tài liệu tuyên truyền</h1>
<p>{who}, ngày {day}.</p>
<ul>
<li>Giải nén tất cả các tệp vào một thư mục rồi mở trang này; không cần mạng.</li>
<li>Mở loa, bấm nút phát dưới từng bài để cả phòng cùng nghe; tệp .mp3 chép được vào USB, điện thoại.</li>
<li>In <a href="{handout}">{handout}</a> để phát hoặc để người chủ trì đọc.</li>
<li>Họp xong, báo lại cho đài: ngày, ấp, chức danh người chủ trì, số người dự.</li>
</ul>
{items}{code}
</main>
</html>
"""
_ITEM = """\
<section>
<h2>{title}</h2>
<audio controls preload="none" src="{file}" aria-label="Nghe: {title}"></audio>
<p><small>{file}, {length}</small></p>
{words}
<p><small>{people}</small></p>
</section>
"""
_ADDRESS = """\
<section>
<h2>Xem thêm trên mạng</h2>
<p><img src="ma-qr.png" alt="Mã QR dẫn tới {address}" width="240"></p>
<p><a href="{address}">{address}</a></p>
</section>
"""


@dataclass(frozen=True)
class Spoken:
    """A script and its sound."""

    script: Script
    mp3: Path
    seconds: float


def write_pack(items: Sequence[Spoken], office: Office, now: datetime, to: Path, address: str = "") -> None:
    """The pack of these items, made at `now` (in the station's zone): what to read first, the hand-out, a
    numbered MP3 for each item, and the address as a QR code if there is one. Whole or not at all.

    Raises StationError when it cannot be written.
    """
    papers = {READ_ME: _read_me(items, office, now, address).encode(), HANDOUT: _document(items, office, now)}
    if address:
        papers[QR] = qr_png(address, _DOTS)
    try:
        with replacing(to) as part, zipfile.ZipFile(part, "w") as pack:
            for name, content in papers.items():
                pack.writestr(_entry(name, now), content)
            for name, item in _named(items).items():
                with item.mp3.open("rb") as sound, pack.open(_entry(name, now), "w") as entry:
                    shutil.copyfileobj(sound, entry)
    except OSError as error:
        raise StationError(
            _("The file cannot be written"), f"{to}: {error.strerror}", _("Choose another file with -o")
        ) from error


def _named(items: Sequence[Spoken]) -> Mapping[str, Spoken]:
    return {f"{number:02d}-{item.script.code}.mp3": item for number, item in enumerate(items, 1)}


def _document(items: Sequence[Spoken], office: Office, now: datetime) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / HANDOUT
        write_docx(handout([item.script for item in items], office, now), path)
        return path.read_bytes()


def _read_me(items: Sequence[Spoken], office: Office, now: datetime, address: str) -> str:
    parts = [
        _ITEM.format(
            title=escape(item.script.title),
            file=escape(name),
            length=f"{round(item.seconds) // 60}:{round(item.seconds) % 60:02d}",
            words="".join(f"<p>{escape(line)}</p>" for line in words(item.script)),
            people=escape(answers_for(item.script, now.tzinfo)),
        )
        for name, item in _named(items).items()
    ]
    code = _ADDRESS.format(address=escape(address)) if address else ""
    who = escape(f"{office.name}, {office.above}".strip(", ").replace("\n", " "))
    return _PAGE.format(who=who, day=f"{now:%d/%m/%Y}", handout=HANDOUT, items="".join(parts), code=code)


def _entry(name: str, now: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, now.timetuple()[:6])
    stored = name.endswith((".mp3", ".png", ".docx"))
    entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
