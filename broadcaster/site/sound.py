"""The sound of a script on the web: the bulletin that it makes alone, found or made, as an MP3."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from broadcaster.audio import encode, stream
from broadcaster.desk.bench import Studio
from broadcaster.desk.bulletins import Bulletins, item_of, title_of
from broadcaster.desk.script import Script
from broadcaster.desk.wholeness import Wholeness
from broadcaster.production.bulletin import Bulletin, Direction, FormName, Item
from broadcaster.site.record import Sound
from broadcaster.store import Store

FOLDER = "am-thanh"
_MP3 = ".mp3"


class Sounds:
    def __init__(self, bulletins: Bulletins, studio: Studio, store: Store, audio_out: Path) -> None:
        """Raises ProductionError: the station's form for a notice cannot be used."""
        self._bulletins = bulletins
        self._studio = studio
        self._store = store
        self._audio_out = audio_out
        self._files = Wholeness(audio_out)
        nothing = bulletins.programme([], FormName.NOTICE)
        self._manner = studio.recipe(replace(nothing, items=(Item("", (".",)),)))
        """Another one: everything would sound otherwise."""

    def key(self, script: Script) -> str:
        """Another one: it would sound otherwise."""
        parts = [self._manner, script.title, script.reading_sha256, script.marks, script.recording]
        if script.marks and any(isinstance(part, Direction) for part in item_of(script).spoken):
            parts.append(self._studio.recipe(self._bulletins.programme([script], FormName.NOTICE)))
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def stands(self, known: Sound, script: Script, files: Mapping[str, int]) -> bool:
        """Whether `known` is still its sound, and its file (among `files`, with their bytes) is there."""
        if files.get(known.file) != known.size or known.key != self.key(script):
            return False
        return not (known.lesser and known.recipe in self._best)

    def obtain(
        self,
        script: Script,
        add: Callable[[str, Callable[[Path], object]], int],
        progress: Callable[[int, int], None] | None = None,
    ) -> Sound:
        """The best there is, made where there is none; `add` is given the file's name and what writes it.

        Raises ProductionError, VoiceError, AudioError, StoreError or OSError.
        """
        bulletin = self._whole(script, progress)
        # Another sound, another name: whoever keeps files by their address never keeps an old one.
        name = f"{FOLDER}/{script.code}-{bulletin.sha256[:8]}{_MP3}"
        return Sound(
            key=self.key(script),
            file=name,
            size=add(name, lambda part: self._write(bulletin, script, part)),
            ms=bulletin.length,
            recipe=bulletin.recipe,
            lesser=bool(bulletin.why_this_voice),
        )

    def _whole(self, script: Script, progress: Callable[[int, int], None] | None) -> Bulletin:
        programme = self._bulletins.programme([script], FormName.NOTICE)
        ready = self._bulletins.ready(programme)
        if ready is not None and not self._files.whole(ready):
            self._files.discard(ready)
        elif ready is not None:
            return ready
        return self._bulletins.obtain(programme, title_of([script]), progress=progress)

    def _write(self, bulletin: Bulletin, script: Script, part: Path) -> None:
        source = self._audio_out / bulletin.file_name
        if source.suffix == _MP3:
            shutil.copyfile(source, part)
        else:
            encode(stream(source), part, format="mp3", tags={"title": script.title[:200]})

    @cached_property
    def _best(self) -> frozenset[str]:
        """Recipes of what the best voice has spoken."""
        return frozenset(made.recipe for made in self._store.bulletins() if not made.why_this_voice)
