"""What makes sound: voices, jingles, the siren, the outputs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from broadcaster.doctor import mixer
from broadcaster.doctor.finding import Finding, Level
from broadcaster.errors import BroadcasterError
from broadcaster.language import _
from broadcaster.playout import reasons
from broadcaster.playout.airing import AsRun
from broadcaster.playout.outputs.opening import FILE, SOUNDCARD, split
from broadcaster.playout.outputs.probe import sound_cards
from broadcaster.production.material import load_jingle
from broadcaster.station import Station
from broadcaster.timetable.hamlet import Hamlet

_BACK = timedelta(days=2)
_SOFTEST_DB = -20.0


def voices(station: Station) -> Iterator[Finding]:
    statuses = station.speaker.statuses()
    subject = _("Voices")
    for status in statuses:
        level = Level.GOOD if status.works else Level.WARNING
        works = _("when the line is up") if status.online else _("works")
        yield Finding(f"{subject}: {status.name}", level, status.why or works)
    if not any(status.works for status in statuses):
        yield Finding(_("Voices"), Level.FAULT, _("no voice works"), _("Install broadcaster again"))


def jingles(station: Station) -> Iterator[Finding]:
    made, faulty = station.settings.production, False
    for name in ("chime", "opening", "separator", "closing"):
        try:
            load_jingle(station.folder / getattr(made, name))
        except BroadcasterError as error:
            faulty = True
            yield Finding(_("Jingles"), Level.FAULT, f"{error.what}: {error.item}", error.todo)
    if not faulty:
        yield Finding(_("Jingles"), Level.GOOD, _("all four can be played"))


def siren(station: Station) -> Iterator[Finding]:
    problem = station.desk.rounds.siren_problem()
    todo = _("Start the daemon: it makes the siren; or correct [production] siren") if problem else ""
    level = Level.WARNING if problem else Level.GOOD
    yield Finding(_("Siren"), level, problem or _("an emergency begins with it at once"), todo)


def outputs(station: Station) -> Iterator[Finding]:
    hamlets = station.store.hamlets()
    if not hamlets:
        yield Finding(
            _("Outputs"), Level.FAULT, _("there is no hamlet"), _("Add one with: broadcaster hamlet add")
        )
    wanting = [hamlet for hamlet in hamlets if split(hamlet.output)[0] == SOUNDCARD]
    cards = sound_cards() if wanting else ()
    mute = list(_mute(station, hamlets, wanting if cards else []))
    yield from mute
    if wanting and not cards:
        yield Finding(
            _("Outputs"),
            Level.FAULT,
            _("no sound card for {hamlets}").format(hamlets=", ".join(hamlet.code for hamlet in wanting)),
            _("Plug it in; until then their sound is only written to files"),
        )
    elif hamlets and not mute:
        files = sum(split(hamlet.output)[0] == FILE for hamlet in hamlets)
        words = _("{cards} hamlets on a sound card, {files} on files").format(cards=len(wanting), files=files)
        yield Finding(_("Outputs"), Level.GOOD, words)


def _mute(station: Station, hamlets: tuple[Hamlet, ...], on_cards: list[Hamlet]) -> Iterator[Finding]:
    """What is known of outputs that are heard by nobody."""
    subject = _("Outputs")
    for hamlet in hamlets:
        if hamlet.gain_trim <= _SOFTEST_DB:
            what = _("{hamlet} is turned down to {gain} dB").format(hamlet=hamlet.code, gain=hamlet.gain_trim)
            todo = _("Turn it up: broadcaster hamlet set {hamlet} --gain 0").format(hamlet=hamlet.code)
            yield Finding(subject, Level.FAULT, what, todo)
    for device in sorted({split(hamlet.output)[1] for hamlet in on_cards}):
        if sink := mixer.silenced(device):
            what = _("the computer's mixer keeps {sink} silent").format(sink=sink)
            yield Finding(subject, Level.FAULT, what, _("Turn its volume up and take its mute off"))
    now = station.clock.now()
    last = {line.hamlet: line for line in station.store.as_run(now - _BACK, now) if line.started_at}
    for hamlet in hamlets:
        if (line := last.get(hamlet.code)) and _made_no_sound(line):
            what = _("the last airing in {hamlet} made no sound: {reason}")
            todo = _("Look at amplifier, cables and mixer; then: broadcaster hamlet test {hamlet}")
            yield Finding(
                subject,
                Level.FAULT,
                what.format(hamlet=hamlet.code, reason=reasons.shown(line.reason)),
                todo.format(hamlet=hamlet.code),
            )


def _made_no_sound(line: AsRun) -> bool:
    return any(part.startswith((reasons.NO_SOUND, reasons.NOT_HEARD)) for part in line.reason.split("; "))
