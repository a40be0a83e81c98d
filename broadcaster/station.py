"""Opens a station folder and wires its parts: the only place that chooses concrete ones."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from broadcaster import config
from broadcaster.audio import Format
from broadcaster.clock import Clock, SystemClock
from broadcaster.config import Settings
from broadcaster.desk import Desk, DeskRules
from broadcaster.desk.script import ScriptKind
from broadcaster.desk.scripts import TakenIn
from broadcaster.documents import load
from broadcaster.errors import ConfigError, StationError
from broadcaster.language import _
from broadcaster.playout.airing import Airing
from broadcaster.playout.outputs.file import Keep
from broadcaster.playout.outputs.opening import Outputs
from broadcaster.production.studio import Studio, StudioSettings
from broadcaster.reading import VERSION, Lexicon, Reading, Style, front_matter_rows
from broadcaster.reading import read as read_aloud
from broadcaster.store import Store
from broadcaster.timetable.policy import Policy, refusal
from broadcaster.timetable.slot import SlotKind
from broadcaster.units import Decibels, Lufs, Milliseconds
from broadcaster.voices import (
    ClipCache,
    EspeakVoice,
    GttsVoice,
    Pauses,
    PiperVoice,
    Recordings,
    Speaker,
    Voice,
)

DATABASE = "schedules.db"
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
        for part in ("speaker", "store"):
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
        return self.folder / "backups"

    @property
    def spoken_name(self) -> str:
        """ "xã Tân Hưng"."""
        return f"{self.settings.station.kind} {self.settings.station.name}"

    @cached_property
    def store(self) -> Store:
        return Store.open(self.folder / DATABASE, clock=self.clock, backups=self.backups)

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
    ) -> TakenIn:
        """The written file as a draft at the desk. Raises DocumentError and what the desk raises."""
        document = load(path, encoding=encoding)
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return self.desk.scripts.add(document, sha256, author=author, kind=kind, expires=expires)

    @cached_property
    def speaker(self) -> Speaker:
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
        ladder = [self._voice(name) for name in voices.ladder]
        return Speaker(ladder, cache, pauses, self.clock, reading_version=VERSION, recordings=self.recordings)

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
        return PiperVoice(self.folder / model, pace=self.settings.voices.piper_pace)

    @cached_property
    def studio(self) -> Studio:
        return self.studio_for(self.audio_out)

    def studio_for(self, folder: Path, format: Format | None = None) -> Studio:
        """A studio whose bulletins go to `folder`: the station's own, or a preview's."""
        made = self.settings.production
        settings = StudioSettings(
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
            paragraph_pause=Milliseconds(self.settings.voices.paragraph_pause_ms),
        )
        return Studio(self.speaker, settings, folder)

    def _voice_settings(self) -> str:
        """What of the settings shapes every voice's sound, as one short word for recipes."""
        chosen = self.settings.voices.model_dump(
            mode="json", exclude={"deadline_s", "gtts_per_second", "ca_file", "retry_minutes"}
        )
        return hashlib.sha256(json.dumps(chosen, sort_keys=True).encode()).hexdigest()

    @cached_property
    def policy(self) -> Policy:
        rules = self.settings.policy
        return Policy(quiet_hours=rules.quiet_hours, minutes_per_day=rules.minutes_per_day)

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
        )

    def outputs(self, notice: Callable[[str], None]) -> Outputs:
        """The station's outputs; `notice` hears when a file stands in for a sound card."""
        storage = self.settings.storage
        recordings_mb = storage.audio_mb // 2 // max(1, len(self.store.hamlets()))
        return Outputs(
            self.audio_out,
            self.clock,
            self.settings.station.zone,
            offset=Milliseconds(self.settings.playout.offset_ms),
            keep=Keep(days=storage.audio_days, megabytes=max(1, recordings_mb)),
            notice=notice,
        )

    def may_air(self, airing: Airing) -> str:
        """Why the station's rules keep an airing off the air at this moment; "" when they do not."""
        starts_at = airing.starts_at.astimezone(self.settings.station.zone)
        today = datetime.combine(starts_at.date(), time(), starts_at.tzinfo)
        heard = sum(
            line.seconds_played
            for line in self.store.as_run(today, starts_at)
            if line.hamlet == airing.hamlet.code and line.kind is SlotKind.PROGRAMME
        )
        return refusal(
            self.policy, airing.hamlet, airing.kind, airing.priority, starts_at, airing.length, heard / 60
        )


def _settings_of(folder: Path) -> Settings:
    if not (folder / config.FILE_NAME).is_file():
        raise StationError(
            _("There is no station here"),
            str(folder),
            _("Make one with: broadcaster init, or name its folder with --station"),
        )
    return config.load(folder / config.FILE_NAME)
