"""Ed25519 keys: what a station signs with, and what a hamlet PC trusts."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from broadcaster.errors import NetworkError
from broadcaster.language import _

_BYTES = 32


@dataclass(frozen=True)
class PublicKey:
    raw: bytes
    """32 bytes."""

    @classmethod
    def from_hex(cls, digits: str) -> PublicKey:
        """ValueError: not 64 hex digits."""
        raw = bytes.fromhex(digits)
        if len(raw) != _BYTES:
            raise ValueError("a key has 32 bytes")
        return cls(raw)

    @property
    def hex(self) -> str:
        return self.raw.hex()

    @property
    def fingerprint(self) -> bytes:
        return hashlib.sha256(self.raw).digest()

    @property
    def id(self) -> str:
        """16 hex digits."""
        return self.fingerprint.hex()[:16]

    def verifies(self, signature: bytes, message: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


class SigningKey:
    """A private key; it shows itself to nobody."""

    def __init__(self, raw: bytes) -> None:
        """`raw`: 32 bytes."""
        self._key = Ed25519PrivateKey.from_private_bytes(raw)
        self.public = PublicKey(self._key.public_key().public_bytes_raw())

    @classmethod
    def fresh(cls) -> SigningKey:
        return cls(os.urandom(_BYTES))

    def sign(self, message: bytes) -> bytes:
        """64 bytes."""
        return self._key.sign(message)

    def write(self, path: Path) -> None:
        """Into a new file that this user alone may read. NetworkError: it exists, or cannot be written."""
        write_secret(path, self._key.private_bytes_raw().hex().encode() + b"\n")

    @classmethod
    def read(cls, path: Path) -> SigningKey:
        """NetworkError: there is none, or it is damaged."""
        try:
            return cls(bytes.fromhex(path.read_text(encoding="ascii").strip()))
        except (OSError, ValueError) as error:
            raise NetworkError(_("The key cannot be read"), f"{path}: {error}") from error


def write_secret(path: Path, content: bytes) -> None:
    """A new file that this user alone may read, whole or not at all. NetworkError: it exists, or the disk."""
    part = path.with_name(path.name + ".part")
    try:
        if path.exists():
            raise FileExistsError(_("it exists"))
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise NetworkError(_("The key cannot be written"), f"{path}: {error}") from error
