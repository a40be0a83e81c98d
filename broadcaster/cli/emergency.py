"""`broadcaster emergency`: words on the air at once, again and again, until they are cancelled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from broadcaster import lock
from broadcaster.cli.common import as_json, by_name, named_hamlets, show, with_station
from broadcaster.cli.emergency_wait import Watch
from broadcaster.cli.when import Duration, Until
from broadcaster.desk.cap import load_alert
from broadcaster.desk.emergencies import DRILL_TEXT, LONGEST_TEXT, Call, Raised
from broadcaster.desk.emergency import Emergency, EmergencyState
from broadcaster.documents import load
from broadcaster.errors import DeskError, StationError
from broadcaster.language import _
from broadcaster.station import Station

_hamlets = click.option("--hamlet", "hamlets", multiple=True, metavar="CODE", help="May be repeated.")
_all = click.option("--all", "everywhere", is_flag=True, help="In every hamlet.")
_repeat = click.option(
    "--repeat-every", "repeat", type=Duration(), default="5m", show_default=True, help="From start to start."
)
_until = click.option("--until", type=Until(), help="When it ends by itself, at most 24 hours from now.")
_for = click.option("--for", "lasting", type=Duration(), help="How long it lasts; instead of --until.")
_wait = click.option("--wait", is_flag=True, help="Wait until its words have sounded, and tell where.")


class _Emergency(click.Group):
    """`emergency "TEXT" …` is short for `emergency raise "TEXT" …`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "-h", "--help"):
            args = ["raise", *args]
        return super().parse_args(ctx, args)


@click.group("emergency", cls=_Emergency, subcommand_metavar='"TEXT"|FILE|COMMAND [ARGS]...')
def command() -> None:
    """On the air at once: a siren, then the words, again and again until somebody cancels it."""


def _raising(run: Callable[..., Any]) -> Callable[..., Any]:
    for option in (_hamlets, _all, by_name, _repeat, _until, _for, _wait):
        run = option(run)
    return run


@command.command("raise")
@click.argument("words", metavar='"TEXT"|FILE')
@click.option("--reason", required=True, help="Why; it stays on record.")
@_raising
@with_station
def raise_(station: Station, /, words: str, **asked: Any) -> None:
    """Sound the siren now, and TEXT (or what stands in FILE) behind it."""
    call = _call(station, text=_text(words), **asked)
    _require_duty(station, call)
    _told(station, station.desk.emergency.raise_(call), wait=asked["wait"])


@command.command("drill")
@click.argument("words", metavar='["TEXT"|FILE]', required=False)
@click.option("--reason", default="diễn tập", help="Why; it stays on record.")
@_hamlets
@_all
@by_name
@_wait
@with_station
def drill(station: Station, /, words: str | None, **asked: Any) -> None:
    """All that an emergency does, once; said to be a drill on the air and in the log, and never in quiet
    hours."""
    text = _text(words) if words else DRILL_TEXT
    call = _call(station, text=text, drill=True, **asked)
    _require_duty(station, call)
    _told(station, station.desk.emergency.raise_(call), wait=asked["wait"])


@command.command("confirm")
@click.argument("code")
@click.option("--reason", default="", help="Why, if not as the draft says.")
@_raising
@with_station
def confirm(station: Station, /, code: str, **asked: Any) -> None:
    """Put the draft CODE on the air."""
    _require_duty(station, None)
    call = _call(station, text="", **asked)
    _told(station, station.desk.emergency.confirm(code, call), wait=asked["wait"])


@command.command("update")
@click.argument("code")
@click.argument("words", metavar='"TEXT"|FILE')
@by_name
@with_station
def update(station: Station, code: str, words: str, by: str) -> None:
    """New words for the emergency CODE: from its next round on, and at once where the old ones sound."""
    if station.desk.emergency.update(code, _text(words), by=by):
        click.echo(_("{code}: the old words stop now, the new ones follow the siren").format(code=code))
    else:
        click.echo(_("{code}: new words from the next round on").format(code=code))


@command.command("cancel")
@click.argument("code", required=False)
@by_name
@with_station
def cancel(station: Station, code: str | None, by: str) -> None:
    """Silence the emergency CODE for good; the only one that is on, if none is named."""
    code = code or _only(station.desk.emergency.on())
    if station.desk.emergency.cancel(code, by=by):
        click.echo(_("{code} is cancelled").format(code=code))
    else:
        ended = station.store.emergency(code)
        click.echo(
            _("{code} has ended already, at {time} by {by}").format(
                code=ended.code, time=_local(station, ended.ended_at), by=ended.changed_by
            )
        )


@command.command("list")
@as_json
@with_station
def list_(station: Station, as_json: bool) -> None:
    """List emergencies, newest first."""
    codes = {hamlet.id: hamlet.code for hamlet in station.store.hamlets()}
    rows = [_row(station, emergency, codes) for emergency in station.store.emergencies()]
    headings = {
        "code": _("Code"),
        "state": _("State"),
        "title": _("Title"),
        "hamlets": _("Hamlets"),
        "by": _("By"),
        "reason": _("Reason"),
        "raised_at": _("Raised"),
        "until": _("Until"),
        "trouble": _("Trouble"),
    }
    show(rows, headings, json_wanted=as_json)


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@by_name
@with_station
def import_(station: Station, file: Path, by: str) -> None:
    """Take in an alert of the Common Alerting Protocol 1.2: a draft, until somebody confirms it."""
    alert = load_alert(file)
    taken = station.desk.alerts.take_in(alert, by=by)
    click.echo(taken.told)
    if taken.emergency is not None and taken.emergency.state is EmergencyState.DRAFT:
        click.echo(taken.emergency.text)
        if alert.areas:
            click.echo(_("For: {areas}").format(areas=", ".join(alert.areas)))
        click.echo(_confirm_words(taken.emergency))


def _call(
    station: Station,
    *,
    text: str,
    hamlets: Sequence[str],
    everywhere: bool,
    by: str,
    reason: str,
    repeat: timedelta | None = None,
    until: datetime | None = None,
    lasting: timedelta | None = None,
    drill: bool = False,
    wait: bool = False,
) -> Call:
    if bool(hamlets) == everywhere:
        raise click.UsageError(_("Name the hamlets with --hamlet CODE, or say --all"))
    if until is not None and lasting is not None:
        raise click.UsageError(_("Give --until or --for, not both"))
    ids = tuple(hamlet.id for hamlet in named_hamlets(station, hamlets))
    now = station.clock.now()
    ends = now + lasting if lasting else until and _coming(until, now, station)
    given = Call(text, ids, by, reason, until=ends, drill=drill)
    return given if repeat is None else Call(text, ids, by, reason, repeat, ends, drill)


def _coming(until: datetime | Any, now: datetime, station: Station) -> datetime:
    local = now.astimezone(station.settings.station.zone)
    if isinstance(until, datetime):
        return until.replace(tzinfo=local.tzinfo)
    today = datetime.combine(local.date(), until, local.tzinfo)
    return today if today > local else today + timedelta(days=1)


def _text(words: str) -> str:
    """The words themselves, or those of the file so called."""
    path = Path(words) if len(words) < 1000 and "\n" not in words else None
    if path is not None and path.is_file():
        return load(path).text
    if " " not in words.strip() and len(words) <= LONGEST_TEXT:
        raise click.UsageError(_("{words} is no file, and too little to say").format(words=words))
    return words


def _require_duty(station: Station, call: Call | None) -> None:
    """Without a daemon nothing can sound: what was asked is kept as a draft, and that is said."""
    if lock.held(station.folder):
        return
    todo = _("Start it: broadcaster daemon")
    if call is not None:
        draft = station.desk.emergency.keep(call)
        todo = f"{todo}. {_confirm_words(draft)}"
    raise StationError(_("No daemon is running: nothing will sound"), str(station.folder), todo)


def _confirm_words(draft: Emergency) -> str:
    return _("To put it on the air: broadcaster emergency confirm {code} --hamlet CODE --by NAME").format(
        code=draft.code
    )


def _told(station: Station, raised: Raised, *, wait: bool) -> None:
    emergency = raised.emergency
    if also := [hamlet.name for hamlet in station.store.hamlets() if hamlet.id in raised.also]:
        click.echo(_("Also in {names}: the horns are heard there").format(names=", ".join(also)))
    click.echo(
        _(
            "{code}: the siren sounds at {time} in {n} hamlets, until {until}; to end it: emergency cancel"
        ).format(
            code=emergency.code,
            time=_local(station, raised.starts_at),
            n=len(emergency.slot.hamlets),
            until=_local(station, emergency.until),
        )
    )
    for other in raised.beside:
        click.echo(
            _("{code} is on there too: {title}. This one is heard first, then they take turns").format(
                code=other.code, title=other.title
            )
        )
    Watch(station, emergency, raised.starts_at).follow(to_the_end=wait)


def _only(on: Sequence[Emergency]) -> str:
    if len(on) == 1:
        return on[0].code
    if not on:
        raise DeskError(_("No emergency is on"))
    raise DeskError(_("Say which one"), ", ".join(f"{one.code} ({one.title})" for one in on))


def _row(station: Station, emergency: Emergency, codes: dict[str, str]) -> dict[str, object]:
    zone = station.settings.station.zone
    return {
        "code": emergency.code,
        "state": emergency.state,
        "drill": emergency.drill,
        "title": emergency.title,
        "text": emergency.text,
        "spoken": emergency.spoken,
        "hamlets": " ".join(codes.get(one, one) for one in emergency.slot.hamlets),
        "by": emergency.by,
        "reason": emergency.reason,
        "raised_at": emergency.raised_at.astimezone(zone),
        "repeat_s": emergency.repeat_s,
        "until": emergency.until.astimezone(zone),
        "ended_at": emergency.ended_at and emergency.ended_at.astimezone(zone),
        "changed_by": emergency.changed_by,
        "trouble": emergency.trouble,
    }


def _local(station: Station, instant: datetime | None) -> str:
    return f"{instant.astimezone(station.settings.station.zone):%d/%m %H:%M:%S}" if instant else "-"
