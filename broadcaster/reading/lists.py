"""Lists against decimals: after ấp, lớp, khoản, mũi, mức độ a comma separates; 1,2,3 is always a list."""

from __future__ import annotations

import re
from itertools import pairwise

from broadcaster.reading.numerals import whole
from broadcaster.reading.rule import QUANTITY, rule
from broadcaster.reading.scene import Scene
from broadcaster.reading.words import phrases

_LISTED = phrases(
    """ấp, thôn, xóm, bản, buôn, khóm, khu phố, khu vực, tổ, đội, lớp, khối, khoản, điều, mục, chương, phần,
    mũi, liều, mức độ, cấp độ, bậc, cấp, hạng, loại, thứ, tuần, ngày, tháng, quý, trang, nhóm, đợt, lần,
    cụm, cụm loa, kênh, tuyến, phường, quận, ca, tiết, phòng, tầng, lô, thửa, vùng, giai đoạn, bước, dãy,
    hẻm, tờ, câu, bài, tổ dân phố, khu, số, chi bộ, phân hiệu, cơ sở, điểm trường, cổng, trạm, trụ, đường
    số, bảng, biểu, phụ lục, tiêu chí, nội dung, xã, toa, tiểu khu, vị trí, hàng, cột, ghế, bàn, mẫu, mẫu
    số, đường, học kỳ, chỉ tiêu, kp, kv, điểm bầu cử, khu vực bỏ phiếu, đơn vị bầu cử, số báo danh, tiểu
    mục, khoá, khóa, kỳ, zone, làn, ô, các, cụm số, loa số, các số, hộp, dòng, năm"""
)
_FURTHEST = 10
"""Two numbers further apart are rather a decimal: bậc 2,34."""
_MEASURED = (
    r"\s?(?:%|tỷ|tỉ|triệu|nghìn|ngàn|đồng|lần|độ|mét|ha(?!\w)|k[gmvWV]|m[²³23]?(?!\w)"
    r"|tấn|lít|tạ|cm|mm|°|giờ|phút|điểm|gam)"
)


@rule(
    "lists.commas",
    r"(?<![\w.,/])[0-9]{1,4}(?:,[0-9]{1,4}){1,30}(?![\w/]|[.,][0-9])",
    needs=",",
    cover=QUANTITY,
)
def commas(match: re.Match[str], scene: Scene) -> str | None:
    items = [int(item) for item in match[0].split(",")]
    listed = _is_named(items, match, scene) and all(a < b for a, b in pairwise(items))
    if len(items) == 2 and not (listed and items[1] - items[0] < _FURTHEST):
        return None
    if not listed and re.fullmatch(r"[0-9]{1,3}(?:,[0-9]{3})+", match[0]):
        return None
    return ", ".join(whole(item, scene.style) for item in match[0].split(","))


def _is_named(items: list[int], match: re.Match[str], scene: Scene) -> bool:
    """Whether the word before names what is numbered, and no unit after makes it an amount."""
    if re.match(_MEASURED, match.string[match.end() : match.end() + 9]):
        return False
    neighbours = len(items) == 2 and items[1] - items[0] == 1
    return scene.follows(match.start(), _LISTED) or (neighbours and scene.follows(match.start(), {"mức"}))
