"""`broadcaster plan`: the year's plan, its topics, and what was heard of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from broadcaster.cli import coverage, plan_record
from broadcaster.cli.common import as_json, by_name, show, with_station
from broadcaster.cli.when import Instant
from broadcaster.desk.topic_tree import branches
from broadcaster.documents import load
from broadcaster.errors import DeskError
from broadcaster.language import _
from broadcaster.reports.lint import lint_plan
from broadcaster.reports.outline import outline
from broadcaster.reports.planning import Planning
from broadcaster.station import Station

_INDENT = "  "

of_year = click.option("--year", type=click.IntRange(2000, 2099), help="The plan's year; default: this one.")


class Number(click.ParamType):
    """A number, or "none"."""

    name = "number"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        if value == "none" or isinstance(value, int):
            return value
        if not str(value).isdecimal() or int(str(value)) > 100_000:
            self.fail(_("{text} is no number").format(text=value), param, ctx)
        return int(str(value))


_targets: tuple[Callable[..., Any], ...] = (
    click.option("--times", type=Number(), help='How often each hamlet is to hear of it, or "none".'),
    click.option("--minutes", type=Number(), help='For how many minutes each hamlet is to, or "none".'),
    click.option("--from", "first", type=Instant(), help="Counted from this day."),
    click.option("--to", "last", type=Instant(), help="Counted up to this day."),
    click.option("--parent", metavar="TOPIC", help='The topic that it is a part of; "" puts it on top.'),
)


def _with_targets(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_targets):
        command = option(command)
    return command


@click.group("plan")
def command() -> None:
    """The year's plan: its topics, their targets, and what each hamlet has heard of them."""


command.add_command(coverage.command)
command.add_command(plan_record.record)
command.add_command(plan_record.records)


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@of_year
@by_name
@with_station
def import_(station: Station, file: Path, year: int | None, by: str) -> None:
    """Take topics from the headings and bullets of FILE (.docx, .txt); what is known stays as it is."""
    proposed = outline(load(file))
    of = year or proposed.year or _this_year(station)
    if not proposed.topics:
        raise DeskError(
            _("No topic was found in this plan"), file.name, _("Number its headings, or begin lines with -")
        )
    done = _planning(station).take_in(proposed, of, by=by)
    for section in proposed.left_out:
        click.echo(_("Left out, as it is no topic: {title}").format(title=section))
    words = _("{n} topics are new in the plan of {year}, {known} were known; see: broadcaster plan list")
    click.echo(words.format(n=len(done.added), year=of, known=done.known))


@command.command("list")
@of_year
@as_json
@with_station
def list_(station: Station, year: int | None, as_json: bool) -> None:
    """List the topics with their targets."""
    rows = [
        asdict(branch.topic)
        | {"level": branch.depth + 1, "shown": _INDENT * branch.depth + branch.topic.title}
        for branch in branches(station.store.topics(year or _this_year(station)))
    ]
    headings = {
        "code": _("Code"),
        "shown": _("Topic"),
        "times": _("Times"),
        "minutes": _("Minutes"),
        "first": _("From"),
        "last": _("To"),
    }
    show(rows, headings, json_wanted=as_json)


@command.command("add")
@click.argument("code")
@click.argument("title")
@of_year
@_with_targets
@by_name
@with_station
def add(
    station: Station,
    /,
    code: str,
    title: str,
    year: int | None,
    parent: str | None,
    by: str,
    **targets: Any,
) -> None:
    """Add the topic CODE, called TITLE."""
    of = year or _this_year(station)
    topic = _planning(station).add(of, code, title, parent=parent or "", by=by, **_set(targets))
    click.echo(_("Topic {code} is in the plan of {year}").format(code=topic.code, year=topic.year))


@command.command("set")
@click.argument("topic")
@of_year
@click.option("--title", help="What it is called.")
@_with_targets
@by_name
@with_station
def set_(
    station: Station,
    /,
    topic: str,
    year: int | None,
    title: str | None,
    parent: str | None,
    by: str,
    **targets: Any,
) -> None:
    """Change what a TOPIC is called, its targets, its days, or its place."""
    named = _set(targets) | ({"title": title} if title else {})
    if not named and parent is None:
        raise click.UsageError(_("Say what to change: --title, --times, --minutes, --from, --to or --parent"))
    changed = _planning(station).set(topic, year or _this_year(station), by=by, parent=parent, **named)
    click.echo(_("Topic {code} is changed").format(code=changed.code))


@command.command("remove")
@click.argument("topic")
@of_year
@by_name
@with_station
def remove(station: Station, topic: str, year: int | None, by: str) -> None:
    """Take TOPIC out of the plan; its parts move up."""
    gone = _planning(station).remove(topic, year or _this_year(station), by=by)
    click.echo(_("Topic {code} is out of the plan").format(code=gone.code))


@command.command("tag")
@click.argument("script")
@click.argument("topics", nargs=-1)
@of_year
@by_name
@with_station
def tag(station: Station, script: str, topics: Sequence[str], year: int | None, by: str) -> None:
    """Say which TOPICS the SCRIPT is about; none: it is about none. Its approval stays."""
    tagged = _planning(station).tag(script, topics, year or _this_year(station), by=by)
    named = ", ".join(tagged.topics) or "–"
    click.echo(_("{code} is about: {topics}").format(code=tagged.code, topics=named))


@command.command("lint")
@click.argument("file", type=click.Path(path_type=Path))
@as_json
@with_station
def lint(station: Station, file: Path, as_json: bool) -> int:
    """Warn of stale names, other years, districts and doubled words in the plan FILE; exit 1 if there are."""
    document = load(file)
    today = station.clock.now().astimezone(station.settings.station.zone).date()
    remarks = lint_plan(document.text, outline(document).year, today)
    headings = {"line": _("Line"), "words": _("Words"), "advice": _("Remark")}
    if remarks or as_json:
        show([asdict(remark) for remark in remarks], headings, json_wanted=as_json)
    else:
        click.echo(_("Nothing to remark"))
    return int(bool(remarks))


def _set(targets: dict[str, Any]) -> dict[str, Any]:
    """What was named; "none" takes a number away."""
    named = {key: value for key, value in targets.items() if value is not None}
    plain = {key: None if value == "none" else value for key, value in named.items()}
    return {key: value.date() if isinstance(value, datetime) else value for key, value in plain.items()}


def _planning(station: Station) -> Planning:
    return Planning(station.store, station.clock)


def _this_year(station: Station) -> int:
    return station.clock.now().astimezone(station.settings.station.zone).year
