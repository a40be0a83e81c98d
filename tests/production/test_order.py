"""A form and a programme → parts in their order."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadcaster.production.bulletin import Direction, Item, Programme
from broadcaster.production.form_files import load_form
from broadcaster.production.order import Jingle, Part, Pause, Words, parts
from broadcaster.units import Decibels, Milliseconds
from broadcaster.voices import Role, Turn

BREATH = Milliseconds(800)


@pytest.fixture
def station(tmp_path: Path) -> Path:
    (tmp_path / "forms").mkdir()
    return tmp_path


def planned(station: Path, form: str, *items: Item) -> tuple[Part, ...]:
    (station / "forms" / "x.toml").write_text(form, encoding="utf-8")
    return parts(load_form("x", station), Programme("x", "xã Tân Hưng", items), BREATH, station)


def item(title: str, *, spot: bool = False, key: bool = False, lines: int = 1) -> Item:
    return Item(title, tuple(f"Lời của {title}." for _line in range(lines)), spot=spot, key=key)


def outline(order: tuple[Part, ...]) -> list[str | int]:
    told: list[str | int] = []
    for part in order:
        match part:
            case Jingle(name):
                told.append(name)
            case Words(text, title):
                told.append(title or text)
            case Pause(length):
                told.append(length)
    return told


def test_gaps_are_the_forms_or_the_sections_own(station: Path) -> None:
    form = """
    gap_ms = 300
    end_ms = 70
    [[section]]
    jingle = "chime"
    gap_ms = 900
    [[section]]
    line = "{station} xin chào."
    gap_ms = 0
    [[section]]
    items = true
    separator = "jingles/tinh.wav"
    """

    order = planned(station, form, item("a"), item("b"))

    assert outline(order) == [
        "chime", 0, "xã Tân Hưng xin chào.", 300, "a", 300, "jingles/tinh.wav", 300, "b", 70,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("others", "spots", "expected"),
    [
        (3, 2, "n0 s0 n1 s1 n2"),
        (2, 3, "n0 s0 n1 s1 s2"),
        (1, 2, "n0 s0 s1"),
        (3, 1, "n0 s0 n1 n2"),
        (0, 2, "s0 s1"),
    ],
)
def test_spots_are_dealt_out_and_none_is_lost(station: Path, others: int, spots: int, expected: str) -> None:
    items = [*(item(f"s{n}", spot=True) for n in range(spots)), *(item(f"n{n}") for n in range(others))]

    order = planned(station, '[[section]]\nitems = true\nspots = "between"', *items)

    assert [part.title for part in order if isinstance(part, Words)] == expected.split()


def test_key_notices_are_repeated_and_nothing_is_said_without_one(station: Path) -> None:
    form = '[[section]]\nitems = true\n[[section]]\nrepeat = "key"\nintro = "Xin nhắc lại."\ntimes = 2'

    with_key = planned(station, form, item("a"), item("b", key=True))
    without = planned(station, form, item("a"))

    again = ["Xin nhắc lại.", 400, "b"]
    assert outline(with_key) == ["a", 400, "b", 400, *again, 400, *again, 150]
    assert outline(without) == ["a", 150]


def test_of_two_sounds_that_cross_jingles_fade_and_words_do_not(station: Path) -> None:
    form = """
    [[section]]
    jingle = "opening"
    fade_in_ms = 50
    [[section]]
    items = true
    crossfade_ms = 800
    level_db = -3.5
    [[section]]
    jingle = "closing"
    crossfade_ms = 900
    fade_out_ms = 70
    """

    opening, words, closing, _end = planned(station, form, item("a"))

    assert isinstance(opening, Jingle)
    assert (opening.fade_in, opening.fade_out, opening.overlap) == (50, 800, 0)
    assert isinstance(words, Words)
    assert (words.overlap, words.level) == (800, -3.5)
    assert isinstance(closing, Jingle)
    assert (closing.fade_in, closing.fade_out, closing.overlap) == (900, 70, 900)


def test_the_bed_goes_on_through_the_pauses_beside_it(station: Path) -> None:
    chime = '[[section]]\njingle = "chime"\n'
    form = f"[bed]\n{chime}[[section]]\nitems = true\nbed = true\n{chime}"

    order = planned(station, form, item("a"), item("b"))

    assert [(type(part).__name__, part.bed) for part in order] == [
        ("Jingle", False), ("Pause", True), ("Words", True), ("Pause", True), ("Words", True),
        ("Pause", True), ("Jingle", False), ("Pause", False),
    ]  # fmt: skip


def test_what_is_too_long_for_one_go_is_said_in_several(station: Path) -> None:
    long = item("a", lines=1000)

    order = planned(station, "[[section]]\nitems = true", long, item("b"))

    goes = [part for part in order if isinstance(part, Words) and part.title == "a"]
    assert "\n".join(part.text for part in goes) == long.words
    assert all(len(part.text) <= 2_000 for part in goes)
    assert [part.goes_on for part in goes] == [False, *([True] * (len(goes) - 1))]
    assert [part.length for part in order if isinstance(part, Pause)] == [
        *([800] * (len(goes) - 1)),
        400,
        150,
    ]


def test_a_recording_is_never_cut(station: Path) -> None:
    words = Item("a", ("Lời.",) * 3000, recording="ab" * 32)

    first, _end = planned(station, "[[section]]\nitems = true", words)

    assert isinstance(first, Words)
    assert first.recording == words.recording


TWO_VOICES = Item(
    "a",
    (
        Direction("nhạc hiệu"),
        Turn("Một.", Role.WOMAN),
        Turn("Hai.", Role.WOMAN),
        Turn("Ba.", Role.MAN),
        Direction("nhạc cắt"),
        "Bốn.",
        Direction("nghỉ"),
        Direction("lặng"),
        "Năm.",
        Direction("trống hội"),
        "Sáu.",
        Direction("nhạc kết"),
    ),
    key=True,
)


def test_directions_sound_where_the_script_has_them_and_each_speaker_has_a_go(station: Path) -> None:
    order = planned(station, "[[section]]\nitems = true", TWO_VOICES)

    told = [part.text if isinstance(part, Words) else outline((part,))[0] for part in order]
    assert told == [
        "opening", 400, "Một.\nHai.", 800, "Ba.", 400, "separator", 400, "Bốn.", 1500, "Năm.\nSáu.",
        400, "closing", 150,
    ]  # fmt: skip
    said = [part for part in order if isinstance(part, Words)]
    assert [part.role for part in said] == [Role.WOMAN, Role.MAN, Role.MAIN, Role.MAIN]
    assert [part.goes_on for part in said] == [False, True, True, True]


def test_a_silence_may_say_its_length(station: Path) -> None:
    order = planned(
        station, "[[section]]\nitems = true", Item("a", ("Một.", Direction("nghỉ 3 giây"), "Hai."))
    )

    assert next(part.length for part in order if isinstance(part, Pause)) == 3000


def test_the_form_says_how_they_are_heard(station: Path) -> None:
    form = """
    [cues]
    level_db = -6
    fade_in_ms = 20
    fade_out_ms = 900
    gap_ms = 100
    pause_ms = 2000
    [[section]]
    items = true
    """

    order = planned(station, form, TWO_VOICES)

    jingle = order[0]
    assert isinstance(jingle, Jingle)
    assert jingle.level == Decibels(-6)
    assert (jingle.fade_in, jingle.fade_out) == (20, 900)
    assert [part.length for part in order if isinstance(part, Pause)] == [
        100, 800, 100, 100, 2000, 100, 150,
    ]  # fmt: skip


def test_said_once_more_an_item_is_without_its_sounds(station: Path) -> None:
    form = '[[section]]\nitems = true\n[[section]]\nrepeat = "key"'

    order = planned(station, form, TWO_VOICES)

    again = order[order.index(Pause(Milliseconds(400)), outline(order).index("closing")) + 1 :]
    assert not any(isinstance(part, Jingle) for part in again)
    assert [part.text for part in again if isinstance(part, Words)] == [
        "Một.\nHai.", "Ba.", "Bốn.\nNăm.\nSáu.",
    ]  # fmt: skip


def test_a_recording_takes_the_place_of_voices_and_sounds(station: Path) -> None:
    item = Item("a", TWO_VOICES.spoken, recording="ab" * 32)

    order = planned(station, "[[section]]\nitems = true", item)

    assert [type(part) for part in order] == [Words, Pause]


def test_a_long_turn_goes_on_in_its_own_voice(station: Path) -> None:
    lines = tuple(Turn("Lời của người nam, một dòng khá dài.", Role.MAN) for _line in range(200))

    order = planned(station, "[[section]]\nitems = true", Item("a", ("Xin chào.", *lines)))

    said = [part for part in order if isinstance(part, Words)]
    assert len(said) > 3
    assert [part.goes_on for part in said] == [False, *[True] * (len(said) - 1)]
    assert {part.role for part in said[1:]} == {Role.MAN}


def test_a_form_without_music_plays_nothing_that_scripts_ask_for(station: Path) -> None:
    order = planned(station, "[cues]\nplayed = false\n[[section]]\nitems = true", TWO_VOICES)

    assert not any(isinstance(part, Jingle) for part in order)
    assert [part.length for part in order if isinstance(part, Pause)] == [800, 800, 1500, 150]
    bare = parts(load_form("bare"), Programme("bare", "xã Tân Hưng", (TWO_VOICES,)), BREATH)
    assert not any(isinstance(part, Jingle) for part in bare)
