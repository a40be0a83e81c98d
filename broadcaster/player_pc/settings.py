"""player.toml: what a hamlet PC is told by whoever stands before it; all else comes from its station."""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator

from broadcaster.config.hooks import Hooks
from broadcaster.config.network import broker
from broadcaster.errors import ConfigError, OutputError
from broadcaster.language import _
from broadcaster.playout.outputs.opening import FILE, SOUNDCARD, split

FILE_NAME = "player.toml"


class PlayerSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    output: str = "soundcard:"
    offset_ms: int = Field(0, ge=-2000, le=2000)
    """Added to every start on a sound card, to undo the delay of the amplifier chain."""
    hooks: Hooks = Hooks()
    """What switches the amplifier; it knows the station's own switch alone."""
    doorbell: Annotated[str, AfterValidator(broker)] | None = None
    """The station's MQTT broker, if it has one."""

    @field_validator("output")
    @classmethod
    def _sounds_here(cls, url: str) -> str:
        try:
            scheme = split(url)[0]
        except OutputError as error:
            raise ValueError(str(error)) from error
        if scheme not in (FILE, SOUNDCARD):
            raise ValueError(_("a hamlet PC sounds on soundcard: or file:"))
        return url


def load(folder: Path) -> PlayerSettings:
    """Of the PC in `folder`; the defaults where there is no file. ConfigError: it is wrong."""
    path = folder / FILE_NAME
    try:
        return PlayerSettings(**tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return PlayerSettings()
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ConfigError(_("A setting is wrong"), f"{path}: {where}: {first['msg']}") from error
    except (OSError, ValueError) as error:
        raise ConfigError(_("The settings cannot be read"), f"{path}: {error}") from error


def set_output(folder: Path, output: str) -> None:
    """Keep it for every later start. ConfigError: no such output, or the file cannot be written."""
    path = folder / FILE_NAME
    try:
        load(folder)
        PlayerSettings(output=output)
    except ValidationError as error:
        raise ConfigError(_("A setting is wrong"), f"output: {error.errors()[0]['msg']}") from error
    line = f"output = {json.dumps(output)}"
    written = path.read_text(encoding="utf-8") if path.exists() else "offset_ms = 0\n"
    others = [other for other in written.splitlines() if not re.match(r"\s*output\s*=", other)]
    text = "\n".join([line, *others, ""])
    part = path.with_name(path.name + ".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise ConfigError(_("The settings could not be changed"), f"{path}: {error.strerror}") from error
