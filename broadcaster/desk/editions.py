"""The expander: the coming fourteen days made equal to the forecast, and editions made ready ahead of air."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from broadcaster.desk.bench import Bench
from broadcaster.desk.bulletins import Bulletins, title_of
from broadcaster.desk.coming import Coming, expiry
from broadcaster.desk.fallbacks import Fallbacks
from broadcaster.desk.ports import Edition, EditionState, Reconciled
from broadcaster.desk.remaking import Remaking
from broadcaster.desk.script import Script
from broadcaster.desk.wholeness import Wholeness
from broadcaster.errors import BroadcasterError
from broadcaster.language import _
from broadcaster.production.bulletin import Bulletin
from broadcaster.timetable import reasons
from broadcaster.timetable.edition import PlannedEdition, Rules, State
from broadcaster.timetable.forecast import forecast
from broadcaster.timetable.hamlet import PLAYER
from broadcaster.timetable.rung import Rung
from broadcaster.timetable.slot import Plays, Slot

HORIZON = timedelta(days=14)
SPEECH_AHEAD = timedelta(hours=24)
FIX_AHEAD = timedelta(minutes=30)
SENT_AHEAD = timedelta(days=3)
"""What hamlet PCs are sent so long ahead, with its audio, is fixed: the line to them may be down by then."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Prepared:
    """What `prepare` did for one edition, or why it could not."""

    slot: str
    """Its code."""
    starts_at: datetime
    title: str
    bulletin: Bulletin | None
    """The audio it will play; None: none yet."""
    fixed: bool
    problem: str = ""
    """What a person should know; empty when all is well."""
    instead: Rung | None = None
    """What would sound now if that audio could not: the best of its fallbacks; None: nothing would."""


class Editions:
    def __init__(self, bench: Bench, bulletins: Bulletins) -> None:
        self._bench = bench
        self._bulletins = bulletins
        self._remaking = Remaking(bench, bulletins)
        self._files = Wholeness(bench.audio_out)
        self._fallbacks = Fallbacks(bench, bulletins, self._files)

    def forecast(self, start: datetime, end: datetime, now: datetime) -> tuple[PlannedEdition, ...]:
        """The programme editions in [start, end), as things stand at `now`."""
        state = self._bench.store.state(now)
        return forecast(self.rules(state, start, end), state, start, end)

    def rules(self, state: State, start: datetime, end: datetime) -> Rules:
        """The timetable as it stands, as far as a forecast for [start, end) needs it."""
        begin = min(start, state.as_of).astimezone(self._bench.rules.zone).date()
        until = end.astimezone(self._bench.rules.zone).date()
        return self._rules(self._bench.store.slots(begin - _DAY, until + _DAY))

    def _rules(self, slots: tuple[Slot, ...]) -> Rules:
        store, calendar = self._bench.store, self._bench.calendar()
        return Rules(
            *(self._bench.rules.zone, slots, store.expiries(), store.barred(), calendar, store.earliest())
        )

    def expand(self, now: datetime) -> Reconciled:
        """Make the airings of the coming 14 days equal the forecast. Call it hourly, and after every change.

        A fixed edition that holds a script which may no longer air gets the audio of the others, or none; so
        do the fallbacks of the coming day.
        """
        reconciled = self._reconcile(now)
        if reconciled.cancelled:
            self._reconcile(now)  # the scripts of cancelled fixed editions wait again, and may now come first
        return reconciled

    def expand_new(self, slot: Slot, now: datetime) -> Reconciled:
        """As `expand`, for a slot that was just added. One on which no other depends, and that depends on no
        other, is expanded by itself: the others' forecast is what it was."""
        if slot.replaces or slot.plays is Plays.REPEAT:
            return self.expand(now)
        state = self._bench.store.state(now)
        planned = forecast(self._rules((slot,)), state, now, now + HORIZON)
        return self._bench.store.reconcile(planned, now=now, until=now + HORIZON, only=slot.id)

    def _reconcile(self, now: datetime) -> Reconciled:
        planned = self.forecast(now, now + HORIZON, now)
        reconciled = self._bench.store.reconcile(planned, now=now, until=now + HORIZON)
        soon = now + SPEECH_AHEAD
        watched = [plan for plan in planned if not plan.provisional or plan.starts_at < soon]
        editions = list(self._with_stored(watched, now, now + HORIZON))
        for coming in editions:
            if coming.fixed and coming.plan.script_ids != coming.stored.script_ids:
                self._attach(coming, self.ready(coming))
        self._stand_by([coming for coming in editions if coming.stored.fallbacks])
        return reconciled

    def prepare(self, now: datetime) -> tuple[Prepared, ...]:
        """Fix what airs within 30 minutes, then make the missing audio of what airs within 24 hours; where a
        hamlet PC is to play it, both within 3 days.

        An edition with nothing to play stays unfixed, so that a late queueing still makes it. What fails
        for one edition is reported with it and stops no other. When nothing is missing, a bulletin that a
        lesser voice made is made again by a better one that speaks again; never in the last minute. Then one
        thing that their fallbacks lack is made.
        """
        self.expand(now)
        coming = [edition for edition in self._near(now) if edition.plan.script_ids and edition.stored.id]
        for edition in coming:
            self._discard_damaged(edition)
        in_time = [(edition, self._fixed_in_time(edition, now)) for edition in coming]
        done = [self._made_ready(edition, newly_fixed=edition.fixed != was.fixed) for was, edition in in_time]
        done.append(self._improved([edition for _was, edition in in_time]))
        self._stand_by(coming)
        if self._fallbacks.make_one([(edition, self.ready(edition)) for edition in coming], self._scripts()):
            self._stand_by(self._near(now))
        return tuple(prepared for prepared in done if prepared is not None)

    def _near(self, now: datetime) -> list[Coming]:
        """Those whose audio is to be there by now."""
        sent = self._sent()
        coming = self.coming(now, now + (SENT_AHEAD if sent else SPEECH_AHEAD), now)
        return [
            one
            for one in coming
            if one.plan.starts_at < now + SPEECH_AHEAD or not sent.isdisjoint(one.plan.slot.hamlets)
        ]

    def _sent(self) -> frozenset[str]:
        """Ids of hamlets that have a PC of their own."""
        return frozenset(hamlet.id for hamlet in self._bench.store.hamlets() if hamlet.output == PLAYER)

    def _discard_damaged(self, coming: Coming) -> None:
        """So that it counts as missing, and is made again."""
        while (held := self.ready(coming)) and not self._files.whole(held):
            if not self._files.discard(held):
                return

    def _stand_by(self, editions: Iterable[Coming]) -> None:
        """Set down what stands by for each of them now."""
        wanted = list(editions)
        scripts = self._scripts() if wanted else {}
        for coming in wanted:
            standing = self._fallbacks.standing(coming, self.ready(coming), scripts)
            if coming.stored.id and standing != coming.stored.fallbacks:
                self._bench.store.stand_by(coming.stored.id, standing)

    def _scripts(self) -> dict[str, Script]:
        return {script.id: script for script in self._bench.store.scripts()}

    def catch_up(self, now: datetime) -> None:
        """Fix, with the audio made ahead, what began while the daemon was down and may still begin late.

        Call it when the daemon starts, before the player does.
        """
        today = now.astimezone(self._bench.rules.zone).date()
        lately = self._bench.store.slots(today - 2 * _DAY, today)
        lateness = max((slot.lateness_s for slot in lately), default=0)
        since = now - timedelta(seconds=lateness)
        for coming in self.coming(since, now, since):
            in_time = now - coming.plan.starts_at <= timedelta(seconds=coming.plan.slot.lateness_s)
            if in_time and coming.stored.id and self.ready(coming) is not None:
                self._fixed_in_time(coming, now)

    def coming(self, start: datetime, end: datetime, now: datetime) -> Iterator[Coming]:
        """The programme editions in [start, end) as things stand at `now`, and what the store has of them."""
        return self._with_stored(self.forecast(start, end, now), start, end)

    def ready(self, coming: Coming) -> Bulletin | None:
        """The audio that is there for it; None when there is none, or nothing to play."""
        if not coming.plan.script_ids:
            return None
        return self._bulletins.ready(coming.programme, coming.stored.bulletin)

    def made_ahead(self, now: datetime) -> Iterator[Bulletin]:
        """Audio that waits for the editions of the coming 14 days."""
        for coming in self.coming(now, now + HORIZON, now):
            bulletin = self.ready(coming)
            if bulletin is not None:
                yield bulletin

    def _with_stored(
        self, planned: Sequence[PlannedEdition], start: datetime, end: datetime
    ) -> Iterator[Coming]:
        stored = {(e.slot.id, e.starts_at.astimezone(UTC)): e for e in self._bench.store.editions(start, end)}
        plays = any(plan.script_ids for plan in planned)
        scripts = self._scripts() if plays else {}
        for plan in planned:
            nowhere = Edition("", plan.slot, plan.starts_at, EditionState.PLANNED)
            edition = stored.get((plan.slot.id, plan.starts_at.astimezone(UTC)), nowhere)
            playing = [scripts[script_id] for script_id in plan.script_ids]
            programme = self._bulletins.programme(playing, plan.form)
            until = expiry(playing, self._bench.rules.zone)
            yield Coming(plan, edition, programme, title_of(playing), until)

    def _fixed_in_time(self, coming: Coming, now: datetime) -> Coming:
        """Fixed, with the audio that is there, if its time has come."""
        ahead = FIX_AHEAD if self._sent().isdisjoint(coming.plan.slot.hamlets) else SENT_AHEAD
        if coming.fixed or coming.plan.starts_at - now > ahead:
            return coming
        ready = self.ready(coming)
        sha256 = ready.sha256 if ready else ""
        script_ids, until = coming.plan.script_ids, coming.until
        self._bench.store.fix(coming.stored.id, script_ids, coming.title, sha256, until=until, now=now)
        return replace(coming, stored=replace(coming.stored, state=EditionState.FIXED, bulletin=sha256))

    def _made_ready(self, coming: Coming, *, newly_fixed: bool) -> Prepared | None:
        """Its audio made, and attached if it is fixed; None when there was nothing to do."""
        bulletin = held = self.ready(coming)
        problem = ""
        try:
            if bulletin is None:
                bulletin = self._bulletins.obtain(coming.programme, coming.title, self._seconds(coming))
                self._remaking.note(bulletin)
            if coming.fixed and not self._settled(coming) and not self._attach(coming, bulletin):
                problem = _("The audio came too late for this airing")
        except BroadcasterError as error:
            problem = str(error)
        problem = problem or _shortcomings(bulletin, coming.plan.slot)
        if held is not None and not newly_fixed and not problem:
            return None
        return _prepared(coming, bulletin, problem)

    def _improved(self, editions: Sequence[Coming]) -> Prepared | None:
        """The soonest one that is due made again by a better voice. One at a time: it may take minutes."""
        for coming in editions:
            held, starts_at = self.ready(coming), coming.plan.starts_at
            if held is None or not self._remaking.due(held, starts_at):
                continue
            better = self._remaking.better(held, coming.programme, coming.title, starts_at)
            if better is None or not self._remaking.may_change(starts_at):
                return None
            if coming.fixed and not self._attach(coming, better):
                return None
            return _prepared(coming, better, _shortcomings(better, coming.plan.slot))
        return None

    def _settled(self, coming: Coming) -> bool:
        """Whether it has audio that nothing may replace any more, but for a change of what it plays."""
        may_change = self._remaking.may_change(coming.plan.starts_at)
        return not may_change and self._bulletins.has(coming.stored.bulletin)

    def _attach(self, coming: Coming, bulletin: Bulletin | None) -> bool:
        """False when an airing of it was claimed before."""
        sha256, has_scripts = bulletin.sha256 if bulletin else "", bool(coming.plan.script_ids)
        if (sha256, has_scripts) == (coming.stored.bulletin, coming.stored.has_scripts):
            return True
        return self._bench.store.attach(coming.stored.id, sha256, until=coming.until, has_scripts=has_scripts)

    def _seconds(self, coming: Coming) -> float:
        left = (coming.plan.starts_at - self._bench.now()).total_seconds()
        return min(self._bench.rules.speech_s, max(0.0, left / 2))


def _prepared(coming: Coming, bulletin: Bulletin | None, problem: str) -> Prepared:
    slot, starts_at = coming.plan.slot.code, coming.plan.starts_at
    instead = next((fallback.rung for fallback in coming.stored.fallbacks), None)
    return Prepared(slot, starts_at, coming.title, bulletin, coming.fixed, problem, instead)


def _shortcomings(bulletin: Bulletin | None, slot: Slot) -> str:
    """A jingle that could not be used; a length that may run into the next slot."""
    if bulletin is None:
        return ""
    too_long = bulletin.length > slot.length_s * 1000
    length = f"{reasons.TOO_LONG}: {bulletin.length / 1000:.0f} s > {slot.length_s} s"
    return "; ".join(filter(None, (bulletin.trouble, reasons.shown(length) if too_long else "")))
