"""How a hamlet PC stands, as the operator sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from broadcaster.language import _
from broadcaster.network.wire import DeviceStatus
from broadcaster.timetable.hamlet import Hamlet

_UNSEEN, _BEHIND = timedelta(hours=1), timedelta(minutes=15)
"""How long a hamlet PC may be away, or with an older timetable, before a person hears of it."""


@dataclass(frozen=True)
class DeviceState:
    hamlet: Hamlet
    device: str
    """Empty: none is enrolled."""
    enrolled_at: datetime | None
    revoked_at: datetime | None
    last_seen: datetime | None
    published: int
    """The newest version for its hamlet; 0: none yet."""
    published_at: datetime | None
    status: DeviceStatus | None
    """As it last told it."""
    forked: bool
    """It told two histories of one as-run log."""


def trouble_of(state: DeviceState, now: datetime) -> str:
    """Why a person should look after a hamlet PC; empty when all is well there."""
    if not state.device:
        return _("no computer is enrolled there")
    if state.revoked_at:
        return _("its computer was thrown out")
    if state.forked:
        return _("its computer tells two different stories of what it played")
    if state.last_seen is None or now - state.last_seen > _UNSEEN:
        return _("its computer was not heard of for long")
    status = state.status
    if status is None:
        return ""
    if status.faults:
        return status.faults[0]
    if status.version < state.published and state.published_at and now - state.published_at > _BEHIND:
        return _("its computer does not take the newest timetable: {why}").format(why=status.why_not or "-")
    return ""
