"""Who asks: each request of a hamlet PC is signed by its own key, and good once."""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from broadcaster.network.keys import PublicKey, SigningKey
from broadcaster.network.words import Word, refused

TOLERANCE = timedelta(minutes=5)
_MOST_NONCES = 200_000
_HEADER = re.compile(
    r"Broadcaster device=(?P<device>[0-9a-f]{1,64}), at=(?P<at>\d{1,16}), nonce=(?P<nonce>[0-9a-f]{32}), "
    r"signature=(?P<signature>[0-9a-f]{128})"
)
_MS = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Request:
    method: str
    target: str
    """Path and query, as sent."""
    body: bytes = b""


def authorization(request: Request, device: str, key: SigningKey, at_ms: int) -> str:
    """The value of the header for `request`, asked at `at_ms` of the station's time (since 1970)."""
    nonce = secrets.token_hex(16)
    signature = key.sign(_signed(request, at_ms, nonce)).hex()
    return f"Broadcaster device={device}, at={at_ms}, nonce={nonce}, signature={signature}"


class Doorkeeper:
    """Lets in who is known, and nobody twice with the same words.

    `key_of` gives a device's public key: KeyError for an unknown one, Refused (revoked) for one thrown out.
    Of any thread.
    """

    def __init__(self, key_of: Callable[[str], PublicKey]) -> None:
        self._key_of = key_of
        self._lock = threading.Lock()
        self._seen: set[str] = set()
        self._by_age: deque[tuple[datetime, str]] = deque()

    def device(self, header: str, request: Request, now: datetime, now_ms: int) -> str:
        """Who asks. Refused: malformed, stale, unknown-device, revoked, bad-signature, replayed."""
        found = _HEADER.fullmatch(header)
        if found is None:
            raise refused(Word.MALFORMED, "Authorization")
        device, at_ms, nonce = found["device"], int(found["at"]), found["nonce"]
        if abs(at_ms - now_ms) * _MS > TOLERANCE:
            raise refused(Word.STALE, f"{at_ms - now_ms} ms")
        try:
            key = self._key_of(device)
        except KeyError as error:
            raise refused(Word.UNKNOWN_DEVICE, device) from error
        if not key.verifies(bytes.fromhex(found["signature"]), _signed(request, at_ms, nonce)):
            raise refused(Word.BAD_SIGNATURE, device)
        with self._lock:
            self._once(device + nonce, now)
        return device

    def _once(self, words: str, now: datetime) -> None:
        while self._by_age and (
            now - self._by_age[0][0] > 2 * TOLERANCE or len(self._by_age) >= _MOST_NONCES
        ):
            self._seen.discard(self._by_age.popleft()[1])
        if words in self._seen:
            raise refused(Word.REPLAYED)
        self._seen.add(words)
        self._by_age.append((now, words))


def _signed(request: Request, at_ms: int, nonce: str) -> bytes:
    body = hashlib.sha256(request.body).hexdigest()
    lines = ("broadcaster/1 request", request.method, request.target, str(at_ms), nonce, body)
    return "\n".join(lines).encode()
