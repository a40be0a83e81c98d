"""Decode, encode, resample, measure: the one place that knows codecs and pydub's traps.

Clips are pydub `AudioSegment`s in one working format: RATE, mono, 16 bit. Arithmetic is done in float,
outside pydub.
"""

RATE = 24_000
"""Frames a second of every clip inside the program."""
