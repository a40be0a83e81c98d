"""The timetable through the command line, and the database looked at without the program."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from broadcaster.clock import SystemClock
from broadcaster.store import Store
from tests.kit import APPROVER, AUTHOR, here, refused, rows

BY = ("--by", AUTHOR)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DUE = """select distinct airing.starts_at from airing join edition on edition.id = airing.edition_id
    join slot on slot.id = edition.slot_id where airing.state = 'due' and slot.code = ?"""


def due(folder: Path, slot: str = "sang") -> list[str]:
    """Times of day at which this slot has airings to come."""
    instants = [datetime.fromtimestamp(ms / 1000, ZONE) for (ms,) in rows(folder, DUE, slot)]
    return sorted({f"{instant:%H:%M}" for instant in instants})


def claim_next(folder: Path) -> tuple[list[tuple[str, int]], int]:
    """What a player does: take the next edition of sang. Its airings, and its instant."""
    (instant,) = min(rows(folder, DUE, "sang"))
    store = Store.open(folder / "schedules.db", clock=SystemClock())
    at = datetime.fromtimestamp(instant / 1000, UTC)
    store.claim(at, at)
    store.close()
    return claimed(folder), instant


def claimed(folder: Path) -> list[tuple[str, int]]:
    return rows(folder, "select id, starts_at from airing where state = 'claimed' order by id")


def test_moving_a_slot_leaves_nothing_at_the_old_time(example: Path) -> None:
    assert due(example) == ["05:30"]
    taken, _instant = claim_next(example)
    assert taken

    run = here(example, "timetable", "set", "sang", "--at", "05:45", *BY)

    assert run.code == 0, run.err
    assert due(example) == ["05:45"]
    assert due(example, "chieu") == ["17:00"]
    assert claimed(example) == taken
    forecast = json.loads(here(example, "timetable", "forecast", "--json").out)
    assert not [line for line in forecast if line["starts_at"][11:16] == "05:30" and not line["reason"]]


def test_removing_a_slot_leaves_none(example: Path) -> None:
    taken, _instant = claim_next(example)

    assert here(example, "timetable", "remove", "sang", *BY).code == 0

    assert due(example) == []
    assert claimed(example) == taken
    log = rows(example, "select distinct reason from outcome where slot = 'sang'")
    assert [reason for (reason,) in log] == ["timetable changed"]


def test_moving_it_back_makes_the_old_airings_due_again(example: Path) -> None:
    before = rows(example, "select count(*) from airing where state = 'due'")
    for at in ("05:45", "05:30"):
        assert here(example, "timetable", "set", "sang", "--at", at, *BY).code == 0

    assert due(example) == ["05:30"]
    assert rows(example, "select count(*) from airing where state = 'due'") == before


def test_a_day_is_skipped(example: Path) -> None:
    day = (datetime.now(ZONE) + timedelta(days=3)).date()

    assert here(example, "timetable", "skip", "sang", f"{day:%d/%m/%Y}", *BY).code == 0

    begin = datetime(day.year, day.month, day.day, tzinfo=ZONE).timestamp() * 1000
    ats = [ms for (ms,) in rows(example, DUE, "sang")]
    assert not [ms for ms in ats if begin <= ms < begin + 86_400_000]
    assert len(ats) in (12, 13)
    refused(here(example, "timetable", "skip", "sang", "2020-01-01", *BY), 1, "2020-01-01")


def test_a_slot_from_its_making_to_its_end(example: Path) -> None:
    first = datetime.now(ZONE).date() + timedelta(days=1)
    made = (
        *("timetable", "add", "trua", "--name", "Bản tin trưa", "--at", "11h00", "--days", "t2,t4,cn"),
        *("--from", str(first), "--until", str(first + timedelta(days=60)), "--hamlet", "ap-2"),
        *("--hamlet", "ap-3", "--priority", "priority", "--lateness", "60", "--length", "10"),
        *("--items", "2", "--form", "notice", "--script", "tiem-chung", *BY),
    )
    assert here(example, *made).code == 0

    def trua() -> dict[str, object]:
        listed = json.loads(here(example, "timetable", "list", "--json").out)
        return next(slot for slot in listed if slot["code"] == "trua")

    slot = trua()
    assert (slot["at"], slot["weekdays"]) == ("11:00", ["mon", "wed", "sun"])
    assert (slot["hamlets"], slot["plays"]) == ("ap-2, ap-3", "script tiem-chung")
    assert (slot["priority"], slot["minutes"], slot["lateness_s"]) == ("priority", 10, 60)
    refused(here(example, "queue", "add", "tiem-chung", "--slot", "trua", *BY), 1, "no queue")

    assert here(example, "timetable", "set", "trua", "--queue", "--hamlet", "all", *BY).code == 0
    assert trua()["plays"] == "queue"
    assert trua()["hamlets"] == "ap-1, ap-2, ap-3, ap-4, ap-5"
    assert here(example, "queue", "add", "tiem-chung", "--slot", "trua", *BY).code == 0
    assert here(example, "timetable", "set", "trua", "--repeat", "sang", *BY).code == 0
    assert trua()["plays"] == "repeat sang"
    refused(here(example, "timetable", "remove", "sang", *BY), 1, "trua")
    assert "Bản tin trưa" in here(example, "timetable", "show", "--week").out
    assert here(example, "timetable", "show").code == 0
    assert here(example, "timetable", "remove", "trua", *BY).code == 0
    assert "trua" not in here(example, "timetable", "list").out


@pytest.mark.parametrize("hamlet", [(), ("--hamlet", "ap-4")])
def test_the_forecast_as_if_it_were_another_instant(example: Path, hamlet: tuple[str, ...]) -> None:
    asked = ("--now", "2030-01-01T05:00", "--to", "2030-01-01", *hamlet, "--json")
    assert here(example, "timetable", "forecast", *asked).code == 2  # 01-01 begins before 05:00

    asked = ("--now", "2030-01-01T05:00", "--to", "2030-01-02", *hamlet, "--json")
    lines = json.loads(here(example, "timetable", "forecast", *asked).out)

    assert {line["starts_at"] for line in lines} == {
        "2030-01-01T05:30:00+07:00",
        "2030-01-01T17:00:00+07:00",
    }
    assert {line["hamlet"] for line in lines} == ({"ap-4"} if hamlet else {f"ap-{n}" for n in range(1, 6)})
    assert set(lines[0]) >= {
        *("hamlet", "slot", "title", "starts_at", "outcome", "reason", "started_at"),
        *("seconds_played", "seconds_planned", "voice", "bulletin", "provisional"),
    }


def test_hamlets_come_and_go_in_the_coming_airings(example: Path) -> None:
    assert here(example, "hamlet", "remove", "ap-5").code == 0
    assert rows(example, "select count(*) from airing where state = 'due' and hamlet_code = 'ap-5'") == [(0,)]

    assert here(example, "hamlet", "set", "ap-4", "--code", "thon-4", "--name", "Thôn 4").code == 0
    assert rows(example, "select count(*) from airing where hamlet_code = 'ap-4' and state = 'due'") == [(0,)]
    assert rows(example, "select distinct hamlet_name from airing where hamlet_code = 'thon-4'") == [
        ("Thôn 4",)
    ]

    assert (
        here(
            example, "hamlet", "add", "ap-6", "--name", "Ấp 6", "--gain", "-3", "--quiet", "12:00-13:00"
        ).code
        == 0
    )
    assert here(example, "timetable", "set", "sang", "--hamlet", "all", *BY).code == 0
    ((count,),) = rows(example, "select count(*) from airing where state = 'due' and hamlet_code = 'ap-6'")
    assert count in (13, 14)
    (ap_6,) = [h for h in json.loads(here(example, "hamlet", "list", "--json").out) if h["code"] == "ap-6"]
    assert (ap_6["gain_db"], ap_6["quiet_hours"], ap_6["output"]) == (-3, "12:00-13:00", "file:")
    changes = ("--quiet", "none", "--kind", "thôn", "--output", "soundcard:#2", "--band", "300-5000")
    assert here(example, "hamlet", "set", "ap-6", *changes).code == 0
    listed = here(example, "hamlet", "list").out
    assert "soundcard:#2" in listed
    assert "300-5000" in listed
    assert here(example, "hamlet", "set", "ap-6", "--band", "none").code == 0
    assert "300-5000" not in here(example, "hamlet", "list").out


def test_the_queue_is_put_in_order(example: Path) -> None:
    def waiting() -> list[str]:
        listed = json.loads(here(example, "queue", "list", "--slot", "sang", "--json").out)
        return [entry["script"] for entry in listed]

    first, second, *_rest = waiting()
    assert here(example, "queue", "move", second, "--slot", "sang", "--to", "1", *BY).code == 0
    assert waiting()[:2] == [second, first]
    assert here(example, "queue", "remove", second, "--slot", "sang", *BY).code == 0
    assert second not in waiting()
    assert here(example, "queue", "add", second, "--slot", "sang", "--editions", "3", *BY).code == 0
    assert waiting()[-1] == second
    assert second in here(example, "queue", "list").out
    refused(here(example, "queue", "move", second, "--slot", "sang", "--to", "99", *BY), 1, "99")


def test_who_does_it_stands_on_record(example: Path) -> None:
    assert here(example, "timetable", "set", "sang", "--at", "05:45", "--by", APPROVER.lower()).code == 0

    assert rows(example, "select by from act order by id desc limit 1") == [(APPROVER,)]
