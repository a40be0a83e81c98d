"""`broadcaster voices`: which engines work here, and why not."""

from __future__ import annotations

import click

from broadcaster.cli.common import as_json, show, with_station
from broadcaster.language import _
from broadcaster.station import Station


@click.command("voices")
@as_json
@with_station
def command(station: Station, as_json: bool) -> None:
    """The voices, best first, and whether each works on this PC."""
    rows = [
        {"voice": status.name, "works": status.works, "why": status.why}
        for status in station.speaker.statuses()
    ]
    show(rows, {"voice": _("Voice"), "works": _("Works"), "why": _("Why not")}, json_wanted=as_json)
