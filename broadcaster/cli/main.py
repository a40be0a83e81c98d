"""The command `broadcaster`: one file per noun, loaded only when it is asked for."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import click

from broadcaster import language
from broadcaster.errors import BroadcasterError
from broadcaster.language import _

NOUNS = (
    "init",
    "hamlet",
    "person",
    "script",
    "read",
    "lexicon",
    "voices",
    "preview",
    "render",
    "queue",
    "timetable",
    "daemon",
    "stop",
    "asrun",
    "doctor",
    "backup",
)


class Nouns(click.Group):
    """Finds a command in `broadcaster.cli.<noun>`, where it is called `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(NOUNS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in NOUNS:
            return None
        command = importlib.import_module(f"broadcaster.cli.{cmd_name}").command
        return command if isinstance(command, click.Command) else None


@click.group(cls=Nouns, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--station", type=click.Path(path_type=Path), default=Path(), help="The station's folder.")
@click.option("--debug", is_flag=True, help="Show a traceback when something fails.")
@click.version_option(package_name="broadcaster")
@click.pass_context
def broadcaster(ctx: click.Context, station: Path, debug: bool) -> None:
    """The radio station of a commune: from a written notice to the loudspeakers, on time."""
    ctx.obj = station


def main(args: list[str] | None = None) -> None:
    """Run the command line; the only place that turns an error into words and an exit code."""
    language.use(language.preferred())
    arguments: list[str] = sys.argv[1:] if args is None else args
    try:
        result: Any = broadcaster.main(arguments, prog_name="broadcaster", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(1)
    except BroadcasterError as error:
        if "--debug" in arguments:
            raise
        click.echo(_("Error: {error}").format(error=error), err=True)
        sys.exit(1)
    sys.exit(result if isinstance(result, int) else 0)
