"""The week drawn: every word inside its column, special days coloured."""

from __future__ import annotations

from xml.etree import ElementTree

from broadcaster.pictures import png, svg
from broadcaster.pictures.shapes import LETTER, Box, Words
from broadcaster.pictures.week import Column, Line, Row, week
from tests.pictures.test_pictures import pixels

COLUMNS = (Column(("t2 07/12", "29/10 âm"), False), Column(("t3 08/12", "30/10 âm", "Quốc tang"), True))
ROWS = (
    Row("05:30", ((Line("Bản tin sáng của xã Tân Hưng"),), ())),
    Row("17:00", ((), (Line("Bản tin chiều"), Line("– day profile quoc-tang", faint=True)))),
)


def test_every_word_stands_in_its_column_and_row() -> None:
    picture = week("Lịch phát sóng", COLUMNS, ROWS)

    words = {shape.text: shape for shape in picture.shapes if isinstance(shape, Words)}
    assert {"Lịch phát sóng", "05:30", "17:00", "Bản tin sáng của", "xã Tân Hưng"} < words.keys()
    assert words["Bản tin sáng của"].x == words["t2 07/12"].x
    assert words["Bản tin chiều"].x == words["t3 08/12"].x
    assert words["Bản tin chiều"].baseline == words["17:00"].baseline > words["xã Tân Hưng"].baseline
    assert words["– day profile"].colour != words["Bản tin chiều"].colour
    edges = sorted({box.x for box in picture.shapes if isinstance(box, Box) and box.width == 1})
    for left, right, column in ((edges[0], edges[1], 0), (edges[1], picture.width, 1)):
        for heading in COLUMNS[column].heading:
            assert left < words[heading].x
            assert words[heading].x + LETTER * len(heading) <= right
    assert max(word.baseline for word in words.values()) < picture.height


def test_both_kinds_of_file_hold_it() -> None:
    picture = week("Lịch phát sóng", COLUMNS, ROWS)

    image = pixels(png(picture))
    assert image.shape == (picture.height, picture.width, 3)
    assert len({tuple(colour) for colour in image.reshape(-1, 3)}) > 4
    drawn = ElementTree.fromstring(svg(picture))
    assert "Quốc tang" in [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]


def test_a_week_without_a_slot_is_still_a_picture() -> None:
    assert week("Lịch", COLUMNS, ()).height > 100
