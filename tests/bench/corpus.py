"""What all contestants work on: speech segments of 5 s, jingles and a bed."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import soundfile

from broadcaster.audio import RATE, encode, resample, samples
from broadcaster.clock import SystemClock
from broadcaster.production.jingles import synthesised
from broadcaster.voices import EspeakVoice
from broadcaster.voices.voice import Deadline

SEGMENTS = 40
PER_MINUTE = 12
_LENGTH = 5 * RATE
_MP3_FRAME = 192
_WORDS = (
    "Ủy ban nhân dân xã thông báo đến toàn thể bà con lịch tiêm chủng trong tháng",
    "đề nghị các hộ gia đình thu gom rác thải đúng giờ và đúng nơi quy định",
    "người dân nộp hồ sơ trực tuyến được cán bộ hướng dẫn tận tình tại bộ phận một cửa",
    "nước sẽ được cấp trở lại vào chiều mai sau khi sửa xong đường ống chính của ấp",
    "hội phụ nữ mời chị em đến nhà văn hóa dự buổi nói chuyện về chăm sóc sức khỏe",
)


def sentences(number: int) -> list[str]:
    """Sentences that are all different, each of which an online voice says in one go."""
    return [f"Tổ {_counted(n)}, {_WORDS[n % len(_WORDS)]}.".replace("Ủy", "ủy") for n in range(number)]


def _counted(number: int) -> str:
    digits = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
    return " ".join(digits[int(digit)] for digit in str(number))


def make_corpus(folder: Path) -> None:
    """Segments as 24 kHz mono MP3 without an Info frame, as online voices send them; the rest as WAV, 44.1
    kHz stereo, as operators have it, and as MP3 for who cannot join different formats.
    """
    clock = SystemClock()
    voice = EspeakVoice(clock=clock)
    try:
        for number in range(SEGMENTS):
            words = " ".join(_WORDS[(number + n) % len(_WORDS)] for n in range(3))
            said = samples(voice.speak(words, Deadline(math.inf, clock.monotonic)))
            _as_voices_send_it(said[number * 200 :][:_LENGTH], folder / f"segment-{number}.mp3")
    finally:
        voice.close()
    for name in ("opening", "separator", "closing", "bed"):
        sound = samples(synthesised(name))
        wide = resample(sound, RATE, 44_100)
        soundfile.write(folder / f"{name}.wav", np.tile(wide[:, None], (1, 2)), 44_100)
        _as_voices_send_it(sound, folder / f"{name}.mp3")


def _as_voices_send_it(sound: np.ndarray[tuple[int], np.dtype[np.int16]], path: Path) -> None:
    encode(sound, path)
    path.write_bytes(path.read_bytes()[_MP3_FRAME:])


def segment(corpus: Path, number: int) -> Path:
    """The `number`th segment of a bulletin."""
    return corpus / f"segment-{number % SEGMENTS}.mp3"
