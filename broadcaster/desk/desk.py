"""The desk: all that people do with a station, and what is made ready for the air."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from broadcaster.clock import Clock
from broadcaster.desk.alerts import Alerts
from broadcaster.desk.bench import Bench, DeskRules, Studio
from broadcaster.desk.bulletins import Bulletins
from broadcaster.desk.channels import Channels
from broadcaster.desk.contests import Contests
from broadcaster.desk.editions import Editions
from broadcaster.desk.emergencies import Emergencies
from broadcaster.desk.housekeeping import Housekeeping
from broadcaster.desk.inbox import Inbox
from broadcaster.desk.limits import Limits
from broadcaster.desk.meetings import Meetings
from broadcaster.desk.outlook import Outlooks
from broadcaster.desk.ports import DeskStore
from broadcaster.desk.profiles import Profiles
from broadcaster.desk.queue import Queue
from broadcaster.desk.recording import Recording
from broadcaster.desk.rehearsal import Rehearsal
from broadcaster.desk.rounds import Booth, Rounds
from broadcaster.desk.scripts import Scripts
from broadcaster.desk.slots import Slots
from broadcaster.desk.why import Why
from broadcaster.documents import load
from broadcaster.reading.reading import Reading
from broadcaster.voices.voice import VoiceStatus


class Desk:
    """One part per concern. `by` always names a known person (NotFound: nobody is called so)."""

    def __init__(
        self,
        store: DeskStore,
        *,
        read: Callable[[str, str], Reading],
        studio: Studio,
        rules: DeskRules,
        clock: Clock,
        folder: Path,
        better_voices: Callable[[str], Sequence[VoiceStatus]] = lambda _spoke: (),
        offline_voices: Sequence[str] = (),
        booth: Booth | None = None,
    ) -> None:
        """`booth`: where emergencies are made; None: in the same studio as all else."""
        bench = Bench(store, read, studio, rules, clock, folder, better_voices, offline_voices)
        limits = Limits(bench)
        self.bulletins = Bulletins(bench)
        self.editions = Editions(bench, self.bulletins)
        self.scripts = Scripts(bench, self.editions)
        self.contests = Contests(bench, self.scripts)
        self.meetings = Meetings(bench)
        self.channels = Channels(bench)
        self.recording = Recording(bench, self.editions)
        self.queue = Queue(bench, self.editions, limits)
        self.slots = Slots(bench, self.editions, limits)
        self.profiles = Profiles(bench, self.editions)
        self.rehearsal = Rehearsal(bench, self.bulletins)
        self.rounds = Rounds(bench, booth or Booth(studio, studio, studio))
        self.emergency = Emergencies(bench, self.rounds)
        self.alerts = Alerts(bench)
        self.inbox = Inbox(bench, self.scripts, load)
        self.housekeeping = Housekeeping(bench, self.editions)
        self.outlook = Outlooks(bench, self.editions)
        self.why = Why(bench, self.editions, self.outlook)
