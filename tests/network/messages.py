"""Messages as a station sends them."""

from __future__ import annotations

from typing import Any

NOW_MS = 1_795_000_000_000
DAY_MS = 86_400_000
STATION, HAMLET = "s" * 32, "h" * 32
SHA = "ab" * 32


def airing(**changed: Any) -> dict[str, Any]:
    audio = [{"sha256": SHA, "bytes": 48_000, "length_ms": 6_000, "voice": "espeak", "why": ""}]
    return {
        "id": "a1",
        "edition": "e1",
        "slot": "sang",
        "kind": "programme",
        "priority": "routine",
        "title": "Tạm ngừng cấp nước",
        "starts_at": NOW_MS + 3_600_000,
        "lateness_s": 120,
        "interrupted": "resume",
        "continues": "",
        "reason": "",
        "audio": audio,
    } | changed


def timetable(**changed: Any) -> dict[str, Any]:
    return {
        "protocol": 1,
        "station": STATION,
        "hamlet": HAMLET,
        "version": 7,
        "issued_at": NOW_MS,
        "expires_at": NOW_MS + 14 * DAY_MS,
        "limits": {"quiet": [[1290, 300]], "minutes_per_day": 120, "loudest_lufs_x10": -140},
        "label": {"code": "ap-1", "name": "Ấp 1"},
        "gain_trim_mb": -150,
        "band_hz": [300, 5000],
        "airings": [airing()],
        "emergencies": [],
        "silence": [{"id": "a0", "at": NOW_MS - 5}],
    } | changed


def emergency(**changed: Any) -> dict[str, Any]:
    return {
        "station": STATION,
        "id": "x1",
        "serial": 1,
        "state": "on",
        "issued_at": NOW_MS,
        "until_at": NOW_MS + DAY_MS,
        "hamlets": [HAMLET],
        "by": "Nguyễn Văn Bình",
        "reason": "Vỡ đê",
        "drill": False,
        "airings": [airing(kind="emergency", priority="emergency")],
    } | changed
