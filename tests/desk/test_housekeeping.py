from __future__ import annotations

import os
from datetime import time, timedelta
from pathlib import Path

import pytest

from broadcaster.desk.bulletins import title_of
from broadcaster.production.bulletin import Bulletin, FormName
from tests.desk.conftest import LEADER, NOW, Office

MONTH = timedelta(days=30)
PLENTY = 10_000_000


def bulletin(office: Office, name: str) -> Bulletin:
    """One that no edition needs."""
    script = office.script(f"{name}.txt")
    programme = office.desk.bulletins.programme([script], FormName.NOTICE)
    return office.desk.bulletins.obtain(programme, title_of([script]))


def tidy(office: Office, max_bytes: int = PLENTY, max_age: timedelta = MONTH) -> tuple[str, ...]:
    return office.desk.housekeeping.tidy(office.now, max_bytes=max_bytes, max_age=max_age).deleted


def sounds(office: Office) -> set[str]:
    return {path.name for path in (office.folder / "audio_out").glob("*.flac")}


def test_what_is_old_and_unused_goes(office: Office) -> None:
    old = bulletin(office, "old")
    office.turn_to(NOW + timedelta(days=20))
    newer = bulletin(office, "newer")
    office.turn_to(NOW + timedelta(days=31))

    assert tidy(office) == (old.file_name,)

    assert sounds(office) == {newer.file_name}
    assert [left.sha256 for left in office.store.bulletins()] == [newer.sha256]


def test_the_longest_unused_goes_when_room_is_short(office: Office) -> None:
    made = []
    for name in ("a", "b", "c"):
        made.append(bulletin(office, name))
        office.clock.advance(60)
    sizes = [(office.folder / "audio_out" / one.file_name).stat().st_size for one in made]

    tidied = office.desk.housekeeping.tidy(office.now, max_bytes=sum(sizes[1:]), max_age=MONTH)

    assert tidied.deleted == (made[0].file_name,)
    assert tidied.bytes_left == sum(sizes[1:])


def test_what_aired_today_is_fixed_or_made_ahead_never_goes(office: Office) -> None:
    office.slot()
    office.slot("sang", time(5, 30))
    office.script("a.txt")
    office.script("b.txt")
    office.desk.queue.add("a", "chieu", by=LEADER)
    office.desk.queue.add("b", "sang", by=LEADER)
    office.turn_to(NOW.replace(hour=16, minute=45))
    office.desk.editions.prepare(office.now)
    needed = sounds(office)
    assert len(needed) == 2

    assert tidy(office, max_bytes=0, max_age=timedelta(0)) == ()
    office.turn_to(NOW.replace(hour=18))
    assert tidy(office, max_bytes=0, max_age=timedelta(0)) == ()
    office.turn_to(NOW.replace(hour=18) + timedelta(days=2))
    office.desk.queue.remove("b", "sang", by=LEADER)

    assert set(tidy(office, max_bytes=0)) == needed
    assert sounds(office) == set()


def test_strays_of_dead_makers_go_after_a_day_and_nothing_else_does(office: Office) -> None:
    audio_out = office.folder / "audio_out"
    (audio_out / "ap-1").mkdir(parents=True)
    young, stray = audio_out / f"{'a' * 64}.flac", audio_out / f"{'b' * 64}.mp3"
    others = [audio_out / "notes.txt", audio_out / "ap-1" / f"{'c' * 64}.flac"]
    for path in (young, stray, *others):
        path.write_bytes(b"sound")
    for path in (stray, *others):
        past = (office.now - timedelta(days=40)).timestamp()
        os.utime(path, (past, past))
    os.utime(young, (office.now.timestamp(),) * 2)

    assert tidy(office) == (stray.name,)

    assert all(path.exists() for path in (young, *others))


def test_the_index_names_what_is_there(office: Office) -> None:
    kept, lost = bulletin(office, "kept"), bulletin(office, "lost")
    (office.folder / "audio_out" / lost.file_name).unlink()

    tidy(office)

    page = (office.folder / "audio_out" / "index.html").read_text(encoding="utf-8")
    assert kept.file_name in page
    assert office.store.script("kept").title in page
    assert lost.file_name not in page


def test_an_empty_station_has_an_empty_index(office: Office) -> None:
    assert tidy(office) == ()
    assert (office.folder / "audio_out" / "index.html").is_file()


def test_a_file_that_cannot_be_deleted_is_named_and_still_known(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = bulletin(office, "old")
    office.turn_to(NOW + timedelta(days=31))

    def refuse(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "in use")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        tidied = office.desk.housekeeping.tidy(office.now, max_bytes=PLENTY, max_age=MONTH)

    assert (tidied.deleted, tidied.stuck) == ((), (old.file_name,))
    assert tidied.bytes_left > 0
    assert [left.sha256 for left in office.store.bulletins()] == [old.sha256]
    assert tidy(office) == (old.file_name,)
