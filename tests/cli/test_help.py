"""Help speaks the language of whoever reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kit import here


@pytest.fixture
def vietnamese(small: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A station whose settings ask for Vietnamese, whatever the computer's language is."""
    monkeypatch.delenv("LANGUAGE", raising=False)
    monkeypatch.setenv("BROADCASTER_LANG", "en")
    settings = small / "broadcaster.toml"
    words = settings.read_text(encoding="utf-8")
    settings.write_text(words.replace("[station]", '[station]\nlanguage = "vi"', 1), encoding="utf-8")
    return small


def test_help_of_a_command(vietnamese: Path) -> None:
    told = here(vietnamese, "hamlet", "set", "--help").out

    assert "Cách dùng:" in told
    assert "--gain DB" in told
    assert "To hơn hoặc nhỏ hơn" in told
    assert "Show this message" not in told


def test_what_is_written_wrong_is_told_in_the_same_language(vietnamese: Path) -> None:
    run = here(vietnamese, "hamlet", "add")

    assert run.code == 2
    assert "Thiếu" in run.err
    assert "Missing" not in run.err


def test_help_in_english_again(vietnamese: Path, tmp_path: Path) -> None:
    here(vietnamese, "hamlet", "set", "--help")

    told = here(tmp_path, "hamlet", "set", "--help").out

    assert "Usage:" in told
    assert "Louder or softer" in told
