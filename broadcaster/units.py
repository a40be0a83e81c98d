"""Named units, so that milliseconds never meet samples unnoticed."""

from __future__ import annotations

from typing import NewType

Milliseconds = NewType("Milliseconds", int)
Samples = NewType("Samples", int)
"""A count of frames at the working rate (`audio.RATE`), never bytes."""
Decibels = NewType("Decibels", float)
Lufs = NewType("Lufs", float)
"""Integrated programme loudness, ITU-R BS.1770-4, gated."""
