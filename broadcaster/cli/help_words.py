"""Help in the language of whoever reads it: what our commands say of themselves, and click's own words."""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import click

from broadcaster import language
from broadcaster.language import LOCALE, _

_SETTINGS = "broadcaster.toml"
"""config.FILE_NAME; importing that takes longer than many a command."""
_LANGUAGE = re.compile(r'^\s*language\s*=\s*"(\w+)"', re.MULTILINE)
"""No other section has a setting of that name."""
CLICKS_OWN = (
    "Usage:",
    "Options",
    "Commands",
    "Show this message and exit.",
    "Show the version and exit.",
    "default: {default}",
    "required",
    "Missing command.",
    "Missing argument",
    "Missing option",
    "No such command {name!r}.",
    "No such option: {name}",
    "Option {name!r} requires an argument.",
    "Invalid value: {message}",
    "Invalid value for {param_hint}: {message}",
    "{value!r} is not a valid {number_type}.",
    "{value} is not in the range {range}.",
    "Choose from:\n\t{choices}",
    "{name} {filename!r} does not exist.",
    "file",
    "directory",
    "path",
)
"""Of click's messages, those that people see. Click looks them up in the text domain of the process."""


def speak(folder: Path) -> None:
    """From now on in the language of the station in `folder`, if it names one; else in the computer's."""
    chosen = language.preferred(_setting(folder))
    language.use(chosen)
    os.environ["LANGUAGE"] = chosen
    gettext.bindtextdomain("broadcaster", str(LOCALE))
    gettext.textdomain("broadcaster")


def _setting(folder: Path) -> str | None:
    """Read without the rest of the settings, in which there may be mistakes that somebody wants help with."""
    try:
        found = _LANGUAGE.search((folder / _SETTINGS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found[1] if found else None


def described(command: click.Command) -> click.Command:
    """`command`, and those below it, described in the language in use."""
    for part in _parts(command):
        written: str = part.__dict__.setdefault("written_help", cleandoc(part.help or ""))
        part.help = _(written) or None
        part.__dict__["_help_option"] = None  # click makes it once, in the language of that moment
    return command


def words_of(command: click.Command) -> Iterator[str]:
    """What `described` looks up."""
    for part in _parts(command):
        if written := part.__dict__.get("written_help") or cleandoc(part.help or ""):
            yield written


def _parts(command: click.Command) -> Iterator[click.Command | click.Option]:
    yield command
    yield from (param for param in command.params if isinstance(param, click.Option))
    if isinstance(command, click.Group):
        for below in command.commands.values():
            yield from _parts(below)
