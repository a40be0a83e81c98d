"""`broadcaster asrun`: the as-run log: what really sounded, where and when, or why not."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import click

from broadcaster import language
from broadcaster.cli.common import (
    as_json,
    by_hamlets,
    by_name,
    known_person,
    named_hamlets,
    of_hamlets,
    show,
    with_station,
)
from broadcaster.cli.when import Instant, require_order
from broadcaster.errors import DeskError
from broadcaster.language import _
from broadcaster.playout.airing import AsRun
from broadcaster.playout.reasons import shown
from broadcaster.station import Station
from broadcaster.store.chain import Chain
from broadcaster.store.chain import verify as verify_chain
from broadcaster.store.chain_file import read_chain, write_chain

_LEAST_KEPT = timedelta(days=31)


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
    told, unheard = station.store.as_run(begin, until), station.store.unheard_airings(begin, until, now)
    entries = sorted((*told, *unheard), key=lambda entry: (entry.starts_at, entry.hamlet))
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


@command.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@with_station
def export(station: Station, file: Path) -> None:
    """Write the log's chain of events, hashes and all, to FILE: .json or .csv."""
    events = write_chain(file, station.store.as_run_events())
    click.echo(_("{n} events are in {file}; check it with: asrun verify {file}").format(n=events, file=file))


@command.command("verify")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.pass_obj
def verify(folder: Path, file: Path | None) -> int:
    """Check that no line of the log, or of an exported FILE, was changed or taken out; exit 1 if one was."""
    if file is not None:
        return _report(verify_chain(read_chain(file)), 0, {})
    with Station(folder) as station:
        language.use(language.preferred(station.settings.station.language))
        store = station.store
        return _report(store.verify_as_run(), len(store.unlogged()), store.forked_events())


def _report(chains: Sequence[Chain], unlogged: int, forked: Mapping[str, int]) -> int:
    for chain in chains:
        words = _("{device}: {n} events, the chain is whole")
        if chain.broken_at is not None:
            words = _("{device}: {n} events, broken at event {seq}")
        line = words.format(device=chain.device, n=chain.events, seq=chain.broken_at)
        if chain.restored:
            line += _("; put back from backups: {n}").format(n=chain.restored)
        if chain.pruned:
            line += _("; {n} older events were taken out, and a checkpoint vouches for them").format(
                n=chain.pruned
            )
        click.echo(line)
    if unlogged:
        words = _("{n} airings ended, and the log does not say how: its end was cut off")
        click.echo(words.format(n=unlogged))
    for device, count in forked.items():
        words = _("{device}: {n} events contradict what it told before; they were not taken in")
        click.echo(words.format(device=device, n=count))
    return int(bool(unlogged) or bool(forked) or any(chain.broken_at is not None for chain in chains))


@command.command("prune")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--before", type=Instant(), required=True, help="The day or instant from which it is kept.")
@by_name
@with_station
def prune(station: Station, file: Path, before: datetime, by: str) -> None:
    """Move what is older than --before (31 days at least) out of the log into FILE; a checkpoint stays."""
    by = known_person(station, by)
    instant, now = before.replace(tzinfo=station.settings.station.zone), station.clock.now()
    if instant > now - _LEAST_KEPT:
        raise DeskError(
            _("So young a part of the as-run log is not taken out"),
            f"{instant:%Y-%m-%d}",
            _("Keep {n} days at least").format(n=_LEAST_KEPT.days),
        )
    through = station.store.before(instant)
    if not through:
        click.echo(_("There is nothing that old"))
        return
    _require_whole(station)
    write_chain(file, station.store.as_run_events(through=through))
    pruned = station.store.prune_as_run(through, by=by, now=now)
    click.echo(_("{n} events are in {file} and no longer in the database").format(n=pruned, file=file))


def _require_whole(station: Station) -> None:
    """A checkpoint vouches for what was whole."""
    if any(chain.broken_at is not None for chain in station.store.verify_as_run()):
        raise DeskError(
            _("The as-run log's chain is broken: nothing is taken out of it"),
            todo=_("See where with: broadcaster asrun verify"),
        )
