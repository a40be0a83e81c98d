"""Decode, encode, resample, measure: the one place that knows codecs and pydub's traps.

Clips are pydub `AudioSegment`s in one working format: RATE, mono, 16 bit. Arithmetic is done in float,
outside pydub; full scale is 32768 both ways, so that int16 → float → int16 gives the same numbers.
"""

from broadcaster.audio.ahead import ahead, taken_ahead
from broadcaster.audio.band import band_limited
from broadcaster.audio.clip import (
    FULL_SCALE,
    PER_MS,
    RATE,
    AudioSegment,
    from_samples,
    samples,
    silence,
    trim,
)
from broadcaster.audio.decoding import decode, stream
from broadcaster.audio.encoding import Format, Tag, encode
from broadcaster.audio.files import publish, replacing
from broadcaster.audio.measuring import Measurement, Meter, loudness, measure
from broadcaster.audio.profile import Profile, Profiler
from broadcaster.audio.resampling import resample
from broadcaster.audio.weighting import gated
from broadcaster.audio.windows import PIECE

__all__ = [
    "FULL_SCALE",
    "PER_MS",
    "PIECE",
    "RATE",
    "AudioSegment",
    "Format",
    "Measurement",
    "Meter",
    "Profile",
    "Profiler",
    "Tag",
    "ahead",
    "band_limited",
    "decode",
    "encode",
    "from_samples",
    "gated",
    "loudness",
    "measure",
    "publish",
    "replacing",
    "resample",
    "samples",
    "silence",
    "stream",
    "taken_ahead",
    "trim",
]
