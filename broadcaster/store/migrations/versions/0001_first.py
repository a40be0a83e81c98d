"""The first schema."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_OUTCOME = """
CREATE VIEW outcome AS
SELECT
    ended.station_id,
    ended.device,
    ended.airing_id,
    json_extract(ended.payload, '$.hamlet') AS hamlet,
    json_extract(ended.payload, '$.hamlet_name') AS hamlet_name,
    json_extract(ended.payload, '$.slot') AS slot,
    json_extract(ended.payload, '$.title') AS title,
    json_extract(ended.payload, '$.kind') AS kind,
    json_extract(ended.payload, '$.starts_at') AS starts_at,
    json_extract(ended.payload, '$.outcome') AS outcome,
    json_extract(ended.payload, '$.reason') AS reason,
    json_extract(ended.payload, '$.started_at') AS started_at,
    json_extract(ended.payload, '$.seconds_played') AS seconds_played,
    json_extract(ended.payload, '$.seconds_planned') AS seconds_planned,
    json_extract(ended.payload, '$.voice') AS voice,
    json_extract(ended.payload, '$.bulletin') AS bulletin
FROM asrun_event AS ended
WHERE ended.kind = 'ended'
AND NOT EXISTS (
    SELECT 1 FROM asrun_event AS later
    WHERE later.airing_id = ended.airing_id
    AND later.device = ended.device
    AND later.kind IN ('ended', 'restored')
    AND (later.epoch, later.seq) > (ended.epoch, ended.seq)
)
"""

# The insert trigger is for INSERT OR REPLACE, which deletes rows without asking the delete trigger unless a
# connection has recursive_triggers on.
_APPEND_ONLY = """
CREATE TRIGGER {table}_no_{what} BEFORE {what} ON {table} {when}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_KEYS = {
    "asrun_event": "device = new.device AND epoch = new.epoch AND seq = new.seq",
    "act": "id = new.id",
}

# What a checkpoint of the chain vouches for may be taken out.
_NEVER_BUT = {
    "asrun_event": """WHEN NOT EXISTS (
    SELECT 1 FROM asrun_event AS later
    WHERE later.device = old.device AND later.kind = 'checkpoint' AND later.seq > old.seq
    AND json_extract(later.payload, '$.through') >= old.seq
)"""
}


def upgrade() -> None:
    op.create_table(
        "station",
        *(_id(), _text("device_id"), _column("epoch", sa.Integer), _column("created_at", sa.BigInteger)),
        _column("changes", sa.Integer),
    )
    _registry()
    _timetable()
    _editions()
    _records()
    op.execute(_OUTCOME)
    for table, key in _KEYS.items():
        op.execute(_APPEND_ONLY.format(table=table, what="UPDATE", when=""))
        op.execute(_APPEND_ONLY.format(table=table, what="DELETE", when=_NEVER_BUT.get(table, "")))
        exists = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key})"  # noqa: S608
        op.execute(_APPEND_ONLY.format(table=table, what="INSERT", when=exists))


def _registry() -> None:
    _table("setting", _key("name"), _text("value"), per_station=True)
    _table(
        "person",
        *(_id(), _text("name"), _text("folded_name"), _text("role")),
        sa.UniqueConstraint("station_id", "folded_name"),
    )
    _table(
        "hamlet",
        *(_id(), _text("code"), _text("name"), _text("kind"), _text("output")),
        *(_column("gain_trim", sa.Float), sa.Column("band_hz", sa.Text), sa.Column("quiet_hours", sa.Text)),
        *(sa.Column("minutes_per_day", sa.Integer), _column("sensitive", sa.Boolean)),
        _text("overlap_group"),
        _column("retired", sa.Boolean),
    )
    op.create_index(
        "ix_hamlet_code_in_service",
        "hamlet",
        ["station_id", "code"],
        unique=True,
        sqlite_where=sa.text("retired = 0"),
    )
    _table(
        "script",
        *(_id(), _text("code"), _text("title"), _text("kind"), _text("state"), _text("text")),
        *(_text("spoken"), _text("text_sha256"), _text("reading_sha256")),
        *(_text("source"), _text("source_sha256"), _text("author"), sa.Column("created_at", sa.BigInteger)),
        *(_text("approved_by"), sa.Column("approved_at", sa.BigInteger)),
        *(_column("self_approved", sa.Boolean), sa.Column("expires", sa.Text), _text("topics")),
        *(_text("marks"), _text("words"), _text("recording")),
        _column("added_at", sa.BigInteger),
        sa.UniqueConstraint("station_id", "code"),
    )


def _timetable() -> None:
    _table(
        "slot",
        *(_id(), _text("code"), _text("name"), _text("at"), _text("weekdays")),
        *(sa.Column("first", sa.Text), sa.Column("last", sa.Text), _text("day_rule")),
        *(_text("profiles"), _text("replaces"), _text("plays"), _text("ref")),
        *(_column("max_items", sa.Integer), _text("kind"), _text("priority")),
        *(_column("lateness_s", sa.Integer), _text("interrupted"), _text("form")),
        _column("length_s", sa.Integer),
        _column("removed", sa.Boolean),
    )
    op.create_index(
        "ix_slot_code_in_timetable",
        "slot",
        ["station_id", "code"],
        unique=True,
        sqlite_where=sa.text("removed = 0 AND kind = 'programme'"),
    )
    op.create_index("ix_slot_first", "slot", ["first"])
    spanning = '("first" IS NULL OR "last" IS NULL OR "first" <> "last")'
    op.create_index("ix_slot_spanning", "slot", ["removed"], sqlite_where=sa.text(spanning))
    _table(
        "slot_hamlet",
        *(_part_of("slot", key=True), _part_of("hamlet", key=True), _column("position", sa.Integer)),
    )
    _table(
        "slot_script",
        *(_part_of("slot", key=True), _part_of("script", key=True), _column("position", sa.Integer)),
    )
    _table(
        "profile",
        *(_id(), _text("code"), _text("name"), _column("music", sa.Boolean), _column("ordinary", sa.Boolean)),
        *(sa.Column("quiet_hours", sa.Text), sa.UniqueConstraint("station_id", "code")),
    )
    _table("profile_day", _key("day"), _part_of("profile"), per_station=True)
    _table("slot_skip", _part_of("slot", key=True), _key("day"))
    _table(
        "queue_entry",
        *(_id(), _part_of("slot"), _part_of("script")),
        *(_column("position", sa.Integer), _column("owed", sa.Integer)),
        sa.UniqueConstraint("slot_id", "script_id"),
    )


def _editions() -> None:
    _table(
        "bulletin",
        *(_key("sha256"), _text("file_name"), _column("length", sa.Integer), _text("voice")),
        *(_text("recipe"), _column("loudness", sa.Float), _column("true_peak", sa.Float), _text("cues")),
        *(_text("why_this_voice"), _text("title"), _column("made_at", sa.BigInteger)),
        _column("deleted", sa.Boolean),
        per_station=True,
    )
    op.create_index("ix_bulletin_recipe", "bulletin", ["recipe"])
    _table(
        "edition",
        *(_id(), _part_of("slot"), _column("starts_at", sa.BigInteger), _text("state")),
        *(_column("has_scripts", sa.Boolean), _text("title"), _text("bulletin")),
        _column("until", sa.BigInteger),
        sa.UniqueConstraint("slot_id", "starts_at"),
    )
    op.create_index("ix_edition_starts_at", "edition", ["starts_at"])
    op.create_index("ix_edition_bulletin", "edition", ["bulletin"])
    _table("edition_script", _part_of("edition", key=True), _key("position", sa.Integer), _part_of("script"))
    _table(
        "edition_fallback",
        *(_part_of("edition", key=True), _key("position", sa.Integer), _text("bulletin"), _text("why")),
        _column("until", sa.BigInteger),
    )
    _table(
        "airing",
        *(_id(), _part_of("edition"), _part_of("hamlet"), _text("hamlet_code"), _text("hamlet_name")),
        *(_column("starts_at", sa.BigInteger), _text("state"), _column("claimed_at", sa.BigInteger)),
        *(_column("started_at", sa.BigInteger), _column("sounded_to", sa.Integer)),
        *(_column("lost", sa.Integer), _text("continues"), _text("bulletin"), _text("instead")),
        sa.UniqueConstraint("edition_id", "hamlet_id"),
    )
    op.create_index("ix_airing_starts_at", "airing", ["starts_at"])
    op.create_index("ix_airing_state_starts_at", "airing", ["state", "starts_at"])


def _records() -> None:
    _table(
        "asrun_event",
        *(_key("device"), _key("epoch", sa.Integer), _key("seq", sa.Integer), _column("at", sa.BigInteger)),
        *(_text("kind"), _text("airing_id"), _text("payload"), _text("prev_hash"), _text("hash")),
    )
    op.create_index(
        "ix_asrun_event_airing_id_device_epoch_seq", "asrun_event", ["airing_id", "device", "epoch", "seq"]
    )
    op.create_index(
        "ix_asrun_event_checkpoint", "asrun_event", ["device"], sqlite_where=sa.text("kind = 'checkpoint'")
    )
    _table(
        "act",
        *(_key("id", sa.Integer), _column("at", sa.BigInteger), _text("by"), _text("act")),
        *(_text("subject"), _text("detail")),
        sqlite_autoincrement=True,
    )
    _table(
        "stop_request",
        *(_key("id", sa.Integer), _column("at", sa.BigInteger), _text("by"), _text("hamlet_ids")),
        _column("handled", sa.Boolean),
        sqlite_autoincrement=True,
    )
    _table(
        "emergency",
        *(_id(), _part_of("slot"), _text("state"), _column("drill", sa.Boolean), _text("title")),
        *(_text("text"), _text("spoken"), _text("by"), _text("reason"), _column("raised_at", sa.BigInteger)),
        *(_column("repeat_s", sa.Integer), _column("until", sa.BigInteger)),
        *(_column("ended_at", sa.BigInteger), _text("changed_by"), _text("replaces")),
        *(_text("siren"), _text("words"), _text("whole"), _text("trouble")),
        *(_text("cap_sender"), _text("cap_identifier"), _text("cap_sent")),
    )
    op.create_index(
        "ix_emergency_cap", "emergency", ["station_id", "cap_sender", "cap_identifier", "cap_sent"]
    )
    _table(
        "alarm",
        *(_key("id", sa.Integer), _column("at", sa.BigInteger), _text("kind"), _text("subject")),
        *(_text("text"), _text("channel"), _text("state"), _column("tries", sa.Integer)),
        *(_column("next_try", sa.BigInteger), _column("sent_at", sa.BigInteger), _text("trouble")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alarm_channel_kind_subject_at", "alarm", ["channel", "kind", "subject", "at"])
    op.create_index("ix_alarm_state_next_try", "alarm", ["state", "next_try"])
    _plan()


def _plan() -> None:
    _table(
        "topic",
        *(_id(), _column("year", sa.Integer), _text("code"), _text("title"), _text("parent")),
        *(sa.Column("times", sa.Integer), sa.Column("minutes", sa.Integer)),
        *(sa.Column("first", sa.Text), sa.Column("last", sa.Text), _column("position", sa.Integer)),
        *(_text("words"), _text("origin"), _column("removed", sa.Boolean)),
        sa.UniqueConstraint("station_id", "year", "code"),
    )


def _table(name: str, *parts: Any, per_station: bool = False, **options: Any) -> None:
    station = sa.Column(
        "station_id", sa.Text, sa.ForeignKey("station.id"), nullable=False, primary_key=per_station
    )
    op.create_table(name, station, *parts, **options)


def _column(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _text(name: str) -> sa.Column[Any]:
    return _column(name, sa.Text)


def _key(name: str, kind: Any = sa.Text) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True)


def _id() -> sa.Column[Any]:
    return _key("id")


def _part_of(whole: str, *, key: bool = False) -> sa.Column[Any]:
    return sa.Column(f"{whole}_id", sa.Text, sa.ForeignKey(f"{whole}.id"), nullable=False, primary_key=key)
