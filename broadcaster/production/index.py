"""audio_out/index.html: bulletins by name, for a person with a browser."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from urllib.parse import quote

from broadcaster.audio import replacing
from broadcaster.errors import ProductionError
from broadcaster.language import _
from broadcaster.units import Milliseconds

FILE_NAME = "index.html"

_PAGE = """<!DOCTYPE html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font-family: sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ border-bottom: 1px solid #ccc; padding: .5rem; text-align: left; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<table>
<thead><tr>{head}</tr></thead>
<tbody>
{rows}
</tbody>
</table>
</main>
</body>
</html>
"""


@dataclass(frozen=True)
class IndexRow:
    """One bulletin as a person looks for it."""

    title: str
    made: datetime
    """Aware, in the station's zone."""
    length: Milliseconds
    voice: str
    file_name: str


def write_index(audio_out: Path, rows: Iterable[IndexRow]) -> Path:
    """Write audio_out/index.html with a line for each of `rows`, in their order; whole or not at all.

    Raises ProductionError when it cannot be written.
    """
    path = audio_out / FILE_NAME
    heads = (_("Bulletin"), _("Made"), _("Length"), _("Voice"))
    page = _PAGE.format(
        title=escape(_("Bulletins")),
        head="".join(f'<th scope="col">{escape(head)}</th>' for head in heads),
        rows="\n".join(_row(row) for row in rows),
    )
    try:
        audio_out.mkdir(parents=True, exist_ok=True)
        with replacing(path) as part:
            part.write_text(page, encoding="utf-8")
    except OSError as error:
        raise ProductionError(_("The index of bulletins cannot be written"), f"{path}: {error}") from error
    return path


def _row(row: IndexRow) -> str:
    made = f'<time datetime="{row.made.isoformat()}">{row.made:%d/%m/%Y %H:%M}</time>'
    minutes, seconds = divmod(round(row.length / 1000), 60)
    link = f'<a href="{quote(row.file_name)}">{escape(row.title)}</a>'
    cells = (made, f"{minutes}:{seconds:02}", escape(row.voice))
    return f'<tr><th scope="row">{link}</th>' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
