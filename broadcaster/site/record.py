"""What a published folder holds, kept in it: what has not changed is not made again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from broadcaster.errors import StationError
from broadcaster.language import _

FILE, LOCK = ".broadcaster.json", ".broadcaster.lock"
_LARGEST = 100_000_000
_VERSION = 1


class Sound(BaseModel):
    """The sound of a script in the folder."""

    model_config = ConfigDict(frozen=True)

    key: str
    """Of what it was made from; another key: it is asked for again."""
    file: str
    size: int
    """Bytes."""
    ms: int
    """Milliseconds."""
    recipe: str
    lesser: bool
    """A better voice was to have spoken."""


class Record(BaseModel):
    model_config = ConfigDict(frozen=True)

    version: int = _VERSION
    station: str = ""
    """Its id."""
    base_url: str = ""
    """The address of the folder on the web, with no slash at its end; empty: unknown."""
    sounds: Mapping[str, Sound] = {}
    """By script id."""
    files: Mapping[str, tuple[str, int]] = {}
    """Each file's (key, bytes)."""


def read_record(folder: Path, station_id: str) -> Record:
    """That of the folder; an empty one where nothing was published yet, or it cannot be understood.

    StationError: there is something else in the folder, or another station's page.
    """
    path = folder / FILE
    try:
        with path.open("rb") as file:
            record = Record.model_validate_json(file.read(_LARGEST))
    except FileNotFoundError:
        _require_empty(folder)
        return Record(station=station_id)
    except ValidationError:
        return Record(station=station_id)
    except OSError as error:
        raise StationError(_("The folder cannot be read"), f"{folder}: {error.strerror}") from error
    if record.station != station_id:
        raise StationError(
            _("This is the web page of another station"), str(folder), _("Choose another folder")
        )
    return record if record.version == _VERSION else Record(station=station_id, base_url=record.base_url)


def _require_empty(folder: Path) -> None:
    try:
        strange = [path.name for path in folder.iterdir() if path.name != LOCK]
    except FileNotFoundError:
        return
    except OSError as error:
        raise StationError(_("The folder cannot be read"), f"{folder}: {error.strerror}") from error
    if strange:
        raise StationError(
            _("This folder holds other things, which publishing would mix with the web page"),
            f"{folder} ({min(strange)})",
            _("Name an empty folder, or one that does not exist yet"),
        )
