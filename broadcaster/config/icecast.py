"""`icecast://USER:env:NAME@HOST:PORT/MOUNT`: where a stream goes; its password is named, and not shown."""

from __future__ import annotations

import re
from dataclasses import dataclass

from broadcaster.language import _

_URL = re.compile(
    r"(?P<scheme>icecasts?)://(?P<user>[\w.-]{1,64}):(?P<secret>env:\w+|file:[^@\s]+)@"
    r"(?P<host>[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(:(?P<port>\d{1,5}))?(?P<mount>/[\w./-]{1,200})",
    re.ASCII,
)
_PORTS = {"icecast": 8000, "icecasts": 443}


@dataclass(frozen=True)
class IcecastAddress:
    user: str
    secret: str
    """Where its password is found: "env:NAME" or "file:PATH"."""
    host: str
    port: int
    mount: str
    tls: bool

    @classmethod
    def parse(cls, url: str) -> IcecastAddress:
        """ValueError: it is none, or a password stands in it."""
        found = _URL.fullmatch(url)
        port = int(found["port"] or _PORTS[found["scheme"]]) if found else 0
        if found is None or not 0 < port < 65_536:
            raise ValueError(
                _("a stream's address is written like icecast://source:env:NAME@HOST:8000/ap-1.mp3")
            )
        host = found["host"].removeprefix("[").removesuffix("]")
        return cls(found["user"], found["secret"], host, port, found["mount"], found["scheme"] == "icecasts")

    def __str__(self) -> str:
        return f"{self.host}:{self.port}{self.mount}"
