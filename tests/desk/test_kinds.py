"""Who is named in a script, who has agreed to that, and who approves what kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from broadcaster.desk.kinds import kind_of
from broadcaster.desk.names import declared, found
from broadcaster.desk.script import Person, Script, ScriptKind, ScriptState
from broadcaster.documents import parse
from broadcaster.errors import DeskError, NotFound
from tests.desk.conftest import LEADER, WRITER, Office

THIRD = "Phạm Minh Đức"
PRAISE = "Biểu dương ông Nguyễn Văn Tám và bà Trần Thị Đẹp đã hiến đất làm đường."


def drafted(office: Office, text: str = PRAISE, name: str = "bai", **front: str) -> Script:
    document = replace(parse(text, f"{name}.txt"), front_matter=front)
    return office.desk.scripts.add(document, f"{name} {text}", author=WRITER).script


def refused(office: Office, script: Script, why: str, by: str = LEADER) -> None:
    """It cannot be approved, and nothing has changed by trying."""
    before = office.store.script(script.code)

    with pytest.raises(DeskError, match=why):
        office.desk.scripts.approve(script.code, by=by)

    assert office.store.script(script.code) == before


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (PRAISE, ("Nguyễn Văn Tám", "Trần Thị Đẹp")),
        ("Chị Ánh, đồng chí Lê Văn Út và cô giáo Lan.", ("Ánh", "Lê Văn Út", "Lan")),
        ("KHEN ÔNG ĐẶNG ÚT.", ("ĐẶNG ÚT",)),
        ("Trưởng ấp Lê Văn Tư và Nguyễn Thị Mai ở đường Nguyễn Văn Linh.", ("Lê Văn Tư", "Nguyễn Thị Mai")),
        ("Trường Tiểu học Võ Thị Sáu làm theo lời Bác Hồ, phong cách Hồ Chí Minh.", ()),
        ("Bà con Ấp 3 và các em Trường Tiểu học; ông Chủ tịch xã; Bà Rịa – Vũng Tàu.", ()),
    ],
)
def test_what_looks_like_a_name_is_found(text: str, names: tuple[str, ...]) -> None:
    assert found(text) == names


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("", ScriptKind.NOTICE),
        ("Bài viết", ScriptKind.ARTICLE),
        ("Nêu gương", ScriptKind.PRAISE),
        ("phê bình", ScriptKind.CRITICISM),
        ("KHẨU HIỆU", ScriptKind.SPOT),
        ("spot", ScriptKind.SPOT),
        ("câu hỏi", ScriptKind.QUESTION),
    ],
)
def test_kinds_are_typed_in_either_language(written: str, kind: ScriptKind) -> None:
    assert kind_of(written, "bai.txt") is kind


def test_too_much_is_no_list_of_names() -> None:
    assert declared(" Lê  Văn A; Trần B,\nLê Văn A ") == ("Lê Văn A", "Trần B")
    for written in ("x" * 81, ";".join(map(str, range(41)))):
        with pytest.raises(DeskError, match="no names of people"):
            declared(written)


def test_whoever_is_named_has_agreed_to_it(office: Office) -> None:
    for kind in ("news", "article", "praise"):
        script = drafted(office, name=kind, kind=kind, names="Nguyễn Văn Tám; Trần Thị Đẹp")
        assert script.names == ("Nguyễn Văn Tám", "Trần Thị Đẹp")
        refused(office, script, f"without their consent on record: {kind}: Nguyễn Văn Tám, Trần Thị Đẹp")

        office.desk.scripts.consent(kind, "nguyễn văn  tám", by=WRITER, note="ký ngày 3/9")
        refused(office, script, f"without their consent on record: {kind}: Trần Thị Đẹp")
        office.desk.scripts.consent(kind, "Trần Thị Đẹp", by=WRITER)

        assert office.desk.scripts.approve(kind, by=LEADER).state is ScriptState.APPROVED
        given = office.store.consents(script.id)
        assert [(one.name, one.by, one.note) for one in given] == [
            ("Nguyễn Văn Tám", WRITER, "ký ngày 3/9"),
            ("Trần Thị Đẹp", WRITER, ""),
        ]


def test_of_other_kinds_no_consent_is_asked(office: Office) -> None:
    for kind in ("notice", "spot", "question"):
        drafted(office, name=kind, kind=kind, names="Nguyễn Văn Tám")

        assert office.desk.scripts.approve(kind, by=LEADER).state is ScriptState.APPROVED


def test_in_praise_and_criticism_nobody_is_named_unnoticed(office: Office) -> None:
    for kind in ("praise", "criticism"):
        words = "Khen chị Lan Anh ở gần núi Bà Đen và chú Tư Hổ."
        script = drafted(office, words, kind, kind=kind)
        refused(office, script, f"seems to name people who are not declared: {kind}: Lan Anh, Tư Hổ")

        set_aside = office.desk.scripts.set(kind, by=WRITER, not_names=("Tư Hổ",)).script
        refused(office, set_aside, f"not declared: {kind}: Lan Anh")
        named = office.desk.scripts.set(kind, by=WRITER, names=("Nguyễn Lan Anh",)).script
        refused(office, named, f"consent on record: {kind}: Nguyễn Lan Anh")
        office.desk.scripts.consent(kind, "Nguyễn Lan Anh", by=WRITER)

        office.desk.scripts.approve(kind, by=LEADER)


def test_of_news_that_seems_to_name_somebody_a_person_decides(office: Office) -> None:
    drafted(office, kind="news")

    assert office.desk.scripts.approve("bai", by=LEADER).state is ScriptState.APPROVED


def test_consent_is_of_a_declared_person_and_given_once(office: Office) -> None:
    drafted(office, kind="article", names="Nguyễn Văn Tám")
    office.desk.scripts.consent("bai", "Nguyễn Văn Tám", by=WRITER)

    for name, by, error, why in (
        ("Nguyễn Văn Tám", WRITER, DeskError, "on record already"),
        ("Trần Thị Đẹp", WRITER, NotFound, "does not declare a person of that name: bai: Trần Thị Đẹp"),
        ("Nguyễn Văn Tám", "Ai Đó", NotFound, "No such person"),
    ):
        with pytest.raises(error, match=why):
            office.desk.scripts.consent("bai", name, by=by)
    office.desk.scripts.withdraw("bai", by=LEADER)
    with pytest.raises(DeskError, match="withdrawn"):
        office.desk.scripts.consent("bai", "Nguyễn Văn Tám", by=WRITER)

    assert len(office.store.consents(office.store.script("bai").id)) == 1


@pytest.fixture
def three(office: Office) -> Office:
    office.store.add_person(Person(THIRD, THIRD), by="", now=office.now)
    return office


def test_a_criticism_is_approved_by_two(three: Office) -> None:
    script = drafted(three, "Chợ xã còn nhiều rác.", kind="criticism")
    refused(three, script, "cannot approve their own", by=WRITER)

    first = three.desk.scripts.approve("bai", by=LEADER)
    assert (first.state, first.first_approved_by, first.approved_by) == (ScriptState.DRAFT, LEADER, "")
    three.slot()
    with pytest.raises(DeskError, match="Only approved scripts can wait"):
        three.desk.queue.add("bai", "chieu", by=WRITER)
    refused(three, first, f"A second person must approve this script: bai: {LEADER}", by=LEADER.upper())
    refused(three, first, "cannot approve their own", by=WRITER)

    whole = three.desk.scripts.approve("bai", by=THIRD)
    assert (whole.state, whole.first_approved_by, whole.approved_by) == (ScriptState.APPROVED, LEADER, THIRD)
    assert whole == three.store.script("bai")


def test_where_authors_may_approve_another_still_has_to(tmp_path: Path) -> None:
    office = Office(tmp_path, self_approval=True)
    drafted(office, "Chợ xã còn nhiều rác.", kind="criticism")

    first = office.desk.scripts.approve("bai", by=WRITER)
    assert first.self_approved
    refused(office, first, "cannot approve their own", by=WRITER)

    whole = office.desk.scripts.approve("bai", by=LEADER)
    assert (whole.state, whole.self_approved) == (ScriptState.APPROVED, True)
    office.store.close()


def test_a_change_voids_the_first_approval(three: Office) -> None:
    drafted(three, "Chợ xã còn nhiều rác.", kind="criticism")
    said: Mapping[str, object]

    for said in ({"expires": date(2026, 12, 1)}, {"not_names": ("Lê A",)}):
        three.desk.scripts.approve("bai", by=LEADER)
        done = three.desk.scripts.set("bai", by=WRITER, **said)

        assert done.voided
        assert three.store.script("bai").first_approved_by == ""


def test_so_does_a_changed_reading(three: Office) -> None:
    drafted(three, "UBND xã nhắc: chợ xã còn nhiều rác.", kind="criticism")
    three.desk.scripts.approve("bai", by=LEADER)

    three.lexicon.words["UBND"] = "Ủy ban"
    with pytest.raises(DeskError, match="reading of this script has changed"):
        three.desk.scripts.approve("bai", by=THIRD)

    assert three.desk.scripts.approve("bai", by=THIRD).state is ScriptState.DRAFT


def test_what_is_said_of_an_approved_script_voids_its_approval(office: Office) -> None:
    office.slot()
    office.script("bai.txt")
    office.desk.queue.add("bai", "chieu", by=WRITER)

    done = office.desk.scripts.set("bai", by=WRITER, kind=ScriptKind.ARTICLE, names=("Lê A",))

    assert (done.voided, done.waiting) == (True, ("chieu",))
    assert (done.script.state, done.script.kind) == (ScriptState.DRAFT, ScriptKind.ARTICLE)
    assert office.desk.queue.list() == ()
    with pytest.raises(DeskError, match="The last day lies before the first: bai"):
        office.desk.scripts.set("bai", by=WRITER, expires=date(2026, 9, 1), not_before=date(2026, 9, 2))
    assert office.store.script("bai") == done.script
