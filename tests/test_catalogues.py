"""Each message has words in both languages, with the same fields; what is compiled is what was written."""

from __future__ import annotations

import gettext
import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import broadcaster
from broadcaster.language import LANGUAGES
from tests.messages import of_commands

PACKAGE = Path(broadcaster.__file__).parent
VIETNAMESE_IN_BOTH = {
    "daily, mon-fri, t2,t4,cn…",
    "xã, phường, thị trấn, đặc khu.",
    "ấp, thôn, xóm, bản, buôn, khu phố…",
}
_FIELD = re.compile(r"\{[^}]*\}")


def catalogue(language: str) -> Catalog:
    with (PACKAGE / "locale" / language / "LC_MESSAGES" / "broadcaster.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.fixture(scope="module")
def messages() -> set[str]:
    found = extract_from_dir(PACKAGE, [("**.py", "python")], keywords={"_": None})
    return {message[2] for message in found if isinstance(message[2], str)} | of_commands()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_untranslated(language: str, messages: set[str]) -> None:
    written = {m.id: m.string for m in catalogue(language) if m.id and not m.fuzzy}

    assert len(messages) > 400
    assert sorted(messages - written.keys()) == [], "run: make catalogues, and translate what is new"
    assert sorted(written.keys() - messages) == [], "run: make catalogues"
    assert [id_ for id_, string in written.items() if not string] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_fields_of_its_message(language: str) -> None:
    for message in catalogue(language):
        assert sorted(_FIELD.findall(str(message.id))) == sorted(_FIELD.findall(str(message.string)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_that_of_its_source(language: str) -> None:
    source = BytesIO()
    write_mo(source, catalogue(language))
    source.seek(0)
    compiled = gettext.translation("broadcaster", PACKAGE / "locale", [language])

    fresh = gettext.GNUTranslations(source)
    for message in catalogue(language):
        if message.id:
            assert compiled.gettext(str(message.id)) == fresh.gettext(str(message.id))


def test_vietnamese_is_vietnamese() -> None:
    same = [m.id for m in catalogue("vi") if m.id and m.id == m.string]

    assert set(same) == VIETNAMESE_IN_BOTH
