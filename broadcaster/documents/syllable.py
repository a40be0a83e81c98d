"""Does a word look Vietnamese? The shape of a syllable decides, not a dictionary.

This is how a wrong encoding is found: only the right one turns (almost) every marked word into syllables.
"""

from __future__ import annotations

import re
import unicodedata

_ONSET = r"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnpqrstvx])?"
_RHYMES = (
    r"a(?:ch|ng|nh|[cimnoptuy])?|ă(?:ng|[cmnpt])|â(?:ng|[cmnptuy])|e(?:ng|[cmnopt])?"
    r"|ê(?:ch|nh|ng|[mnptu])?|i(?:ch|nh|[amnptu])?|iê(?:ng|[cmnptu])|o(?:ng|[acimnpte])?"
    r"|oa(?:ch|ng|nh|[cimnotpy])|oă(?:ng|[cmnt])|oe(?:[nmot])?|oo(?:ng|c)|ô(?:ng|[cimnpt])?"
    r"|ơ(?:ng|[imnpt])?|u(?:ng|[acimnptyêơ])?|uâ(?:ng|[nty])|uê(?:ch|nh)|uô(?:ng|[cimnt])"
    r"|uy(?:ch|nh|[antup])|uyê[nt]|ư(?:ng|[acimntu])?|ươ(?:ng|[cimnptu])|y(?:nh|t)?|yê(?:ng|[mntu])"
    r"|ă|â|ue"
)
_SHAPE = re.compile(f"{_ONSET}(?:{_RHYMES})")
_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
_CHECKED = {"\u0301", "\u0323"}
"""A syllable that ends in c, ch, p or t carries one of these two tones only."""
_BETWEEN = re.compile(r"[\s!-@\[-`{-~“”‘’–—…•°²³×½≥≤→´]+")
_WITHOUT_D = str.maketrans("đĐ", "dD")


def is_syllable(word: str) -> bool:
    decomposed = unicodedata.normalize("NFD", word.lower())
    tones = [c for c in decomposed if c in _TONES]
    bare = unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in _TONES))
    if len(tones) > 1 or not _SHAPE.fullmatch(bare):
        return False
    return not bare.endswith(("c", "ch", "p", "t")) or tones[:1] == [] or tones[0] in _CHECKED


def marked_words(text: str) -> list[str]:
    """The words of `text` that hold anything beyond ASCII. A "đ" alone proves nothing ("ĐT", "5.000đ")."""
    return [word for word in _BETWEEN.split(text) if not word.translate(_WITHOUT_D).isascii()]


def share(text: str) -> float:
    """How many of the marked words are Vietnamese syllables, 0 to 1; 0 where none is marked."""
    words = marked_words(text)
    return sum(map(is_syllable, words)) / len(words) if words else 0.0
