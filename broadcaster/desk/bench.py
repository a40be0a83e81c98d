"""What every part of the desk works with."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from broadcaster.clock import Clock
from broadcaster.desk.ports import DeskStore
from broadcaster.desk.script import Person
from broadcaster.errors import NotFound
from broadcaster.language import _
from broadcaster.production.bulletin import Bulletin, Programme
from broadcaster.reading.reading import Reading
from broadcaster.timetable.calendar import Calendar
from broadcaster.timetable.policy import Policy
from broadcaster.timetable.slot import Slot
from broadcaster.voices.voice import VoiceStatus


class Studio(Protocol):
    """Makes bulletins; `production.studio.Studio` is one."""

    def recipe(self, programme: Programme) -> str:
        """SHA-256 of what the programme would be made from, the voice aside."""
        ...

    def make(
        self,
        programme: Programme,
        *,
        seconds: float,
        only: str | None = None,
        progress: Callable[[int, int], None] | None = None,
        on: date | None = None,
    ) -> Bulletin:
        """Its audio, written under audio_out/. Online voices get `seconds` in all; `only`: one voice's name;
        `on`: the date in the file's tags.

        `progress` is told (done, all). Raises ProductionError or VoiceError; nothing half-written stays.
        """
        ...


@dataclass(frozen=True)
class DeskRules:
    """The station's own rules."""

    zone: ZoneInfo
    policy: Policy
    station: str
    """Its full spoken name, "xã Tân Hưng"."""
    self_approval: bool = False
    """An author may approve their own script; it stays on record."""
    speech_s: float = 120.0
    """Seconds that online voices may take for one bulletin in all."""
    retry: timedelta = timedelta(minutes=10)
    """How often a better voice is tried again for a bulletin that a lesser one made."""


@dataclass(frozen=True)
class Bench:
    store: DeskStore
    read: Callable[[str, str], Reading]
    """(text, the script's own lexicon rows) → its reading."""
    studio: Studio
    rules: DeskRules
    clock: Clock
    folder: Path
    """The station folder."""
    better_voices: Callable[[str], Sequence[VoiceStatus]]
    """Those above the voice that made a bulletin, best first, as they are now."""
    offline_voices: Sequence[str] = ()
    """Names of those that need no network, best first."""

    @property
    def audio_out(self) -> Path:
        return self.folder / "audio_out"

    def now(self) -> datetime:
        return self.clock.now()

    def today(self) -> date:
        return self.now().astimezone(self.rules.zone).date()

    def calendar(self) -> Calendar:
        """Holidays as the station has set them, and the day profiles that are stamped."""
        return self.rules.policy.calendar(self.store.profile_days())

    def person(self, name: str) -> Person:
        """The person of that name, compared without case. NotFound: nobody is called so."""
        people = self.store.people()
        for person in people:
            if folded(person.name) == folded(name):
                return person
        known = ", ".join(person.name for person in people)
        raise NotFound(
            _("No such person"),
            name,
            _("Known are: {names}").format(names=known) if known else _("Add people with: person add"),
        )

    def slot(self, code_or_id: str) -> Slot:
        """NotFound, with near codes, when the timetable has no such slot."""
        slots = self.store.slots()
        for slot in slots:
            if code_or_id in (slot.code, slot.id):
                return slot
        raise NotFound(_("No such slot"), code_or_id, near(code_or_id, (slot.code for slot in slots)))


def folded(name: str) -> str:
    """A person's name as it is compared."""
    return unicodedata.normalize("NFC", name).casefold().strip()


def near(wanted: str, codes: Iterable[str]) -> str:
    close = difflib.get_close_matches(wanted, list(codes), n=3)
    return _("Did you mean {codes}?").format(codes=", ".join(close)) if close else ""
