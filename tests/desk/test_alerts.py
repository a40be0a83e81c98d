"""CAP 1.2: what an alert becomes, and what is refused; a bomb and a Cancel that comes twice included."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from broadcaster.desk.alerts import TakenIn
from broadcaster.desk.cap import LARGEST, load_alert
from broadcaster.desk.emergencies import Call
from broadcaster.desk.emergency import CapKey, EmergencyState
from broadcaster.errors import DeskError, DocumentError
from tests.desk.conftest import LEADER, NOW, WRITER, Office

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
SENT = "2026-09-01T11:50:00+07:00"
EXPIRES = "2026-09-01T18:00:00+07:00"
VIETNAMESE = """<info><language>vi-VN</language><category>Met</category><event>Lũ</event>
<urgency>Immediate</urgency><severity>Extreme</severity><certainty>Observed</certainty>
<expires>{expires}</expires><headline>Lũ khẩn cấp trên sông Hậu</headline>
<description>Mực nước vượt
  báo động ba.</description><instruction>Sơ tán ngay.</instruction>
<area><areaDesc>Xã Tân Hưng</areaDesc></area></info>"""
ENGLISH = """<info><language>en-US</language><category>Met</category><event>Flood</event>
<urgency>Immediate</urgency><severity>Extreme</severity><certainty>Observed</certainty>
<headline>Flood</headline></info>"""


def cap(folder: Path, name: str = "lu.xml", info: str = ENGLISH + VIETNAMESE, **other: str) -> Path:
    told = {
        "identifier": "VN-2026-1",
        "sender": "kttv@example.vn",
        "sent": SENT,
        "status": "Actual",
        "msgType": "Alert",
        "scope": "Public",
    } | other
    elements = "".join(f"<{tag}>{text}</{tag}>" for tag, text in told.items() if text)
    path = folder / name
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?><alert xmlns="{NAMESPACE}">{elements}'
        f"{info.format(expires=EXPIRES)}</alert>",
        encoding="utf-8",
    )
    return path


def take(office: Office, path: Path, by: str = WRITER) -> TakenIn:
    return office.desk.alerts.take_in(load_alert(path), by=by)


def cancelling(folder: Path) -> Path:
    reference = f"kttv@example.vn,VN-2026-1,{SENT}"
    return cap(folder, "thoi.xml", info="", identifier="VN-2026-2", msgType="Cancel", references=reference)


def confirm(office: Office, code: str) -> None:
    office.desk.rounds.ready_siren()
    office.desk.emergency.confirm(code, Call("", ("h1",), LEADER, ""))


def states(office: Office) -> dict[str, str]:
    return {one.code: str(one.state) for one in office.store.emergencies()}


def test_an_alert_is_read_as_the_standard_has_it(tmp_path: Path) -> None:
    alert = load_alert(cap(tmp_path))
    assert alert.key == CapKey("kttv@example.vn", "VN-2026-1", "2026-09-01T04:50:00+00:00")
    assert (alert.status, alert.type, alert.scope) == ("Actual", "Alert", "Public")
    assert alert.text == "Lũ khẩn cấp trên sông Hậu\nMực nước vượt\nbáo động ba.\nSơ tán ngay."
    assert (alert.title, alert.areas) == ("Lũ khẩn cấp trên sông Hậu", ("Xã Tân Hưng",))
    assert alert.languages == ("en-US", "vi-VN")
    assert alert.expires is not None
    assert alert.expires.astimezone(UTC).hour == 11


def test_it_becomes_a_draft_that_a_person_confirms(office: Office, tmp_path: Path) -> None:
    taken = take(office, cap(tmp_path))
    assert taken.emergency is not None
    assert taken.told == "khan-cap-1 is a draft: Lũ khẩn cấp trên sông Hậu"
    assert office.store.next_due() is None, "nothing sounds by itself"

    confirm(office, "khan-cap-1")

    emergency = office.store.emergency("khan-cap-1")
    assert emergency.state is EmergencyState.ON
    assert emergency.by == LEADER
    assert emergency.reason == "CAP kttv@example.vn VN-2026-1"
    assert emergency.until.isoformat() == "2026-09-01T11:00:00+00:00", "the alert's own end is kept"
    assert office.store.next_due() is not None


def test_a_cancel_that_comes_twice_or_for_nothing_known_is_harmless(office: Office, tmp_path: Path) -> None:
    assert take(office, cancelling(tmp_path)).told == "Nothing to cancel: VN-2026-1 is not known here"
    take(office, cap(tmp_path))
    confirm(office, "khan-cap-1")

    assert take(office, cancelling(tmp_path)).told == "khan-cap-1 is cancelled"
    assert states(office) == {"khan-cap-1": "cancelled"}
    assert office.store.next_due() is None
    again = take(office, cancelling(tmp_path))
    assert (again.emergency, again.told) == (None, "Nothing to cancel: khan-cap-1 has ended already")


def test_an_alert_that_comes_again_after_its_end_stays_ended(office: Office, tmp_path: Path) -> None:
    take(office, cap(tmp_path))
    take(office, cancelling(tmp_path))
    with pytest.raises(DeskError, match=r"here already: VN-2026-1: khan-cap-1 \(cancelled\)"):
        take(office, cap(tmp_path))
    with pytest.raises(DeskError, match="no draft: khan-cap-1: cancelled"):
        confirm(office, "khan-cap-1")


def test_an_update_changes_the_draft_and_waits_for_a_person_where_the_alert_is_on(
    office: Office, tmp_path: Path
) -> None:
    take(office, cap(tmp_path))
    first = f"kttv@example.vn,VN-2026-1,{SENT}"
    info = VIETNAMESE.replace("Sơ tán ngay.", "Lên trường học.")
    update = cap(tmp_path, "moi.xml", info, identifier="VN-2026-2", msgType="Update", references=first)
    take(office, update)
    assert states(office) == {"khan-cap-1": "draft"}
    assert office.store.emergency("khan-cap-1").text.endswith("Lên trường học.")
    confirm(office, "khan-cap-1")

    second = f"{first} kttv@example.vn,VN-2026-2,{SENT}"
    last = cap(tmp_path, "cuoi.xml", identifier="VN-2026-3", msgType="Update", references=second)
    assert take(office, last).emergency is not None
    assert states(office) == {"khan-cap-1": "on", "khan-cap-2": "draft"}, "nothing airs by itself"
    confirm(office, "khan-cap-2")
    assert states(office) == {"khan-cap-1": "cancelled", "khan-cap-2": "on"}


def test_an_exercise_may_become_a_drill_and_nothing_else(office: Office, tmp_path: Path) -> None:
    taken = take(office, cap(tmp_path, status="Exercise"))
    assert taken.emergency is not None
    assert taken.emergency.code == "dien-tap-1"
    confirm(office, "dien-tap-1")
    assert office.store.emergency("dien-tap-1").drill
    assert office.store.emergency("dien-tap-1").repeat_s == 0


def test_an_exercise_cancels_no_real_emergency(office: Office, tmp_path: Path) -> None:
    take(office, cap(tmp_path))
    text = cancelling(tmp_path).read_text(encoding="utf-8").replace("Actual", "Exercise")
    (tmp_path / "thu.xml").write_text(text, encoding="utf-8")
    with pytest.raises(DeskError, match="Only an actual alert"):
        take(office, tmp_path / "thu.xml")
    assert states(office) == {"khan-cap-1": "draft"}


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"status": "Test"}, "Only an actual alert may be acted on: VN-2026-1: Test"),
        ({"status": "System"}, "Only an actual alert"),
        ({"status": "Draft"}, "Only an actual alert"),
        ({"msgType": "Ack"}, "warns of nothing: VN-2026-1: Ack"),
        ({"scope": "Private"}, "not for the public: VN-2026-1: Private"),
        ({"info": ENGLISH}, "no Vietnamese words: VN-2026-1: en-US"),
        (
            {"info": VIETNAMESE.replace("{expires}", "2026-09-01T11:59:00+07:00")},
            "The time of this alert has passed",
        ),
        ({"info": VIETNAMESE.replace("Sơ tán ngay.", "Sơ tán. " * 1000)}, "at most 5000 characters"),
    ],
)
def test_what_may_not_air_is_no_draft(
    office: Office, tmp_path: Path, other: dict[str, str], words: str
) -> None:
    with pytest.raises(DeskError, match=words):
        take(office, cap(tmp_path, **other))
    assert office.store.emergencies() == ()


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"identifier": ""}, "identifier is missing"),
        ({"sent": ""}, "sent is missing"),
        ({"sent": "hôm qua"}, "sent 'hôm qua'"),
        ({"sent": "2026-09-01T11:50:00"}, "sent 2026-09-01T11:50:00 names no time zone"),
        ({"status": "Thật"}, "status 'Thật': Actual, Exercise"),
        ({"references": "một,hai"}, "references 'một,hai'"),
        ({"info": "<info>"}, "XML: mismatched tag"),
    ],
)
def test_what_is_no_alert_says_what_is_wrong(tmp_path: Path, other: dict[str, str], words: str) -> None:
    with pytest.raises(DocumentError, match=f"no alert that can be taken in: lu.xml: {words}"):
        load_alert(cap(tmp_path, **other))


def test_an_xml_bomb_is_refused_before_it_swells(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 10))
    bomb = tmp_path / "bom.xml"
    bomb.write_text(
        f'<?xml version="1.0"?><!DOCTYPE alert [<!ENTITY b0 "lũ">{entities}]>'
        f'<alert xmlns="{NAMESPACE}"><identifier>&b9;</identifier></alert>',
        encoding="utf-8",
    )
    tracemalloc.start()
    try:
        with pytest.raises(DocumentError, match=r"bom\.xml: it declares entities.*Nothing was changed"):
            load_alert(bomb)
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_a_file_that_lies_elsewhere_is_not_fetched(tmp_path: Path) -> None:
    outside = tmp_path / "ngoai.xml"
    outside.write_text(
        f'<!DOCTYPE alert SYSTEM "file:///etc/passwd"><alert xmlns="{NAMESPACE}"/>', encoding="utf-8"
    )
    with pytest.raises(DocumentError, match="it declares entities"):
        load_alert(outside)


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="cannot be read"):
        load_alert(tmp_path / "khong.xml")
    (tmp_path / "to.xml").write_bytes(b" " * (LARGEST + 1))
    with pytest.raises(DocumentError, match="over 1000000 bytes"):
        load_alert(tmp_path / "to.xml")
    (tmp_path / "khac.xml").write_text("<rss/>")
    with pytest.raises(DocumentError, match=r"no alert of CAP 1\.2"):
        load_alert(tmp_path / "khac.xml")


def test_a_draft_whose_time_has_passed_is_not_confirmed(office: Office, tmp_path: Path) -> None:
    take(office, cap(tmp_path))
    office.turn_to(NOW + timedelta(hours=7))
    with pytest.raises(DeskError, match="The time of this draft has passed"):
        confirm(office, "khan-cap-1")
