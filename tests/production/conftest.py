"""A speaker that needs no voice, and a studio to try things in."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from broadcaster.audio import RATE, AudioSegment, from_samples
from broadcaster.production.bulletin import FormName, Item, Programme
from broadcaster.production.jingles import write_jingles
from broadcaster.production.studio import Studio, StudioSettings
from broadcaster.units import Decibels, Lufs
from broadcaster.voices.voice import Refusal, Speech, Text
from tests.audio.sounds import babble

SYLLABLE_S = 0.22


@lru_cache
def spoken(text: str) -> AudioSegment:
    """Babble as long as `text` takes to say, another level for every text."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
    sound = babble(math.ceil(SYLLABLE_S * len(text.split())), seed, level_db=-20.0 - seed % 13)
    return from_samples(sound[: round(SYLLABLE_S * RATE) * len(text.split())])


@dataclass
class Babbler:
    """Speaks as `voices.Speaker` does: one passage a text, always the same for the same text."""

    say: Callable[[str], AudioSegment] = spoken
    refusals: tuple[Refusal, ...] = ()
    asked: list[tuple[Text, ...]] = field(default_factory=list)

    def speak(
        self,
        texts: Sequence[Text],
        seconds: float,
        *,
        only: str | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Speech:
        words = [text if isinstance(text, str) else text.text for text in texts]
        self.asked.append(tuple(texts))
        if progress:
            progress(len(texts), len(texts))
        return Speech(only or "espeak", [self.say(text) for text in words], self.refusals)


@pytest.fixture(scope="session")
def jingles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("jingles")
    write_jingles(folder)
    return folder


@pytest.fixture
def settings(jingles: Path) -> StudioSettings:
    return StudioSettings(
        format="mp3",
        loudness=Lufs(-16.0),
        true_peak=Decibels(-1.0),
        voice_settings="",
        chime=jingles / "chime.flac",
        opening=jingles / "opening.flac",
        separator=jingles / "separator.flac",
        closing=jingles / "closing.flac",
    )


@pytest.fixture
def audio_out(tmp_path: Path) -> Path:
    return tmp_path / "audio_out"


@pytest.fixture
def studio(settings: StudioSettings, audio_out: Path) -> Studio:
    return Studio(Babbler(), settings, audio_out)


def programme(form: FormName = FormName.DAILY, items: int = 3, lines: int = 2) -> Programme:
    line = "Ủy ban nhân dân xã thông báo đến toàn thể bà con lịch tiêm chủng trong tháng."
    made = tuple(Item(f"Bài {n}", tuple(f"{line} Phần {n} {m}." for m in range(lines))) for n in range(items))
    return Programme(form, "xã Tân Hưng", made)


def slogans() -> Programme:
    words = "Cải cách hành chính là nhiệm vụ của toàn hệ thống"
    return replace(
        programme(FormName.SPOTS), items=tuple(Item(f"Khẩu hiệu {n}", (f"{words} {n}.",)) for n in range(6))
    )


def jumps(sound: np.ndarray[tuple[int], np.dtype[np.int16]], at: int, around: int = 400) -> float:
    """The largest second difference near a join, as a share of full scale."""
    near = sound[max(0, at - around) : at + around].astype(np.float64) / 32768
    return float(np.abs(np.diff(near, 2)).max(initial=0.0))
