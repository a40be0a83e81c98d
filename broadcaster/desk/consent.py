"""A person's consent to being named in a script."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Consent:
    script_id: str
    name: str
    """Of the person who is named in the script, as it is declared there."""
    by: str
    """Who put it on record."""
    at: datetime
    note: str = ""
    """How it was given: "signed paper of 3/12", "by telephone"."""


class Consents(Protocol):
    """What is asked of the store."""

    def consents(self, script_id: str) -> tuple[Consent, ...]:
        """In the order in which they were put on record."""
        ...

    def add_consent(self, consent: Consent) -> None:
        """DeskError: that person's is on record already; NotFound: nobody is called `consent.by`."""
        ...
