"""How fast words are read: characters a second, many lines or one, and how soon the first line is there."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from broadcaster.reading import Lexicon, read
from tests.bench.running import told

_PARAGRAPH = (
    "Thực hiện Kế hoạch số 12/KH-UBND ngày 15/01/2026 của UBND xã về công tác CCHC, từ 01/01 đến 30/11/2026, "
    "Trung tâm Phục vụ HCC xã đã tiếp nhận 1.284 hồ sơ TTHC, đạt 85,8%; còn 05 hồ sơ trễ hạn. Giờ làm việc: "
    "7h00-11h30 và 13h30-17h00, từ T2 đến T6. Mọi phản ánh xin gọi 1022 (24/24h) hoặc 0276.000.1155. Bà con "
    "không có điện thoại thông minh xin đến trụ sở xã, sẽ có cán bộ hướng dẫn tận tình.\n"
)
_CLICK = "import click"
_READ = "from broadcaster.cli.main import main; main()"
_TIMES = 7


def reading() -> bool:
    """Characters a second; that 16 times the text takes 16 times as long; a cold start beside click's."""
    _seconds(_PARAGRAPH)
    small, large = _PARAGRAPH * 50, _PARAGRAPH * 800
    few, many = (statistics.median(_seconds(text) for _time in range(3)) for text in (small, large))
    line = _seconds(large.replace("\n", " "))
    start = statistics.median(_cold(_READ, "read", "-") / _cold(_CLICK) for _time in range(_TIMES))
    return all(
        (
            told("characters a second", len(large) / many, at_least=30_000),
            told("characters a second in one line", len(large) / line, at_least=30_000),
            told("times the time for 16 times the text", many / few, at_most=24),
            told("times click's cold start", start, at_most=3),
        )
    )


def _seconds(text: str) -> float:
    lexicon = Lexicon.load()
    begin = time.perf_counter()
    read(text, lexicon)
    return time.perf_counter() - begin


def _cold(*command: str) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", *command], input=b"7h30\n", capture_output=True, check=True)
    return time.perf_counter() - begin
