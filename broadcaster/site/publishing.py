"""A folder brought up to date: what is new appears, what may not be shown any more is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from broadcaster.desk.topic import Topic
from broadcaster.errors import BroadcasterError, StationError
from broadcaster.language import _
from broadcaster.lock import FolderLock
from broadcaster.site import sound
from broadcaster.site.content import File, files
from broadcaster.site.folder import Batch, remove, sizes
from broadcaster.site.pages import Site
from broadcaster.site.post import Post
from broadcaster.site.record import FILE, LOCK, Record, Sound, read_record
from broadcaster.site.sound import Sounds

_FOLDERS = (sound.FOLDER, "bai", "chu-de", "thang")
_PART = ".part"
_ENDINGS = (".html", ".mp3", ".css", ".xml", ".png", _PART)

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Published:
    posts: int
    written: int
    """Files that are new or have changed."""
    removed: int
    """Files that are gone."""
    silent: Mapping[str, str]
    """Codes of scripts that are shown without a sound, and why."""


def publish(
    folder: Path,
    site: Site,
    station_id: str,
    posts: Sequence[Post],
    topics: Sequence[Topic],
    sounds: Sounds,
    progress: Progress | None = None,
) -> Published:
    """Have the folder show `posts`, newest first, and nothing else.

    A reader sees each page as it was or as it is, and no page that points to one that is not there yet. When
    it is cut short, at any point, the next time ends it. `progress` is told (done, all) of the sounds.
    StationError: the folder is not for this, cannot be written, or is being published to.
    """
    record = read_record(folder, station_id)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder), Batch(folder) as batch:
            there = sizes(folder, _FOLDERS)
            heard, silent = _sounds(posts, sounds, record, there, batch, progress)
            kept, written = _files(files(site, posts, topics, heard), record, there, batch)
            _write_record(batch, Record(station=station_id, base_url=site.base_url, sounds=heard, files=kept))
            new = written + sum(one is not record.sounds.get(id_) for id_, one in heard.items())
            batch.appear()
            over = _over(there, record, {*kept, *(one.file for one in heard.values())})
            remove(folder, over)
    except OSError as error:
        raise StationError(
            _("The folder cannot be written"),
            f"{folder}: {error.strerror or error}",
            _("Make room on the disk, or give this user the right to write there"),
        ) from error
    return Published(len(posts), new, sum(not name.endswith(_PART) for name in over), silent)


def _alone(folder: Path) -> FolderLock:
    return FolderLock(
        folder / LOCK, _("This folder is being published to already"), _("Wait until that is done")
    )


def _sounds(
    posts: Sequence[Post],
    sounds: Sounds,
    record: Record,
    there: Mapping[str, int],
    batch: Batch,
    progress: Progress | None,
) -> tuple[dict[str, Sound], dict[str, str]]:
    heard, silent = dict[str, Sound](), dict[str, str]()
    for number, post in enumerate(posts, 1):
        script, known = post.script, record.sounds.get(post.script.id)
        try:
            if known is None or not sounds.stands(known, script, there):
                known = sounds.obtain(script, batch.add)
            heard[script.id] = known
        except BroadcasterError as error:
            silent[script.code] = str(error)
        if progress is not None:
            progress(number, len(posts))
    return heard, silent


def _files(
    wanted: Iterable[File], record: Record, there: Mapping[str, int], batch: Batch
) -> tuple[dict[str, tuple[str, int]], int]:
    """(key, bytes) of each, and how many had to be written."""
    kept, written = dict[str, tuple[str, int]](), 0
    for file in wanted:
        known = record.files.get(file.name)
        if known is None or known != (file.key, there.get(file.name)):
            known, written = (file.key, batch.add(file.name, _writes(file))), written + 1
        kept[file.name] = known
    return kept, written


def _writes(file: File) -> Callable[[Path], object]:
    return lambda part: part.write_bytes(file.make())


def _write_record(batch: Batch, record: Record) -> None:
    text = record.model_dump_json().encode()
    batch.add(FILE, lambda part: part.write_bytes(text))


def _over(there: Mapping[str, int], record: Record, kept: set[str]) -> list[str]:
    """What is no part of the site any more, or never was finished; at the top others may keep files."""
    ours = [name for name in there if name in record.files or name.endswith(_PART) or "/" in name]
    return [name for name in ours if name not in kept and name.endswith(_ENDINGS)]
