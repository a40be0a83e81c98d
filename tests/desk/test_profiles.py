from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from broadcaster.errors import DeskError, NotFound, TimetableError
from broadcaster.timetable.calendar import Profile
from tests.desk.conftest import LEADER, NOW, Office

TET = Profile("", "tet", "Tết", ordinary=False)
MOURNING = Profile("", "quoc-tang", "Quốc tang", music=False)
EXAM = Profile("", "thi", "Thi", quiet_hours=(time(7), time(17, 30)))
TOMORROW = date(2026, 9, 2)


def starts(office: Office, days: float = 3) -> list[str]:
    """Start and form of the coming editions."""
    plans = office.desk.editions.forecast(NOW, NOW + timedelta(days=days), office.now)
    return [f"{plan.starts_at:%d %H:%M} {plan.form}" for plan in plans]


def test_a_stamped_day_silences_the_ordinary_timetable_until_it_is_unstamped(office: Office) -> None:
    office.slot()
    office.desk.profiles.add(TET, by=LEADER)

    changed = office.desk.profiles.stamp("tet", [TOMORROW], by=LEADER)

    assert changed.cancelled == 2
    assert starts(office) == ["01 17:00 daily", "03 17:00 daily"]
    assert office.desk.profiles.unstamp([TOMORROW], by=LEADER).added == 2
    assert starts(office) == ["01 17:00 daily", "02 17:00 daily", "03 17:00 daily"]


def test_slots_of_a_profile_wait_for_its_days(office: Office) -> None:
    office.desk.profiles.add(TET, by=LEADER)
    slot = office.slot("chuc-tet", time(8), profiles=("tet",))
    script = office.script("chuc.txt")
    office.desk.queue.add(script.code, "chuc-tet", by=LEADER)
    assert office.desk.slots.coming(slot, 3) == []

    office.desk.profiles.stamp("tet", [TOMORROW], by=LEADER)

    assert [f"{start:%d %H:%M}" for start in office.desk.slots.coming(slot, 3)] == ["02 08:00"]
    (plan,) = office.desk.editions.forecast(NOW, NOW + timedelta(days=3), office.now)
    assert plan.script_ids == (script.id,)


def test_a_bulletin_for_mourning_is_made_without_music(office: Office) -> None:
    office.slot()
    script = office.script("tin.txt")
    office.desk.profiles.add(MOURNING, by=LEADER)
    office.desk.profiles.stamp("quoc-tang", [NOW.date()], by=LEADER)
    office.desk.queue.add(script.code, "chieu", editions=2, by=LEADER)

    office.desk.editions.prepare(office.now)

    assert starts(office, 2) == ["01 17:00 bare", "02 17:00 daily"]
    assert len(office.studio.made) == 1
    coming = list(office.desk.editions.coming(NOW, NOW + timedelta(days=1), office.now))
    assert [c.programme.form for c in coming] == ["bare"]


def test_quiet_hours_of_an_exam_day_stand_in_the_outlook(office: Office) -> None:
    office.slot()
    office.desk.profiles.add(EXAM, by=LEADER)
    office.desk.profiles.stamp("thi", [TOMORROW], by=LEADER)

    rows = office.desk.outlook.between(NOW, NOW + timedelta(days=2), office.now)

    told = {(f"{row.starts_at:%d}", row.reason) for row in rows}
    assert told == {("01", "nothing queued"), ("02", "nothing queued")}
    script = office.script("tin.txt")
    office.desk.queue.add(script.code, "chieu", editions=2, by=LEADER)
    office.desk.editions.prepare(office.now)
    rows = office.desk.outlook.between(NOW, NOW + timedelta(days=2), office.now)
    assert {row.reason for row in rows if row.starts_at.day == 2} == {"quiet hours 07:00-17:30"}


def test_what_a_profile_cannot_be(office: Office) -> None:
    with pytest.raises(TimetableError, match="made of a-z"):
        office.desk.profiles.add(replace(TET, code="Tết"), by=LEADER)
    office.desk.profiles.add(TET, by=LEADER)
    with pytest.raises(DeskError, match="taken by another day profile: tet"):
        office.desk.profiles.add(TET, by=LEADER)
    with pytest.raises(NotFound, match=r"No such day profile: te\. Known are: tet"):
        office.desk.profiles.stamp("te", [TOMORROW], by=LEADER)
    with pytest.raises(NotFound, match="No such person"):
        office.desk.profiles.stamp("tet", [TOMORROW], by="Ai")
    assert office.store.profile_days() == {}


def test_a_profile_that_changes_changes_its_days(office: Office) -> None:
    office.slot()
    office.desk.profiles.add(EXAM, by=LEADER)
    office.desk.profiles.stamp("thi", [TOMORROW], by=LEADER)
    before = len(office.editions())

    changed = office.desk.profiles.change(replace(EXAM, ordinary=False), by=LEADER)

    assert (changed.cancelled, len(office.editions())) == (2, before - 1)
    with pytest.raises(NotFound, match="No such day profile"):
        office.desk.profiles.change(replace(EXAM, code="nix"), by=LEADER)
    office.desk.profiles.unstamp([TOMORROW], by=LEADER)
    office.desk.profiles.remove("thi", by=LEADER)
    assert office.store.profiles() == ()


def test_days_that_cannot_be_stamped(office: Office) -> None:
    office.desk.profiles.add(TET, by=LEADER)
    office.desk.profiles.add(MOURNING, by=LEADER)
    office.desk.profiles.stamp("tet", [TOMORROW], by=LEADER)
    office.desk.profiles.stamp("tet", [TOMORROW, TOMORROW], by=LEADER)

    with pytest.raises(DeskError, match="has another profile: 2026-09-02"):
        office.desk.profiles.stamp("quoc-tang", [TOMORROW + timedelta(days=1), TOMORROW], by=LEADER)
    for days, words in (
        ([NOW.date() - timedelta(days=1)], "has passed: 2026-08-31"),
        ([], "1 to 400 days"),
        ([TOMORROW] * 401, "1 to 400 days"),
    ):
        with pytest.raises(TimetableError, match=words):
            office.desk.profiles.stamp("tet", days, by=LEADER)
    with pytest.raises(TimetableError, match="no profile: 2026-09-09"):
        office.desk.profiles.unstamp([date(2026, 9, 9)], by=LEADER)
    assert {day: profile.code for day, profile in office.store.profile_days().items()} == {TOMORROW: "tet"}
