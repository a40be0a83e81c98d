"""The operator's own audio in the place of a script's speech."""

from __future__ import annotations

from dataclasses import dataclass, replace

from broadcaster.desk.bench import Bench
from broadcaster.desk.editions import Editions
from broadcaster.desk.script import Script, ScriptState
from broadcaster.desk.scripts import unapproved, waiting_slots
from broadcaster.errors import DeskError
from broadcaster.language import _
from broadcaster.voices.recorded import Recordings


@dataclass(frozen=True)
class Rerecorded:
    """A script whose recording was set or taken away."""

    script: Script
    voided: bool
    """It was approved, and is a draft again: a recording is part of what is approved."""
    waiting: tuple[str, ...]
    """Codes of the slots whose queues a voided script leaves until it is approved again."""


class Recording:
    def __init__(self, bench: Bench, editions: Editions) -> None:
        self._bench = bench
        self._editions = editions

    def set(self, code: str, sha256: str, *, by: str = "") -> Rerecorded:
        """Let the recording that was kept under that hash take the place of speech.

        `by`: a known person (NotFound); empty: unknown. DeskError: the script was withdrawn.
        VoiceUnavailable: there is no such recording.
        """
        Recordings(self._bench.folder).check(sha256)
        return self._changed(self._script(code), sha256, by, "record script")

    def remove(self, code: str, *, by: str = "") -> Rerecorded:
        """Let voices speak the script again. As `set`; DeskError, too: it has no recording."""
        script = self._script(code)
        if not script.recording:
            raise DeskError(_("This script has no recording"), script.code)
        return self._changed(script, "", by, "remove recording")

    def _script(self, code: str) -> Script:
        script = self._bench.store.script(code)
        if script.state is ScriptState.WITHDRAWN:
            raise DeskError(_("This script has been withdrawn"), script.code, _("Take its text in again"))
        return script

    def _changed(self, script: Script, sha256: str, by: str, act: str) -> Rerecorded:
        if script.recording == sha256:
            return Rerecorded(script, False, ())
        name, now = self._bench.person(by).name if by else "", self._bench.now()
        voided = script.state is ScriptState.APPROVED
        waiting = waiting_slots(self._bench, script) if voided else ()
        changed = replace(unapproved(script), recording=sha256)
        self._bench.store.change_script(changed, was=script.state, by=name, now=now, act=act)
        self._editions.expand(now)
        self._forget(script.recording)
        return Rerecorded(changed, voided, waiting)

    def _forget(self, sha256: str) -> None:
        """Delete what no script has any more."""
        if sha256 and all(script.recording != sha256 for script in self._bench.store.scripts()):
            Recordings(self._bench.folder).forget(sha256)
