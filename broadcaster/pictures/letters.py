"""Letters of dots, Vietnamese ones included: five dots wide, seven high, with marks above and below."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Dots = NDArray[np.bool_]

_WIDTH, _HEIGHT, _ABOVE, _BELOW = 6, 7, 6, 3
"""A letter's cell, with room for marks; the sixth column is the gap between two letters, where horns grow."""
_DIGITS = "0123456789abcdefghijklmnopqrstuv"
"""A row of five dots is one of these; a letter is seven of them from top to bottom, nine with a descender."""

_LETTERS = dict(
    pair.split(" ", 1)
    for pair in """\
A ehhvhhh|B uhhuhhu|C ehggghe|D uhhhhhu|E vgguggv|F vgguggg|G ehgnhhf|H hhhvhhh|I e44444e
J 72222ic|K hikokih|L ggggggv|M hrllhhh|N hhpljhh|O ehhhhhe|P uhhuggg|Q ehhhlid|R uhhukih
S fgge11u|T v444444|U hhhhhhe|V hhhhha4|W hhhllla|X hha4ahh|Y hhha444|Z v1248gv|a 00e1fhf
b ggmphhu|c 00egghe|d 11djhhf|e 00ehvge|f 698s888|g 00fhhhf1e|h ggmphhh|i 40c444e|j 2062222ic
k ggikoki|l c44444e|m 00qllhh|n 00mphhh|o 00ehhhe|p 00uhhhugg|q 00fhhhf11|r 00mpggg|s 00fge1u
t 88s8896|u 00hhhjd|v 00hhha4|w 00hhlla|x 00ha4ah|y 00hhhhf1e|z 00v248v|đ 17djhhf|Đ u99t99u
0 ehjlphe|1 4c4444e|2 eh1248v|3 v2421he|4 26aiv22|5 vgu11he|6 68guhhe|7 v124888|8 ehhehhe
9 ehhf12c|. 00000cc|, 00000cc48|: 0cc0cc0|; 0cc00cc48|- 000e000|– 000v000|— 000v000|− 000v000
! 4444404|? eh12404|( 2488842|) 8422248|/ 01248g0|" aa00000|“ aa00000|” aa00000|' 4400000
’ 4400000|% op248j3|& cik8lid|+ 044v440|= 00v0v00|· 0004000|… 000000l|[ e88888e|] e22222e
_ 000000v|ı 00c444e|* 0l4el40""".replace("\n", "|").split("|")
)
_UNKNOWN = "vhhhhhv"
_MARKS = {"\u0302": "4a", "\u0306": "he", "\u0301": "24", "\u0300": "84", "\u0303": "9m", "\u0309": "624"}
"""Circumflex, breve, acute, grave, tilde, hook above."""
_DOT_BELOW, _HORN = "\u0323", "\u031b"


@lru_cache(maxsize=512)
def letter(character: str) -> tuple[Dots, int]:
    """Its dots, and how many rows of them stand above the line it is written on."""
    parts = unicodedata.normalize("NFD", character)
    base, marks = parts[0], parts[1:]
    above = [mark for mark in marks if mark in _MARKS]
    dots = np.zeros((_ABOVE + _HEIGHT + _BELOW, _WIDTH), np.bool_)
    if base != " ":
        base = "ı" if base == "i" and above else base
        _put(dots, _ABOVE, _LETTERS.get(base, _UNKNOWN))
    top = int(np.flatnonzero(dots.any(axis=1))[0]) if dots.any() else _ABOVE
    if _HORN in marks:
        dots[top - 1 : top + 1, _WIDTH - 1] = True
    for mark in above:
        top = max(0, top - 1 - len(_MARKS[mark]) + (len(above) > 1))
        _put(dots, top, _MARKS[mark])
    if _DOT_BELOW in marks:
        dots[_ABOVE + _HEIGHT + 1, 2] = True
    return dots, _ABOVE + _HEIGHT


def _put(dots: Dots, top: int, rows: str) -> None:
    for number, row in enumerate(rows):
        bits = f"{_DIGITS.index(row):05b}"
        dots[top + number, :5] |= np.array([bit == "1" for bit in bits])
