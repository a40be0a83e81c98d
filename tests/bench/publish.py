"""python -m tests.bench publish: the web page of a station that has spoken for ten years."""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert

from broadcaster.desk.script import Script, ScriptKind, ScriptState
from broadcaster.production.bulletin import Bulletin, FormName
from broadcaster.site.record import FILE
from broadcaster.station import Station
from broadcaster.store import tables
from broadcaster.store.part import shared_values
from broadcaster.units import Decibels, Lufs, Milliseconds
from tests.kit import here, in_child

ITEMS = 10_000
ALL_S, ONE_MORE_S = 30.0, 1.0
ADDRESS = "https://tanhung.example/truyen-thanh"
_WORDS = "Bà con mang theo thẻ bảo hiểm y tế và đến trạm y tế xã từ 7 giờ đến 10 giờ 30 sáng thứ Bảy."
_MP3_BYTES = 40_000


def publish() -> bool:
    """10,000 items, then one more; their sounds are on the disk, and are copied."""
    with tempfile.TemporaryDirectory() as name:
        folder, site = station_of(Path(name) / "dai", ITEMS), Path(name) / "web"
        all_s = _took(lambda: shown(folder, site, ITEMS))
        nothing_s = _took(lambda: shown(folder, site, ITEMS))
        add(folder, ITEMS, 1)
        one_s = _took(lambda: shown(folder, site, ITEMS + 1))
        add(folder, ITEMS + 1, 1)
        command_s = _took(lambda: in_child(folder, "publish", str(site)))
        print(
            f"nothing new: {nothing_s:.2f} s; one more, the program's own start included: {command_s:.2f} s"
        )
    return all(
        [_told(f"{ITEMS:,} items", all_s, ALL_S), _told("one item more", one_s, ONE_MORE_S)],
    )


def shown(folder: Path, site: Path, count: int) -> None:
    run = here(folder, "publish", str(site), "--base-url", ADDRESS)
    assert run.code == 0, run.err
    assert len(json.loads((site / FILE).read_text())["sounds"]) == count


def _took(act: Callable[[], object]) -> float:
    began, cpu = time.monotonic(), time.process_time()
    act()
    took = time.monotonic() - began
    print(f"    {took:.2f} s, of which {time.process_time() - cpu:.2f} s of this process", flush=True)
    return took


def _told(what: str, took: float, most: float) -> bool:
    held = took <= most
    print(f"{'held' if held else 'NOT HELD'}: {what}: {took:.2f} s (at most {most:g})", flush=True)
    return held


def station_of(folder: Path, count: int) -> Path:
    """A station with `count` approved scripts over ten years, each with a sound of its own."""
    assert here(folder, "init", "--name", "Tân Hưng").code == 0
    (folder / "audio_out").mkdir(exist_ok=True)
    add(folder, 0, count)
    return folder


def add(folder: Path, first: int, count: int) -> None:
    """Approved scripts number `first` and on, and their sounds."""
    with Station(folder) as station:
        now, step = station.clock.now(), timedelta(days=3652) / ITEMS
        made = [_script(number) for number in range(first, first + count)]
        approved = [
            replace(script, approved_at=now - step * max(0, ITEMS - first - number))
            for number, script in enumerate(made)
        ]
        sounds = [_sound(station, script) for script in approved]
        with station.store._database.writing() as connection:
            rows = [shared_values(tables.script, script) | {"added_at": now} for script in approved]
            connection.execute(insert(tables.script), rows)
            kept = {"title": "", "made_at": now, "deleted": False}
            connection.execute(
                insert(tables.bulletin), [shared_values(tables.bulletin, sound) | kept for sound in sounds]
            )


def _script(number: int) -> Script:
    text = "\n".join(f"{_WORDS} Bài {number}, đoạn {part}." for part in range(8))
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return Script(
        id=f"id-{number}",
        code=f"lich-tiem-chung-{number}",
        title=f"Lịch tiêm chủng đợt {number}",
        kind=ScriptKind.NOTICE,
        state=ScriptState.APPROVED,
        text=text,
        spoken=text,
        text_sha256=sha256,
        reading_sha256=sha256,
        approved_by="Lan",
        topics=(f"chủ đề {number % 40}",),
    )


def _sound(station: Station, script: Script) -> Bulletin:
    """Bytes in the place of an MP3: nobody decodes them."""
    recipe = station.studio.recipe(station.desk.bulletins.programme([script], FormName.NOTICE))
    content = script.id.encode().ljust(_MP3_BYTES, b"\0")
    sha256 = hashlib.sha256(content).hexdigest()
    (station.audio_out / f"{sha256}.mp3").write_bytes(content)
    return Bulletin(
        sha256=sha256,
        file_name=f"{sha256}.mp3",
        length=Milliseconds(60_000),
        voice="espeak",
        recipe=recipe,
        loudness=Lufs(-16),
        true_peak=Decibels(-1),
    )
