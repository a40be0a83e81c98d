"""The as-run log's chain as a file that anybody can check: .json (a list of objects, a line each) or .csv."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from broadcaster.audio import replacing
from broadcaster.errors import StoreError
from broadcaster.language import _
from broadcaster.store.chain import COLUMNS, Fields
from broadcaster.store.columns import json_text

SUFFIXES = (".json", ".csv")
_NUMBERS = ("epoch", "seq", "at")
_LARGEST = 2_000_000_000


def write_chain(path: Path, events: Iterable[Fields]) -> int:
    """Write them to `path`, whole or not at all; how many they were.

    StoreError: it exists already, another suffix, no such folder, no room.
    """
    _require_suffix(path)
    if path.exists():
        raise StoreError(_("This file exists already"), str(path), _("Choose another name"))
    try:
        with replacing(path) as part, part.open("w", encoding="utf-8", newline="") as file:
            return _write_csv(file, events) if path.suffix == ".csv" else _write_json(file, events)
    except OSError as error:
        raise StoreError(
            _("The file cannot be written"), f"{path}: {error.strerror}", _("Choose another folder")
        ) from error


def read_chain(path: Path) -> list[Fields]:
    """The events of a file that `write_chain` wrote. StoreError: it is no such file."""
    _require_suffix(path)
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError(_("it is too large"))
        with path.open(encoding="utf-8", newline="") as file:
            return [_checked(row) for row in (csv.DictReader(file) if path.suffix == ".csv" else _json(file))]
    except (OSError, ValueError, TypeError, RecursionError, csv.Error) as error:
        raise StoreError(
            _("This is no exported as-run log"), f"{path}: {error}", _("Name a file of: asrun export")
        ) from error


def _require_suffix(path: Path) -> None:
    if path.suffix not in SUFFIXES:
        raise StoreError(_("The file's name must end in .json or .csv"), str(path))


def _write_json(file: TextIO, events: Iterable[Fields]) -> int:
    count = 0
    for count, event in enumerate(events, 1):
        file.write(("[\n" if count == 1 else ",\n") + json_text(dict(event)))
    file.write("\n]\n" if count else "[]\n")
    return count


def _write_csv(file: TextIO, events: Iterable[Fields]) -> int:
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    writer.writeheader()
    count = 0
    for event in events:
        writer.writerow(event)
        count += 1
    return count


def _json(file: TextIO) -> Iterator[object]:
    rows = json.load(file)
    if not isinstance(rows, list):
        raise ValueError(_("it holds no list"))
    return iter(rows)


def _checked(row: object) -> Fields:
    if not isinstance(row, dict) or set(row) != set(COLUMNS):
        raise ValueError(_("its columns are others"))
    event = {name: int(value) if name in _NUMBERS else value for name, value in row.items()}
    if not all(isinstance(value, str) for name, value in event.items() if name not in _NUMBERS):
        raise ValueError(_("its columns are others"))
    return event
