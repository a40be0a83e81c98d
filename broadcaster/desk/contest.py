"""A contest: its announcement, its questions, each with an answer that waits for its day, its results."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from broadcaster.desk.script import Script


@dataclass(frozen=True)
class Question:
    """The answer's day is the `not_before` of its script, and stands nowhere else."""

    number: int
    """From 1, in the order in which they were added."""
    question_id: str
    answer_id: str
    """Ids of their scripts."""


@dataclass(frozen=True)
class Result:
    day: date
    entries: int
    """How many took part."""
    summary: str
    """Who won what, in the words of the report."""
    by: str
    """Who put it on record."""


@dataclass(frozen=True)
class Contest:
    id: str
    code: str
    """`tim-hieu-cchc`: what is typed; unique in the station."""
    title: str
    announcement_id: str
    """Id of the script that announces it."""
    questions: tuple[Question, ...] = ()
    results: tuple[Result, ...] = ()


class Contests(Protocol):
    """What is asked of the store. NotFound, everywhere: nobody is called `by`."""

    def contests(self) -> tuple[Contest, ...]:
        """By code."""
        ...

    def add_contest(self, contest: Contest, *, by: str, now: datetime) -> None:
        """Without questions and results. DeskError: the code is taken."""
        ...

    def add_question(
        self, contest_id: str, question: Script, answer: Script, *, by: str, now: datetime
    ) -> Question:
        """Both new scripts and what joins them to the contest, or nothing of it.

        DeskError: a code is taken.
        """
        ...

    def add_result(self, contest_id: str, result: Result, *, now: datetime) -> None: ...
