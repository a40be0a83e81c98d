"""One script all the way: a written notice, real reading, real speech, and an edition that plays it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path

import pytest

from broadcaster.audio import decode, measure, samples
from broadcaster.clock import SystemClock, TurnedClock
from broadcaster.desk import Desk, DeskRules
from broadcaster.desk.script import Person, ScriptKind
from broadcaster.documents import parse
from broadcaster.production.jingles import write_jingles
from broadcaster.production.studio import Studio, StudioSettings
from broadcaster.reading import Lexicon, Reading, Style, read
from broadcaster.store import Store
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.policy import Policy
from broadcaster.timetable.slot import Slot
from broadcaster.units import Decibels, Lufs, Milliseconds
from broadcaster.voices import ClipCache, EspeakVoice, Pauses, Speaker
from tests.desk.conftest import LEADER, NOW, WRITER, ZONE

NOTICE = """Thông báo lịch tiêm chủng

Trạm Y tế xã Tân Hưng tổ chức tiêm chủng cho trẻ dưới 24 tháng tuổi lúc 7h30 ngày 05/9/2026.
Bà con nhớ mang theo sổ tiêm. UBND xã kính mời.
"""


@pytest.fixture
def speaker(tmp_path: Path) -> Iterator[Speaker]:
    clock = SystemClock()
    cache = ClipCache(tmp_path / "cache", max_bytes=10_000_000, max_days=1, clock=clock)
    pauses = Pauses(Milliseconds(450), Milliseconds(180), Milliseconds(800))
    speaker = Speaker([EspeakVoice(voice="vi", rate=150, pitch=50, clock=clock)], cache, pauses, clock)
    yield speaker
    speaker.close()


def test_a_notice_is_heard_at_five(tmp_path: Path, speaker: Speaker) -> None:
    lexicon, clock = Lexicon.load(), TurnedClock(NOW)

    def read_aloud(text: str, words: str) -> Reading:
        return read(text, lexicon, Style())

    jingles = {path.stem: path for path in write_jingles(tmp_path / "jingles")}
    settings = StudioSettings(
        format="mp3",
        loudness=Lufs(-16),
        true_peak=Decibels(-1),
        voice_settings="",
        chime=jingles["chime"],
        opening=jingles["opening"],
        separator=jingles["separator"],
        closing=jingles["closing"],
    )
    store = Store.open(tmp_path / "schedules.db", clock=clock, create=True)
    desk = Desk(
        store,
        read=read_aloud,
        studio=Studio(speaker, settings, tmp_path / "audio_out"),
        rules=DeskRules(ZONE, Policy(), "xã Tân Hưng"),
        clock=clock,
        folder=tmp_path,
    )
    store.save_hamlet(Hamlet("h1", "ap-1", "Ấp 1"), by="", now=NOW)
    for name in (WRITER, LEADER):
        store.add_person(Person(name, name), by="", now=NOW)

    sha256 = hashlib.sha256(NOTICE.encode()).hexdigest()
    document = parse(NOTICE, "Tiêm chủng.txt")
    desk.scripts.add(document, sha256, author=WRITER, kind=ScriptKind.NOTICE)
    approved = desk.scripts.approve("tiem-chung", by=LEADER)
    desk.slots.add(Slot("", "chieu", "Chiều", time(17), ("h1",)), by=LEADER)
    desk.queue.add("tiem-chung", "chieu", by=LEADER)
    clock.advance(timedelta(hours=4, minutes=35).total_seconds())
    (fixed,) = desk.editions.prepare(clock.now())

    assert (fixed.fixed, fixed.problem) == (True, "")
    (airing,) = store.claim(NOW.replace(hour=17), clock.now())
    assert (airing.voice, airing.title) == ("espeak", approved.title)
    sound = decode(tmp_path / "audio_out" / airing.file_name)
    syllables = len(approved.spoken.split())
    assert len(sound) / 1000 > syllables * 0.15
    assert abs(len(sound) - airing.length) < 50
    assert abs(measure(samples(sound)).loudness + 16) < 1
    assert desk.editions.prepare(clock.now()) == ()
    store.close()
