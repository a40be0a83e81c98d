"""Signed envelopes: what is verified is what is read, byte for byte."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from broadcaster.network import plain
from broadcaster.network.keys import PublicKey, SigningKey
from broadcaster.network.words import Word, refused


class Kind(StrEnum):
    """What a signature is good for: one of one kind means nothing in another."""

    TIMETABLE = "timetable"
    EMERGENCY = "emergency"
    TIME = "time"
    ENROLMENT = "enrolment"


def seal(kind: Kind, content: Mapping[str, Any], key: SigningKey) -> dict[str, str]:
    """The envelope, ready for JSON."""
    payload = plain.text(content)
    return {"key": key.public.id, "payload": payload, "signature": key.sign(_signed(kind, payload)).hex()}


def unseal(
    kind: Kind, envelope: Mapping[str, Any], trusted: Iterable[PublicKey], limit: int
) -> dict[str, Any]:
    """The content, if one of the `trusted` keys signed it as `kind`.

    Refused: malformed, too-large (a payload over `limit` bytes), wrong-key, bad-signature.
    """
    key_id, payload, signature = (envelope.get(name) for name in ("key", "payload", "signature"))
    if not (isinstance(key_id, str) and isinstance(payload, str) and isinstance(signature, str)):
        raise refused(Word.MALFORMED, "envelope")
    key = next((key for key in trusted if key.id == key_id), None)
    if key is None:
        raise refused(Word.WRONG_KEY, key_id)
    try:
        signed, written = _signed(kind, payload), bytes.fromhex(signature)
    except ValueError as error:
        raise refused(Word.MALFORMED, error) from error
    if not key.verifies(written, signed):
        raise refused(Word.BAD_SIGNATURE, kind)
    return plain.parse(payload.encode(), limit)


def _signed(kind: Kind, payload: str) -> bytes:
    return f"broadcaster/1 {kind}\n{payload}".encode()
