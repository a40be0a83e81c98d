"""What a person is told of a script: what to look at before approving it, and what a change of it means."""

from __future__ import annotations

import click

from broadcaster.cli.common import today
from broadcaster.desk.changing import Changed
from broadcaster.desk.names import undeclared
from broadcaster.desk.script import Script
from broadcaster.language import _
from broadcaster.reading.lint import lint
from broadcaster.station import Station


def remark(station: Station, script: Script) -> None:
    """What a person should look at before approving it."""
    reading = station.read(script.text, script.words)
    for span in reading.unread:
        click.echo(_("  cannot be read: {written}").format(written=span.written))
    for span in reading.doubtful:
        click.echo(_("  doubtful: {written} → {spoken}").format(written=span.written, spoken=span.spoken))
    for name in station.desk.scripts.unplayed(script):
        click.echo(_("  no sound is known for [{name}]: nothing is played there").format(name=name))
    _remark_names(station, script)
    for warning in lint(script.text, today(station)):
        click.echo(
            _("  line {line}, {words}: {advice}").format(
                line=warning.line, words=warning.words, advice=warning.advice
            )
        )


def _remark_names(station: Station, script: Script) -> None:
    for name in undeclared(script):
        click.echo(
            _("  looks like a person's name: {name} (script set {code} --name or --not-a-person)").format(
                name=name, code=script.code
            )
        )
    for name in station.desk.scripts.without_consent(script):
        click.echo(_("  no consent is on record yet: {name}").format(name=name))


def tell_voided(done: Changed) -> None:
    """What a change of an approved script means for it."""
    if done.voided:
        click.echo(
            _("Its approval is void: hear it (broadcaster preview {code}), then approve it again").format(
                code=done.script.code
            )
        )
    if done.waiting:
        click.echo(_("Until then it leaves the queues of: {slots}").format(slots=", ".join(done.waiting)))
