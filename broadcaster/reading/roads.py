"""Roads, kilometre posts, quarters and numbers of houses: QL1A, ĐT.785, Km 12+500, KP.3."""

from __future__ import annotations

import re

from broadcaster.reading.numerals import spelled, whole
from broadcaster.reading.rule import PLACE, rule
from broadcaster.reading.scene import Scene

_ROADS = {
    "QL": "quốc lộ",
    "TL": "tỉnh lộ",
    "ĐT": "đường tỉnh",
    "DT": "đường tỉnh",
    "HL": "hương lộ",
    "ĐH": "đường huyện",
    "ĐX": "đường xã",
    "LX": "liên xã",
    "KP": "khu phố",
    "TDP": "tổ dân phố",
    "CT": "cao tốc",
    "Q": "quận",
    "P": "phường",
    "LTL": "liên tỉnh lộ",
    "ĐTX": "đường trục xã",
    "KDC": "khu dân cư",
    "KV": "khu vực",
    "TK": "tiểu khu",
    "Kp": "khu phố",
    "Ql": "quốc lộ",
    "LK": "liên khu",
}
_ONLY_DOTTED = frozenset({"CT", "P", "Q"})
"""P.5 is a ward; P5 may be anything."""


@rule(
    "roads.name",
    r"(?<!\w)(QL|Ql|TL|LTL|ĐTX|ĐT|DT|HL|ĐH|ĐX|LX|LK|KP|Kp|TDP|CT|KDC|KV|TK|Q|P)"
    r"([.\s-]{0,2})([0-9]{1,3})([A-Z]|[a-e])?(?![\w+]|[.,/:-][0-9]| [0-9]{3})",
    needs="QTĐDHLKCP",
)
def road(match: re.Match[str], scene: Scene) -> str | None:
    prefix, gap, digits, letter = match.groups()
    if "." not in gap and (prefix in _ONLY_DOTTED or (prefix == "ĐT" and len(digits) < 2)):
        return None
    if digits.startswith("0") and len(digits) > 2:
        return None
    name = _ROADS[prefix].removeprefix("đường " if scene.follows(match.start(), {"đường"}) else "-")
    return " ".join(filter(None, (name, whole(digits, scene.style), spelled(letter or ""))))


@rule(
    "roads.kilometre",
    r"(?<!\w)([Kk][mM])\s?([0-9]{1,4})(?:\s?\+\s?([0-9]{1,3}))?(?![\w]|[.,][0-9])",
    needs="kK",
    cover=PLACE,
)
def kilometre(match: re.Match[str], scene: Scene) -> str | None:
    """Km 12+500; not the unit in "5 km 3 lần"."""
    if re.search(r"[0-9]\s?$", scene.line[max(0, match.start() - 3) : match.start()]):
        return None
    words = ["ki lô mét", whole(match[2], scene.style)]
    words += ["cộng", whole(match[3], scene.style)] if match[3] else []
    return " ".join(words)


@rule("roads.between", rf"(?<={PLACE})\s{{0,2}}[-–—]\s{{0,2}}(?={PLACE})", needs="-–—")
def between(match: re.Match[str], scene: Scene) -> str:
    return "đến"


@rule("roads.lettered", r"(?<![\w.,/-])([0-9]{1,4})([A-Z])(?:/([0-9]{1,4})([A-Z])?)?(?![\w/]|[.,][0-9])")
def lettered(match: re.Match[str], scene: Scene) -> str | None:
    """thôn 2A, số 15B, hẻm 12A/3: a number with a letter, unless the letter is a unit here."""
    if match[2] in "VWAC" and scene.lexicon.unit(match[2]) and _is_unit(match, scene):
        return None
    words = [whole(match[1], scene.style), spelled(match[2])]
    if match[3]:
        words += ["xuyệt", whole(match[3], scene.style), spelled(match[4] or "")]
    return " ".join(filter(None, words))


def _is_unit(match: re.Match[str], scene: Scene) -> bool:
    if match[2] in "VW":
        return not scene.follows(match.start(), {"thôn", "tổ", "số", "ấp", "lớp", "lô", "khu"})
    cues = scene.lexicon.unit(match[2])[0].context
    return scene.near(match.start(), [cue for cue in cues if not cue.startswith("=")])
