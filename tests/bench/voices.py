"""What an online voice costs, beside a server on this PC that answers at once with prepared speech."""

from __future__ import annotations

import base64
import os
import shutil
import statistics
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tests.bench.corpus import sentences
from tests.bench.running import Bench, bench, measured, told
from tests.voices.google import ANSWERS, Authority, Google, mp3_of
from tests.voices.texts import long_text

_SENTENCES = 150
_DEFAULT_PACE, _NO_PACE = 1, 1_000
"""Questions a second."""
_LETTERS = 5_000


def edited() -> bool:
    """One sentence of 150 edited: the questions that costs, and its time as a share of the first making's.

    At the usual pace, and without any, where all that is saved is the work itself.
    """
    before = sentences(_SENTENCES)
    after = [
        *before[:70],
        "Sáng mai trạm y tế xã nghỉ, xin bà con đến vào buổi chiều.",
        *before[71:],
    ]
    with bench() as here, _service(here) as (google, environment):
        _made(here, google, environment, before, after, _NO_PACE)
        unpaced = [_made(here, google, environment, before, after, _NO_PACE) for _time in range(3)]
        paced = _made(here, google, environment, before, after, _DEFAULT_PACE)
        length = measured(here.file("gtts", _NO_PACE)).seconds
    for pace, runs in (("one question a second", [paced]), ("without a pace", unpaced)):
        for first, again, _asked in runs:
            print(f"{_SENTENCES} chunks, {length:.0f} s, {pace}: {first:.2f} s, edited {again:.2f} s")
    share = statistics.median(again / first for first, again, _asked in unpaced)
    print(f"without a pace, the edited bulletin takes {share:.2f} of the time of the first making")
    questions = {asked for _first, _again, asked in (paced, *unpaced)}
    return all(
        (
            told("questions for the first making", min(first for first, _edit in questions), at_least=150),
            told("questions for one edited sentence", max(edit for _first, edit in questions), at_most=1),
            told("of the time of the first making, at the usual pace", paced[1] / paced[0], at_most=0.25),
        )
    )


def requests() -> bool:
    """Questions that 5,000 characters cost from an empty cache."""
    with bench() as here, _service(here) as (google, environment):
        _script(here, long_text(_LETTERS))
        here.run("gtts", _NO_PACE, environment)
        return told(f"questions for {_LETTERS:,} characters", len(google.asked), at_most=90)


def _made(
    here: Bench,
    google: Google,
    environment: Mapping[str, str],
    before: list[str],
    after: list[str],
    pace: int,
) -> tuple[float, float, tuple[int, int]]:
    """Seconds of the first making and of the edited one's, and how much was asked for each."""
    shutil.rmtree(here.file("gtts", pace).with_suffix(".cache"), ignore_errors=True)
    seconds, asked = [], []
    for text in (before, after):
        google.asked.clear()
        _script(here, "\n".join(text))
        seconds.append(here.run("gtts", pace, environment).seconds)
        asked.append(len(google.asked))
    return seconds[0], seconds[1], (asked[0], asked[1])


def _script(here: Bench, text: str) -> None:
    (here.corpus / "script.txt").write_text(text, encoding="utf-8")


@contextmanager
def _service(here: Bench) -> Iterator[tuple[Google, dict[str, str]]]:
    """The replayed service and an environment from which nothing else is reached.

    It makes each answer once: what the server spends on it is no part of a first making.
    """
    prepared: dict[str, str] = {}

    def answer(conversation: Any, words: str) -> None:
        if words not in prepared:
            prepared[words] = base64.b64encode(mp3_of(words)).decode()
        conversation.speech(prepared[words])

    ANSWERS["prepared"] = answer
    google = Google(Authority(here.corpus))
    google.always = "prepared"
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), google.url)
    kept = {name: value for name, value in os.environ.items() if name.lower() != "no_proxy"}
    with google.serving():
        yield google, {**kept, **proxies}
