"""Where secrets are found: "env:NAME" or "file:PATH"; they stand in no settings, no log and no message."""

from __future__ import annotations

import os
import re
from pathlib import Path

from broadcaster.errors import AlarmError
from broadcaster.language import _

_LONGEST = 4096
_URL = re.compile(r"https://[^/\s]+\S*|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/\S*)?")


def revealed(where: str, folder: Path) -> str:
    """The secret that `where` names; a file's path may be relative to the station's `folder`.

    AlarmError: it is not there, empty, or not one line.
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


def address(where: str, folder: Path) -> str:
    """A web address that stands in the settings, or that is a secret itself. AlarmError: it is none."""
    url = where if where.startswith("http") else revealed(where, folder)
    if not _URL.fullmatch(url):
        raise AlarmError(
            _("This is no web address that alarms may go to"),
            where if url != where else "",
            _("It begins with https://"),
        )
    return url


def _first_bytes(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(_LONGEST).decode("utf-8-sig")


def _missing(where: str) -> AlarmError:
    return AlarmError(
        _("A secret of the alarms is missing"), where, _("Set that variable, or write that file: one line")
    )
