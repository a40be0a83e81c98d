"""`broadcaster banners`: approved slogans as banners for the print shop."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from broadcaster.banners.drawing import write_banner
from broadcaster.banners.sheet import Sheet, parse_sheet
from broadcaster.cli.common import today, with_station
from broadcaster.cli.progress import progress
from broadcaster.desk.fallbacks import may_air
from broadcaster.desk.outside import require_public
from broadcaster.desk.script import Script, ScriptKind
from broadcaster.errors import DeskError
from broadcaster.language import _
from broadcaster.station import Station


@click.command("banners")
@click.argument("scripts", nargs=-1, metavar="[SCRIPT]…")
@click.option("--all", "everything", is_flag=True, help="All slogans that are approved and have not expired.")
@click.option(
    "--size",
    "sizes",
    multiple=True,
    default=("0.7x6m", "A3"),
    show_default=True,
    help="A0 to A4, or like 0.7x6m or 420x297mm; may be repeated.",
)
@click.option("--scale", type=click.IntRange(1, 100), help="The file is 1:N; default: 1, or 10 from 5 m on.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Into this folder.",
)
@with_station
def command(
    station: Station,
    scripts: Sequence[str],
    everything: bool,
    sizes: Sequence[str],
    scale: int | None,
    output: Path,
) -> None:
    """Make a PDF and a PNG of each slogan (a script of the kind spot) in each size."""
    if bool(scripts) == everything:
        raise click.UsageError(_("Name the slogans, or give --all"))
    sheets = [parse_sheet(size, scale) for size in sizes]
    slogans = _all(station) if everything else [_slogan(station, code) for code in scripts]
    jobs = [(slogan, sheet) for slogan in slogans for sheet in sheets]
    if not jobs:
        raise DeskError(_("There is no approved slogan"), todo=_("Take one in with: script add --kind spot"))
    with progress(_("Drawing")) as done:
        made = []
        for slogan, sheet in jobs:
            name, note = f"{slogan.code}-{sheet.name}", _note(station, slogan, sheet)
            made.append(write_banner(slogan.text, sheet, note, output, name)[0])
            done(len(made), len(jobs))
    for path in made:
        click.echo(_("Written: {path} and .png").format(path=path))


def _slogan(station: Station, code: str) -> Script:
    script = station.store.script(code)
    if script.kind is not ScriptKind.SPOT:
        raise DeskError(_("Only slogans become banners"), script.code, _("Its kind is not spot"))
    require_public(script, today(station))
    return script


def _all(station: Station) -> list[Script]:
    day = today(station)
    spots = [script for script in station.store.scripts() if script.kind is ScriptKind.SPOT]
    return [script for script in spots if may_air(script, day)]


def _note(station: Station, slogan: Script, sheet: Sheet) -> str:
    """What the printer and the commune must know of the file; in Vietnamese, like all papers."""
    approved = slogan.approved_at.astimezone(station.settings.station.zone) if slogan.approved_at else None
    parts = (
        f"{station.spoken_name} · {slogan.code}",
        f"khổ thành phẩm {sheet.width:g} × {sheet.height:g} mm",
        f"tỉ lệ 1:{sheet.scale}",
        f"tràn lề {sheet.bleed:g} mm",
        f"{slogan.approved_by} duyệt ngày {approved:%d/%m/%Y}" if approved else slogan.approved_by,
    )
    return " · ".join(parts)
