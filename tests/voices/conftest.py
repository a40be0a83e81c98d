from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from broadcaster.clock import SystemClock
from broadcaster.voices import ClipCache, EspeakVoice, GttsVoice, Patience
from tests.voices.google import Authority, Google

CALM = Patience(backoff_s=0.01)
QUICK = Patience(connect_s=0.5, read_s=0.4, attempt_s=0.6, backoff_s=0.01)


@contextmanager
def speaking(google: Google, **settings: Any) -> Iterator[GttsVoice]:
    """gTTS at the replayed service, trusting it and not slowed down unless `settings` say so."""
    usual: dict[str, Any] = {"patience": CALM, "ca_file": google.ca_file, "per_second": 1000}
    voice = GttsVoice(clock=SystemClock(), **(usual | settings))
    try:
        yield voice
    finally:
        voice.close()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def google(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[Google]:
    """The only way out of the test: whatever is asked of the internet is asked of it."""
    with Google(authority).serving() as google:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, google.url)
        for name in ("no_proxy", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            monkeypatch.delenv(name, raising=False)
        yield google


@pytest.fixture
def gtts(google: Google) -> Iterator[GttsVoice]:
    with speaking(google) as voice:
        yield voice


@pytest.fixture
def quick_gtts(google: Google) -> Iterator[GttsVoice]:
    """Soon out of patience."""
    with speaking(google, patience=QUICK) as voice:
        yield voice


@pytest.fixture
def espeak() -> Iterator[EspeakVoice]:
    voice = EspeakVoice(clock=SystemClock())
    yield voice
    voice.close()


@pytest.fixture
def cache(tmp_path: Path) -> ClipCache:
    return ClipCache(tmp_path / "cache", max_bytes=50_000_000, max_days=30, clock=SystemClock())
