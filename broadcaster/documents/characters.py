"""One form for every character: NFC, plain spaces, no invisible ones.

Only after the encoding is settled: in TCVN3 the letter "ư" is an invisible character.
"""

from __future__ import annotations

import re
import unicodedata

from broadcaster.language import _

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SYMBOL_BULLET = re.compile(r"^(\s*)(?:[\uf000-\uf0ff•●▪◦■□❖➢►▶✓✔✦·]|[*](?= [^\s*]))[ \t]*", re.MULTILINE)
_INVISIBLE = ("Cf", "Cc", "Cs", "Cn")


def clean(text: str) -> str:
    """NFC, `\\n` line ends, plain spaces and bullets ("-"), without invisible characters."""
    text = "".join(map(_visible, _LINE_ENDS.sub("\n", text)))
    return _SYMBOL_BULLET.sub(r"\1- ", unicodedata.normalize("NFC", text))


def composed_notice(text: str) -> tuple[str, ...]:
    """What to tell of a text whose accents stand apart from their letters (typed on a Mac)."""
    apart = sum("\u0300" <= c <= "\u0323" for c in text)
    return (_("{n} accents that stood apart were joined to their letters").format(n=apart),) if apart else ()


def _visible(character: str) -> str:
    if character in "\n\t" or " " <= character <= "~":
        return character
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    return "" if category in _INVISIBLE else character
