"""broadcaster.toml: what is taken, and what is refused with a hint."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest
from pydantic import ValidationError

from broadcaster.config import Settings, load, parse, parse_hours
from broadcaster.errors import ConfigError


def mistakes(text: str, tmp_path: Path) -> ConfigError:
    file = tmp_path / "broadcaster.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(file)
    assert caught.value.todo
    assert str(file) in str(caught.value)
    return caught.value


def test_an_empty_file_is_all_defaults(tmp_path: Path) -> None:
    file = tmp_path / "broadcaster.toml"
    file.write_text("", encoding="utf-8")

    assert load(file) == Settings()


def test_a_file_from_notepad_begins_with_a_mark(tmp_path: Path) -> None:
    file = tmp_path / "broadcaster.toml"
    file.write_text('[station]\nname = "Phú Hòa"\n', encoding="utf-8-sig")

    assert load(file).station.name == "Phú Hòa"


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    error = mistakes(
        '[station]\nnmae = "x"\ntimezone = "Asia/Saigonn"\n[voices]\nespeak_rate = 9\nladder = ["gtss"]\n'
        '[policy]\nquiet_hours = "22h-5h"\n',
        tmp_path,
    )

    for named in ("station.nmae", "did you mean name?", "no such time zone", "espeak_rate", "voices.ladder"):
        assert named in error.item, named
    assert "hours are written like 22:00-05:00" in error.item


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("[polcy]\n", "did you mean policy?"),
        ("[xyzzy]\n", "unknown key xyzzy"),
        ("[station.name]\nx = 1\n", "station.name"),
        ('[voices]\ngtts_tld = "com.vn/../evil"\n', "gtts_tld"),
        ("[storage]\naudio_mb = 0\n", "audio_mb"),
        ('[station]\nname = ""\n', "station.name"),
        ("station = 5\n", "station"),
        ("[station\n", "line 1"),
        ("[station]\nname = 5\n", "station.name"),
        ('[network]\nlisten = "8443"\n', "0.0.0.0:8443"),
        ('[network]\nlisten = "0.0.0.0:84430"\n', "0.0.0.0:8443"),
        ('[network]\npublic_url = "http://dai.example"\n', "https://"),
        ('[network]\ncertificate = "a.pem"\n', "certificate_key"),
        ('[network]\ndoorbell = "mqtt://ai:mat-khau@dai.example"\n', "env:NAME"),
        ('[network]\nlistening_in = { ap-1 = "icecast://source:hackme@dai.example/1" }\n', "env:NAME"),
        (
            '[network]\nlistening_in = { a = "icecast://s:env:X@h/1", b = "icecast://s:env:X@h/1" }\n',
            "one stream",
        ),
    ],
)
def test_a_mistake_is_named(text: str, hint: str, tmp_path: Path) -> None:
    assert hint in str(mistakes(text, tmp_path))


def test_a_file_that_is_no_text_or_not_there(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe\x00")
    for name in ("bad.toml", "none.toml"):
        with pytest.raises(ConfigError, match=name):
            load(tmp_path / name)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("21:00-05:00", (time(21), time(5))),
        (" 9:30 - 10:00 ", (time(9, 30), time(10))),
        ("00:00-00:00", (time(0), time(0))),
    ],
)
def test_hours(text: str, hours: tuple[time, time]) -> None:
    assert parse_hours(text) == hours
    assert parse({"policy": {"quiet_hours": text}}).policy.quiet_hours == hours


@pytest.mark.parametrize(
    "text", ["", "21:00", "21-05", "25:00-05:00", "21:00-05:61", "21:00-05:00+07:00", "a-b"]
)
def test_no_hours(text: str) -> None:
    with pytest.raises(ValueError, match=r"hours|hour|minute"):
        parse_hours(text)


def test_hours_as_times_are_taken_too() -> None:
    assert parse({"policy": {"quiet_hours": [time(22), time(5)]}}).policy.quiet_hours == (time(22), time(5))


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        Settings().station.name = "x"  # type: ignore[misc]
