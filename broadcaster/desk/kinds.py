"""Kinds of script: how they are typed, how they are shown, and what each of them asks for."""

from __future__ import annotations

from broadcaster.desk.bench import folded
from broadcaster.desk.script import ScriptKind
from broadcaster.errors import DeskError
from broadcaster.language import _

NAMES_NEED_CONSENT = (ScriptKind.NEWS, ScriptKind.ARTICLE, ScriptKind.PRAISE, ScriptKind.CRITICISM)
"""Whoever is named in one of these has agreed to it."""
NAMES_MUST_BE_DECLARED = (ScriptKind.PRAISE, ScriptKind.CRITICISM)
"""In these, nothing may look like a name that nobody has looked at."""
TWO_APPROVALS = (ScriptKind.CRITICISM,)

_TYPED = {
    **{str(kind): kind for kind in ScriptKind},
    "tin": ScriptKind.NEWS,
    "tin tức": ScriptKind.NEWS,
    "bài": ScriptKind.ARTICLE,
    "bài viết": ScriptKind.ARTICLE,
    "thông báo": ScriptKind.NOTICE,
    "nêu gương": ScriptKind.PRAISE,
    "biểu dương": ScriptKind.PRAISE,
    "gương điển hình": ScriptKind.PRAISE,
    "phê bình": ScriptKind.CRITICISM,
    "tồn tại": ScriptKind.CRITICISM,
    "slogan": ScriptKind.SPOT,
    "khẩu hiệu": ScriptKind.SPOT,
    "câu hỏi": ScriptKind.QUESTION,
}


def kind_of(written: str, name: str) -> ScriptKind:
    """The kind that front matter names; a notice where it names none. DeskError: there is no such kind."""
    if not written.strip():
        return ScriptKind.NOTICE
    try:
        return _TYPED[folded(written)]
    except KeyError:
        raise DeskError(
            _("There is no such kind of script"),
            f"{name}: {written}",
            _("Kinds are: {kinds}").format(kinds=", ".join(ScriptKind)),
        ) from None


def shown(kind: ScriptKind) -> str:
    """The kind in the language in use."""
    return {
        ScriptKind.NEWS: _("news"),
        ScriptKind.ARTICLE: _("article"),
        ScriptKind.NOTICE: _("notice"),
        ScriptKind.PRAISE: _("praise"),
        ScriptKind.CRITICISM: _("criticism"),
        ScriptKind.SPOT: _("slogan"),
        ScriptKind.QUESTION: _("question"),
    }[kind]
