"""An emergency in two: the siren, which sounds at once, and the words, which follow when they are spoken."""

from __future__ import annotations

from collections.abc import Sequence

from broadcaster.production.bulletin import Programme
from broadcaster.production.form import Form
from broadcaster.production.order import Jingle, Part, Words
from broadcaster.production.studio import Progress, Studio
from broadcaster.voices.voice import Speech, Text


class Nobody:
    """Speaks nothing: what has no words needs no voice."""

    def speak(
        self,
        texts: Sequence[Text],
        seconds: float,
        *,
        only: str | None = None,
        progress: Progress | None = None,
    ) -> Speech:
        return Speech("", ())


class SirenStudio(Studio):
    """Makes what a programme begins with, up to its first word; a siren where that is nothing."""

    def _planned(self, programme: Programme) -> tuple[Form, tuple[Part, ...]]:
        form, order = super()._planned(programme)
        head = order[: _first_words(order)]
        return form, head if any(isinstance(part, Jingle) for part in head) else (Jingle("siren"),)


class WordsStudio(Studio):
    """Makes the rest of it, from the first word on."""

    def _planned(self, programme: Programme) -> tuple[Form, tuple[Part, ...]]:
        form, order = super()._planned(programme)
        return form, order[_first_words(order) :]


def _first_words(order: Sequence[Part]) -> int:
    return next(place for place, part in enumerate(order) if isinstance(part, Words))
