"""The jingles of a programme; for one that cannot be used, our own or nothing: words are always heard."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast, get_args

from broadcaster.audio import AudioSegment
from broadcaster.errors import ProductionError
from broadcaster.production.jingles import JingleName, synthesised
from broadcaster.production.order import Jingle, Part, Pause
from broadcaster.units import Milliseconds

OWN = get_args(JingleName)
_NONE = Milliseconds(0)


@dataclass(frozen=True)
class Gathered:
    order: tuple[Part, ...]
    """Without the jingles for which there is no substitute."""
    jingles: dict[str, AudioSegment]
    troubles: tuple[str, ...]
    """Why one is not what was asked for."""


def gather(order: Sequence[Part], load: Callable[[str], AudioSegment], *, forgiving: bool) -> Gathered:
    """Load every jingle of `order`. ProductionError: one cannot be used, and nobody is `forgiving`; a siren
    is never missing."""
    jingles, troubles = dict[str, AudioSegment](), list[str]()
    names = dict.fromkeys(part.name for part in order if isinstance(part, Jingle))
    for name in names:
        try:
            jingles[name] = load(name)
        except ProductionError as error:
            if not forgiving and name != "siren":
                raise
            if forgiving:
                troubles.append(str(error))
            if name in OWN:
                jingles[name] = synthesised(cast(JingleName, name))
    lost = names.keys() - jingles.keys()
    return Gathered(tuple(_without(order, lost)), jingles, tuple(troubles))


def _without(order: Sequence[Part], lost: set[str]) -> Iterator[Part]:
    """What followed a lost jingle runs into nothing any more."""
    after_lost = False
    for part in order:
        if isinstance(part, Jingle) and part.name in lost:
            after_lost = True
            continue
        if after_lost and not isinstance(part, Pause):
            part = replace(part, overlap=_NONE)
        after_lost = False
        yield part
