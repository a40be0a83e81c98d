"""Makes a station folder: settings, database, lexicon, jingles; and the example station, xã Tân Hưng.

broadcaster.toml is written last: a founding that was cut short is simply done again, and whatever exists
is kept as it is.
"""

from __future__ import annotations

import shutil
import sys
import uuid
from collections.abc import Callable
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
from broadcaster.station import DATABASE, LEXICON, Station
from broadcaster.store import Store
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.slot import Slot

AUTHOR, APPROVER = "Nguyễn Thị Lan", "Trần Văn Minh"
_HAMLETS = tuple((f"ap-{n}", f"Ấp {n}") for n in range(1, 6))
_SLOTS = (("sang", "Bản tin sáng", time(5, 30)), ("chieu", "Bản tin chiều", time(17, 0)))
_PLAN = "ke-hoach-cchc"
_TEXTS = (".txt", ".md", ".docx")

_SETTINGS = """\
# The station's settings. Whatever is left out has its default; docs/installer/settings.md lists them all.

[station]
name = "{name}"
kind = "{kind}"
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
    """Make an empty station in `folder`; StationError when there is one already, or it cannot be written."""
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


def _prepare(folder: Path, name: str, kind: str, clock: Clock) -> str:
    """All but the settings file, whose text is returned."""
    if (folder / config.FILE_NAME).exists():
        raise StationError(
            _("There is a station here already"), str(folder), _("Choose another folder with --station")
        )
    text = _SETTINGS.format(name=name.replace('"', ""), kind=kind.replace('"', ""))
    try:
        for part in ("scripts/inbox", "audio_out", "backups", "jingles"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        if not (folder / LEXICON).exists():
            _write(folder / LEXICON, _LEXICON)
    except OSError as error:
        raise StationError(
            _("The station's folder cannot be written"),
            f"{folder}: {error.strerror}",
            _("Choose a folder that this user may write, with --station"),
        ) from error
    write_jingles(folder / "jingles")
    Store.open(folder / DATABASE, clock=clock, create=True).close()
    return text


def _finish(folder: Path, settings: str) -> None:
    _write(folder / config.FILE_NAME, settings)


def _write(path: Path, text: str) -> None:
    with replacing(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


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
            shutil.copyfile(text, to / text.name)


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
