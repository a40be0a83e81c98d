"""Who asks, who may enrol, and what time it is there."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broadcaster.errors import NetworkError, Refused
from broadcaster.network.asking import Doorkeeper, Request, authorization
from broadcaster.network.enrolment_code import EnrolmentCode
from broadcaster.network.keys import PublicKey, SigningKey
from broadcaster.network.offset import TimeSample, best
from broadcaster.network.words import Word, refused
from tests.network.messages import NOW_MS

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
DEVICE, STOLEN = "d1", "d2"
KEY = SigningKey.fresh()
ASKED = Request("POST", "/v1/asrun?x=1", b'{"events":[]}')


def key_of(device: str) -> PublicKey:
    if device == STOLEN:
        raise refused(Word.REVOKED, device)
    return {DEVICE: KEY.public}[device]


def header(device: str = DEVICE, key: SigningKey = KEY, request: Request = ASKED, late_ms: int = 0) -> str:
    return authorization(request, device, key, NOW_MS + late_ms)


def asked(written: str, request: Request = ASKED) -> str:
    return Doorkeeper(key_of).device(written, request, NOW, NOW_MS)


@pytest.mark.parametrize("late_ms", [0, 300_000, -300_000])
def test_a_known_device_is_let_in(late_ms: int) -> None:
    assert asked(header(late_ms=late_ms)) == DEVICE


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", Word.MALFORMED),
        ("Bearer x", Word.MALFORMED),
        (header() + "0", Word.MALFORMED),
        (header(late_ms=300_001), Word.STALE),
        (header(late_ms=-300_001), Word.STALE),
        (header("d3"), Word.UNKNOWN_DEVICE),
        (header(STOLEN), Word.REVOKED),
        (header(key=SigningKey.fresh()), Word.BAD_SIGNATURE),
        (header(request=Request("GET", ASKED.target, ASKED.body)), Word.BAD_SIGNATURE),
        (header(request=Request("POST", "/v1/asrun", ASKED.body)), Word.BAD_SIGNATURE),
        (header(request=Request("POST", ASKED.target, b"{}")), Word.BAD_SIGNATURE),
    ],
)
def test_everybody_else_is_told_why_not(written: str, why: Word) -> None:
    with pytest.raises(Refused) as error:
        asked(written)

    assert error.value.what == why


def test_the_same_words_twice_are_a_replay_until_they_are_stale() -> None:
    door, written = Doorkeeper(key_of), header()
    door.device(written, ASKED, NOW, NOW_MS)

    for later in (timedelta(), timedelta(minutes=4)):
        with pytest.raises(Refused) as error:
            door.device(written, ASKED, NOW + later, NOW_MS)
        assert error.value.what == Word.REPLAYED
    with pytest.raises(Refused) as error:
        door.device(written, ASKED, NOW + timedelta(minutes=11), NOW_MS + 660_000)
    assert error.value.what == Word.STALE


def test_a_key_that_is_asked_for_by_many_is_forgotten_in_time() -> None:
    door = Doorkeeper(key_of)
    for later in range(3):
        written = header(late_ms=later * 700_000)
        door.device(written, ASKED, NOW + later * timedelta(seconds=700), NOW_MS + later * 700_000)

    assert len(door._seen) == 1


def test_a_code_read_out_badly_is_still_the_code() -> None:
    code = EnrolmentCode.fresh(KEY.public)
    spoken = str(code).lower().replace("0", "o").replace("1", "l").replace("-", " ")

    assert EnrolmentCode.parse(spoken) == code
    assert len(str(code)) == 29


@pytest.mark.parametrize("typed", ["", "AAAA", "U" * 24, "0" * 25])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        EnrolmentCode.parse(typed)


def test_a_proof_is_good_for_one_device_and_one_code() -> None:
    code, other = EnrolmentCode.fresh(KEY.public), EnrolmentCode.fresh(KEY.public)
    device, thief = SigningKey.fresh().public, SigningKey.fresh().public
    proof = code.proof(device)

    assert code.proves(device, proof)
    assert not code.proves(thief, proof)
    assert not other.proves(device, proof)
    assert not code.proves(device, "é" * 64)


def test_a_code_names_its_station_s_key() -> None:
    code = EnrolmentCode.fresh(KEY.public)

    assert code.names(KEY.public)
    assert not code.names(SigningKey.fresh().public)


def test_a_key_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "key"
    KEY.write(path)

    assert SigningKey.read(path).public == KEY.public
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(NetworkError, match="key"):
        SigningKey.fresh().write(path)
    assert SigningKey.read(path).public == KEY.public
    assert os.listdir(tmp_path) == ["key"]


@pytest.mark.parametrize("content", [None, "", "zz", "ab" * 31])
def test_a_damaged_key_is_told(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "key"
    if content is not None:
        path.write_text(content)

    with pytest.raises(NetworkError, match=str(path)):
        SigningKey.read(path)


@pytest.mark.parametrize("digits", ["", "ab", "x" * 64, "ab" * 33])
def test_a_public_key_has_64_digits(digits: str) -> None:
    with pytest.raises(ValueError, match=r"key|hex"):
        PublicKey.from_hex(digits)


def sample(up: float, down: float, ahead: float = 1000.0, asked: float = 5.0) -> TimeSample:
    received = asked + up + ahead
    return TimeSample(asked, received, received + 0.001, asked + up + 0.001 + down)


def test_the_quickest_question_and_the_quickest_answer_bound_it() -> None:
    found = best([sample(0.3, 0.1), sample(0.035, 0.025), sample(0.2, 0.02)])

    assert found is not None
    assert found.seconds == pytest.approx(1000.0075)
    assert found.error == pytest.approx(0.0275, abs=0.001)
    assert abs(found.seconds - 1000.0) <= found.error


def test_of_samples_that_contradict_each_other_the_quickest_counts_alone() -> None:
    found = best([sample(0.3, 0.1), sample(0.035, 0.025, ahead=1007.0), sample(0.2, 0.02)])

    assert found is not None
    assert found.seconds == pytest.approx(1007.005)
    assert found.error == pytest.approx(0.03, abs=0.001)


def test_what_took_too_long_or_cannot_be_is_not_believed() -> None:
    assert best([]) is None
    assert best([sample(1.5, 0.6), sample(0.01, -0.5)]) is None
