"""Which strings of letters are Vietnamese syllables: tells KHÔNG, a word, from BHYT, an abbreviation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache

from broadcaster.reading.words import phrases

_TONES = {"\u0300": "huyền", "\u0301": "sắc", "\u0309": "hỏi", "\u0303": "ngã", "\u0323": "nặng"}
_ONSETS = phrases(
    "b, c, ch, d, đ, g, gh, gi, h, k, kh, l, m, n, ng, ngh, nh, p, ph, q, qu, r, s, t, th, tr, v, x"
) | {""}
_RIMES = phrases(
    """a, ac, ach, ai, am, an, ang, anh, ao, ap, at, au, ay, ă, ăc, ăm, ăn, ăng, ăp, ăt, â, âc, âm, ân, âng,
    âp, ât, âu, ây, e, ec, em, en, eng, eo, ep, et, ê, êch, êm, ên, ênh, êp, êt, êu, i, ia, ich, iêc, iêm,
    iên, iêng, iêp, iêt, iêu, im, in, inh, ip, it, iu, o, oa, oac, oach, oai, oam, oan, oang, oanh, oao,
    oap, oat, oay, oăc, oăm, oăn, oăng, oăt, oc, oe, oen, oeo, oet, oi, om, on, ong, ooc, oong, op, ot, ô,
    ôc, ôi, ôm, ôn, ông, ôp, ôt, ơ, ơi, ơm, ơn, ơp, ơt, u, ua, uân, uâng, uât, uây, uc, ue, uê, uêch, uênh,
    ui, um, un, ung, uơ, uôc, uôi, uôm, uôn, uông, uôt, up, ut, uy, uya, uych, uyên, uyêt, uynh, uyt, uyu,
    ư, ưa, ưc, ưi, ưm, ưn, ưng, ươc, ươi, ươm, ươn, ương, ươp, ươt, ươu, ưt, ưu, y, yên, yêng, yêm, yêt,
    yêu, ynh, ych, yt, uo, oo, uyn, uyp, oem, uêu, uâ"""
)
_STOPS = ("c", "p", "t", "ch")


WORD = re.compile(r"[^\W\d_]+")
_REACH = 40


@lru_cache(maxsize=4096)
def is_syllable(word: str) -> bool:
    """Whether `word` (any case) is a possible Vietnamese syllable with its tone.

    A syllable that ends in a stop (-c, -ch, -p, -t) needs sắc or nặng: "BOT" is none.
    """
    if not 1 <= len(word) <= 7:
        return False
    tones: list[str] = []
    letters: list[str] = []
    for mark in unicodedata.normalize("NFD", word.lower()):
        (tones if mark in _TONES else letters).append(mark)
    bare = unicodedata.normalize("NFC", "".join(letters))
    if len(tones) > 1 or not _fits(bare):
        return False
    return not bare.endswith(_STOPS) or (bool(tones) and _TONES[tones[0]] in ("sắc", "nặng"))


def is_shouted(word: str) -> bool:
    """Whether `word` is a word in capitals: KHÔNG, not BHYT."""
    return len(word) > 1 and word.isupper() and is_syllable(word)


def beside_capitals(words: Sequence[re.Match[str]], index: int) -> bool:
    """Whether a neighbour of the word at `index` is a word in capitals."""
    at = words[index].start()
    around = (*words[max(0, index - 1) : index], *words[index + 1 : index + 2])
    return any(is_shouted(word[0]) and abs(word.start() - at) < _REACH for word in around)


def is_toneless(word: str) -> bool:
    """Whether `word`, written without any marks, could be a syllable: "tanhung" is none, "tan" is one."""
    return word.isascii() and _fits_bare(word.lower())


def _fits(bare: str) -> bool:
    return any(bare[:cut] in _ONSETS and bare[cut:] in _RIMES for cut in range(min(4, len(bare))))


def _fits_bare(word: str) -> bool:
    return any(word[:cut] in _ONSETS and word[cut:] in _bare_rimes() for cut in range(min(4, len(word))))


@cache
def _bare_rimes() -> frozenset[str]:
    marks = (unicodedata.normalize("NFD", rime) for rime in _RIMES)
    return frozenset("".join(c for c in rime if not unicodedata.combining(c)) for rime in marks)
