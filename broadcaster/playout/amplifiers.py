"""Amplifiers that are switched on before a sound and off after the last one.

Each has a thread of its own: a hook that hangs delays neither the sound nor another amplifier.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from broadcaster.clock import Clock
from broadcaster.config.hooks import Hooks
from broadcaster.errors import BroadcasterError
from broadcaster.language import _
from broadcaster.playout import reasons
from broadcaster.playout.hooks import Hook, from_settings
from broadcaster.playout.position import seconds_until
from broadcaster.playout.sounding import Sounding
from broadcaster.timetable.slot import SlotKind

_log = logging.getLogger(__name__)
_NOTHING_DUE_S = 3600.0


@dataclass(frozen=True)
class Switch:
    """How one amplifier is switched; `hamlet` is a code, empty for one that serves the whole station."""

    hamlet: str = ""
    on: Hook | None = None
    off: Hook | None = None


@dataclass(frozen=True)
class Timing:
    """Seconds: on so long before the sound, off so long after it, and how long a hook may take."""

    lead: float = 3.0
    tail: float = 2.0
    longest: float = 10.0


def switches(settings: Hooks) -> list[Switch]:
    """The station's own and its hamlets', as far as they are set."""
    every = {"": settings, **settings.hamlet}
    made = [Switch(name, from_settings(one.on), from_settings(one.off)) for name, one in every.items()]
    return [switch for switch in made if switch.on or switch.off]


def amplifiers(settings: Hooks, clock: Clock, notice: Callable[[str], None]) -> Amplifiers:
    """Those of the settings; `notice` hears of a hook that failed."""
    timing = Timing(lead=settings.lead_s, tail=settings.tail_s, longest=settings.longest_s)
    return Amplifiers(switches(settings), clock, notice, timing)


class Amplifiers:
    """All of a station. `notice` hears of a hook that failed; it is called from threads."""

    def __init__(
        self,
        switches: Sequence[Switch],
        clock: Clock,
        notice: Callable[[str], None],
        timing: Timing = Timing(),
    ) -> None:
        self._clock = clock
        self._all = [_Amplifier(switch, clock, notice, timing) for switch in switches]
        self._lead = timing.lead

    def expect(self, sounding: Sounding) -> None:
        """`sounding` is to begin at its second: have its amplifiers on by then. Returns at once."""
        on_in = seconds_until(sounding.airing, self._clock.now()) - self._lead
        for amplifier in self._of(sounding):
            amplifier.want(sounding.ids, self._clock.monotonic() + on_in)

    def over(self, sounding: Sounding) -> None:
        """It sounds no more."""
        for amplifier in self._of(sounding):
            amplifier.release(sounding.ids)

    def trouble(self, sounding: Sounding) -> str:
        """The as-run log's reason when one of its amplifiers is not known to be on; else ""."""
        dark = any(amplifier.doubtful(sounding.ids) for amplifier in self._of(sounding))
        return reasons.AMPLIFIER if dark else ""

    def stop(self, timeout: float) -> None:
        """Everything off, waited for at most `timeout` seconds."""
        for amplifier in self._all:
            amplifier.stop()
        end = self._clock.monotonic() + timeout
        for amplifier in self._all:
            amplifier.join(max(0.0, end - self._clock.monotonic()))

    def _of(self, sounding: Sounding) -> list[_Amplifier]:
        """Those that it is heard through; a rehearsal only goes to files."""
        if sounding.airing.kind is SlotKind.REHEARSAL:
            return []
        codes = {"", *(airing.hamlet.code for airing in sounding.airings)}
        return [amplifier for amplifier in self._all if amplifier.hamlet in codes]


@dataclass
class _Wish:
    """One sounding's: on from the monotonic instant `at`; `met` when a hook said so."""

    at: float
    tried: bool = False
    met: bool = False


@dataclass(eq=False)
class _Amplifier:
    switch: Switch
    clock: Clock
    notice: Callable[[str], None]
    timing: Timing
    wishes: dict[tuple[str, ...], _Wish] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    changed: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None
    is_on: bool = False
    """It may be on: it is to be switched off in its time."""
    lit: bool = False
    """It is known to be on."""
    off_at: float = 0.0
    stopping: bool = False

    @property
    def hamlet(self) -> str:
        return self.switch.hamlet

    def want(self, key: tuple[str, ...], at: float) -> None:
        with self.lock:
            if self.stopping or key in self.wishes:
                return
            self.wishes[key] = _Wish(at)
            if self.thread is None:
                name = f"amplifier {self.hamlet}"
                self.thread = threading.Thread(target=self._work, name=name, daemon=True)
                self.thread.start()
        self.changed.set()

    def release(self, key: tuple[str, ...]) -> None:
        with self.lock:
            if self.wishes.pop(key, None) is None:
                return
            self.off_at = self.clock.monotonic() + self.timing.tail
        self.changed.set()

    def doubtful(self, key: tuple[str, ...]) -> bool:
        with self.lock:
            return key in self.wishes and not self.wishes[key].met

    def stop(self) -> None:
        with self.lock:
            self.stopping, self.off_at = True, 0.0
            self.wishes.clear()
        self.changed.set()

    def join(self, timeout: float) -> None:
        if self.thread is not None:
            self.thread.join(timeout)

    def _work(self) -> None:
        while True:
            self.changed.clear()
            with self.lock:
                now = self.clock.monotonic()
                due = [wish for wish in self.wishes.values() if wish.at <= now and not wish.tried]
                off = self.is_on and not self.wishes and self.off_at <= now
                over = self.stopping and not self.is_on
                wait = self._until_next(now)
            if due:
                self._switch_on(due)
            elif off:
                self._switch_off()
            elif over:
                return
            else:
                self.clock.wait(self.changed, wait)

    def _until_next(self, now: float) -> float:
        """Seconds until something is to be done, if nothing changes before."""
        instants = [wish.at for wish in self.wishes.values() if not wish.tried]
        if self.is_on and not self.wishes:
            instants.append(self.off_at)
        return max(0.0, min(instants, default=now + _NOTHING_DUE_S) - now)

    def _switch_on(self, due: list[_Wish]) -> None:
        """For a sounding that follows another without a pause it is on already."""
        done = self.lit or self._run(self.switch.on, _("on"))
        with self.lock:
            self.is_on, self.lit = True, done
            for wish in due:
                wish.tried, wish.met = True, done

    def _switch_off(self) -> None:
        self._run(self.switch.off, _("off"))
        with self.lock:
            self.is_on = self.lit = False

    def _run(self, hook: Hook | None, way: str) -> bool:
        """Whether it is done. What hangs is left behind in its own thread."""
        if hook is None:
            return True
        problem: list[str] = [_("no answer")]
        runner = threading.Thread(target=self._call, args=(hook, problem), daemon=True)
        runner.start()
        runner.join(self.timing.longest + 1.0)
        if not problem:
            return True
        name = self.hamlet or _("the station")
        words = _("The amplifier of {name} could not be switched {way}: {problem}")
        _log.warning("event=hook amplifier=%s trouble=%s", self.hamlet, problem[0])
        self.notice(words.format(name=name, way=way, problem=problem[0]))
        return False

    def _call(self, hook: Hook, problem: list[str]) -> None:
        try:
            told = hook.run(self.timing.longest)
        except BroadcasterError as error:
            problem[0] = str(error)
        except Exception as error:  # noqa: BLE001 (the top of a thread)
            _log.exception("event=hook amplifier=%s", self.hamlet)
            problem[0] = repr(error)
        else:
            problem.clear()
            _log.info("event=hook amplifier=%s done=%s told=%s", self.hamlet, hook, told)
