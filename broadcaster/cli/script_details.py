"""`broadcaster script set | consent | procedure`: what belongs to a script beside its words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import click

from broadcaster.cli.common import by_name, known_person, with_station
from broadcaster.cli.script_remarks import remark, tell_voided
from broadcaster.cli.when import DayOrNone
from broadcaster.desk.names import declared
from broadcaster.desk.procedure import procedure_notice, sha256_of
from broadcaster.desk.script import ScriptKind
from broadcaster.language import _
from broadcaster.station import Station


@click.command("set")
@click.argument("code")
@click.option("--kind", type=click.Choice([str(kind) for kind in ScriptKind]), help="What it is.")
@click.option(
    "--name", "names", multiple=True, metavar="NAME", help='A person it names, or "none"; may be repeated.'
)
@click.option(
    "--not-a-person",
    "not_names",
    multiple=True,
    metavar="WORDS",
    help='Words that only look like a name, or "none"; may be repeated.',
)
@click.option("--expires", type=DayOrNone(), help='The last day on the air, or "none".')
@click.option("--not-before", type=DayOrNone(), help='The first day on the air, or "none".')
@by_name
@with_station
def set_(station: Station, /, code: str, by: str, **said: Any) -> None:
    """Change what is said of the script CODE beside its words; its approval is void by that."""
    named = _named(said)
    if not named:
        raise click.UsageError(
            _("Say what to change: --kind, --name, --not-a-person, --expires or --not-before")
        )
    done = station.desk.scripts.set(code, by=by, **named)
    click.echo(_("{code} is changed").format(code=done.script.code))
    remark(station, done.script)
    tell_voided(done)


@click.command("consent")
@click.argument("code")
@click.option("--name", required=True, metavar="NAME", help="The person who is named in the script.")
@click.option("--note", default="", metavar="TEXT", help="How the consent was given.")
@by_name
@with_station
def consent(station: Station, code: str, name: str, note: str, by: str) -> None:
    """Put on record that a person agrees to being named in the script CODE."""
    given = station.desk.scripts.consent(code, name, by=by, note=note[:500])
    click.echo(_("{name} agrees to being named in {code}").format(name=given.name, code=code))


@click.command("procedure")
@click.argument("title")
@click.option("--address", required=True, metavar="TEXT", help="Where it is to be had.")
@click.option("--hours", required=True, metavar="TEXT", help="When people are received there.")
@click.option("--web", default="", metavar="ADDRESS", help="Its page, as it is typed.")
@by_name
@with_station
def procedure(station: Station, title: str, address: str, hours: str, web: str, by: str) -> None:
    """Write the short notice of the administrative procedure TITLE, as a draft."""
    author = known_person(station, by)
    notice = procedure_notice(title, address, hours, web)
    taken = station.desk.scripts.add(notice, sha256_of(notice), author=author, kind=ScriptKind.NOTICE)
    words = _("{code} is there already: {title}") if taken.known else _("{code} is a draft: {title}")
    click.echo(words.format(code=taken.script.code, title=taken.script.title))
    click.echo(taken.script.spoken)
    remark(station, taken.script)


def _named(said: dict[str, Any]) -> dict[str, Any]:
    """What was named; "none" takes it away."""
    named = {key: _plain(value) for key, value in said.items() if value not in (None, ())}
    if "kind" in named:
        named["kind"] = ScriptKind(str(named["kind"]))
    return named


def _plain(value: date | datetime | str | Sequence[str]) -> object:
    if isinstance(value, tuple):
        return () if value == ("none",) else declared("\n".join(value))
    return None if value == "none" else value.date() if isinstance(value, datetime) else value
