"""[hooks] of broadcaster.toml: what switches amplifiers on and off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from broadcaster.language import _


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


def _bytes(value: object) -> object:
    if isinstance(value, str):
        try:
            return bytes.fromhex(value)
        except ValueError as error:
            raise ValueError(_('bytes are written like "A0 01 01 A2"')) from error
    return value


Url = Annotated[str, Field(pattern=r"^https?://\S+$")]
Bytes = Annotated[bytes, BeforeValidator(_bytes)]


class Hook(_Strict):
    """One of: a command, a GET, a POST with its body, bytes to send on a serial port."""

    command: tuple[str, ...] = ()
    """A program and its arguments; no shell reads them."""
    get: Url | None = None
    post: Url | None = None
    body: str = ""
    serial: str = ""
    """A port's name: COM3, /dev/ttyUSB0."""
    send: Bytes = b""
    baud: int = Field(9600, ge=50, le=4_000_000)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(map(bool, (self.command, self.get, self.post, self.serial))) != 1:
            raise ValueError(_("a hook has one of: command, get, post, serial"))
        if bool(self.serial) != bool(self.send) or (self.body and not self.post):
            raise ValueError(_("send belongs to serial, body to post"))
        return self


class Switch(_Strict):
    on: Hook | None = None
    off: Hook | None = None


class Hooks(Switch):
    """The station's own switch, and those of its hamlets by their codes."""

    lead_s: float = Field(3.0, ge=0, le=5)
    """How long before the sound; no airing is known more than five seconds ahead."""
    tail_s: float = Field(2.0, ge=0, le=600)
    """How long after the sound, if no other follows."""
    longest_s: float = Field(10.0, gt=0, le=60)
    """How long a hook may take."""
    hamlet: Mapping[str, Switch] = Field(default_factory=dict)
