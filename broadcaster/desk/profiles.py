"""Day profiles: made once, stamped on the days that are special."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from broadcaster.desk.bench import Bench
from broadcaster.desk.editions import Editions
from broadcaster.desk.ports import Reconciled
from broadcaster.errors import NotFound, TimetableError
from broadcaster.language import _
from broadcaster.timetable.calendar import Profile

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MOST_DAYS = 400


class Profiles:
    def __init__(self, bench: Bench, editions: Editions) -> None:
        self._bench = bench
        self._editions = editions

    def add(self, profile: Profile, *, by: str) -> Profile:
        """A new one; its `id` is given here. TimetableError: its code; DeskError: the code is taken."""
        if not _CODE.fullmatch(profile.code):
            raise TimetableError(
                _("A day profile's code is made of a-z, 0-9 and -"),
                profile.code,
                _("Write it like quoc-tang"),
            )
        made = replace(profile, id=uuid.uuid4().hex)
        self._bench.store.add_profile(made, by=self._bench.person(by).name, now=self._bench.now())
        return made

    def change(self, profile: Profile, *, by: str) -> Reconciled:
        """The one of the same code becomes this. NotFound: there is none."""
        known, person, now = self.named(profile.code), self._bench.person(by), self._bench.now()
        self._bench.store.change_profile(replace(profile, id=known.id), by=person.name, now=now)
        return self._editions.expand(now)

    def remove(self, code: str, *, by: str) -> None:
        """NotFound: no such profile; DeskError: a slot or a day to come has it."""
        known, person = self.named(code), self._bench.person(by)
        self._bench.store.remove_profile(known.id, self._bench.today(), by=person.name, now=self._bench.now())

    def stamp(self, code: str, days: Sequence[date], *, by: str) -> Reconciled:
        """Put the profile on these days.

        TimetableError: one has passed, or they are too many; DeskError: one has another profile; NotFound: no
        such profile or person.
        """
        self._require_to_come(days)
        profile, person = self.named(code), self._bench.person(by)
        now = self._bench.now()
        self._bench.store.stamp(profile.id, days, by=person.name, now=now)
        return self._editions.expand(now)

    def unstamp(self, days: Sequence[date], *, by: str) -> Reconciled:
        """Make these days ordinary again. TimetableError: one has passed, or none has a profile."""
        self._require_to_come(days)
        now = self._bench.now()
        if not self._bench.store.unstamp(days, by=self._bench.person(by).name, now=now):
            raise TimetableError(_("These days have no profile"), ", ".join(map(str, days)))
        return self._editions.expand(now)

    def named(self, code: str) -> Profile:
        """NotFound: no such profile."""
        known = {profile.code: profile for profile in self._bench.store.profiles()}
        if code not in known:
            raise unknown_profile(code, known)
        return known[code]

    def _require_to_come(self, days: Sequence[date]) -> None:
        today = self._bench.today()
        for day in days:
            if day < today:
                raise TimetableError(_("This day has passed"), str(day))
        if not 1 <= len(days) <= _MOST_DAYS:
            raise TimetableError(
                _("A profile is put on 1 to {most} days at once").format(most=_MOST_DAYS), str(len(days))
            )


def unknown_profile(code: str, known: Sequence[str] | dict[str, Profile]) -> NotFound:
    return NotFound(
        _("No such day profile"),
        code,
        _("Known are: {names}").format(names=", ".join(known))
        if known
        else _("Make one with: broadcaster profile add"),
    )
