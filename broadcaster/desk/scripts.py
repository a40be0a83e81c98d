"""Scripts at the desk: taken in, approved, checked again when the lexicon has changed, withdrawn."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from broadcaster.desk.bench import Bench, folded
from broadcaster.desk.changing import Changed, changed, in_use, unapproved, waiting_slots
from broadcaster.desk.editions import Editions
from broadcaster.desk.marks import marks_of, passages_of, with_key
from broadcaster.desk.script import Script, ScriptKind, ScriptState
from broadcaster.documents.document import Document
from broadcaster.errors import DeskError
from broadcaster.language import _
from broadcaster.production.directions import unknown_directions
from broadcaster.timetable.recurrence import parse_date
from broadcaster.voices.recorded import Recordings

_LONGEST_CODE = 40
_SHOWN_UNREAD = 10
_KINDS = {
    "news": ScriptKind.NEWS,
    "tin": ScriptKind.NEWS,
    "tin tức": ScriptKind.NEWS,
    "notice": ScriptKind.NOTICE,
    "thông báo": ScriptKind.NOTICE,
    "spot": ScriptKind.SPOT,
    "khẩu hiệu": ScriptKind.SPOT,
}


@dataclass(frozen=True)
class TakenIn:
    script: Script
    known: bool
    """True: the same file had been taken in before; nothing was added."""
    unplayed: tuple[str, ...] = ()
    """Directions of it that ask for a sound which this station does not know: nothing will be heard there."""


class Scripts:
    def __init__(self, bench: Bench, editions: Editions) -> None:
        self._bench = bench
        self._editions = editions

    def add(
        self,
        document: Document,
        source_sha256: str,
        *,
        author: str = "",
        kind: ScriptKind | None = None,
        expires: date | None = None,
        key: bool = False,
    ) -> TakenIn:
        """A draft from a written file; `source_sha256` is that of its bytes.

        What no argument says is taken from the front matter. The same bytes twice are one script, unless that
        was withdrawn. Raises DeskError (nothing to read, unknown kind, neither key nor not), TimetableError
        (no such expiry day), ReadingError or StoreError.
        """
        known = self._same_source(source_sha256)
        if known is not None:
            return TakenIn(known, known=True, unplayed=self.unplayed(known))
        front = document.front_matter
        reading = self._bench.read(document.text, front.get("lexicon", ""))
        if not reading.spoken.strip():
            raise DeskError(_("There is nothing to read aloud in it"), document.name)
        now = self._bench.now()
        script = Script(
            id=uuid.uuid4().hex,
            code=unique_code(document.name, {script.code for script in self._bench.store.scripts()}),
            title=document.title,
            kind=kind or _kind(front, document.name),
            state=ScriptState.DRAFT,
            text=document.text,
            spoken=reading.spoken,
            text_sha256=hashlib.sha256(document.text.encode()).hexdigest(),
            reading_sha256=reading.sha256,
            source=document.name,
            source_sha256=source_sha256,
            author=author or front.get("author", ""),
            created_at=now,
            expires=expires or _expiry(front),
            topics=tuple(
                topic for part in re.split("[,;]", front.get("topics", "")) if (topic := part.strip())
            ),
            marks=marks_of(document, key=key),
            words=front.get("lexicon", ""),
        )
        self._bench.store.add_script(script, by=script.author, now=now)
        return TakenIn(script, known=False, unplayed=self.unplayed(script))

    def unplayed(self, script: Script) -> tuple[str, ...]:
        """The names of its directions for which nothing will be heard."""
        return unknown_directions(passages_of(script.spoken, script.marks), self._bench.folder)

    def set_key(self, code: str, *, key: bool, by: str = "") -> Changed:
        """Make it a key notice, or none; an approved script is a draft again by that.

        `by`: a known person (NotFound); empty: unknown. DeskError: the script was withdrawn.
        """
        script = in_use(self._bench, code)
        marked = replace(script, marks=with_key(script.marks, key=key))
        act = "mark as key" if key else "mark as not key"
        return changed(self._bench, self._editions, script, marked, by=by, act=act)

    def approve(self, code: str, *, by: str) -> Script:
        """Freeze text and reading, in the name of a known person other than the author.

        DeskError: no draft; words that cannot be read; a reading that changed since it was last shown (it is
        brought up to date first); expired; approved by its own author where the station does not allow that.
        VoiceUnavailable: its recording is gone.
        """
        person = self._bench.person(by)
        script = self._draft(code)
        own = bool(script.author) and folded(script.author) == folded(person.name)
        if own and not self._bench.rules.self_approval:
            raise DeskError(
                _("Authors cannot approve their own scripts"),
                script.code,
                _("Ask another person to approve it"),
            )
        self._refuse_expired(script)
        self._refuse_unread(script)
        if script.recording:
            Recordings(self._bench.folder).check(script.recording)
        approved = replace(
            script,
            state=ScriptState.APPROVED,
            approved_by=person.name,
            approved_at=self._bench.now(),
            self_approved=own,
        )
        self._change(approved, was=ScriptState.DRAFT, by=person.name, act="approve script")
        return approved

    def withdraw(self, code: str, *, by: str) -> Script:
        """Take it off the air for good: out of every queue, and out of editions that have not begun."""
        person = self._bench.person(by)
        script = self._bench.store.script(code)
        if script.state is ScriptState.WITHDRAWN:
            raise DeskError(_("This script has been withdrawn already"), script.code)
        withdrawn = replace(script, state=ScriptState.WITHDRAWN)
        self._change(withdrawn, was=script.state, by=person.name, act="withdraw script")
        return withdrawn

    def recheck(self) -> tuple[Changed, ...]:
        """Read every script again after the lexicon has changed; the approvals that that voids.

        Entries of a voided script stay in their queues and count again once it is approved.
        """
        voided = []
        for script in self._bench.store.scripts():
            if script.state is not ScriptState.WITHDRAWN and (now_read := self._reread(script)) is not None:
                if script.state is ScriptState.APPROVED:
                    voided.append(Changed(now_read, True, waiting_slots(self._bench, script)))
                self._bench.store.change_script(
                    now_read, was=script.state, by="", now=self._bench.now(), act="reading changed"
                )
        if voided:
            self._editions.expand(self._bench.now())
        return tuple(voided)

    def _same_source(self, source_sha256: str) -> Script | None:
        for script in self._bench.store.scripts():
            if script.source_sha256 == source_sha256 and script.state is not ScriptState.WITHDRAWN:
                return script
        return None

    def _draft(self, code: str) -> Script:
        script = self._bench.store.script(code)
        if script.state is ScriptState.APPROVED:
            raise DeskError(_("This script has been approved already"), script.code)
        if script.state is ScriptState.WITHDRAWN:
            raise DeskError(_("This script has been withdrawn"), script.code, _("Take its text in again"))
        return script

    def _refuse_expired(self, script: Script) -> None:
        if script.expires is not None and script.expires < self._bench.today():
            raise DeskError(_("This script has expired"), f"{script.code} ({script.expires})")

    def _refuse_unread(self, script: Script) -> None:
        reading = self._bench.read(script.text, script.words)
        if reading.unread and not script.recording:
            tokens = list(dict.fromkeys(span.written for span in reading.unread))
            raise DeskError(
                _("Some words of this script cannot be read"),
                f"{script.code}: " + ", ".join(tokens[:_SHOWN_UNREAD]),
                _("Say how they are read in lexicon.tsv, then approve again"),
            )
        if reading.sha256 != script.reading_sha256:
            fresh = replace(script, spoken=reading.spoken, reading_sha256=reading.sha256)
            self._change(fresh, was=ScriptState.DRAFT, by="", act="reading changed")
            raise DeskError(
                _("The reading of this script has changed since it was taken in"),
                script.code,
                _("Look at it again, then approve it"),
            )

    def _reread(self, script: Script) -> Script | None:
        """The script as a draft with its new reading; None when it is read as before."""
        reading = self._bench.read(script.text, script.words)
        if reading.sha256 == script.reading_sha256:
            return None
        return replace(unapproved(script), spoken=reading.spoken, reading_sha256=reading.sha256)

    def _change(self, script: Script, *, was: ScriptState, by: str, act: str) -> None:
        now = self._bench.now()
        self._bench.store.change_script(script, was=was, by=by, now=now, act=act)
        self._editions.expand(now)


def unique_code(file_name: str, taken: Collection[str]) -> str:
    """A readable code from a file's name: "Lịch tiêm chủng.docx" → lich-tiem-chung, then …-2."""
    stem = file_name.rsplit(".", 1)[0] or file_name
    plain = unicodedata.normalize("NFD", stem.lower().replace("đ", "d"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    code = re.sub(r"[^a-z0-9]+", "-", letters)[:_LONGEST_CODE].strip("-") or "script"
    numbered = (code if n == 1 else f"{code}-{n}" for n in range(1, len(taken) + 2))
    return next(free for free in numbered if free not in taken)


def _kind(front: Mapping[str, str], name: str) -> ScriptKind:
    written = front.get("kind", "").strip()
    if not written:
        return ScriptKind.NOTICE
    try:
        return _KINDS[folded(written)]
    except KeyError:
        raise DeskError(
            _("There is no such kind of script"), f"{name}: {written}", _("Kinds are: news, notice, spot")
        ) from None


def _expiry(front: Mapping[str, str]) -> date | None:
    written = front.get("expires", "").strip()
    return parse_date(written) if written else None
