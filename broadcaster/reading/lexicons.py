"""The lexicon: what abbreviations and symbols stand for, in layers; later layers win."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from broadcaster.language import _
from broadcaster.reading.rows import ALWAYS, NUMBER, UNIT, WEB, Entry, Fault, row, rows

PROVINCE = "lexicon-province.tsv"
COMMUNE = "lexicon.tsv"
_BUILT_IN = Path(__file__).with_name("lexicon")
_FIRST_CHUNK = re.compile(r"[^\W_]+|.", re.DOTALL)


@dataclass(frozen=True)
class Lexicon:
    """Entries by what is written, the strongest first; faults of the operator's files."""

    entries: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    starts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The keys that begin with a chunk of letters, longest first."""

    @classmethod
    def load(cls, paths: Iterable[Path] = (), extra: Mapping[str, str] | None = None) -> Lexicon:
        """The built-in lexicon under those in `paths` (weakest first), under `extra` (written → spoken).

        A path where no file stands is passed over. Raises ReadingError for a file that cannot be read.
        """
        found: list[Entry | Fault] = list(_built_in())
        layer = 0
        for layer, path in enumerate(paths, 1):
            found += rows(path, layer) if path.exists() else ()
        found += [row(f"{w}\t{s}", layer + 1, _("front matter")) for w, s in (extra or {}).items()]
        faults = tuple(each for each in found if isinstance(each, Fault))
        return cls.of((each for each in found if isinstance(each, Entry)), faults)

    @classmethod
    def in_folder(cls, folder: Path, extra: Mapping[str, str] | None = None) -> Lexicon:
        """The lexicon of a station: what its province gave out, then what the commune wrote itself."""
        return cls.load([folder / PROVINCE, folder / COMMUNE], extra)

    @classmethod
    def of(cls, entries: Iterable[Entry], faults: tuple[Fault, ...] = ()) -> Lexicon:
        """A lexicon of these rows: higher layers first, rows with a context before those without."""
        groups: dict[str, list[Entry]] = {}
        for entry in sorted(entries, key=lambda e: (-e.layer, e.context == ALWAYS, not e.context)):
            groups.setdefault(entry.written, []).append(entry)
        starts: dict[str, list[str]] = {}
        for written in sorted(groups, key=len, reverse=True):
            if first := _FIRST_CHUNK.match(written):
                starts.setdefault(first[0], []).append(written)
        return cls(
            {written: tuple(group) for written, group in groups.items()},
            faults,
            {chunk: tuple(keys) for chunk, keys in starts.items()},
        )

    def unit(self, written: str) -> tuple[Entry, ...]:
        """The readings of `written` right after a number."""
        return tuple(e for e in self.entries.get(written, ()) if UNIT in e.context)

    def in_number(self, written: str) -> Entry | None:
        """The reading of `written` inside a document number."""
        found = self.entries.get(written, ())
        for entry in found:
            if NUMBER in entry.context:
                return entry
        return next((e for e in found if e.in_text), None)

    def in_address(self, written: str) -> str | None:
        """The reading of a part of a web address."""
        return next((e.spoken for e in self.entries.get(written, ()) if WEB in e.context), None)


def front_matter_rows(text: str) -> dict[str, str]:
    """The rows in a script's own front matter: "TBA = trạm biến áp; KP = khu phố", or one on each line."""
    pairs = (line.strip().lstrip("- ").partition("=") for line in re.split(r"[;\n]", text))
    return {written.strip(): spoken.strip() for written, sign, spoken in pairs if sign}


@cache
def _built_in() -> tuple[Entry | Fault, ...]:
    return tuple(entry for path in sorted(_BUILT_IN.glob("*.tsv")) for entry in rows(path, 0))
