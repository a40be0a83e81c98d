"""What the help of the command line says, for the catalogues: `make catalogues` and the tests ask here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import click

from broadcaster.cli import help_words, main


def of_commands() -> set[str]:
    """Every description of a command or an option, and click's own words."""
    ctx = click.Context(main.broadcaster)
    commands = [main.broadcaster.get_command(ctx, noun) for noun in main.NOUNS]
    said = {words for command in filter(None, commands) for words in help_words.words_of(command)}
    return {*said, *help_words.words_of(main.broadcaster), *help_words.CLICKS_OWN}


def extract(
    fileobj: BinaryIO, keywords: Any, comment_tags: Any, options: Any
) -> Iterator[tuple[int, str, str, list[str]]]:
    """As pybabel asks for it, whatever the file: it is given help_words.py."""
    return ((1, "", words, []) for words in sorted(of_commands()))
