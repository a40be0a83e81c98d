"""`broadcaster asrun`: the as-run log: what really sounded, where and when, or why not."""

from __future__ import annotations

import csv
import io
from datetime import datetime, time, timedelta
from typing import Any

import click

from broadcaster.cli.common import as_json, by_hamlets, named_hamlets, of_hamlets, show, with_station
from broadcaster.cli.when import Instant, require_order
from broadcaster.language import _
from broadcaster.playout.airing import AsRun
from broadcaster.playout.reasons import shown
from broadcaster.station import Station


@click.group("asrun", invoke_without_command=True)
@of_hamlets
@click.option("--from", "start", type=Instant(), help="First day or instant; default: 7 days ago.")
@click.option("--to", "end", type=Instant(), help="Last day or instant; default: now.")
@as_json
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV for a spreadsheet.")
@click.pass_context
def command(ctx: click.Context, /, **asked: Any) -> None:
    """The as-run log: what really sounded, where and when, or why not."""
    if ctx.invoked_subcommand is None:
        _print(**asked)


@with_station
def _print(
    station: Station,
    hamlets: tuple[str, ...],
    start: datetime | None,
    end: datetime | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    zone = station.settings.station.zone
    now = station.clock.now()
    start, end = (instant and instant.replace(tzinfo=zone) for instant in (start, end))
    codes = {hamlet.code for hamlet in named_hamlets(station, hamlets)} if hamlets else None
    begin, until = start or now - timedelta(days=7), _whole_day(end) if end else now
    require_order(begin, until)
    entries = station.store.as_run(begin, until)
    rows = [_row(entry, zone) for entry in entries if codes is None or entry.hamlet in codes]
    if as_csv:
        click.echo(_csv(rows), nl=False)
        return
    headings = {
        "starts_at": _("Hour"),
        "hamlet": _("Hamlet"),
        "title": _("Title"),
        "outcome": _("Outcome"),
        "reason": _("Reason"),
        "seconds_played": _("Played s"),
        "seconds_planned": _("Planned s"),
        "voice": _("Voice"),
        "rehearsal": _("Rehearsal"),
    }
    if not as_json:
        rows = by_hamlets((row | {"reason": shown(row["reason"])} for row in rows), headings)
    show(rows, headings, json_wanted=as_json)


def _whole_day(end: datetime) -> datetime:
    return end + timedelta(days=1) if end.time() == time() else end


def _row(entry: AsRun, zone: Any) -> dict[str, Any]:
    return {
        "hamlet": entry.hamlet,
        "hamlet_name": entry.hamlet_name,
        "slot": entry.slot,
        "title": entry.title,
        "starts_at": entry.starts_at.astimezone(zone),
        "outcome": str(entry.outcome),
        "reason": entry.reason,
        "started_at": entry.started_at and entry.started_at.astimezone(zone),
        "seconds_played": round(entry.seconds_played, 3),
        "seconds_planned": round(entry.seconds_planned, 3),
        "voice": entry.voice,
        "bulletin": entry.bulletin,
        "rehearsal": entry.kind == "rehearsal",
        "airing": entry.airing_id,
    }


def _csv(rows: list[dict[str, Any]]) -> str:
    written = io.StringIO()
    columns = list(rows[0]) if rows else ["hamlet"]
    writer = csv.DictWriter(written, columns, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: _harmless(value) for key, value in row.items()})
    return written.getvalue()


def _harmless(value: object) -> object:
    """A title that begins like a formula must not become one in a spreadsheet."""
    if isinstance(value, datetime):
        return value.isoformat()
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@" and value else value


@command.command("verify")
@with_station
def verify(station: Station) -> int:
    """Check that no line of the as-run log was changed or taken out; exit 1 if one was."""
    broken = False
    for chain in station.store.verify_as_run():
        if chain.broken_at is None:
            words = _("{device}: {n} events, the chain is whole")
        else:
            words, broken = _("{device}: {n} events, broken at event {seq}"), True
        click.echo(words.format(device=chain.device, n=chain.events, seq=chain.broken_at))
    return int(broken)
