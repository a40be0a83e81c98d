"""What a hamlet PC has from its station: the timetable in force, emergencies, what was called off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time

from sqlalchemy import Connection, and_, delete, insert, or_, select, update

from broadcaster.playout import reasons
from broadcaster.playout.airing import Airing, AiringState, Outcome
from broadcaster.store.booking import UNMEASURED, add_audio, book, in_state
from broadcaster.store.columns import from_ms, to_ms
from broadcaster.store.endings import cancel, end
from broadcaster.store.hamlets import COLUMNS
from broadcaster.store.kept import keep, kept
from broadcaster.store.part import Part, among, shared_values
from broadcaster.store.reported import ACKNOWLEDGED
from broadcaster.store.tables import (
    airing,
    bulletin,
    edition,
    edition_fallback,
    hamlet,
    setting,
    slot,
    station,
)
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.house_rules import HouseRules
from broadcaster.timetable.slot import SlotKind
from broadcaster.units import Lufs

_IN_FORCE, _CALLED_OFF, _EMERGENCIES = "in force", "called off", "emergencies"


@dataclass(frozen=True)
class InForce:
    """The timetable that is in force, its airings apart."""

    version: int
    expires_at: datetime
    rules: HouseRules
    audio_base: str = ""
    """Where its audio is fetched; empty: at the station."""


@dataclass(frozen=True)
class Alert:
    """An emergency as the station tells it; `airings` are this hamlet's."""

    id: str
    serial: int
    on: bool
    by: str
    airings: tuple[Airing, ...]


class Received(Part):
    def enter(self, device: str, place: Hamlet, now: datetime) -> None:
        """This PC is `device`, the one of that hamlet; what it was before is over. What the station has said
        of the hamlet since stays, its output apart."""
        with self._database.writing() as connection:
            cancel(connection, now, airing.c.hamlet_id != place.id)
            if connection.scalar(select(station.c.device_id)) != device:
                connection.execute(update(station).values(device_id=device))
                connection.execute(delete(setting).where(setting.c.name == ACKNOWLEDGED))
            known = connection.scalars(select(hamlet.c.id).where(hamlet.c.retired.is_(False))).all()
            if known and place.id not in known:
                connection.execute(delete(setting).where(setting.c.name.in_([_IN_FORCE, _EMERGENCIES])))
            standing = connection.execute(select(*COLUMNS).where(hamlet.c.id == place.id)).first()
            named = replace(Hamlet(**standing._asdict()), output=place.output) if standing else place
            _write_hamlet(connection, named)

    def in_force(self) -> InForce | None:
        """None: none came yet."""
        return self._remembered(_IN_FORCE, self._in_force)

    def _in_force(self) -> InForce | None:
        with self._database.reading() as connection:
            found = kept(connection, _IN_FORCE)
        if not found:
            return None
        quiet = tuple((time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in found["quiet"])
        rules = HouseRules(quiet, found["minutes_per_day"], Lufs(found["loudest"]))
        return InForce(found["version"], from_ms(found["expires_at"]), rules, found["audio_base"])

    def take_over(
        self,
        new: InForce,
        place: Hamlet,
        airings: Sequence[Airing],
        silenced: Sequence[str],
        *,
        by: str,
        now: datetime,
    ) -> None:
        """From now on `new` is in force, unless a newer one is: its `airings` are those that are due, apart
        from emergencies; claimed and ended ones stay as they are. `by` stopped the `silenced` ones."""
        with self._database.writing() as connection:
            if kept(connection, _IN_FORCE).get("version", 0) >= new.version:
                return
            keep(connection, _IN_FORCE, _plain(new))
            _write_hamlet(connection, place)
            routine = select(edition.c.id).join(slot).where(slot.c.kind != SlotKind.EMERGENCY)
            gone = (
                ~among(airing.c.id, [one.id for one in airings]),
                airing.c.edition_id.in_(routine),
            )
            cancel(connection, now, *gone)
            book(connection, airings, now)
            _call_off(connection, silenced, by, now)

    def emergency_serial(self, emergency: str) -> int:
        """-1: never heard of it."""
        with self._database.reading() as connection:
            known = kept(connection, _EMERGENCIES).get(emergency)
        return known["serial"] if known else -1

    def take_over_emergency(self, alert: Alert, now: datetime) -> None:
        """Its due airings become these, unless a newer word about it came before; called off by `alert.by`,
        it has none, and what sounds of it ends."""
        with self._database.writing() as connection:
            known = kept(connection, _EMERGENCIES)
            before = known.get(alert.id, {"serial": -1, "airings": []})
            if before["serial"] >= alert.serial:
                return
            ids = [one.id for one in alert.airings]
            keep(connection, _EMERGENCIES, known | {alert.id: {"serial": alert.serial, "airings": ids}})
            if not alert.on:
                _call_off(connection, before["airings"], alert.by, now)
                return
            cancel(connection, now, among(airing.c.id, set(before["airings"]) - set(ids)))
            book(connection, alert.airings, now)

    def silence(self, airing_ids: Sequence[str], *, by: str, now: datetime) -> None:
        """`by` stopped these: what sounds of them ends, and none of them begins."""
        with self._database.writing() as connection:
            _call_off(connection, airing_ids, by, now)

    def called_off(self) -> tuple[tuple[str, str], ...]:
        with self._database.reading() as connection:
            known = kept(connection, _CALLED_OFF)
            return tuple((one, known[one]) for one in in_state(connection, known, AiringState.CLAIMED))

    def add_audio(self, airings: Sequence[Airing], now: datetime) -> None:
        """Know what these may sound, so that its loudness can be noted before they are due."""
        with self._database.writing(told=False) as connection:
            add_audio(connection, airings, now)

    def unmeasured(self) -> tuple[str, ...]:
        """SHA-256 of the audio that is to sound and whose loudness is not known, soonest first."""
        named = or_(bulletin.c.sha256 == edition.c.bulletin, bulletin.c.sha256 == edition_fallback.c.bulletin)
        wanted = (
            select(bulletin.c.sha256, edition.c.starts_at)
            .select_from(edition)
            .join(airing, and_(airing.c.edition_id == edition.c.id, airing.c.state == AiringState.DUE))
            .outerjoin(edition_fallback, edition_fallback.c.edition_id == edition.c.id)
            .join(bulletin, named)
            .where(bulletin.c.loudness == UNMEASURED)
            .order_by(edition.c.starts_at)
        )
        with self._database.reading() as connection:
            return tuple(dict.fromkeys(row.sha256 for row in connection.execute(wanted)))

    def note_loudness(self, sha256: str, loudness: Lufs) -> None:
        with self._database.writing(told=False) as connection:
            connection.execute(update(bulletin).where(bulletin.c.sha256 == sha256).values(loudness=loudness))

    def loudness(self, sha256s: Iterable[str]) -> dict[str, Lufs]:
        wanted = select(bulletin.c.sha256, bulletin.c.loudness).where(among(bulletin.c.sha256, sha256s))
        with self._database.reading() as connection:
            return {row.sha256: Lufs(row.loudness) for row in connection.execute(wanted)}

    def audio_in_use(self) -> frozenset[str]:
        """SHA-256 of what airings that have not ended may sound."""
        open_ones = select(airing.c.edition_id).where(airing.c.state != AiringState.ENDED)
        own = select(edition.c.bulletin).where(edition.c.id.in_(open_ones))
        spare = select(edition_fallback.c.bulletin).where(edition_fallback.c.edition_id.in_(open_ones))
        begun = select(airing.c.bulletin).where(airing.c.state != AiringState.ENDED)
        with self._database.reading() as connection:
            return frozenset(sha256 for which in (own, spare, begun) for sha256 in connection.scalars(which))

    def next_airing(self, now: datetime) -> tuple[str, str] | None:
        """Id and own audio of the next airing that is due; None: there is none."""
        wanted = (
            select(airing.c.id, edition.c.bulletin)
            .join(edition, edition.c.id == airing.c.edition_id)
            .where(airing.c.state == AiringState.DUE, airing.c.starts_at >= now)
            .order_by(airing.c.starts_at)
            .limit(1)
        )
        with self._database.reading() as connection:
            row = connection.execute(wanted).first()
        return (row.id, row.bulletin) if row else None


def _plain(new: InForce) -> dict[str, object]:
    return {
        "version": new.version,
        "expires_at": to_ms(new.expires_at),
        "quiet": [[begin.isoformat(), end.isoformat()] for begin, end in new.rules.quiet],
        "minutes_per_day": new.rules.minutes_per_day,
        "loudest": new.rules.loudest,
        "audio_base": new.audio_base,
    }


def _write_hamlet(connection: Connection, place: Hamlet) -> None:
    """The one hamlet of this PC; its due airings bear its name."""
    connection.execute(update(hamlet).where(hamlet.c.id != place.id).values(retired=True))
    row = shared_values(hamlet, place) | {"retired": False}
    if not connection.execute(update(hamlet).where(hamlet.c.id == place.id).values(row)).rowcount:
        connection.execute(insert(hamlet), row)
    due = (airing.c.hamlet_id == place.id, airing.c.state == AiringState.DUE)
    label = {"hamlet_code": place.code, "hamlet_name": place.name}
    connection.execute(update(airing).where(*due).values(label))


def _call_off(connection: Connection, airing_ids: Iterable[str], by: str, now: datetime) -> None:
    """Due ones end; claimed ones are noted for the player, who ends them."""
    ids = list(airing_ids)
    due = in_state(connection, ids, AiringState.DUE)
    end(connection, due, Outcome.CANCELLED, f"{reasons.CALLED_OFF} {by}", 0.0, now)
    sounding = in_state(connection, ids, AiringState.CLAIMED)
    if sounding:
        known = kept(connection, _CALLED_OFF)
        still = in_state(connection, known, AiringState.CLAIMED)
        keep(connection, _CALLED_OFF, dict.fromkeys(sounding, by) | {one: known[one] for one in still})
