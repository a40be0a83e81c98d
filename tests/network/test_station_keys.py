"""`broadcaster network init`: keys that this user alone may read, made once, whole or not at all."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broadcaster.config import FILE_NAME, Network, load
from broadcaster.errors import NetworkError
from broadcaster.network import station_keys
from broadcaster.network.authority import make_authority
from broadcaster.network.keys import SigningKey
from broadcaster.network.listening import ends, named
from tests.kit import here, refused

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_the_command_makes_everything_says_what_to_do_next_and_refuses_a_second_time(small: Path) -> None:
    refused(here(small, "network", "init"), 1, "network init")
    assert not station_keys.made(small)

    run = here(small, "network", "init", "127.0.0.1", "dai.example")
    assert run.code == 0, run.err
    assert "broadcaster daemon --listen" in run.out
    for path in (small / "network").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path

    before = station_keys.load(small, Network())
    refused(here(small, "network", "init", "127.0.0.1"), 1, "network")
    after = station_keys.load(small, Network())
    assert before.timetable.public == after.timetable.public
    assert after.emergency is not None
    assert after.emergency.public == after.emergency_public
    assert "BEGIN CERTIFICATE" in after.authority
    certificate = station_keys.certificate(small, Network())
    assert named(certificate) == ("127.0.0.1", "dai.example")
    assert ends(certificate) - datetime.now(UTC) > timedelta(days=3650)


def test_the_installers_own_certificate_goes_into_the_settings(small: Path, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    own = make_authority(tmp_path / "own", ["dai.example"], datetime.now(UTC))
    only_half = here(small, "network", "init", "--certificate", str(own.chain))
    refused(only_half, 2, "--certificate-key")

    files = ("--certificate", str(own.chain), "--certificate-key", str(own.key))
    run = here(small, "network", "init", *files)
    assert run.code == 0, run.err
    settings = load(small / FILE_NAME).network
    assert settings.certificate == own.chain
    assert station_keys.load(small, settings).authority == ""
    assert station_keys.url(small, settings, 8443) == "https://dai.example:8443"


def test_the_emergency_key_may_lie_elsewhere_and_be_away(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    settings = Network(emergency_key=stick / "emergency.key")
    station_keys.make(tmp_path, settings, ["127.0.0.1"], NOW)
    here_now = station_keys.load(tmp_path, settings)
    assert here_now.emergency is not None

    (stick / "emergency.key").rename(stick / "away")
    away = station_keys.load(tmp_path, settings)
    assert away.emergency is None
    assert away.emergency_public == here_now.emergency_public

    SigningKey.fresh().write(stick / "emergency.key")
    assert away.emergency is None, "somebody else's stick"
    (stick / "away").replace(stick / "emergency.key")
    assert away.emergency is not None, "the stick is back, and nothing was started anew"


def test_keys_that_cannot_be_made_whole_are_not_made(tmp_path: Path) -> None:
    for settings, names in (
        (Network(emergency_key=tmp_path / "no-stick" / "emergency.key"), ["127.0.0.1"]),
        (Network(), ["not a host name " * 30]),
        (Network(certificate=Path("no.pem"), certificate_key=Path("no.key")), []),
    ):
        with pytest.raises(NetworkError):
            station_keys.make(tmp_path, settings, names, NOW)
        assert list(tmp_path.iterdir()) == []
    with pytest.raises(NetworkError) as missing:
        station_keys.load(tmp_path, Network())
    assert "network init" in missing.value.todo
