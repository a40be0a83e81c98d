"""[store] of broadcaster.toml: where the station's tables are, if not in schedules.db."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from broadcaster.config.secret import WHERE
from broadcaster.language import _

_URL = re.compile(r"postgresql://([^:/?#@\s]+@)?[A-Za-z0-9.\-\[\]:]*/[^/?#\s]+(\?\S*)?")


def _url(url: str) -> str:
    if _URL.fullmatch(url) and "password=" not in url:
        return url
    raise ValueError(_("a database is written like postgresql://user@host/name, without a password"))


def _secret(where: str) -> str:
    if WHERE.fullmatch(where):
        return where
    raise ValueError(_("no secret stands in the settings: write env:NAME or file:PATH"))


class Store(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Annotated[str, AfterValidator(_url)] | None = None
    """A PostgreSQL database; None: schedules.db in the station's folder."""
    password: Annotated[str, AfterValidator(_secret)] | None = None
    """Where it is found; None: libpq looks for it (.pgpass, peer)."""
