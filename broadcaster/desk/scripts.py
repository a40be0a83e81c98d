"""Scripts at the desk: taken in, approved, checked again when the lexicon has changed, withdrawn."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from broadcaster.desk.approval import consent, is_first, refuse_approver, refuse_unconsented, without_consent
from broadcaster.desk.bench import Bench
from broadcaster.desk.changing import Changed, changed, in_use, unapproved, waiting_slots
from broadcaster.desk.consent import Consent
from broadcaster.desk.editions import Editions
from broadcaster.desk.kinds import kind_of
from broadcaster.desk.marks import marks_of, passages_of, with_key
from broadcaster.desk.names import declared
from broadcaster.desk.script import Script, ScriptKind, ScriptState
from broadcaster.documents.document import Document
from broadcaster.errors import DeskError
from broadcaster.language import _
from broadcaster.production.directions import unknown_directions
from broadcaster.timetable.recurrence import parse_date
from broadcaster.voices.recorded import Recordings

_LONGEST_CODE = 40
_SHOWN_UNREAD = 10


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
        known = self.same_source(source_sha256)
        if known is not None:
            return TakenIn(known, known=True, unplayed=self.unplayed(known))
        script = self.drafted(document, source_sha256, author=author, kind=kind, expires=expires, key=key)
        self._bench.store.add_script(script, by=script.author, now=self._bench.now())
        return TakenIn(script, known=False, unplayed=self.unplayed(script))

    def drafted(
        self,
        document: Document,
        source_sha256: str,
        *,
        author: str = "",
        kind: ScriptKind | None = None,
        expires: date | None = None,
        key: bool = False,
        taken: Collection[str] = (),
    ) -> Script:
        """What `add` would keep; nothing is kept yet. `taken`: codes that it may not have either."""
        front = document.front_matter
        reading = self._bench.read(document.text, front.get("lexicon", ""))
        if not reading.spoken.strip():
            raise DeskError(_("There is nothing to read aloud in it"), document.name)
        script = Script(
            id=uuid.uuid4().hex,
            code=unique_code(document.name, {s.code for s in self._bench.store.scripts()} | set(taken)),
            title=document.title,
            kind=kind or kind_of(front.get("kind", ""), document.name),
            state=ScriptState.DRAFT,
            text=document.text,
            spoken=reading.spoken,
            text_sha256=hashlib.sha256(document.text.encode()).hexdigest(),
            reading_sha256=reading.sha256,
            source=document.name,
            source_sha256=source_sha256,
            author=author or front.get("author", ""),
            created_at=self._bench.now(),
            expires=expires or _day(front, "expires"),
            not_before=_day(front, "not_before"),
            names=declared(front.get("names", ""), document.name),
            not_names=declared(front.get("not_names", ""), document.name),
            topics=tuple(
                topic for part in re.split("[,;]", front.get("topics", "")) if (topic := part.strip())
            ),
            marks=marks_of(document, key=key),
            words=front.get("lexicon", ""),
        )
        refuse_no_days(script)
        return script

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

    def set(self, code: str, *, by: str, **said: Any) -> Changed:
        """Change what is said of it beside its words: its kind, names, not_names, expires, not_before; an
        approved script is a draft again by that.

        DeskError: it was withdrawn, or would have no day on the air; NotFound: nobody is called `by`.
        """
        script = in_use(self._bench, code)
        new = replace(script, **said)
        refuse_no_days(new)
        return changed(self._bench, self._editions, script, new, by=by, act="change script")

    def consent(self, code: str, name: str, *, by: str, note: str = "") -> Consent:
        """See approval.consent."""
        return consent(self._bench, code, name, by=by, note=note)

    def without_consent(self, script: Script) -> tuple[str, ...]:
        """Whose consent is wanting before it can be approved."""
        return without_consent(self._bench, script)

    def approve(self, code: str, *, by: str) -> Script:
        """Freeze text and reading, in the name of a known person other than the author.

        Of a criticism, the first approval leaves it a draft; a second person approves it for good.

        DeskError: no draft; words that cannot be read; a reading that changed since it was last shown (it is
        brought up to date first); expired; approved by its own author where the station does not allow that,
        or twice by one person; naming people without their consent.
        VoiceUnavailable: its recording is gone.
        """
        person = self._bench.person(by)
        script = self._draft(code)
        own = refuse_approver(self._bench, script, person)
        self._refuse_expired(script)
        self._refuse_unread(script)
        if script.recording:
            Recordings(self._bench.folder).check(script.recording)
        refuse_unconsented(self._bench, script)
        if is_first(script):
            approved = replace(script, first_approved_by=person.name, self_approved=own)
            self._change(approved, was=ScriptState.DRAFT, by=person.name, act="approve script, first of two")
            return approved
        approved = replace(
            script,
            state=ScriptState.APPROVED,
            approved_by=person.name,
            approved_at=self._bench.now(),
            self_approved=own or script.self_approved,
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
                if script.state is ScriptState.APPROVED or script.first_approved_by:
                    voided.append(Changed(now_read, True, waiting_slots(self._bench, script)))
                self._bench.store.change_script(
                    now_read, was=script.state, by="", now=self._bench.now(), act="reading changed"
                )
        if voided:
            self._editions.expand(self._bench.now())
        return tuple(voided)

    def same_source(self, source_sha256: str) -> Script | None:
        """The script that the same bytes have become before; None: none, or it was withdrawn."""
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
            fresh = replace(unapproved(script), spoken=reading.spoken, reading_sha256=reading.sha256)
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


def refuse_no_days(script: Script) -> None:
    """DeskError: its last day lies before its first."""
    if script.expires is not None and script.not_before is not None and script.expires < script.not_before:
        raise DeskError(
            _("The last day lies before the first"), f"{script.code}: {script.not_before} – {script.expires}"
        )


def _day(front: Mapping[str, str], key: str) -> date | None:
    written = front.get(key, "").strip()
    return parse_date(written) if written else None
