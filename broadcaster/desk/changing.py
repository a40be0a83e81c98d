"""A change of something that belongs to what is approved: the script is a draft again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from broadcaster.desk.bench import Bench
from broadcaster.desk.editions import Editions
from broadcaster.desk.script import Script, ScriptState
from broadcaster.errors import DeskError
from broadcaster.language import _


@dataclass(frozen=True)
class Changed:
    """A script, as it is after a change."""

    script: Script
    voided: bool
    """It was approved, and is a draft again."""
    waiting: tuple[str, ...]
    """Codes of the slots whose queues a voided script leaves until it is approved again."""


def in_use(bench: Bench, code: str) -> Script:
    """The script of that code. DeskError: it has been withdrawn."""
    script = bench.store.script(code)
    if script.state is ScriptState.WITHDRAWN:
        raise DeskError(_("This script has been withdrawn"), script.code, _("Take its text in again"))
    return script


def changed(bench: Bench, editions: Editions, script: Script, new: Script, *, by: str, act: str) -> Changed:
    """`new` in the place of `script`, as a draft; nothing happens where they are equal.

    `by`: a known person (NotFound); empty: unknown.
    """
    name, now = bench.person(by).name if by else "", bench.now()
    if new == script:
        return Changed(script, False, ())
    voided = script.state is ScriptState.APPROVED or bool(script.first_approved_by)
    waiting = waiting_slots(bench, script) if voided else ()
    draft = unapproved(new)
    bench.store.change_script(draft, was=script.state, by=name, now=now, act=act)
    editions.expand(now)
    return Changed(draft, voided, waiting)


def waiting_slots(bench: Bench, script: Script) -> tuple[str, ...]:
    """Codes of the slots that the approved script waits for."""
    codes = {slot.id: slot.code for slot in bench.store.slots()}
    return tuple(codes[q.slot_id] for q in bench.store.queue() if q.script_id == script.id)


def unapproved(script: Script) -> Script:
    """The script as a draft, whoever had approved it."""
    nobody = {"first_approved_by": "", "approved_by": "", "approved_at": None, "self_approved": False}
    return replace(script, state=ScriptState.DRAFT, **nobody)  # type: ignore[arg-type]
