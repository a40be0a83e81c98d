"""`broadcaster hamlet`: the places that hear."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from typing import Any

import click

from broadcaster.cli import calibrate, hamlet_pc
from broadcaster.cli.common import as_json, named_hamlets, save_hamlet, show, with_station
from broadcaster.cli.sound import sound
from broadcaster.cli.when import Band, Hours
from broadcaster.errors import DeskError
from broadcaster.language import _
from broadcaster.playout.outputs.opening import split
from broadcaster.station import Station
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.units import Decibels

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_CODE = 40

_name = click.option("--name", help="What is shown.")
_kind = click.option("--kind", help="ấp, thôn, xóm, bản, buôn, khu phố…")
_output = click.option(
    "--output", metavar="URL", help="file:, soundcard:, soundcard:DEVICE#CHANNEL, icecast://… or player:"
)
_gain = click.option("--gain", type=click.FloatRange(-24, 12), metavar="DB", help="Louder or softer, in dB.")
_band = click.option(
    "--band", type=Band(), metavar="HZ-HZ", help="What its horns can carry: 300-5000; 'none': everything."
)
_quiet = click.option(
    "--quiet", type=Hours(), metavar="HH:MM-HH:MM", help="Its own quiet hours; 'none' takes them away."
)
_minutes = click.option(
    "--minutes-per-day", type=click.IntRange(0, 1440), help="Its own limit; 0 takes it away."
)
_sensitive = click.option(
    "--sensitive/--not-sensitive", default=None, help="By a school or a hospital: stricter hours hold."
)
_group = click.option(
    "--group", help="Hamlets of one group hear each other's horns; 'none' takes it out of its group."
)


@click.group("hamlet")
def command() -> None:
    """The hamlets: places that hear."""


command.add_command(calibrate.command)
for pc_command in (hamlet_pc.enrol, hamlet_pc.revoke, hamlet_pc.status):
    command.add_command(pc_command)


@command.command("add")
@click.argument("code")
@_name
@_kind
@_output
@_gain
@_band
@_quiet
@_minutes
@_sensitive
@_group
@with_station
def add(station: Station, /, code: str, **details: Any) -> None:
    """Add the hamlet CODE (for example: ap-6)."""
    if any(hamlet.code == code for hamlet in station.store.hamlets()):
        raise DeskError(_("This hamlet is there already"), code, _("Change it with: broadcaster hamlet set"))
    hamlet = _changed(Hamlet(id=uuid.uuid4().hex, code=_checked(code), name=code), details)
    save_hamlet(station, hamlet)
    click.echo(
        _("{name} ({code}) is added; put it into slots with: broadcaster timetable set").format(
            name=hamlet.name, code=code
        )
    )


@command.command("set")
@click.argument("code")
@click.option("--code", "new_code", help="A new code; the history stays.")
@_name
@_kind
@_output
@_gain
@_band
@_quiet
@_minutes
@_sensitive
@_group
@with_station
def set_(station: Station, /, code: str, new_code: str | None, **details: Any) -> None:
    """Change the hamlet CODE."""
    (hamlet,) = named_hamlets(station, [code])
    changed = _changed(hamlet, details)
    if new_code is not None:
        changed = replace(changed, code=_checked(new_code))
    save_hamlet(station, changed)
    click.echo(_("{name} ({code}) is changed").format(name=changed.name, code=changed.code))


def _checked(code: str) -> str:
    """A hamlet's code names a folder, a column and an address: plain letters only."""
    if not _CODE.fullmatch(code) or len(code) > _LONGEST_CODE or code == "all":
        raise DeskError(
            _("A hamlet's code is made of a-z, 0-9 and -"),
            code,
            _("Write it like ap-6; --name may be any words"),
        )
    return code


def _changed(hamlet: Hamlet, details: dict[str, Any]) -> Hamlet:
    if details["output"] is not None:
        split(details["output"])
    changes = {key: details[key] for key in ("name", "kind", "output") if details[key] is not None}
    if not changes.get("name", hamlet.name).strip():
        raise DeskError(_("A hamlet needs a name"), hamlet.code)
    if details["gain"] is not None:
        changes["gain_trim"] = Decibels(details["gain"])
    if details["band"] is not None:
        changes["band_hz"] = None if details["band"] == "none" else details["band"]
    if details["quiet"] is not None:
        changes["quiet_hours"] = None if details["quiet"] == "none" else details["quiet"]
    if details["minutes_per_day"] is not None:
        changes["minutes_per_day"] = details["minutes_per_day"] or None
    if details["sensitive"] is not None:
        changes["sensitive"] = details["sensitive"]
    if details["group"] is not None:
        changes["overlap_group"] = "" if details["group"] == "none" else " ".join(details["group"].split())
    return replace(hamlet, **changes)


@command.command("list")
@as_json
@with_station
def list_(station: Station, as_json: bool) -> None:
    """List the hamlets."""
    rows = [
        {
            "code": hamlet.code,
            "name": hamlet.name,
            "kind": hamlet.kind,
            "output": hamlet.output,
            "gain_db": hamlet.gain_trim,
            "band_hz": "-".join(f"{hz:g}" for hz in hamlet.band_hz or ()),
            "quiet_hours": "-".join(f"{t:%H:%M}" for t in hamlet.quiet_hours or ()),
            "minutes_per_day": hamlet.minutes_per_day,
            "sensitive": hamlet.sensitive,
            "group": hamlet.overlap_group,
        }
        for hamlet in station.store.hamlets()
    ]
    headings = {
        "code": _("Code"),
        "name": _("Name"),
        "output": _("Output"),
        "gain_db": _("Gain dB"),
        "band_hz": _("Band Hz"),
        "quiet_hours": _("Quiet hours"),
        "minutes_per_day": _("Minutes a day"),
        "sensitive": _("Sensitive"),
        "group": _("Group"),
    }
    show(rows, headings, json_wanted=as_json)


@command.command("remove")
@click.argument("code")
@with_station
def remove(station: Station, code: str) -> None:
    """Take the hamlet CODE out of service; what it heard stays in the as-run log."""
    (hamlet,) = named_hamlets(station, [code])
    now = station.clock.now()
    station.store.retire_hamlet(hamlet.id, by="", now=now)
    station.desk.editions.expand(now)
    click.echo(_("{name} is out of service").format(name=hamlet.name))


@command.command("test")
@click.argument("code")
@with_station
def test(station: Station, code: str) -> None:
    """Sound the chime once on the output of the hamlet CODE."""
    (hamlet,) = named_hamlets(station, [code])
    chime = station.folder / station.settings.production.chime
    sound(station, chime, hamlet.output, hamlet.code)
    click.echo(
        _("The chime has sounded on {output} of {name}").format(output=hamlet.output, name=hamlet.name)
    )
