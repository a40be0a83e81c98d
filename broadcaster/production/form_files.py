"""Where forms come from: the shipped ones, and those in a station's own forms/, which win."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from broadcaster.errors import ProductionError
from broadcaster.language import _
from broadcaster.production.form import BedRules, CueRules, Form, Section
from broadcaster.production.form_sense import mistakes_of_sense

FOLDER = "forms"
_SHIPPED = Path(__file__).parent / FOLDER
_LARGEST = 100_000


def load_form(name: str, station: Path | None = None) -> Form:
    """The form `name`: of the station folder, if it has one of that name, else the shipped one.

    Raises ProductionError: there is none, or the file has mistakes; every one is named.
    """
    for path in (folder / f"{name}.toml" for folder in _folders(station)):
        if path.is_file() and Path(name).name == name:
            return _parsed(path)
    names = form_names(station)
    close = difflib.get_close_matches(name, names, n=1)
    guess = _("Did you mean {name}?").format(name=close[0]) + " " if close else ""
    raise ProductionError(
        _("There is no such programme form"),
        name,
        guess + _("Known are: {names}").format(names=", ".join(names)),
    )


def form_names(station: Path | None = None) -> tuple[str, ...]:
    """The names of all forms, the shipped ones and the station's own."""
    return tuple(sorted({path.stem for folder in _folders(station) for path in folder.glob("*.toml")}))


def check_forms(station: Path) -> None:
    """Raise ProductionError naming every mistake in every file of the station's own forms/."""
    mistakes = list[str]()
    for path in sorted((station / FOLDER).glob("*.toml")):
        try:
            _parsed(path)
        except ProductionError as error:
            mistakes.append(error.item)
    if mistakes:
        raise _wrong("; ".join(mistakes))


def _folders(station: Path | None) -> Iterator[Path]:
    if station is not None:
        yield station / FOLDER
    yield _SHIPPED


def _parsed(path: Path) -> Form:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise _wrong(f"{path}: " + _("over {most} bytes").format(most=_LARGEST))
        return _form_in(path, data)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _wrong(f"{path}: {error}") from error


@lru_cache(maxsize=32)
def _form_in(path: Path, data: bytes) -> Form:
    return _understood(path, tomllib.loads(data.decode("utf-8")))


def _understood(path: Path, table: Mapping[str, Any]) -> Form:
    senseless = list(mistakes_of_sense(table))
    try:
        form = Form.model_validate(table)
    except ValidationError as error:
        raise _wrong(f"{path}: " + "; ".join([*_mistakes(error), *senseless])) from error
    if senseless:
        raise _wrong(f"{path}: " + "; ".join(senseless))
    return form


def _wrong(item: str) -> ProductionError:
    return ProductionError(_("Wrong programme form"), item, _("Correct it and try again"))


def _mistakes(error: ValidationError) -> Iterator[str]:
    for mistake in error.errors():
        place = mistake["loc"]
        where = " ".join(str(part + 1) if isinstance(part, int) else part for part in place)
        if mistake["type"] == "extra_forbidden":
            yield _("unknown key {key}").format(key=where) + _suggestion(place)
        else:
            yield f"{where}: {mistake['msg']}"


def _suggestion(place: Sequence[int | str]) -> str:
    tables: dict[str, type[BaseModel]] = {"section": Section, "bed": BedRules, "cues": CueRules}
    table = tables.get(str(place[0]), Form) if len(place) > 1 else Form
    close = difflib.get_close_matches(str(place[-1]), table.model_fields, n=1)
    return _(" (did you mean {key}?)").format(key=close[0]) if close else ""
