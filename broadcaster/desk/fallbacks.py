"""The ladder of an edition: what stands by for the time when its bulletin cannot sound, made ahead of air."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import partial

from broadcaster.desk.bench import Bench
from broadcaster.desk.bulletins import Bulletins, title_of
from broadcaster.desk.coming import Coming, expiry
from broadcaster.desk.ports import StandBy
from broadcaster.desk.script import Script, ScriptKind, ScriptState
from broadcaster.desk.wholeness import Wholeness
from broadcaster.errors import BroadcasterError, NotFound
from broadcaster.language import _
from broadcaster.production.bulletin import Bulletin, FormName, Programme
from broadcaster.timetable.edition import BARE
from broadcaster.timetable.rung import Rung

_EDITIONS_BACK = 10
"""How far the ladder looks for a last edition that may still air."""

Scripts = Mapping[str, Script]
"""All scripts, by id."""


class Fallbacks:
    """Each rung holds only what is whole on the disk, and may air on the edition's day."""

    def __init__(self, bench: Bench, bulletins: Bulletins, files: Wholeness) -> None:
        self._bench = bench
        self._bulletins = bulletins
        self._files = files
        self._tried: dict[str, datetime] = {}

    def standing(self, coming: Coming, held: Bulletin | None, scripts: Scripts) -> tuple[StandBy, ...]:
        """What can stand by for it now, best first; nothing where it has nothing to play itself."""
        if not coming.plan.script_ids:
            return ()
        own = {held.sha256 if held else "", coming.stored.bulletin}
        ladder = (*self._spare(coming, held), *self._last(coming, scripts), *self._slogan(coming, scripts))
        standing = dict[str, StandBy]()
        for fallback in ladder:
            if fallback.bulletin not in own:
                standing.setdefault(fallback.bulletin, fallback)
        return tuple(standing.values())

    def make_one(self, editions: Iterable[tuple[Coming, Bulletin | None]], scripts: Scripts) -> bool:
        """Make the first thing that a ladder lacks; False: nothing was. One at a time: it may take long."""
        wanted = list(editions)
        return any(self._slogan_made(coming, scripts) for coming, _held in wanted) or any(
            self._spare_made(coming, held) for coming, held in wanted if held is not None
        )

    def _spare(self, coming: Coming, held: Bulletin | None) -> Iterator[StandBy]:
        """The same words by a voice that needs no network, where one that does speaks them."""
        if held is None or self._offline(held):
            return
        for bulletin in self._bench.store.bulletins(held.recipe):
            if self._offline(bulletin) and self._files.whole(bulletin):
                yield StandBy(Rung.VOICE, bulletin.sha256, coming.until)
                return

    def _offline(self, bulletin: Bulletin) -> bool:
        spoke = bulletin.voice.split("+")
        return not set(spoke).isdisjoint(self._bench.offline_voices) or len(spoke) == spoke.count("recorded")

    def _spare_made(self, coming: Coming, held: Bulletin) -> bool:
        voices = self._bench.offline_voices
        if self._offline(held) or not voices or any(self._spare(coming, held)):
            return False
        return self._made(
            f"{Rung.VOICE} {held.recipe}", partial(self._make_spare, coming, held.voice, voices[0])
        )

    def _make_spare(self, coming: Coming, spoke: str, voice: str) -> None:
        seconds, today = self._bench.rules.speech_s, self._bench.today()
        made = self._bench.studio.make(coming.programme, seconds=seconds, only=voice, on=today)
        # With a reason, so that it never counts as good as the one that it stands by for.
        why = _("kept ready in case {voice} breaks").format(voice=spoke)
        spare = replace(made, why_this_voice=why)
        self._bench.store.add_bulletin(spare, coming.title, now=self._bench.now())

    def _last(self, coming: Coming, scripts: Scripts) -> Iterator[StandBy]:
        """The newest edition of the slot that may air again; none on a day without music."""
        slot, store = coming.plan.slot, self._bench.store
        if not coming.plan.music:
            return
        for edition in store.last_editions(slot.id, coming.plan.starts_at, _EDITIONS_BACK):
            played = [scripts[script_id] for script_id in edition.script_ids if script_id in scripts]
            valid = len(played) > 0 and all(may_air(script, coming.day) for script in played)
            if valid and self._kept_whole(edition.bulletin):
                yield StandBy(Rung.LAST, edition.bulletin, expiry(played, self._bench.rules.zone))
                return

    def _slogan(self, coming: Coming, scripts: Scripts) -> Iterator[StandBy]:
        for slogan in _slogans(scripts, coming.day):
            bulletin = self._bulletins.ready(self._programme(slogan, coming))
            if bulletin is not None and self._files.whole(bulletin):
                yield StandBy(Rung.SLOGAN, bulletin.sha256, expiry([slogan], self._bench.rules.zone))
                return

    def _slogan_made(self, coming: Coming, scripts: Scripts) -> bool:
        """The slogan of the day; when it cannot be made, the next one."""
        for slogan in _slogans(scripts, coming.day):
            programme, title = self._programme(slogan, coming), title_of([slogan])
            ready = self._bulletins.ready(programme)
            if ready is not None and (self._files.whole(ready) or not self._files.discard(ready)):
                return False
            if self._made(f"{Rung.SLOGAN} {slogan.id}", partial(self._bulletins.obtain, programme, title)):
                return True
        return False

    def _programme(self, slogan: Script, coming: Coming) -> Programme:
        return self._bulletins.programme([slogan], FormName.SPOTS if coming.plan.music else BARE)

    def _made(self, what: str, make: Callable[[], object]) -> bool:
        """Whether `make` succeeds; what has failed is left alone for a while."""
        now, tried = self._bench.now(), self._tried.get(what)
        if tried is not None and now - tried < self._bench.rules.retry:
            return False
        self._tried[what] = now
        try:
            make()
        except BroadcasterError:
            return False
        del self._tried[what]
        return True

    def _kept_whole(self, sha256: str) -> bool:
        try:
            return self._files.whole(self._bench.store.bulletin(sha256))
        except NotFound:
            return False


def may_air(script: Script, day: date) -> bool:
    """Whether it is approved, and that day of the station's calendar lies within its days on the air."""
    first, last = script.not_before or date.min, script.expires or date.max
    return script.state is ScriptState.APPROVED and first <= day <= last


def _slogans(scripts: Scripts, day: date) -> Iterator[Script]:
    """Those that may air that day, another one first each day."""
    valid = [s for s in scripts.values() if s.kind is ScriptKind.SPOT and may_air(s, day)]
    ordered = sorted(valid, key=lambda script: script.code)
    first = day.toordinal() % len(ordered) if ordered else 0
    yield from ordered[first:] + ordered[:first]
