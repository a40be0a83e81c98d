"""The four indices of the plan are read as set, however a plan writes them."""

from __future__ import annotations

import pytest

from broadcaster.reading import Lexicon, read

LEXICON = Lexicon.load()
PLAN = "Chỉ số cải cách hành chính (Par index), (Sipas); (Papi), cấp tỉnh (PCI)"
SPELLED = ("pê a ", "ét i", "pê a pê", "a pê i")


@pytest.mark.parametrize("written", [PLAN, PLAN.upper(), "PAR INDEX, SIPAS, PAPI, PCI"])
def test_the_four_indices_are_read_as_set(written: str) -> None:
    reading = read(written, LEXICON)

    said = reading.spoken.casefold()
    places = [said.index(words) for words in ("pa in đếch", "si pát", "pa pi", "pê xê i")]
    assert places == sorted(places)
    assert not reading.unread
    assert not any(letters in said for letters in SPELLED), "no letter by letter"
