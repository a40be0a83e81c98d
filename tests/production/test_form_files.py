"""Programme forms in files: the shipped ones, a station's own, and every mistake told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadcaster.errors import ProductionError
from broadcaster.production.bulletin import FormName
from broadcaster.production.form_files import check_forms, form_names, load_form


def written(station: Path, name: str, text: str) -> Path:
    path = station / "forms" / f"{name}.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


ITEMS = "[[section]]\nitems = true\n"


@pytest.mark.parametrize("name", FormName)
def test_every_shipped_form_is_right(name: FormName) -> None:
    assert any(section.items for section in load_form(name).section)
    assert load_form(name).bed is None


def test_a_stations_own_form_takes_the_place_of_a_shipped_one(tmp_path: Path) -> None:
    written(tmp_path, "daily", "gap_ms = 700\n" + ITEMS)

    assert load_form("daily", tmp_path).gap_ms == 700
    assert load_form("notice", tmp_path) == load_form("notice")
    assert load_form("daily").gap_ms == 400


def test_a_station_adds_forms(tmp_path: Path) -> None:
    written(tmp_path, "tet", ITEMS)

    assert form_names(tmp_path) == ("bare", "daily", "emergency", "notice", "spots", "tet")
    assert len(load_form("tet", tmp_path).section) == 1
    check_forms(tmp_path)


def test_an_unknown_form_is_told_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(
        ProductionError, match=r"no such programme form: tett\. Known are: bare, daily, emergency"
    ):
        load_form("tett", tmp_path)


WRONG = """
gap_ms = "400"
gab_ms = 3

[bed]
under_words_db = -6
file = "../secret.mp3"

[[section]]
jingle = "chime"
line = "Xin chào {name}."
crossfade_ms = 500
fade_on_ms = 3

[[section]]
line = "Năm 2026 {station}."
fade_in_ms = 100
level_db = 40.0

[[section]]
jingle = "gong"
bed = true
repeat = "twice"
times = 9

[[section]]
crossfade_ms = 9
gap_ms = 9
"""

TOLD = (
    "gap_ms: Input should be a valid integer",
    "unknown key gab_ms (did you mean gap_ms?)",
    "bed under_words_db: Input should be less than or equal to -18",
    "../secret.mp3 is neither",
    "section 1: it needs exactly one of jingle, line, items, repeat",
    "section 1: only {station} may stand in braces",
    "the first section has nothing before it",
    "unknown key section 1 fade_on_ms (did you mean fade_in_ms?)",
    "section 2: numbers are written as words",
    "section 2: fade_in_ms is only for jingle",
    "section 2 level_db: Input should be less than or equal to 6",
    "section 3: gong is neither one of chime, opening, separator, closing, siren nor a sound file",
    "section 3 repeat: Input should be 'key' or 'all'",
    "section 3 times: Input should be less than or equal to 5",
    "section 4: it needs exactly one of",
    "section 4: crossfade_ms leaves no room for gap_ms",
    "no section says the items",
)


def test_every_mistake_is_told_at_once_with_the_files_name(tmp_path: Path) -> None:
    path = written(tmp_path, "daily", WRONG)

    with pytest.raises(ProductionError, match="Wrong programme form") as told:
        load_form("daily", tmp_path)

    assert str(path) in told.value.item
    assert [mistake for mistake in TOLD if mistake not in told.value.item] == []


def test_a_form_is_judged_by_its_sense_too(tmp_path: Path) -> None:
    written(tmp_path, "a", '[[section]]\njingle = "chime"\n')
    written(tmp_path, "b", ITEMS + "bed = true\n")
    written(tmp_path, "c", ITEMS + 'intro = "Xin nhắc lại."\n')

    for name, mistake in (("a", "items = true"), ("b", r"there is no \[bed\]"), ("c", "only for repeat")):
        with pytest.raises(ProductionError, match=mistake):
            load_form(name, tmp_path)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("gap_ms = ", "Invalid value"),
        ("", "section"),
        ("section = 3", "section"),
        ("bed = 3\nsection = [3]", "bed"),
        ("# " + "x" * 200_000, "over 100000 bytes"),
    ],
)
def test_what_is_no_form_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    written(tmp_path, "x", text)

    with pytest.raises(ProductionError, match=reason):
        load_form("x", tmp_path)


def test_a_form_in_another_encoding_is_refused(tmp_path: Path) -> None:
    written(tmp_path, "x", "").write_bytes("# Đài".encode("utf-16"))

    with pytest.raises(ProductionError, match=r"x\.toml"):
        load_form("x", tmp_path)


def test_all_files_of_a_station_are_checked_together(tmp_path: Path) -> None:
    written(tmp_path, "a", "gap_ms = -1\n" + ITEMS)
    written(tmp_path, "b", "gap = 1\n" + ITEMS)
    written(tmp_path, "c", ITEMS)

    with pytest.raises(ProductionError) as told:
        check_forms(tmp_path)

    assert "a.toml" in told.value.item
    assert "b.toml" in told.value.item
    assert "c.toml" not in told.value.item


def test_mistakes_in_how_cues_are_heard_are_told(tmp_path: Path) -> None:
    written(tmp_path, "x", "[cues]\nlevle_db = -3\npause_ms = 9000\n" + ITEMS)

    with pytest.raises(ProductionError, match=r"levle_db \(did you mean level_db\?\)") as told:
        load_form("x", tmp_path)

    assert "cues pause_ms" in told.value.item


def test_a_misspelt_form_is_answered_with_the_nearest_and_all(tmp_path: Path) -> None:
    with pytest.raises(ProductionError, match=r"Did you mean daily\? Known are: .*daily, emergency"):
        load_form("dailly", tmp_path)
