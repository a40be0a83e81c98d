"""Emergencies at the desk: raised, repeated, changed and ended, on a clock that is turned."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from broadcaster.desk.emergencies import LONGEST_TEXT, Call, Raised
from broadcaster.desk.emergency import Emergency, EmergencyState, Round
from broadcaster.desk.rounds import LEAD, next_round
from broadcaster.errors import DeskError, NotFound, PolicyError
from broadcaster.playout.airing import Outcome
from broadcaster.production.bulletin import Bulletin, Programme
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.slot import Interrupted, Priority, SlotKind
from broadcaster.units import Milliseconds
from tests.desk.conftest import LEADER, NOW, WRITER, Office
from tests.kit import rows

FLOOD = "Nước sông lên nhanh. Bà con ấp một sơ tán ngay."
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def flood(**other: object) -> Call:
    asked: dict[str, object] = {"text": FLOOD, "hamlets": ("h1",), "by": LEADER, "reason": "lũ về"}
    return Call(**asked | other)  # type: ignore[arg-type]


def raised(office: Office, **other: object) -> Raised:
    office.desk.rounds.ready_siren()
    return office.desk.emergency.raise_(flood(**other))


def standing(office: Office, code: str = "khan-cap-1") -> Emergency:
    return office.store.emergency(code)


def editions(office: Office, code: str = "khan-cap-1") -> list[tuple[float, str]]:
    """(seconds after noon, audio) of each, called off ones aside."""
    emergency, siren = standing(office, code), office.store.siren()
    assert siren is not None
    names = {siren.sha256: "siren", emergency.words: "words", emergency.whole: "words"}  # the whole, too
    found = office.store.editions(NOW - timedelta(days=1), NOW + timedelta(days=3))
    return [
        (round((e.starts_at - NOW).total_seconds(), 1), names.get(e.bulletin, "old"))
        for e in found
        if e.slot.id == emergency.slot.id
    ]


def turn(office: Office, seconds: float) -> tuple[str, ...]:
    """As the daemon does it, every second."""
    told: tuple[str, ...] = ()
    for _ in range(round(seconds)):
        office.clock.advance(1)
        told += office.desk.rounds.speak(office.now) + office.desk.rounds.tend(office.now)
    return told


def test_the_siren_is_booked_at_once_and_all_is_on_record(office: Office) -> None:
    told = raised(office)

    assert told.starts_at - office.now == LEAD
    assert editions(office) == [(1.3, "siren")]
    emergency = standing(office)
    assert (emergency.state, emergency.by, emergency.reason) == (EmergencyState.ON, LEADER, "lũ về")
    assert (emergency.text, emergency.title) == (FLOOD, "Nước sông lên nhanh")
    assert emergency.slot.kind is SlotKind.EMERGENCY
    assert emergency.slot.priority is Priority.EMERGENCY
    assert emergency.slot.interrupted is Interrupted.END
    assert emergency.until - office.now == timedelta(hours=24)
    (edition,) = office.store.editions(NOW, NOW + MINUTE)
    assert edition.title == "Nước sông lên nhanh (Trần Văn Bảo: lũ về)"
    ((by, detail),) = rows(office.folder, "select by, detail from act where act = 'raise emergency'")
    assert by == LEADER
    assert all(word in detail for word in ("lũ về", FLOOD, "h1"))


def test_the_words_follow_the_siren_and_then_both_sound_again_and_again(office: Office) -> None:
    office.studio.seconds = 6.0
    raised(office, repeat=5 * MINUTE)

    told = turn(office, 320)

    assert told == ("khan-cap-1: the words are spoken: 6 s",)
    assert editions(office) == [(1.3, "siren"), (7.9, "words"), (307.9, "words"), (607.9, "words")]
    assert standing(office).spoken == FLOOD


def test_what_the_words_are_made_from_is_the_offline_booth_s_alone(office: Office) -> None:
    raised(office)
    turn(office, 2)
    assert [titles for titles, _seconds in office.studio.made] == ["Còi báo động", "Nước sông lên nhanh"]


def test_the_siren_goes_on_without_a_gap_while_the_words_are_being_made(office: Office) -> None:
    office.studio.seconds = 6.0
    raised(office)
    for _ in range(20):
        office.clock.advance(1)
        office.desk.rounds.tend(office.now)
    assert editions(office) == [(1.3, "siren"), (7.9, "siren"), (14.5, "siren"), (21.1, "siren")]
    turn(office, 2)
    assert editions(office)[-1] == (27.7, "words")


def test_a_voice_that_fails_leaves_the_siren_and_is_told_loudly(office: Office) -> None:
    office.studio.seconds = 6.0
    raised(office, repeat=MINUTE)
    office.studio.broken = {"Nước sông lên nhanh"}

    told = turn(office, 70)

    assert len(told) == 3, "once in half a minute, not every second"
    assert told[0].startswith("EMERGENCY khan-cap-1: the words cannot be spoken, the siren alone sounds: ")
    assert standing(office).trouble
    assert editions(office) == [(1.3, "siren"), (61.3, "siren"), (121.3, "siren")]

    office.studio.broken = set()
    turn(office, 60)
    assert not standing(office).trouble
    assert "words" in [audio for _at, audio in editions(office)]


def test_it_ends_by_itself(office: Office) -> None:
    raised(office, repeat=MINUTE, until=NOW + 3 * MINUTE)
    told = turn(office, 200)
    assert told[-1] == "khan-cap-1 is over: Nước sông lên nhanh"
    assert standing(office).state is EmergencyState.EXPIRED
    assert max(at for at, _audio in editions(office)) < 180


def test_after_a_long_power_cut_what_is_still_due_goes_on(office: Office) -> None:
    raised(office, repeat=MINUTE)
    turn(office, 10)
    before = len(editions(office))
    office.clock.advance(3600)
    office.desk.rounds.tend(office.now)
    assert editions(office)[before:] == [(3611.3, "words")]


def test_cancelled_it_is_silent_for_good_and_the_second_time_it_says_so(office: Office) -> None:
    raised(office)
    turn(office, 5)
    assert office.desk.emergency.cancel("khan-cap-1", by=WRITER)
    assert not office.desk.emergency.cancel("khan-cap-1", by=LEADER)
    turn(office, 400)

    emergency = standing(office)
    assert (emergency.state, emergency.changed_by) == (EmergencyState.CANCELLED, WRITER)
    lines = office.store.as_run(NOW, NOW + timedelta(hours=1))
    assert {(line.outcome, line.reason) for line in lines} == {
        (Outcome.CANCELLED, "called off by Nguyễn Thị Lan")
    }
    assert office.store.next_due() is None


def test_what_was_claimed_of_it_is_taken_back_from_the_player(office: Office) -> None:
    told = raised(office)
    (claimed,) = office.store.claim(told.starts_at, office.now)
    assert office.store.called_off() == ()
    office.desk.emergency.cancel("khan-cap-1", by=WRITER)
    assert office.store.called_off() == ((claimed.id, WRITER),)
    office.store.end([claimed.id], Outcome.PARTIAL, "called off by Lan", 1.0, office.now)
    assert office.store.called_off() == ()


def test_new_words_come_with_the_next_round(office: Office) -> None:
    raised(office, repeat=MINUTE)
    turn(office, 10)
    claimed = office.store.claim(office.now, office.now)
    office.store.end([one.id for one in claimed], Outcome.AIRED, "", 1.0, office.now)
    old = standing(office).whole
    last = editions(office)[-1]
    assert last[0] > 60

    assert not office.desk.emergency.update("khan-cap-1", "Nước đã rút. Bà con về nhà.", by=WRITER)

    assert editions(office)[-1][0] < 10, "the round with the old words is called off"
    turn(office, 3)
    assert editions(office)[-1] == (last[0], "words")
    assert standing(office).whole not in ("", old)
    assert standing(office).title == "Nước đã rút"


def test_new_words_come_at_once_where_the_old_ones_sound(office: Office) -> None:
    raised(office, repeat=MINUTE)
    turn(office, 3)
    claimed = office.store.claim(office.now, office.now)
    assert office.desk.emergency.update("khan-cap-1", "Nước đã rút. Bà con về nhà.", by=WRITER)
    assert {airing_id for airing_id, _by in office.store.called_off()} == {one.id for one in claimed}
    assert editions(office)[-1] == (4.3, "siren")
    turn(office, 3)
    assert editions(office)[-1][1] == "words"


def test_it_sounds_wherever_the_horns_are_heard(office: Office) -> None:
    for hamlet in office.store.hamlets():
        office.store.save_hamlet(replace(hamlet, overlap_group="bờ sông"), by="", now=office.now)
    far = Hamlet("h3", "ap-3", "Ấp 3")
    office.store.save_hamlet(far, by="", now=office.now)

    told = raised(office)

    assert told.emergency.slot.hamlets == ("h1", "h2")
    assert told.also == {"h2"}
    assert raised(office, hamlets=("h3",)).also == frozenset()


def test_two_at_once_are_both_heard(office: Office) -> None:
    office.studio.seconds = 6.0
    raised(office, repeat=MINUTE)
    turn(office, 9)
    told = raised(
        office, text="Vỡ đê ở ấp một. Chạy lên trường học ngay.", hamlets=("h1", "h2"), repeat=MINUTE
    )
    assert [other.code for other in told.beside] == ["khan-cap-1"]
    assert told.starts_at - office.now == LEAD, "nobody waits with the newer one"

    claimed = office.store.claim(office.now, office.now)
    words = [one.id for one in claimed if one.slot_code == "khan-cap-1"]
    office.store.end(words, Outcome.PARTIAL, f"emergency: {told.emergency.label}", 1.0, office.now)
    turn(office, 2)

    assert len(editions(office)) == 3, "what was cut by the newer one comes again at once, not later"
    assert editions(office)[-1][0] == pytest.approx(9 + 1 + LEAD.total_seconds(), abs=0.1)
    assert [audio for _at, audio in editions(office, "khan-cap-2")] == ["siren", "words"]


def test_a_drill_sounds_once_and_says_what_it_is(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.studio.seconds = 6.0
    spoken: list[str] = []
    make = office.studio.make

    def listened(programme: Programme, **how: Any) -> Bulletin:
        spoken.append(programme.items[0].words)
        return make(programme, **how)

    monkeypatch.setattr(office.studio, "make", listened)
    told = raised(office, drill=True, reason="diễn tập quý ba")
    assert told.emergency.code == "dien-tap-1"
    assert office.store.is_drill("dien-tap-1")

    turn(office, 600)

    lines = spoken[-1].split("\n")
    assert "diễn tập" in lines[0]
    assert "diễn tập" in lines[-1]
    assert FLOOD in spoken[-1]
    assert editions(office, "dien-tap-1") == [(1.3, "siren"), (7.9, "words")]
    assert standing(office, "dien-tap-1").state is EmergencyState.EXPIRED


def test_nobody_is_woken_for_a_drill_and_everybody_for_an_emergency(office: Office) -> None:
    office.turn_to(NOW.replace(hour=23))
    with pytest.raises(PolicyError, match=r"forbid a drill now: Ấp 1: quiet hours"):
        raised(office, drill=True)
    assert office.store.emergencies() == ()
    assert raised(office).emergency.state is EmergencyState.ON


def test_a_real_emergency_ends_every_drill_and_no_drill_begins_beside_it(office: Office) -> None:
    raised(office, drill=True)
    raised(office)
    assert standing(office, "dien-tap-1").state is EmergencyState.CANCELLED
    with pytest.raises(DeskError, match="No drill while an emergency is on: khan-cap-1"):
        raised(office, drill=True)


def test_a_draft_waits_for_a_person(office: Office) -> None:
    office.desk.rounds.ready_siren()
    draft = office.desk.emergency.keep(flood())
    turn(office, 400)
    assert office.store.editions(NOW - MINUTE, NOW + timedelta(days=2)) == ()

    told = office.desk.emergency.confirm(draft.code, flood(text="", reason="", by=WRITER, hamlets=("h2",)))

    assert told.emergency.code == draft.code == "khan-cap-1"
    assert told.emergency.slot.hamlets == ("h2",)
    assert (told.emergency.text, told.emergency.reason, told.emergency.by) == (FLOOD, "lũ về", WRITER)
    with pytest.raises(DeskError, match=r"no draft: khan-cap-1: on"):
        office.desk.emergency.confirm(draft.code, flood())


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"reason": "  "}, "needs a reason"),
        ({"text": " … "}, "needs words"),
        ({"text": "a " * LONGEST_TEXT}, "at most 5000 characters"),
        ({"hamlets": ()}, "needs a hamlet"),
        ({"hamlets": ("h9",)}, "No such hamlet"),
        ({"by": "Ai đó"}, "No such person"),
        ({"repeat": SECOND}, "repeated every 30 s at the most"),
        ({"until": NOW}, "between now and 24 hours from now"),
        ({"until": NOW + timedelta(hours=25)}, "between now and 24 hours from now"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_sounds(
    office: Office, other: dict[str, object], words: str
) -> None:
    with pytest.raises(DeskError, match=words):
        raised(office, **other)
    assert office.store.emergencies() == ()
    assert office.store.next_due() is None


def test_only_what_is_on_takes_new_words(office: Office) -> None:
    with pytest.raises(NotFound, match="No such emergency"):
        office.desk.emergency.update("khan-cap-1", FLOOD, by=LEADER)
    raised(office)
    office.desk.emergency.cancel("khan-cap-1", by=LEADER)
    with pytest.raises(DeskError, match="not on: khan-cap-1: cancelled"):
        office.desk.emergency.update("khan-cap-1", FLOOD, by=LEADER)
    with pytest.raises(NotFound, match=r"khan-cap-2\. Did you mean khan-cap-1"):
        office.desk.emergency.cancel("khan-cap-2", by=LEADER)


def test_the_siren_is_made_ahead_kept_and_made_again(office: Office) -> None:
    assert "never made" in office.desk.rounds.siren_problem()
    siren = office.desk.rounds.ready_siren()
    assert office.desk.rounds.siren_problem() == ""
    assert office.desk.rounds.ready_siren() == siren
    assert len(office.studio.made) == 1
    assert office.store.emergency_audio() == {siren.sha256}
    (office.folder / "audio_out" / siren.file_name).unlink()
    assert siren.file_name in office.desk.rounds.siren_problem()
    assert office.desk.emergency.raise_(flood()).emergency.siren != siren.sha256, "made in that moment"
    turn(office, 3)
    emergency = standing(office)
    assert {emergency.siren, emergency.words, emergency.whole} <= office.store.emergency_audio()


def test_a_siren_that_cannot_be_made_is_told(office: Office) -> None:
    office.studio.broken = {"Còi báo động"}
    (told,) = office.desk.rounds.speak(office.now)
    assert told.startswith("The siren of emergencies cannot be made: The voice made no sound")


def test_two_who_book_at_once_book_one_round(office: Office) -> None:
    raised(office)
    emergency = standing(office)
    last = office.store.last_round(emergency.id, office.now)
    assert last is not None
    for booked in (True, False):
        at = last.starts_at + MINUTE
        done = office.store.book_round(
            emergency.id, at, emergency.siren, after=last.starts_at, now=office.now
        )
        assert done is booked
    assert len(editions(office)) == 2


def a_round(starts_in: float, bulletin: str = "words", seconds: int = 60, cut: bool = False) -> Round:
    return Round(NOW + timedelta(seconds=starts_in), bulletin, Milliseconds(1000 * seconds), cut)


@pytest.mark.parametrize(
    ("repeat_s", "last", "booked"),
    [
        (300, None, (1.3, "siren")),
        (300, a_round(-10), (290, "whole")),
        (300, a_round(-1000), (1.3, "whole")),
        (300, a_round(10), None),
        (30, a_round(-10), (52, "whole")),
        (300, a_round(-10, cut=True), (1.3, "whole")),
        (0, a_round(-10), None),
        (0, a_round(-10, cut=True), (1.3, "whole")),
        (300, a_round(1, "siren", 6), (7.6, "words")),
        (300, a_round(-3700), None),
    ],
)
def test_what_is_booked_next(
    office: Office, repeat_s: int, last: Round | None, booked: tuple[float, str] | None
) -> None:
    on = raised(office).emergency
    until = NOW + (timedelta(hours=-1) if last and last.starts_at < NOW - timedelta(hours=1) else 10 * MINUTE)
    made = replace(on, repeat_s=repeat_s, siren="siren", words="words", whole="whole", until=until)
    expected = booked and (NOW + timedelta(seconds=booked[0]), booked[1])
    found: tuple[datetime, str] | None = next_round(made, last, NOW)
    assert found == expected
