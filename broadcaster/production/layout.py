"""Parts and their sounds → the timeline, and where each item begins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from broadcaster.audio import PER_MS, AudioSegment, loudness, samples, taken_ahead
from broadcaster.errors import ProductionError
from broadcaster.language import _
from broadcaster.production.bed import Bed, Stretch
from broadcaster.production.bulletin import Cue
from broadcaster.production.form import BedRules
from broadcaster.production.mixing import Timeline
from broadcaster.production.order import Jingle, Part, Pause, Words
from broadcaster.production.spool import Spool
from broadcaster.units import Decibels, Lufs, Milliseconds, Samples

_SILENT_BELOW = 60
"""LU under the target: no voice is so quiet."""


@dataclass(frozen=True)
class Layout:
    timeline: Timeline
    cues: tuple[Cue, ...]


def lay_out(
    order: Sequence[Part],
    jingles: Mapping[str, AudioSegment],
    passages: Sequence[AudioSegment],
    target: Lufs,
    spool: Spool,
    bed: tuple[BedRules, AudioSegment] | None = None,
) -> Layout:
    """The parts in their order, each as loud as `target` (and its level) asks; a passage for each Words.

    `passages` may be made as they are asked for: each is taken once, by several threads, and not kept.
    Raises ProductionError: a passage is silent, or there is no room for the spool.
    """
    timeline, cues, stretches, spoken = Timeline(spool), list[Cue](), list[Stretch](), taken_ahead(passages)
    for part in order:
        begin = timeline.end
        match part:
            case Pause(length):
                timeline.pause(length)
            case Jingle(name):
                begin = _add(timeline, jingles[name], name, part, target)
            case Words(text, title):
                begin = _add(timeline, next(spoken), title or text, part, target)
                if title and part.goes_on:
                    cues[-1] = replace(cues[-1], length=Milliseconds(_ms(timeline.end) - cues[-1].starts_at))
                elif title:
                    cues.append(Cue(title, _ms(begin), _ms(timeline.end - begin)))
        if part.bed:
            stretches.append((begin, timeline.end))
    if bed:
        rules, music = bed
        gain = Decibels(target - loudness(samples(music)))
        timeline.bed = Bed.of(music, gain, rules, tuple(_merged(stretches)), timeline.sounding)
    return Layout(timeline, tuple(cues))


def _add(timeline: Timeline, clip: AudioSegment, name: str, part: Jingle | Words, target: Lufs) -> Samples:
    """`clip` as loud as every other one, but for the part's own level."""
    level = loudness(samples(clip))
    if level < target - _SILENT_BELOW:
        raise ProductionError(_("The voice made no sound"), name, _("Try another voice"))
    gain = Decibels(target - level + part.level)
    fades = {"fade_in": part.fade_in, "fade_out": part.fade_out} if isinstance(part, Jingle) else {}
    return timeline.add(clip, gain, overlap=part.overlap, **fades)


def _merged(stretches: Sequence[Stretch]) -> Iterator[Stretch]:
    """Those that follow one another without a gap as one."""
    begin, end = stretches[0]
    for following, its_end in stretches[1:]:
        if following > end:
            yield begin, end
            begin = following
        end = its_end
    yield begin, end


def _ms(count: int) -> Milliseconds:
    return Milliseconds(round(count / PER_MS))
