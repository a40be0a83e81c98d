"""What sounds once: the airings of one edition in the hamlets that hear one output."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from broadcaster.playout.airing import Airing
from broadcaster.playout.outputs.opening import shared_key
from broadcaster.playout.outputs.output import Block
from broadcaster.playout.position import UNSURE, heard
from broadcaster.timetable.slot import Priority, SlotKind
from broadcaster.units import Milliseconds

_RANK = (Priority.EMERGENCY, Priority.PRIORITY, Priority.ROUTINE)


@dataclass(frozen=True)
class Sounding:
    airings: tuple[Airing, ...]
    """Empty for the monitor: its sound is on no record."""
    airing: Airing
    """Stands for all of them: the first, with the farthest `sounded_to` of any."""
    audio: Block
    """The whole bulletin, at the output's level."""

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(airing.id for airing in self.airings)

    @property
    def rank(self) -> int:
        """0 for an emergency; the lower goes first."""
        return _RANK.index(self.airing.priority)

    def heard_in(self, hamlet_ids: tuple[str, ...]) -> bool:
        """Whether it sounds in one of them; no ids: everywhere."""
        return not hamlet_ids or any(airing.hamlet.id in hamlet_ids for airing in self.airings)


def together(airings: Iterable[Airing]) -> Iterator[tuple[str, tuple[Airing, ...]]]:
    """(output, its airings) for each group that sounds once, in the order of their first members.

    A rehearsal clashes with nothing: it has files of its own beside whatever its hamlet hears.
    """
    groups: dict[tuple[str, str], list[Airing]] = {}
    for airing in airings:
        output = shared_key(airing.hamlet.output, airing.hamlet.code)
        if airing.kind is SlotKind.REHEARSAL:
            output = f"{airing.kind} {output}"
        groups.setdefault((output, airing.edition_id), []).append(airing)
    return ((output, tuple(group)) for (output, _), group in groups.items())


def foremost(group: tuple[Airing, ...]) -> Airing:
    """The first of a group, standing where the farthest of it stands, with its audio; of what a killed run
    may have sounded, the likely part is taken for lost."""
    farthest = max(group, key=lambda airing: airing.sounded_to)
    likely = min(farthest.sounded_to - 1, farthest.lost + UNSURE) if heard(farthest) else farthest.lost
    first = replace(with_audio_of(group[0], farthest), fallbacks=farthest.fallbacks)
    return replace(first, sounded_to=farthest.sounded_to, lost=Milliseconds(likely))


def with_audio_of(airing: Airing, other: Airing) -> Airing:
    """`airing` sounding what `other` sounds."""
    return replace(
        airing,
        bulletin=other.bulletin,
        file_name=other.file_name,
        length=other.length,
        voice=other.voice,
        until=other.until,
        instead=other.instead,
    )
