"""What may leave the station on paper, on the web or in a zip: nothing that could not be aired today."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from broadcaster.desk.script import Script, ScriptState
from broadcaster.documents.line import fold
from broadcaster.errors import DeskError
from broadcaster.language import _


def require_public(script: Script, today: date) -> None:
    """DeskError: it is not approved, was withdrawn, has expired, or its first day is yet to come."""
    if script.state is ScriptState.WITHDRAWN:
        raise DeskError(_("This script has been withdrawn"), script.code)
    if script.state is not ScriptState.APPROVED:
        raise DeskError(_("Only approved scripts may be given out"), script.code, _("Approve it first"))
    if script.expires is not None and script.expires < today:
        raise DeskError(_("This script has expired"), f"{script.code} ({script.expires})")
    if script.not_before is not None and today < script.not_before:
        raise DeskError(_("This script may not be given out yet"), f"{script.code} ({script.not_before})")


def words(script: Script) -> Iterator[str]:
    """Its written lines, but for a first one that only says the title again."""
    for number, line in enumerate(script.text.splitlines()):
        if line.strip() and (number or fold(line).strip(" .") != fold(script.title).strip(" .")):
            yield line.strip()
