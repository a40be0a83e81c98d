"""Decode, encode, resample, measure: the one place that knows codecs and pydub's traps.

Clips are pydub `AudioSegment`s in one working format: RATE, mono, 16 bit. Arithmetic is done in float,
outside pydub; full scale is 32768 both ways, so that int16 → float → int16 gives the same numbers.
"""

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
from broadcaster.audio.profile import Profile, Profiler, integrated
from broadcaster.audio.resampling import resample

__all__ = [
    "FULL_SCALE",
    "PER_MS",
    "RATE",
    "AudioSegment",
    "Format",
    "Measurement",
    "Meter",
    "Profile",
    "Profiler",
    "Tag",
    "decode",
    "encode",
    "from_samples",
    "integrated",
    "loudness",
    "measure",
    "publish",
    "replacing",
    "resample",
    "samples",
    "silence",
    "stream",
    "trim",
]
