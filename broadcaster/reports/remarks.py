"""What a paper says of its own figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from broadcaster.reports.paper import thousands
from broadcaster.reports.period import Period


def provisional(unheard: Mapping[str, int], period: Period, made_on: date) -> str:
    """Why they are not the last ones: hamlets that have not told yet, days that have not been; else empty."""
    wanting = []
    if unheard:
        hamlets = ", ".join(f"{name} ({thousands(count)} lượt)" for name, count in sorted(unheard.items()))
        wanting.append(f"chưa nhận nhật ký phát sóng của {hamlets}")
    if made_on <= period.last:
        wanting.append(f"kỳ này đến hết ngày {period.last:%d/%m/%Y} mới kết thúc")
    return f"SỐ LIỆU TẠM TÍNH: {'; '.join(wanting)}." if wanting else ""
