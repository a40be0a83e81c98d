"""`broadcaster script`: written texts, from draft to approved."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from broadcaster.cli import script_details
from broadcaster.cli.common import as_json, by_name, known_person, show, with_station
from broadcaster.cli.script_remarks import remark, tell_voided
from broadcaster.cli.when import Instant
from broadcaster.desk.bulletins import item_of
from broadcaster.desk.kinds import shown as kind_shown
from broadcaster.desk.script import Script, ScriptKind, ScriptState
from broadcaster.language import _
from broadcaster.production.bulletin import Direction, Passage
from broadcaster.production.directions import sound_of
from broadcaster.station import Station
from broadcaster.voices.voice import Role, Turn


@click.group("script")
def command() -> None:
    """The scripts: written texts, from draft to approved."""


command.add_command(script_details.set_)
command.add_command(script_details.consent)
command.add_command(script_details.procedure)


@command.command("add")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--by", "by", default="", metavar="NAME", help="The author, a known person.")
@click.option("--kind", type=click.Choice([str(kind) for kind in ScriptKind]), help="Default: notice.")
@click.option("--expires", type=Instant(), help="The last day on the air.")
@click.option("--encoding", help="Of an old text: tcvn3, vni, viscii, cp1258…")
@click.option("--key", is_flag=True, help="Key notices, which the daily form repeats at its end.")
@with_station
def add(
    station: Station,
    files: tuple[Path, ...],
    by: str,
    kind: str | None,
    expires: datetime | None,
    encoding: str | None,
    key: bool,
) -> None:
    """Take FILES in as drafts."""
    author = known_person(station, by) if by else ""
    for file in files:
        taken = station.take_in(
            file,
            author=author,
            kind=ScriptKind(kind) if kind else None,
            expires=expires.date() if expires else None,
            encoding=encoding,
            key=key,
        )
        words = _("{code} is there already: {title}") if taken.known else _("{code} is a draft: {title}")
        click.echo(words.format(code=taken.script.code, title=taken.script.title))
        remark(station, taken.script)


@command.command("list")
@as_json
@with_station
def list_(station: Station, as_json: bool) -> None:
    """List the scripts, newest first."""
    headings = {
        "code": _("Code"),
        "kind_shown": _("Kind"),
        "key": _("Key"),
        "state": _("State"),
        "title": _("Title"),
        "author": _("Author"),
        "approved_by": _("Approved by"),
        "not_before": _("Not before"),
        "expires": _("Expires"),
    }
    show([_row(script) for script in station.store.scripts()], headings, json_wanted=as_json)


def _row(script: Script) -> dict[str, Any]:
    return {
        "code": script.code,
        "kind": str(script.kind),
        "kind_shown": kind_shown(script.kind),
        "key": script.key,
        "state": str(script.state),
        "title": script.title,
        "author": script.author,
        "approved_by": script.approved_by,
        "approved_at": script.approved_at,
        "self_approved": script.self_approved,
        "first_approved_by": script.first_approved_by,
        "not_before": script.not_before,
        "expires": script.expires,
        "names": script.names,
        "not_names": script.not_names,
        "topics": script.topics,
        "recording": script.recording,
        "marks": script.marks,
        "source": script.source,
        "text_sha256": script.text_sha256,
        "reading_sha256": script.reading_sha256,
    }


@command.command("show")
@click.argument("code")
@as_json
@with_station
def show_(station: Station, code: str, as_json: bool) -> None:
    """Show the script CODE: the written text and the words as they will be spoken."""
    script = station.store.script(code)
    zone = station.settings.station.zone
    consents = [
        asdict(consent) | {"at": consent.at.astimezone(zone)} for consent in station.store.consents(script.id)
    ]
    row = _row(script) | {"text": script.text, "spoken": script.spoken, "consents": consents}
    if as_json:
        show([row], {}, json_wanted=True)
        return
    key = _("key notice") + " · " if script.key else ""
    click.echo(f"{script.code} · {kind_shown(script.kind)} · {key}{script.state} · {script.title}")
    for consent in consents:
        click.echo(_("{name} agrees to being named: {by}, {at:%d/%m/%Y} {note}").format(**consent).rstrip())
    written, spoken = _("Written"), _("Spoken")
    click.echo(f"\n{written}\n{script.text}\n\n{spoken}")
    for passage in item_of(script).spoken:
        click.echo(_as_heard(station, passage))
    click.echo()
    remark(station, script)


def _as_heard(station: Station, passage: Passage) -> str:
    match passage:
        case Turn(text, role):
            return f"({_readers()[role]}) {text}"
        case Direction(name):
            sound = sound_of(name, station.folder)
            return f"[{name} → {sound}]" if sound else f"[{name}]"
        case _:
            return passage


def _readers() -> dict[Role, str]:
    return {Role.WOMAN: _("woman"), Role.MAN: _("man"), Role.OTHER: _("other voice"), Role.MAIN: ""}


@command.command("key")
@click.argument("code")
@click.option("--off", is_flag=True, help="It is none any more.")
@by_name
@with_station
def key(station: Station, code: str, off: bool, by: str) -> None:
    """Make the script CODE a key notice, which the daily form repeats at its end."""
    done = station.desk.scripts.set_key(code, key=not off, by=by)
    words = _("{code} is no key notice") if off else _("{code} is a key notice")
    click.echo(words.format(code=done.script.code))
    tell_voided(done)


@command.command("approve")
@click.argument("codes", nargs=-1, required=True)
@by_name
@with_station
def approve(station: Station, codes: tuple[str, ...], by: str) -> None:
    """Approve the scripts CODES: text and reading are frozen."""
    for code in codes:
        script = station.desk.scripts.approve(code, by=by)
        if script.state is ScriptState.DRAFT:
            words = _("{code} is approved by {name}; a second person has to approve it, too")
        else:
            words = _("{code} is approved by {name}")
        words = words.format(code=script.code, name=script.approved_by or script.first_approved_by)
        click.echo(words + (_(" (their own; this stays on record)") if script.self_approved else ""))


@command.command("withdraw")
@click.argument("code")
@by_name
@with_station
def withdraw(station: Station, code: str, by: str) -> None:
    """Take the script CODE off the air for good."""
    script = station.desk.scripts.withdraw(code, by=by)
    click.echo(_("{code} is withdrawn").format(code=script.code))


@command.command("recheck")
@with_station
def recheck(station: Station) -> None:
    """Read every script again after lexicon.tsv has changed."""
    voided = station.desk.scripts.recheck()
    for void in voided:
        click.echo(
            _("{code} is read otherwise now; approve it again (it waits for: {slots})").format(
                code=void.script.code, slots=", ".join(void.waiting) or "-"
            )
        )
    if not voided:
        click.echo(_("Every approval stands"))
