"""A setting changed in broadcaster.toml: the rest of the file stays as it is, byte for byte."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from broadcaster.config_file import Setting, change, written
from broadcaster.errors import ConfigError

USED: dict[str, Setting] = {"ladder": ("gtts", "piper"), "piper_model": "voices/giọng.onnx"}
NEW = 'ladder = ["gtts", "piper"]', 'piper_model = "voices/giọng.onnx"'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "broadcaster.toml"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", f"\n[voices]\n{NEW[0]}\n{NEW[1]}\n"),
        ('[station]\nname = "X"', f'[station]\nname = "X"\n\n[voices]\n{NEW[0]}\n{NEW[1]}\n'),
        ("[voices]\n", f"[voices]\n{NEW[0]}\n{NEW[1]}\n"),
        (
            '[voices]  # ours\n# best first\nladder = ["gtts", "espeak"]  # a # b\n\n[policy]\n',
            f"[voices]  # ours\n{NEW[1]}\n# best first\n{NEW[0]}  # a # b\n\n[policy]\n",
        ),
        (
            '[voices]\r\nladder = [\r\n  "gtts",  # online\r\n]\r\npiper_model = "a#b.onnx"\r\n',
            f"[voices]\r\n{NEW[0]}\r\n{NEW[1]}\r\n",
        ),
    ],
)
def test_only_the_setting_changes(file: Path, before: str, after: str) -> None:
    file.write_bytes(before.encode())

    change(file, "voices", USED)

    assert file.read_bytes().decode() == after
    assert tomllib.loads(file.read_text(encoding="utf-8"))["voices"]["ladder"] == ["gtts", "piper"]


@pytest.mark.parametrize(
    "before",
    [
        'voices = { ladder = ["gtts"] }\n',
        'voices.ladder = ["gtts"]\n',
        "[voices\n",
        "[voices]\nladder = [\n",
    ],
)
def test_an_unusual_layout_is_left_to_a_person(file: Path, before: str) -> None:
    file.write_text(before, encoding="utf-8")

    with pytest.raises(ConfigError, match=r"Write under \[voices\] yourself: ladder"):
        change(file, "voices", USED)

    assert file.read_text(encoding="utf-8") == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_wrong_value_and_a_missing_file_change_nothing(file: Path) -> None:
    with pytest.raises(ConfigError, match=r"broadcaster\.toml"):
        change(file, "voices", USED)
    file.write_text("[voices]\n")

    with pytest.raises(ConfigError, match="ladder"):
        change(file, "voices", {"ladder": ("choir",)})

    assert file.read_text() == "[voices]\n"


def test_values_are_written_as_toml() -> None:
    values: dict[str, Setting] = {"piper_model": 'a"b\\c.onnx', "ladder": ("gtts",)}

    assert tomllib.loads(written(values)) == {"piper_model": 'a"b\\c.onnx', "ladder": ["gtts"]}
