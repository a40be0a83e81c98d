"""A recording takes the place of speech, and is part of what is approved."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest

from broadcaster.audio import RATE
from broadcaster.desk.bulletins import item_of
from broadcaster.desk.script import ScriptKind, ScriptState
from broadcaster.errors import DeskError, NotFound, VoiceUnavailable
from broadcaster.voices import Recordings
from tests.desk.conftest import LEADER, WRITER, Office


@pytest.fixture
def keep(office: Office) -> Callable[[float], str]:
    """Keeps a tone of that pitch in the station; its hash."""

    def kept(hertz: float) -> str:
        tone = 0.3 * np.sin(2 * np.pi * hertz * np.arange(RATE) / RATE)
        return Recordings(office.folder).keep([tone])

    return kept


def files(office: Office) -> set[str]:
    return {path.stem for path in (office.folder / "recordings").iterdir()}


def test_recording_an_approved_script_voids_its_approval_and_leaves_its_queue(
    office: Office, keep: Callable[[float], str]
) -> None:
    office.slot()
    script = office.script("a.txt")
    office.desk.queue.add("a", "chieu", by=LEADER)
    assert office.desk.editions.forecast(office.now, office.now.replace(hour=23), office.now)[0].script_ids

    done = office.desk.recording.set("a", keep(300), by=WRITER)

    assert (done.voided, done.waiting) == (True, ("chieu",))
    again = office.store.script("a")
    assert done.script == again
    assert (again.state, again.approved_by, again.approved_at) == (ScriptState.DRAFT, "", None)
    assert (again.text, again.spoken) == (script.text, script.spoken)
    plans = office.desk.editions.forecast(office.now, office.now.replace(hour=23), office.now)
    assert not plans[0].script_ids
    assert office.desk.scripts.approve("a", by=LEADER).recording == again.recording


def test_the_same_recording_again_changes_nothing(office: Office, keep: Callable[[float], str]) -> None:
    office.script("a.txt", approved=False)
    office.desk.recording.set("a", keep(300))
    office.desk.scripts.approve("a", by=LEADER)

    assert not office.desk.recording.set("a", keep(300)).voided

    assert office.store.script("a").state is ScriptState.APPROVED


def test_what_no_script_has_any_more_is_deleted(office: Office, keep: Callable[[float], str]) -> None:
    for name in ("a", "b"):
        office.script(f"{name}.txt", approved=False)
    low, high = keep(300), keep(600)
    office.desk.recording.set("a", low)
    office.desk.recording.set("b", low)

    office.desk.recording.set("a", high)
    assert files(office) == {low, high}
    done = office.desk.recording.remove("b", by=LEADER)

    assert (done.voided, done.script.recording) == (False, "")
    assert files(office) == {high}


def test_words_that_no_voice_reads_may_be_recorded(office: Office, keep: Callable[[float], str]) -> None:
    office.script("khmer.txt", "Đọc XYZ bằng tiếng Khmer.", approved=False)
    with pytest.raises(DeskError, match="XYZ"):
        office.desk.scripts.approve("khmer", by=LEADER)

    office.desk.recording.set("khmer", keep(300))

    assert office.desk.scripts.approve("khmer", by=LEADER).state is ScriptState.APPROVED


def test_a_recording_that_is_gone_cannot_be_approved(office: Office, keep: Callable[[float], str]) -> None:
    office.script("a.txt", approved=False)
    sha256 = keep(300)
    office.desk.recording.set("a", sha256)
    Recordings(office.folder).forget(sha256)

    with pytest.raises(VoiceUnavailable, match="missing or damaged"):
        office.desk.scripts.approve("a", by=LEADER)


def test_what_cannot_be(office: Office, keep: Callable[[float], str]) -> None:
    office.script("a.txt")
    sha256 = keep(300)

    with pytest.raises(VoiceUnavailable):
        office.desk.recording.set("a", "0" * 64)
    with pytest.raises(NotFound):
        office.desk.recording.set("b", sha256)
    with pytest.raises(NotFound, match="Ai đó"):
        office.desk.recording.set("a", sha256, by="Ai đó")
    with pytest.raises(DeskError, match="no recording"):
        office.desk.recording.remove("a")
    assert office.store.script("a").state is ScriptState.APPROVED
    office.desk.scripts.withdraw("a", by=LEADER)
    with pytest.raises(DeskError, match="withdrawn"):
        office.desk.recording.set("a", sha256)


def test_it_is_part_of_the_item_and_of_the_recipe(office: Office, keep: Callable[[float], str]) -> None:
    script = office.script("a.txt", kind=ScriptKind.SPOT)
    plain = office.desk.bulletins.programme([script], "notice")
    assert item_of(script).spot

    recorded = office.desk.recording.set("a", keep(300)).script

    programme = office.desk.bulletins.programme([recorded], "notice")
    assert re.fullmatch("[0-9a-f]{64}", programme.items[0].recording)
    assert programme.items[0].spoken == plain.items[0].spoken
    assert office.studio.recipe(programme) != office.studio.recipe(plain)
