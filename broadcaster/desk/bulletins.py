"""The audio of scripts: found where it exists, made where it does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from broadcaster.desk.bench import Bench
from broadcaster.desk.marks import passages_of
from broadcaster.desk.script import Script
from broadcaster.errors import NotFound, ProductionError, VoiceError
from broadcaster.production.bulletin import Bulletin, Item, Programme

_LONGEST_TITLE = 200


class Bulletins:
    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def programme(self, scripts: Sequence[Script], form: str) -> Programme:
        """What the scripts say in that form, before a voice says it."""
        return Programme(form, self._bench.rules.station, tuple(map(item_of, scripts)))

    def ready(self, programme: Programme, held: str = "") -> Bulletin | None:
        """Audio of the programme that is on the disk, the best voice's first; None when there is none.

        `held` (a SHA-256) is kept unless another was made with a better voice.
        """
        try:
            recipe = self._bench.studio.recipe(programme)
        except ProductionError:
            return None  # obtain() says what is wrong
        on_disk = [bulletin for bulletin in self._bench.store.bulletins(recipe) if self._is_there(bulletin)]
        return min(on_disk, key=lambda b: (b.why_this_voice != "", b.sha256 != held), default=None)

    def has(self, sha256: str) -> bool:
        """Whether its audio is on the disk."""
        try:
            return bool(sha256) and self._is_there(self._bench.store.bulletin(sha256))
        except NotFound:
            return False

    def obtain(
        self,
        programme: Programme,
        title: str,
        seconds: float | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Bulletin:
        """The ready bulletin, else a new one.

        Online voices get `seconds` in all (None: the station's own limit); `progress` is told (done, all).
        Raises ProductionError, VoiceError or StoreError.
        """
        ready = self.ready(programme)
        if ready is not None:
            return ready
        if seconds is None:
            seconds = self._bench.rules.speech_s
        bulletin = self._bench.studio.make(
            programme, seconds=seconds, progress=progress, on=self._bench.today()
        )
        return self._kept(bulletin, title)

    def better(self, held: Bulletin, programme: Programme, title: str, seconds: float) -> Bulletin | None:
        """The programme by a better voice than the one that made `held`; None while none of them speaks.

        What a better voice said before it failed is in the cache, so that the next try goes on from there.
        Raises StoreError.
        """
        refusals = list[str]()
        for voice in self._bench.better_voices(held.voice):
            try:
                if voice.works:
                    made = self._bench.studio.make(
                        programme, seconds=seconds, only=voice.name, on=self._bench.today()
                    )
                    return self._kept(replace(made, why_this_voice="; ".join(refusals)), title)
                why = voice.why
            except (VoiceError, ProductionError) as error:
                why = str(error)
            refusals.append(f"{voice.name}: {why}")
        return None

    def _kept(self, bulletin: Bulletin, title: str) -> Bulletin:
        self._bench.store.add_bulletin(bulletin, title, now=self._bench.now())
        return bulletin

    def _is_there(self, bulletin: Bulletin) -> bool:
        try:
            return (self._bench.audio_out / bulletin.file_name).stat().st_size > 0
        except OSError:
            return False


def item_of(script: Script) -> Item:
    """The script's place in a bulletin: its words, or the recording that stands for them."""
    passages = passages_of(script.spoken, script.marks)
    return Item(script.title, passages, spot=script.spot, key=script.key, recording=script.recording)


def title_of(scripts: Sequence[Script]) -> str:
    """One title for what an edition plays."""
    title = "; ".join(script.title for script in scripts)
    return title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "…"
