"""The fake that the other tests lean on keeps the ledger's contract."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence
from datetime import datetime

import pytest

from broadcaster.playout.airing import Airing, Fallback
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.rung import Rung
from broadcaster.timetable.slot import Priority, SlotKind
from broadcaster.units import Milliseconds
from tests.contracts.ledger import AskStop, Book, LedgerContract
from tests.playout.fake_ledger import FakeLedger


def _fallback(name: str, rung: Rung) -> Fallback:
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    return Fallback(sha256, f"{sha256}.mp3", Milliseconds(30_000), "espeak:spare", rung)


class TestFakeLedger(LedgerContract):
    @pytest.fixture
    def ledger(self) -> FakeLedger:
        return FakeLedger()

    @pytest.fixture
    def book(self, ledger: FakeLedger) -> Book:
        numbers = itertools.count()

        def book(
            starts_at: datetime,
            hamlet: str = "ap-1",
            *,
            kind: SlotKind = SlotKind.PROGRAMME,
            priority: Priority = Priority.ROUTINE,
            title: str = "Bản tin sáng",
            audio: bool = True,
            scripts: bool = True,
            lateness_s: int = 120,
            fallbacks: Sequence[Rung] = (),
            until: datetime | None = None,
        ) -> None:
            number = str(next(numbers))
            sha256 = hashlib.sha256(number.encode()).hexdigest() if audio and scripts else ""
            ledger.add(
                Airing(
                    id="",
                    edition_id=number,
                    slot_code="sang",
                    kind=kind,
                    priority=priority,
                    title=title,
                    hamlet=Hamlet(
                        hamlet,
                        hamlet,
                        f"Ấp {hamlet[3:]}",
                        output="file:" if kind is SlotKind.REHEARSAL else "soundcard:",
                    ),
                    starts_at=starts_at,
                    lateness_s=lateness_s,
                    has_scripts=scripts,
                    bulletin=sha256,
                    file_name=f"{sha256}.mp3" if sha256 else "",
                    length=Milliseconds(60_000 if sha256 else 0),
                    voice="espeak:vi" if sha256 else "",
                    fallbacks=tuple(_fallback(f"{number} {rung}", rung) for rung in fallbacks),
                    until=until,
                )
            )

        return book

    @pytest.fixture
    def ask_stop(self, ledger: FakeLedger) -> AskStop:
        def ask_stop(hamlet_ids: Sequence[str], by: str, at: datetime) -> None:
            ledger.add_stop(hamlet_ids, by, at)

        return ask_stop
