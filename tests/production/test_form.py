"""The shipped programme forms."""

from __future__ import annotations

from dataclasses import replace

import pytest

from broadcaster.errors import ProductionError
from broadcaster.production.bulletin import FormName, Item, Programme
from broadcaster.production.form_files import load_form
from broadcaster.production.order import Jingle, Part, Pause, Words, parts
from broadcaster.units import Milliseconds
from tests.production.conftest import programme


def planned(programme: Programme) -> tuple[Part, ...]:
    return parts(load_form(programme.form), programme, Milliseconds(800))


def outline(form: FormName, items: int = 2) -> list[str]:
    names: list[str] = []
    for part in planned(programme(form, items)):
        match part:
            case Jingle(name):
                names.append(name)
            case Words(text, title):
                names.append(title or text.split()[0])
            case Pause():
                pass
    return names


def test_a_daily_bulletin() -> None:
    assert outline(FormName.DAILY) == [
        "chime", "opening", "Đây", "Bài 0", "separator", "Bài 1", "Đài", "closing",
    ]  # fmt: skip


def test_a_notice() -> None:
    assert outline(FormName.NOTICE, 1) == ["chime", "Đây", "Bài 0", "Đài"]


def test_spots_go_without_opening_and_breathe_between() -> None:
    order = planned(programme(FormName.SPOTS, 2))

    assert outline(FormName.SPOTS) == ["chime", "Bài 0", "Bài 1"]
    assert [part.length for part in order if isinstance(part, Pause)] == [600, 600, 150]


def test_the_station_says_its_name() -> None:
    first = next(part for part in planned(programme()) if isinstance(part, Words))

    assert first.text == "Đây là Đài truyền thanh xã Tân Hưng."


def test_an_items_lines_stay_lines() -> None:
    item = next(part for part in planned(programme()) if isinstance(part, Words) and part.title)

    assert len(item.text.split("\n")) == 2


def test_a_programme_without_items_or_words_is_refused() -> None:
    with pytest.raises(ProductionError, match="no item"):
        planned(replace(programme(), items=()))
    with pytest.raises(ProductionError, match="no words to say: Trống"):
        planned(replace(programme(), items=(Item("Trống", (" ", "")),)))
