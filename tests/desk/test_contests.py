"""An answer never airs before its day, whatever names it; contests and meetings on record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from broadcaster.desk.contests import Written
from broadcaster.desk.script import Script, ScriptKind, ScriptState
from broadcaster.documents import parse
from broadcaster.errors import DeskError, NotFound
from broadcaster.timetable.slot import Plays
from tests.desk.conftest import LEADER, NOW, WRITER, ZONE, Office

TODAY = NOW.date()
DAY = timedelta(days=1)
ANSWER_DAY = TODAY + 3 * DAY
"""A slot at 17:00 has three editions before."""


def text(words: str, name: str) -> Written:
    return Written(parse(words, name), words)


def asked(office: Office) -> tuple[Script, Script]:
    """The first question and its answer, both approved."""
    if not office.store.contests():
        office.script("mo-hoi-thi.txt")
        office.desk.contests.add("tim-hieu", "Tìm hiểu cải cách", "mo-hoi-thi", by=WRITER)
    question, answer = text("Thủ tục nào làm trên mạng?", "hoi.txt"), text("Khai sinh.", "dap.txt")
    _added, *both = office.desk.contests.ask("tim-hieu", question, answer, answer_from=ANSWER_DAY, by=WRITER)
    first, second = (office.desk.scripts.approve(script.code, by=LEADER) for script in both)
    return first, second


def days_of(office: Office, script: Script) -> list[date]:
    """On which days the coming editions play it."""
    planned = office.desk.editions.forecast(office.now, office.now + 6 * DAY, office.now)
    return [edition.starts_at.date() for edition in planned if script.id in edition.script_ids]


def test_a_question_airs_until_its_answer_may(office: Office) -> None:
    question, answer = asked(office)

    assert (question.kind, question.spot, answer.kind) == (ScriptKind.QUESTION, True, ScriptKind.NOTICE)
    assert (question.expires, answer.not_before) == (ANSWER_DAY - DAY, ANSWER_DAY)
    contest = office.desk.contests.contest("tim-hieu")
    assert [(one.number, one.question_id, one.answer_id) for one in contest.questions] == [
        (1, question.id, answer.id)
    ]


def test_an_answer_is_not_queued_before_its_day(office: Office) -> None:
    _question, answer = asked(office)
    office.slot()

    with pytest.raises(DeskError, match=rf"may not air yet on the slot's next day: dap \({ANSWER_DAY}\)"):
        office.desk.queue.add(answer.code, "chieu", by=WRITER)
    assert office.desk.queue.list() == ()

    office.turn_to(datetime.combine(ANSWER_DAY, time(12), ZONE))
    office.desk.queue.add(answer.code, "chieu", by=WRITER)
    assert days_of(office, answer) == [ANSWER_DAY]


@pytest.mark.parametrize(
    "named",
    [{"plays": Plays.SCRIPT, "ref": "dap"}, {"plays": Plays.ROTATION, "rotation": ("dap",)}],
    ids=["script", "rotation"],
)
def test_a_slot_that_always_plays_it_waits_for_its_day(office: Office, named: dict[str, object]) -> None:
    _question, answer = asked(office)

    office.slot(**named)  # type: ignore[arg-type]

    assert days_of(office, answer)[0] == ANSWER_DAY
    early = office.desk.editions.forecast(office.now, office.now + DAY, office.now)
    assert [edition.reason for edition in early] == ["before its first day"]


def put_off(office: Office, script: Script) -> None:
    """Another program wrote a later day into the database, behind the desk's back."""
    later = replace(script, not_before=script.not_before and ANSWER_DAY + 10 * DAY)
    office.store.change_script(later, was=ScriptState.APPROVED, by="", now=office.now, act="put off")


def test_what_is_fixed_already_lets_go_of_it(office: Office) -> None:
    _question, answer = asked(office)
    office.slot("trua", time(13), plays=Plays.SCRIPT, ref="dap")
    office.turn_to(datetime.combine(ANSWER_DAY, time(12, 45), ZONE))
    office.desk.editions.prepare(office.now)
    (fixed,) = (edition for edition in office.store.editions(office.now, office.now + DAY / 2))
    assert fixed.bulletin

    put_off(office, answer)
    office.desk.editions.expand(office.now)

    (emptied,) = office.store.editions(office.now, office.now + DAY / 2)
    assert (emptied.bulletin, emptied.has_scripts) == ("", False)


def test_at_the_moment_of_air_the_day_is_looked_at_once_more(office: Office) -> None:
    _question, answer = asked(office)
    office.slot("trua", time(13), plays=Plays.SCRIPT, ref="dap")
    at = datetime.combine(ANSWER_DAY, time(13), ZONE)
    office.turn_to(at - timedelta(minutes=15))
    office.desk.editions.prepare(office.now)
    office.turn_to(at)
    airing = next(one for one in office.store.claim(at, at) if one.starts_at == at)
    assert not office.store.too_early(airing.id, ANSWER_DAY)

    assert office.store.too_early(airing.id, ANSWER_DAY - DAY)
    put_off(office, answer)
    assert office.store.too_early(airing.id, ANSWER_DAY)


def test_no_slogan_stands_in_before_its_day(office: Office) -> None:
    office.script("bai.txt")
    slogan = office.script("khau-hieu.txt", kind=ScriptKind.SPOT)
    office.desk.scripts.set(slogan.code, by=WRITER, not_before=ANSWER_DAY)
    office.desk.scripts.approve(slogan.code, by=LEADER)
    office.slot(plays=Plays.SCRIPT, ref="bai")

    for day, stands_by in ((TODAY, False), (ANSWER_DAY, True)):
        office.turn_to(datetime.combine(day, time(13), ZONE))
        for _round in range(2):
            office.desk.editions.prepare(office.now)
        edition = office.store.editions(office.now, office.now + DAY / 2)[0]
        assert any(fallback.rung == "slogan" for fallback in edition.fallbacks) is stands_by
    office.turn_to(NOW)
    with pytest.raises(DeskError, match="needs an approved script of kind spot"):
        office.desk.rehearsal.book(NOW)


WRONG: tuple[tuple[Callable[[Office], object], str], ...] = (
    (lambda o: o.desk.contests.add("Tìm Hiểu", "x", "mo-hoi-thi", by=WRITER), "made of a-z, 0-9 and -"),
    (lambda o: o.desk.contests.add("khac", " ", "mo-hoi-thi", by=WRITER), "has a title"),
    (lambda o: o.desk.contests.add("khac", "x", "khong-co", by=WRITER), "No such script: khong-co"),
    (
        lambda o: o.desk.contests.add("tim-hieu", "x", "mo-hoi-thi", by=WRITER),
        "another contest: tim-hieu",
    ),
    (lambda o: o.desk.contests.add("khac", "x", "mo-hoi-thi", by="Ai Đó"), "No such person: Ai Đó"),
    (lambda o: asked_from(o, TODAY), f"day of an answer lies ahead: {TODAY}"),
    (lambda o: asked_from(o, ANSWER_DAY), "taken in before: hoi.txt: hoi"),
    (lambda o: asked_from(o, ANSWER_DAY, "tim-hieo"), "No such contest: tim-hieo"),
    (lambda o: told(o, day=TODAY + DAY), "does not lie ahead"),
    (lambda o: told(o, entries=-1), "So many cannot have taken part: -1"),
    (lambda o: told(o, summary="  "), "says who won"),
)


def test_what_no_contest_can_have_is_refused(office: Office) -> None:
    asked(office)
    before = (office.store.contests(), office.store.scripts())

    for act, why in WRONG:
        with pytest.raises((DeskError, NotFound), match=why):
            act(office)
        assert (office.store.contests(), office.store.scripts()) == before


def asked_from(office: Office, day: date, contest: str = "tim-hieu") -> object:
    question, answer = text("Thủ tục nào làm trên mạng?", "hoi.txt"), text("Khác.", "khac.txt")
    return office.desk.contests.ask(contest, question, answer, answer_from=day, by=WRITER)


def told(office: Office, day: date = TODAY, entries: int = 10, summary: str = "Giải nhất: Ấp 2") -> object:
    return office.desk.contests.result("tim-hieu", day, entries=entries, summary=summary, by=LEADER)


def test_an_answer_that_would_have_no_day_is_refused(office: Office) -> None:
    asked(office)
    before = office.store.scripts()
    answer = text("Khai tử.", "dap-2.txt")
    short = replace(answer, document=replace(answer.document, front_matter={"expires": f"{TODAY:%d/%m/%Y}"}))

    question = text("Ở đâu?", "hoi-2.txt")
    with pytest.raises(DeskError, match="The last day lies before the first: dap-2"):
        office.desk.contests.ask("tim-hieu", question, short, answer_from=ANSWER_DAY, by=WRITER)

    assert office.store.scripts() == before


def test_what_no_meeting_can_be_is_refused(office: Office) -> None:
    place = office.store.hamlets()[0]
    right = {"day": TODAY, "chair": "Trưởng ấp", "attendees": 40, "by": WRITER}

    for wrong, why in (
        ({"day": TODAY + DAY}, "has not been held yet"),
        ({"attendees": 0}, "from 1 to 100000 attendees: 0"),
        ({"chair": " "}, "A meeting has a chair"),
        ({"scripts": ["khong-co"]}, "No such script: khong-co"),
        ({"by": "Ai Đó"}, "No such person"),
    ):
        with pytest.raises((DeskError, NotFound), match=why):
            office.desk.meetings.record(place, **(right | wrong))  # type: ignore[arg-type]

    assert office.store.meetings() == ()
