"""Changing a setting in broadcaster.toml while its comments and everything else stay as they are."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from broadcaster import config
from broadcaster.audio import replacing
from broadcaster.errors import ConfigError
from broadcaster.language import _

Setting = str | tuple[str, ...] | Mapping[str, int]


def written(values: Mapping[str, Setting]) -> str:
    """The settings as lines of TOML."""
    return "\n".join(f"{key} = {_toml(value)}" for key, value in values.items())


def change(path: Path, section: str, values: dict[str, Setting]) -> None:
    """Write the settings into [section] of the file `path`, whole or not at all.

    ConfigError: the file cannot be read or written, would hold a wrong setting, or is laid out in a way that
    only a person should change; it stays as it was.
    """
    try:
        before = path.read_bytes().decode("utf-8")
        lines = before.splitlines(keepends=True)
        for key, value in reversed(values.items()):  # each new one goes to the head of the section
            lines = _changed(lines, section, key, _toml(value))
        after = "".join(lines)
        _require_only(before, after, section, values)
        config.parse(tomllib.loads(after), str(path))
        with replacing(path) as part:
            part.write_bytes(after.encode("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(
            _("The settings could not be changed"),
            f"{path}: {error}",
            _("Write under [{section}] yourself: {lines}").format(
                section=section, lines="; ".join(written(values).splitlines())
            ),
        ) from error


def _changed(lines: list[str], section: str, key: str, value: str) -> list[str]:
    """`lines` with the key's value replaced, or with the key added at the head of its section."""
    end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    head = re.compile(rf"\s*\[\s*{re.escape(section)}\s*\]\s*(#.*)?$")
    start = next((number for number, line in enumerate(lines) if head.match(line.rstrip())), None)
    if start is None:
        ended = [*lines[:-1], lines[-1].rstrip("\r\n") + end] if lines else []
        return [*ended, end, f"[{section}]{end}", f"{key} = {value}{end}"]
    for number in range(start + 1, len(lines)):
        if lines[number].lstrip().startswith("["):
            break
        if re.match(rf"\s*{re.escape(key)}\s*=", lines[number]):
            last, comment = _value_end(lines, number)
            new = f"{key} = {value}{'  ' + comment if comment else ''}{end}"
            return [*lines[:number], new, *lines[last + 1 :]]
    return [*lines[: start + 1], f"{key} = {value}{end}", *lines[start + 1 :]]


def _value_end(lines: list[str], first: int) -> tuple[int, str]:
    """The last line of the value that begins in line `first`, and the comment behind it."""
    for last in range(first, len(lines)):
        whole = "".join(lines[first : last + 1]).rstrip()
        if _is_toml(whole):
            begins = (at for at, letter in enumerate(lines[last]) if letter == "#")
            before = "".join(lines[first:last])
            comments = (lines[last][at:].rstrip() for at in begins if _is_toml(before + lines[last][:at]))
            return last, next(comments, "")
    raise ValueError("a value without an end")


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _require_only(before: str, after: str, section: str, values: Mapping[str, Setting]) -> None:
    """ValueError unless the two differ in these values alone."""
    wanted = tomllib.loads(before)
    plain = {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}
    wanted[section] = wanted.get(section, {}) | plain
    if tomllib.loads(after) != wanted:
        raise ValueError("an unusual layout")


def _toml(value: Setting) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return "{ " + ", ".join(f"{_toml(key)} = {number}" for key, number in value.items()) + " }"
