"""Makes a station folder: settings, database, lexicon, jingles; and the example station, xã Tân Hưng.

broadcaster.toml is written last: a founding that was cut short is simply done again, and whatever exists
is kept as it is.
"""

from __future__ import annotations

import json
import shutil
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import time
from pathlib import Path

from broadcaster import config
from broadcaster.audio import replacing
from broadcaster.clock import Clock
from broadcaster.config import Settings
from broadcaster.desk.script import Person, ScriptKind, ScriptState
from broadcaster.errors import StationError
from broadcaster.language import _
from broadcaster.production.jingles import write_jingles
from broadcaster.station import LEXICON, Station
from broadcaster.station.store import DATABASE
from broadcaster.store import Store
from broadcaster.store.failures import newest_backup
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.slot import Slot

AUTHOR, APPROVER = "Nguyễn Thị Lan", "Trần Văn Minh"
_HAMLETS = tuple((f"ap-{n}", f"Ấp {n}") for n in range(1, 6))
_SLOTS = (("sang", "Bản tin sáng", time(5, 30)), ("chieu", "Bản tin chiều", time(17, 0)))
_PLAN = "ke-hoach-cchc"
_TEXTS = (".txt", ".md", ".docx")
_FOLDERS = ("scripts/inbox", "audio_out", "backups", "jingles")

_SETTINGS = """\
# The station's settings. Whatever is left out has its default; docs/installer/settings.md lists them all.

[station]
name = {name}
kind = {kind}
timezone = "Asia/Ho_Chi_Minh"
# language = "vi"            # of messages: vi or en; otherwise the computer's

[voices]
ladder = ["gtts", "espeak"]  # best first: online, then offline

[policy]
quiet_hours = "21:30-05:00"  # nothing but an emergency sounds
minutes_per_day = 120        # for each hamlet
"""

_LEXICON = """\
written\tspoken\tcontext\tnote
"""


def found(folder: Path, *, name: str, kind: str, clock: Clock) -> None:
    """Make an empty station in `folder`.

    StationError: there is one already, a part of its name is empty, or the folder cannot be written.
    """
    settings = _prepare(folder, name, kind, clock)
    _finish(folder, settings)


def found_example(folder: Path, *, clock: Clock, say: Callable[[str], None]) -> None:
    """Make the example station in `folder`: five hamlets, two slots, its scripts approved and queued."""
    text = _prepare(folder, "Tân Hưng", "xã", clock)
    _copy_example_scripts(folder / "scripts")
    with Station(folder, clock, Settings()) as station:
        _people_and_places(station)
        _scripts(station, say)
    _finish(folder, text)


def restore(folder: Path, *, clock: Clock) -> tuple[str, ...]:
    """The parts that a station in `folder` had lost and that were made again; none where there is no station.

    StationError: its database is lost, and there is a backup to put in its place.
    """
    if not (folder / config.FILE_NAME).exists():
        return ()
    backup = newest_backup(folder / "backups")
    if backup and not (folder / DATABASE).exists():
        raise StationError(
            _("The station's database is missing"),
            str(folder / DATABASE),
            _("Put the newest backup back: broadcaster restore {backup}").format(backup=backup),
        )
    return _parts(folder, clock)


def refuse_second(folder: Path) -> None:
    """StationError when there is a station in `folder`."""
    if (folder / config.FILE_NAME).exists():
        raise StationError(
            _("There is a station here already"), str(folder), _("Choose another folder with --station")
        )


def _prepare(folder: Path, name: str, kind: str, clock: Clock) -> str:
    """All but the settings file, whose text is returned."""
    refuse_second(folder)
    name, kind = (" ".join(words.split()) for words in (name, kind))
    if not name or not kind:
        raise StationError(_("A station needs a name"), todo=_('Write it like: --name "Tân Hưng" --kind xã'))
    _parts(folder, clock)
    return _SETTINGS.format(name=_quoted(name), kind=_quoted(kind))


def _quoted(text: str) -> str:
    """As TOML writes it: JSON's way, and it wants DEL escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _parts(folder: Path, clock: Clock) -> tuple[str, ...]:
    """Make what is missing of folders, lexicon, jingles and database; the names of what was made."""
    missing = [name for name in (*_FOLDERS, LEXICON, DATABASE) if not (folder / name).exists()]
    with _writable(folder):
        for name in _FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
    if LEXICON in missing:
        _write(folder / LEXICON, _LEXICON)
    jingles = write_jingles(folder / "jingles")
    Store.open(folder / DATABASE, clock=clock, create=True).close()
    return (*missing, *(f"jingles/{jingle.name}" for jingle in jingles))


def _finish(folder: Path, settings: str) -> None:
    _write(folder / config.FILE_NAME, settings)


def _write(path: Path, text: str) -> None:
    with _writable(path.parent), replacing(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    """What the file system refuses inside leaves as StationError."""
    try:
        yield
    except OSError as error:
        raise StationError(
            _("The station's folder cannot be written"),
            f"{folder}: {error.strerror}",
            _("Choose a folder with room that this user may write, with --station"),
        ) from error


def example_scripts() -> Path:
    """The folder of the example's texts: beside the package in a checkout, else where the wheel put them."""
    checkout = Path(__file__).resolve().parent.parent / "scripts"
    installed = Path(sys.prefix) / "share" / "broadcaster" / "scripts"
    for folder in (checkout, installed):
        if (folder / f"{_PLAN}.txt").is_file():
            return folder
    raise StationError(_("The example's texts are missing"), str(installed), _("Install broadcaster again"))


def _copy_example_scripts(to: Path) -> None:
    for text in sorted(example_scripts().iterdir()):
        if text.is_file() and not (to / text.name).exists():
            with _writable(to), replacing(to / text.name) as part:
                shutil.copyfile(text, part)


def _people_and_places(station: Station) -> None:
    store, now = station.store, station.clock.now()
    if not store.people():
        store.add_person(Person(uuid.uuid4().hex, AUTHOR, "cán bộ văn hóa - xã hội"), by="", now=now)
        store.add_person(Person(uuid.uuid4().hex, APPROVER, "Phó Chủ tịch UBND xã"), by="", now=now)
    known = {hamlet.code for hamlet in store.hamlets()}
    for code, name in _HAMLETS:
        if code not in known:
            store.save_hamlet(Hamlet(id=uuid.uuid4().hex, code=code, name=name), by="", now=now)
    everywhere = tuple(hamlet.id for hamlet in store.hamlets())
    known = {slot.code for slot in store.slots()}
    for code, name, at in _SLOTS:
        if code not in known:
            station.desk.slots.add(Slot("", code, name, at, everywhere), by=AUTHOR)


def _scripts(station: Station, say: Callable[[str], None]) -> None:
    """Every text taken in, approved, and (spots aside) put into a queue."""
    desk = station.desk
    for source in sorted((station.folder / "scripts").iterdir()):
        if not source.is_file() or source.suffix not in _TEXTS or source.stem == "README":
            continue
        script = station.take_in(source, author=AUTHOR).script
        if script.state is ScriptState.DRAFT:
            desk.scripts.approve(script.code, by=APPROVER)
            if script.kind is not ScriptKind.SPOT:
                desk.queue.add(script.code, "chieu" if source.stem == _PLAN else "sang", by=AUTHOR)
        say(f"{script.code}: {script.title}")
