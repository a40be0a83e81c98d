"""What hamlets beyond this computer need: keys, a certificate that lasts, computers that are in step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from broadcaster.doctor.finding import Finding, Level
from broadcaster.language import _
from broadcaster.network import station_keys
from broadcaster.network.device_state import trouble_of
from broadcaster.network.listening import ends
from broadcaster.station import Station
from broadcaster.station.network import station_side

_SOON = timedelta(days=30)


def hamlet_pcs(station: Station) -> Iterator[Finding]:
    settings, folder = station.settings.network, station.folder
    side, now = station_side(station), station.clock.now()
    subject, good = _("Hamlet PCs"), True
    if side.keys.emergency is None:
        good = False
        yield Finding(
            subject,
            Level.WARNING,
            _("the key for emergencies is not here: {path}").format(path=folder / settings.emergency_key),
            _("Bring its medium before an emergency is raised for those hamlets"),
        )
    end = ends(station_keys.certificate(folder, settings))
    if end - now < _SOON:
        good = False
        yield Finding(
            subject,
            Level.FAULT,
            _("the certificate ends on {day}").format(day=f"{end:%d/%m/%Y}"),
            _("Renew it, then start the daemon again"),
        )
    states = side.device_states(now)
    for state in states:
        if trouble := trouble_of(state, now):
            good = False
            what, todo = f"{state.hamlet.code}: {trouble}", _("See: broadcaster hamlet status")
            yield Finding(subject, Level.WARNING, what, todo)
    if good:
        yield Finding(subject, Level.GOOD, _("{n} hamlets, all in step").format(n=len(states)))
