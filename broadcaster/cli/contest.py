"""`broadcaster contest`: what the commune's people are asked, when they are told, and who won."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from broadcaster.cli.common import as_json, by_name, show, today, with_station
from broadcaster.cli.script_remarks import remark
from broadcaster.cli.when import Instant
from broadcaster.desk.contest import Contest
from broadcaster.desk.contests import Written
from broadcaster.documents import load
from broadcaster.language import _
from broadcaster.station import Station


@click.group("contest")
def command() -> None:
    """Contests: announced, asked week by week, answered on the day, brought to a result."""


@command.command("add")
@click.argument("code")
@click.argument("title")
@click.option("--announcement", required=True, metavar="SCRIPT", help="The script that announces it.")
@by_name
@with_station
def add(station: Station, code: str, title: str, announcement: str, by: str) -> None:
    """Add the contest CODE, called TITLE."""
    made = station.desk.contests.add(code, title, announcement, by=by)
    click.echo(_("Contest {code} is added").format(code=made.code))


@command.command("question")
@click.argument("contest")
@click.argument("question", type=click.Path(path_type=Path))
@click.argument("answer", type=click.Path(path_type=Path))
@click.option(
    "--answer-from", type=Instant(), required=True, help="The first day on which the answer may air."
)
@by_name
@with_station
def question(
    station: Station, contest: str, question: Path, answer: Path, answer_from: datetime, by: str
) -> None:
    """Add to CONTEST the files QUESTION and ANSWER, as drafts; the answer is held back until its day."""
    asked_in, told_in = _written(question), _written(answer)
    day = answer_from.date()
    added, asked, told = station.desk.contests.ask(contest, asked_in, told_in, answer_from=day, by=by)
    click.echo(
        _("Question {number}: {question} may air to {last}, its answer {answer} from {first}").format(
            number=added.number, question=asked.code, last=asked.expires, answer=told.code, first=day
        )
    )
    for script in (asked, told):
        remark(station, script)


@command.command("result")
@click.argument("contest")
@click.argument("summary")
@click.option("--entries", type=int, required=True, help="How many took part.")
@click.option("--date", "day", type=Instant(), help="The day of the result; default: today.")
@by_name
@with_station
def result(station: Station, contest: str, summary: str, entries: int, day: datetime | None, by: str) -> None:
    """Put on record how CONTEST ended; SUMMARY says who won what, as the report will have it."""
    on = day.date() if day else today(station)
    station.desk.contests.result(contest, on, entries=entries, summary=summary, by=by)
    click.echo(_("The result of {code} is on record").format(code=contest))


@command.command("list")
@as_json
@with_station
def list_(station: Station, as_json: bool) -> None:
    """List the contests with their questions and results."""
    rows = [_row(station, contest) for contest in station.store.contests()]
    headings = {
        "code": _("Code"),
        "title": _("Title"),
        "announcement": _("Announcement"),
        "asked": _("Questions"),
        "ended": _("Results"),
    }
    shown = [
        row
        | {
            "asked": "\n".join(
                f"{q['question']} → {q['answer']} ({q['answer_from']})" for q in row["questions"]
            ),
            "ended": "\n".join(f"{r['day']}: {r['summary']} ({r['entries']})" for r in row["results"]),
        }
        for row in rows
    ]
    show(rows if as_json else shown, headings, json_wanted=as_json)


def _row(station: Station, contest: Contest) -> dict[str, Any]:
    script = station.store.script
    return {
        "code": contest.code,
        "title": contest.title,
        "announcement": script(contest.announcement_id).code,
        "questions": [
            {
                "number": asked.number,
                "question": script(asked.question_id).code,
                "answer": script(asked.answer_id).code,
                "answer_from": str(script(asked.answer_id).not_before),
            }
            for asked in contest.questions
        ],
        "results": [
            {"day": str(r.day), "entries": r.entries, "summary": r.summary, "by": r.by}
            for r in contest.results
        ],
    }


def _written(path: Path) -> Written:
    document = load(path)
    with path.open("rb") as file:
        return Written(document, hashlib.file_digest(file, "sha256").hexdigest())
