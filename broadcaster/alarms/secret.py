"""The alarms' secrets and addresses."""

from __future__ import annotations

import re
from pathlib import Path

from broadcaster.config import secret
from broadcaster.errors import AlarmError, ConfigError
from broadcaster.language import _

_URL = re.compile(r"https://[^/\s]+\S*|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/\S*)?")


def revealed(where: str, folder: Path) -> str:
    """The secret that `where` names. AlarmError: it is not there."""
    try:
        return secret.revealed(where, folder)
    except ConfigError as error:
        raise AlarmError(_("A secret of the alarms is missing"), error.item, error.todo) from error


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
