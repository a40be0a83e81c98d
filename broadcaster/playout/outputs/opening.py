"""Output URLs: `file:`, `soundcard:`, `soundcard:DEVICE#CHANNEL`, `icecast://…`, `player:`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from broadcaster.bounded import TookTooLong, within
from broadcaster.clock import Clock
from broadcaster.config.icecast import IcecastAddress
from broadcaster.errors import BroadcasterError, OutputError
from broadcaster.language import _
from broadcaster.playout import reasons
from broadcaster.playout.outputs.card import Card
from broadcaster.playout.outputs.file import FileOutput, Keep
from broadcaster.playout.outputs.icecast import Stream
from broadcaster.playout.outputs.mirror import Mirrored
from broadcaster.playout.outputs.output import Output
from broadcaster.playout.outputs.probe import real_backends, sound_cards
from broadcaster.playout.outputs.pulseaudio import PulseCard, sinks
from broadcaster.playout.outputs.soundcard import SoundCardOutput
from broadcaster.units import Milliseconds

FILE, SOUNDCARD, PLAYER = "file", "soundcard", "player"
ICECAST = ("icecast", "icecasts")
_NO_OFFSET = Milliseconds(0)
_KEEP = Keep()
_CHANNELS = ("", "1", "2")
_OPEN_S = 4.0


def split(url: str) -> tuple[str, str, int]:
    """(scheme, device, channel) of an output URL; channel 0 means all. OutputError: not such a URL."""
    scheme, colon, rest = url.partition(":")
    if scheme in ICECAST:
        return scheme, str(_address(url)), 0
    device, _hash, channel = rest.partition("#")
    if not colon or scheme not in (FILE, SOUNDCARD, PLAYER) or (scheme != SOUNDCARD and rest):
        raise _unknown(url)
    if channel not in _CHANNELS:
        raise _unknown(url)
    return scheme, device, _CHANNELS.index(channel)


def _address(url: str) -> IcecastAddress:
    try:
        return IcecastAddress.parse(url)
    except ValueError as error:
        raise OutputError(_("Unknown output"), url.partition(":")[0], str(error)) from error


def shared_key(url: str, hamlet_code: str) -> str:
    """Equal for hamlets that hear one and the same output."""
    return f"{url}{hamlet_code}" if url.partition(":")[0] in (FILE, PLAYER) else url


def _no_secret(where: str) -> str:
    return ""


class Outputs:
    """Opens outputs; channels of one card share the device."""

    def __init__(
        self,
        audio_out: Path,
        clock: Clock,
        zone: ZoneInfo,
        *,
        offset: Milliseconds = _NO_OFFSET,
        offsets: Mapping[str, Milliseconds] = MappingProxyType({}),
        keep: Keep = _KEEP,
        listening_in: Mapping[str, str] = MappingProxyType({}),
        secret: Callable[[str], str] = _no_secret,
        notice: Callable[[str], None] = lambda _words: None,
        cards: Callable[[], Sequence[str]] = sound_cards,
        backends: Callable[[], Sequence[Any]] = real_backends,
    ) -> None:
        """`offsets`: by output URL, where it is not `offset`; `notice` hears when a file stands in for a
        missing card. `listening_in`: streams that get the sound of an output too, by its `shared_key`;
        `secret` gives what their addresses name."""
        self._audio_out = audio_out
        self._clock = clock
        self._zone = zone
        self._offset = offset
        self._offsets = offsets
        self._keep = keep
        self._listening_in = listening_in
        self._secret = secret
        self._streams: dict[str, Stream] = {}
        self._notice = notice
        self._cards = cards
        self._backends = backends
        self._open: dict[str, Card] = {}
        self._met: set[str] = set()
        """Devices that were there once: they are opened again without looking for cards first."""
        self._lock = threading.Lock()

    def open(self, url: str, hamlet_code: str) -> Output:
        """An open output. OutputError: unknown URL, unknown device, or it cannot be opened."""
        output = self._real(url, hamlet_code)
        also = self._listening_in.get(shared_key(url, hamlet_code))
        try:
            return Mirrored(output, self.stream(also)) if also else output
        except BroadcasterError as error:
            self._notice(str(error))
            return output

    def _real(self, url: str, hamlet_code: str) -> Output:
        scheme, device, channel = split(url)
        if scheme == PLAYER:
            raise OutputError(
                _("A hamlet PC sounds there, not this computer"),
                hamlet_code,
                _("See: broadcaster hamlet status"),
            )
        if scheme == FILE:
            return self._file(hamlet_code)
        if scheme in ICECAST:
            stream = self.stream(url)
            stream.require()
            return SoundCardOutput(stream, 0, _NO_OFFSET, lambda _stream: None)
        if device not in self._met and not self._cards():
            self._notice(
                _("{hamlet}: this computer has no sound card; a file is written instead").format(
                    hamlet=hamlet_code
                )
            )
            return self._file(hamlet_code, reasons.NO_CARD)
        return SoundCardOutput(self._card(device), channel, self.offset_of(url), self._release)

    def stream(self, url: str) -> Stream:
        """Goes on until `close`, in silence while nothing sounds. OutputError: no such address."""
        address = _address(url)
        with self._lock:
            if url not in self._streams:
                self._streams[url] = Stream(address, self._secret(address.secret), self._clock)
            return self._streams[url]

    def begin_streams(self, urls: Iterable[str]) -> None:
        """Those of `urls` that are streams, and those beside other outputs, so that one can listen before
        anything sounds; `notice` hears which cannot be."""
        for url in (*urls, *self._listening_in.values()):
            if url.partition(":")[0] in ICECAST:
                try:
                    self.stream(url)
                except BroadcasterError as error:
                    self._notice(str(error))

    def close(self) -> None:
        """End the streams; cards are given back by the outputs that hold them."""
        with self._lock:
            streams = [self._streams.pop(url) for url in tuple(self._streams)]
        for stream in streams:
            stream.close()

    def monitor(self) -> Output | None:
        """The computer's own sound card for a rehearsal, or None when it has none."""
        if not self._cards():
            return None
        return SoundCardOutput(self._card(""), 0, self.offset_of(f"{SOUNDCARD}:"), self._release)

    def _file(self, hamlet_code: str, note: str = "") -> FileOutput:
        return FileOutput(self._audio_out / hamlet_code, self._clock, self._zone, self._keep, note)

    def _card(self, device: str) -> Card:
        with self._lock:
            card = self._open.get(device)
            if card is None or not card.works:
                card = self._open[device] = self._opened_in_time(device)
                self._met.add(device)
            card.users += 1
            return card

    def _opened_in_time(self, device: str) -> Card:
        try:
            return within(
                _OPEN_S, lambda: _opened(device, self._clock, self._backends()), self._clock, Card.close
            )
        except TookTooLong as error:
            raise OutputError(
                _("The sound card does not answer"), device, _("Check the cable, or start the computer again")
            ) from error

    def offset_of(self, url: str) -> Milliseconds:
        """Its own; else that of its whole card; else the station's."""
        card, _hash, _channel = url.partition("#")
        return self._offsets.get(url, self._offsets.get(card, self._offset))

    def _release(self, card: Card) -> None:
        with self._lock:
            card.users -= 1
            if card.users:
                return
            if self._open.get(card.name) is card:
                del self._open[card.name]
        card.close()


def _opened(device: str, clock: Clock, backends: Sequence[Any]) -> Card:
    """By PulseAudio's own library where its server runs: that knows when a frame is heard."""
    known = sinks(backends)
    return PulseCard(device, clock, known) if known else Card(device, clock, backends)


def _unknown(url: str) -> OutputError:
    return OutputError(
        _("Unknown output"),
        url,
        _("Use soundcard:, soundcard:DEVICE#CHANNEL (1 left, 2 right), file:, icecast:// or player:"),
    )
