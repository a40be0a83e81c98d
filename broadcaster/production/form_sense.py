"""What a form may not ask for, though each of its keys is right by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any

from broadcaster.language import _
from broadcaster.production.form import JINGLES, KINDS, SOUND_FILES

_ONLY_FOR = {
    "separator": "items",
    "spots": "items",
    "intro": "repeat",
    "times": "repeat",
    "fade_in_ms": "jingle",
    "fade_out_ms": "jingle",
}

Table = Mapping[str, Any]


def mistakes_of_sense(form: Table) -> Iterator[str]:
    """Every one in the decoded TOML of a form, whatever else is wrong with it."""
    sections = [section for section in _list(form.get("section")) if isinstance(section, Mapping)]
    for number, section in enumerate(sections, 1):
        for mistake in _in_section(section):
            yield f"section {number}: {mistake}"
    if sections and not any(section.get("items") for section in sections):
        yield _("no section says the items: one needs items = true")
    if "bed" not in form and any(section.get("bed") for section in sections):
        yield _("a section asks for a bed, but there is no [bed]")
    if sections and sections[0].get("crossfade_ms"):
        yield _("the first section has nothing before it to crossfade with")
    bed = form.get("bed")
    if isinstance(bed, Mapping) and bed.get("file", "bed") != "bed":
        yield from _no_sound(bed["file"])


def _in_section(section: Table) -> Iterator[str]:
    kinds = [kind for kind in KINDS if kind in section]
    if len(kinds) != 1:
        yield _("it needs exactly one of {kinds}").format(kinds=", ".join(KINDS))
    for option, owner in _ONLY_FOR.items():
        if option in section and owner not in kinds:
            yield _("{option} is only for {kind}").format(option=option, kind=owner)
    if section.get("crossfade_ms") and section.get("gap_ms"):
        yield _("crossfade_ms leaves no room for gap_ms")
    for key in ("line", "intro"):
        yield from _unspeakable(section.get(key))
    for key in ("jingle", "separator"):
        if section.get(key) not in JINGLES:
            yield from _no_sound(section.get(key))


def _unspeakable(words: object) -> Iterator[str]:
    rest = words.replace("{station}", "") if isinstance(words, str) else ""
    if re.search(r"[{}]", rest):
        yield _("only {name} may stand in braces").format(name="{station}")
    if re.search(r"\d", rest):
        yield _("numbers are written as words: {words}").format(words=rest)


def _no_sound(name: object) -> Iterator[str]:
    """A name may not lead out of the station's folder."""
    path = PurePath(name) if isinstance(name, str) else PurePath("unsaid.wav")
    if path.suffix.lower() not in SOUND_FILES or path.is_absolute() or ".." in path.parts:
        yield _("{name} is neither one of {known} nor a sound file of the station's folder").format(
            name=name, known=", ".join(JINGLES)
        )


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
