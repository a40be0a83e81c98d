"""Which language is shown, and that what is missing is shown in English."""

from __future__ import annotations

import pytest

from broadcaster import language
from broadcaster.language import _, preferred, use

VARIABLES = ("BROADCASTER_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.mark.parametrize(
    ("setting", "environment", "shown"),
    [
        ("vi", {"BROADCASTER_LANG": "en"}, "vi"),
        (None, {"BROADCASTER_LANG": "vi", "LC_ALL": "en_US.UTF-8"}, "vi"),
        (None, {"LC_ALL": "vi_VN.UTF-8", "LANG": "en_US"}, "vi"),
        (None, {"LC_MESSAGES": "VI", "LANG": "en_US"}, "vi"),
        (None, {"LANG": "vi_VN"}, "vi"),
        (None, {"LC_ALL": "C.UTF-8", "LANG": "vi_VN"}, "vi"),
        (None, {"LANG": "fr_FR"}, "en"),
        ("", {}, "en"),
        (None, {}, "en"),
    ],
)
def test_preference(
    setting: str | None, environment: dict[str, str], shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert preferred(setting) == shown


@pytest.mark.parametrize("shown", [*language.LANGUAGES, "xx"])
def test_what_has_no_translation_is_shown_as_it_is(shown: str) -> None:
    use(shown)

    assert _("no such message at all {x}") == "no such message at all {x}"
    assert _("") == ""
