from __future__ import annotations

import pytest

from broadcaster.voices import EspeakVoice, GttsVoice, Voice
from tests.contracts.voice import VoiceContract
from tests.voices.fake import FakeVoice


class TestFake(VoiceContract):
    @pytest.fixture
    def voice(self) -> Voice:
        return FakeVoice()


class TestEspeak(VoiceContract):
    @pytest.fixture
    def voice(self, espeak: EspeakVoice) -> Voice:
        return espeak


class TestGtts(VoiceContract):
    @pytest.fixture
    def voice(self, gtts: GttsVoice) -> Voice:
        return gtts
