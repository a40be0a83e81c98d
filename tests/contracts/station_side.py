"""What every StationSide must do: the contract of network.ports.StationSide.

Subclass `StationSideContract` in a test module that supplies the fixture `site`: a `Site`, at whose station
nobody is enrolled yet. `events` makes an as-run chain as a player writes it, for anybody's tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

import pytest

from broadcaster.errors import Refused
from broadcaster.network import plain, wire
from broadcaster.network.enrolment_code import EnrolmentCode
from broadcaster.network.envelope import Kind, unseal
from broadcaster.network.keys import PublicKey, SigningKey
from broadcaster.network.ports import StationSide
from broadcaster.network.words import Word
from broadcaster.store.chain import hash_of
from broadcaster.store.columns import json_text, to_ms

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
STATUS = wire.DeviceStatus(
    software="1",
    version=0,
    wanted_version=0,
    why_not="",
    offset_ms=0,
    offset_error_ms=5,
    free_mb=900,
    level_db_x10=-180,
    output="file:",
    faults=(),
    next_airing="",
    next_ready=False,
)
Told = tuple[str, str, dict[str, Any]]
"""Kind, airing and payload of an event."""


class Site(Protocol):
    @property
    def station(self) -> StationSide: ...

    @property
    def station_id(self) -> str: ...

    def code(self) -> EnrolmentCode:
        """A new one for its hamlet."""
        ...

    def revoke(self, device: str) -> None: ...


def asked(code: EnrolmentCode, key: SigningKey) -> wire.Enrolling:
    proof = code.proof(key.public)
    return wire.Enrolling(device_key=key.public.hex, hamlet_hint="", software="1", proof=proof)


def enrolled(site: Site, key: SigningKey | None = None) -> wire.Enrolled:
    answer = site.station.enrol(asked(site.code(), key or SigningKey.fresh()), NOW)
    return wire.read(wire.Enrolled, dict(answer))


def events(station: str, device: str, told: Sequence[Told], *, epoch: int = 1) -> tuple[wire.WireEvent, ...]:
    """The chain from its beginning."""
    chain, before = list[wire.WireEvent](), ""
    for seq, (kind, airing, payload) in enumerate(told, 1):
        row: dict[str, Any] = {
            "station_id": station,
            "device": device,
            "epoch": epoch,
            "seq": seq,
            "at": to_ms(NOW) + seq,
        }
        row |= {"kind": kind, "airing_id": airing, "payload": json_text(payload), "prev_hash": before}
        before = hash_of(row)
        kept = {name: row[name] for name in ("epoch", "seq", "at", "kind", "payload", "prev_hash")}
        chain.append(wire.WireEvent(**kept, airing=airing, hash=before))
    return tuple(chain)


def report(device: str, told: Sequence[wire.WireEvent], **status: Any) -> wire.Report:
    return wire.Report(device=device, events=tuple(told), status=STATUS.model_copy(update=status))


def began(count: int, position: int = 0) -> list[Told]:
    return [("began", f"a{number}", {"position": position}) for number in range(count)]


def opened(site: Site, who: wire.Enrolled) -> wire.Timetable:
    """The newest timetable of its hamlet."""
    envelope = plain.parse(site.station.published(who.device).body, 2 * wire.TIMETABLE_BYTES)
    key = PublicKey.from_hex(who.timetable_key)
    return wire.read(wire.Timetable, unseal(Kind.TIMETABLE, envelope, [key], wire.TIMETABLE_BYTES))


def refuses(word: Word) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, match=rf"^{word.value}\b")


class StationSideContract:
    """Subclass as `class TestSomething(StationSideContract)`."""

    def test_who_proves_the_code_is_known_from_then_on(self, site: Site) -> None:
        key = SigningKey.fresh()

        who = enrolled(site, key)

        assert who.device_key == key.public.hex
        assert who.station.id == site.station_id
        assert site.station.device_key(who.device) == key.public
        with pytest.raises(KeyError):
            site.station.device_key("nobody")

    def test_a_code_is_good_for_one(self, site: Site) -> None:
        code = site.code()
        site.station.enrol(asked(code, SigningKey.fresh()), NOW)

        with refuses(Word.CODE_ENDED):
            site.station.enrol(asked(code, SigningKey.fresh()), NOW)

    def test_five_wrong_proofs_end_a_code(self, site: Site) -> None:
        code = site.code()
        wrong = asked(EnrolmentCode("0" * 16, code.key_begins), SigningKey.fresh())

        for _try in range(5):
            with refuses(Word.WRONG_PROOF):
                site.station.enrol(wrong, NOW)

        with refuses(Word.CODE_ENDED):
            site.station.enrol(asked(code, SigningKey.fresh()), NOW)

    def test_a_proof_is_good_for_its_own_key_alone(self, site: Site) -> None:
        overheard = asked(site.code(), SigningKey.fresh())
        mine = overheard.model_copy(update={"device_key": SigningKey.fresh().public.hex})

        with refuses(Word.WRONG_PROOF):
            site.station.enrol(mine, NOW)

    def test_its_hamlets_timetable_is_there_at_once(self, site: Site) -> None:
        who = enrolled(site)

        timetable = opened(site, who)

        assert (timetable.station, timetable.hamlet) == (who.station.id, who.hamlet.id)
        assert timetable.version == site.station.published(who.device).version >= 1
        assert site.station.versions()[who.device] == timetable.version
        alone = site.station.published(who.device)
        assert site.station.published_to([who.device, "nobody"]) == {who.device: alone}

    def test_who_is_revoked_learns_nothing_more(self, site: Site) -> None:
        who = enrolled(site)

        site.revoke(who.device)

        for ask in (
            lambda: site.station.device_key(who.device),
            lambda: site.station.published(who.device),
            lambda: site.station.take_in(who.device, report(who.device, ()), NOW),
        ):
            with refuses(Word.REVOKED):
                ask()
        assert who.device not in site.station.versions()
        assert site.station.published_to([who.device]) == {}

    def test_audio_that_its_timetable_does_not_name_is_not_its_own(self, site: Site) -> None:
        who = enrolled(site)

        with refuses(Word.NOT_YOURS):
            site.station.audio(who.device, "0" * 64)

    def test_what_comes_again_or_in_any_order_is_kept_once(self, site: Site) -> None:
        device = enrolled(site).device
        chain = events(site.station_id, device, began(6))

        assert site.station.take_in(device, report(device, ()), NOW) == (0, 0)
        assert site.station.take_in(device, report(device, chain[1::-1]), NOW) == (1, 2)
        assert site.station.take_in(device, report(device, chain[:2]), NOW) == (1, 2)
        site.station.take_in(device, report(device, chain[4:]), NOW)
        assert site.station.take_in(device, report(device, chain[1:4]), NOW) >= (1, 4)
        assert site.station.take_in(device, report(device, chain[3:]), NOW) == (1, 6)

    def test_another_story_is_refused_and_the_first_one_stands(self, site: Site) -> None:
        device = enrolled(site).device
        first = events(site.station_id, device, began(3))
        other = events(site.station_id, device, began(4, position=7))
        site.station.take_in(device, report(device, first), NOW)

        for forked in (other, other[2:3]):
            with refuses(Word.FORKED):
                site.station.take_in(device, report(device, forked), NOW)

        assert site.station.take_in(device, report(device, first), NOW) == (1, 3)
