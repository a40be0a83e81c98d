"""What every Ledger must do: the contract of playout.airing.Ledger.

Use it by subclassing `LedgerContract` in a test module that supplies two fixtures:

`ledger`    an empty Ledger that knows the hamlets `ap-1`, `ap-2` and `ap-3` (id = code, name "Ấp 1" …,
            output "soundcard:").
`book`      a `Book`: books one airing (one edition of one slot, in one hamlet), due at `starts_at`. Nothing
            that was booked before may change. With `audio=False` no bulletin is ready; with `scripts=False`
            nothing was queued (and there is no audio either). The bulletin is 60 s long, its voice
            "espeak:vi", its file "<sha256>.mp3". For each rung of `fallbacks`, another bulletin stands by: it
            is 30 s long, its voice "espeak:spare". `until`: when its own audio may air no more.
`ask_stop`  an `AskStop`: what `broadcaster stop` leaves in the database, at that instant.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from broadcaster.playout.airing import Airing, Ledger, Outcome
from broadcaster.timetable.rung import Rung
from broadcaster.timetable.slot import Priority, SlotKind
from broadcaster.units import Milliseconds

NOW = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
START = NOW + timedelta(minutes=30)
SECOND = timedelta(seconds=1)


class Book(Protocol):
    def __call__(
        self,
        starts_at: datetime,
        hamlet: str = "ap-1",
        *,
        kind: SlotKind = SlotKind.PROGRAMME,
        priority: Priority = Priority.ROUTINE,
        title: str = "Bản tin sáng",
        audio: bool = True,
        scripts: bool = True,
        lateness_s: int = 120,
        fallbacks: Sequence[Rung] = (),
        until: datetime | None = None,
    ) -> None: ...


class AskStop(Protocol):
    def __call__(self, hamlet_ids: Sequence[str], by: str, at: datetime) -> None: ...


def claim_one(ledger: Ledger) -> Airing:
    (airing,) = ledger.claim(START, NOW)
    return airing


class LedgerContract:
    """Subclass as `class TestSomething(LedgerContract)`."""

    def test_nothing_is_due_in_an_empty_ledger(self, ledger: Ledger) -> None:
        assert ledger.next_due() is None
        assert ledger.claim(START, NOW) == ()
        assert ledger.unfinished() == ()
        assert ledger.as_run(NOW, START) == ()
        assert ledger.stop_requests(NOW) == ()

    def test_next_due_is_the_earliest_start(self, ledger: Ledger, book: Book) -> None:
        book(START + SECOND)
        book(START, "ap-2")

        assert ledger.next_due() == START

    def test_a_start_in_the_past_is_still_due(self, ledger: Ledger, book: Book) -> None:
        book(START)

        assert ledger.claim(START + timedelta(hours=3), START + timedelta(hours=3))[0].starts_at == START

    def test_an_airing_carries_all_that_is_needed_to_play_it(self, ledger: Ledger, book: Book) -> None:
        book(START, "ap-2", title="Lịch tiêm chủng", priority=Priority.PRIORITY, lateness_s=30)

        airing = claim_one(ledger)

        assert airing.title == "Lịch tiêm chủng"
        assert (airing.hamlet.id, airing.hamlet.code, airing.hamlet.name) == ("ap-2", "ap-2", "Ấp 2")
        assert airing.hamlet.output == "soundcard:"
        assert airing.kind is SlotKind.PROGRAMME
        assert airing.priority is Priority.PRIORITY
        assert (airing.starts_at, airing.lateness_s) == (START, 30)
        assert airing.starts_at.utcoffset() is not None
        assert airing.has_scripts
        assert airing.file_name == f"{airing.bulletin}.mp3"
        assert len(airing.bulletin) == 64
        assert (airing.length, airing.voice) == (60_000, "espeak:vi")
        assert (airing.sounded_to, airing.lost, airing.started_at) == (0, 0, None)

    def test_an_airing_without_audio_says_so(self, ledger: Ledger, book: Book) -> None:
        book(START, audio=False)

        airing = claim_one(ledger)

        assert airing.has_scripts
        assert (airing.bulletin, airing.file_name, airing.length, airing.voice) == ("", "", 0, "")

    def test_an_airing_for_which_nothing_was_queued_says_so(self, ledger: Ledger, book: Book) -> None:
        book(START, scripts=False)

        airing = claim_one(ledger)

        assert not airing.has_scripts
        assert airing.bulletin == ""

    def test_a_rehearsal_goes_to_a_file_whatever_the_hamlet_has(self, ledger: Ledger, book: Book) -> None:
        book(START, kind=SlotKind.REHEARSAL)

        airing = claim_one(ledger)

        assert airing.kind is SlotKind.REHEARSAL
        assert airing.hamlet.output == "file:"
        assert airing.has_scripts

    def test_each_airing_is_claimed_once(self, ledger: Ledger, book: Book) -> None:
        book(START)
        book(START, "ap-2")

        assert len(ledger.claim(START, NOW)) == 2
        assert ledger.claim(START, NOW) == ()
        assert ledger.next_due() is None

    def test_claim_reaches_until_its_instant_inclusive(self, ledger: Ledger, book: Book) -> None:
        book(START)
        book(START + SECOND, "ap-2")

        assert [airing.starts_at for airing in ledger.claim(START, NOW)] == [START]
        assert ledger.next_due() == START + SECOND

    def test_claims_come_by_start_then_priority_then_hamlet(self, ledger: Ledger, book: Book) -> None:
        book(START, "ap-3")
        book(START, "ap-2")
        book(START, "ap-2", priority=Priority.PRIORITY, title="Ưu tiên")
        book(START, "ap-3", priority=Priority.EMERGENCY, kind=SlotKind.EMERGENCY)
        book(START - SECOND, "ap-3", title="Sớm hơn")

        claimed = ledger.claim(START, NOW)

        assert [(airing.starts_at, airing.priority, airing.hamlet.code) for airing in claimed] == [
            (START - SECOND, Priority.ROUTINE, "ap-3"),
            (START, Priority.EMERGENCY, "ap-3"),
            (START, Priority.PRIORITY, "ap-2"),
            (START, Priority.ROUTINE, "ap-2"),
            (START, Priority.ROUTINE, "ap-3"),
        ]

    def test_what_a_killed_player_left_is_unfinished_until_it_ends(self, ledger: Ledger, book: Book) -> None:
        book(START)
        airing = claim_one(ledger)

        assert ledger.unfinished() == (airing,)
        ledger.end([airing.id], Outcome.FAILED, "no sound", 0.0, START)
        assert ledger.unfinished() == ()

    def test_only_the_first_beginning_sets_the_start(self, ledger: Ledger, book: Book) -> None:
        book(START)
        airing = claim_one(ledger)

        ledger.begin([airing.id], START + SECOND, Milliseconds(0))
        ledger.begin([airing.id], START + 9 * SECOND, Milliseconds(8_000))

        assert ledger.unfinished()[0].started_at == START + SECOND

    def test_marks_only_grow(self, ledger: Ledger, book: Book) -> None:
        book(START)
        book(START, "ap-2")
        first, second = (airing.id for airing in ledger.claim(START, NOW))

        ledger.mark([first, second], Milliseconds(4_000))
        ledger.mark([first], Milliseconds(6_000))
        ledger.mark([second], Milliseconds(2_000))

        assert [airing.sounded_to for airing in ledger.unfinished()] == [6_000, 4_000]

    def test_what_a_beginning_jumps_over_is_lost(self, ledger: Ledger, book: Book) -> None:
        book(START)
        airing = claim_one(ledger)

        ledger.begin([airing.id], START + SECOND, Milliseconds(1_000))
        ledger.mark([airing.id], Milliseconds(6_000))
        ledger.begin([airing.id], START + 9 * SECOND, Milliseconds(9_000))
        ledger.begin([airing.id], START + 10 * SECOND, Milliseconds(8_000))

        (unfinished,) = ledger.unfinished()
        assert (unfinished.sounded_to, unfinished.lost) == (9_000, 1_000 + 3_000)

    def test_an_end_is_one_line_of_the_log(self, ledger: Ledger, book: Book) -> None:
        book(START, "ap-3", title="Lịch tiêm chủng")
        airing = claim_one(ledger)
        ledger.begin([airing.id], START + SECOND / 100, Milliseconds(0))

        ledger.end([airing.id], Outcome.PARTIAL, "stopped by Lan", 12.5, START + 13 * SECOND)

        (line,) = ledger.as_run(START, START + SECOND)
        assert (line.airing_id, line.hamlet, line.hamlet_name) == (airing.id, "ap-3", "Ấp 3")
        assert (line.slot, line.title, line.kind) == (airing.slot_code, "Lịch tiêm chủng", airing.kind)
        assert (line.outcome, line.reason) == (Outcome.PARTIAL, "stopped by Lan")
        assert (line.starts_at, line.started_at) == (START, START + SECOND / 100)
        assert (line.seconds_played, line.seconds_planned) == (12.5, 60.0)
        assert (line.voice, line.bulletin) == (airing.voice, airing.bulletin)

    def test_an_airing_ends_once(self, ledger: Ledger, book: Book) -> None:
        book(START)
        airing = claim_one(ledger)

        ledger.end([airing.id], Outcome.AIRED, "", 60.0, START + 60 * SECOND)
        ledger.end([airing.id], Outcome.FAILED, "late news", 0.0, START + 61 * SECOND)

        assert [line.outcome for line in ledger.as_run(START, START + SECOND)] == [Outcome.AIRED]

    def test_the_log_never_began_what_never_sounded(self, ledger: Ledger, book: Book) -> None:
        book(START, scripts=False)
        airing = claim_one(ledger)

        ledger.end([airing.id], Outcome.SKIPPED, "nothing queued", 0.0, START)

        (line,) = ledger.as_run(START, START + SECOND)
        assert line.started_at is None
        assert (line.seconds_played, line.seconds_planned, line.bulletin, line.voice) == (0.0, 0.0, "", "")

    def test_the_log_is_a_window_of_starts_by_start_and_hamlet(self, ledger: Ledger, book: Book) -> None:
        for hamlet, starts_at in (("ap-2", START), ("ap-1", START), ("ap-1", START - SECOND)):
            book(starts_at, hamlet)
        for airing in ledger.claim(START, NOW):
            ledger.end([airing.id], Outcome.AIRED, "", 60.0, START + 60 * SECOND)

        lines = [(line.starts_at, line.hamlet) for line in ledger.as_run(START - SECOND, START + SECOND)]
        assert lines == [(START - SECOND, "ap-1"), (START, "ap-1"), (START, "ap-2")]
        assert len(ledger.as_run(START - SECOND, START)) == 1

    def test_what_has_not_ended_is_not_in_the_log(self, ledger: Ledger, book: Book) -> None:
        book(START)
        ledger.claim(START, NOW)

        assert ledger.as_run(START, START + SECOND) == ()

    def test_a_stop_is_taken_once(self, ledger: Ledger, ask_stop: AskStop) -> None:
        ask_stop((), "Lan", NOW)
        ask_stop(("ap-1", "ap-2"), "Lan", NOW + SECOND)

        taken = ledger.stop_requests(NOW + 2 * SECOND)

        assert taken == (((), "Lan"), (("ap-1", "ap-2"), "Lan"))
        assert ledger.stop_requests(NOW + 3 * SECOND) == ()

    @pytest.mark.parametrize(("age", "count"), [(60, 1), (61, 0)])
    def test_a_stop_older_than_a_minute_is_stale(
        self, ledger: Ledger, ask_stop: AskStop, age: int, count: int
    ) -> None:
        ask_stop((), "Lan", NOW)

        assert len(ledger.stop_requests(NOW + age * SECOND)) == count
        assert ledger.stop_requests(NOW) == ()

    def test_the_version_tells_of_every_change_but_the_players_own(
        self, ledger: Ledger, book: Book, ask_stop: AskStop
    ) -> None:
        before = ledger.version()
        ledger.claim(START, NOW)
        ledger.stop_requests(NOW)
        assert ledger.version() == before

        book(START)
        booked = ledger.version()
        assert booked != before

        airing = claim_one(ledger)
        ledger.begin([airing.id], START, Milliseconds(0))
        ledger.mark([airing.id], Milliseconds(2_000))
        ledger.end([airing.id], Outcome.AIRED, "", 60.0, START)
        assert ledger.version() == booked

        ask_stop((), "Lan", NOW)
        assert ledger.version() != booked

    # Fallbacks

    def test_an_airing_has_its_fallbacks_best_first(self, ledger: Ledger, book: Book) -> None:
        book(START, fallbacks=[Rung.VOICE, Rung.SLOGAN], until=START + 60 * SECOND)
        book(START, "ap-2")

        airing, plain = ledger.claim(START, NOW)

        assert [fallback.why for fallback in airing.fallbacks] == ["offline voice", "slogan"]
        best, last = airing.fallbacks
        assert len({airing.bulletin, best.bulletin, last.bulletin}) == 3
        assert best.file_name == f"{best.bulletin}.mp3"
        assert (best.length, best.voice, best.until) == (30_000, "espeak:spare", None)
        assert (airing.until, airing.instead) == (START + 60 * SECOND, "")
        assert (plain.fallbacks, plain.until) == ((), None)

    def test_what_began_with_a_fallback_goes_on_with_it(self, ledger: Ledger, book: Book) -> None:
        book(START, fallbacks=[Rung.LAST, Rung.SLOGAN], until=START + SECOND)
        airing = claim_one(ledger)
        slogan = airing.fallbacks[1]

        ledger.begin([airing.id], START, Milliseconds(0), slogan.bulletin, "fallback: slogan")
        ledger.begin([airing.id], START + 9 * SECOND, Milliseconds(9_000), airing.bulletin)

        (left,) = ledger.unfinished()
        assert (left.bulletin, left.file_name) == (slogan.bulletin, slogan.file_name)
        assert (left.length, left.voice) == (30_000, "espeak:spare")
        assert (left.fallbacks, left.until, left.instead) == ((), None, "fallback: slogan")

    def test_what_began_with_its_own_audio_has_no_other_left(self, ledger: Ledger, book: Book) -> None:
        book(START, fallbacks=[Rung.LAST])
        airing = claim_one(ledger)

        ledger.begin([airing.id], START, Milliseconds(0), airing.bulletin)

        (left,) = ledger.unfinished()
        assert (left.bulletin, left.fallbacks, left.instead) == (airing.bulletin, (), "")

    def test_the_log_names_what_really_sounded(self, ledger: Ledger, book: Book) -> None:
        book(START, fallbacks=[Rung.LAST])
        airing = claim_one(ledger)
        (last,) = airing.fallbacks
        ledger.begin([airing.id], START, Milliseconds(0), last.bulletin, "fallback: last edition")

        ledger.end([airing.id], Outcome.AIRED, "fallback: last edition", 30.0, START + 30 * SECOND)

        (line,) = ledger.as_run(START, START + SECOND)
        assert (line.bulletin, line.voice) == (last.bulletin, "espeak:spare")
        assert (line.seconds_planned, line.seconds_played) == (30.0, 30.0)

    def test_an_airing_without_audio_may_have_a_fallback(self, ledger: Ledger, book: Book) -> None:
        book(START, audio=False, fallbacks=[Rung.SLOGAN])

        airing = claim_one(ledger)

        assert airing.bulletin == ""
        assert [fallback.why for fallback in airing.fallbacks] == ["slogan"]

    def test_the_next_start_is_the_earliest_in_those_hamlets_that_has_something_to_play(
        self, ledger: Ledger, book: Book
    ) -> None:
        book(START, "ap-3")
        book(START + SECOND, "ap-1", scripts=False)
        book(START + 2 * SECOND, "ap-2")
        book(START + 3 * SECOND, "ap-1")
        book(START + 2 * SECOND, "ap-1", kind=SlotKind.REHEARSAL)

        assert ledger.next_start(["ap-1"]) == START + 3 * SECOND
        assert ledger.next_start(["ap-1", "ap-2"]) == START + 2 * SECOND
        ledger.claim(START + 2 * SECOND, NOW)
        assert ledger.next_start(["ap-2"]) is None

    def test_what_restarts_is_a_new_claimed_airing_and_the_old_one_has_ended(
        self, ledger: Ledger, book: Book
    ) -> None:
        book(START, title="Lịch tiêm")
        airing = claim_one(ledger)
        ledger.begin([airing.id], START, Milliseconds(0))
        ledger.mark([airing.id], Milliseconds(9_000))
        later = START + 60 * SECOND

        (again,) = ledger.restart([airing], later, "emergency: Lũ về; begun again", 8.5, later - SECOND)

        assert (again.continues, again.starts_at, again.sounded_to) == (airing.id, later, 0)
        assert again.started_at is None
        assert ledger.unfinished() == (again,)
        assert ledger.next_due() is None
        (line,) = ledger.as_run(START, START + SECOND)
        assert (line.airing_id, line.outcome, line.seconds_played) == (airing.id, Outcome.PARTIAL, 8.5)
        assert line.reason == "emergency: Lũ về; begun again"
        ledger.begin([again.id], later, Milliseconds(0))
        ledger.end([again.id], Outcome.AIRED, "", 60.0, later + 60 * SECOND)
        (line,) = ledger.as_run(later, later + SECOND)
        assert (line.title, line.slot, line.outcome) == ("Lịch tiêm", airing.slot_code, Outcome.AIRED)
        assert (line.seconds_planned, line.bulletin) == (60.0, airing.bulletin)
