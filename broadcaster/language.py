"""The words shown to people, through gettext: catalogues `vi` and `en` in `locale/`.

The command line calls `use(preferred(...))`: the setting, BROADCASTER_LANG, the locale, else English.
Message ids are English sentences with named fields: `_("{n} airings").format(n=3)`.
"""

from __future__ import annotations

import gettext as _gettext
import os
from pathlib import Path

LANGUAGES = ("vi", "en")
LOCALE = Path(__file__).with_name("locale")
_current: _gettext.NullTranslations = _gettext.NullTranslations()


def preferred(setting: str | None = None) -> str:
    """The language to show: `setting`, else BROADCASTER_LANG, else the locale's, else "en"."""
    places = (setting, *map(os.environ.get, ("BROADCASTER_LANG", "LC_ALL", "LC_MESSAGES", "LANG")))
    for named in places:
        if named and named[:2].lower() in LANGUAGES:
            return named[:2].lower()
    return "en"


def use(language: str) -> None:
    """Show messages in `language` ("vi" or "en") from now on, in this process."""
    global _current
    _current = _gettext.translation("broadcaster", LOCALE, [language], fallback=True)


def _(message: str) -> str:
    """`message` in the language in use."""
    return _current.gettext(message) if message else ""
