from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from broadcaster.desk import Desk, DeskRules
from broadcaster.desk.script import ScriptKind, ScriptState
from broadcaster.desk.scripts import unique_code
from broadcaster.documents import parse
from broadcaster.documents.document import Document, Passage
from broadcaster.errors import DeskError, NotFound, TimetableError
from broadcaster.reading.reading import Reading
from broadcaster.timetable.policy import Policy
from tests.desk.conftest import LEADER, NOW, WRITER, ZONE, Office

WORDS = "UBND xã mời bà con đi tiêm chủng."


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Lịch tiêm chủng.docx", "lich-tiem-chung"),
        ("ĐƯỜNG_ĐẸP 2026 (bản 3).txt", "duong-dep-2026-ban-3"),
        ("…", "script"),
        ("a" * 60 + ".txt", "a" * 40),
        (".txt", "txt"),
    ],
)
def test_codes_are_readable(name: str, code: str) -> None:
    assert unique_code(name, ()) == code


def test_a_taken_code_is_numbered() -> None:
    assert unique_code("Họp ấp.txt", {"hop-ap", "hop-ap-2"}) == "hop-ap-3"


def test_a_document_becomes_a_draft_with_its_reading(office: Office) -> None:
    taken = office.desk.scripts.add(parse(WORDS, "Tiêm chủng.txt"), "abc", author=WRITER)

    script = office.store.script("tiem-chung")
    assert not taken.known
    assert taken.script == script
    assert script.state is ScriptState.DRAFT
    assert script.kind is ScriptKind.NOTICE
    assert (script.text, script.spoken) == (WORDS, "Ủy ban nhân dân xã mời bà con đi tiêm chủng.")
    assert (script.author, script.source, script.source_sha256) == (WRITER, "Tiêm chủng.txt", "abc")
    assert script.created_at == NOW


def test_front_matter_says_kind_author_expiry_and_topics(office: Office) -> None:
    front = {"kind": "Khẩu hiệu", "author": "Lan", "expires": "30/9/2026", "topics": "y tế, trẻ em"}
    document = parse(WORDS, "a.txt")

    script = office.desk.scripts.add(
        Document("a.txt", "A", document.passages, front_matter=front), "abc"
    ).script

    assert script.kind is ScriptKind.SPOT
    assert script.author == "Lan"
    assert script.expires == date(2026, 9, 30)
    assert script.topics == ("y tế", "trẻ em")


def test_arguments_go_before_front_matter(office: Office) -> None:
    document = Document(
        "a.txt", "A", parse(WORDS, "a.txt").passages, front_matter={"kind": "spot", "expires": "30/9/2026"}
    )

    script = office.desk.scripts.add(document, "x", kind=ScriptKind.NEWS, expires=date(2026, 9, 2)).script

    assert (script.kind, script.expires) == (ScriptKind.NEWS, date(2026, 9, 2))


@pytest.mark.parametrize(
    ("front", "error", "words"),
    [
        ({"kind": "bài hát"}, DeskError, "no such kind.*bài hát"),
        ({"expires": "31/2/2026"}, TimetableError, "no such day"),
    ],
)
def test_wrong_front_matter_is_refused_and_nothing_kept(
    office: Office, front: dict[str, str], error: type[Exception], words: str
) -> None:
    document = Document("a.txt", "A", parse(WORDS, "a.txt").passages, front_matter=front)

    with pytest.raises(error, match=words):
        office.desk.scripts.add(document, "abc")

    assert office.store.scripts() == ()


def test_nothing_to_read_is_refused(office: Office) -> None:
    with pytest.raises(DeskError, match=r"nothing to read aloud in it: empty\.txt"):
        office.desk.scripts.add(Document("empty.txt", "", ()), "abc")


def test_the_same_file_twice_is_one_script_unless_it_was_withdrawn(office: Office) -> None:
    first = office.desk.scripts.add(parse(WORDS, "a.txt"), "abc").script

    again = office.desk.scripts.add(parse(WORDS, "copy of a.txt"), "abc")

    assert again.known
    assert again.script == first
    office.desk.scripts.withdraw(first.code, by=LEADER)
    anew = office.desk.scripts.add(parse(WORDS, "a.txt"), "abc")
    assert not anew.known
    assert anew.script.code == "a-2"


def test_approval_freezes_words_and_reading_in_a_persons_name(office: Office) -> None:
    draft = office.script(text=WORDS, approved=False)

    approved = office.desk.scripts.approve(draft.code, by="trần văn bảo")

    assert approved == office.store.script(draft.code)
    assert approved.state is ScriptState.APPROVED
    assert (approved.approved_by, approved.approved_at) == (LEADER, NOW)
    assert not approved.self_approved
    assert (approved.text_sha256, approved.reading_sha256) == (draft.text_sha256, draft.reading_sha256)


def test_an_author_cannot_approve_their_own(office: Office) -> None:
    draft = office.script(approved=False)

    with pytest.raises(DeskError, match="cannot approve their own"):
        office.desk.scripts.approve(draft.code, by=WRITER.upper())

    assert office.store.script(draft.code).state is ScriptState.DRAFT


def test_a_one_person_station_may_and_it_stays_on_record(tmp_path: Path) -> None:
    office = Office(tmp_path, self_approval=True)
    draft = office.script(approved=False)

    approved = office.desk.scripts.approve(draft.code, by=WRITER)

    assert approved.self_approved
    assert office.store.script(draft.code).self_approved
    office.store.close()


def test_a_stranger_cannot_approve(office: Office) -> None:
    draft = office.script(approved=False)

    with pytest.raises(NotFound, match=f"No such person: Ai đó.*{LEADER}"):
        office.desk.scripts.approve(draft.code, by="Ai đó")


def test_unread_words_keep_a_draft_from_approval(office: Office) -> None:
    draft = office.script(text="Nghe theo QĐXYZ và BCĐABC, rồi QĐXYZ.", approved=False)

    with pytest.raises(DeskError, match="cannot be read") as caught:
        office.desk.scripts.approve(draft.code, by=LEADER)

    assert caught.value.item == f"{draft.code}: QĐXYZ, BCĐABC"


def test_a_draft_whose_reading_changed_must_be_looked_at_again(office: Office) -> None:
    draft = office.script(text="Theo QĐXYZ.", approved=False)
    office.lexicon.words["QĐXYZ"] = "quyết định"

    with pytest.raises(DeskError, match="has changed since"):
        office.desk.scripts.approve(draft.code, by=LEADER)

    assert office.store.script(draft.code).spoken == "Theo quyết định."
    assert office.desk.scripts.approve(draft.code, by=LEADER).spoken == "Theo quyết định."


def test_only_a_draft_that_has_not_expired_is_approved(office: Office) -> None:
    approved = office.script("a.txt")
    withdrawn = office.script("b.txt", approved=False)
    office.desk.scripts.withdraw(withdrawn.code, by=LEADER)
    old = office.desk.scripts.add(parse(WORDS, "old.txt"), "o", expires=date(2026, 8, 31)).script

    for code, words in ((approved.code, "already"), (withdrawn.code, "withdrawn"), (old.code, "expired")):
        with pytest.raises(DeskError, match=words):
            office.desk.scripts.approve(code, by=LEADER)
    with pytest.raises(NotFound):
        office.desk.scripts.approve("nowhere", by=LEADER)


def test_a_lexicon_that_changes_the_reading_voids_the_approval(office: Office) -> None:
    office.slot()
    touched, untouched = office.script("a.txt", WORDS), office.script("b.txt", "Mời bà con nghe đài.")
    for script in (touched, untouched):
        office.desk.queue.add(script.code, "chieu", by=LEADER)
    office.lexicon.words["UBND"] = "U Bê Nờ Dê"

    (voided,) = office.desk.scripts.recheck()

    assert voided.script == office.store.script(touched.code)
    assert voided.waiting == ("chieu",)
    assert voided.script.state is ScriptState.DRAFT
    assert voided.script.spoken.startswith("U Bê")
    assert (voided.script.approved_by, voided.script.approved_at) == ("", None)
    assert office.store.script(untouched.code) == untouched
    assert [waiting.script.code for waiting in office.desk.queue.list()] == [untouched.code]
    assert office.desk.scripts.recheck() == ()

    office.desk.scripts.approve(touched.code, by=LEADER)
    assert [waiting.script.code for waiting in office.desk.queue.list()] == [touched.code, untouched.code]


def test_recheck_brings_drafts_up_to_date_without_a_word(office: Office) -> None:
    draft = office.script(text=WORDS, approved=False)
    office.lexicon.words["UBND"] = "ủy ban"

    assert office.desk.scripts.recheck() == ()

    assert office.store.script(draft.code).spoken.startswith("ủy ban")


def test_withdrawing_takes_a_script_out_of_queues_and_off_fixed_editions(office: Office) -> None:
    office.slot()
    gone, stays = office.script("a.txt"), office.script("b.txt")
    for script in (gone, stays):
        office.desk.queue.add(script.code, "chieu", editions=2, by=LEADER)
    office.turn_to(NOW.replace(hour=16, minute=45))
    office.desk.editions.prepare(office.now)
    (fixed,) = office.store.editions(office.now, office.now + timedelta(hours=1))

    office.desk.scripts.withdraw(gone.code, by=LEADER)

    (edition,) = office.store.editions(office.now, office.now + timedelta(hours=1))
    assert fixed.bulletin
    assert edition.bulletin == ""
    assert [w.script.code for w in office.desk.queue.list()] == [stays.code]
    office.desk.editions.prepare(office.now)
    (edition,) = office.store.editions(office.now, office.now + timedelta(hours=1))
    assert [cue.title for cue in office.store.bulletin(edition.bulletin).cues] == [stays.title]
    with pytest.raises(DeskError, match="withdrawn already"):
        office.desk.scripts.withdraw(gone.code, by=LEADER)


def test_a_script_brings_its_own_words_and_keeps_them(office: Office) -> None:
    heard: list[tuple[str, str]] = []
    read = office.lexicon.read

    def listening(text: str, words: str = "") -> Reading:
        heard.append((text, words))
        return read(text, words)

    desk = Desk(
        office.store,
        read=listening,
        studio=office.studio,
        rules=DeskRules(ZONE, Policy(), "xã Tân Hưng"),
        clock=office.clock,
        folder=office.folder,
    )
    document = Document("a.txt", "A", (Passage("trạm một"),), front_matter={"lexicon": "TBA = trạm biến áp"})

    script = desk.scripts.add(document, "f" * 64, author=WRITER).script
    desk.scripts.approve(script.code, by=LEADER)

    assert office.store.script(script.code).words == "TBA = trạm biến áp"
    assert {words for _text, words in heard} == {"TBA = trạm biến áp"}
