"""The rehearsal: the approved spots, once, in every hamlet, outside the timetable."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from broadcaster.desk.bench import Bench
from broadcaster.desk.bulletins import Bulletins, title_of
from broadcaster.desk.fallbacks import may_air
from broadcaster.desk.ports import Edition
from broadcaster.desk.script import Script, ScriptKind
from broadcaster.errors import DeskError
from broadcaster.language import _
from broadcaster.production.bulletin import FormName
from broadcaster.timetable.slot import Slot, SlotKind

CODE = "rehearsal"
_LEAD = timedelta(seconds=60)
_LEAST_LEAD = timedelta(seconds=10)
"""What must be left when the bulletin took long to make, so that the player is still in time."""
_MINUTE = timedelta(minutes=1)


class Rehearsal:
    def __init__(self, bench: Bench, bulletins: Bulletins) -> None:
        self._bench = bench
        self._bulletins = bulletins

    def book(self, now: datetime, seconds: float = 10) -> Edition:
        """Make the spots' bulletin and book it, in every hamlet, at the first full minute at least 60 s after
        `now`. Online voices get `seconds` in all. One that is booked at that minute already is returned.

        DeskError: no approved spot, or no hamlet; else what making a bulletin raises.
        """
        spots = self._spots()
        hamlets = tuple(hamlet.id for hamlet in self._bench.store.hamlets())
        if not spots or not hamlets:
            raise DeskError(_("A rehearsal needs an approved script of kind spot, and a hamlet"))
        title = title_of(spots)
        programme = self._bulletins.programme(spots, FormName.SPOTS)
        bulletin = self._bulletins.obtain(programme, title, seconds)
        starts_at = _full_minute(max(now + _LEAD, self._bench.now() + _LEAST_LEAD))
        booked = self._booked(starts_at)
        if booked is not None:
            return booked
        local = starts_at.astimezone(self._bench.rules.zone)
        slot = Slot(
            id=uuid.uuid4().hex,
            code=CODE,
            name=_("Rehearsal"),
            at=local.time(),
            hamlets=hamlets,
            first=local.date(),
            last=local.date(),
            kind=SlotKind.REHEARSAL,
            form=FormName.SPOTS,
        )
        return self._bench.store.add_one_off(slot, starts_at, title, bulletin.sha256, by="", now=now)

    def _spots(self) -> list[Script]:
        """By code, so that the same spots make the same bulletin."""
        today = self._bench.today()
        return sorted(
            (
                script
                for script in self._bench.store.scripts()
                if script.kind is ScriptKind.SPOT and may_air(script, today)
            ),
            key=lambda script: script.code,
        )

    def _booked(self, starts_at: datetime) -> Edition | None:
        standing = self._bench.store.editions(starts_at, starts_at + _MINUTE)
        return next((edition for edition in standing if edition.slot.kind is SlotKind.REHEARSAL), None)


def _full_minute(instant: datetime) -> datetime:
    """The first full minute at or after `instant`."""
    cut = instant.replace(second=0, microsecond=0)
    return cut if cut == instant else cut + _MINUTE
