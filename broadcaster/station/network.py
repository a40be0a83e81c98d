"""What of a station hamlet PCs meet: its keys, its house rules, its store."""

from __future__ import annotations

from broadcaster.network import station_keys
from broadcaster.network.station_side import StoreStation
from broadcaster.station.station import Station
from broadcaster.units import Lufs

_LOUDER = 1.0
"""LU above what the station makes: more than that is somebody else's."""


def station_side(station: Station) -> StoreStation:
    """NetworkError: there are no keys yet, or they cannot be read."""
    settings = station.settings
    return StoreStation(
        station.store,
        keys=station_keys.load(station.folder, settings.network),
        audio_out=station.audio_out,
        name=station.spoken_name,
        zone=settings.station.zone,
        policy=station.policy,
        loudest=Lufs(settings.production.loudness_lufs + _LOUDER),
        audio_base=settings.network.audio_base or "",
    )
