"""Contests, their questions and results."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, func, insert, select

from broadcaster.desk.contest import Contest, Question, Result
from broadcaster.desk.script import Script
from broadcaster.errors import DeskError
from broadcaster.language import _
from broadcaster.store.part import Part, record, shared_columns, shared_values
from broadcaster.store.people import require_person
from broadcaster.store.scripts import insert_script
from broadcaster.store.tables import contest as table
from broadcaster.store.tables import contest_question, contest_result


class Contests(Part):
    def contests(self) -> tuple[Contest, ...]:
        with self._database.reading() as connection:
            rows = connection.execute(select(*shared_columns(table, Contest)).order_by(table.c.code))
            return tuple(
                Contest(
                    **row._asdict(),
                    questions=_questions(connection, row.id),
                    results=_results(connection, row.id),
                )
                for row in rows
            )

    def add_contest(self, contest: Contest, *, by: str, now: datetime) -> None:
        with self._database.writing() as connection:
            require_person(connection, by)
            _require_free_code(connection, contest.code)
            connection.execute(insert(table), shared_values(table, contest))
            record(connection, by, now, "add contest", contest.id, code=contest.code)

    def add_question(
        self, contest_id: str, question: Script, answer: Script, *, by: str, now: datetime
    ) -> Question:
        with self._database.writing() as connection:
            require_person(connection, by)
            for script in (question, answer):
                insert_script(connection, script, by, now)
            counted = select(func.count()).where(contest_question.c.contest_id == contest_id)
            added = Question(1 + (connection.scalar(counted) or 0), question.id, answer.id)
            row = shared_values(contest_question, added) | {"contest_id": contest_id}
            connection.execute(insert(contest_question), row)
            codes = {"question": question.code, "answer": answer.code, "answer_from": str(answer.not_before)}
            record(connection, by, now, "add contest question", contest_id, **codes)
            return added

    def add_result(self, contest_id: str, result: Result, *, now: datetime) -> None:
        with self._database.writing() as connection:
            require_person(connection, result.by)
            row = shared_values(contest_result, result) | {
                "id": uuid4().hex,
                "contest_id": contest_id,
                "at": now,
            }
            connection.execute(insert(contest_result), row)
            record(connection, result.by, now, "record contest result", contest_id, summary=result.summary)


def _questions(connection: Connection, contest_id: str) -> tuple[Question, ...]:
    of_contest = select(*shared_columns(contest_question, Question)).where(
        contest_question.c.contest_id == contest_id
    )
    rows = connection.execute(of_contest.order_by(contest_question.c.number))
    return tuple(Question(**row._asdict()) for row in rows)


def _results(connection: Connection, contest_id: str) -> tuple[Result, ...]:
    of_contest = select(*shared_columns(contest_result, Result)).where(
        contest_result.c.contest_id == contest_id
    )
    rows = connection.execute(of_contest.order_by(contest_result.c.day, contest_result.c.at))
    return tuple(Result(**row._asdict()) for row in rows)


def _require_free_code(connection: Connection, code: str) -> None:
    if connection.scalar(select(table.c.id).where(table.c.code == code)) is not None:
        raise DeskError(_("This code is taken by another contest"), code, _("Choose another code"))
