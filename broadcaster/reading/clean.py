"""The text as it is read: composed, one kind of space, nothing invisible."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_SPACES = re.compile(
    "[\t\u000b\u000c\r\u001c-\u001f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
)
_HYPHENS = re.compile("[\u2010\u2011\u2012\ufe58\ufe63\uff0d]")
_NEVER_TEXT = re.compile("[\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff]")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if code != 0xFF0D}
_DISGUISED = re.compile("[\u2080-\u2089\u2160-\u2188\u2460-\u24ff\ufb00-\ufb06\U0001d400-\U0001d7ff]+")
"""Letters and digits in fancy dress: Ⅳ, ①, ﬁ, the 2 of CO₂, bold letters of messengers."""
REPLACEMENT = "\ufffd"


def clean(text: str) -> str:
    """NFC, no invisible characters, only plain spaces and newlines.

    As many lines as `text` has newlines allow; what can be no text becomes the replacement character.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n")))
    text = _NEVER_TEXT.sub(REPLACEMENT, _SPACES.sub(" ", text)).translate(_WIDE)
    text = _DISGUISED.sub(lambda match: unicodedata.normalize("NFKC", match[0]), _HYPHENS.sub("-", text))
    return unicodedata.normalize("NFC", text)
