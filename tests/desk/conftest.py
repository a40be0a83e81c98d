"""A desk on a real database and real files, with a clock that is turned and a studio that whistles."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import soundfile

from broadcaster.clock import TurnedClock
from broadcaster.desk import Desk, DeskRules
from broadcaster.desk.script import Person, Script, ScriptKind
from broadcaster.documents import parse
from broadcaster.errors import ProductionError
from broadcaster.production.bulletin import Bulletin, Cue, Programme
from broadcaster.reading.reading import Certainty, Reading, Span
from broadcaster.store import Store
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.policy import Policy
from broadcaster.timetable.slot import Slot
from broadcaster.units import Decibels, Lufs, Milliseconds

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 9, 1, 12, 0, tzinfo=ZONE)
WRITER, LEADER = "Nguyễn Thị Lan", "Trần Văn Bảo"
RATE = 8000


class Whistle:
    """A studio that whistles for a while instead of speaking: real files, in no time."""

    def __init__(self, audio_out: Path) -> None:
        self.audio_out = audio_out
        self.made: list[tuple[str, float]] = []
        """Titles and seconds allowed."""
        self.broken: set[str] = set()
        """Titles that cannot be made."""
        self.no_recipe = False
        self.seconds = 0.2
        """What bulletins are said to last; the file is no longer than a second."""
        self.why_this_voice = ""
        self.voice = "whistle"
        self.meanwhile: Callable[[], None] = lambda: None
        """Happens while a bulletin is being made."""

    def recipe(self, programme: Programme) -> str:
        if self.no_recipe:
            raise ProductionError("The jingle cannot be read", "chime.flac")
        return hashlib.sha256(repr(programme).encode()).hexdigest()

    def make(
        self,
        programme: Programme,
        *,
        seconds: float,
        only: str | None = None,
        progress: Callable[[int, int], None] | None = None,
        on: date | None = None,
    ) -> Bulletin:
        recipe = self.recipe(programme)
        titles = "; ".join(item.title for item in programme.items)
        self.made.append((titles, seconds))
        if self.broken & {item.title for item in programme.items}:
            raise ProductionError("The voice made no sound", titles, "Try another voice")
        self.meanwhile()
        pitch = 200 + int(recipe[:4], 16) % 600 + len(self.made)
        tone = 0.3 * np.sin(2 * np.pi * pitch * np.arange(int(min(self.seconds, 1) * RATE)) / RATE)
        whole = io.BytesIO()
        soundfile.write(whole, tone, RATE, format="FLAC")
        sha256 = hashlib.sha256(whole.getvalue()).hexdigest()
        self.audio_out.mkdir(exist_ok=True)
        (self.audio_out / f"{sha256}.flac").write_bytes(whole.getvalue())
        return Bulletin(
            sha256=sha256,
            file_name=f"{sha256}.flac",
            length=Milliseconds(int(self.seconds * 1000)),
            voice=only or self.voice,
            recipe=recipe,
            loudness=Lufs(-16),
            true_peak=Decibels(-1),
            cues=tuple(Cue(item.title, Milliseconds(0), Milliseconds(1)) for item in programme.items),
            why_this_voice=self.why_this_voice,
        )


class Lexicon:
    """Reads words as they stand, but for those it knows otherwise; what is all capitals it cannot read."""

    def __init__(self) -> None:
        self.words = {"UBND": "Ủy ban nhân dân"}

    def read(self, text: str, words: str = "") -> Reading:
        spans, spoken = [], text
        for word in text.replace(",", " ").replace(".", " ").split():
            if word in self.words:
                spoken = spoken.replace(word, self.words[word])
            elif word.isupper():
                start = text.index(word)
                spans.append(Span(start, start + len(word), word, word, "unknown", Certainty.UNREAD))
        return Reading(text, spoken, tuple(spans))


class Office:
    """One station's desk with what is around it."""

    def __init__(self, folder: Path, *, self_approval: bool = False) -> None:
        self.folder = folder
        self.clock = TurnedClock(NOW)
        self.store = Store.open(folder / "schedules.db", clock=self.clock, create=True)
        self.studio = Whistle(folder / "audio_out")
        self.lexicon = Lexicon()
        policy = Policy((time(21, 30), time(5)), 60)
        self.rules = DeskRules(ZONE, policy, "xã Tân Hưng", self_approval)
        self.desk = Desk(
            self.store,
            read=self.lexicon.read,
            studio=self.studio,
            rules=self.rules,
            clock=self.clock,
            folder=folder,
        )
        for number in (1, 2):
            hamlet = Hamlet(f"h{number}", f"ap-{number}", f"Ấp {number}")
            self.store.save_hamlet(hamlet, by="", now=self.now)
        for name in (WRITER, LEADER):
            self.store.add_person(Person(name, name), by="", now=self.now)

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def turn_to(self, instant: datetime) -> datetime:
        self.clock.advance((instant - self.clock.now()).total_seconds())
        return self.clock.now()

    def script(
        self,
        name: str = "lich-tiem.txt",
        text: str = "",
        kind: ScriptKind = ScriptKind.NOTICE,
        approved: bool = True,
    ) -> Script:
        """Taken in, and approved if wanted; its words are its name's where none are given."""
        document = parse(text or f"Bà con chú ý nghe {name.partition('.')[0]} hôm nay.", name)
        sha256 = hashlib.sha256((text or name).encode()).hexdigest()
        script = self.desk.scripts.add(document, sha256, author=WRITER, kind=kind).script
        return self.desk.scripts.approve(script.code, by=LEADER) if approved else script

    def slot(self, code: str = "chieu", at: time = time(17), **more: object) -> Slot:
        slot = Slot("", code, code, at, **{"hamlets": ("h1", "h2"), **more})  # type: ignore[arg-type]
        return self.desk.slots.add(slot, by=LEADER).slot

    def editions(self, days: float = 14) -> list[tuple[str, str, str]]:
        """The coming ones: (local time, slot, state and audio)."""
        found = self.store.editions(self.now, self.now + timedelta(days=days))
        return [
            (
                f"{e.starts_at.astimezone(ZONE):%d %H:%M}",
                e.slot.code,
                f"{e.state}{' ready' if e.bulletin else ''}",
            )
            for e in found
        ]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.store.close()
