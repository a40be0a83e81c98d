"""What a hamlet PC takes, and what it does not, each with its word."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcaster.errors import Refused
from broadcaster.network import plain, wire
from broadcaster.network.envelope import Kind, seal, unseal
from broadcaster.network.keys import SigningKey
from broadcaster.network.words import Word
from tests.network.messages import DAY_MS, HAMLET, NOW_MS, STATION, airing, emergency, timetable

KEY, OTHER = SigningKey.fresh(), SigningKey.fresh()


def word(error: pytest.ExceptionInfo[Refused]) -> str:
    return error.value.what


def opened(envelope: dict[str, str], kind: Kind = Kind.TIMETABLE, limit: int = 10_000) -> dict[str, Any]:
    return unseal(
        kind, plain.parse(json.dumps(envelope).encode(), 100_000), [OTHER.public, KEY.public], limit
    )


def test_what_was_sealed_is_what_is_read() -> None:
    content = timetable(label={"code": "ap-1", "name": "Ấp \u2028 1 \x7f"})

    assert opened(seal(Kind.TIMETABLE, content, KEY)) == content


def test_a_stranger_s_signature_is_no_signature() -> None:
    with pytest.raises(Refused) as error:
        opened(seal(Kind.TIMETABLE, timetable(), SigningKey.fresh()))

    assert word(error) == Word.WRONG_KEY


@pytest.mark.parametrize("field", ["payload", "signature", "key"])
def test_whatever_is_changed_on_the_way_is_noticed(field: str) -> None:
    envelope = seal(Kind.TIMETABLE, timetable(), KEY)
    changed = {
        "payload": envelope["payload"].replace('"version":7', '"version":8'),
        "signature": envelope["signature"][:-1] + ("0" if envelope["signature"][-1] != "0" else "1"),
        "key": OTHER.public.id,
    }

    with pytest.raises(Refused) as error:
        opened(envelope | {field: changed[field]})

    assert word(error) == Word.BAD_SIGNATURE


def test_a_signature_for_one_kind_is_none_for_another() -> None:
    with pytest.raises(Refused) as error:
        opened(seal(Kind.TIME, timetable(), KEY))

    assert word(error) == Word.BAD_SIGNATURE


@pytest.mark.parametrize(
    "changed", [{"key": 7}, {"payload": None}, {"signature": "zz"}, {"payload": "\ud800"}], ids=range(4)
)
def test_an_envelope_has_three_texts(changed: dict[str, Any]) -> None:
    envelope: dict[str, Any] = seal(Kind.TIMETABLE, timetable(), KEY)

    with pytest.raises(Refused) as error:
        unseal(Kind.TIMETABLE, envelope | changed, [KEY.public], 10_000)

    assert word(error) == Word.MALFORMED


def test_a_payload_has_a_limit() -> None:
    with pytest.raises(Refused) as error:
        opened(seal(Kind.TIMETABLE, timetable(), KEY), limit=100)

    assert word(error) == Word.TOO_LARGE


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"7",
        b'{"a": 1, "a": 2}',
        b'{"a": 1.5}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 9007199254740993}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a": "\xff"}',
        b'{"a": ["\\uD83D "]}',
    ],
    ids=range(12),
)
def test_json_that_the_protocol_does_not_know(raw: bytes) -> None:
    with pytest.raises(Refused) as error:
        plain.parse(raw, 1_000_000)

    assert word(error) == Word.MALFORMED


def test_a_character_may_be_written_in_two_halves() -> None:
    assert plain.parse(b'{"a": "\\ud83d\\ude00"}', 100) == {"a": "\U0001f600"}


def test_a_message_is_weighed_before_it_is_read() -> None:
    with pytest.raises(Refused) as error:
        plain.parse(b"{" * 11, 10)

    assert word(error) == Word.TOO_LARGE


def test_a_timetable_is_read() -> None:
    found = wire.read(wire.Timetable, timetable())

    assert found.airings[0].audio[0].length_ms == 6_000
    assert found.limits.quiet == [(1290, 300)]
    assert found.label.name == "Ấp 1"


def test_an_emergency_is_read() -> None:
    assert wire.read(wire.Emergency, emergency()).airings[0].priority == "emergency"


def test_what_is_not_known_is_ignored() -> None:
    assert wire.read(wire.Timetable, timetable(colour="red")) == wire.read(wire.Timetable, timetable())


WRONG: dict[str, dict[str, Any]] = {
    "another protocol": timetable(protocol=2),
    "no version": timetable(version=0),
    "a version in words": timetable(version="7"),
    "a life of its own": timetable(expires_at=NOW_MS + 15 * DAY_MS),
    "a path for a hash": timetable(airings=[airing(audio=[airing()["audio"][0] | {"sha256": "../x"}])]),
    "an emergency among the rest": timetable(airings=[airing(priority="emergency")]),
    "a kind of emergency among the rest": timetable(airings=[airing(kind="emergency")]),
    "an unknown kind": timetable(airings=[airing(kind="order")]),
    "too many airings": timetable(airings=[airing()] * 2001),
    "too much audio": timetable(airings=[airing(audio=airing()["audio"] * 6)]),
    "too loud a trim": timetable(gain_trim_mb=2001),
    "a minute that is none": timetable(
        limits={"quiet": [[0, 1441]], "minutes_per_day": 1, "loudest_lufs_x10": -140}
    ),
    "a long title": timetable(airings=[airing(title="x" * 501)]),
    "nothing": {},
}


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG)
def test_a_field_beyond_its_bounds_refuses_the_message(content: dict[str, Any]) -> None:
    with pytest.raises(Refused) as error:
        wire.read(wire.Timetable, content)

    assert word(error) == Word.MALFORMED


def test_an_emergency_holds_nothing_routine() -> None:
    with pytest.raises(Refused):
        wire.read(wire.Emergency, emergency(airings=[airing()]))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({}, None),
        ({"station": "t" * 32}, Word.OTHER_STATION),
        ({"hamlet": "g" * 32}, Word.OTHER_HAMLET),
        ({"version": 6}, Word.OLD_VERSION),
        ({"version": 5}, Word.OLD_VERSION),
        ({"issued_at": NOW_MS - 14 * DAY_MS, "expires_at": NOW_MS}, Word.EXPIRED),
        ({"issued_at": NOW_MS + 600_000, "expires_at": NOW_MS + 600_000 + 14 * DAY_MS}, None),
        ({"issued_at": NOW_MS + 600_001, "expires_at": NOW_MS + 600_001 + 14 * DAY_MS}, Word.FROM_THE_FUTURE),
    ],
)
def test_a_pc_takes_its_own_newest_timetable_alone(changed: dict[str, Any], why: Word | None) -> None:
    found = wire.read(wire.Timetable, timetable(**changed))

    assert wire.why_not_accepted(found, station=STATION, hamlet=HAMLET, version=6, now_ms=NOW_MS) == why


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(timetable())), JSON, st.data())
def test_nothing_on_the_wire_raises_anything_else(field: str, value: object, data: st.DataObject) -> None:
    written = json.dumps(timetable() | {field: value}).encode()
    place = data.draw(st.integers(0, len(written)))
    words = set[str]()
    for raw in (
        written,
        written[:place],
        written[:place] + data.draw(st.binary(max_size=8)) + written[place:],
    ):
        try:
            envelope = seal(Kind.TIMETABLE, plain.parse(raw, 100_000), KEY)
            wire.read(wire.Timetable, opened(envelope, limit=100_000))
        except Refused as error:
            words.add(error.what)
    assert words <= set(Word)
