"""Opens a station folder and wires its parts: the only place that chooses concrete ones."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from broadcaster import config
from broadcaster.alarms.alarm import Channel
from broadcaster.alarms.bell import Bell, Sender
from broadcaster.alarms.mail import Mail
from broadcaster.audio import Format
from broadcaster.clock import Clock, SystemClock
from broadcaster.config import Settings
from broadcaster.desk import Desk, DeskRules
from broadcaster.desk.rounds import Booth
from broadcaster.desk.script import ScriptKind
from broadcaster.desk.scripts import TakenIn
from broadcaster.documents import load
from broadcaster.errors import ConfigError, StationError
from broadcaster.language import _
from broadcaster.playout.airing import Airing
from broadcaster.playout.outputs.opening import Outputs
from broadcaster.playout.position import expired
from broadcaster.production.siren import Nobody, SirenStudio, WordsStudio
from broadcaster.production.studio import Studio, StudioSettings
from broadcaster.reading import VERSION, Lexicon, Reading, Style, front_matter_rows
from broadcaster.reading import read as read_aloud
from broadcaster.station.sound import SoundParts
from broadcaster.station.store import BACKUPS, open_store
from broadcaster.store import Store
from broadcaster.timetable import reasons
from broadcaster.timetable.calendar import Calendar
from broadcaster.timetable.policy import Policy, refusal
from broadcaster.timetable.relays import relay_on
from broadcaster.timetable.slot import Priority, SlotKind
from broadcaster.units import Decibels, Lufs, Milliseconds
from broadcaster.voices import (
    ClipCache,
    EspeakVoice,
    GttsVoice,
    Pauses,
    PiperVoice,
    Recordings,
    Role,
    Speaker,
    Voice,
)

LEXICON = "lexicon.tsv"
_MEGABYTE = 1_000_000


class Station:
    """One commune's radio in one folder. Parts are made when first asked for; `close` gives them back."""

    def __init__(self, folder: Path, clock: Clock | None = None, settings: Settings | None = None) -> None:
        self.folder = folder.resolve()
        self.clock: Clock = clock or SystemClock()
        self.settings = settings or _settings_of(self.folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back the database and the voices, if they were opened."""
        for part in ("speaker", "offline_speaker", "store"):
            if part in self.__dict__:
                self.__dict__.pop(part).close()

    @property
    def audio_out(self) -> Path:
        return self.folder / "audio_out"

    @property
    def inbox(self) -> Path:
        return self.folder / "scripts" / "inbox"

    @property
    def backups(self) -> Path:
        return self.folder / BACKUPS

    @property
    def spoken_name(self) -> str:
        """ "xã Tân Hưng"."""
        return f"{self.settings.station.kind} {self.settings.station.name}"

    @cached_property
    def store(self) -> Store:
        return open_store(self.folder, self.settings.store, self.clock)

    @cached_property
    def lexicon(self) -> Lexicon:
        return Lexicon.in_folder(self.folder)

    @cached_property
    def style(self) -> Style:
        return Style(**self.settings.reading.model_dump())

    def read(self, text: str, words: str = "") -> Reading:
        """`text` as this station says it; `words`: the lexicon rows of its front matter."""
        own = front_matter_rows(words)
        lexicon = Lexicon.in_folder(self.folder, own) if own else self.lexicon
        return read_aloud(text, lexicon, self.style)

    def take_in(
        self,
        path: Path,
        *,
        author: str = "",
        kind: ScriptKind | None = None,
        expires: date | None = None,
        encoding: str | None = None,
        key: bool = False,
    ) -> TakenIn:
        """The written file as a draft at the desk. Raises DocumentError and what the desk raises."""
        document = load(path, encoding=encoding)
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return self.desk.scripts.add(document, sha256, author=author, kind=kind, expires=expires, key=key)

    @cached_property
    def speaker(self) -> Speaker:
        return self._speaker(self.settings.voices.ladder)

    @cached_property
    def offline_speaker(self) -> Speaker:
        """espeak alone, in a process of its own, whatever the ladder says: nothing holds up an emergency."""
        return self._speaker(("espeak",))

    def _speaker(self, ladder: Iterable[str]) -> Speaker:
        voices, storage = self.settings.voices, self.settings.storage
        cache = ClipCache(
            self.folder / "cache",
            max_bytes=storage.cache_mb * _MEGABYTE,
            max_days=storage.cache_days,
            clock=self.clock,
        )
        pauses = Pauses(
            sentence=Milliseconds(voices.sentence_pause_ms),
            clause=Milliseconds(voices.clause_pause_ms),
            paragraph=Milliseconds(voices.paragraph_pause_ms),
        )
        wanted = [self._voice(name) for name in ladder]
        return Speaker(wanted, cache, pauses, self.clock, reading_version=VERSION, recordings=self.recordings)

    @cached_property
    def recordings(self) -> Recordings:
        return Recordings(self.folder)

    def _voice(self, name: str) -> Voice:
        voices = self.settings.voices
        if name == "gtts":
            return GttsVoice(
                tld=voices.gtts_tld,
                slow=voices.gtts_slow,
                per_second=voices.gtts_per_second,
                ca_file=voices.ca_file and self.folder / voices.ca_file,
                clock=self.clock,
            )
        if name == "piper":
            return self._piper()
        return EspeakVoice(
            voice=voices.espeak_voice,
            rate=voices.espeak_rate,
            pitch=voices.espeak_pitch,
            second=voices.espeak_second,
            clock=self.clock,
        )

    def _piper(self) -> Voice:
        model = self.settings.voices.piper_model
        if model is None:
            raise ConfigError(
                _("The ladder has the voice piper, but no model is named"),
                config.FILE_NAME,
                _('Add to [voices]: piper_model = "PATH.onnx"'),
            )
        voices = self.settings.voices
        role = Role.WOMAN if voices.piper_sounds_like == "woman" else Role.MAN
        return PiperVoice(self.folder / model, pace=voices.piper_pace, role=role)

    @cached_property
    def studio(self) -> Studio:
        return Studio(self.speaker, self._studio_settings(forgiving=True), self.audio_out)

    def studio_for(self, folder: Path, format: Format | None = None) -> Studio:
        """A studio for previews, whose bulletins go to `folder`; a jingle that cannot be used is an error."""
        return Studio(self.speaker, self._studio_settings(format), folder)

    @cached_property
    def booth(self) -> Booth:
        """Where emergencies are made."""
        settings, speaker = self._studio_settings(forgiving=True), self.offline_speaker
        return Booth(
            siren=SirenStudio(Nobody(), settings, self.audio_out),
            words=WordsStudio(speaker, settings, self.audio_out),
            whole=Studio(speaker, settings, self.audio_out),
        )

    def _studio_settings(self, format: Format | None = None, *, forgiving: bool = False) -> StudioSettings:
        made = self.settings.production
        return StudioSettings(
            format=format or made.format,
            loudness=Lufs(made.loudness_lufs),
            true_peak=Decibels(made.true_peak_dbtp),
            voice_settings=self._voice_settings(),
            chime=self.folder / made.chime,
            opening=self.folder / made.opening,
            separator=self.folder / made.separator,
            closing=self.folder / made.closing,
            siren=self.folder / made.siren,
            bed=self.folder / made.bed,
            band_hz=made.band_hz,
            folder=self.folder,
            forgiving=forgiving,
            paragraph_pause=Milliseconds(self.settings.voices.paragraph_pause_ms),
        )

    def _voice_settings(self) -> str:
        """What of the settings shapes every voice's sound, as one short word for recipes."""
        chosen = self.settings.voices.model_dump(
            mode="json", exclude={"deadline_s", "gtts_per_second", "ca_file", "retry_minutes"}
        )
        return hashlib.sha256(json.dumps(chosen, sort_keys=True).encode()).hexdigest()

    @cached_property
    def policy(self) -> Policy:
        rules = self.settings.policy
        days = {"days_off": frozenset(rules.days_off), "working_days": frozenset(rules.working_days)}
        return Policy(**rules.model_dump() | days)

    @cached_property
    def desk(self) -> Desk:
        return Desk(
            self.store,
            read=self.read,
            studio=self.studio,
            rules=DeskRules(
                zone=self.settings.station.zone,
                policy=self.policy,
                station=self.spoken_name,
                self_approval=self.settings.station.self_approval,
                speech_s=self.settings.voices.deadline_s,
                retry=timedelta(minutes=self.settings.voices.retry_minutes),
            ),
            clock=self.clock,
            folder=self.folder,
            better_voices=self.speaker.better_than,
            offline_voices=self.speaker.offline,
            booth=self.booth,
        )

    @cached_property
    def bell(self) -> Bell:
        """What alarms the operator."""
        settings, name = self.settings.alarms, self.spoken_name
        senders: dict[Channel, Sender] = {}
        if settings.webhook:
            from broadcaster.alarms.web import Webhook  # slow to load, and most stations have none

            senders[Channel.WEBHOOK] = Webhook(settings, name, self.folder)
        if settings.mail_host:
            senders[Channel.MAIL] = Mail(settings, name, self.store.station_id, self.folder, self.clock)
        return Bell(
            self.store,
            senders,
            clock=self.clock,
            zone=self.settings.station.zone,
            kinds=settings.kinds,
            apart=timedelta(minutes=settings.apart_minutes),
        )

    def outputs(self, notice: Callable[[str], None]) -> Outputs:
        """The station's outputs; `notice` hears when a file stands in for a sound card."""
        return self.sound.outputs(notice)

    @cached_property
    def sound(self) -> SoundParts:
        return SoundParts(self.settings, self.clock, self.audio_out, self.store)

    def calendar(self) -> Calendar:
        """Holidays as the station has set them, and the day profiles that are stamped."""
        return self.policy.calendar(self.store.profile_days())

    def may_air(self, airing: Airing) -> str:
        """Why the station's rules keep an airing off the air at this moment; "" when they do not.

        Of emergencies, only drills ask: a drill is judged like any programme.
        """
        now = self.clock.now()
        if why := expired(airing, now):
            return why
        day = max(now, airing.starts_at).astimezone(self.settings.station.zone).date()
        if self.store.too_early(airing.id, day):
            return reasons.TOO_EARLY
        kind, priority = airing.kind, airing.priority
        if kind is SlotKind.EMERGENCY:
            if not self.store.is_drill(airing.slot_code):
                return ""
            kind, priority = SlotKind.PROGRAMME, Priority.ROUTINE
        if why := self._relay_meanwhile(airing):
            return why
        starts_at = airing.starts_at.astimezone(self.settings.station.zone)
        today = datetime.combine(starts_at.date(), time(), starts_at.tzinfo)
        heard = sum(
            line.seconds_played
            for line in self.store.as_run(today, starts_at)
            if line.hamlet == airing.hamlet.code and line.kind is SlotKind.PROGRAMME
        )
        limited = self.policy.repeats_per_day is not None
        return refusal(
            *(self.policy, airing.hamlet, kind, priority, starts_at, airing.length, heard / 60),
            times_heard_today=self.store.times_heard(airing.id, today) if limited else 0,
            calendar=self.calendar(),
        )

    def _relay_meanwhile(self, airing: Airing) -> str:
        """Why a late airing would sound into a relay; on time, the timetable keeps them apart."""
        now = self.clock.now()
        if airing.kind is not SlotKind.PROGRAMME or now - airing.starts_at < timedelta(seconds=1):
            return ""
        zone = self.settings.station.zone
        today, day = now.astimezone(zone).date(), timedelta(days=1)
        slots = self.store.slots(today - day, today + day)
        relayed = relay_on(now, airing.hamlet.id, slots, zone, self.calendar())
        return f"{reasons.RELAY} {relayed}" if relayed else ""


def _settings_of(folder: Path) -> Settings:
    if not (folder / config.FILE_NAME).is_file():
        raise StationError(
            _("There is no station here"),
            str(folder),
            _("Make one with: broadcaster init, or name its folder with --station"),
        )
    return config.load(folder / config.FILE_NAME)
