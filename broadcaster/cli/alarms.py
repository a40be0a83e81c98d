"""`broadcaster alarms`: what the operator was told, and whether they can be reached."""

from __future__ import annotations

from typing import Any

import click

from broadcaster.alarms.alarm import Alarm, Filed, Kind
from broadcaster.cli.common import as_json, show, with_station
from broadcaster.errors import AlarmError
from broadcaster.language import _
from broadcaster.station import Station


@click.group("alarms")
def command() -> None:
    """What the operator was told by webhook and e-mail, and whether that works."""


@command.command("list")
@click.option("--most", type=click.IntRange(1, 10_000), default=50, help="How many, the newest first.")
@as_json
@with_station
def listed(station: Station, most: int, as_json: bool) -> None:
    """List the newest alarms, and what became of each."""
    zone = station.settings.station.zone
    rows = [_row(one, zone) for one in station.store.alarms(most)]
    headings = {
        "at": _("When"),
        "kind": _("Kind"),
        "text": _("Alarm"),
        "channel": _("Sent by"),
        "state": _("State"),
        "trouble": _("Trouble"),
    }
    show(rows, headings, json_wanted=as_json)


def _row(one: Filed, zone: Any) -> dict[str, Any]:
    return {
        "id": one.id,
        "at": one.at.astimezone(zone),
        "kind": str(one.alarm.kind),
        "subject": one.alarm.subject,
        "text": one.alarm.text,
        "channel": one.channel,
        "state": str(one.state),
        "tries": one.tries,
        "sent_at": one.sent_at and one.sent_at.astimezone(zone),
        "trouble": one.trouble,
    }


@command.command("test")
@with_station
def test(station: Station) -> int:
    """Send a test alarm every way that is set up, now; exit 1 if one does not arrive."""
    text = _("This is a test: the alarms of this station reach you")
    failed = not station.bell.channels
    if failed:
        click.echo(_("No way is set up: see [alarms] in broadcaster.toml"))
    for channel in station.bell.channels:
        try:
            station.bell.try_out(channel, Alarm(Kind.TEST, "", text))
            click.echo(_("{channel}: sent").format(channel=channel))
        except AlarmError as error:
            failed = True
            click.echo(f"{channel}: {error}")
    return int(failed)
