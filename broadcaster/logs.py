"""The structured log of whatever runs for long."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from broadcaster.errors import StationError
from broadcaster.language import _


def log_to(folder: Path) -> None:
    """Send the structured log (key=value lines; an airing's lines carry its id) to log/broadcaster.log.

    StationError when it cannot be written.
    """
    path = folder / "log" / "broadcaster.log"
    try:
        path.parent.mkdir(exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=2_000_000, backupCount=5, encoding="utf-8")
    except OSError as error:
        raise StationError(
            _("The station's folder cannot be written"),
            f"{path}: {error.strerror}",
            _("Give this user the right to write there"),
        ) from error
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger("broadcaster")
    root.setLevel(logging.INFO)
    root.addHandler(handler)
