"""What may be given out: on the web, on banners, at meetings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from broadcaster.desk.fallbacks import may_air
from broadcaster.desk.outside import require_public
from broadcaster.desk.script import Script, ScriptState
from broadcaster.errors import DeskError
from tests.reports.world import script

TODAY, DAY = date(2026, 11, 24), timedelta(days=1)
APPROVED = script("bai")


@pytest.mark.parametrize(
    "public", [APPROVED, replace(APPROVED, expires=TODAY), replace(APPROVED, not_before=TODAY)]
)
def test_what_may_air_today_may_be_given_out(public: Script) -> None:
    require_public(public, TODAY)
    assert may_air(public, TODAY)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"state": ScriptState.DRAFT}, "Only approved"),
        ({"state": ScriptState.WITHDRAWN}, "withdrawn"),
        ({"expires": TODAY - DAY}, "expired"),
        ({"not_before": TODAY + DAY}, "may not be given out yet"),
    ],
)
def test_anything_else_is_refused(change: dict[str, object], words: str) -> None:
    refused = replace(APPROVED, **change)  # type: ignore[arg-type]
    with pytest.raises(DeskError, match=words):
        require_public(refused, TODAY)
    assert not may_air(refused, TODAY)
