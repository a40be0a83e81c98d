"""Where secrets are found: "env:NAME" or "file:PATH"; they stand in no settings, no log and no message."""

from __future__ import annotations

import os
import re
from pathlib import Path

from broadcaster.errors import ConfigError
from broadcaster.language import _

WHERE = re.compile(r"env:\w+|file:.+")
_LONGEST = 4096


def revealed(where: str, folder: Path) -> str:
    """The secret that `where` names; a file's path may be relative to the station's `folder`.

    ConfigError: it is not there, empty, or not one line.
    """
    scheme, _colon, name = where.partition(":")
    try:
        secret = os.environ.get(name, "") if scheme == "env" else _first_bytes(folder / name)
    except (OSError, UnicodeDecodeError) as error:
        raise _missing(where) from error
    secret = secret.strip()
    if not secret or not secret.isprintable():
        raise _missing(where)
    return secret


def _first_bytes(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(_LONGEST).decode("utf-8-sig")


def _missing(where: str) -> ConfigError:
    return ConfigError(_("A secret is missing"), where, _("Set that variable, or write that file: one line"))
