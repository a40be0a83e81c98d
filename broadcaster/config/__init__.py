"""broadcaster.toml: what may stand in it, and what it means."""

from broadcaster.config.settings import (
    FILE_NAME,
    AlarmKind,
    Alarms,
    Network,
    Section,
    Settings,
    Station,
    Store,
    Voices,
    checked_band,
    load,
    parse,
    parse_band,
    parse_hours,
)

__all__ = [
    "FILE_NAME",
    "AlarmKind",
    "Alarms",
    "Network",
    "Section",
    "Settings",
    "Station",
    "Store",
    "Voices",
    "checked_band",
    "load",
    "parse",
    "parse_band",
    "parse_hours",
]
