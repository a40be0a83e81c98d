"""A station as one file: a .zip with the database and all that cannot be made again, each file by its hash.

Left out: audio_out/ and cache/ (made again by themselves), log/, backups/, and hidden files. The same station
packed twice is the same bytes, but for the database and the date.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from broadcaster.audio import replacing
from broadcaster.errors import StationError
from broadcaster.language import _

MANIFEST = "backup.json"
FORMAT = 1
FOLDERS = ("forms", "jingles", "recordings", "scripts", "voices")
FILES = ("broadcaster.toml", "lexicon.tsv")
_NEVER = ("audio_out", "backups", "cache", "log", "replaced")
_BLOCK = 1 << 20
_LARGEST_MANIFEST = 20_000_000
_MOST_FILES = 100_000
_LARGEST = 50_000_000_000
_LONGEST_NAME = 400


@dataclass(frozen=True)
class Manifest:
    """What a bundle says of itself."""

    station: str
    """The commune's spoken name."""
    station_id: str
    made_at: datetime
    files: Mapping[str, tuple[int, str]]
    """Size and SHA-256 of each, by its path in the station's folder."""


def pack(
    folder: Path, database: tuple[str, Path], named: Iterable[Path], to: Path, facts: Mapping[str, object]
) -> int:
    """Write the bundle of the station in `folder` to `to`, whole or not at all; how many files it holds.

    `database`: its name in the station and the copy to take; `named`: further files of the folder, which its
    settings name; `facts`: the manifest's station, station_id and made_at. StationError: `to` exists, or
    something cannot be read or written.
    """
    if to.exists():
        raise StationError(_("This file exists already"), str(to), _("Choose another name"))
    found = {name: path for path in _kept(folder, named) if (name := path.relative_to(folder).as_posix())}
    found[database[0]] = database[1]
    try:
        with (
            replacing(to) as part,
            zipfile.ZipFile(part, "w") as bundle,
        ):
            files = {name: _add(bundle, name, path) for name, path in sorted(found.items())}
            _write_manifest(bundle, {"format": FORMAT, **facts, "files": files})
    except OSError as error:
        raise StationError(
            _("The backup could not be made"),
            f"{error.filename or to}: {error.strerror or error}",
            _("Make room there, or choose another folder"),
        ) from error
    return len(found)


def unpack(file: Path, into: Path) -> Manifest:
    """Everything of the bundle under the folder `into`, each file as its hash says.

    StationError: it is no bundle, is damaged, too large, made by a newer program, or would write elsewhere.
    """
    with _readable(file), zipfile.ZipFile(file) as bundle:
        manifest = _manifest(bundle)
        names = [entry.filename for entry in bundle.infolist()]
        if sorted(names) != sorted([MANIFEST, *manifest.files]):
            raise ValueError(_("its list of files is not what it holds"))
        _require_room(manifest, into)
        for name in manifest.files:
            _require_inside(name, into)
        for name, (size, sha256) in manifest.files.items():
            _extract(bundle, name, into / name, size, sha256)
    return manifest


def is_bundle(file: Path) -> bool:
    """Whether it begins like a .zip; StationError: it cannot be read."""
    with _readable(file), file.open("rb") as opened:
        return opened.read(2) == b"PK"


def _kept(folder: Path, named: Iterable[Path]) -> Iterator[Path]:
    roots = [folder / name for name in FOLDERS]
    inside = [path for root in roots if root.is_dir() for path in root.rglob("*")]
    for path in [*(folder / name for name in FILES), *inside, *named]:
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") for part in parts)
        if path.is_file() and not path.is_symlink() and not hidden and parts[0] not in _NEVER:
            yield path


def _add(bundle: zipfile.ZipFile, name: str, path: Path) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    with path.open("rb") as source, bundle.open(_entry(name), "w", force_zip64=True) as target:
        while block := source.read(_BLOCK):
            target.write(block)
            digest.update(block)
            size += len(block)
    return size, digest.hexdigest()


def _write_manifest(bundle: zipfile.ZipFile, manifest: Mapping[str, object]) -> None:
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    bundle.writestr(_entry(MANIFEST), text.encode())


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED  # an entry does not take the archive's own
    entry.external_attr = 0o644 << 16
    return entry


@contextmanager
def _readable(file: Path) -> Iterator[None]:
    """Whatever is wrong with the file leaves as StationError."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, ValueError, TypeError, KeyError, AttributeError) as error:
        raise unusable(file, str(error)) from error
    except (EOFError, NotImplementedError, RuntimeError, RecursionError) as error:
        raise unusable(file, str(error) or type(error).__name__) from error
    except OSError as error:
        raise unusable(error.filename or file, error.strerror or str(error)) from error


def unusable(file: object, why: str) -> StationError:
    return StationError(
        _("This backup cannot be used"), f"{file}: {why}", _("Nothing was changed; choose another backup")
    )


def _manifest(bundle: zipfile.ZipFile) -> Manifest:
    if MANIFEST not in bundle.namelist():
        raise ValueError(_("it is no backup of a station"))
    written: dict[str, Any] = json.loads(_read(bundle, MANIFEST, _LARGEST_MANIFEST))
    if written["format"] != FORMAT:
        raise ValueError(_("it was made by a newer program"))
    files = {str(name): (int(size), str(sha256)) for name, (size, sha256) in written["files"].items()}
    made_at = datetime.fromisoformat(written["made_at"])
    if made_at.tzinfo is None:
        raise ValueError(_("it is no backup of a station"))
    return Manifest(str(written["station"]), str(written["station_id"]), made_at, files)


def _read(bundle: zipfile.ZipFile, name: str, most: int) -> bytes:
    with bundle.open(name) as entry:
        content = entry.read(most + 1)
    if len(content) > most:
        raise ValueError(_("it is too large"))
    return content


def _require_room(manifest: Manifest, into: Path) -> None:
    total = sum(size for size, _sha256 in manifest.files.values())
    if len(manifest.files) > _MOST_FILES or not 0 <= total <= _LARGEST:
        raise ValueError(_("it is too large"))
    if total > shutil.disk_usage(into).free:
        raise StationError(
            _("There is no room for this backup"),
            f"{into}: {total // 1_000_000} MB",
            _("Make room on the disk; nothing was changed"),
        )


def _require_inside(name: str, into: Path) -> None:
    """A name that a bundle may hold: below the folder, nothing hidden, nothing that is made again."""
    parts = PurePosixPath(name).parts
    plain = name == "/".join(parts) and name.isprintable() and len(name) <= _LONGEST_NAME
    allowed = parts and not any(part.startswith(".") for part in parts) and parts[0] not in _NEVER
    foreign = os.name == "nt" and any(letter in name for letter in '\\:*?"<>|')
    inside = (into / name).resolve().is_relative_to(into.resolve())
    if not (plain and allowed and inside) or foreign or name == MANIFEST:
        raise ValueError(_("it names a file that no station has: {name}").format(name=ascii(name)))


def _extract(bundle: zipfile.ZipFile, name: str, to: Path, size: int, sha256: str) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    digest, left = hashlib.sha256(), size
    with bundle.open(name) as source, to.open("xb") as target:
        while block := source.read(min(_BLOCK, left + 1)):
            left -= len(block)
            if left < 0:
                break
            digest.update(block)
            target.write(block)
        _sync(target)
    if left or digest.hexdigest() != sha256:
        raise ValueError(_("this file in it is damaged: {name}").format(name=name))


def _sync(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())
