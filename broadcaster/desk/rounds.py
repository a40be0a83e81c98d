"""Emergencies that are on: their siren kept ready, their words spoken, round after round booked.

The daemon calls `tend` and `speak` every second, each in a thread of its own: a voice that takes its time, or
none, never keeps the siren from sounding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from broadcaster.desk.bench import Bench, Studio
from broadcaster.desk.bulletins import Bulletins
from broadcaster.desk.emergency import Emergency, EmergencyState, Round
from broadcaster.errors import BroadcasterError
from broadcaster.language import _
from broadcaster.production.bulletin import Bulletin, FormName, Item, Programme

LEAD = timedelta(seconds=1.3)
"""From booking to the first sample: the player looks five times a second and needs 0.8 s."""
_NEAR = timedelta(seconds=3)
"""How long before the siren ends it is sure that it sounds once more."""
_BREATH = timedelta(seconds=0.6)
"""Between the siren and the words: what the player needs to begin them whole."""
_PAUSE = timedelta(seconds=2)
_SOON = timedelta(seconds=10)
"""A round that is so near is not brought forward."""
_RETRY = timedelta(seconds=30)
_LOOK_APART = timedelta(minutes=1)
_SPEECH_S = 60.0
_SIREN_TITLE = "Còi báo động"
_DRILL = "Đây là diễn tập, không phải tình huống thật."


@dataclass(frozen=True)
class Booth:
    """Studios whose only voice needs no network."""

    siren: Studio
    """Makes what an emergency begins with, up to its first word."""
    words: Studio
    """Makes the rest."""
    whole: Studio


class Rounds:
    def __init__(self, bench: Bench, booth: Booth) -> None:
        self._bench = bench
        self._store = bench.store
        self._siren = Bulletins(replace(bench, studio=booth.siren))
        self._words = Bulletins(replace(bench, studio=booth.words))
        self._whole = Bulletins(replace(bench, studio=booth.whole))
        self._tried = dict[str, datetime]()
        self._looked: datetime | None = None
        """When the siren was last seen to."""

    def ready_siren(self) -> Bulletin:
        """The siren that an emergency begins with; made, if it is not there or its form has changed.

        Raises ProductionError and StoreError.
        """
        programme = self._programme(_SIREN_TITLE, (_SIREN_TITLE,))
        siren = self._siren.obtain(programme, _SIREN_TITLE, 0.0)
        kept = self._store.siren()
        if kept is None or kept.sha256 != siren.sha256:
            self._store.keep_siren(siren.sha256)
        return siren

    def siren_problem(self) -> str:
        """Why an emergency could not begin at once; "" when its siren lies ready."""
        siren = self._store.siren()
        if siren is None:
            return _("The siren of emergencies was never made: start the daemon once")
        if not self._siren.has(siren.sha256):
            return _("The file of the siren is gone: {file}. Start the daemon: it makes another").format(
                file=siren.file_name
            )
        return ""

    def tend(self, now: datetime) -> tuple[str, ...]:
        """Book what each emergency that is on sounds next, and end what has had its time. Never makes
        speech. What a person should know."""
        return tuple(
            told
            for emergency in self._store.emergencies(EmergencyState.ON)
            for told in self._tended(emergency, now)
        )

    def speak(self, now: datetime) -> tuple[str, ...]:
        """Make the siren (seen to once a minute), and the words of each emergency that is on, newest first,
        if they are not there. What a person should know."""
        told = list[str]()
        if self._looked is None or now - self._looked >= _LOOK_APART:
            self._looked = now
            try:
                self.ready_siren()
            except BroadcasterError as error:
                told.append(_("The siren of emergencies cannot be made: {problem}").format(problem=error))
        for emergency in self._store.emergencies(EmergencyState.ON):
            if self._is_to_be_spoken(emergency, now):
                told.append(self._spoken(emergency))
        return tuple(told)

    def _tended(self, emergency: Emergency, now: datetime) -> Iterator[str]:
        last = self._store.last_round(emergency.id, now)
        if now >= emergency.until or _was_once(emergency, last, now):
            self._store.end_emergency(emergency.id, EmergencyState.EXPIRED, by="", now=now)
            yield _("{code} is over: {title}").format(code=emergency.code, title=emergency.title)
            return
        coming = next_round(emergency, last, now)
        if coming is None:
            return
        starts_at, bulletin = coming
        after = last.starts_at if last else None
        self._store.book_round(emergency.id, starts_at, bulletin, after=after, now=now)

    def _is_to_be_spoken(self, emergency: Emergency, now: datetime) -> bool:
        if emergency.trouble and now - self._tried.get(emergency.id, now - _RETRY) < _RETRY:
            return False
        return not (self._words.has(emergency.words) and self._whole.has(emergency.whole))

    def _spoken(self, emergency: Emergency) -> str:
        """Its words first: they follow the siren that sounds already."""
        self._tried[emergency.id] = self._bench.now()
        try:
            reading = self._bench.read(emergency.text, "")
            programme = self._programme(emergency.title, _lines(emergency, reading.spoken))
            words = self._words.obtain(programme, emergency.title, _SPEECH_S)
            self._keep(emergency, reading.spoken, words.sha256)
            whole = self._whole.obtain(programme, emergency.title, _SPEECH_S)
            self._keep(emergency, reading.spoken, words.sha256, whole.sha256)
        except BroadcasterError as error:
            self._keep(emergency, "", trouble=str(error))
            return _(
                "EMERGENCY {code}: the words cannot be spoken, the siren alone sounds: {problem}"
            ).format(code=emergency.code, problem=error)
        return _("{code}: the words are spoken: {seconds} s").format(
            code=emergency.code, seconds=round(words.length / 1000)
        )

    def _keep(
        self, emergency: Emergency, spoken: str, words: str = "", whole: str = "", trouble: str = ""
    ) -> None:
        self._store.speak_emergency(emergency, spoken=spoken, words=words, whole=whole, trouble=trouble)

    def _programme(self, title: str, lines: tuple[str, ...]) -> Programme:
        return Programme(FormName.EMERGENCY, self._bench.rules.station, (Item(title, lines),))


def next_round(emergency: Emergency, last: Round | None, now: datetime) -> tuple[datetime, str] | None:
    """(start, bulletin) of what is to be booked now after `last`; None: nothing yet.

    The siren sounds on until the words are there; they follow it at its end. Then siren and words sound
    together, from start to start in `repeat_s`, or as soon as may be where another emergency cut in.
    """
    if last is None:
        return now + LEAD, emergency.siren
    coming = _after(emergency, last, now)
    if coming is None:
        return None
    start, audio = coming
    if not audio and not emergency.trouble and start - now > _NEAR:
        return None
    start = max(start, now + LEAD)
    return (start, audio or emergency.siren) if start < emergency.until else None


def _after(emergency: Emergency, last: Round, now: datetime) -> tuple[datetime, str] | None:
    """(start, wanted audio) of what follows `last`; the audio may not be there yet."""
    end = last.starts_at + timedelta(milliseconds=last.length)
    if last.bulletin == emergency.siren and not emergency.trouble:
        return end + _BREATH, emergency.words
    if last.cut and not now < last.starts_at <= now + _SOON:
        return now, emergency.whole
    if last.starts_at > now or not emergency.repeat_s:
        return None
    return max(last.starts_at + timedelta(seconds=emergency.repeat_s), end + _PAUSE), emergency.whole


def _was_once(emergency: Emergency, last: Round | None, now: datetime) -> bool:
    """Whether it was to sound once, and has."""
    if emergency.repeat_s or last is None or last.cut:
        return False
    said = last.bulletin != emergency.siren or bool(emergency.trouble)
    return said and now >= last.starts_at + timedelta(milliseconds=last.length)


def _lines(emergency: Emergency, spoken: str) -> tuple[str, ...]:
    lines = tuple(line for line in spoken.split("\n") if line.strip())
    return (_DRILL, *lines, _DRILL) if emergency.drill else lines
