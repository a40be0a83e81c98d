from __future__ import annotations

from dataclasses import asdict, replace
from datetime import time, timedelta

from broadcaster.desk import Desk
from broadcaster.desk.script import ScriptKind
from tests.desk.conftest import LEADER, NOW, ZONE, Office


def test_one_row_per_edition_and_hamlet_with_what_is_known(office: Office) -> None:
    office.slot()
    script = office.script("a.txt")
    office.desk.queue.add("a", "chieu", by=LEADER)
    office.desk.editions.prepare(office.now)
    (bulletin,) = office.store.bulletins()

    rows = office.desk.outlook.between(NOW, NOW + timedelta(days=2), office.now)

    assert [(f"{row.starts_at:%d %H:%M}", row.hamlet, row.reason) for row in rows] == [
        ("01 17:00", "ap-1", ""),
        ("01 17:00", "ap-2", ""),
        ("02 17:00", "ap-1", "nothing queued"),
        ("02 17:00", "ap-2", "nothing queued"),
    ]
    assert asdict(rows[0]) == {
        "hamlet": "ap-1",
        "slot": "chieu",
        "title": script.title,
        "starts_at": NOW.replace(hour=17),
        "outcome": "",
        "reason": "",
        "started_at": None,
        "seconds_played": 0.0,
        "seconds_planned": 0.2,
        "voice": "whistle",
        "why_this_voice": "",
        "sounds": "bulletin",
        "bulletin": bulletin.sha256,
        "provisional": True,
    }
    assert rows[0].starts_at.tzinfo is ZONE
    assert (rows[2].title, rows[2].bulletin, rows[2].seconds_planned) == ("chieu", "", 0.0)


def test_fixed_editions_are_no_longer_provisional(office: Office) -> None:
    office.slot()
    office.script("a.txt")
    office.desk.queue.add("a", "chieu", by=LEADER)
    now = office.turn_to(NOW.replace(hour=16, minute=40))
    office.desk.editions.prepare(now)

    today, tomorrow = office.desk.outlook.between(now, now + timedelta(days=1.5), now, "ap-2")

    assert (today.provisional, tomorrow.provisional) == (False, True)
    assert today.hamlet == tomorrow.hamlet == "ap-2"


def test_rehearsals_are_shown_in_their_place(office: Office) -> None:
    office.slot(at=time(12, 30))
    office.script("s.txt", kind=ScriptKind.SPOT)
    office.desk.rehearsal.book(office.now)

    rows = office.desk.outlook.between(NOW, NOW + timedelta(hours=1), office.now, "ap-1")

    assert [(row.slot, f"{row.starts_at:%H:%M}", bool(row.bulletin)) for row in rows] == [
        ("rehearsal", "12:01", True),
        ("chieu", "12:30", False),
    ]


def test_hours_and_minutes_that_would_silence_an_airing_are_said(office: Office) -> None:
    office.slot()
    office.slot("toi", time(19))
    office.studio.seconds = 40 * 60.0
    for code in ("chieu", "toi"):
        office.script(f"bai-{code}.txt")
        office.desk.queue.add(f"bai-{code}", code, by=LEADER)
    office.desk.editions.prepare(office.now)
    hamlet = next(h for h in office.store.hamlets() if h.code == "ap-2")
    office.store.save_hamlet(replace(hamlet, quiet_hours=(time(16), time(18))), by="", now=office.now)

    rows = office.desk.outlook.between(NOW, NOW + timedelta(hours=8), office.now)

    assert [(row.hamlet, row.slot, row.reason) for row in rows] == [
        ("ap-1", "chieu", ""),
        ("ap-2", "chieu", "quiet hours 16:00-18:00"),
        ("ap-1", "toi", "minutes per day 60"),
        ("ap-2", "toi", ""),
    ]


def test_what_would_sound_now_is_named(office: Office) -> None:
    office.slot()
    office.slot("toi", time(19))
    for code in ("chieu", "toi"):
        office.script(f"bai-{code}.txt")
        office.desk.queue.add(f"bai-{code}", code, by=LEADER)
    office.script("khau-hieu.txt", kind=ScriptKind.SPOT)
    office.studio.broken = {office.store.script("bai-toi").title}
    office.desk.editions.prepare(office.now)

    rows = office.desk.outlook.between(NOW, NOW + timedelta(days=1), office.now, "ap-1")

    assert [(row.slot, row.sounds, bool(row.bulletin)) for row in rows] == [
        ("chieu", "bulletin", True),
        ("toi", "slogan", False),
    ]


def test_what_would_have_sounded_is_shown_with_why_it_does_not(office: Office) -> None:
    office.slot()
    office.desk.slots.skip("chieu", NOW.date(), by=LEADER)

    (row,) = office.desk.outlook.between(NOW, NOW + timedelta(days=0.5), office.now, "ap-1")

    assert (row.slot, row.reason, row.sounds) == ("chieu", "skipped on this day", "")


def test_a_script_that_was_heard_often_enough_today_is_not_heard_again(office: Office) -> None:
    again = replace(office.rules, policy=replace(office.rules.policy, repeats_per_day=1))
    slots = [office.slot(code, time(hour)) for code, hour in (("chieu", 17), ("toi", 19))]
    office.script("a.txt")
    for slot in slots:
        office.desk.queue.add("a", slot.code, by=LEADER)
    office.desk = Desk(
        office.store,
        read=office.lexicon.read,
        studio=office.studio,
        rules=again,
        clock=office.clock,
        folder=office.folder,
    )
    office.desk.editions.prepare(office.now)

    rows = office.desk.outlook.between(NOW, NOW + timedelta(days=0.5), office.now, "ap-1")

    assert [(row.slot, row.reason) for row in rows] == [("chieu", ""), ("toi", "repeats per day 1")]
