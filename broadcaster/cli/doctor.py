"""`broadcaster doctor`: what could stop tomorrow's 05:30."""

from __future__ import annotations

from pathlib import Path

import click

from broadcaster.cli.common import as_json, show, speak_like
from broadcaster.doctor import Level, examine
from broadcaster.language import _


@click.command("doctor")
@as_json
@click.pass_obj
def command(folder: Path, as_json: bool) -> int:
    """Check everything that could stop tomorrow's 05:30, and say what to do; exit 1 if anything would."""
    speak_like(folder)
    signs = {Level.GOOD: "✓", Level.WARNING: "!", Level.FAULT: "✗"}
    rows = [
        {
            "sign": signs[finding.level],
            "level": str(finding.level),
            "subject": finding.subject,
            "what": finding.what,
            "todo": finding.todo,
        }
        for finding in examine(folder)
    ]
    headings = {"sign": "", "subject": _("Checked"), "what": _("Found"), "todo": _("What to do")}
    show(rows, headings, json_wanted=as_json)
    return int(any(row["level"] == Level.FAULT for row in rows))
