"""Contests: announced, asked, answered on the day, brought to a result."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, replace
from datetime import date, timedelta

from broadcaster.desk.bench import Bench, near
from broadcaster.desk.contest import Contest, Question, Result
from broadcaster.desk.script import Script, ScriptKind
from broadcaster.desk.scripts import Scripts, refuse_no_days
from broadcaster.documents.document import Document
from broadcaster.errors import DeskError, NotFound
from broadcaster.language import _

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_TITLE, _LONGEST_SUMMARY = 200, 1000
_MOST_ENTRIES = 1_000_000


@dataclass(frozen=True)
class Written:
    """A text on its way to being a script."""

    document: Document
    sha256: str
    """Of its file's bytes."""


class Contests:
    """`by` always names a known person (NotFound: nobody is called so)."""

    def __init__(self, bench: Bench, scripts: Scripts) -> None:
        self._bench = bench
        self._scripts = scripts

    def contest(self, code: str) -> Contest:
        """NotFound, with near codes, when there is none."""
        every = self._bench.store.contests()
        for contest in every:
            if contest.code == code:
                return contest
        raise NotFound(_("No such contest"), code, near(code, (contest.code for contest in every)))

    def add(self, code: str, title: str, announcement: str, *, by: str) -> Contest:
        """`announcement`: the code of the script that announces it. DeskError: the code is taken or cannot be
        typed, or it has no title; NotFound: no such script."""
        person, title = self._bench.person(by), " ".join(title.split())
        if not _CODE.fullmatch(code) or len(code) > 40:
            raise DeskError(
                _("A contest's code is made of a-z, 0-9 and -"), code[:40], _("Write it like tim-hieu-cchc")
            )
        if not 0 < len(title) <= _LONGEST_TITLE:
            raise DeskError(_("A contest has a title"), title[:40])
        made = Contest(uuid.uuid4().hex, code, title, self._bench.store.script(announcement).id)
        self._bench.store.add_contest(made, by=person.name, now=self._bench.now())
        return made

    def ask(
        self, code: str, question: Written, answer: Written, *, answer_from: date, by: str
    ) -> tuple[Question, Script, Script]:
        """A question and its answer, both as drafts; the answer may not air before its day.

        DeskError: that day is over or is today, or a text was taken in before; NotFound: no such contest.
        """
        contest, person = self.contest(code), self._bench.person(by)
        if answer_from <= self._bench.today():
            raise DeskError(
                _("The day of an answer lies ahead"), str(answer_from), _("Give people time to answer")
            )
        for text in (question, answer):
            if (known := self._scripts.same_source(text.sha256)) is not None:
                raise DeskError(
                    _("This text has been taken in before"), f"{text.document.name}: {known.code}"
                )
        asked = self._drafted(question, ScriptKind.QUESTION, person.name)
        told = self._drafted(answer, ScriptKind.NOTICE, person.name, asked.code)
        if asked.expires is None:
            asked = replace(asked, expires=answer_from - timedelta(days=1))
        told = replace(told, not_before=answer_from)
        refuse_no_days(told)
        now = self._bench.now()
        added = self._bench.store.add_question(contest.id, asked, told, by=person.name, now=now)
        return added, asked, told

    def result(self, code: str, day: date, *, entries: int, summary: str, by: str) -> Result:
        """DeskError: its day lies ahead, no such number took part, or it says nothing; NotFound: no such
        contest."""
        contest, person = self.contest(code), self._bench.person(by)
        summary = " ".join(summary.split())
        if day > self._bench.today():
            raise DeskError(_("The day of a result does not lie ahead"), str(day))
        if not 0 <= entries <= _MOST_ENTRIES:
            raise DeskError(_("So many cannot have taken part"), str(entries))
        if not 0 < len(summary) <= _LONGEST_SUMMARY:
            raise DeskError(
                _("A result says who won"),
                summary[:40],
                _("Write up to {n} letters").format(n=_LONGEST_SUMMARY),
            )
        result = Result(day, entries, summary, person.name)
        self._bench.store.add_result(contest.id, result, now=self._bench.now())
        return result

    def _drafted(self, text: Written, kind: ScriptKind, author: str, *taken: str) -> Script:
        return self._scripts.drafted(text.document, text.sha256, author=author, kind=kind, taken=taken)
