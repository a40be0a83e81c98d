"""Audio that is lost, damaged or expired between fixing and air: what sounds instead, and what the log says.

The ladder is walked by a real player on a real database and real files; what was heard is decoded again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import soundfile

from broadcaster.audio import RATE, decode, samples
from broadcaster.clock import SystemClock, TurnedClock
from broadcaster.desk.ports import StandBy
from broadcaster.desk.script import Person
from broadcaster.playout.airing import Airing, AsRun, Fallback, Outcome
from broadcaster.playout.outputs.opening import Outputs
from broadcaster.playout.outputs.output import Block
from broadcaster.playout.playout import Playout
from broadcaster.playout.position import Ending, expired
from broadcaster.playout.preparation import Preparation
from broadcaster.playout.reasons import BEGAN_LATE, shown
from broadcaster.production.bulletin import Bulletin
from broadcaster.store import Store
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.rung import Rung
from broadcaster.timetable.slot import Priority, Slot, SlotKind
from broadcaster.units import Decibels, Lufs, Milliseconds
from tests.contracts import desk_store
from tests.kit import until
from tests.playout.conftest import Rig, tone

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
OWN = "bulletin"
SECONDS = {OWN: 2.0, Rung.VOICE: 1.6, Rung.LAST: 1.4, Rung.SLOGAN: 1.2}
Spoil = Callable[[Path], object]


def corrupt(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 0xFF
    path.write_bytes(whole)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@dataclass(frozen=True)
class Disaster:
    name: str
    heard: str
    """The rung; empty: nothing."""
    outcome: Outcome
    reason: str
    """How the as-run reason is made, NAME standing for the file of a rung."""
    spoiled: dict[str, Spoil] = field(default_factory=dict)
    made: bool = True
    queued: bool = True
    has_expired: tuple[str, ...] = ()


DISASTERS = (
    Disaster("nothing happens", OWN, Outcome.AIRED, ""),
    Disaster(
        "deleted",
        Rung.VOICE,
        Outcome.AIRED,
        "audio file missing: BULLETIN; fallback: offline voice",
        {OWN: Path.unlink},
    ),
    Disaster(
        "corrupted",
        Rung.VOICE,
        Outcome.AIRED,
        "audio file damaged: BULLETIN; fallback: offline voice",
        {OWN: corrupt},
    ),
    Disaster(
        "truncated",
        Rung.VOICE,
        Outcome.AIRED,
        "audio file damaged: BULLETIN; fallback: offline voice",
        {OWN: truncate},
    ),
    Disaster("never made", Rung.VOICE, Outcome.AIRED, "no audio ready; fallback: offline voice", made=False),
    Disaster(
        "the spare is damaged too",
        Rung.LAST,
        Outcome.AIRED,
        "audio file missing: BULLETIN; audio file damaged: OFFLINE VOICE; fallback: last edition",
        {OWN: Path.unlink, Rung.VOICE: truncate},
    ),
    Disaster(
        "only a slogan is left",
        Rung.SLOGAN,
        Outcome.AIRED,
        "audio file missing: BULLETIN; audio file missing: OFFLINE VOICE; audio file damaged: LAST EDITION;"
        " fallback: slogan",
        {OWN: Path.unlink, Rung.VOICE: Path.unlink, Rung.LAST: corrupt},
    ),
    Disaster(
        "its scripts have expired",
        Rung.LAST,
        Outcome.AIRED,
        "expired; fallback: last edition",
        has_expired=(OWN, Rung.VOICE),
    ),
    Disaster(
        "nothing is left",
        "",
        Outcome.FAILED,
        "audio file missing: BULLETIN; audio file missing: OFFLINE VOICE; audio file missing: LAST EDITION;"
        " expired",
        dict.fromkeys((OWN, Rung.VOICE, Rung.LAST), Path.unlink),
        has_expired=(Rung.SLOGAN,),
    ),
    Disaster("nothing was queued", "", Outcome.SKIPPED, "nothing queued", queued=False),
)


@dataclass
class Edition:
    disaster: Disaster
    hamlet: str
    audio: dict[str, Bulletin]
    """By rung."""
    sounds: dict[str, Block]


@dataclass
class Commune:
    """As many hamlets as there are disasters, each with an edition of its own, all in the same second."""

    folder: Path
    store: Store
    editions: list[Edition]
    lines: dict[str, AsRun]

    def of(self, disaster: Disaster) -> tuple[Edition, AsRun, Block | None]:
        """Its edition, its line of the log, and what was heard."""
        edition = next(edition for edition in self.editions if edition.disaster is disaster)
        takes = sorted((self.folder / edition.hamlet).glob("*.wav"))
        heard = np.concatenate([samples(decode(take)) for take in takes]) if takes else None
        return edition, self.lines[edition.hamlet], heard


def furnished(commune: Commune, number: int, disaster: Disaster, now: datetime) -> Edition:
    audio, sounds = {}, {}
    for pitch, (rung, seconds) in enumerate(SECONDS.items()):
        sound = tone(seconds, 300.0 + 100 * pitch + 7 * number)
        path = commune.folder / "new.wav"
        soundfile.write(path, sound, RATE, subtype="PCM_16")
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        path.rename(commune.folder / f"{sha256}.wav")
        length = Milliseconds(round(seconds * 1000))
        voice = "gtts" if rung == OWN else f"voice of the {rung}"
        made = Bulletin(sha256, f"{sha256}.wav", length, voice, rung, Lufs(-16), Decibels(-1))
        commune.store.add_bulletin(made, rung, now=now)
        audio[rung], sounds[rung] = made, sound
    hamlet = Hamlet(f"h{number}", f"ap-{number}", f"Ấp {number}")
    commune.store.save_hamlet(hamlet, by="", now=now)
    return Edition(disaster, hamlet.code, audio, sounds)


def book(store: Store, editions: list[Edition], starts_at: datetime, now: datetime) -> None:
    store.add_person(Person("lan", "Lan"), by="", now=now)
    written = desk_store.script("bai")
    store.add_script(written, by="Lan", now=now)
    slots = [
        Slot(f"slot {e.hamlet}", e.hamlet, e.hamlet, time_of_day(5, 30), (f"h{number}",))
        for number, e in enumerate(editions)
    ]
    for slot in slots:
        store.save_slot(slot, by="Lan", now=now)
    planned = [
        desk_store.plan(slot, starts_at, [written.id] if e.disaster.queued else [])
        for slot, e in zip(slots, editions, strict=True)
    ]
    store.reconcile(planned, now=now, until=now + timedelta(days=1))
    stored = {edition.slot.code: edition.id for edition in store.editions(now, now + timedelta(days=1))}
    for edition in editions:
        disaster, id_ = edition.disaster, stored[edition.hamlet]
        ends = {rung: now if rung in disaster.has_expired else None for rung in SECONDS}
        if disaster.queued:
            own = edition.audio[OWN].sha256 if disaster.made else ""
            store.fix(id_, [written.id], "Bản tin", own, until=ends[OWN], now=now)
        store.stand_by(id_, [StandBy(rung, edition.audio[rung].sha256, ends[rung]) for rung in Rung])


@pytest.fixture(scope="module")
def commune(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commune]:
    """After its second."""
    clock, folder = SystemClock(), tmp_path_factory.mktemp("commune")
    store = Store.open(folder / "schedules.db", clock=clock, create=True)
    commune = Commune(folder, store, [], {})
    for number, disaster in enumerate(DISASTERS):
        commune.editions.append(furnished(commune, number, disaster, clock.now()))
    starts_at = clock.now() + timedelta(seconds=6)
    book(store, commune.editions, starts_at, clock.now())
    for edition in commune.editions:
        for rung, spoil in edition.disaster.spoiled.items():
            spoil(folder / edition.audio[rung].file_name)
    playout = Playout(
        store,
        clock=clock,
        audio_out=folder,
        open_output=Outputs(folder, clock, ZONE).open,
        may_air=lambda airing: expired(airing, clock.now()),
        on_end=lambda _airing, _outcome, _reason: None,
        on_change=lambda: None,
        on_notice=lambda _words: None,
    )
    playout.start()

    def ended() -> bool:
        lines = store.as_run(starts_at - timedelta(seconds=1), starts_at + timedelta(seconds=1))
        commune.lines = {line.hamlet: line for line in lines}
        return len(lines) == len(DISASTERS)

    until(ended, 60, "every airing's end")
    playout.stop(5.0)
    yield commune
    store.close()


@pytest.mark.parametrize("disaster", DISASTERS, ids=lambda disaster: disaster.name)
def test_the_best_that_is_whole_and_valid_sounds_and_the_log_says_what(
    commune: Commune, disaster: Disaster
) -> None:
    edition, line, heard = commune.of(disaster)
    reason = disaster.reason
    for rung, bulletin in edition.audio.items():
        reason = reason.replace(rung.upper(), bulletin.file_name)

    said = [part for part in line.reason.split("; ") if not part.startswith(BEGAN_LATE)]  # a busy machine
    assert (line.outcome, "; ".join(said)) == (disaster.outcome, reason)
    if not disaster.heard:
        assert heard is None
        assert (line.seconds_played, line.started_at) == (0.0, None)
        return
    sounded = edition.audio[disaster.heard]
    assert heard is not None
    np.testing.assert_array_equal(heard, edition.sounds[disaster.heard])
    assert (line.bulletin, line.voice) == (sounded.sha256, sounded.voice)
    assert line.seconds_planned == line.seconds_played == SECONDS[disaster.heard]


def test_the_reason_is_told_in_words(commune: Commune) -> None:
    line = commune.of(DISASTERS[6])[1]

    assert shown(line.reason).endswith("instead sounded a slogan")


def stand_by(rig: Rig, sound: Block, why: str = Rung.LAST, end: datetime | None = None) -> Fallback:
    sha256, file_name = rig.audio(sound)
    length = Milliseconds(len(sound) * 1000 // RATE)
    return Fallback(sha256, file_name, length, "espeak", why, end)


def test_what_was_killed_goes_on_with_the_audio_that_it_began_with(rig: Rig) -> None:
    """A fallback had begun; the bulletin itself is there again when the player comes back."""
    own, other = tone(20.0), tone(16.0, 700.0)
    fallback = stand_by(rig, other)
    airing = rig.book(-3.0, own, fallbacks=(fallback,))
    rig.ledger.claim(rig.clock.now(), rig.clock.now())
    why = "audio file missing: x; fallback: last edition"
    rig.ledger.begin([airing.id], airing.starts_at, Milliseconds(0), fallback.bulletin, why)
    rig.ledger.mark([airing.id], Milliseconds(3_000))

    rig.start()
    rig.wait(lambda: bool(rig.takes()) and len(rig.takes()[0].samples) > RATE // 2)
    rig.stop()

    take = rig.takes()[0]
    np.testing.assert_array_equal(take.samples[:5000], other[take.take.position :][:5000])
    line = rig.outcome(airing)
    assert (line.bulletin, line.voice, line.seconds_planned) == (fallback.bulletin, "espeak", 16.0)
    assert line.outcome is Outcome.PARTIAL
    assert line.reason.startswith(why)


def test_what_was_killed_never_goes_on_with_other_audio(rig: Rig) -> None:
    airing = rig.book(-3.0, tone(20.0), fallbacks=(stand_by(rig, tone(16.0, 700.0)),))
    rig.ledger.claim(rig.clock.now(), rig.clock.now())
    rig.ledger.begin([airing.id], airing.starts_at, Milliseconds(0), airing.bulletin)
    rig.ledger.mark([airing.id], Milliseconds(3_000))
    (rig.folder / airing.file_name).unlink()

    rig.start()

    line = rig.outcome(airing)
    assert (line.outcome, line.bulletin) == (Outcome.PARTIAL, airing.bulletin)
    assert "audio file missing" in line.reason
    assert rig.takes() == []


def test_nothing_stops_what_plays_for_an_emergency_all_of_whose_audio_is_lost(rig: Rig) -> None:
    urgent: dict[str, Any] = {"priority": Priority.EMERGENCY, "kind": SlotKind.EMERGENCY}
    playing = rig.book(0.8, tone(2.5))
    lost = replace(stand_by(rig, tone(0.6, 900.0)), file_name="gone.wav")
    silent = rig.book(1.6, tone(0.5), file_name="gone.mp3", fallbacks=(lost,), **urgent)
    rig.start()

    assert rig.outcome(silent, 10).outcome is Outcome.FAILED
    line = rig.outcome(playing, 10)
    assert (line.outcome, line.seconds_played) == (Outcome.AIRED, 2.5)


def test_an_emergency_with_a_fallback_does_stop_it(rig: Rig) -> None:
    urgent: dict[str, Any] = {"priority": Priority.EMERGENCY, "kind": SlotKind.EMERGENCY}
    spare = stand_by(rig, tone(0.6, 900.0), Rung.VOICE)
    playing = rig.book(0.8, tone(14.0))
    siren = rig.book(1.9, tone(0.5), file_name="gone.mp3", fallbacks=(spare,), **urgent)
    rig.start()

    line = rig.outcome(siren, 10)
    assert (line.outcome, line.bulletin) == (Outcome.AIRED, spare.bulletin)
    rig.stop()
    assert rig.outcome(playing).outcome is Outcome.PARTIAL


# The check at air is pure.

MIDNIGHT = datetime(2026, 12, 2, 0, 0, tzinfo=ZONE)


def late_airing(rig: Rig, **other: Any) -> Airing:
    """Due at 23:58, with an hour's tolerance."""
    starts_at = MIDNIGHT - timedelta(minutes=2)
    return replace(rig.book(0.0, tone(0.4)), starts_at=starts_at, lateness_s=3600, **other)


@pytest.mark.parametrize(
    ("minutes", "reason"), [(-2, ""), (-0.01, ""), (0, "expired"), (3, "expired"), (50, "expired")]
)
def test_a_script_does_not_begin_after_its_last_day(rig: Rig, minutes: float, reason: str) -> None:
    airing = late_airing(rig, until=MIDNIGHT)

    assert expired(airing, MIDNIGHT + timedelta(minutes=minutes)) == reason
    assert expired(replace(airing, until=None), MIDNIGHT) == ""


def test_what_begins_at_midnight_is_not_of_the_day_before(rig: Rig) -> None:
    airing = replace(late_airing(rig, until=MIDNIGHT), starts_at=MIDNIGHT)

    assert expired(airing, MIDNIGHT - timedelta(seconds=5)) == "expired"


def test_what_has_begun_on_its_last_day_may_end(rig: Rig) -> None:
    airing = late_airing(rig, until=MIDNIGHT, sounded_to=Milliseconds(60_000))

    assert expired(airing, MIDNIGHT) == ""


def test_late_after_midnight_only_what_is_still_valid_sounds(rig: Rig) -> None:
    own, spare, slogan = tone(400.0, 300.0), tone(400.0, 400.0), tone(400.0, 500.0)
    ladder = (stand_by(rig, spare, Rung.VOICE, MIDNIGHT), stand_by(rig, slogan, Rung.SLOGAN))
    booked = rig.book(0.0, own, until=MIDNIGHT, fallbacks=ladder)
    airing = replace(booked, starts_at=MIDNIGHT - timedelta(minutes=2), lateness_s=3600)

    prepared = Preparation(rig.folder, TurnedClock(MIDNIGHT + timedelta(minutes=1)), lambda: False)
    sounding = prepared.of((airing,))

    assert not isinstance(sounding, Ending)
    assert sounding.airing.bulletin == ladder[1].bulletin
    assert {member.instead for member in sounding.airings} == {"expired; fallback: slogan"}
    assert sounding.airings[0].length == 400_000


def test_a_relay_is_not_ours_and_nothing_stands_in_for_it(rig: Rig) -> None:
    airing = rig.book(0.0, tone(0.4), relay="VOV1", has_scripts=False, fallbacks=(stand_by(rig, tone(0.4)),))

    ending = Preparation(rig.folder, rig.clock, lambda: False).of((airing,))

    assert ending == Ending(Outcome.SKIPPED, "relay VOV1")
