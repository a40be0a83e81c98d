"""The command `broadcaster`: one file per noun, loaded only when it is asked for."""

from __future__ import annotations

import gc
import importlib
import io
import sys
from pathlib import Path
from typing import Any

import click

from broadcaster.cli import help_words
from broadcaster.errors import BroadcasterError
from broadcaster.language import _

NOUNS = (
    "init",
    "hamlet",
    "network",
    "person",
    "script",
    "read",
    "lexicon",
    "voices",
    "preview",
    "render",
    "record",
    "queue",
    "plan",
    "report",
    "publish",
    "banners",
    "meeting",
    "contest",
    "timetable",
    "profile",
    "daemon",
    "player",
    "stop",
    "emergency",
    "asrun",
    "doctor",
    "clock",
    "backup",
    "restore",
    "store",
    "alarms",
)


def _loaded(module: str) -> Any:
    """Loading leaves no garbage, and looking for some takes a tenth of its time."""
    looking = gc.isenabled()
    gc.disable()
    try:
        return importlib.import_module(module)
    finally:
        if looking:
            gc.enable()


class Nouns(click.Group):
    """Finds a command in `broadcaster.cli.<noun>`, where it is called `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(NOUNS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in NOUNS:
            return None
        help_words.speak(ctx.params.get("station") or Path())
        command = _loaded(f"broadcaster.cli.{cmd_name}").command
        return help_words.described(command) if isinstance(command, click.Command) else None

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        help_words.described(self)
        super().format_help(ctx, formatter)


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
    help_words.speak(Path())
    _print_every_letter()
    arguments: list[str] = sys.argv[1:] if args is None else args
    try:
        result: Any = broadcaster.main(arguments, prog_name="broadcaster", standalone_mode=False)
    except click.ClickException as error:
        click.echo(_usage(error), err=True)
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(1)
    except Exception as error:
        if "--debug" in arguments:
            raise
        click.echo(_("Error: {error}").format(error=_words(error)), err=True)
        sys.exit(1)
    sys.exit(result if isinstance(result, int) else 0)


def _print_every_letter() -> None:
    """Vietnamese reaches a file or a pipe whole, and a console that lacks a letter shows "?" for it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")


def _usage(error: click.ClickException) -> str:
    """What is wrong with the command, and where to read how it is written."""
    wrong = _("Error: {error}").format(error=error.format_message())
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    if ctx is None:
        return wrong
    return f"{wrong}\n" + _("How it is written: {command}").format(command=f"{ctx.command_path} --help")


def _words(error: Exception) -> str:
    """An error of ours speaks for itself; what was not foreseen says what it is."""
    if isinstance(error, BroadcasterError):
        return str(error)
    if isinstance(error, OSError):
        return _("The computer refused: {file}: {reason}").format(
            file=error.filename or "-", reason=error.strerror or error
        )
    return _(
        "Something unforeseen: {error}. Run it again as `broadcaster --debug …` and pass on what it shows"
    ).format(error=f"{type(error).__name__}: {error}")
