"""The code that an operator reads out: a secret, and the beginning of the station's key."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from broadcaster.network.keys import PublicKey
from broadcaster.network.words import Word, refused

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: nothing in it is mistaken for something else when read out."""
_MISREAD = str.maketrans("OIL", "011")
_SECRET, _KEY = 16, 8
"""Letters of five bits."""


@dataclass(frozen=True)
class EnrolmentCode:
    secret: str
    """16 letters: 80 bits."""
    key_begins: str
    """8 letters: the first 40 bits of the SHA-256 of the station's timetable key."""

    @classmethod
    def fresh(cls, station_key: PublicKey) -> EnrolmentCode:
        return cls("".join(secrets.choice(_LETTERS) for _letter in range(_SECRET)), _beginning(station_key))

    @classmethod
    def parse(cls, typed: str) -> EnrolmentCode:
        """As somebody typed it, in groups or not. Refused: malformed."""
        letters = "".join(typed.upper().replace("-", "").split()).translate(_MISREAD)
        if len(letters) != _SECRET + _KEY or set(letters) - set(_LETTERS):
            raise refused(Word.MALFORMED, "code")
        return cls(letters[:_SECRET], letters[_SECRET:])

    def __str__(self) -> str:
        letters = self.secret + self.key_begins
        return "-".join(letters[place : place + 4] for place in range(0, len(letters), 4))

    def proof(self, device_key: PublicKey) -> str:
        """64 hex digits that only who knows the secret can make, for this device alone."""
        message = b"broadcaster/1 enrol\n" + device_key.hex.encode()
        return hmac.new(self.secret.encode(), message, hashlib.sha256).hexdigest()

    def proves(self, device_key: PublicKey, proof: str) -> bool:
        return hmac.compare_digest(self.proof(device_key).encode(), proof.encode())

    def names(self, station_key: PublicKey) -> bool:
        """Whether this is the key that the code was made for."""
        return hmac.compare_digest(self.key_begins, _beginning(station_key))


def _beginning(key: PublicKey) -> str:
    bits = int.from_bytes(key.fingerprint[:5])
    return "".join(_LETTERS[bits >> shift & 31] for shift in range(35, -1, -5))
