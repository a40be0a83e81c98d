"""Which scripts the audio of an airing held: its edition's, another one's, or a slogan's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from broadcaster.desk.ports import StandBy
from broadcaster.desk.script import ScriptKind
from broadcaster.playout.airing import Airing, Outcome
from broadcaster.production.bulletin import Bulletin, Cue
from broadcaster.store import Store
from broadcaster.store.played import Played
from broadcaster.timetable.rung import Rung
from broadcaster.units import Milliseconds
from tests.contracts.desk_store import BY, DAY, NOW, START, bulletin, furnish, plan, script

SLOGAN = replace(script("khau-hieu"), kind=ScriptKind.SPOT, title="Khẩu hiệu")
SECOND = Milliseconds(1000)
YESTERDAY, TODAY, SPARE, SPOT = (
    replace(bulletin(words), cues=(Cue(title, Milliseconds(0), SECOND),))
    for words, title in (("một", "Bài a"), ("hai", "Bài b"), ("ba", "Bài b"), ("bốn", "Khẩu hiệu"))
)


@pytest.fixture
def sounding(store: Store) -> Store:
    """Yesterday's edition and today's, each fixed with its audio; the ladder of today's."""
    morning = furnish(store)
    for one in (script("a"), script("b"), SLOGAN):
        store.add_script(one, by=BY, now=NOW)
    for audio in (YESTERDAY, TODAY, SPARE, SPOT):
        store.add_bulletin(audio, "Bản tin", now=NOW)
    for number, (held, audio) in enumerate(((("id-a",), YESTERDAY), (("id-b", "id-a"), TODAY))):
        at = START + number * DAY
        store.reconcile([plan(morning, at, held)], now=at - DAY / 2, until=at + DAY / 2)
        (edition,) = store.editions(at, at + DAY / 2)
        store.fix(edition.id, held, "Bản tin", audio.sha256, now=NOW)
    ladder = ((Rung.VOICE, SPARE), (Rung.LAST, YESTERDAY), (Rung.SLOGAN, SPOT))
    assert store.stand_by(edition.id, [StandBy(rung, audio.sha256) for rung, audio in ladder])
    return store


def claimed(store: Store) -> tuple[Airing, ...]:
    """Today's, one for each hamlet; yesterday's were not heard of."""
    today = START + DAY
    return tuple(one for one in store.claim(today, today) if one.starts_at == today)


def play(store: Store, airings: tuple[Airing, ...], audio: Bulletin, instead: str = "") -> None:
    ids, now = [one.id for one in airings], airings[0].starts_at
    store.begin(ids, now, Milliseconds(0), audio.sha256, instead)
    store.end(ids, Outcome.AIRED, instead, 60.0, now + timedelta(minutes=1))


def played(store: Store) -> tuple[Played, ...]:
    return store.played(START + DAY, START + 2 * DAY)


def test_its_own_audio_holds_its_scripts_in_order(sounding: Store) -> None:
    airings = claimed(sounding)
    play(sounding, airings, TODAY)

    found = played(sounding)

    assert [one.airing_id for one in found] == [one.id for one in airings]
    assert [one.hamlet_id for one in found] == ["id-ap-1", "id-ap-2"]
    assert {one.scripts for one in found} == {("id-b", "id-a")}
    assert {one.cues for one in found} == {TODAY.cues}


@pytest.mark.parametrize(
    ("rung", "audio", "scripts"),
    [
        (Rung.VOICE, SPARE, ("id-b", "id-a")),
        (Rung.LAST, YESTERDAY, ("id-a",)),
        (Rung.SLOGAN, SPOT, ("id-khau-hieu",)),
    ],
)
def test_what_sounded_instead_is_what_counts(
    sounding: Store, rung: Rung, audio: Bulletin, scripts: tuple[str, ...]
) -> None:
    play(sounding, claimed(sounding), audio, f"audio file missing: x; fallback: {rung}")

    assert {one.scripts for one in played(sounding)} == {scripts}


def test_audio_that_nobody_knows_held_nothing(sounding: Store) -> None:
    play(sounding, claimed(sounding), replace(SPOT, sha256="f" * 64), f"fallback: {Rung.LAST}")

    assert {(one.scripts, one.cues) for one in played(sounding)} == {((), ())}


def test_an_airing_begun_again_names_the_first_one(sounding: Store) -> None:
    airings = claimed(sounding)
    now = airings[0].starts_at
    sounding.begin([one.id for one in airings], now, Milliseconds(0))
    again = sounding.restart(airings, now + timedelta(minutes=5), "emergency", 30.0, now)
    sounding.end([one.id for one in again], Outcome.AIRED, "", 60.0, now + timedelta(minutes=6))

    found = played(sounding)

    assert [one.continues for one in found] == ["", "", *(one.id for one in airings)]
    assert {one.scripts for one in found} == {("id-b", "id-a")}


def test_what_has_not_ended_is_unheard_unless_it_was_called_off(sounding: Store) -> None:
    window = START + DAY, START + 2 * DAY
    assert sounding.unheard(*window) == {"Ấp 1": 1, "Ấp 2": 1}
    assert played(sounding) == ()

    here, _there = claimed(sounding)
    play(sounding, (here,), TODAY)

    assert sounding.unheard(*window) == {"Ấp 2": 1}
    assert sounding.unheard(START - DAY, START) == {}
