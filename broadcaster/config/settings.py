"""broadcaster.toml → strict settings. Every mistake is reported at once, with "did you mean".

Each section is one frozen model; a default stands for whatever the file leaves out.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from broadcaster.config.hooks import Hooks as HookSettings
from broadcaster.config.network import Network as NetworkSettings
from broadcaster.config.store import Store as StoreSettings
from broadcaster.errors import ConfigError
from broadcaster.language import _

FILE_NAME = "broadcaster.toml"


class Section(BaseModel):
    """What every section shares: no unknown keys, no change after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(_("no such time zone")) from error
    return name


def parse_hours(text: str) -> tuple[time, time]:
    """ "21:00-05:00" → (21:00, 05:00); the end may lie past midnight. ValueError for anything else."""
    found = re.fullmatch(r"(\d\d?:\d\d)\s*-\s*(\d\d?:\d\d)", text.strip())
    if not found:
        raise ValueError(_("hours are written like 22:00-05:00"))
    begin, end = (time.fromisoformat(hour.zfill(5)) for hour in found.groups())
    return begin, end


def _hours(value: object) -> object:
    return parse_hours(value) if isinstance(value, str) else value


Hours = Annotated[tuple[time, time], BeforeValidator(_hours)]
Megabytes = Annotated[int, Field(ge=1)]
Days = Annotated[int, Field(ge=1)]


class Station(Section):
    name: str = Field("Tân Hưng", min_length=1)
    kind: str = "xã"
    timezone: Annotated[str, AfterValidator(_known_zone)] = "Asia/Ho_Chi_Minh"
    language: Literal["vi", "en"] | None = None
    self_approval: bool = False
    """A one-person station may let an author approve their own script; it stays on record."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class ReadingRules(Section):
    thousand: Literal["nghìn", "ngàn"] = "nghìn"
    zero_tens: Literal["lẻ", "linh"] = "lẻ"
    four: Literal["tư", "bốn"] = "tư"
    """How a four after "mươi" is said."""
    first_days: Literal["mùng", ""] = "mùng"
    """The word before a day from 1 to 10 of a month."""
    slash: Literal["trên", "xuyệt", ""] = "trên"
    """How "/" in a document number is said; empty: a short pause."""


class Voices(Section):
    ladder: tuple[Literal["gtts", "espeak", "piper"], ...] = ("gtts", "espeak")
    """Best first; the whole bulletin is made with the first one that works."""
    deadline_s: float = Field(120.0, gt=0)
    """Seconds that making one bulletin's speech with an online voice may take in all."""
    gtts_tld: str = Field("com.vn", pattern=r"^[a-z.]{2,12}$")
    gtts_slow: bool = False
    gtts_per_second: float = Field(1.0, gt=0, le=10)
    ca_file: Path | None = None
    espeak_voice: Literal["vi", "vi-vn-x-central", "vi-vn-x-south"] = "vi"
    espeak_rate: int = Field(150, ge=80, le=260)
    """Words a minute, in espeak's own measure."""
    espeak_pitch: int = Field(50, ge=0, le=99)
    espeak_second: Literal["f1", "f2", "f3", "f4", "f5"] = "f5"
    """The variant that reads as a woman in scripts of two voices; without one, espeak sounds like a man."""
    piper_model: Path | None = None
    """A piper voice's .onnx file, its .onnx.json beside it; needed when the ladder has "piper"."""
    piper_pace: float = Field(1.0, ge=0.5, le=2)
    """How much longer than its own measure piper speaks."""
    piper_sounds_like: Literal["woman", "man"] = "woman"
    """What the model's voice is; of two voices, the other one is made from it."""
    retry_minutes: int = Field(10, ge=1, le=120)
    """How often a better voice is tried again for a bulletin that a lesser one made."""
    sentence_pause_ms: int = Field(450, ge=0, le=3000)
    clause_pause_ms: int = Field(180, ge=0, le=3000)
    paragraph_pause_ms: int = Field(800, ge=0, le=3000)


def parse_band(text: str) -> tuple[float, float]:
    """ "300-5000" → Hz; ValueError for anything else."""
    low, high = text.split("-")
    return checked_band((float(low), float(high)))


def checked_band(band: tuple[float, float]) -> tuple[float, float]:
    low, high = band
    if low < 20 or high < 2 * low or high > 11_500:
        raise ValueError(
            _("a band is written like [300, 5000]: from 20 Hz, to 11500 Hz, twice as high at least")
        )
    return band


class Production(Section):
    format: Literal["mp3", "flac", "wav", "opus"] = "mp3"
    loudness_lufs: float = Field(-16.0, ge=-30, le=-10)
    true_peak_dbtp: float = Field(-1.0, ge=-9, le=-0.5)
    chime: Path = Path("jingles/chime.flac")
    opening: Path = Path("jingles/opening.flac")
    separator: Path = Path("jingles/separator.flac")
    closing: Path = Path("jingles/closing.flac")
    siren: Path = Path("jingles/siren.flac")
    bed: Path = Path("jingles/bed.flac")
    band_hz: Annotated[tuple[float, float], AfterValidator(checked_band)] | None = None
    """What the horns can carry, lowest and highest; None: everything."""


class Policy(Section):
    quiet_hours: Hours = (time(21, 30), time(5, 0))
    """No routine or priority airing may start or sound in these hours, at any hamlet."""
    minutes_per_day: int = Field(120, ge=1, le=1440)
    """Routine minutes a hamlet may hear in one day."""
    windows: tuple[Hours, ...] = ()
    """The only hours in which routine or priority airings may sound; empty: any."""
    repeats_per_day: int | None = Field(None, ge=1, le=48)
    """How often a hamlet may hear one script in one day; None: as often as the timetable has it."""
    sensitive_quiet_hours: Hours | None = None
    """Further quiet hours of hamlets that are marked as sensitive."""
    sensitive_minutes_per_day: int | None = Field(None, ge=1, le=1440)
    days_off: tuple[date, ...] = ()
    """Holidays that the state has set beside those of the rule."""
    working_days: tuple[date, ...] = ()
    """Days that are no holidays, whatever the rule says."""


class Playout(Section):
    lateness_s: int = Field(120, ge=0, le=3600)
    """How late an airing may still begin, where its slot does not say otherwise."""
    offset_ms: int = Field(0, ge=-2000, le=2000)
    """Added to every start on a sound card, to undo the delay of the amplifier chain."""
    offsets: Mapping[str, Annotated[int, Field(ge=-2000, le=2000)]] = Field(default_factory=dict)
    """The same by output URL, where it is another one."""
    microphone: str = ""
    """Name of the input by which airings on a sound card are heard; empty: none listens."""
    microphone_is_loopback: bool = False
    """It hears just what the card plays: what it does not hear made no sound."""
    microphone_hears: tuple[str, ...] = ()
    """Output URLs that it hears; empty: every sound card."""
    time_servers: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]+(:\d{1,5})?$")], ...] = ()
    """Asked by SNTP whether a clock that jumped is right."""


class Hooks(HookSettings, Section):
    """What switches amplifiers on and off."""


class Network(NetworkSettings, Section):
    """What hamlet PCs are served."""


class Store(StoreSettings, Section):
    """Where the tables are."""


class Storage(Section):
    audio_mb: Megabytes = 2000
    """For audio_out/: one half for bulletins, the other shared by the hamlets' recordings."""
    audio_days: Days = 60
    cache_mb: Megabytes = 500
    cache_days: Days = 180
    backups: int = Field(14, ge=1)
    """How many daily copies of the database are kept."""
    least_free_mb: Megabytes = 500
    """With less room than that on the disk the operator is told."""


def _address(url: str) -> str:
    if re.match(r"https://[^/\s]+|http://(127\.0\.0\.1|localhost|\[::1\])[:/]|env:\w+$|file:.", url):
        return url
    raise ValueError(_("an address begins with https://, or is written env:NAME or file:PATH"))


def _secret(where: str) -> str:
    if re.match(r"env:\w+$|file:.", where):
        return where
    raise ValueError(_("no secret stands in the settings: write env:NAME or file:PATH"))


def _mail_address(address: str) -> str:
    if re.fullmatch(r"[!-?A-~]+@[A-Za-z0-9.-]+", address):
        return address
    raise ValueError(_("a mail address is written like ai-do@vi-du.vn"))


AlarmKind = Literal[
    "missed",
    "failed",
    "fallback",
    "no audio",
    "clock",
    "disk",
    "sound card",
    "records",
    "daemon",
    "hamlet pc",
]
_ALARM_KINDS: tuple[AlarmKind, ...] = get_args(AlarmKind)
Address = Annotated[str, AfterValidator(_address)]
Secret = Annotated[str, AfterValidator(_secret)]
MailAddress = Annotated[str, AfterValidator(_mail_address)]


class Alarms(Section):
    kinds: tuple[AlarmKind, ...] = _ALARM_KINDS
    """Of what the operator is told."""
    apart_minutes: int = Field(60, ge=1, le=1440)
    """Alarms of one kind about one thing are told no more often; those between are counted."""
    webhook: Address | None = None
    webhook_header: str = Field("Authorization", pattern=r"^[A-Za-z0-9-]{1,64}$")
    webhook_secret: Secret | None = None
    """Where the value of that header is found."""
    ca_file: Path | None = None
    """Certificates to trust, for both ways."""
    mail_host: str | None = Field(None, pattern=r"^[A-Za-z0-9.:-]+$")
    mail_port: int = Field(587, ge=1, le=65535)
    mail_security: Literal["starttls", "tls", "none"] = "starttls"
    mail_user: str | None = None
    mail_password: Secret | None = None
    mail_from: MailAddress | None = None
    mail_to: tuple[MailAddress, ...] = ()
    heartbeat: Address | None = None
    """Asked for while the station plays as it should: whoever no longer hears it raises the alarm."""
    heartbeat_minutes: int = Field(5, ge=1, le=1440)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.mail_host and not (self.mail_from and self.mail_to):
            raise ValueError(_("mail_host needs mail_from and mail_to"))
        if self.mail_password and self.mail_security == "none":
            raise ValueError(_("no password is sent without TLS: mail_security"))
        return self


class Settings(Section):
    """All of broadcaster.toml."""

    station: Station = Station()
    reading: ReadingRules = ReadingRules()
    voices: Voices = Voices()
    production: Production = Production()
    policy: Policy = Policy()
    playout: Playout = Playout()
    store: Store = Store()
    storage: Storage = Storage()
    hooks: Hooks = Hooks()
    network: Network = Network()
    alarms: Alarms = Alarms()


def load(path: Path) -> Settings:
    """The settings in `path`; raises ConfigError naming every mistake in it."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(
            _("The settings cannot be read"), f"{path}: {error}", _("Correct them and try again")
        ) from error
    return parse(data, str(path))


def parse(data: Mapping[str, Any], name: str = FILE_NAME) -> Settings:
    """Settings from decoded TOML; raises ConfigError naming every mistake in it."""
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        raise ConfigError(
            _("Wrong settings in {file}").format(file=name),
            "; ".join(_mistakes(error)),
            _("Correct them and try again"),
        ) from error


def _mistakes(error: ValidationError) -> Iterator[str]:
    for mistake in error.errors():
        where = ".".join(str(part) for part in mistake["loc"])
        if mistake["type"] == "extra_forbidden":
            yield _("unknown key {key}").format(key=where) + _suggestion(mistake["loc"])
        else:
            yield f"{where}: {mistake['msg'].removeprefix('Value error, ')}"


def _suggestion(loc: tuple[int | str, ...]) -> str:
    known: type[BaseModel] = Settings
    for part in loc[:-1]:
        annotation = known.model_fields[str(part)].annotation
        if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
            return ""
        known = annotation
    close = difflib.get_close_matches(str(loc[-1]), known.model_fields, n=1)
    return _(" (did you mean {key}?)").format(key=close[0]) if close else ""
