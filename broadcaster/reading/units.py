"""Units and money right after a number, rates after a slash, signs of comparison, coordinates."""

from __future__ import annotations

import re

from broadcaster.reading.numbers import NUMBER, words
from broadcaster.reading.rows import Entry
from broadcaster.reading.rule import COVERS, MOMENT, QUANTITY, Said, doubtful, rule
from broadcaster.reading.scene import Scene
from broadcaster.reading.words import phrases

_SYMBOL = r"[A-Za-zđĐµμΩ%‰°℃℉º$€][A-Za-zđĐ]{0,5}[0-9²³]?"
_SPEEDS = phrases("h, s, giờ, giây, phút, min")
_PER_PART = phrases("l, lít, lit, kg, g, ml, dl, dL, L, m3, m³, mL")
_AMOUNTS = phrases("đồng, triệu, nghìn, tỷ, kg, tấn, lần, tạ")
_BREAKERS = phrases("và, hoặc")


@rule(
    "units.celsius",
    r"(?<=[0-9])\s?(?:°|º|˚|o|độ |độ)\s?([CF])(?![\w])|(?<=[0-9])\s?[℃℉]|(?<=[0-9]) 0([CF])(?!\w)",
    needs="CF℃℉",
    cover=QUANTITY,
)
def degrees(match: re.Match[str], scene: Scene) -> str:
    return "độ ép" if "F" in match[0] or "℉" in match[0] else "độ xê"


@rule(
    "units.coordinate",
    r"""(?<![\w.,])([0-9]{1,3})(?:,([0-9]{1,3}))?\s?°\s?(?:([0-9]{1,2})\s?['’′]\s?)?(?:([0-9]{1,2})\s?(?:["”″]|''))?\s?([NEBĐSWT])?(?![\w°])""",
    needs="°",
    cover=QUANTITY,
)
def coordinate(match: re.Match[str], scene: Scene) -> str | None:
    """10°30'N, 105,2°E."""
    degree, part, minute, second, side = match.groups()
    if not minute and not side:
        return None
    said = [words(f"{degree},{part}" if part else degree, scene.style), "độ"]
    said += [words(minute, scene.style), "phút"] if minute else []
    said += [words(second, scene.style), "giây"] if second else []
    sides = {
        "N": "vĩ bắc",
        "B": "vĩ bắc",
        "S": "vĩ nam",
        "E": "kinh đông",
        "Đ": "kinh đông",
        "W": "kinh tây",
        "T": "kinh tây",
    }
    return " ".join([*said, sides.get(side or "", "")]).strip()


@rule(
    "units.latitude",
    r"(?<![\w.,])([0-9]{1,3}(?:,[0-9]{1,2})?)\s?([NE])(?=\s?[;,.)-]|\s?$)(?!\w)",
    needs="NE",
    cover=QUANTITY,
)
def latitude(match: re.Match[str], scene: Scene) -> str | None:
    if not scene.near(match.start(), {"tọa độ", "vĩ độ", "kinh độ", "tâm", "vị trí tâm", "bão", "áp thấp"}):
        return None
    return f"{words(match[1], scene.style)} độ {'vĩ bắc' if match[2] == 'N' else 'kinh đông'}"


@rule("units.minus", rf"(?<![\w)])(?<![0-9]\s)[-−–](?=(?:{NUMBER})\s?(?:°|độ|º|˚))", needs="-−–")
def minus(match: re.Match[str], scene: Scene) -> str:
    return "âm"


@rule(
    "units.compare",
    rf"(?:(≥|>\s?=|⩾)|(≤|<\s?=|⩽))\s?((?:{NUMBER})\s?[^\W\d_]{{0,12}}[%°]?(?:\s?/\s?[^\W\d_]{{1,7}}[0-9²³]?)?)(?!\w)",
    needs="≥≤⩾⩽=",
)
def at_least(match: re.Match[str], scene: Scene) -> str:
    """≥ 3 lần/giờ: từ ba lần một giờ trở lên."""
    quantity = scene.inner(match[3].strip())
    return f"từ {quantity} trở lên" if match[1] else f"không quá {quantity}"


@rule("units.compare", rf"[<>](?=\s?(?:{NUMBER}))", needs="<>")
def less_or_more(match: re.Match[str], scene: Scene) -> str:
    return "nhỏ hơn" if match[0] == "<" else "lớn hơn"


@rule(
    "units.money_first",
    rf"(?:\$|€|£|¥|(?<!\w)(?:USD|VND|VNĐ|EUR)\s)\s?({NUMBER})(?:\s?(triệu|tỷ|nghìn))?",
    needs="$€£¥DR",
    cover=QUANTITY,
)
def money_first(match: re.Match[str], scene: Scene) -> str | None:
    """$100, USD 100."""
    sign = re.match(r"[$€£¥]|[A-ZĐ]+", match[0])
    found = scene.lexicon.unit(sign[0]) if sign else ()
    if not found:
        return None
    return " ".join(filter(None, (words(match[1], scene.style), match[2], found[0].spoken)))


@rule("units.million", r"(?<![\w.,])([0-9]{1,4})\s?tr([0-9]{1,3})(?!\w|[.,][0-9])", needs="t", cover=QUANTITY)
def millions(match: re.Match[str], scene: Scene) -> str:
    """2tr5."""
    tail = "rưỡi" if match[2] == "5" else words(match[2], scene.style)
    return f"{words(match[1], scene.style)} triệu {tail}"


@rule("units.metre", r"(?<![\w.,/])([0-9]{1,2})m([0-9]{1,2})(?!\w|[.,][0-9])", needs="m", cover=QUANTITY)
def height(match: re.Match[str], scene: Scene) -> str | None:
    """1m63; not 10m3."""
    if match[2] in ("2", "3"):
        return None
    return f"{words(match[1], scene.style)} mét {words(match[2], scene.style)}"


@rule("units.unit", rf"(?<=[0-9{QUANTITY}{MOMENT}])(?P<gap>\s?)(?P<said>{_SYMBOL})(?![\w²³])", cover=QUANTITY)
def unit(match: re.Match[str], scene: Scene) -> str | Said | None:
    entry = _fitting(match["said"], bool(match["gap"]), match.start("said"), scene)
    if entry is None:
        return None
    return doubtful(entry.spoken) if "=doubt" in entry.context else entry.spoken


def _fitting(written: str, apart: bool, at: int, scene: Scene) -> Entry | None:
    """The unit that `written` stands for here. A single capital must touch its number."""
    for entry in scene.lexicon.unit(written):
        cues = [cue for cue in entry.context if not cue.startswith("=")]
        if cues and not scene.near(at, cues):
            continue
        if apart and len(written) == 1 and written.isalpha() and written not in "mglVWđh":
            continue
        return entry
    return None


@rule(
    "units.rate",
    rf"(?<=[\w%²³){COVERS}])(?P<said>\s?/\s?)(?=(?P<word>[^\W\d_]{{1,10}}[23²³]?)(?!\w))",
    needs="/",
    cover=QUANTITY,
)
def rate(match: re.Match[str], scene: Scene) -> str | None:
    """đồng/tháng, km/h, mg/kg, con/lu: "một" or "trên"; the slash between two plain words is a pause."""
    below, start = match["word"], match.start()
    above = re.split(r"[\s/0-9,.]", scene.line[max(0, start - 12) : start].rstrip())[-1]
    is_unit = bool(scene.lexicon.unit(below))
    if scene.lexicon.unit(above) and above not in _MONEY and (below in _SPEEDS or below in _PER_PART):
        return "trên"
    if is_unit and (len(below) > 1 or scene.lexicon.unit(above) or _after_number(start, scene)):
        return "một"
    plain = len(below) > 1 and below.islower() and below not in _BREAKERS
    return "một" if plain and _after_number(start, scene) else None


_MONEY = phrases("đ, đồng, VNĐ, VND, USD, vnđ")


def _after_number(at: int, scene: Scene) -> bool:
    """Whether a number stands within four words before: 10 con/lu, 10-15mg/kg cân nặng/lần."""
    near = scene.line[max(0, at - 40) : at].split()[-4:]
    return bool(re.search("[0-9]", " ".join(near))) or (near[-1:] != [] and near[-1] in _AMOUNTS)


@rule("units.amount_rate", r"(?<=[^\W\d_])\s?/\s?(?=[0-9])", needs="/")
def per_amount(match: re.Match[str], scene: Scene) -> str | None:
    """1 gói/200ml."""
    return "trên" if _after_number(match.start(), scene) else None
