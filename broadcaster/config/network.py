"""[network] of broadcaster.toml: whether hamlet PCs are served, and where."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from broadcaster.config.icecast import IcecastAddress
from broadcaster.config.secret import WHERE
from broadcaster.language import _

PORT = 8443
"""Where nothing else is said."""
_HERE = r"(127\.0\.0\.1|localhost|\[::1\])"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


def _listen(where: str) -> str:
    if (
        re.fullmatch(r"([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}", where)
        and int(where.rpartition(":")[2]) < 65536
    ):
        return where
    raise ValueError(_("an address to listen at is written like 0.0.0.0:8443"))


def _web(url: str) -> str:
    if re.fullmatch(rf"https://[^/\s@]+(/\S*)?|http://{_HERE}(:\d+)?(/\S*)?", url):
        return url.rstrip("/")
    raise ValueError(_("an address begins with https:// and holds no password"))


def broker(url: str) -> str:
    if WHERE.fullmatch(url) or re.fullmatch(r"mqtts?://[^/\s@]+", url):
        return url
    raise ValueError(
        _("a doorbell is written like mqtts://broker.example; with a password env:NAME or file:PATH")
    )


def _stream(url: str) -> str:
    IcecastAddress.parse(url)
    return url


class Network(_Strict):
    """Off until `listen` is set, or the daemon is told --listen."""

    listen: Annotated[str, AfterValidator(_listen)] | None = None
    public_url: Annotated[str, AfterValidator(_web)] | None = None
    """How hamlet PCs reach it, where that is not the name in the certificate."""
    certificate: Path | None = None
    """The installer's own, with its chain; None: the one that `broadcaster network init` made."""
    certificate_key: Path | None = None
    emergency_key: Path = Path("network/emergency.key")
    """May lie on another medium, which is then needed to raise an emergency in hamlets beyond this PC."""
    audio_base: Annotated[str, AfterValidator(_web)] | None = None
    """Another server that gives the audio out."""
    doorbell: Annotated[str, AfterValidator(broker)] | None = None
    """An MQTT broker that carries version numbers."""
    listening_in: Mapping[str, Annotated[str, AfterValidator(_stream)]] = Field(default_factory=dict)
    """By hamlet: an Icecast stream of what sounds there, beside its output."""

    @model_validator(mode="after")
    def _both(self) -> Self:
        if bool(self.certificate) != bool(self.certificate_key):
            raise ValueError(_("certificate and certificate_key belong together"))
        if len(set(self.listening_in.values())) < len(self.listening_in):
            raise ValueError(_("two hamlets cannot share one stream"))
        return self

    @property
    def port(self) -> int:
        """Of `listen`; 0: none is set."""
        return int(self.listen.rpartition(":")[2]) if self.listen else 0
