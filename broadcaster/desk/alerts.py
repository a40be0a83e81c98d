"""Alerts from outside (CAP) become drafts; a Cancel or an Update acts on the alert that it is about."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from broadcaster.desk.bench import Bench
from broadcaster.desk.cap import Alert
from broadcaster.desk.emergencies import LONGEST, LONGEST_TEXT, title_of
from broadcaster.desk.emergency import CapKey, Emergency, EmergencyState
from broadcaster.errors import DeskError
from broadcaster.language import _
from broadcaster.production.bulletin import FormName
from broadcaster.timetable.slot import Interrupted, Priority, Slot, SlotKind

_OPEN = (EmergencyState.DRAFT, EmergencyState.ON)


@dataclass(frozen=True)
class TakenIn:
    emergency: Emergency | None
    """The draft that was made or changed, or what was cancelled; None: nothing was done."""
    told: str
    """What was done, or why nothing was."""


class Alerts:
    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._store = bench.store

    def take_in(self, alert: Alert, *, by: str) -> TakenIn:
        """As `alert` says. A Cancel that comes twice, or for an alert that nobody knows, does nothing.

        DeskError: an alert that may not air (its status, its scope, its time, its language), or is here.
        """
        person = self._bench.person(by)
        if alert.type == "Cancel":
            return self._cancelled(alert, person.name)
        self._refuse_unairable(alert)
        self._refuse_known(alert.key)
        known = self._about(alert) if alert.type == "Update" else ()
        standing = next((one for one in known if one.state in _OPEN), None)
        return self._drafted(alert, standing, person.name)

    def _cancelled(self, alert: Alert, by: str) -> TakenIn:
        known = self._about(alert)
        if alert.status != "Actual" and not all(one.drill for one in known):
            raise DeskError(
                _("Only an actual alert may be acted on"), f"{alert.key.identifier}: {alert.status}"
            )
        if not known:
            names = ", ".join(key.identifier for key in alert.references) or "-"
            return TakenIn(None, _("Nothing to cancel: {names} is not known here").format(names=names))
        now = self._bench.now()
        ended = [
            one
            for one in known
            if self._store.end_emergency(one.id, EmergencyState.CANCELLED, by=by, now=now)
        ]
        if not ended:
            return TakenIn(None, _("Nothing to cancel: {code} has ended already").format(code=known[0].code))
        codes = ", ".join(one.code for one in ended)
        return TakenIn(ended[0], _("{code} is cancelled").format(code=codes))

    def _drafted(self, alert: Alert, standing: Emergency | None, by: str) -> TakenIn:
        now = self._bench.now()
        draft = self._new(alert, by, now)
        if standing is not None and standing.state is EmergencyState.DRAFT:
            draft = replace(draft, id=standing.id, slot=standing.slot, replaces=standing.replaces)
        elif standing is not None:
            draft = replace(draft, replaces=standing.id)
        draft = self._store.draft_emergency(draft, by=by, now=now)
        return TakenIn(draft, _("{code} is a draft: {title}").format(code=draft.code, title=draft.title))

    def _new(self, alert: Alert, by: str, now: datetime) -> Emergency:
        local = now.astimezone(self._bench.rules.zone)
        drill = alert.status == "Exercise"
        slot = Slot(
            id=uuid.uuid4().hex,
            code="",
            name=_("Drill") if drill else _("Emergency"),
            at=local.time().replace(second=0, microsecond=0),
            hamlets=(),
            first=local.date(),
            last=local.date(),
            kind=SlotKind.EMERGENCY,
            priority=Priority.EMERGENCY,
            interrupted=Interrupted.END,
            form=FormName.EMERGENCY,
        )
        return Emergency(
            id=uuid.uuid4().hex,
            slot=slot,
            state=EmergencyState.DRAFT,
            drill=drill,
            title=title_of(alert.title or alert.text),
            text=alert.text,
            by=by,
            reason=f"CAP {alert.key.sender} {alert.key.identifier}",
            raised_at=now,
            repeat_s=0,
            until=alert.expires or now + LONGEST,
            cap=alert.key,
        )

    def _about(self, alert: Alert) -> tuple[Emergency, ...]:
        return tuple(one for one in self._store.emergencies() if one.cap in alert.references)

    def _refuse_known(self, key: CapKey) -> None:
        known = next((one for one in self._store.emergencies() if one.cap == key), None)
        if known is not None:
            raise DeskError(
                _("This alert is here already"), f"{key.identifier}: {known.code} ({known.state})"
            )

    def _refuse_unairable(self, alert: Alert) -> None:
        name = alert.key.identifier
        if alert.type not in ("Alert", "Update"):
            raise DeskError(_("This message warns of nothing"), f"{name}: {alert.type}")
        if alert.status not in ("Actual", "Exercise"):
            raise DeskError(_("Only an actual alert may be acted on"), f"{name}: {alert.status}")
        if alert.scope != "Public":
            raise DeskError(_("This alert is not for the public"), f"{name}: {alert.scope}")
        if alert.expires is not None and alert.expires <= self._bench.now():
            raise DeskError(
                _("The time of this alert has passed"), f"{name}: {alert.expires:%Y-%m-%d %H:%M}Z"
            )
        if not alert.text:
            languages = ", ".join(alert.languages) or "-"
            raise DeskError(
                _("This alert has no Vietnamese words"),
                f"{name}: {languages}",
                _('Write them yourself: broadcaster emergency "TEXT"'),
            )
        if len(alert.text) > LONGEST_TEXT:
            raise DeskError(
                _("An emergency has at most {most} characters").format(most=LONGEST_TEXT),
                f"{name}: {len(alert.text)}",
            )
