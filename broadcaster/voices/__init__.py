"""Words as read → speech: engines behind one protocol, a cache, and the ladder between them.

voice.py    what a voice is                    speaker.py   the ladder: one voice for a whole bulletin
chunks.py   words → sentences → chunks         cache.py     what was said before
gtts.py     online, safe (google.py: one question; breaker.py: when to stop asking)
espeak.py   offline, safe (espeak_process.py and espeak_worker.py: a process of its own)
piper.py    offline, optional, a model of the operator's (models.py: how it comes into the station)
second.py   a second speaker for an engine that has but one
recorded.py the operator's own audio in place of speech (microphone.py: where it may come from)
"""

from broadcaster.voices.cache import ClipCache
from broadcaster.voices.espeak import EspeakVoice
from broadcaster.voices.gtts import GttsVoice, Patience
from broadcaster.voices.piper import PiperVoice
from broadcaster.voices.recorded import Recordings
from broadcaster.voices.speaker import Pauses, Speaker
from broadcaster.voices.voice import Deadline, Recorded, Refusal, Role, Speech, Turn, Voice, VoiceStatus

__all__ = [
    "ClipCache",
    "Deadline",
    "EspeakVoice",
    "GttsVoice",
    "Patience",
    "Pauses",
    "PiperVoice",
    "Recorded",
    "Recordings",
    "Refusal",
    "Role",
    "Speaker",
    "Speech",
    "Turn",
    "Voice",
    "VoiceStatus",
]
