"""Everything that can go wrong, on one page.

BroadcasterError                 what failed, which item, what to do next
├── ConfigError                  broadcaster.toml, or a setting, is wrong
├── StationError                 no station here, a second daemon, a folder that cannot be written
├── DocumentError                a written file cannot be taken in
├── ReadingError                 a lexicon or a text cannot be read aloud
├── AudioError                   a sound file cannot be decoded, encoded or measured
├── VoiceError                   a voice could not speak
│   ├── VoiceUnavailable         this voice does not work here, or not now (offline, banned)
│   └── VoiceTimeout             the deadline for making the speech has passed
├── ProductionError              a bulletin could not be made
├── TimetableError               a slot or a date that cannot be
│   └── SlotClash                two slots want one hamlet at one time
├── PolicyError                  quiet hours, limits: a rule of the station forbids it
├── DeskError                    an act that the desk refuses (unapproved, self-approved, expired)
│   └── NotFound                 no such hamlet, person, script, slot, queue entry
├── OutputError                  an output cannot be opened or written
├── AlarmError                   an alarm could not be sent to the operator
├── NetworkError                 the line between a station and its hamlet PCs
│   └── Refused                  a message that is not obeyed, and why in one word
└── StoreError                   the database
    ├── StoreLocked              another process holds it too long
    ├── StoreCorrupt             it is no database, or a damaged one
    ├── SchemaTooNew             made by a newer program
    └── StoreFull                no room left on the disk

Each layer maps every foreign exception onto this tree; nothing below `cli/` exits the process.
"""

from __future__ import annotations


class BroadcasterError(Exception):
    """What failed (`what`), the item it failed on (`item`), what a person can do next (`todo`).

    The three parts are finished, translated sentences or names; `str()` joins them as
    "what: item. todo".
    """

    def __init__(self, what: str, item: str = "", todo: str = "") -> None:
        super().__init__(what, item, todo)
        self.what = what
        self.item = item
        self.todo = todo

    def __str__(self) -> str:
        head = f"{self.what}: {self.item}" if self.item else self.what
        return f"{head}. {self.todo}" if self.todo else head


class ConfigError(BroadcasterError):
    """broadcaster.toml, or a setting, is wrong."""


class StationError(BroadcasterError):
    """No station here, a second daemon, or a folder that cannot be written."""


class DocumentError(BroadcasterError):
    """A written file cannot be taken in."""


class ReadingError(BroadcasterError):
    """A lexicon or a text cannot be read aloud."""


class AudioError(BroadcasterError):
    """A sound file cannot be decoded, encoded or measured."""


class VoiceError(BroadcasterError):
    """A voice could not speak."""


class VoiceUnavailable(VoiceError):
    """This voice does not work here, or not now."""


class VoiceTimeout(VoiceError):
    """The deadline for making the speech has passed."""


class ProductionError(BroadcasterError):
    """A bulletin could not be made."""


class TimetableError(BroadcasterError):
    """A slot or a date that cannot be."""


class SlotClash(TimetableError):
    """Two slots want one hamlet at one time."""


class PolicyError(BroadcasterError):
    """A rule of the station (quiet hours, limits) forbids it."""


class DeskError(BroadcasterError):
    """An act that the desk refuses."""


class NotFound(DeskError):
    """No such hamlet, person, script, slot or queue entry."""


class OutputError(BroadcasterError):
    """An output cannot be opened or written."""


class NetworkError(BroadcasterError):
    """The line between a station and its hamlet PCs failed."""


class Refused(NetworkError):
    """A message that is not obeyed; `what` is the protocol's word for why ("bad-signature")."""


class AlarmError(BroadcasterError):
    """An alarm could not be sent to the operator."""


class StoreError(BroadcasterError):
    """The database failed."""


class StoreLocked(StoreError):
    """Another process holds the database too long."""


class StoreCorrupt(StoreError):
    """The file is no database, or a damaged one."""


class SchemaTooNew(StoreError):
    """The database was made by a newer program."""


class StoreFull(StoreError):
    """No room is left on the disk."""
