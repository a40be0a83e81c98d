"""The operator's own audio in the place of a script's speech."""

from __future__ import annotations

from dataclasses import replace

from broadcaster.desk.bench import Bench
from broadcaster.desk.changing import Changed, changed, in_use
from broadcaster.desk.editions import Editions
from broadcaster.desk.script import Script
from broadcaster.errors import DeskError
from broadcaster.language import _
from broadcaster.voices.recorded import Recordings


class Recording:
    def __init__(self, bench: Bench, editions: Editions) -> None:
        self._bench = bench
        self._editions = editions

    def set(self, code: str, sha256: str, *, by: str = "") -> Changed:
        """Let the recording that was kept under that hash take the place of speech.

        `by`: a known person (NotFound); empty: unknown. DeskError: the script was withdrawn.
        VoiceUnavailable: there is no such recording.
        """
        Recordings(self._bench.folder).check(sha256)
        return self._changed(in_use(self._bench, code), sha256, by, "record script")

    def remove(self, code: str, *, by: str = "") -> Changed:
        """Let voices speak the script again. As `set`; DeskError, too: it has no recording."""
        script = in_use(self._bench, code)
        if not script.recording:
            raise DeskError(_("This script has no recording"), script.code)
        return self._changed(script, "", by, "remove recording")

    def _changed(self, script: Script, sha256: str, by: str, act: str) -> Changed:
        recorded = replace(script, recording=sha256)
        done = changed(self._bench, self._editions, script, recorded, by=by, act=act)
        if script.recording != sha256:
            self._forget(script.recording)
        return done

    def _forget(self, sha256: str) -> None:
        """Delete what no script has any more."""
        if sha256 and all(script.recording != sha256 for script in self._bench.store.scripts()):
            Recordings(self._bench.folder).forget(sha256)
