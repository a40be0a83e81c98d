"""`broadcaster report`: the diary, and the results of a month, a quarter or a year, as papers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, time
from pathlib import Path

import click

from broadcaster import language
from broadcaster.cli.common import today, with_station
from broadcaster.cli.when import Instant, require_order
from broadcaster.language import _
from broadcaster.reports.diary import diary
from broadcaster.reports.facts import gathered
from broadcaster.reports.official import write_docx
from broadcaster.reports.paper import Office, Paper
from broadcaster.reports.period import days, parse_period
from broadcaster.reports.report import report
from broadcaster.reports.workbook import write_csv, write_xlsx
from broadcaster.station import Station

_WRITERS: dict[str, Callable[[Paper, Path], None]] = {
    ".docx": write_docx,
    ".xlsx": write_xlsx,
    ".csv": write_csv,
}
_into = click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="Into FILE: .docx, .xlsx or .csv."
)
_signer = click.option("--signer", default="", metavar="NAME", help="Who signs it; default: left free.")
_signed_as = click.option(
    "--signed-as", multiple=True, metavar="LINE", help="A line above the signature; may be repeated."
)


@click.group("report")
def command() -> None:
    """Papers by the layout of Decree 30/2020, always in Vietnamese: diary and results."""


@command.command("diary")
@click.option("--from", "first", type=Instant(), help="First day; default: today.")
@click.option("--to", "last", type=Instant(), help="Last day; default: the first.")
@_signer
@_signed_as
@_into
@with_station
def diary_(
    station: Station,
    first: datetime | None,
    last: datetime | None,
    signer: str,
    signed_as: Sequence[str],
    output: Path,
) -> None:
    """The broadcasting diary: each session of these days, who heard it and why not."""
    begin = first.date() if first else today(station)
    end = last.date() if last else begin
    require_order(datetime.combine(begin, time()), datetime.combine(end, time()))
    period, zone, now = days(begin, end), station.settings.station.zone, station.clock.now()
    office = Office(
        above=f"UBND {station.spoken_name}".upper(),
        name="ĐÀI TRUYỀN THANH",
        place=station.settings.station.name,
        signed_as=tuple(signed_as) or ("TRƯỞNG ĐÀI",),
        signer=signer,
    )
    with _in_vietnamese(station):
        paper = diary(gathered(station.store, period, zone, now), period, office, today(station))
    _write(paper, output)


@command.command("results")
@click.argument("period")
@click.option("--number", default="", help="The paper's number; default: left free.")
@_signer
@_signed_as
@_into
@with_station
def results(
    station: Station, period: str, number: str, signer: str, signed_as: Sequence[str], output: Path
) -> None:
    """What PERIOD has brought: a month (2026-03), a quarter (2026-Q1) or a year (2026)."""
    of, zone, now = parse_period(period), station.settings.station.zone, station.clock.now()
    office = Office(
        above="",
        name=f"ỦY BAN NHÂN DÂN\n{station.spoken_name}".upper(),
        place=station.settings.station.name,
        symbol="UBND",
        signed_as=tuple(signed_as) or ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"),
        signer=signer,
    )
    with _in_vietnamese(station):
        paper = report(gathered(station.store, of, zone, now), of, office, today(station), number)
    _write(paper, output)


@contextmanager
def _in_vietnamese(station: Station) -> Iterator[None]:
    """Reasons stand in papers, too, and those are in Vietnamese."""
    language.use("vi")
    try:
        yield
    finally:
        language.use(language.preferred(station.settings.station.language))


def _write(paper: Paper, output: Path) -> None:
    write = _WRITERS.get(output.suffix.lower())
    if write is None:
        raise click.UsageError(_("-o is followed by a file that ends in .docx, .xlsx or .csv"))
    write(paper, output)
    if paper.remark:
        click.echo(paper.remark)
    click.echo(_("Written: {path}").format(path=output))
