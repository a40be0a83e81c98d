"""What every DeskStore must do: the contract of desk.ports.DeskStore, one class per aggregate.

Subclass `DeskStoreContract` in a test module that supplies a fixture `store`: an empty DeskStore. The
builders (`hamlet`, `person`, `script`, `slot`, `bulletin`) make small values for anybody's tests.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from broadcaster.desk.consent import Consent
from broadcaster.desk.contest import Contest, Question, Result
from broadcaster.desk.meeting import Meeting
from broadcaster.desk.outreach import Channel, Outreach
from broadcaster.desk.ports import DeskStore, EditionState, Reconciled, StandBy
from broadcaster.desk.script import Person, Script, ScriptKind, ScriptState
from broadcaster.desk.topic import Topic
from broadcaster.errors import DeskError, NotFound
from broadcaster.production.bulletin import Bulletin, Cue
from broadcaster.timetable.calendar import Profile
from broadcaster.timetable.edition import FixedEdition, PlannedEdition
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.rung import Rung
from broadcaster.timetable.slot import Plays, Priority, Slot, SlotKind, Weekday
from broadcaster.units import Decibels, Lufs, Milliseconds

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
START = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
UNTIL = NOW + timedelta(days=14)
DAY = timedelta(days=1)
BY = "Lan"


def hamlet(code: str = "ap-1", name: str = "Ấp 1") -> Hamlet:
    return Hamlet(f"id-{code}", code, name, output="soundcard:")


def person(name: str = BY) -> Person:
    return Person(f"id-{name}", name, "cán bộ văn hoá")


def script(code: str = "tiem-chung", state: ScriptState = ScriptState.APPROVED) -> Script:
    text, spoken = "Ngày 3/4 tiêm chủng.", "Ngày ba tháng tư tiêm chủng."
    return Script(
        id=f"id-{code}",
        code=code,
        title=f"Bài {code}",
        kind=ScriptKind.NOTICE,
        state=state,
        text=text,
        spoken=spoken,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        reading_sha256=hashlib.sha256(spoken.encode()).hexdigest(),
    )


def slot(code: str = "sang", hamlets: Sequence[str] = ("id-ap-1",)) -> Slot:
    return Slot(f"id-{code}", code, f"Bản tin {code}", time(5, 30), tuple(hamlets))


def bulletin(words: str = "một", recipe: str = "r1") -> Bulletin:
    sha256 = hashlib.sha256(words.encode()).hexdigest()
    return Bulletin(
        sha256=sha256,
        file_name=f"{sha256}.mp3",
        length=Milliseconds(60_000),
        voice="espeak:vi",
        recipe=recipe,
        loudness=Lufs(-16.02),
        true_peak=Decibels(-1.2),
        cues=(Cue("Lời xướng", Milliseconds(0), Milliseconds(3_000)),),
        why_this_voice="gtts: no network",
    )


def plan(slot: Slot, starts_at: datetime = START, scripts: Sequence[str] = ()) -> PlannedEdition:
    return PlannedEdition(slot, starts_at, tuple(scripts), True, "" if scripts else "nothing queued")


def furnish(store: DeskStore, *codes: str) -> Slot:
    """Two hamlets, a slot for both, and approved scripts of these codes, all queued for one edition."""
    store.add_person(person(), by=BY, now=NOW)
    for code, name in (("ap-1", "Ấp 1"), ("ap-2", "Ấp 2")):
        store.save_hamlet(hamlet(code, name), by=BY, now=NOW)
    morning = slot(hamlets=("id-ap-1", "id-ap-2"))
    store.save_slot(morning, by=BY, now=NOW)
    for code in codes:
        store.add_script(script(code), by=BY, now=NOW)
        store.enqueue(morning.id, f"id-{code}", 1, by=BY, now=NOW)
    return morning


def waiting(store: DeskStore, slot_id: str | None = None) -> list[tuple[str, int, int]]:
    """(script code, position, owed) of the queue."""
    return [
        (entry.script_id.removeprefix("id-"), entry.position, entry.owed) for entry in store.queue(slot_id)
    ]


class RegistryContract:
    def test_hamlets_are_kept_whole_and_listed_by_code(self, store: DeskStore) -> None:
        own_hours = replace(
            hamlet("ap-1"),
            gain_trim=Decibels(-3.5),
            band_hz=(300.0, 4999.5),
            quiet_hours=(time(21, 30), time(4, 45)),
            output="file:",
        )
        store.save_hamlet(hamlet("ap-2", "Ấp 2"), by=BY, now=NOW)
        store.save_hamlet(own_hours, by=BY, now=NOW)

        assert store.hamlets() == (own_hours, hamlet("ap-2", "Ấp 2"))

    def test_a_hamlet_may_change_everything_but_its_id(self, store: DeskStore) -> None:
        store.save_hamlet(hamlet("ap-1"), by=BY, now=NOW)
        renamed = replace(hamlet("ap-1"), code="ap-tan-lap", name="Ấp Tân Lập")

        store.save_hamlet(renamed, by=BY, now=NOW)

        assert store.hamlets() == (renamed,)

    def test_two_hamlets_never_share_a_code(self, store: DeskStore) -> None:
        store.save_hamlet(hamlet("ap-1"), by=BY, now=NOW)

        with pytest.raises(DeskError, match="ap-1"):
            store.save_hamlet(replace(hamlet("ap-1"), id="another"), by=BY, now=NOW)
        assert len(store.hamlets()) == 1

    def test_a_retired_hamlet_leaves_its_slots_and_frees_its_code(self, store: DeskStore) -> None:
        furnish(store)

        store.retire_hamlet("id-ap-1", by=BY, now=NOW)

        assert [place.code for place in store.hamlets()] == ["ap-2"]
        assert store.slots()[0].hamlets == ("id-ap-2",)
        store.save_hamlet(replace(hamlet("ap-1"), id="another"), by=BY, now=NOW)
        with pytest.raises(NotFound):
            store.retire_hamlet("id-ap-1", by=BY, now=NOW)

    def test_a_name_is_one_person_whatever_its_case(self, store: DeskStore) -> None:
        store.add_person(person("Đặng Thị Lan"), by=BY, now=NOW)

        with pytest.raises(DeskError, match="LAN"):
            store.add_person(Person("another", "ĐẶNG THỊ LAN"), by=BY, now=NOW)
        assert store.people() == (person("Đặng Thị Lan"),)


class ScriptsContract:
    def test_a_script_is_kept_whole(self, store: DeskStore) -> None:
        full = replace(
            script(),
            source="thông báo.docx",
            source_sha256="ab" * 32,
            author="Minh",
            created_at=NOW,
            approved_by=BY,
            approved_at=NOW + DAY,
            self_approved=True,
            first_approved_by="Minh Hai",
            expires=date(2026, 12, 31),
            not_before=date(2026, 12, 1),
            names=("Nguyễn Văn Tám", "Trần Thị Đẹp"),
            not_names=("Bà Đen",),
            topics=("y tế", "trẻ em"),
        )

        store.add_script(full, by=BY, now=NOW)

        assert store.script("tiem-chung") == full
        assert store.script(full.id) == full
        assert store.expiries() == {full.id: date(2026, 12, 31)}
        assert store.earliest() == {full.id: date(2026, 12, 1)}

    def test_scripts_come_newest_first(self, store: DeskStore) -> None:
        store.add_script(script("mot"), by=BY, now=NOW)
        store.add_script(script("hai"), by=BY, now=NOW + DAY)

        assert [entry.code for entry in store.scripts()] == ["hai", "mot"]

    def test_whatever_is_not_approved_is_barred(self, store: DeskStore) -> None:
        for state in ScriptState:
            store.add_script(script(str(state), state), by=BY, now=NOW)

        assert store.barred() == {f"id-{state}" for state in ScriptState if state is not ScriptState.APPROVED}

    def test_near_codes_are_offered_for_an_unknown_one(self, store: DeskStore) -> None:
        store.add_script(script("tiem-chung"), by=BY, now=NOW)

        with pytest.raises(NotFound, match="tiem-chung"):
            store.script("tiem-chug")

    def test_a_code_is_taken_once(self, store: DeskStore) -> None:
        store.add_script(script("mot"), by=BY, now=NOW)
        store.add_script(script("hai"), by=BY, now=NOW)

        with pytest.raises(DeskError, match="mot"):
            store.add_script(replace(script("mot"), id="another"), by=BY, now=NOW)
        stolen = replace(script("hai"), code="mot")
        with pytest.raises(DeskError, match="mot"):
            store.change_script(stolen, was=ScriptState.APPROVED, by=BY, now=NOW, act="rename")

    def test_a_script_changes_only_from_the_state_it_was_seen_in(self, store: DeskStore) -> None:
        draft = script(state=ScriptState.DRAFT)
        store.add_script(draft, by=BY, now=NOW)
        approved = replace(draft, state=ScriptState.APPROVED, approved_by=BY, approved_at=NOW)

        store.change_script(approved, was=ScriptState.DRAFT, by=BY, now=NOW, act="approve")
        changed = replace(draft, text="khác")
        with pytest.raises(DeskError, match="meanwhile"):
            store.change_script(changed, was=ScriptState.DRAFT, by=BY, now=NOW, act="edit")

        assert store.script("tiem-chung") == approved

    def test_a_withdrawn_script_leaves_every_queue(self, store: DeskStore) -> None:
        furnish(store, "mot", "hai")
        withdrawn = replace(script("mot"), state=ScriptState.WITHDRAWN)

        store.change_script(withdrawn, was=ScriptState.APPROVED, by=BY, now=NOW, act="withdraw")

        assert waiting(store) == [("hai", 1, 1)]
        assert store.script("mot") == withdrawn


class TimetableContract:
    def test_a_slot_is_kept_whole(self, store: DeskStore) -> None:
        furnish(store)
        full = replace(
            slot("chieu", ("id-ap-2", "id-ap-1")),
            at=time(17, 0),
            weekdays=frozenset({Weekday.SUN, Weekday.TUE}),
            first=date(2026, 11, 1),
            last=date(2026, 12, 31),
            skips=frozenset({date(2026, 11, 29), date(2026, 12, 6)}),
            plays=Plays.REPEAT,
            ref="id-sang",
            max_items=3,
            priority=Priority.PRIORITY,
            lateness_s=30,
            form="notice",
            length_s=600,
        )

        store.save_slot(full, by=BY, now=NOW)

        assert store.slots()[1] == full

    def test_slots_come_by_time_of_day_as_last_saved(self, store: DeskStore) -> None:
        morning = furnish(store)
        store.save_slot(replace(slot("chieu"), at=time(17, 0)), by=BY, now=NOW)
        store.save_slot(replace(morning, at=time(18, 0), hamlets=("id-ap-2",)), by=BY, now=NOW)

        assert [(entry.code, entry.hamlets) for entry in store.slots()] == [
            ("chieu", ("id-ap-1",)),
            ("sang", ("id-ap-2",)),
        ]

    def test_two_slots_never_share_a_code(self, store: DeskStore) -> None:
        morning = furnish(store)

        with pytest.raises(DeskError, match="sang"):
            store.save_slot(replace(morning, id="another"), by=BY, now=NOW)

    def test_a_slot_needs_hamlets_that_exist(self, store: DeskStore) -> None:
        with pytest.raises(NotFound, match="id-ap-9"):
            store.save_slot(slot(hamlets=("id-ap-9",)), by=BY, now=NOW)
        assert store.slots() == ()

    def test_a_removed_slot_is_gone_with_its_queue_and_its_code_is_free(self, store: DeskStore) -> None:
        morning = furnish(store, "mot")

        store.remove_slot(morning.id, by=BY, now=NOW)

        assert store.slots() == ()
        assert store.queue() == ()
        store.save_slot(replace(morning, id="another"), by=BY, now=NOW)
        with pytest.raises(NotFound):
            store.remove_slot(morning.id, by=BY, now=NOW)

    def test_scripts_wait_in_the_order_they_came(self, store: DeskStore) -> None:
        morning = furnish(store, "mot", "hai")
        store.add_script(replace(script("ba"), expires=date(2026, 12, 1)), by=BY, now=NOW)

        queued = store.enqueue(morning.id, "id-ba", 3, by=BY, now=NOW)

        assert (queued.position, queued.owed, queued.expires) == (3, 3, date(2026, 12, 1))
        assert store.queue(morning.id)[-1] == queued
        assert waiting(store) == [("mot", 1, 1), ("hai", 2, 1), ("ba", 3, 3)]
        assert store.queue("id-chieu") == ()

    def test_a_script_waiting_already_is_owed_more(self, store: DeskStore) -> None:
        morning = furnish(store, "mot", "hai")

        store.enqueue(morning.id, "id-mot", 2, by=BY, now=NOW)

        assert waiting(store) == [("mot", 1, 3), ("hai", 2, 1)]

    @pytest.mark.parametrize(
        ("code", "position", "order"),
        [
            ("ba", 1, ["ba", "mot", "hai"]),
            ("mot", 2, ["hai", "mot", "ba"]),
            ("mot", 3, ["hai", "ba", "mot"]),
            ("mot", 99, ["hai", "ba", "mot"]),
            ("hai", 0, ["hai", "mot", "ba"]),
        ],
    )
    def test_an_entry_moves_to_a_position(
        self, store: DeskStore, code: str, position: int, order: list[str]
    ) -> None:
        furnish(store, "mot", "hai", "ba")
        entry = next(entry for entry in store.queue() if entry.script_id == f"id-{code}")

        store.move(entry.id, position, by=BY, now=NOW)

        assert waiting(store) == [(code, place, 1) for place, code in enumerate(order, 1)]

    def test_an_entry_can_be_taken_out(self, store: DeskStore) -> None:
        furnish(store, "mot", "hai")
        first = store.queue()[0]

        store.dequeue(first.id, by=BY, now=NOW)

        assert waiting(store) == [("hai", 1, 1)]
        with pytest.raises(NotFound):
            store.dequeue(first.id, by=BY, now=NOW)
        with pytest.raises(NotFound):
            store.move(first.id, 1, by=BY, now=NOW)

    def test_only_approved_scripts_wait(self, store: DeskStore) -> None:
        morning = furnish(store, "mot")
        store.add_script(script("hai", ScriptState.DRAFT), by=BY, now=NOW)

        with pytest.raises(DeskError, match="hai"):
            store.enqueue(morning.id, "id-hai", 1, by=BY, now=NOW)
        voided = replace(script("mot"), state=ScriptState.DRAFT)
        store.change_script(voided, was=ScriptState.APPROVED, by=BY, now=NOW, act="void")
        assert store.queue() == ()

    @pytest.mark.parametrize(("slot_id", "script_id"), [("id-sang", "id-hai"), ("id-trua", "id-mot")])
    def test_nothing_unknown_is_queued(self, store: DeskStore, slot_id: str, script_id: str) -> None:
        furnish(store, "mot")

        with pytest.raises(NotFound):
            store.enqueue(slot_id, script_id, 1, by=BY, now=NOW)

    def test_nothing_is_queued_for_no_edition(self, store: DeskStore) -> None:
        furnish(store, "mot")

        with pytest.raises(DeskError):
            store.enqueue("id-sang", "id-mot", 0, by=BY, now=NOW)


class EditionsContract:
    def test_reconcile_makes_an_airing_for_each_hamlet(self, store: DeskStore) -> None:
        morning = furnish(store)
        planned = [plan(morning), plan(morning, START + DAY)]

        assert store.reconcile(planned, now=NOW, until=UNTIL) == Reconciled(added=4, cancelled=0)
        assert store.reconcile(planned, now=NOW, until=UNTIL) == Reconciled(added=0, cancelled=0)

        first, second = store.editions(NOW, UNTIL)
        assert (first.slot, first.starts_at, first.state) == (morning, START, EditionState.PLANNED)
        assert second.starts_at == START + DAY

    def test_reconcile_looks_at_its_window_only(self, store: DeskStore) -> None:
        morning = furnish(store)
        planned = [plan(morning, NOW - DAY), plan(morning, NOW), plan(morning, UNTIL)]

        assert store.reconcile(planned, now=NOW, until=UNTIL).added == 2
        assert [edition.starts_at for edition in store.editions(NOW - DAY, UNTIL + DAY)] == [NOW]
        assert store.reconcile([], now=NOW + DAY, until=UNTIL).cancelled == 0

    def test_a_moved_slot_leaves_nothing_at_its_old_hour(self, store: DeskStore) -> None:
        morning = furnish(store)
        store.reconcile([plan(morning)], now=NOW, until=UNTIL)
        later = START + timedelta(minutes=15)

        changed = store.reconcile([plan(morning, later)], now=NOW, until=UNTIL)

        assert changed == Reconciled(added=2, cancelled=2)
        assert [edition.starts_at for edition in store.editions(NOW, UNTIL)] == [later]

    def test_what_was_cancelled_comes_back_when_it_belongs_again(self, store: DeskStore) -> None:
        morning = furnish(store)
        store.reconcile([plan(morning)], now=NOW, until=UNTIL)
        (before,) = store.editions(NOW, UNTIL)
        store.reconcile([], now=NOW, until=UNTIL)

        assert store.reconcile([plan(morning)], now=NOW, until=UNTIL) == Reconciled(added=2, cancelled=0)
        assert store.editions(NOW, UNTIL) == (before,)

    def test_a_hamlet_that_joins_gains_and_one_that_leaves_loses(self, store: DeskStore) -> None:
        morning = furnish(store)
        for hamlets, expected in (
            (("id-ap-1",), Reconciled(1, 0)),
            (("id-ap-1", "id-ap-2"), Reconciled(1, 0)),
            (("id-ap-2",), Reconciled(0, 1)),
        ):
            changed = replace(morning, hamlets=hamlets)
            store.save_slot(changed, by=BY, now=NOW)
            assert store.reconcile([plan(changed)], now=NOW, until=UNTIL) == expected

    def test_a_plan_older_than_a_removal_brings_nothing_back(self, store: DeskStore) -> None:
        morning = furnish(store)
        store.remove_slot(morning.id, by=BY, now=NOW)

        assert store.reconcile([plan(morning)], now=NOW, until=UNTIL) == Reconciled(0, 0)

    def test_removing_a_slot_takes_its_coming_editions_away_at_once(self, store: DeskStore) -> None:
        morning = furnish(store)
        store.reconcile([plan(morning, NOW), plan(morning, START)], now=NOW, until=UNTIL)

        store.remove_slot(morning.id, by=BY, now=NOW + timedelta(hours=1))

        assert [edition.starts_at for edition in store.editions(NOW, UNTIL)] == [NOW]

    def test_fixing_uses_up_what_the_queue_owes(self, store: DeskStore) -> None:
        morning = furnish(store, "mot", "hai")
        store.enqueue(morning.id, "id-hai", 1, by=BY, now=NOW)
        store.reconcile([plan(morning, scripts=["id-mot", "id-hai"])], now=NOW, until=UNTIL)
        (edition,) = store.editions(NOW, UNTIL)

        for _again in range(2):
            store.fix(edition.id, ["id-mot", "id-hai"], "Bản tin sáng", "", now=NOW)

        assert waiting(store) == [("hai", 1, 1)]
        (fixed,) = store.editions(NOW, UNTIL)
        assert (fixed.state, fixed.script_ids) == (EditionState.FIXED, ("id-mot", "id-hai"))
        assert (fixed.title, fixed.bulletin) == ("Bản tin sáng", "")

    def test_a_slot_that_repeats_uses_up_nothing(self, store: DeskStore) -> None:
        morning = furnish(store, "mot")
        repeat = replace(morning, plays=Plays.REPEAT, ref="id-chieu")
        store.save_slot(repeat, by=BY, now=NOW)
        store.reconcile([plan(repeat, scripts=["id-mot"])], now=NOW, until=UNTIL)

        store.fix(store.editions(NOW, UNTIL)[0].id, ["id-mot"], "", "", now=NOW)

        assert waiting(store) == [("mot", 1, 1)]

    def test_a_fixed_edition_that_the_timetable_takes_away_is_owed_again(self, store: DeskStore) -> None:
        morning = furnish(store, "mot", "hai", "ba")
        store.reconcile([plan(morning, scripts=["id-mot", "id-hai"])], now=NOW, until=UNTIL)
        store.fix(store.editions(NOW, UNTIL)[0].id, ["id-mot", "id-hai"], "Bản tin", "ab" * 32, now=NOW)
        assert waiting(store) == [("ba", 1, 1)]

        store.reconcile([], now=NOW, until=UNTIL)
        assert waiting(store) == [("mot", 1, 1), ("hai", 2, 1), ("ba", 3, 1)]

        store.reconcile([plan(morning)], now=NOW, until=UNTIL)
        (back,) = store.editions(NOW, UNTIL)
        assert (back.state, back.script_ids, back.bulletin) == (EditionState.PLANNED, (), "")

    def test_better_audio_replaces_that_of_a_fixed_edition(self, store: DeskStore) -> None:
        morning = furnish(store, "mot")
        store.reconcile([plan(morning, scripts=["id-mot"])], now=NOW, until=UNTIL)
        (edition,) = store.editions(NOW, UNTIL)
        assert not store.attach(edition.id, bulletin().sha256)
        store.fix(edition.id, ["id-mot"], "Bản tin", "", now=NOW)

        assert store.attach(edition.id, bulletin().sha256)

        assert store.editions(NOW, UNTIL)[0].bulletin == bulletin().sha256

    def test_fallbacks_stand_by_for_an_edition(self, store: DeskStore) -> None:
        morning = furnish(store, "mot")
        store.reconcile([plan(morning, scripts=["id-mot"])], now=NOW, until=UNTIL)
        (edition,) = store.editions(NOW, UNTIL)
        first = (StandBy(Rung.LAST, "ab" * 32, START + DAY), StandBy(Rung.SLOGAN, "cd" * 32))

        assert store.stand_by(edition.id, first)
        assert store.editions(NOW, UNTIL)[0].fallbacks == first
        assert store.stand_by(edition.id, first[1:])
        assert store.editions(NOW, UNTIL)[0].fallbacks == first[1:]

        with pytest.raises(NotFound):
            store.stand_by("none", ())

    def test_nothing_stands_by_for_a_cancelled_edition(self, store: DeskStore) -> None:
        morning = furnish(store, "mot")
        store.reconcile([plan(morning, scripts=["id-mot"])], now=NOW, until=UNTIL)
        store.stand_by(store.editions(NOW, UNTIL)[0].id, [StandBy(Rung.SLOGAN, "cd" * 32)])

        store.reconcile([], now=NOW, until=UNTIL)
        store.reconcile([plan(morning, scripts=["id-mot"])], now=NOW, until=UNTIL)

        assert store.editions(NOW, UNTIL)[0].fallbacks == ()

    def test_the_last_editions_of_a_slot_are_those_with_audio(self, store: DeskStore) -> None:
        morning = furnish(store, "mot")
        instants = [START + days * DAY for days in range(5)]
        store.reconcile([plan(morning, at, scripts=["id-mot"]) for at in instants], now=NOW, until=UNTIL)
        for number, edition in enumerate(store.editions(NOW, UNTIL)[:4]):
            store.fix(edition.id, ["id-mot"], "", "" if number == 2 else "ab" * 32, now=NOW)

        last = store.last_editions(morning.id, instants[4], 2)

        assert [edition.starts_at for edition in last] == [instants[3], instants[1]]
        assert {edition.script_ids for edition in last} == {("id-mot",)}
        assert store.last_editions(morning.id, instants[0], 9) == ()

    def test_an_edition_whose_scripts_may_not_air_has_none(self, store: DeskStore) -> None:
        morning = furnish(store, "mot")
        store.reconcile([plan(morning, scripts=["id-mot"])], now=NOW, until=UNTIL)
        (edition,) = store.editions(NOW, UNTIL)
        store.fix(edition.id, ["id-mot"], "", "ab" * 32, now=NOW)

        store.attach(edition.id, "", has_scripts=False)

        (bare,) = store.editions(NOW, UNTIL)
        assert (bare.has_scripts, bare.bulletin, bare.script_ids) == (False, "", ("id-mot",))

    def test_an_unknown_edition_cannot_be_made_ready(self, store: DeskStore) -> None:
        with pytest.raises(NotFound):
            store.fix("none", [], "", "", now=NOW)
        with pytest.raises(NotFound):
            store.attach("none", "")

    def test_the_state_is_the_queue_and_the_fixed_editions_that_matter(self, store: DeskStore) -> None:
        morning = furnish(store, "mot", "hai")
        instants = [START + days * DAY for days in range(5)]
        store.reconcile([plan(morning, at) for at in instants], now=NOW, until=UNTIL)
        for edition in store.editions(NOW, UNTIL)[:4]:
            store.fix(edition.id, ["id-hai", "id-mot"], "", "", now=NOW)
        store.enqueue(morning.id, "id-mot", 2, by=BY, now=NOW)

        state = store.state(instants[2])

        assert state.as_of == instants[2]
        assert state.queue == store.queue()
        assert state.fixed == tuple(
            FixedEdition(morning.id, at, ("id-hai", "id-mot")) for at in instants[1:4]
        )

    def test_a_one_off_edition_stands_outside_the_timetable(self, store: DeskStore) -> None:
        morning = furnish(store)
        rehearsal = replace(slot("tap-duot", morning.hamlets), kind=SlotKind.REHEARSAL)

        added = store.add_one_off(rehearsal, START, "Khẩu hiệu", "ab" * 32, by=BY, now=NOW)

        assert (added.slot, added.starts_at, added.state) == (rehearsal, START, EditionState.FIXED)
        assert (added.title, added.bulletin, added.script_ids) == ("Khẩu hiệu", "ab" * 32, ())
        assert store.slots() == (morning,)
        assert store.reconcile([], now=NOW, until=UNTIL) == Reconciled(0, 0)
        assert store.editions(NOW, UNTIL) == (added,)

    def test_a_one_off_slot_has_one_edition_an_instant(self, store: DeskStore) -> None:
        rehearsal = replace(slot("tap-duot", furnish(store).hamlets), kind=SlotKind.REHEARSAL)
        store.add_one_off(rehearsal, START, "", "", by=BY, now=NOW)

        with pytest.raises(DeskError, match="tap-duot"):
            store.add_one_off(rehearsal, START, "", "", by=BY, now=NOW)
        store.add_one_off(rehearsal, START + DAY, "", "", by=BY, now=NOW)

    def test_a_slot_of_the_timetable_has_no_one_off(self, store: DeskStore) -> None:
        with pytest.raises(DeskError):
            store.add_one_off(furnish(store), START, "", "", by=BY, now=NOW)


class BulletinsContract:
    def test_a_bulletin_is_kept_whole_once(self, store: DeskStore) -> None:
        store.add_bulletin(bulletin(), "Bản tin", now=NOW)
        store.add_bulletin(replace(bulletin(), voice="gtts:vi"), "Bản tin", now=NOW + DAY)

        assert store.bulletin(bulletin().sha256) == bulletin()
        assert store.bulletins() == (bulletin(),)

    def test_bulletins_come_newest_first_and_by_recipe(self, store: DeskStore) -> None:
        store.add_bulletin(bulletin("một"), "", now=NOW)
        store.add_bulletin(bulletin("hai"), "", now=NOW + DAY)
        store.add_bulletin(bulletin("ba", recipe="r2"), "", now=NOW + 2 * DAY)

        assert store.bulletins() == (bulletin("ba", "r2"), bulletin("hai"), bulletin("một"))
        assert store.bulletins("r1") == (bulletin("hai"), bulletin("một"))

    def test_an_unknown_bulletin_is_not_found(self, store: DeskStore) -> None:
        with pytest.raises(NotFound):
            store.bulletin("ab" * 32)

    def test_a_forgotten_bulletin_is_gone_until_it_is_made_again(self, store: DeskStore) -> None:
        store.add_bulletin(bulletin("một"), "", now=NOW)
        store.add_bulletin(bulletin("hai"), "", now=NOW)

        store.forget_bulletins([bulletin("một").sha256, "ab" * 32])

        assert store.bulletins() == (bulletin("hai"),)
        store.add_bulletin(bulletin("một"), "", now=NOW + DAY)
        assert store.bulletins() == (bulletin("một"), bulletin("hai"))

    def test_last_use_is_the_newest_edition_else_the_making(self, store: DeskStore) -> None:
        rehearsal = replace(slot("tap-duot", furnish(store).hamlets), kind=SlotKind.REHEARSAL)
        for words in ("một", "hai"):
            store.add_bulletin(bulletin(words), "", now=NOW)
        for at in (START, START + DAY):
            store.add_one_off(rehearsal, at, "", bulletin("một").sha256, by=BY, now=NOW)

        assert store.last_use() == {bulletin("một").sha256: START + DAY, bulletin("hai").sha256: NOW}


class RequestsContract:
    def test_only_a_known_person_stops_known_hamlets(self, store: DeskStore) -> None:
        furnish(store)

        with pytest.raises(NotFound, match="Nobody"):
            store.ask_stop((), by="Nobody", now=NOW)
        with pytest.raises(NotFound, match="id-ap-9"):
            store.ask_stop(("id-ap-9",), by=BY, now=NOW)
        store.ask_stop(("id-ap-1",), by=BY.upper(), now=NOW)


class ProfilesContract:
    def test_a_profile_is_kept_and_its_code_is_its_own(self, store: DeskStore) -> None:
        exam = Profile("p1", "thi", "Ngày thi", quiet_hours=(time(7), time(17)))
        mourning = Profile("p2", "quoc-tang", "Quốc tang", music=False, ordinary=False)
        for profile in (exam, mourning):
            store.add_profile(profile, by=BY, now=NOW)

        assert store.profiles() == (mourning, exam)
        with pytest.raises(DeskError, match="taken by another day profile: thi"):
            store.add_profile(replace(mourning, id="p3", code="thi"), by=BY, now=NOW)

    def test_a_profile_changes_and_goes_when_nothing_has_it(self, store: DeskStore) -> None:
        tet = Profile("p1", "tet", "Tết")
        store.add_profile(tet, by=BY, now=NOW)
        louder = replace(tet, name="Tết Nguyên đán", music=False, quiet_hours=(time(12), time(13)))
        store.change_profile(louder, by=BY, now=NOW)
        assert store.profiles() == (louder,)
        days = [date(2027, 2, 5), date(2027, 2, 6)]
        store.stamp("p1", days, by=BY, now=NOW)
        with pytest.raises(DeskError, match="A day to come has this profile: tet, 2027-02-06"):
            store.remove_profile("p1", days[1], by=BY, now=NOW)
        assert store.profiles() == (louder,)
        store.remove_profile("p1", date(2027, 2, 7), by=BY, now=NOW)
        assert (store.profiles(), store.profile_days()) == ((), {})

    def test_a_profile_that_a_slot_has_stays(self, store: DeskStore) -> None:
        store.add_profile(Profile("p1", "tet", "Tết"), by=BY, now=NOW)
        store.save_hamlet(hamlet("ap-1"), by=BY, now=NOW)
        store.save_slot(replace(slot("chuc-tet"), profiles=("tet",)), by=BY, now=NOW)
        with pytest.raises(DeskError, match="A slot sounds on days of this profile: tet: chuc-tet"):
            store.remove_profile("p1", date(2027, 2, 7), by=BY, now=NOW)
        store.remove_slot(store.slots()[0].id, by=BY, now=NOW)
        store.remove_profile("p1", date(2027, 2, 7), by=BY, now=NOW)
        assert store.profiles() == ()

    def test_a_day_has_one_profile_at_most(self, store: DeskStore) -> None:
        one, two = Profile("p1", "a", "A"), Profile("p2", "b", "B")
        for profile in (one, two):
            store.add_profile(profile, by=BY, now=NOW)
        days = [date(2027, 2, 5), date(2027, 2, 6)]
        store.stamp("p1", [days[0]], by=BY, now=NOW)
        store.stamp("p1", [days[0]], by=BY, now=NOW)

        with pytest.raises(DeskError, match="another profile: 2027-02-05"):
            store.stamp("p2", [days[1], days[0]], by=BY, now=NOW)

        assert store.profile_days() == {days[0]: one}
        store.stamp("p2", [days[1]], by=BY, now=NOW)
        assert store.profile_days() == {days[0]: one, days[1]: two}
        assert store.unstamp([*days, date(2027, 2, 7)], by=BY, now=NOW) == 2
        assert store.unstamp(days, by=BY, now=NOW) == 0
        assert store.profile_days() == {}

    def test_slots_are_saved_together_or_not_at_all(self, store: DeskStore) -> None:
        store.save_hamlet(hamlet(), by=BY, now=NOW)
        whole = replace(
            slot(),
            day_rule="lunar 1,15",
            profiles=("tet",),
            replaces=("id-chieu",),
            plays=Plays.RELAY,
            ref="VOV1",
        )

        with pytest.raises(DeskError, match="taken by another slot: sang"):
            store.save_slots([whole, replace(whole, id="other")], by=BY, now=NOW)
        assert store.slots() == ()

        store.save_slots([whole, slot("chieu")], by=BY, now=NOW)
        assert set(store.slots()) == {whole, slot("chieu")}

    def test_a_removed_slot_is_replaced_by_nothing_any_more(self, store: DeskStore) -> None:
        store.save_hamlet(hamlet(), by=BY, now=NOW)
        once = replace(slot("mit-tinh"), replaces=("id-sang", "id-chieu"))
        store.save_slots([slot(), slot("chieu"), once], by=BY, now=NOW)

        store.remove_slot("id-sang", by=BY, now=NOW)

        assert set(store.slots()) == {slot("chieu"), replace(once, replaces=("id-chieu",))}

    def test_the_state_knows_when_scripts_of_a_rotation_had_their_turn(self, store: DeskStore) -> None:
        furnish(store, "a", "b", "c")
        turns = replace(slot(), plays=Plays.ROTATION, rotation=("id-a", "id-b", "id-c"))
        store.save_slot(turns, by=BY, now=NOW)
        for number, scripts in enumerate((("id-a", "id-b"), ("id-c", "id-a"))):
            at = START + number * DAY
            store.reconcile([plan(turns, at, scripts)], now=at - DAY / 2, until=at + DAY / 2)
            (edition,) = store.editions(at, at + DAY)
            store.fix(edition.id, scripts, "", "", now=NOW)

        state = store.state(START + 2 * DAY)

        assert {(p.script_id, p.starts_at, p.position) for p in state.plays} == {
            ("id-a", START + DAY, 1),
            ("id-b", START, 1),
            ("id-c", START + DAY, 0),
        }
        assert {(p.script_id, p.position) for p in store.state(START + DAY).plays} == {
            ("id-a", 0),
            ("id-b", 1),
        }
        assert store.state(START).plays == ()


class TopicsContract:
    def test_topics_are_kept_whole_and_listed_by_their_place(self, store: DeskStore) -> None:
        store.add_person(person(), by=BY, now=NOW)
        whole = Topic(
            *("t2", 2026, "2", "Phòng cháy", "t1", 3, 30, date(2026, 1, 1), date(2026, 6, 30), 7),
            *("2. Phòng cháy, chữa cháy", "ab" * 8, True),
        )
        first, last_year = Topic("t1", 2026, "1", "Cải cách"), Topic("t0", 2025, "1", "Cải cách")

        store.save_topics([whole, first, last_year], by=BY, now=NOW, act="import plan")
        renamed = replace(first, title="Cải cách hành chính")
        store.save_topics([renamed], by=BY, now=NOW, act="change topic")

        assert store.topics() == (last_year, renamed, whole)
        assert store.topics(2026) == (renamed, whole)

    def test_two_topics_of_a_year_never_share_a_code(self, store: DeskStore) -> None:
        store.add_person(person(), by=BY, now=NOW)
        store.save_topics([Topic("t1", 2026, "1", "Cải cách")], by=BY, now=NOW, act="add topic")

        more = [Topic("t3", 2026, "3", "Tiêm chủng"), Topic("t2", 2026, "1", "Khác")]
        with pytest.raises(DeskError, match="2026/1"):
            store.save_topics(more, by=BY, now=NOW, act="add topic")
        with pytest.raises(NotFound, match="Nobody"):
            store.save_topics([Topic("t3", 2026, "3", "x")], by="Nobody", now=NOW, act="add topic")
        assert [topic.id for topic in store.topics()] == ["t1"]


class RecordsContract:
    """Consents, meetings, other channels, contests."""

    def test_a_consent_is_kept_once_for_each_name(self, store: DeskStore) -> None:
        furnish(store, "guong-sang", "khac")
        given = Consent("id-guong-sang", "Nguyễn Văn Tám", BY, NOW, "giấy ký ngày 3/12")
        other = Consent("id-guong-sang", "Trần Thị Đẹp", BY, NOW + DAY)

        for consent in (other, given):
            store.add_consent(consent)

        assert store.consents("id-guong-sang") == (given, other)
        assert store.consents("id-khac") == ()
        with pytest.raises(DeskError, match="on record already: NGUYỄN VĂN TÁM"):
            store.add_consent(replace(given, name="NGUYỄN VĂN TÁM"))
        with pytest.raises(NotFound, match="Nobody"):
            store.add_consent(replace(given, name="Lê Văn Út", by="Nobody"))
        assert store.consents("id-guong-sang") == (given, other)

    def test_meetings_are_kept_whole_and_listed_by_day(self, store: DeskStore) -> None:
        furnish(store, "to-roi")
        day = date(2026, 11, 20)
        whole = Meeting(
            *("m1", day, "id-ap-2", "Ấp 2", "Trưởng ấp", 45, BY, ("2026/1.2",), ("id-to-roi",)),
        )
        before = replace(whole, id="m2", day=day - DAY, hamlet_id="id-ap-1", hamlet="Ấp 1", topics=())

        for meeting in (whole, before):
            store.add_meeting(meeting, now=NOW)

        assert store.meetings() == (before, whole)
        assert store.meetings(day) == store.meetings(day, day) == (whole,)
        assert store.meetings(last=day - DAY) == (before,)
        assert store.meetings(day + DAY) == ()
        for wrong in (replace(whole, id="m3", by="Nobody"), replace(whole, id="m3", hamlet_id="id-ap-9")):
            with pytest.raises(NotFound):
                store.add_meeting(wrong, now=NOW)
        assert len(store.meetings()) == 2

    def test_other_channels_are_kept_whole_and_listed_by_day(self, store: DeskStore) -> None:
        furnish(store)
        day = date(2026, 11, 20)
        whole = Outreach("o1", day, Channel.BANNER, 12, BY, "Ấp 2", ("2026/3.1",), ("id-khau-hieu",))
        before = Outreach("o2", day - DAY, Channel.SMS, 300, BY)

        for done in (whole, before):
            store.add_outreach(done, now=NOW)

        assert store.outreach() == (before, whole)
        assert store.outreach(day) == store.outreach(day, day) == (whole,)
        assert store.outreach(last=day - DAY) == (before,)
        with pytest.raises(NotFound):
            store.add_outreach(replace(whole, id="o3", by="Nobody"), now=NOW)
        assert len(store.outreach()) == 2

    def test_a_contest_is_kept_with_its_questions_and_results(self, store: DeskStore) -> None:
        furnish(store, "mo-hoi-thi")
        contest = Contest("c1", "tim-hieu", "Tìm hiểu cải cách hành chính", "id-mo-hoi-thi")
        result = Result(date(2026, 11, 23), 120, "Giải nhất: Ấp 2", BY)
        store.add_contest(contest, by=BY, now=NOW)

        asked = [script(code, ScriptState.DRAFT) for code in ("hoi-1", "dap-1", "hoi-2", "dap-2")]
        for question, answer in (asked[:2], asked[2:]):
            held_back = replace(answer, not_before=date(2026, 12, 5))
            added = store.add_question("c1", question, held_back, by=BY, now=NOW)
        store.add_result("c1", result, now=NOW)

        assert added == Question(2, "id-hoi-2", "id-dap-2")
        whole = replace(contest, questions=(Question(1, "id-hoi-1", "id-dap-1"), added), results=(result,))
        assert store.contests() == (whole,)
        assert store.earliest() == {"id-dap-1": date(2026, 12, 5), "id-dap-2": date(2026, 12, 5)}

    def test_of_a_contest_all_is_kept_or_nothing(self, store: DeskStore) -> None:
        furnish(store, "mo-hoi-thi")
        contest = Contest("c1", "tim-hieu", "Tìm hiểu", "id-mo-hoi-thi")
        store.add_contest(contest, by=BY, now=NOW)

        with pytest.raises(DeskError, match="taken by another contest: tim-hieu"):
            store.add_contest(replace(contest, id="c2"), by=BY, now=NOW)
        taken = replace(script("mo-hoi-thi"), id="another")
        with pytest.raises(DeskError, match="mo-hoi-thi"):
            store.add_question("c1", script("hoi-1"), taken, by=BY, now=NOW)
        with pytest.raises(NotFound, match="Nobody"):
            store.add_result("c1", Result(date(2026, 11, 23), 1, "x", "Nobody"), now=NOW)

        assert store.contests() == (contest,)
        assert [one.code for one in store.scripts()] == ["mo-hoi-thi"]


class DeskStoreContract(
    RegistryContract,
    ScriptsContract,
    TimetableContract,
    EditionsContract,
    BulletinsContract,
    RequestsContract,
    ProfilesContract,
    TopicsContract,
    RecordsContract,
):
    """Subclass as `class TestSomething(DeskStoreContract)`."""
