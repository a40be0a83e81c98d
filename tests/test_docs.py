"""What is written about the program is true, and nothing is left unwritten."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import time
from pathlib import Path

import click
import pytest

from broadcaster.cli.main import broadcaster
from broadcaster.config import Section, Settings
from tests.kit import ROOT

COMMANDS_PAGE = ROOT / "docs" / "operator" / "commands.md"
SETTINGS_PAGE = ROOT / "docs" / "installer" / "settings.md"
LONGEST_README = 100
DOCUMENTS = [path for path in (ROOT / "docs").rglob("*.md")] + [ROOT / "README.md"]


def commands(
    of: click.Command, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if path:
        yield path, of
    if isinstance(of, click.Group):
        for name in of.list_commands(click.Context(of)):
            command = of.get_command(click.Context(of), name)
            assert command is not None, name
            yield from commands(command, (*path, name))


ALL = list(commands(broadcaster))


@pytest.mark.parametrize(("path", "command"), ALL, ids=[" ".join(path) for path, _command in ALL])
def test_every_command_and_option_has_help(path: tuple[str, ...], command: click.Command) -> None:
    assert command.help
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, f"{' '.join(path)} {option.opts[0]}"


def test_every_command_has_an_example() -> None:
    page = COMMANDS_PAGE.read_text(encoding="utf-8")
    examples = re.findall(r"`broadcaster ([^`]+)`", page)
    for path, command in ALL:
        if not isinstance(command, click.Group) or command.invoke_without_command:
            words = " ".join(path)
            assert any(f"{example} ".startswith(f"{words} ") for example in examples), words


def test_every_example_is_a_command_with_its_options() -> None:
    known = dict(ALL)
    for example in re.findall(r"`broadcaster ([^`]+)`", COMMANDS_PAGE.read_text(encoding="utf-8")):
        words = example.split()
        path = next(p for n in (2, 1) if (p := tuple(words[:n])) in known)
        options = {name for param in known[path].params for name in (*param.opts, *param.secondary_opts)}
        for word in words:
            assert not word.startswith("--") or word in options, example


def documented() -> dict[str, list[str]]:
    """Each setting's defaults as the page has them: "section.key" → what stands in the table."""
    found: dict[str, list[str]] = {}
    section = ""
    for line in SETTINGS_PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if len(cells) < 2 or not line.startswith("|"):
            continue
        named = re.match(r"\*\*\[(\w+)\]\*\*", cells[0])
        section = named[1] if named else section
        keys = re.findall(r"`(\w+)`", cells[0])
        defaults = re.findall(r"`([^`]+)`", cells[1]) or [cells[1]] * len(keys)
        if section and keys:
            assert len(keys) == len(defaults), line
            found |= {f"{section}.{key}": [default] for key, default in zip(keys, defaults, strict=True)}
    return found


def settings() -> dict[str, object]:
    found: dict[str, object] = {}
    for name, section in Settings():
        assert isinstance(section, Section)
        found |= {f"{name}.{key}": value for key, value in section}
    return found


def as_toml(value: object) -> object:
    if isinstance(value, Path):
        return value.as_posix()
    if isinstance(value, tuple):
        if value and isinstance(value[0], time):
            return "-".join(f"{hour:%H:%M}" for hour in value)
        return list(value)
    return value


def test_every_setting_is_documented_and_no_other() -> None:
    assert set(documented()) == set(settings())


@pytest.mark.parametrize("name", settings())
def test_the_default_is_true(name: str) -> None:
    (written,) = documented()[name]
    value = as_toml(settings()[name])
    if value is None:
        assert written in ("none", "the computer's")
    else:
        assert tomllib.loads(f"x = {written}")["x"] == value


def test_the_readme_is_short() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    if not readme.strip():
        pytest.skip("not written yet")

    assert len(readme.splitlines()) < LONGEST_README
    assert "make run" in readme
    assert "make test" in readme


@pytest.mark.parametrize("page", DOCUMENTS, ids=[str(page.relative_to(ROOT)) for page in DOCUMENTS])
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if "://" not in link:
            assert (page.parent / link).exists(), link
