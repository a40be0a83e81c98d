"""What people do with the station in the course of a year: at the desk, through the database alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import time, timedelta
from functools import partial
from random import Random
from typing import Any
from uuid import uuid4

from broadcaster.desk.emergencies import Call
from broadcaster.desk.rounds import Booth
from broadcaster.desk.script import Person, ScriptKind
from broadcaster.documents.document import Document, Passage
from broadcaster.errors import BroadcasterError, PolicyError
from broadcaster.station import Station
from broadcaster.store import Store
from broadcaster.timetable.calendar import Profile
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.slot import Interrupted, Plays, Priority, Slot, Weekday
from tests.soak.calendar import (
    HOLIDAY_AT,
    LUNAR_AT,
    MOURNING,
    ONE_OFF,
    RELAY_AT,
    SLOT_TIMES,
    TET,
    TET_AT,
    TET_QUIET,
)
from tests.soak.machine import Machine
from tests.soak.studio import ToneStudio

AUTHOR, APPROVER = "Nguyễn Thị Lan", "Trần Văn Minh"
HORNS = ("horn:1", "horn:2", "horn:2", "horn:3", "horn:3")
"""The outputs of the five hamlets: two pairs share a horn."""
QUEUES = ("sang", "chieu", "toi")
_WORDS = tuple(
    "nước điện đường trạm lúa cá rừng biển bà con ấp xã mời họp tiêm phòng bão lũ thuế đất".split(" ")  # noqa: SIM905
)
_SLOGANS = ("Một người vì mọi người.", "Nước sạch là sức khỏe.", "Chung tay phòng chống bão lũ.")
_SETTINGS = """\
[station]
name = "Tân Hưng"
[voices]
ladder = ["espeak"]
[policy]
quiet_hours = "21:30-05:00"
[storage]
audio_mb = 400
backups = 3
"""


class People:
    """Each act either succeeds or is refused by the desk with a clear message; both are noted."""

    def __init__(self, machine: Machine, random: Random) -> None:
        self._machine = machine
        self._random = random
        self._written = 0
        _found(machine)
        self.station = Station(machine.folder, machine)
        tone = partial(ToneStudio, self.station.audio_out)
        self.station.__dict__["studio"] = tone()
        self.station.__dict__["booth"] = Booth(tone("siren"), tone("words"), tone("whole"))
        self._hamlets = self.station.store.hamlets()
        self._set_timetable()

    @property
    def store(self) -> Store:
        return self.station.store

    def fill_queues(self) -> None:
        """Each queue that runs low may get a new script, for some editions."""
        owed = dict.fromkeys(QUEUES, 0)
        names = {slot.id: slot.code for slot in self.store.slots()}
        for waiting in self.store.queue():
            owed[names[waiting.slot_id]] += waiting.owed
        for code in QUEUES:
            if owed[code] < 3 and self._random.random() < 0.8:
                self._act(f"queue for {code}", lambda code=code: self._write_for(code))

    def shut_up(self, hamlet: Hamlet) -> None:
        """`broadcaster stop` in one hamlet."""
        self._act(
            f"stop in {hamlet.code}",
            lambda: self.store.ask_stop([hamlet.id], by=AUTHOR, now=self._machine.now()),
        )

    def hush(self, hamlet: Hamlet, hours: tuple[time, time] | None) -> None:
        """A hamlet gets quiet hours of its own, or gives them up."""
        self._act(
            f"quiet hours of {hamlet.code}: {hours}",
            lambda: self.store.save_hamlet(
                replace(hamlet, quiet_hours=hours), by=AUTHOR, now=self._machine.now()
            ),
        )

    def skip(self, code: str) -> None:
        """No edition of that slot today."""
        self._act(
            f"skip {code}",
            lambda: self.station.desk.slots.skip(
                code, self._machine.now().astimezone(self.station.settings.station.zone).date(), by=AUTHOR
            ),
        )

    def alarm(self, hamlets: tuple[Hamlet, ...], *, repeat: float, lasts: float) -> str:
        """An emergency, for some seconds at most; its code, or "" when it was refused."""
        raised: list[str] = []
        now = self._machine.now()
        call = Call(
            f"Bão số {self._random.randint(1, 9)} đang đến gần.",
            tuple(hamlet.id for hamlet in hamlets),
            AUTHOR,
            "Công điện của tỉnh",
            repeat=timedelta(seconds=repeat),
            until=now + timedelta(seconds=lasts),
        )
        self._act(
            f"emergency in {', '.join(hamlet.code for hamlet in hamlets)}, every {repeat:.0f} s",
            lambda: raised.append(self.station.desk.emergency.raise_(call).emergency.code),
        )
        return "".join(raised)

    def all_clear(self, code: str) -> None:
        """Cancelled."""
        self._act(f"{code} cancelled", lambda: self.station.desk.emergency.cancel(code, by=AUTHOR))

    def tidy(self) -> None:
        """Scripts that wait nowhere and are old are withdrawn."""
        waiting = {queued.script_id for queued in self.store.queue()}
        kept = len(_SLOGANS) + 1
        for script in self.store.scripts()[12:-kept]:
            if script.id not in waiting and script.state == "approved":
                self._act(f"withdraw {script.code}", lambda s=script: self._withdraw(s.code))

    @property
    def hamlets(self) -> tuple[Hamlet, ...]:
        return self._hamlets

    def _withdraw(self, code: str) -> None:
        self.station.desk.scripts.withdraw(code, by=APPROVER)

    def _act(self, what: str, do: object) -> None:
        if self._machine.disk_full:
            return
        try:
            do()  # type: ignore[operator]
            self._machine.note(f"people: {what}")
        except BroadcasterError as error:
            self._machine.note(f"people: {what}: refused: {error}")

    def _write_for(self, slot: str) -> None:
        words = " ".join(self._random.choices(_WORDS, k=12)).capitalize() + "."
        code = self._approved(words)
        self.station.desk.queue.add(code, slot, editions=self._random.randint(2, 9), by=AUTHOR)

    def _approved(self, words: str, kind: ScriptKind = ScriptKind.NOTICE) -> str:
        """A script with these words; its code."""
        self._written += 1
        document = Document(f"tin-{self._written}.txt", f"Tin {self._written}", (Passage(words),))
        digest = hashlib.sha256(f"{self._written} {words}".encode()).hexdigest()
        scripts = self.station.desk.scripts
        script = scripts.add(document, digest, author=AUTHOR, kind=kind).script
        return scripts.approve(script.code, by=APPROVER).code

    def _set_timetable(self) -> None:
        everywhere = tuple(hamlet.id for hamlet in self._hamlets)
        morning, noon, afternoon, evening = SLOT_TIMES
        late = Slot("", "toi", "Tối", evening, everywhere, max_items=2)
        for slot in (
            Slot("", "sang", "Sáng", morning, everywhere, max_items=2, interrupted=Interrupted.RESTART),
            Slot("", "chieu", "Chiều", afternoon, everywhere, max_items=3, priority=Priority.PRIORITY),
            Slot("", "trua", "Phát lại", noon, everywhere, plays=Plays.REPEAT, ref="chieu"),
            late,
            *self._special(everywhere),
        ):
            self.station.desk.slots.add(slot, by=AUTHOR)
        with suppress(PolicyError):
            self.station.desk.slots.add(replace(late, code="khuya", at=time(22, 0)), by=AUTHOR)
            raise AssertionError("a slot in quiet hours was taken in")

    def _special(self, everywhere: tuple[str, ...]) -> Iterator[Slot]:
        """The slots of lunar days, holidays and Tết, a relay on Sundays, and a meeting."""
        profiles = self.station.desk.profiles
        for profile, days in (
            (Profile("", "tet", "Tết", quiet_hours=TET_QUIET), TET),
            (Profile("", "quoc-tang", "Quốc tang", music=False), MOURNING),
        ):
            profiles.add(profile, by=AUTHOR)
            profiles.stamp(profile.code, days, by=AUTHOR)
        slogans = tuple(self._approved(words, ScriptKind.SPOT) for words in _SLOGANS)
        greeting = self._approved("Kính chúc bà con mạnh khỏe.")
        shared: dict[str, Any] = {"length_s": 600, "plays": Plays.SCRIPT, "ref": greeting}
        turns: dict[str, Any] = {"plays": Plays.ROTATION, "rotation": slogans, "max_items": 1}
        yield Slot("", "am-lich", "Mùng một, rằm", LUNAR_AT, everywhere, day_rule="lunar 1,15", **turns)
        yield Slot("", "le", "Ngày lễ", HOLIDAY_AT, everywhere, day_rule="holidays", **shared)
        yield Slot("", "tet", "Tết", TET_AT, everywhere, profiles=("tet",), **shared)
        sundays = frozenset({Weekday.SUN})
        yield Slot("", "vov", "VOV", RELAY_AT, everywhere, weekdays=sundays, plays=Plays.RELAY, ref="VOV1")
        once: dict[str, Any] = {"first": ONE_OFF, "last": ONE_OFF, "replaces": ("chieu",)}
        yield Slot("", "hop", "Họp", SLOT_TIMES[2], everywhere, **once, **shared)


def _found(machine: Machine) -> None:
    """An empty station with five hamlets and two people."""
    (machine.folder / "broadcaster.toml").write_text(_SETTINGS, encoding="utf-8")
    for folder in ("audio_out", "scripts/inbox", "backups", "jingles"):
        (machine.folder / folder).mkdir(parents=True)
    store = Store.open(machine.folder / "schedules.db", clock=machine, create=True)
    for name in (AUTHOR, APPROVER):
        store.add_person(Person(uuid4().hex, name), by="", now=machine.now())
    for number, output in enumerate(HORNS, 1):
        hamlet = Hamlet(f"h{number}", f"ap-{number}", f"Ấp {number}", output=output)
        store.save_hamlet(hamlet, by=AUTHOR, now=machine.now())
    store.close()
