"""Backups of a whole station, and how a station comes back from one."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from filecmp import cmp
from pathlib import Path
from tempfile import TemporaryDirectory

from broadcaster import config, founding
from broadcaster.care import bundle
from broadcaster.care.bundle import unusable
from broadcaster.clock import Clock
from broadcaster.config import Section, Settings
from broadcaster.errors import BroadcasterError, StationError, StoreCorrupt, StoreError
from broadcaster.language import _
from broadcaster.lock import DaemonLock
from broadcaster.station import Station
from broadcaster.station.store import DATABASE
from broadcaster.store.restore import MARGIN, Resumed, Standing, resume, standing

REPLACED = "replaced"
_STAGE = ".restore-"
_MADE_HERE = (*bundle.FILES, *bundle.FOLDERS, "audio_out", "backups", "cache", "log", REPLACED)


@dataclass(frozen=True)
class Restored:
    """What `restore` did."""

    station: str
    """Its spoken name; empty when the backup was the database alone."""
    made_at: datetime
    resumed: Resumed
    aside: Path | None
    """Where what stood in the way was put; None: nothing did."""


def back_up(station: Station, to: Path) -> int:
    """The whole station as one .zip, while it runs; a .db is the database alone. How many files it holds.

    StationError or StoreError: `to` exists already, or something cannot be read or written.
    """
    if to.suffix == ".db":
        station.store.backup(to)
        return 1
    made_at = station.clock.now()
    with _beside(to) as folder:
        station.store.backup(folder / DATABASE)
        stands = standing(folder / DATABASE, station.clock, folder)
        facts = {
            "station": station.spoken_name,
            "station_id": stands.station_id,
            "made_at": made_at.isoformat(),
        }
        named = _named_in(station.settings, station.folder)
        return bundle.pack(station.folder, (DATABASE, folder / DATABASE), named, to, facts)


def restore(file: Path, folder: Path, *, clock: Clock, replace: bool, by: str) -> Restored:
    """Put the station of a backup into `folder`, which no daemon may hold; on any error nothing is changed.

    What stands in its way there goes to replaced/. Without `replace` (and a person's name, `by`), a station
    that is another one, or that has gone on since the backup was made, is left as it is. StationError or
    StoreError: that, or a backup that is broken, foreign, too new, or from after this computer's time.
    """
    bundled = bundle.is_bundle(file)
    if replace and not by:
        raise StationError(_("Who replaces a station is put on record"), "--replace", _("Add --by NAME"))
    _require_place(folder)
    with _held(folder), _staged(folder) as stage:
        made_at, name = _taken_out(file, stage, bundled)
        new = _standing_of(file, stage, clock)
        made_at = made_at or new.newest or datetime.fromtimestamp(0, UTC)
        _require_clock(file, max(made_at, new.newest or made_at), clock)
        _require_settings(folder, stage)
        old = _standing_here(folder, clock)
        if not replace:
            _require_replaceable(old, new, folder)
        resumed = resume(
            stage / DATABASE,
            clock,
            stage,
            made_at=made_at,
            by=by,
            replaced=old if old and old.station_id == new.station_id else None,
        )
        aside = _put_in_place(stage, folder, f"{clock.now():%Y%m%dT%H%M%S}")
        founding.restore(folder, clock=clock)
    return Restored(name, made_at, resumed, aside)


def _named_in(settings: Settings, folder: Path) -> Iterator[Path]:
    """Files of the station's folder that its settings name; secrets are no settings, and stay here."""
    sections = (section for _name, section in settings if isinstance(section, Section))
    values = (value for section in sections for _key, value in section)
    for value in values:
        if isinstance(value, Path) and (folder / value).resolve().is_relative_to(folder):
            yield folder / value


@contextmanager
def _beside(to: Path) -> Iterator[Path]:
    try:
        with TemporaryDirectory(prefix=".backup-", dir=to.resolve().parent) as name:
            yield Path(name)
    except OSError as error:
        raise StationError(
            _("The backup could not be made"),
            f"{to}: {error.strerror or error}",
            _("Make room there, or choose another folder"),
        ) from error


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """The folder, made if need be (and taken away again on an error), with no daemon on it."""
    made = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StationError(
            _("The station's folder cannot be written"),
            f"{folder}: {error.strerror}",
            _("Give this user the right to write there"),
        ) from error
    try:
        with DaemonLock(folder):
            yield
    except BaseException:
        if made:
            shutil.rmtree(folder, ignore_errors=True)
        raise


@contextmanager
def _staged(folder: Path) -> Iterator[Path]:
    """A hidden folder in `folder` in which everything is made ready; what killed runs left is swept away."""
    for left in folder.glob(f"{_STAGE}*"):
        shutil.rmtree(left, ignore_errors=True)
    try:
        with TemporaryDirectory(prefix=_STAGE, dir=folder, ignore_cleanup_errors=True) as name:
            yield Path(name)
    except (OSError, sqlite3.Error) as error:
        raise StationError(
            _("The station could not be put back"),
            f"{getattr(error, 'filename', None) or folder}: {getattr(error, 'strerror', None) or error}",
            _("Close other programs that use it, make room, and try again"),
        ) from error


def _taken_out(file: Path, stage: Path, bundled: bool) -> tuple[datetime | None, str]:
    """(when it was made, whose it is) of a backup whose files now lie in `stage`."""
    if bundled:
        manifest = bundle.unpack(file, stage)
        if DATABASE not in manifest.files or config.FILE_NAME not in manifest.files:
            raise unusable(file, _("it is no backup of a station"))
        try:
            config.load(stage / config.FILE_NAME)
        except BroadcasterError as error:
            raise unusable(file, f"{error.what}: {error.item}") from error
        return manifest.made_at, manifest.station
    shutil.copyfile(file, stage / DATABASE)
    return None, ""


def _standing_of(file: Path, stage: Path, clock: Clock) -> Standing:
    try:
        return standing(stage / DATABASE, clock, stage)
    except StoreError as error:
        why = error.item.removeprefix(str(stage / DATABASE)).strip(" :")
        raise unusable(file, f"{error.what}: {why}" if why else error.what) from error


def _require_clock(file: Path, newest: datetime, clock: Clock) -> None:
    if newest > clock.now() + MARGIN:
        raise StationError(
            _("This backup is from after this computer's time"),
            f"{file}: {newest:%Y-%m-%d %H:%M} UTC",
            _("Set the clock first: what has sounded since is judged by it"),
        )


def _require_place(folder: Path) -> None:
    """A folder of a station, an empty one, or none yet."""
    if not folder.is_dir() or (folder / config.FILE_NAME).exists():
        return
    there = [path.name for path in folder.iterdir() if not path.name.startswith(".")]
    foreign = [name for name in there if name not in _MADE_HERE and not name.startswith(DATABASE)]
    if foreign:
        raise StationError(
            _("There are other things in this folder, and no station"),
            f"{folder}: {foreign[0]}",
            _("Choose an empty folder with --into"),
        )


def _require_settings(folder: Path, stage: Path) -> None:
    """A database alone makes no station."""
    if not (folder / config.FILE_NAME).exists() and not (stage / config.FILE_NAME).exists():
        raise StationError(
            _("This backup is a database alone, and there is no station here"),
            str(folder),
            _("Make one with: broadcaster init, then restore with --replace --by NAME"),
        )


def _standing_here(folder: Path, clock: Clock) -> Standing | None:
    """Of the database that is there; None: there is none, or it is beyond reading."""
    here = folder / DATABASE
    if not here.exists() or not here.stat().st_size:
        return None
    try:
        return standing(here, clock, folder / "backups")
    except StoreCorrupt:
        return None


def _require_replaceable(old: Standing | None, new: Standing, folder: Path) -> None:
    if old is None:
        return
    if old.station_id != new.station_id:
        what = _("The station here is another one than the backup's")
    elif old.is_beyond(new):
        what = _("The station here has gone on since this backup was made")
    else:
        return
    raise StationError(what, str(folder), _("To have it replaced all the same, add: --replace --by NAME"))


def _put_in_place(stage: Path, folder: Path, stamp: str) -> Path | None:
    """Every file of `stage` under its name in `folder`, the database last; where the old ones went."""
    aside = _free(folder / REPLACED / stamp)
    for path in sorted(stage.rglob("*")):
        name = path.relative_to(stage)
        if not path.is_file() or name.parts[0].startswith(DATABASE):
            continue
        target = folder / name
        if target.is_file() and cmp(path, target, shallow=False):
            continue
        if target.exists():
            _move(target, aside / name)
        _move(path, target)
    _replace_database(stage / DATABASE, folder, aside)
    return aside if aside.exists() else None


def _free(folder: Path) -> Path:
    numbered = (folder if n == 1 else folder.with_name(f"{folder.name}-{n}") for n in range(1, 1000))
    return next(path for path in numbered if not path.exists())


def _replace_database(staged: Path, folder: Path, aside: Path) -> None:
    """One rename: before it the old database is whole, after it the new one is.

    A journal beside the old one would be played into the new one: it goes aside first, with a copy of its
    database (a whole one has none, since it was opened before).
    """
    old = folder / DATABASE
    if old.exists():
        aside.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(old, aside / DATABASE)
        _sync(aside / DATABASE)
    for ending in ("-journal", "-wal", "-shm"):
        if (journal := old.with_name(old.name + ending)).exists():
            aside.mkdir(parents=True, exist_ok=True)
            os.replace(journal, aside / journal.name)
    _sync(staged)
    os.replace(staged, old)
    _sync_folder(folder)


def _move(path: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    os.replace(path, to)
    _sync_folder(to.parent)


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
