"""Day rules, profiles, one-offs, pictures and iCalendar through the command line."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.kit import AUTHOR, here, refused, rows, snapshot

BY = ("--by", AUTHOR)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def day(ahead: int) -> date:
    return (datetime.now(ZONE) + timedelta(days=ahead)).date()


def slots(folder: Path) -> list[dict[str, object]]:
    listed: list[dict[str, object]] = json.loads(here(folder, "timetable", "list", "--json").out)
    return listed


def forecast(folder: Path, code: str, ahead: int) -> list[tuple[str, str]]:
    """Hamlet and reason of that slot on that day."""
    span = ("--from", str(day(ahead)), "--to", str(day(ahead + 1)))
    lines = json.loads(here(folder, "timetable", "forecast", *span, "--json").out)
    return [(line["hamlet"], line["reason"]) for line in lines if line["slot"] == code]


def test_bad_slots_are_refused_and_nothing_is_lost(example: Path) -> None:
    before = snapshot(example)
    for arguments, named in (
        (("--once", "2020-01-01"), "never sound"),
        (("--until", "2020-01-01"), "never sound"),
        (("--rule", "days 31/02"), "No month has such a day: 31/02"),
        (("--rule", "lunar 31"), "No lunar month has such a day: 31"),
        (("--rule", "days 0"), "No month has such a day: 0"),
        (("--rule", "every 2 weeks"), "--from"),
        (("--profile", "nix"), "No such day profile: nix"),
        (("--over", "nix"), "No such slot: nix"),
        (("--rotate", "nix"), "nix"),
    ):
        refused(here(example, "timetable", "add", "x", "--at", "11:00", *arguments, *BY), 1, named)

    assert snapshot(example) == before


@pytest.mark.parametrize(
    "arguments", [("--once", "2030-01-01", "--from", "2030-01-01"), ("--queue", "--relay", "VOV1")]
)
def test_options_that_exclude_each_other(example: Path, arguments: tuple[str, ...]) -> None:
    assert here(example, "timetable", "add", "x", "--at", "11:00", *arguments, *BY).code == 2
    assert here(example, "timetable", "add", "x", *BY).code == 2


def test_a_person_is_told_what_a_rule_means(example: Path) -> None:
    run = here(example, "timetable", "add", "tet", "--at", "7:00", "--rule", "âm 30/12 + lunar 1", *BY)

    assert run.code == 0, run.err
    assert "lunar last" in run.out
    assert "It comes next on: " in run.out
    (slot,) = [slot for slot in slots(example) if slot["code"] == "tet"]
    assert (slot["rule"], slot["when"]) == ("lunar 30/12 + lunar 1", "07:00 lunar 30/12 + lunar 1")
    again = here(example, "timetable", "set", "tet", "--rule", "none", "--days", "cn", *BY)
    assert "07:00 sun" in again.out


def test_a_one_off_takes_the_place_of_a_slot_for_a_day(example: Path) -> None:
    run = here(
        *(example, "timetable", "add", "mit-tinh", "--once", str(day(3)), "--over", "sang"),
        *("--hamlet", "ap-1", "--script", "tiem-chung", *BY),
    )

    assert run.code == 0, run.err
    told = dict(forecast(example, "sang", 3))
    assert told.pop("ap-1") == "replaced by mit-tinh"
    assert set(told) == {"ap-2", "ap-3", "ap-4", "ap-5"}
    assert not any("replaced" in reason for reason in told.values())
    assert [hamlet for hamlet, _reason in forecast(example, "mit-tinh", 3)] == ["ap-1"]
    assert ("ap-1", "replaced by mit-tinh") not in forecast(example, "sang", 4)
    shown = here(example, "timetable", "show", "--week", "--from", str(day(3))).out
    assert "replaced by mit-tinh" in shown


def test_profiles_are_made_stamped_and_taken_away(example: Path) -> None:
    made = here(
        example,
        "profile",
        "add",
        "tet",
        "--name",
        "Tết",
        "--alone",
        "--no-music",
        "--quiet",
        "12:00-14:00",
        *BY,
    )
    assert made.code == 0, made.err
    refused(here(example, "profile", "add", "tet", *BY), 1, "tet")
    assert here(example, "profile", "stamp", "tet", str(day(2)), "--until", str(day(4)), *BY).code == 0
    refused(here(example, "profile", "stamp", "tet", str(day(-1)), *BY), 1, "passed")
    refused(here(example, "profile", "stamp", "nix", str(day(2)), *BY), 1, "nix")
    refused(here(example, "profile", "stamp", "tet", str(day(4)), "--until", str(day(3)), *BY), 1, "before")

    (listed,) = json.loads(here(example, "profile", "list", "--json").out)
    assert listed == {
        "code": "tet",
        "name": "Tết",
        "music": False,
        "ordinary": False,
        "quiet_hours": "12:00-14:00",
        "days": f"{day(2)} – {day(4)}",
    }
    assert {reason for _hamlet, reason in forecast(example, "sang", 2)} == {"day profile tet"}
    waiting = here(example, "timetable", "add", "chuc", "--at", "8:00", "--profile", "tet", *BY)
    assert waiting.code == 0, waiting.err
    refused(here(example, "profile", "remove", "tet", *BY), 1, "tet", "unstamp")
    assert here(example, "profile", "unstamp", str(day(2)), "--until", str(day(9)), *BY).code == 0
    assert "Tết" in here(example, "profile", "list").out
    changes = ("--name", "Ngày Tết", "--no-music", "--beside", "--quiet", "12:00-13:00")
    assert here(example, "profile", "set", "tet", *changes, *BY).code == 0
    (listed,) = json.loads(here(example, "profile", "list", "--json").out)
    assert (listed["name"], listed["music"], listed["ordinary"]) == ("Ngày Tết", False, True)
    assert listed["quiet_hours"] == "12:00-13:00"
    assert "day profile tet" not in {reason for _hamlet, reason in forecast(example, "sang", 2)}
    told = here(example, "timetable", "set", "chuc", "--name", "Chúc Tết", *BY).out
    assert "broadcaster profile stamp" in told


def test_a_relay_is_reported_as_not_ours(example: Path) -> None:
    run = here(example, "timetable", "add", "vov", "--at", "6:00", "--relay", "VOV1", "--length", "30", *BY)
    assert run.code == 0, run.err

    assert {reason for _hamlet, reason in forecast(example, "vov", 1)} == {"relay VOV1"}
    refused(here(example, "timetable", "add", "x", "--at", "6:20", *BY), 1, "vov (06:00-06:30)", "06:30")
    assert "relay of VOV1" in here(example, "timetable", "show").out


def test_hamlets_in_a_group_are_kept_apart(example: Path) -> None:
    for code, hamlet in (("a", "ap-1"), ("b", "ap-2")):
        assert here(example, "timetable", "add", code, "--at", "9:00", "--hamlet", hamlet, *BY).code == 0
    made = ("--group", "bờ sông", "--minutes-per-day", "45", "--sensitive")
    assert here(example, "hamlet", "set", "ap-1", *made).code == 0

    refused(here(example, "hamlet", "set", "ap-2", "--group", "bờ sông"), 1, "a (", "b (", "Ấp 1", "09:15")

    first = json.loads(here(example, "hamlet", "list", "--json").out)[0]
    assert (first["group"], first["minutes_per_day"], first["sensitive"]) == ("bờ sông", 45, True)
    given_up = ("--group", "none", "--minutes-per-day", "0", "--not-sensitive")
    assert here(example, "hamlet", "set", "ap-1", *given_up).code == 0
    first = json.loads(here(example, "hamlet", "list", "--json").out)[0]
    assert (first["group"], first["minutes_per_day"], first["sensitive"]) == ("", None, False)


@pytest.mark.parametrize(("name", "begins"), [("lich.png", b"\x89PNG"), ("lich.svg", b"<svg")])
def test_the_week_is_drawn(example: Path, name: str, begins: bytes) -> None:
    picture = example.parent / name

    run = here(example, "timetable", "show", "--week", "-o", str(picture))

    assert run.code == 0, run.err
    assert picture.read_bytes().startswith(begins)
    assert here(example, "timetable", "show", "-o", "lich.bmp").code == 2
    refused(here(example, "timetable", "show", "-o", str(example / "no" / name)), 1, "cannot be written")


def test_a_timetable_goes_out_and_comes_in_again(example: Path, tmp_path: Path) -> None:
    file = tmp_path / "lich.ics"
    assert here(example, "timetable", "set", "sang", "--rule", "lunar 1,15", *BY).code == 0
    before = slots(example)
    assert here(example, "timetable", "export", str(file)).code == 0
    refused(here(example, "timetable", "import", str(file), *BY), 1, "sang")
    assert slots(example) == before
    for slot in before:
        assert here(example, "timetable", "remove", str(slot["code"]), *BY).code == 0

    dry = here(example, "timetable", "import", str(file), "--dry-run", *BY)
    assert (dry.code, slots(example)) == (0, []), dry.err
    assert here(example, "timetable", "import", str(file), *BY).code == 0
    assert slots(example) == before


def test_a_calendar_of_others(example: Path, tmp_path: Path) -> None:
    file = tmp_path / "lich.ics"
    event = (
        "BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Họp dân\r\nDTSTART:20300101T090000\r\nRRULE:{}\r\nEND:VEVENT\r\n"
    )
    whole = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}{}END:VCALENDAR\r\n"
    file.write_bytes(whole.format(event.format("FREQ=DAILY;COUNT=3"), event.format("FREQ=HOURLY")).encode())
    refused(here(example, "timetable", "import", str(file), "--hamlet", "all", *BY), 1, "FREQ=HOURLY")
    refused(here(example, "timetable", "import", str(tmp_path / "no.ics"), *BY), 1, "no.ics")
    refused(here(example, "timetable", "export", str(tmp_path / "no" / "x.ics")), 1, "cannot be written")
    file.write_bytes(whole.format(event.format("FREQ=DAILY"), "").encode())
    refused(here(example, "timetable", "import", str(file), "--hamlet", "all", *BY), 1, "--until")
    assert here(example, "timetable", "import", str(file), "--until", "2030-02-01", *BY).code == 2

    run = here(example, "timetable", "import", str(file), "--hamlet", "ap-2", "--until", "2030-02-01", *BY)

    assert run.code == 0, run.err
    (slot,) = [slot for slot in slots(example) if slot["code"] == "hop-dan"]
    assert (slot["hamlets"], slot["when"]) == ("ap-2", "09:00 daily from 2030-01-01 until 2030-02-01")
    assert rows(example, "select count(*) from slot where removed = 0 and code = 'hop-dan'") == [(1,)]
